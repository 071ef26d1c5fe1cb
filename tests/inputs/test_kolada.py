"""Kolada, asked on a loopback server that answers in the shape of the real one; never the network."""

import contextlib
import itertools
import json
import re
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from utanforskap.errors import InputError
from utanforskap.inputs.pricelists import kolada_api
from utanforskap.inputs.pricelists.kolada import (
    BATCH,
    Figure,
    KoladaResult,
    Missing,
    fetch,
    known_kpis,
    write,
)
from utanforskap.inputs.pricelists.kolada_api import KoladaError
from utanforskap.inputs.pricelists.prices import COLUMNS, local_list, shipped_list
from utanforskap.inputs.tables import read_table, shipped_table
from utanforskap.inputs.values.units import Unit

Answer = tuple[int, dict[str, str], bytes]
TRELLEBORG = {"id": "1287", "title": "Trelleborg", "type": "K"}


def answer(values: list[Any], **more: Any) -> Answer:
    shape = {"values": values, "count": len(values), "next_url": None, "previous_url": None}
    return 200, {}, json.dumps(shape | more).encode()


def row(kpi: str, year: int, *cells: dict[str, Any], municipality: str = "1287") -> dict[str, Any]:
    return {"kpi": kpi, "municipality": municipality, "period": year, "values": list(cells)}


def cell(value: float | None, gender: str = "T", status: str = "", **more: Any) -> dict[str, Any]:
    return {"gender": gender, "count": 1, "status": status, "value": value, "isdeleted": False} | more


@dataclass
class Recorded:
    """Answers by path, several of a path one after another, the last again and again; and what was asked."""

    base: str = ""
    answers: dict[str, list[Answer | Callable[[], Answer]]] = field(default_factory=dict)
    rows: dict[tuple[str, int], dict[str, Any]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)

    def say(self, path: str, *answers: Answer | Callable[[], Answer]) -> None:
        self.answers[path] = list(answers)

    def hold(self, *rows: dict[str, Any]) -> None:
        self.rows |= {(one["kpi"], one["period"]): one for one in rows}

    def answer(self, path: str) -> Answer:
        self.asked.append(path)
        split = urlsplit(path)
        for known in (path, split.path):
            if known in self.answers:
                said = self.answers[known]
                one = said.pop(0) if len(said) > 1 else said[0]
                return one() if callable(one) else one
        if match := re.fullmatch(r"/v3/data/kpi/(.+)/municipality/1287/year/(.+)", split.path):
            pairs = itertools.product(match[1].split(","), map(int, match[2].split(",")))
            return answer([self.rows[pair] for pair in pairs if pair in self.rows])
        return 404, {}, b'{"detail": "Not Found"}'


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Nobody waits; how long they would have is kept, but for the pace between two questions."""
    waited: list[float] = []
    monkeypatch.setattr(kolada_api, "PAUSE", 0.0)
    monkeypatch.setattr(kolada_api.time, "sleep", lambda seconds: waited.append(seconds) if seconds else None)
    return waited


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch, waits: list[float]) -> Iterator[Recorded]:  # noqa: ARG001
    recorded = Recorded()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, headers, body = recorded.answer(self.path)
            self.send_response(status)
            for name, value in ({"Content-Length": str(len(body))} | headers).items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

        def handle(self) -> None:
            with contextlib.suppress(ConnectionError):
                super().handle()

    monkeypatch.setenv("no_proxy", "127.0.0.1")
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as running:
        running.daemon_threads = True
        threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        recorded.base = f"http://127.0.0.1:{running.server_port}/v3"
        recorded.say("/v3/municipality/1287", answer([TRELLEBORG]))
        yield recorded
        recorded.over.set()
        running.shutdown()


def ask(server: Recorded, **asked: Any) -> KoladaResult:
    return fetch("1287", **({"years": [2023], "base": server.base, "timeout": 5.0} | asked))


def test_a_unit_cost_is_a_row_of_a_price_list(server: Recorded) -> None:
    server.hold(row("N17005", 2023, cell(148_251.0)), row("N17005", 2022, cell(139_117.4)))
    result = ask(server, years=[2023, 2022], kpis=["N17005"])
    assert [one["value"] for one in result.prices] == ["139117,4", "148251"]
    fetched = result.request["fetched"][:10]
    assert result.prices[1] == {
        "id": "kommun.gymnasieskola",
        "payer": "kommun.skola",
        "payee": "",
        "kind": "service",
        "taxable": "",
        "label_sv": "Gymnasieskola, kostnad per elev folkbokförd i kommunen",
        "label_en": "Upper secondary school, cost per pupil resident in the kommun",
        "unit": "kr/elev-år",
        "index": "inkomstindex",
        "realisable": shipped_realisable("kommun.gymnasieskola"),
        "year": "2023",
        "value": "148251",
        "low": "",
        "high": "",
        "source": "Kolada (RKA): N17005 Kostnad gymnasieskola hemkommun, kr/elev (2023)",
        "source_url": f"{server.base}/data/kpi/N17005/municipality/1287/year/2023",
        "grade": "B",
        "note": f"Trelleborg (1287), fetched {fetched}; all providers, school transport included; "
        "total cost per pupil: the marginal cost of one more is lower",
    }
    assert (result.figures, result.missing) == ((), ())


def shipped_realisable(id_: str) -> str:
    realisable = shipped_list("sverige").prices[id_].realisable
    return f"{realisable.value:g}" if realisable else ""


def test_what_was_asked_is_recorded(server: Recorded) -> None:
    server.hold(row("N17005", 2023, cell(148_251.0)))
    request = ask(server, kpis=["N17005", "N31910", "N17005"]).request
    stamp = datetime.fromisoformat(request["fetched"])
    assert abs(datetime.now(UTC) - stamp) < timedelta(minutes=5)
    assert (
        json.loads(json.dumps(request))
        == request
        == {
            "service": "Kolada (RKA)",
            "base": server.base,
            "fetched": request["fetched"],
            "municipality": {"id": "1287", "title": "Trelleborg"},
            "years": [2023],
            "kpis": ["N17005", "N31910"],
            "requests": [
                {"url": f"{server.base}/municipality/1287?per_page=5000", "rows": 1},
                {"url": f"{server.base}/data/kpi/N17005,N31910/municipality/1287/year/2023?per_page=5000", "rows": 1},
            ],
            "missing": [{"kpi": "N31910", "year": 2023, "reason": "Kolada has no value"}],
        }
    )


def test_a_tax_rate_is_a_share(server: Recorded) -> None:
    server.hold(row("N00901", 2023, cell(20.64)), row("N00902", 2023, cell(11.18)))
    result = ask(server, kpis=["N00901", "N00902"])
    assert [(one["id"], one["value"], one["unit"]) for one in result.prices] == [
        ("skatt.kommun", "0,2064", "andel"),
        ("skatt.region", "0,1118", "andel"),
    ]


def test_a_cost_per_inhabitant_becomes_one_per_household(server: Recorded) -> None:
    server.hold(row("N31003", 2023, cell(412.0)), row("N01951", 2023, cell(46_500.0)), row("N31910", 2023, cell(780.0)))
    (price,) = ask(server, kpis=["N31003"]).prices
    assert (price["id"], price["unit"], price["value"]) == ("kommun.bistandshandlaggning_ar", "kr/år", "24561,54")
    assert price["source"] == (
        "Kolada (RKA): N31003 x N01951 / N31910 Kostnad övrigt ekonomiskt bistånd (ej utbet ek bistånd), kr/inv (2023)"
    )
    assert price["source_url"] == f"{server.base}/data/kpi/N31003,N01951,N31910/municipality/1287/year/2023"
    assert price["note"].endswith("; 412 x 46500 / 780")


def test_counts_are_kept_by_gender(server: Recorded) -> None:
    server.hold(row("N31824", 2023, cell(610.0, "M"), cell(1200.0), cell(None, "K", "Missing")))
    result = ask(server, kpis=["N31824"])
    title = "Biståndsmottagare, ekonomiskt bistånd, 18+ år, antal"
    assert result.figures == (
        Figure("N31824", title, 2023, "M", 610.0, "antal"),
        Figure("N31824", title, 2023, "T", 1200.0, "antal"),
    )
    assert (result.prices, result.missing) == ((), ())


def test_missing_values_are_told_and_never_nought(server: Recorded) -> None:
    server.hold(
        row("N17005", 2023, cell(None, status="Missing")),
        row("N17007", 2023, cell(1.0, "K"), cell(2.0, "M")),
        row("N18001", 2023, cell(50_000.0, isdeleted=True)),
        row("N35025", 2023, cell(0.0)),
        row("N35023", 2023),
        row("N31003", 2023, cell(412.0)),
        row("N01951", 2023, cell(46_500.0)),
        row("N33007", 2023, cell(700.0)),
        row("N33813", 2023, cell(0.0)),
        row("N31910", 2023, cell(None, status="Privacy")),
    )
    asked = ["N17005", "N17007", "N18001", "N35025", "N35023", "N31003", "N33007", "N31910", "N28013"]
    result = ask(server, kpis=asked)
    assert (result.prices, result.figures) == ((), ())
    assert result.missing == tuple(
        Missing(kpi, 2023, reason)
        for kpi, reason in {
            "N17005": "Kolada has no value (Missing)",
            "N17007": "Kolada has values of women and men, not of all",
            "N18001": "Kolada has no value (withdrawn)",
            "N35025": "0 is not a price",
            "N35023": "Kolada has no value",
            "N31003": "N31910 is needed: Kolada has no value (Privacy)",
            "N33007": "N33813 is needed: it is 0",
            "N31910": "Kolada has no value (Privacy)",
            "N28013": "Kolada has no value",
        }.items()
    )


def test_a_value_that_replaces_a_withdrawn_one_counts_and_a_status_is_told(server: Recorded) -> None:
    server.hold(row("N17005", 2023, cell(1.0, isdeleted=True), cell(148_251.0, status="Preliminary")))
    (price,) = ask(server, kpis=["N17005"]).prices
    assert price["value"] == "148251"
    assert price["note"].endswith("; Kolada says: Preliminary")


def test_all_prices_and_counts_are_asked_for_in_batches(server: Recorded) -> None:
    result = ask(server, years=range(1995, 2025))
    wanted = [kpi for kpi, one in known_kpis().items() if one.price or one.measure == "antal"]
    assert result.request["kpis"] == wanted
    assert len(result.missing) == len(wanted) * 30
    batches = [path.split("/")[4:9:4] for path in server.asked[1:]]
    assert {len(kpis.split(",")) for kpis, _ in batches} == {BATCH, len(wanted) % BATCH}
    assert [years.split("?")[0].count(",") + 1 for _, years in batches] == [25, 5] * -(-len(wanted) // BATCH)


@pytest.mark.parametrize("key", ["next_url", "next_page"])
def test_pages_are_followed_to_the_end(server: Recorded, key: str) -> None:
    path = "/v3/data/kpi/N17005,N17007,N15006/municipality/1287/year/2023"
    elsewhere = "http://api.kolada.example/v2/other?"
    pages = [row("N17005", 2023, cell(1.0)), row("N17007", 2023, cell(2.0)), row("N15006", 2023, cell(3.0))]
    server.say(f"{path}?per_page=5000", answer(pages[:1], **{key: f"{elsewhere}page=2&per_page=1"}))
    server.say(f"{path}?page=2&per_page=1", answer(pages[1:2], **{key: f"{elsewhere}page=3&per_page=1"}))
    server.say(f"{path}?page=3&per_page=1", answer(pages[2:]))
    result = ask(server, kpis=["N17005", "N17007", "N15006"])
    assert [one["value"] for one in result.prices] == ["1", "2", "3"]
    assert [parse_qs(urlsplit(one["url"]).query).get("page") for one in result.request["requests"][1:]] == [
        None,
        ["2"],
        ["3"],
    ]


def test_pages_without_end_are_left(server: Recorded) -> None:
    path = "/v3/data/kpi/N17005/municipality/1287/year/2023"
    server.say(path, answer([], next_url=f"{server.base}?page=2"))
    with pytest.raises(KoladaError) as caught:
        ask(server, kpis=["N17005"])
    url = f"{server.base}/data/kpi/N17005/municipality/1287/year/2023?page=2"
    assert str(caught.value) == f"Kolada's pages do not end: the next page of {url} is one already read."


class TestBusy:
    def test_it_is_asked_again_when_it_says_so(self, server: Recorded, waits: list[float]) -> None:
        later = format_datetime(datetime.now(UTC) + timedelta(seconds=30))
        server.say(
            "/v3/municipality/1287",
            (429, {"Retry-After": "7"}, b""),
            (503, {"Retry-After": later}, b""),
            (502, {"Retry-After": "soon"}, b""),
            answer([TRELLEBORG]),
        )
        ask(server, kpis=["N17005"])
        assert waits == [7.0, pytest.approx(30, abs=5), 2.0]
        assert len(server.asked) == 5

    def test_a_long_wait_is_told_instead(self, server: Recorded, waits: list[float]) -> None:
        server.say("/v3/municipality/1287", (429, {"Retry-After": "3600"}, b""))
        with pytest.raises(KoladaError) as caught:
            ask(server)
        assert str(caught.value) == (
            f"Kolada is busy and asks to be left alone for 3600 seconds: {server.base}/municipality/1287?per_page=5000"
        )
        assert waits == []

    def test_it_gives_up(self, server: Recorded, waits: list[float]) -> None:
        server.say("/v3/municipality/1287", (500, {}, b"<html>"))
        with pytest.raises(KoladaError) as caught:
            ask(server)
        assert str(caught.value) == (
            f"Kolada did not answer: {server.base}/municipality/1287?per_page=5000\n"
            "HTTP 500 (Internal Server Error)\nIt was asked 4 times. Try again later."
        )
        assert waits == [0.5, 1.0, 2.0]
        assert len(server.asked) == 4

    def test_it_takes_too_long(self, server: Recorded, waits: list[float]) -> None:
        def late() -> Answer:
            server.over.wait(10)
            return answer([TRELLEBORG])

        server.say("/v3/municipality/1287", late)
        with pytest.raises(KoladaError) as caught:
            ask(server, timeout=0.05)
        assert str(caught.value) == (
            f"Kolada did not answer: {server.base}/municipality/1287?per_page=5000\n"
            "It took too long.\nIt was asked 4 times. Try again later."
        )
        assert waits == [0.5, 1.0, 2.0]

    def test_a_trickle_takes_too_long(self, server: Recorded, monkeypatch: pytest.MonkeyPatch) -> None:
        clock = itertools.count(0.0, 100.0)
        monkeypatch.setattr(kolada_api.time, "monotonic", lambda: next(clock))
        with pytest.raises(KoladaError, match=r"\nIt took too long\.\nIt was asked 4 times\."):
            ask(server, timeout=50.0)

    def test_an_answer_cut_short_is_asked_for_again(self, server: Recorded, waits: list[float]) -> None:
        status, _, body = answer([TRELLEBORG])
        cut = (status, {"Content-Length": str(len(body))}, body[:20])
        server.say("/v3/municipality/1287", cut, (status, {}, body))
        ask(server, kpis=["N17005"])
        assert waits == [0.5]

    def test_nobody_is_there(self, server: Recorded, waits: list[float]) -> None:
        with ThreadingHTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler) as closed:
            base = f"http://127.0.0.1:{closed.server_port}"
        with pytest.raises(KoladaError) as caught:
            ask(server, base=base)
        assert re.fullmatch(
            re.escape(f"Kolada did not answer: {base}/municipality/1287?per_page=5000\n")
            + r"\[Errno \d+\] .+\nIt was asked 4 times. Try again later.",
            str(caught.value),
        )
        assert waits == [0.5, 1.0, 2.0]

    def test_five_questions_a_second(self, server: Recorded, monkeypatch: pytest.MonkeyPatch) -> None:
        clock = itertools.count(100.0, 0.05)
        waited: list[float] = []
        monkeypatch.setattr(kolada_api, "PAUSE", 0.2)
        monkeypatch.setattr(kolada_api.time, "monotonic", lambda: next(clock))
        monkeypatch.setattr(kolada_api.time, "sleep", waited.append)
        kolada = kolada_api.Kolada(server.base, timeout=60.0)
        for _ in range(2):
            kolada.rows("municipality/1287")
        first, second = waited
        assert first == 0.0
        assert 0.0 < second < 0.2


class TestStrangeAnswers:
    def test_no_such_kommun(self, server: Recorded) -> None:
        server.say("/v3/municipality/1299", answer([]))
        with pytest.raises(KoladaError, match=r"^Kolada knows no kommun 1299\.$"):
            fetch("1299", years=[2023], base=server.base)

    def test_no_such_page(self, server: Recorded) -> None:
        with pytest.raises(KoladaError) as caught:
            fetch("1299", years=[2023], base=server.base)
        assert str(caught.value) == (
            "Kolada knows no kommun 1299.\n"
            f"Kolada has nothing at {server.base}/municipality/1299?per_page=5000. Is the base address right?"
        )

    def test_an_unknown_figure_does_not_take_the_others_with_it(self, server: Recorded) -> None:
        server.hold(row("N17005", 2023, cell(148_251.0)))
        for path in ("N17005,N28013", "N28013"):
            server.say(f"/v3/data/kpi/{path}/municipality/1287/year/2023", (404, {}, b""))
        result = ask(server, kpis=["N17005", "N28013"])
        assert [one["value"] for one in result.prices] == ["148251"]
        assert result.missing == (Missing("N28013", 2023, "Kolada has no value"),)

    def test_a_question_that_is_refused(self, server: Recorded, waits: list[float]) -> None:
        server.say("/v3/municipality/1287", (403, {}, b""))
        with pytest.raises(KoladaError) as caught:
            ask(server)
        url = f"{server.base}/municipality/1287?per_page=5000"
        assert str(caught.value) == f"Kolada refuses the question: {url}\nHTTP 403 (Forbidden)"
        assert waits == []

    @pytest.mark.parametrize(
        ("body", "begins"),
        [
            (b"<html>\n  <title>Logga in</title>", "<html> <title>Logga in</title>"),
            (b'{"values": [{"value": NaN}]}', '{"values": [{"value": NaN}]}'),
            (b"", ""),
            (b"x" * 100, "x" * 59 + "…"),
        ],
    )
    def test_no_json(self, server: Recorded, body: bytes, begins: str) -> None:
        server.say("/v3/municipality/1287", (200, {}, body))
        with pytest.raises(KoladaError) as caught:
            ask(server)
        assert str(caught.value) == (
            f"The answer is not JSON: {server.base}/municipality/1287?per_page=5000\n"
            f"It begins: {begins}\nIs the base address right?"
        )

    @pytest.mark.parametrize("body", [b"[]", b'{"values": null}', b'{"count": 0}'])
    def test_another_shape(self, server: Recorded, body: bytes) -> None:
        server.say("/v3/municipality/1287", (200, {}, body))
        with pytest.raises(KoladaError) as caught:
            ask(server)
        assert str(caught.value) == (
            f"The answer is not in Kolada's shape: {server.base}/municipality/1287?per_page=5000\n"
            f"It begins: {body.decode()}"
        )

    @pytest.mark.parametrize(
        "strange",
        [
            {"kpi": "N17005"},
            row("N17005", 2023) | {"period": "i fjol"},
            row("N17005", 2023) | {"values": None},
            row("N17005", 2023, cell("148 251")),  # type: ignore[arg-type]
            row("N17005", 2023, cell("148251")),  # type: ignore[arg-type]
            row("N17005", 2023, cell(True)),
            row("N17005", 2023, cell(1.0), cell(2.0)),
            row("N17005", 2023, {"value": 1.0}),
            "N17005",
        ],
    )
    def test_a_row_of_another_shape(self, server: Recorded, strange: Any) -> None:
        server.say("/v3/data/kpi/N17005/municipality/1287/year/2023", answer([strange]))
        with pytest.raises(KoladaError) as caught:
            ask(server, kpis=["N17005"])
        assert str(caught.value) == f"A row is not in Kolada's shape: {json.dumps(strange, ensure_ascii=False)}"

    @pytest.mark.parametrize(
        ("rows", "message"),
        [
            ([row("N17005", 2023, municipality="1280")], "Kolada answers of 1280, not of 1287."),
            ([row("N17007", 2023)], "Kolada answers of N17007 in 2023, which was not asked for."),
            ([row("N17005", 2022)], "Kolada answers of N17005 in 2022, which was not asked for."),
            (
                [row("N17005", 2023, cell(1.0)), row("N17005", 2023, cell(2.0))],
                "Kolada gives two values of N17005 in 2023.",
            ),
        ],
    )
    def test_an_answer_to_another_question(self, server: Recorded, rows: list[Any], message: str) -> None:
        server.say("/v3/data/kpi/N17005/municipality/1287/year/2023", answer(rows))
        with pytest.raises(KoladaError) as caught:
            ask(server, kpis=["N17005"])
        assert str(caught.value) == message

    def test_a_number_without_end(self, server: Recorded) -> None:
        strange = json.dumps(row("N17005", 2023, cell(1.0))).replace("1.0", "1e999")
        server.say("/v3/data/kpi/N17005/municipality/1287/year/2023", (200, {}, f'{{"values": [{strange}]}}'.encode()))
        with pytest.raises(KoladaError, match=r"^A row is not in Kolada's shape: "):
            ask(server, kpis=["N17005"])

    def test_an_answer_that_is_too_large(self, server: Recorded, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(kolada_api, "LARGEST_ANSWER", 20)
        with pytest.raises(KoladaError) as caught:
            ask(server)
        assert str(caught.value) == f"The answer is too large: {server.base}/municipality/1287?per_page=5000"


def test_everything_wrong_with_a_question_is_told_before_anybody_is_asked(server: Recorded) -> None:
    with pytest.raises(InputError) as caught:
        fetch("0012", years=[24, 2023], kpis=["N17055", "N17005"], base="file:///etc/kolada", timeout=0.0)
    *told, kpi, base, timeout = (str(finding) for finding in caught.value.findings)
    assert told == [
        "municipality\n  '0012' is not the code of a kommun.\n  Write four digits, such as 1287 for Trelleborg.",
        "years\n  24 is not a year that Kolada can have.\n  Write a year from 1990 on.",
    ]
    assert kpi.startswith(
        "kpis\n  'N17055' is not a figure of Kolada that is known here. Did you mean 'N17005'?\n  Allowed: N17005, "
    )
    assert kpi.endswith(", … (120 in all)")
    assert base == (
        "base\n  'file:///etc/kolada' is not an address to ask at.\n  Write one such as https://api.kolada.se/v3."
    )
    assert timeout == "timeout\n  0 is not a time to wait.\n  Write seconds, such as 10."
    with pytest.raises(InputError) as caught:
        fetch("1287", years=[], kpis=[], base="https://me:" + "secret@kolada.example/v3")
    assert [str(finding) for finding in caught.value.findings] == [
        "years\n  No year is asked for.\n  Write one or several, such as 2024.",
        "kpis\n  No figure is asked for.\n  Leave 'kpis' out to have all prices and counts.",
        "base\n  'https://me:"
        "secret@kolada.example/v3' is not an address to ask at.\n"
        "  Write one such as https://api.kolada.se/v3.",
    ]
    assert server.asked == []


class TestWriting:
    @pytest.fixture
    def result(self, server: Recorded) -> KoladaResult:
        server.hold(
            *(row("N17005", year, cell(value)) for year, value in ((2022, 139_117.4), (2023, 812.125))),
            row("N31849", 2023, cell(60_123.0)),
            row("N00901", 2023, cell(20.5)),
            row("N31910", 2023, cell(780.0), cell(1.5, "K")),
        )
        return ask(server, years=[2022, 2023])

    def test_it_is_a_local_price_list(self, result: KoladaResult, tmp_path: Path) -> None:
        files = write(result, tmp_path / "trelleborg.csv")
        assert [file.name for file in files] == ["trelleborg.csv", "trelleborg-antal.csv", "trelleborg.json"]
        assert sorted(file.name for file in tmp_path.iterdir()) == sorted(file.name for file in files)
        prices = local_list(files[0]).prices
        assert {id_: {year: value.value for year, value in price.values.items()} for id_, price in prices.items()} == {
            "kommun.bistand_hushall_ar": {2023: 60123.0},
            "kommun.gymnasieskola": {2022: 139117.4, 2023: 812.12},
            "skatt.kommun": {2023: 0.205},
        }
        assert read_table(files[0]).columns == COLUMNS
        assert [tuple(one.cells.values()) for one in read_table(files[1]).rows] == [
            ("N31910", "Biståndshushåll, ekonomiskt bistånd, antal", "2023", "K", "1,5", "antal"),
            ("N31910", "Biståndshushåll, ekonomiskt bistånd, antal", "2023", "T", "780", "antal"),
        ]
        assert json.loads(files[2].read_text(encoding="utf-8")) == result.request

    def test_nothing_is_replaced_unasked(self, result: KoladaResult, tmp_path: Path) -> None:
        path, record = tmp_path / "trelleborg.csv", tmp_path / "trelleborg.json"
        record.write_text("mine", encoding="utf-8")
        with pytest.raises(KoladaError) as caught:
            write(result, path)
        assert str(caught.value) == (
            f"Already there: {record}.\nChoose another name, or say that they may be replaced."
        )
        assert (path.exists(), record.read_text(encoding="utf-8")) == (False, "mine")
        write(result, path, overwrite=True)
        assert json.loads(record.read_text(encoding="utf-8")) == result.request

    def test_a_name_that_is_no_csv(self, result: KoladaResult, tmp_path: Path) -> None:
        path = tmp_path / "trelleborg.xlsx"
        with pytest.raises(KoladaError) as caught:
            write(result, path)
        assert str(caught.value) == f"A price list is written as CSV: '{path}' does not end in .csv."

    def test_a_folder_that_is_not_there(self, result: KoladaResult, tmp_path: Path) -> None:
        path = tmp_path / "saknas" / "trelleborg.csv"
        with pytest.raises(KoladaError) as caught:
            write(result, path)
        assert str(caught.value) == f"'{path}' cannot be written: No such file or directory."


class TestTheTableOfFigures:
    def test_every_id_is_well_formed_and_stands_once(self) -> None:
        ids = [one.cells["kpi"] for one in shipped_table("kolada_kpis.csv").rows]
        assert [id_ for id_ in ids if not re.fullmatch(r"[NU]\d{5}", id_)] == []
        assert len(ids) == len(set(ids)) == len(known_kpis())

    def test_parts_are_figures_too(self) -> None:
        assert {part for kpi in known_kpis().values() for part in kpi.parts} <= set(known_kpis())

    def test_every_figure_says_what_it_measures(self) -> None:
        assert [kpi.id for kpi in known_kpis().values() if not kpi.measure or not kpi.title] == []

    def test_a_price_is_one_figure_alone(self) -> None:
        ids = [kpi.price["id"] for kpi in known_kpis().values() if kpi.price]
        assert len(ids) == len(set(ids))
        assert len(ids) >= 15

    def test_units_say_what_is_measured(self) -> None:
        units = {kpi.id: (kpi.measure, kpi.price["unit"]) for kpi in known_kpis().values() if kpi.price}
        assert {pair for id_, pair in units.items() if not known_kpis()[id_].per} == {
            ("kr", Unit.MONTH),
            ("kr/hushåll", Unit.YEAR),
            ("kr/brukare", Unit.YEAR),
            ("kr/elev", Unit.PUPIL_YEAR),
            ("kr/heltidsstuderande", Unit.PUPIL_YEAR),
            ("kr/boendedygn", Unit.NIGHT),
            ("kr/vårddygn", Unit.NIGHT),
            ("%", Unit.SHARE),
        }
        shared = [kpi for kpi in known_kpis().values() if kpi.per]
        assert {(kpi.measure, known_kpis()[kpi.times].title) for kpi in shared} == {
            ("kr/inv", "Invånare totalt, antal")
        }
        assert {known_kpis()[kpi.per].measure for kpi in shared} == {"antal"}
        assert [
            kpi.id for kpi in known_kpis().values() if (kpi.factor != 1) != (kpi.measure == "%" and bool(kpi.price))
        ] == []

    def test_prices_that_the_national_list_has_are_the_same_kind_of_price(self) -> None:
        national = shipped_list("sverige").prices
        both = [kpi.price for kpi in known_kpis().values() if kpi.price and kpi.price["id"] in national]
        assert len(both) >= 8
        for ours in both:
            theirs = national[ours["id"]]
            said = [ours[name] or None for name in ("payer", "payee", "kind", "unit", "index")]
            assert said == [theirs.payer, theirs.payee, theirs.kind, theirs.unit, theirs.index], ours["id"]
            assert (ours["taxable"] == "ja") == theirs.taxable
            assert ours["realisable"] == shipped_realisable(ours["id"])

    def test_what_is_derived_is_graded_lower(self) -> None:
        for kpi in known_kpis().values():
            if kpi.price:
                assert kpi.price["grade"] in ("B", "C")
                assert kpi.price["note"].startswith("DERIVED") == bool(kpi.per)

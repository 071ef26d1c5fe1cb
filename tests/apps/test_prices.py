"""What `prices` finds, shows and explains, and the own lists that it begins, compares and fetches."""

import json
import re
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from typer.testing import Result

import utanforskap as ut
from utanforskap.inputs.pricelists import kolada_api
from utanforskap.inputs.pricelists.kolada import known_kpis
from utanforskap.inputs.pricelists.local_prices import template
from utanforskap.inputs.pricelists.prices import COLUMNS

Shell = Callable[..., Result]

HEAD = ";".join(COLUMNS)
OWN = f"""# egen
{HEAD}
kommun.coach;kommun;;service;nej;Vår coåch;Our coach;kr/timme;kpi;50 %;2023;400;;;Bokslut;;B;
kommun.coach;;;;;;;;;;2024;1 410,5;;;Bokslut;https://example.org/bokslut;C;Ny redovisning
kommun.riksnorm_par;kommun.socialtjanst;individ;transfer;ja;Vår norm;;kr/mån;kpi;;2026;8 600;;;Beslut;;B;
kommun.lokal_sats;;;;;Sats;Rate;andel;;;2024;12,5 %;10 %;15 %;Bokslut;;B;
"""


def told(result: Result) -> str:
    text = result.stdout.replace("\N{NO-BREAK SPACE}", " ")
    return "\n".join(line.rstrip() for line in text.split("\n"))


def answered(result: Result) -> dict[str, Any]:
    assert result.exit_code == 0, result.stderr
    answer: dict[str, Any] = json.loads(result.stdout)
    return answer


def rows(answer: dict[str, Any], name: str) -> dict[str, list[Any]]:
    table = next(table for table in answer["tables"] if table["name"] == name)
    return {row["label"]: row["cells"] for row in table["rows"]}


@pytest.fixture
def own(tmp_path: Path) -> str:
    (tmp_path / "egna.csv").write_text(OWN, encoding="utf-8-sig")
    return "egna.csv"


# Finding and showing


def test_without_a_word_prices_are_counted_by_actor(shell: Shell) -> None:
    prices = ut.prices("sverige").prices
    counted = rows(answered(shell("prices", "--format", "json")), "prices")

    assert sum(cells[1] for cells in counted.values()) == len(prices)
    assert counted["region"][0] == "Region"
    assert counted["lon"][0] == "Löner"
    assert rows(answered(shell("prices", "--format", "json", "--lang", "en")), "prices")["lon"][0] == "Wages"
    assert told(shell("prices")).startswith("Priser i sverige@2026.1\n\nId            Namn ")


@pytest.mark.parametrize("words", [["VÅR"], ["our", "coach"], ["kommun.co"]])
def test_a_word_is_searched_in_ids_and_labels(shell: Shell, own: str, words: list[str]) -> None:
    found = rows(answered(shell("prices", *words, "--list", own, "--format", "json")), "prices")

    assert found["kommun.coach"] == ["Vår coåch", 1410.5, "kr/timme", 2024, "C"]
    assert set(found) <= {"kommun.coach", "kommun.riksnorm_par"}


def test_what_is_found_is_told_with_whole_ids(shell: Shell, own: str) -> None:
    assert told(shell("prices", "coach", "--list", own, columns=30)).startswith(
        "Priser i egna.csv\nC  kommun.coach\n   Vår coåch\n   2024: 1 410,5 kr/timme\n"
    )


def test_what_is_not_found_is_refused_with_the_nearest(shell: Shell, own: str) -> None:
    refused = shell("prices", "kommun.coch", "--list", own)

    assert (refused.exit_code, refused.stdout) == (2, "")
    assert refused.stderr == (
        "'kommun.coch' is not a price, nor in the name of one. Did you mean 'kommun.coach'?\n"
        "Allowed: kommun.coach, kommun.lokal_sats, kommun.riksnorm_par\n"
    )


def test_a_whole_id_shows_everything(shell: Shell, own: str) -> None:
    assert told(shell("prices", "kommun.coach", "--list", own)) == (
        "Vår coåch\n"
        "kommun.coach\n"
        "Betalare: Kommun (kommun)\n"
        "Slag: Tjänst\n"
        "Enhet: kr/timme\n"
        "Index: kpi\n"
        "Realiserbart: 50 %\n"
        "\n"
        "Kända värden\n"
        "C  2024: 1 410,5 kr/timme\n"
        "   Bokslut\n"
        "   https://example.org/bokslut\n"
        "   Ny redovisning\n"
        "B  2023: 400 kr/timme\n"
        "   Bokslut\n"
    )


def test_a_whole_id_is_all_in_json_and_csv(shell: Shell, own: str) -> None:
    answer = answered(shell("prices", "kommun.riksnorm_par", "--list", own, "--format", "json"))
    facts = {name: answer[name] for name in ("id", "payer", "payee", "kind", "taxable", "unit", "index", "realisable")}

    assert facts == {
        "id": "kommun.riksnorm_par",
        "payer": "kommun.socialtjanst",
        "payee": "individ",
        "kind": "transfer",
        "taxable": True,
        "unit": "kr/mån",
        "index": "kpi",
        "realisable": None,
    }
    assert rows(answer, "values") == {"2026": [8600.0, None, None, "B", "Beslut", None, None]}
    assert "Slag: Transferering, skattepliktig\n" in told(shell("prices", "kommun.riksnorm_par", "--list", own))
    assert shell("prices", "kommun.lokal_sats", "--list", own, "--format", "csv").stdout == (
        "År,Värde,Låg,Hög,Betyg,Källa,Adress,Not\n2024,0.125,0.1,0.15,B,Bokslut,,\n"
    )


def test_years_of_the_same_source_are_told_together(shell: Shell) -> None:
    text = told(shell("prices", "kommun.riksnorm_ensam"))

    assert text.count("B  2025: 5 180 kr/mån\n   2024: 5 030 kr/mån\n") == 1
    assert text.count("Riksnorm för 2026 fastställd") == 1


# What stands for a year


@pytest.mark.parametrize(
    ("id_", "year", "lang", "said"),
    [
        ("kommun.riksnorm_ensam", 2013, "sv", "2013: 3 880 kr/mån, det kända värdet."),
        ("kommun.coach", 2022, "sv", "2022: 368,5 kr/timme, det närmaste kända värdet (2023) omräknat med kpi."),
        ("kommun.coach", 2022, "en", "2022: 368.5 kr/timme, the nearest known value (2023) moved by kpi."),
        ("kommun.lokal_sats", 1999, "sv",
         "1999: 12,5 % (10 till 15), det närmaste kända värdet (2024), som inte räknas om."),
    ],
)  # fmt: skip
def test_a_year_says_which_value_stands(shell: Shell, own: str, id_: str, year: int, lang: str, said: str) -> None:
    listed = ["--list", own] if id_ in OWN else []
    text = told(shell("prices", id_, "--year", str(year), "--lang", lang, *listed, columns=200))
    answer = answered(shell("prices", id_, "--year", str(year), "--format", "json", *listed))
    at = ut.prices(own if listed else "sverige").at(id_, year=year)

    assert said in text
    assert (answer["at"]["value"], answer["at"]["converted"]) == (at.value, at.converted)
    assert rows(answer, "at")[str(year)] == [at.value, at.low, at.high, at.own_year, at.index, at.grade]


def test_a_search_of_a_year_says_of_each_which_value_stands(shell: Shell, own: str) -> None:
    result = shell("prices", "vår", "--list", own, "--year", "2023", columns=200)

    assert told(result).startswith(
        "Priser i egna.csv, 2023 års kronor\n"
        "B  kommun.coach\n   Vår coåch\n   2023: 400 kr/timme, det kända värdet.\n"
        "–  kommun.riksnorm_par\n   Vår norm\n\nFunna priser: 2."
    )
    assert "'kommun.riksnorm_par' is not known for 2023, and its value of 2026 cannot be moved there" in told(result)


def test_a_year_that_no_index_reaches_is_refused(shell: Shell) -> None:
    refused = shell("prices", "kommun.riksnorm_ensam", "--year", "1950")

    assert (refused.exit_code, refused.stdout) == (2, "")
    assert "the index kpi is known for 2000–" in refused.stderr


# The shipped tables' age


def test_stale_lists_what_should_have_come(shell: Shell) -> None:
    early = shell("prices", "--stale", "--today", "2026-12-01")
    late = answered(shell("prices", "--stale", "--today", "2027-01-16", "--format", "json"))

    assert told(early) == (
        "Borde ha kommit i ny utgåva 2026-12-01\n\n0 av 15 tabeller har passerat sin väntade uppdatering.\n"
    )
    assert rows(late, "stale")["prices/sverige-2026.1/fk.csv"][:3] == ["2026.1", "2026-11-22", "2027-01-15"]
    assert "indices.csv" not in rows(late, "stale")
    assert "2027-01-15  prices/sverige-2026.1/fk.csv\n" in told(shell("prices", "--stale", "--today", "2027-01-16"))
    assert shell("prices", "--stale").exit_code == 0


# Own lists


def test_the_template_is_written_once(shell: Shell) -> None:
    assert shell("prices", "--template", "mina.csv").stderr == "Skrev mina.csv.\n"
    assert Path("mina.csv").read_bytes() == b"\xef\xbb\xbf" + template().encode()
    assert dict(ut.prices("mina.csv").prices) == {}

    Path("mina.csv").write_text("mitt", encoding="utf-8")
    refused = shell("prices", "--template", "mina.csv")
    assert (refused.exit_code, refused.stdout) == (2, "")
    assert Path("mina.csv").read_text(encoding="utf-8") == "mitt"
    assert shell("prices", "--template", "mina.csv", "--force").exit_code == 0
    assert Path("mina.csv").read_text(encoding="utf-8-sig") == template()


def test_a_template_is_no_workbook(shell: Shell) -> None:
    assert "does not end in .csv" in shell("prices", "--template", "mina.xlsx").stderr
    assert not Path("mina.xlsx").exists()


def test_differs_lists_what_an_own_list_changes(shell: Shell, own: str) -> None:
    text = told(shell("prices", "--differs", own, columns=200))

    assert text == (
        "Vad egna.csv ändrar i sverige@2026.1\n"
        "kommun.coach\n"
        "   price: 1 410,5 i stället för –\n"
        "kommun.riksnorm_par\n"
        "   taxable: ja i stället för nej\n"
        "   value 2026: 8 600 i stället för 8 510\n"
        "   grade 2026: B i stället för A\n"
        "kommun.lokal_sats\n"
        "   price: 0,125 i stället för –\n"
        "\n"
        "3 priser i den egna listan: 1 går före ett nationellt, 2 finns bara där. Skillnader: 5.\n"
    )
    answer = answered(shell("prices", "--differs", own, "--format", "json"))
    assert answer["tables"][0]["rows"][2] == {"label": "kommun.riksnorm_par", "cells": ["value 2026", 8600.0, 8510.0]}


def test_how_an_own_list_was_read_is_told(shell: Shell, tmp_path: Path) -> None:
    (tmp_path / "egna.csv").write_text(OWN, encoding="windows-1252")

    assert "egna.csv:3:1 The table is not UTF-8 and was read as Windows-1252" in told(
        shell("prices", "--differs", "egna.csv", columns=200)
    )


def test_everything_wrong_in_an_own_list_is_told_at_once(shell: Shell, tmp_path: Path) -> None:
    broken = OWN.replace("kr/timme", "kr/tim").replace("12,5 %", "1.500").replace(";individ;", ";;")
    (tmp_path / "egna.csv").write_text(broken, encoding="utf-8")
    for line in (["--differs", "egna.csv"], ["coach", "--list", "egna.csv"]):
        refused = shell("prices", *line)
        assert (refused.exit_code, refused.stdout) == (2, "")
        assert re.findall(r"(?m)^egna\.csv:(\d+):(\d+)", refused.stderr) == [("3", "8"), ("5", "3"), ("6", "12")]
        assert "Units: kr, kr/år" in refused.stderr


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (["coach", "--stale"], "SÖKORD and --stale are different questions; ask one at a time."),
        (["--stale", "--template", "x.csv"], "--stale and --template are different questions; ask one at a time."),
        (["--year", "2013"], "--year goes with SÖKORD."),
        (["--today", "2027-01-01"], "--today goes with --stale."),
        (["coach", "--years", "2023"], "--years does not go with SÖKORD."),
        (["--stale", "--list", "sverige"], "--list does not go with --stale."),
        (["--template", "x.csv", "--output", "y.csv"], "--output does not go with --template."),
        (["--kolada", "1287"], "--kolada needs --years and --output: "),
        (["--kolada", "1287", "--years", "2023"], "--kolada needs --output: "),
        (["--kolada", "1287", "--years", "i fjol", "--output", "t.csv"], "'i fjol' is not a year. Write 2022,2023 or"),
        (["--kolada", "12", "--years", "2023", "--output", "t.csv"], "'12' is not the code of a kommun."),
        (["--differs", "ingen.csv"], "The table 'ingen.csv' cannot be opened"),
        (["--list", "sverge"], "'sverge' is not a price list. Did you mean 'sverige'?"),
    ],
)
def test_what_cannot_be_asked_is_refused(shell: Shell, line: list[str], said: str) -> None:
    refused = shell("prices", *line)

    assert (refused.exit_code, refused.stdout) == (2, "")
    assert said in refused.stderr
    assert list(Path().iterdir()) == []


# Kolada, asked on a loopback server


@pytest.fixture
def kolada(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A server with one figure of Trelleborg in 2022 and 2023."""
    kpi = next(id_ for id_, one in known_kpis().items() if one.price and len(one.parts) == 1)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            values: list[dict[str, Any]] = [{"id": "1287", "title": "Trelleborg", "type": "K"}]
            if "/data/" in self.path:
                cell = {"gender": "T", "status": "", "value": 1234.5, "isdeleted": False}
                years = (2022, 2023) if kpi in self.path else ()
                values = [{"kpi": kpi, "municipality": "1287", "period": year, "values": [cell]} for year in years]
            body = json.dumps({"values": values, "count": len(values), "next_url": None}).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    monkeypatch.setenv("no_proxy", "127.0.0.1")
    monkeypatch.setattr(kolada_api, "PAUSE", 0.0)
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as running:
        threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        yield f"http://127.0.0.1:{running.server_port}/v3"
        running.shutdown()


def test_a_kommuns_own_costs_are_fetched_to_a_list(shell: Shell, kolada: str) -> None:
    line = ["prices", "--kolada", "1287", "--years", "2022-2023", "--output", "trelleborg.csv", "--kolada-base", kolada]
    result = shell(*line)

    assert result.exit_code == 0, result.stderr
    assert told(result).startswith("Trelleborg: egna kostnader ur Kolada\nPriser: 2. Antal: 0. Saknas: ")
    assert told(result).endswith("Skrev trelleborg.csv.\nSkrev trelleborg-antal.csv.\nSkrev trelleborg.json.\n")
    [price] = ut.prices("trelleborg.csv").prices.values()
    assert set(price.values) == {2022, 2023}
    assert shell("prices", "--differs", "trelleborg.csv").exit_code == 0

    before = Path("trelleborg.csv").read_bytes()
    refused = shell(*line)
    assert refused.exit_code == 2
    assert "is already there" in refused.stderr
    assert Path("trelleborg.csv").read_bytes() == before
    answer = answered(shell(*line, "--force", "--format", "json"))
    assert (answer["prices"], answer["figures"]) == (2, 0)
    assert answer["missing"] == len(next(iter(answer["tables"]))["rows"])

"""What a report says: nothing that its numbers do not."""

import re
import tomllib
from collections.abc import Callable
from importlib import resources
from typing import Any

import pytest
from funders.purses import loan
from funders.test_methods import with_method
from hypothesis import example, given
from hypothesis import strategies as st
from outputs.report.reports import small, small_gain, tabled_numbers, told_numbers, uncertain

import utanforskap as ut
from utanforskap.analysis.metrics import Payback
from utanforskap.outputs.report.build import build
from utanforskap.outputs.report.facts import Range, Stand
from utanforskap.outputs.report.model import Figure, KeyFigures, Paragraph, Points, Report
from utanforskap.outputs.report.summary import in_short, verdict
from utanforskap.outputs.report.voice import Voice
from utanforskap.terms import Lang

LANGS: tuple[Lang, ...] = ("sv", "en")
CASE = ut.from_data(small())
ORDER = [
    "summary", "result", "redistribution", "investment", "financing", "figures", "pictures", "effect", "sensitivity",
    "reconciliation", "assumptions", "prices", "findings", "record",
]  # fmt: skip


def report_on(subject: "ut.Result | ut.Comparison", lang: Lang) -> Report:
    return build(subject, simulation=None, draws=400, seed=1, lang=lang)


def exclusion() -> "ut.Result":
    return ut.run(ut.from_data(uncertain()))


def ledger() -> "ut.Result":
    data = small()
    del data["groups"]["unga"]["reference"]
    return ut.run(ut.from_data(data))


def bundled(name: str, alternative: str) -> "ut.Comparison":
    return ut.run(ut.load(name)).compare(alternative)


def lent() -> "ut.Comparison":
    data = with_method()
    data["programmes"]["insats"]["budget"]["funders"] = {"kommun.fond": 0.5, "finsam": "rest"}
    data["funds"] = {"fonden": loan(committees={"kommun.socialtjanst": 0.1})}
    return ut.run(ut.from_data(data)).compare("insats")


SUBJECTS: dict[str, Callable[[], Any]] = {
    "certain": small_gain,
    "uncertain": lambda: ut.run(ut.from_data(uncertain())).compare("jobb"),
    "exclusion": exclusion,
    "bundled exclusion": lambda: ut.run(ut.load("typfall-kriminell-bana")),
    "ledger": ledger,
    "only set": lambda: bundled("typfall-ung-uvas", "fler_kvar"),
    "finsam": lambda: bundled("trelleborg-integration", "kortare_introduktion"),
    "funded": lambda: bundled("boss-skane", "boss"),
    "lent": lent,
}


ASKED = [
    ("certain", "sv"), ("certain", "en"), ("uncertain", "sv"), ("uncertain", "en"), ("exclusion", "sv"),
    ("exclusion", "en"), ("bundled exclusion", "sv"), ("ledger", "sv"), ("only set", "sv"), ("finsam", "sv"),
    ("funded", "en"), ("lent", "sv"),
]  # fmt: skip


@pytest.fixture(scope="module", params=ASKED, ids="-".join)
def report(request: pytest.FixtureRequest) -> Report:
    name, lang = request.param
    return report_on(SUBJECTS[name](), lang)


def said(report: Report) -> str:
    """Everything that is told in sentences."""
    texts = []
    for block in report.blocks():
        match block:
            case Paragraph():
                texts.append(block.text)
            case Points():
                texts += [f"{name}: {text}" for name, text in block.items]
            case KeyFigures():
                texts += [f"{item.question} {item.answer} {item.detail}" for item in block.items]
    return "\n".join(texts)


def test_every_number_in_a_sentence_stands_in_a_table(report: Report) -> None:
    tabled = tabled_numbers(report)

    strange = [(number, text) for number, text in told_numbers(report) if number not in tabled]

    assert not strange


def test_sections_come_in_their_order(report: Report) -> None:
    ids = [section.id for section in report.sections]

    assert ids == [id_ for id_ in ORDER if id_ in ids]
    assert {"summary", "result", "redistribution", "investment", "financing", "figures"} <= set(ids)
    assert ids[-4:] == ["assumptions", "prices", "findings", "record"]


def test_every_picture_says_what_it_shows(report: Report) -> None:
    pictures = [block for block in report.blocks() if isinstance(block, Figure)]

    assert pictures
    assert all(len(picture.alt) > len(picture.title) for picture in pictures)


def test_no_blank_is_left_unfilled(report: Report) -> None:
    assert not re.search(r"[{}]|\bNone\b|\bnan\b", said(report))


def test_tables_and_pictures_have_names_of_their_own(report: Report) -> None:
    marks = list(report.marks().values())
    ids = [(type(block), block.id) for block in report.marks()]

    assert len(set(marks)) == len(marks)
    assert len(set(ids)) == len(ids)


def table_of(report: Report, id_: str) -> dict[str, list[str]]:
    table = next(table for table in report.tables() if table.id == id_)
    return {row.cells[0]: list(row.cells[1:]) for row in table.rows}


def test_the_small_case_by_hand() -> None:
    # Two of ten are moved for eight years: 2 × 8 × 100 000 kr of service and 2 × 8 × 50 000 kr of benefit, which
    # society neither gains nor loses; the programme costs 500 000 kr.
    stands = table_of(report_on(small_gain(), "sv"), "stands")

    assert stands["Kommun"] == ["1\u00a0600", "−500", "0", "1\u00a0100", "vinner"]
    assert stands["Region"] == ["800", "0", "0", "800", "vinner"]
    assert stands["Individen"] == ["−800", "0", "0", "−800", "förlorar"]
    assert stands["Samhället som helhet"] == ["1\u00a0600", "−500", "0", "1\u00a0100", "vinner"]


def test_it_is_said_that_no_uncertainty_is_stated() -> None:
    report = report_on(small_gain(), "sv")

    assert "Ingen osäkerhet är angiven" in said(report)
    assert not [table for table in report.tables() if table.id in ("intervals", "chances")]


def test_a_loss_is_called_a_loss() -> None:
    data = small()
    data["programmes"]["jobbstod"]["costs"]["drift"]["amount"]["value"] = 2_000_000
    text = said(report_on(ut.run(ut.from_data(data)).compare("jobb"), "sv"))

    assert "Insatsen är en förlust för samhället som helhet: 400\u00a0tkr efter insatskostnad." in text
    assert "lönar sig för samhället" not in text


def test_each_perspective_is_judged_by_itself() -> None:
    data = small()
    data["programmes"]["jobbstod"]["costs"]["drift"]["amount"]["value"] = 2_000_000
    text = said(report_on(ut.run(ut.from_data(data)).compare("jobb"), "sv"))

    # Society loses 400 000 kr; the public sector saves the benefits too: 2 400 000 − 2 000 000 = 400 000 kr.
    assert "Insatsen lönar sig för den offentliga sektorn: vinsten efter insatskostnad är 400\u00a0tkr." in text


def test_what_spans_zero_is_not_known() -> None:
    report = report_on(ut.run(ut.from_data(uncertain())).compare("jobb"), "sv")
    intervals = table_of(report, "intervals")

    assert intervals["Samhällsekonomiskt"][-1] == "vet\u00a0vi\u00a0inte"
    assert "Om det blir en vinst för samhället som helhet vet vi inte" in said(report)
    assert "lönar sig för samhället" not in said(report)


def test_a_case_without_a_programme_has_no_investment() -> None:
    text = said(report_on(exclusion(), "sv"))

    # Ten persons for eight years: 8 Mkr of service and 4 Mkr of benefits, which society does not count.
    assert "Utanförskapet kostar 12,0\u00a0Mkr räknat på fältets sätt" in text
    assert "För samhället som helhet är kostnaden 8,0\u00a0Mkr." in text
    assert "ingen investering att räkna på" in text


def test_the_ledger_is_not_called_what_exclusion_costs() -> None:
    text = said(report_on(ledger(), "sv"))

    assert "så vad utanförskapet kostar går inte att säga" in text
    assert "Utanförskapet kostar" not in text


kronor = st.floats(-1e9, 1e9, allow_nan=False)


@st.composite
def stands(draw: st.DrawFn) -> Stand:
    net, cost = draw(kronor), draw(st.floats(0, 1e8))
    low, high = sorted((draw(kronor), draw(kronor)))
    found = draw(
        st.none() | st.builds(Range, mean=kronor, low=st.just(low), high=st.just(high), chance=st.floats(0, 1))
    )
    back = Payback(status="time", years=1.0, horizon=8)
    return Stand("kommun", gross=net + cost, cost=cost, financing=0.0, net=net, payback=back, range=found)


def narrow(net: float, end: float) -> Stand:
    """A net gain whose draws all give one other amount."""
    back = Payback(status="time", years=1.0, horizon=8)
    found = Range(mean=end, low=end, high=end, chance=float(end > 0))
    return Stand("kommun", gross=net, cost=0.0, financing=0.0, net=net, payback=back, range=found)


@example(narrow(-5.0, 5.0), "sv", "kr")
@example(narrow(5.0, 5.0), "en", "kr")
@example(narrow(5.0, 0.0), "sv", "kr")
@given(stands(), st.sampled_from(LANGS), st.sampled_from(["kr", "tkr", "Mkr"]))
def test_nothing_pays_off_that_does_not(stand: Stand, lang: Lang, unit: Any) -> None:
    voice = Voice(lang, unit)
    sentence = verdict(CASE, stand, voice, what="programme")
    short = in_short(stand, voice)
    pays_off = "lönar sig" in sentence or "pays off" in sentence
    gains = "vinner" in short.split() or "gains" in short.split()

    sure = stand.net > 0 and (stand.range is None or stand.range.low > 0)
    assert not pays_off or sure
    assert not (gains and stand.verdict(voice) not in ("gain", "even"))
    if stand.range is not None and stand.range.low < 0 < stand.range.high and stand.verdict(voice) != "even":
        assert "vet vi inte" in sentence or "not known" in sentence


@given(stands(), st.sampled_from(LANGS))
def test_a_clear_gain_is_said_to_be_one(stand: Stand, lang: Lang) -> None:
    voice = Voice(lang, "kr")
    if stand.net >= 1 and (stand.range is None or stand.range.low >= 1):
        assert re.search("lönar sig|pays off", verdict(CASE, stand, voice, what="programme"))


def test_every_text_is_there_in_both_languages_with_the_same_blanks() -> None:
    path = resources.files("utanforskap").joinpath("data/report/texts.toml")
    sections = tomllib.loads(path.read_text(encoding="utf-8"))

    for section, texts in sections.items():
        for id_, text in texts.items():
            assert set(text) == set(LANGS), (section, id_)
            blanks = [set(re.findall(r"{(\w+)}", text[lang])) for lang in LANGS]
            assert blanks[0] == blanks[1], (section, id_)


def test_an_unsuitable_simulation_is_refused() -> None:
    gain = ut.run(ut.from_data(uncertain())).compare("jobb")
    other = ut.simulate(gain.case, ut.Reading(measure="net_gain", alternative="jobb", perspective="region"), n=10)

    with pytest.raises(ut.QuestionError) as refused:
        build(gain, simulation=other, draws=10, seed=1, lang="sv")

    assert str(refused.value) == (
        "This simulation did not read net_gain of 'jobb' for society over the whole horizon, which the report tells.\n"
        "Leave out 'readings' when you simulate, or let the report simulate by itself."
    )

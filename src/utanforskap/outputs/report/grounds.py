"""What a report rests on: assumptions, prices, findings and the run itself."""

from collections.abc import Callable, Sequence

from utanforskap.analysis import wording
from utanforskap.analysis.checks import check_scenario
from utanforskap.analysis.explain import grade_of, is_assumed, source_text
from utanforskap.errors import Finding
from utanforskap.inputs.case import PRICES, Case
from utanforskap.inputs.values.estimates import Estimate, Money, Quantity, Rate, Share, SignedShare, Years
from utanforskap.outputs.plot.names import called
from utanforskap.outputs.record import Record, file_name
from utanforskap.outputs.report.facts import gradings
from utanforskap.outputs.report.layout import text_table
from utanforskap.outputs.report.model import Block, Paragraph, Part, Section, Table
from utanforskap.outputs.report.summary import graded
from utanforskap.outputs.report.voice import Voice
from utanforskap.terms import label

_PRICE = f"{PRICES}."


def sections(case: Case, record: Record, voice: Voice) -> tuple[Section, ...]:
    """Return what a report ends with, whatever it is about."""
    return assumptions(case, voice), prices(case, voice), findings(case, voice), run(record, voice)


def assumptions(case: Case, voice: Voice) -> Section:
    """Return every estimate but the listed prices: assumptions first, then what has a source."""
    named = {name: said for name, said in case.estimates.items() if not name.startswith(_PRICE)}
    assumed = {name: said for name, said in named.items() if is_assumed(said)}
    sourced = {name: said for name, said in named.items() if name not in assumed}
    first: tuple[Block, ...] = (Paragraph(graded(case, voice), "warning"), _grades(case, voice))
    parts = [Part("", first)]
    for id_, chosen in (("assumed", assumed), ("sourced", sourced)):
        if chosen:
            title = voice.word("tables", id_)
            parts.append(Part(title, (_estimates(case, chosen, voice, id_=id_, title=title),)))
    return Section("assumptions", voice.word("titles", "assumptions"), tuple(parts))


def _grades(case: Case, voice: Voice) -> Table:
    counts = gradings(case)
    rows = [[grade, voice.word("grades", grade), voice.number(count)] for grade, count in counts.items()]
    rows.append([voice.word("columns", "all"), "", voice.number(len(case.estimates))])
    return text_table(
        rows, id_="grades", title=voice.word("tables", "grades"),
        columns=[voice.word("columns", name) for name in ("grade", "means", "numbers")],
        numeric=[False, False, True], totals=[len(rows) - 1],
    )  # fmt: skip


def _estimates(case: Case, chosen: dict[str, Estimate], voice: Voice, *, id_: str, title: str) -> Table:
    names: dict[str, Callable[[str, Estimate], str]] = {
        "number": lambda name, _: called(case, name, voice.lang),
        "value": lambda _, said: quantity(said, said.value, voice),
        "between": lambda _, said: _between(said, voice),
        "source": lambda _, said: source_text(case, said),
        "grade": lambda _, said: grade_of(case, said),
        "note": lambda _, said: said.note or "",
        "name": lambda name, _: name,
    }
    if id_ == "assumed":
        del names["grade"]  # it is D for all of them
    return text_table(
        [[tell(name, said) for tell in names.values()] for name, said in chosen.items()], id_=id_, title=title,
        columns=[voice.word("columns", name) for name in names],
        numeric=[name in ("value", "between") for name in names], long=True,
    )  # fmt: skip


def quantity(said: Estimate, value: float, voice: Voice) -> str:
    """Return one of an estimate's numbers with its unit, as people write it."""
    if isinstance(said, Share | SignedShare | Rate):
        return f"{voice.figure(100 * value)}\u00a0%"
    unit = ""
    if isinstance(said, Money):
        unit = said.unit + (f", {said.price_year}" if said.price_year else "")
    elif isinstance(said, Quantity):
        unit = said.unit or ""
    elif isinstance(said, Years):
        unit = label("words", "years", voice.lang)
    return "\u00a0".join(filter(None, (voice.figure(value), unit)))


def _between(said: Estimate, voice: Voice) -> str:
    if said.low is None and said.high is None:
        return wording.NONE
    low, high = (
        wording.NONE if end is None else quantity(said, end, voice).split(",\u00a0")[0] for end in (said.low, said.high)
    )
    return voice.fill("between", low=low, high=high)


def prices(case: Case, voice: Voice) -> Section:
    """Return every price that the case uses, with who pays it, its source and its grade."""
    rows = []
    for name, said in case.estimates.items():
        price = case.prices.get(name.removeprefix(_PRICE)) if name.startswith(_PRICE) else None
        if price is not None:
            payer = wording.NONE if price.payer is None else case.actors[price.payer].title[voice.lang]
            told = [getattr(price.title, voice.lang), payer, quantity(said, said.value, voice)]
            rows.append([*told, source_text(case, said), grade_of(case, said)])
    blocks: tuple[Block, ...] = (Paragraph(voice.say("no_prices")),)
    if rows:
        table = text_table(
            rows, id_="prices", title=voice.word("tables", "prices"),
            columns=[voice.word("columns", name) for name in ("price", "payer", "value", "source", "grade")],
            numeric=[False, False, True, False, False], long=True,
        )  # fmt: skip
        lists = voice.listed([file_name(id_) for id_ in case.price_lists])
        blocks = (Paragraph(voice.say("about_prices", lists=lists)), table)
    return Section("prices", voice.word("titles", "prices"), (Part("", blocks),))


def findings(case: Case, voice: Voice) -> Section:
    """Return what `check` finds worth knowing."""
    found = check_scenario(case, lang=voice.lang)
    blocks: tuple[Block, ...] = (Paragraph(voice.say("no_findings")),)
    if found:
        blocks = (Paragraph(voice.say("about_findings")), _findings(found, voice))
    return Section("findings", voice.word("titles", "findings"), (Part("", blocks),))


def _findings(found: Sequence[Finding], voice: Voice) -> Table:
    rows = []
    for each in found:
        message, where = each.message, wording.NONE
        if each.place is not None:
            name = file_name(each.place.file)
            message, where = message.replace(each.place.file, name), f"{name}:{each.place.line}"
        rows.append([voice.word("severities", each.severity), message, each.code, where])
    return text_table(
        rows, id_="findings", title=voice.word("tables", "findings"),
        columns=[voice.word("columns", name) for name in ("severity", "finding", "code", "where")], long=True,
    )  # fmt: skip


def run(record: Record, voice: Voice) -> Section:
    """Return what is needed to repeat the run, and to see that it is the same."""
    rows = [[voice.word("record", name), text] for name, text in record.lines()]
    table = text_table(
        rows, id_="record", title=voice.word("tables", "record"),
        columns=[voice.word("columns", "what"), voice.word("columns", "said")],
    )  # fmt: skip
    return Section("record", voice.word("titles", "record"), (Part("", (Paragraph(voice.say("about_record")), table)),))

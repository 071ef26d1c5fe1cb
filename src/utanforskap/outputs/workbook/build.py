"""From a result or a comparison to a workbook that is ready to be written."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from utanforskap.analysis.readings import Readable
from utanforskap.analysis.results import Comparison, Result
from utanforskap.analysis.summaries import alternative_title, titled
from utanforskap.engine.chain import Run
from utanforskap.engine.effects import reached
from utanforskap.inputs.case import Case
from utanforskap.outputs.plot.colours import ramp
from utanforskap.outputs.record import record_of
from utanforskap.outputs.workbook.accounts import Block, cash_sheet, present_sheet, write_present
from utanforskap.outputs.workbook.coming import strands
from utanforskap.outputs.workbook.comparison import COST, GAIN, comparison_sheet
from utanforskap.outputs.workbook.control import (
    Asked,
    against_python,
    control_sheet,
    laws,
    refuse_if_wrong,
    shares_make_a_whole,
    verdict_of_all,
)
from utanforskap.outputs.workbook.effects import Moves, Plan, effect_sheet, plan_of
from utanforskap.outputs.workbook.expressions import Ref, beside, span
from utanforskap.outputs.workbook.inputs import World, inputs_sheet
from utanforskap.outputs.workbook.line_table import LineTable, Which, line_table
from utanforskap.outputs.workbook.lines import LineFormulas
from utanforskap.outputs.workbook.model import Book, Chart, Series
from utanforskap.outputs.workbook.persons import FIRST_YEAR, HEAD, STATE, PersonSheet, person_sheet
from utanforskap.outputs.workbook.prices import price_sheet
from utanforskap.outputs.workbook.readme import readme_sheet
from utanforskap.outputs.workbook.tax_rates import TaxRates
from utanforskap.outputs.workbook.walks import Need, Request, state_sheet
from utanforskap.outputs.workbook.words import word
from utanforskap.terms import Lang, Reading

_CHART_COLUMN, _CHART_ROWS = 3, 21


@dataclass(frozen=True)
class Compared:
    """Which runs the workbook holds, and what they are called.

    Attributes
    ----------
    readable : Readable
        The ledgers.
    alternative : str or None
        The alternative; None where there is none.
    reference : bool
        Whether everybody on the reference is what the case is compared with.
    base, alt : World
        Whose numbers the first run and the second are reckoned with.
    """

    readable: Readable
    alternative: str | None
    reference: bool
    base: World
    alt: World

    @property
    def case(self) -> Case:
        """The case."""
        return self.readable.case

    @property
    def has_settings(self) -> bool:
        """Whether the alternative sets numbers of its own."""
        return bool(self.alt.changed)

    @property
    def programmes(self) -> tuple[str, ...]:
        """What is carried out."""
        return () if self.alternative is None else self.case.scenario.alternatives[self.alternative].programmes

    @property
    def second_base(self) -> str:
        """The part of the persons that the second run begins from."""
        return "alternative" if self.has_settings else "baseline"

    def runs(self) -> list[str]:
        """Return ``first``, and ``second`` where there is one."""
        return ["first", "second"] if self.alternative is not None or self.reference else ["first"]


def compared(subject: Result | Comparison) -> Compared:
    """Return which runs a workbook of a result or a comparison holds."""
    readable, case = subject.readable, subject.case
    alternative = subject.alternative if isinstance(subject, Comparison) else None
    values, others = readable.parameters(), readable.parameters(alternative)
    changed = frozenset(name for name in case.estimates if float(others[name][0]) != float(values[name][0]))
    with_reference = alternative is None and all(group.reference is not None for group in case.scenario.groups.values())
    return Compared(readable, alternative, with_reference, World("base", changed), World("alt", changed))


def build(subject: Result | Comparison, *, lang: Lang) -> Book:
    """Return the workbook of a result or a comparison.

    Parameters
    ----------
    subject : Result or Comparison
        What is to be shown.
    lang : {"sv", "en"}
        The language.

    Raises
    ------
    QuestionError
        If the formulas do not give the engine's totals: the case holds something that they do not know.
    """
    asked = compared(subject)
    case, readable = asked.case, asked.readable
    title = titled(readable, asked.alternative, lang)
    verdicts = word("verdicts", "ok", lang), word("verdicts", "differs", lang)
    book = Book(title, case.id, case.scenario.horizon.first_year, verdicts)
    values, others = readable.parameters(), readable.parameters(asked.alternative)
    inputs = inputs_sheet(
        book, case, values={name: float(values[name][0]) for name in case.estimates},
        others={name: float(others[name][0]) for name in asked.alt.changed},
        used=asked.alternative is not None, lang=lang,
    )  # fmt: skip
    prices = price_sheet(inputs, lang=lang)
    reaching = [id_ for id_ in asked.programmes if reached(case, case.scenario.programmes[id_])]
    plans = [plan_of(inputs, id_, asked.alt) for id_ in reaching]
    walks = state_sheet(inputs, _needs(asked, plans), lang=lang)
    moves = effect_sheet(inputs, plans, walks, asked.alt, lang=lang) if plans else {}
    persons = person_sheet(inputs, walks, lang=lang)
    _persons(asked, persons, plans, moves)
    present = present_sheet(inputs, asked.base, lang=lang)
    table = line_table(case, readable.run().ledger, _members(asked), present.factors, lang=lang)
    taxes = TaxRates(inputs, prices.sheet, lang)
    lines = LineFormulas(inputs, prices, taxes, lang, table)
    _lines(asked, lines, persons)
    names = _names(asked, lang)
    blocks = _blocks(asked, table)
    cash = cash_sheet(table, blocks, names, lang=lang)
    write_present(present, cash, blocks, names, case, lang)
    measures = GAIN if asked.alternative is not None else COST
    comparison = None
    if len(asked.runs()) > 1:
        comparison = comparison_sheet(case, cash, present, blocks, measures, title, lang)
    control = control_sheet(inputs, table, lang=lang)
    against_python(control, readable, _questions(asked), present, comparison, names)
    laws(control, table, present, persons, {run: names[f"{run}_run"] for run in asked.runs()}, [b.id for b in blocks])
    shares_make_a_whole(control, inputs)
    verdict_of_all(control)
    refuse_if_wrong(control)
    _occupancy_charts(asked, persons, lang)
    book.sheets += [table.sheet, cash.sheet, present.sheet]
    book.sheets += [control.sheet] if comparison is None else [comparison.sheet, control.sheet]
    told = [(names[f"{run}_run"], names[f"{run}_told"]) for run in asked.runs()]
    record = [(word("record", name, lang), text) for name, text in record_of(subject).lines()]
    book.sheets.insert(
        0, readme_sheet(book, case, computed=[*taxes.computed, *lines.agreed], runs=told, record=record, lang=lang)
    )
    return book


def _needs(asked: Compared, plans: Sequence[Plan]) -> dict[Request, Need]:
    """Return every pathway that is to be walked, and how far."""
    case = asked.case
    needs: dict[Request, Need] = {}

    def need(each: Request, years: int, already: bool) -> None:
        found = needs.setdefault(each, Need())
        found.years = max(found.years, years)
        found.already.add(already)

    for group in case.scenario.groups:
        asked_for = [(asked.base, False)]
        if asked.alternative is not None and asked.has_settings:
            asked_for.append((asked.alt, False))
        if asked.reference:
            asked_for.append((asked.base, True))
        for world, reference in asked_for:
            for each in strands(case, group, world, reference=reference):
                need(each.request, each.years, each.already)
    for plan in plans:
        need(plan.old, plan.years, plan.already)
        need(plan.new, max(plan.years - plan.offset, 0), plan.already)
    return needs


def _persons(asked: Compared, persons: PersonSheet, plans: Sequence[Plan], moves: Mapping[str, Moves]) -> None:
    persons.whole_groups("baseline", asked.base, reference=False)
    if asked.reference:
        persons.whole_groups("reference", asked.base, reference=True)
    if asked.alternative is None:
        return
    if asked.has_settings:
        persons.whole_groups("alternative", asked.alt, reference=False)
    for plan in plans:
        persons.moved(plan.id, moves[plan.id], asked.alt)
    persons.merged()
    persons.with_programmes(asked.second_base)


def _members(asked: Compared) -> dict[str, tuple[bool, bool]]:
    shared = asked.alternative is not None and not asked.has_settings
    return {
        "baseline": (True, shared),
        "reference": (False, True),
        "alternative": (False, True),
        "moved": (False, True),
        "costs": (False, True),
    }


def _lines(asked: Compared, formulas: LineFormulas, persons: PersonSheet) -> None:
    baseline = asked.readable.run()
    second: Run | None = asked.readable.run(asked.alternative) if asked.alternative is not None else None
    for part in persons.parts:
        match part.id:
            case "baseline":
                formulas.write_part(part, baseline, "baseline", None)
            case "reference":
                formulas.write_part(part, asked.readable.run(None, "reference"), "reference", None)
            case "alternative":
                assert second is not None
                formulas.write_part(part, second, "with", None)
            case _:
                assert second is not None
                formulas.write_part(part, second, "with", asked.second_base)
    if second is not None:
        formulas.write_costs(second, asked.alt)


def _blocks(asked: Compared, table: LineTable) -> list[Block]:
    blocks = [Block("first", Which("first", None))]
    if len(asked.runs()) > 1:
        blocks.append(Block("second", Which("second", "effect")))
    roles = {row["role"] for row in table.rows}
    return blocks + [Block(role, Which("second", role)) for role in ("programme", "financing") if role in roles]


def _names(asked: Compared, lang: Lang) -> dict[str, str]:
    case = asked.case
    names = {id_: word("heads", f"{id_}_pv", lang) for id_ in (*GAIN, *COST)}
    names["first"] = word("parts", "baseline", lang) if asked.alternative else word("parts", "case", lang)
    names["first_run"] = names["first"]
    names["first_told"] = word("says", "first_told", lang)
    if asked.alternative is not None:
        names["second"] = word("parts", "with_effects", lang)
        names["second_run"] = word("parts", "with", lang)
        names["second_told"] = alternative_title(case, asked.alternative, lang)
    else:
        names["second"] = word("parts", "reference", lang)
        names["second_run"] = names["second"]
        names["second_told"] = word("says", "reference_told", lang)
    for role in ("programme", "financing"):
        names[role] = word("parts", role, lang)
    return names


def _questions(asked: Compared) -> list[Asked]:
    questions = [Asked("first", Reading(measure="ledger"))]
    if asked.alternative is not None:
        questions += [
            Asked("gross", Reading(measure="gross_gain", alternative=asked.alternative)),
            Asked("net", Reading(measure="net_gain", alternative=asked.alternative)),
        ]
    elif asked.reference:
        questions.append(Asked("exclusion", Reading(measure="cost_of_exclusion")))
    return questions


def _occupancy_charts(asked: Compared, persons: PersonSheet, lang: Lang) -> None:
    """Put who is where, without and with the programmes, below the table of persons."""
    sheet = persons.sheet
    row = sheet.skip()
    horizon = asked.case.scenario.horizon
    years = Ref(sheet.name, HEAD, FIRST_YEAR, HEAD, FIRST_YEAR + horizon.years - 1, None, True, True)
    scenario = asked.case.scenario
    states = list(scenario.states)
    colors = dict(zip(states, (each.fill for each in ramp(len(states))), strict=True))
    for group in scenario.groups:
        first = next(part.seen for part in persons.parts if part.id == "baseline" and part.group == group)
        second = {state: cells for (of, state), cells in persons.totals.items() if of == group}
        for column, (run, rows) in zip((0, _CHART_COLUMN), (("baseline", first), ("with", second)), strict=True):
            series = [
                Series(beside(cells, STATE), years, span(cells, fixed=True), colors[state])
                for state, cells in rows.items()
            ]
            if series:
                title = f"{word('parts', run, lang)}: {getattr(scenario.groups[group].title, lang)}"
                axis = word("units", "person_years", lang)
                sheet.put(row, column, title, "section")
                above = Ref(sheet.name, row, column, row, column, None, True, True)
                sheet.charts.append(Chart("stacked_areas", above, axis, series, row + 1, column))
        row += _CHART_ROWS

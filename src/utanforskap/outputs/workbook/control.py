"""The sheet of control: the workbook's totals beside Python's, and laws that hold whatever the inputs are."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from utanforskap.analysis.columns import columns
from utanforskap.analysis.readings import Readable
from utanforskap.errors import QuestionError
from utanforskap.inputs.case import Case
from utanforskap.inputs.parts.shares import Mix, shares_of
from utanforskap.outputs.workbook.accounts import Present, actor_title
from utanforskap.outputs.workbook.comparison import Comparison
from utanforskap.outputs.workbook.expressions import (
    Expr,
    Parts,
    above,
    call,
    equals,
    largest,
    number,
    total,
)
from utanforskap.outputs.workbook.inputs import Inputs
from utanforskap.outputs.workbook.line_table import PERSPECTIVES, LineTable
from utanforskap.outputs.workbook.model import Sheet, Verdict
from utanforskap.outputs.workbook.persons import PersonSheet
from utanforskap.outputs.workbook.words import word
from utanforskap.terms import Lang, Reading, label

_HEAD = 7
_SAME = 1e-9
"""How far from Python's a total may be, as a share of it."""
_ROUNDING = 1e-12
"""What rounding may leave where much cancels, as a share of all that is turned over."""
_SHARES = 1e-9
_TURNOVER_ROW = 4


@dataclass(frozen=True)
class Asked:
    """A measure whose totals are held against Python's.

    Attributes
    ----------
    measure : str
        What the workbook calls it: a block on the sheet of present values, or a column of the comparison.
    reading : Reading
        What Python is asked.
    """

    measure: str
    reading: Reading


@dataclass
class Control:
    """The sheet of control, while it is written."""

    sheet: Sheet
    case: Case
    lang: Lang
    tolerance: Expr
    changed: Expr

    def verdict(self, row: int, column: int, holds: Expr, *, unchanged_only: bool) -> None:
        """Write whether something holds; after a change of inputs, a total is not expected to be Python's."""
        ok, wrong, changed = (word("verdicts", id_, self.lang) for id_ in ("ok", "differs", "changed"))
        otherwise: Parts = (f'"{wrong}"',)
        if unchanged_only:
            otherwise = ("IF(", *above(self.changed, 0).parts, f',"{changed}","{wrong}")')
        formula = Expr(0.0, ("IF(", *holds.parts, f',"{ok}",', *otherwise, ")"))
        self.sheet.put(row, column, Verdict(ok if holds.value else wrong, formula), "verdict")

    def law(self, said: str, left: Expr, right: Expr, tolerance: Expr) -> None:
        """Write two numbers that are the same whatever the inputs are."""
        row = self.sheet.next_row
        self.sheet.put(row, 0, said, "label")
        one = self.sheet.add(row, 2, left, "kr")
        other = self.sheet.add(row, 3, right, "kr")
        difference = self.sheet.add(row, 4, one - other, "plain")
        self.verdict(row, 5, _small(difference, tolerance), unchanged_only=False)


def _small(difference: Expr, tolerance: Expr) -> Expr:
    size = call("ABS", abs(difference.value), difference)
    return Expr(float(size.value <= tolerance.value), (*size.parts, "<=", *tolerance.parts), 0)


def control_sheet(inputs: Inputs, table: LineTable, *, lang: Lang) -> Control:
    """Return the sheet of control with its heading, to be filled."""
    sheet = Sheet(word("sheets", "control", lang), (58, 34, 18, 18, 16, 12), _HEAD + 1, 1)
    sheet.put(0, 0, word("sheets", "control", lang), "title")
    sheet.put(1, 0, word("says", "control", lang), "lead")
    values, others, was, was_others = inputs.changes()
    # Unequal cells are counted: a cell that is changed back counts no more.
    changes = Expr(0.0, ("SUMPRODUCT((", values, "<>", was, ")*1)+SUMPRODUCT((", others, "<>", was_others, ")*1)"), 1)
    sheet.put(3, 0, word("rows", "changed", lang), "label")
    changed = sheet.add(3, 2, changes, "year")
    sheet.put(_TURNOVER_ROW, 0, word("rows", "turnover", lang), "label")
    turnover = sheet.add(_TURNOVER_ROW, 2, table.turnover(), "kr")
    sheet.put(_TURNOVER_ROW + 1, 0, word("rows", "tolerance", lang), "label")
    # What is turned over may be nothing; then a millionth of a krona.
    tolerance = sheet.add(_TURNOVER_ROW + 1, 2, turnover * _ROUNDING + 1e-6, "plain")
    heads = ("control", "of_what", "workbook", "python", "difference", "verdict")
    sheet.texts(_HEAD, [word("heads", head, lang) for head in heads], "head")
    return Control(sheet, inputs.case, lang, tolerance, changed)


def against_python(
    control: Control,
    readable: Readable,
    asked: Sequence[Asked],
    present: Present,
    comparison: Comparison | None,
    names: Mapping[str, str],
) -> None:
    """Write the workbook's totals beside Python's, actor by actor, in every way of counting."""
    sheet, lang = control.sheet, control.lang
    values = {**present.values, **(comparison.values if comparison is not None else {})}
    sheet.put(sheet.skip(), 0, word("sections", "against_python", lang), "section")
    for perspective in PERSPECTIVES:
        for each in asked:
            reading = each.reading.change(perspective=perspective)
            found = columns(readable, reading, split="actor", by_year=False)
            python = dict(zip(found.names, found.values[:, 0].tolist(), strict=True))
            python["total"] = sum(python.values())
            title = f"{names[each.measure]}, {control.case.perspective(perspective).title[lang].lower()}"
            mine = [column for seen, measure, column in values if (seen, measure) == (perspective, each.measure)]
            for column in dict.fromkeys([*mine, *python]):
                row = sheet.next_row
                sheet.put(row, 0, title, "label")
                actor = label("words", "total", lang) if column == "total" else actor_title(control.case, column, lang)
                sheet.put(row, 1, actor, "text")
                cell = sheet.add(row, 2, values[perspective, each.measure, column], "kr")
                theirs = sheet.add(row, 3, python.get(column, 0.0), "computed_kr")
                difference = sheet.add(row, 4, cell - theirs, "plain")
                allowed = call("ABS", abs(theirs.value), theirs) * _SAME + control.tolerance
                control.verdict(row, 5, _small(difference, allowed), unchanged_only=True)


def laws(
    control: Control,
    table: LineTable,
    present: Present,
    persons: PersonSheet,
    runs: Mapping[str, str],
    blocks: Sequence[str],
) -> None:
    """Write what holds whatever the inputs are: two ways of counting, double entry, and persons who are somewhere."""
    sheet, lang = control.sheet, control.lang
    sheet.put(sheet.skip(), 0, word("sections", "laws", lang), "section")
    for run, name in runs.items():
        mine = [block for block in blocks if (block == "first") == (run == "first")]

        def of(perspective: str, mine: Sequence[str] = tuple(mine)) -> Expr:
            return total([present.values[perspective, block, "total"] for block in mine])

        between = _between(table, run)
        control.law(word("rows", "see_society", lang, run=name), of("see") - between, of("society"), control.tolerance)
        cost = table.summed({run: True, "kind_id": "service"}, present=True)
        produced = table.summed({run: True, "kind_id": "production"}, present=True)
        control.law(word("rows", "double_entry", lang, run=name), of("society"), cost - produced, control.tolerance)
    sheet.put(sheet.skip(), 0, word("sections", "persons_sum", lang), "section")
    for part in persons.parts:
        group = str(getattr(control.case.scenario.groups[part.group].title, lang))
        said = f"{word('parts', part.id, lang)}: {group}"
        states = [total([row[year] for row in part.seen.values()]) for year in range(len(persons.years()))]
        if not part.whole:
            # Whoever comes to a state comes from another: those who are moved sum to nothing, year by year.
            off = [call("ABS", abs(each.value), each) for each in states]
        else:
            off = [
                call("ABS", abs(each.value - whole.value), each - whole)
                for each, whole in zip(states, part.whole, strict=True)
            ]
        _persons(control, said, off)


def _persons(control: Control, said: str, off: Sequence[Expr]) -> None:
    sheet = control.sheet
    row = sheet.next_row
    sheet.put(row, 0, said, "label")
    sheet.put(row, 1, word("rows", "largest_gap", control.lang), "text")
    gap = sheet.add(row, 4, largest(*off), "plain")
    control.verdict(row, 5, _small(gap, number(1e-6)), unchanged_only=False)


def _between(table: LineTable, run: str) -> Expr:
    """Return what stands between the two ways of counting.

    Net transfers from public to other actors, less services of others, plus public employers' wage costs.
    """

    def of(**conditions: object) -> Expr:
        return table.summed({run: True, **conditions}, present=True)

    transfers = of(kind_id="transfer", payer_public=True) - of(kind_id="transfer", payee_public=True)
    services = of(kind_id="service", payer_public=False)
    wages = of(kind_id="wage", payer_public=True)
    contributions = of(kind_id="tax", category="arbetsgivaravgift", payer_public=True)
    return transfers - services + wages + contributions


def shares_make_a_whole(control: Control, inputs: Inputs) -> None:
    """Write, for every set of shares, whether they still make a whole."""
    sheet, lang = control.sheet, control.lang
    sheet.put(sheet.skip(), 0, word("sections", "shares", lang), "section")
    for path, mix in _mixes(control.case):
        if isinstance(mix, str):
            continue
        whole_of = shares_of(mix)
        stated = [inputs.cells[f"{path}.{id_}", "base"] for id_, share in whole_of.items() if share != "rest"]
        if not stated:
            continue
        row = sheet.next_row
        sheet.put(row, 0, path, "label")
        whole = sheet.add(row, 2, total(stated), "factor")
        rest = "rest" in whole_of.values()
        sheet.put(row, 1, word("rows", "at_most_one" if rest else "is_one", lang), "text")
        holds = _small(whole - 1, number(_SHARES)) if not rest else _at_most_one(whole)
        control.verdict(row, 5, holds, unchanged_only=False)


def _at_most_one(whole: Expr) -> Expr:
    return Expr(float(whole.value <= 1 + _SHARES), (*whole.parts, f"<=1+{_SHARES!r}"), 0)


def _mixes(case: Case) -> "list[tuple[str, Mix]]":
    found: list[tuple[str, Mix]] = []
    for id_, group in case.scenario.groups.items():
        found.append((f"groups.{id_}.pathways", group.pathways))
        if group.reference is not None:
            found.append((f"groups.{id_}.reference", group.reference))
    return found


def verdict_of_all(control: Control) -> None:
    """Write, at the top, whether everything holds."""
    sheet, lang = control.sheet, control.lang
    first = min(key[0] for key in sheet.cells if key[1] == 5 and key[0] > _HEAD)
    column = sheet.fixed_column(5, first, sheet.next_row - 1)
    wrong = word("verdicts", "differs", lang)
    sheet.put(2, 0, word("rows", "all", lang), "total_label")
    values = [cell.content.value for cell in sheet.cells.values() if isinstance(cell.content, Verdict)]
    count = call("COUNTIF", float(values.count(wrong)), column, f'"{wrong}"')
    holds = equals(count, 0)
    ok = word("verdicts", "ok", lang)
    sheet.put(
        2, 5, Verdict(ok if holds.value else wrong, Expr(0.0, ("IF(", *holds.parts, f',"{ok}","{wrong}")'))), "verdict"
    )


def refuse_if_wrong(control: Control) -> None:
    """Refuse a workbook that is not Python's, before anybody trusts it.

    Raises
    ------
    QuestionError
        Saying how many controls fail, and the first of them.
    """
    wrong = word("verdicts", "differs", control.lang)
    cells = control.sheet.cells
    told = {row: cell.content for (row, _), cell in sorted(cells.items()) if row > _HEAD}
    verdicts = {row: content.value for row, content in told.items() if isinstance(content, Verdict)}
    failed = [row for row, value in verdicts.items() if value == wrong]
    if not failed:
        return
    said = ", ".join(str(cells[failed[0], column].content) for column in (0, 1) if (failed[0], column) in cells)
    raise QuestionError(
        f"The workbook's formulas do not give Python's totals for '{control.case.id}': {len(failed)} of "
        f"{len(verdicts)} controls fail, the first of them: {said}.\n"
        "The case holds something that the workbook has no formulas for, and so it is not written."
    )

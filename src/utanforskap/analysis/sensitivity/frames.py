"""Sensitivity as DataFrames, with labels in the reader's language."""

from typing import TYPE_CHECKING, Any

from utanforskap.analysis.readings import Readable
from utanforskap.analysis.sensitivity.named import named
from utanforskap.analysis.sensitivity.one_way import Swing, levers, tornado
from utanforskap.analysis.sensitivity.settings import OWN
from utanforskap.analysis.sensitivity.two_way import Grid
from utanforskap.analysis.tabulate import describe
from utanforskap.inputs.case import Case
from utanforskap.terms import Lang, Reading, label

if TYPE_CHECKING:
    import pandas as pd

_COLUMNS = ("point", "low", "high", "at_low", "at_high", "swing", "changes_sign", "turns_at", "matters")


def tornado_table(readable: Readable, reading: Reading, *, lang: Lang) -> "pd.DataFrame":
    """Return how far a reading moves with every estimate and setting, the farthest first."""
    return swing_table(tornado(readable, reading), readable.case, reading, lang=lang)


def swing_table(swings: list[Swing], case: Case, reading: Reading, *, lang: Lang) -> "pd.DataFrame":
    """Return swings as a table, a row each in their order; ``None`` and NaN where there is no range or no zero."""
    import pandas as pd

    yes, no = label("words", "yes", lang), label("words", "no", lang)

    def cell(each: Swing, column: str) -> Any:
        found = getattr(each, column)
        if isinstance(found, bool):
            return yes if found else no
        return choice_text(case, each.name, found, lang) if isinstance(found, str) else found

    frame = pd.DataFrame(
        [[cell(each, column) for column in _COLUMNS] for each in swings],
        index=pd.Index([swing_label(each, lang) for each in swings], name=label("columns", "name", lang)),
        columns=[label("sensitivity", column, lang) for column in _COLUMNS],
        dtype=object,
    )
    frame.attrs = _attrs(case, reading, lang)
    if swings:
        frame.attrs["at_point"] = swings[0].at_point
    return frame


def swing_label(swing: Swing, lang: Lang) -> str:
    """Return what a row is called: a setting's label, or the estimate's name."""
    return label("settings", swing.name, lang)


def choice_text(case: Case, setting: str, choice: str, lang: Lang) -> str:
    """Return what a setting's choice is called."""
    if setting == "timing":
        return label("timings", choice, lang)
    if setting == "horizon":
        return f"{choice} {label('words', 'year' if choice == '1' else 'years', lang)}"
    if setting == "counterfactual":
        return label("words", "reference", lang) if choice == "reference" else choice
    if choice == OWN:
        return label("sensitivity", "own", lang)
    rates = [rate for _, rate in case.profiles[choice].steps]
    shown = f"{100 * rates[0]:.10g} %".replace(".", "," if lang == "sv" else ".")
    return f"{shown} {label('words', 'declining', lang)}" if len(rates) > 1 else shown


def grid_table(found: Grid, case: Case, reading: Reading, *, lang: Lang) -> "pd.DataFrame":
    """Return a grid [kr]: the rows' parameter down, the columns' across, and last where along the row it is zero."""
    import pandas as pd

    frame = pd.DataFrame(
        found.reads,
        index=pd.Index(found.row_values, name=found.rows),
        columns=pd.Index(found.column_values, name=found.columns, dtype=object),
    )
    turns_at = label("sensitivity", "turns_at", lang)
    frame[turns_at] = found.turns_at
    frame.attrs = describe(case, reading, lang) | {"not_kronor": [turns_at]}
    return frame


def named_table(readable: Readable, reading: Reading, *, lang: Lang) -> "pd.DataFrame":
    """Return the named scenarios, a column each: what is read [kr], and below it where each estimate is put."""
    import pandas as pd

    found = named(readable, reading)
    stated = {lever.name: lever.point for lever in levers(readable, reading)}
    moved = [name for name in stated if any(name in each.values for each in found)]
    frame = pd.DataFrame(
        {
            label("named_scenarios", each.id, lang): [
                each.reads,
                *(each.values.get(name, stated[name]) for name in moved),
            ]
            for each in found
        },
        index=[f"{label('measures', reading.measure, lang)} (kr)", *moved],
    )
    frame.attrs = _attrs(readable.case, reading, lang)
    frame.attrs["caption"] += f"; {label('sensitivity', 'at_once', lang)}"
    return frame


def _attrs(case: Case, reading: Reading, lang: Lang) -> dict[Any, Any]:
    """Return what a figure is labelled with, but for a unit: the numbers of such a table are of several."""
    return {key: told for key, told in describe(case, reading, lang).items() if key != "unit"}

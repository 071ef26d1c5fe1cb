"""Printed figures beside ours."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

import utanforskap as ut
from utanforskap.apps import options
from utanforskap.apps.cases import result_of
from utanforskap.apps.deliver import Delivery
from utanforskap.apps.words import say, word
from utanforskap.errors import QuestionError

if TYPE_CHECKING:
    import pandas as pd

    from utanforskap.outputs.tables import Sheet

HELP = options.prose("""Jämför tal som en källa trycker med våra: det tryckta, vårt, intervallet och om de stämmer.

Utan SCENARIO prövas alla medföljande kalkyler, så att en installation kan visa att den räknar rätt. Slutar med 1 om
något inte stämmer.""")


def verify(
    scenario: Annotated[
        str | None,
        options.argument("[SCENARIO]", "En kalkyl; alla medföljande utan angivelse."),
    ] = None,
    lang: options.LangOption = "sv",
    format: options.FormatOption = None,
    unit: options.UnitOption = None,
    output: options.OutputOption = None,
    force: options.ForceOption = False,
) -> None:
    """Print every published figure beside ours."""
    delivery = Delivery(lang=lang, format=format, output=output, force=force, unit=unit)
    names = [scenario] if scenario is not None else list(ut.bundled())
    if not names:
        raise QuestionError("No scenario is bundled with this installation, so there is nothing to verify.")
    import pandas as pd

    from utanforskap.outputs.tables import Answer

    frames: dict[str, pd.DataFrame] = {}
    unprinted = []
    for name in names:
        result = result_of(name)
        if result.case.scenario.published:
            frames[result.case.id] = result.verify(lang=lang)
        else:
            unprinted.append(result.case.id)
    notes = [say("nothing_printed", lang, scenario=id_) for id_ in unprinted]
    wrong = 0
    sheets: list[Sheet] = []
    if frames:
        sheet, agreed = _sheet(pd.concat(frames), unit=unit, lang=lang)
        wrong = len(agreed) - sum(agreed)
        sheets = [sheet]
        notes.append(say("disagree" if wrong else "agree", lang, n=wrong or len(agreed), all=len(agreed)))
    title = word("titles", "published", lang)
    delivery.deliver(Answer(title=title, sheets=tuple(sheets), notes=tuple(notes), facts={"agrees": wrong == 0}))
    if wrong:
        raise typer.Exit(1)


def _sheet(both: "pd.DataFrame", *, unit: options.Unit | None, lang: options.Lang) -> "tuple[Sheet, list[bool]]":
    """Return every figure under its scenario, and whether each agrees."""
    from utanforskap.analysis import wording
    from utanforskap.outputs.tables import Sheet
    from utanforskap.terms import label, labels

    of = labels("columns", lang)
    amounts = both[[of["ours"], of["from"], of["to"]]]
    chosen = unit or wording.suitable_unit(amounts.to_numpy(dtype=float).flat)

    def shown(row: Any) -> list[str]:
        ours, low, high = (wording.in_unit(row[of[id_]], chosen, lang=lang) for id_ in ("ours", "from", "to"))
        return [row[of["printed"]], ours, f"{low}–{high}", row[of["agrees"]]]

    columns = [of["printed"], word("columns", "ours", lang), word("columns", "interval", lang), of["agrees"]]
    several = len(both.index.unique(0)) > 1
    told = both.apply(shown, axis=1, result_type="expand").set_axis(columns, axis=1)
    told.index = told.index.map(lambda key: f"{key[0]}: {_spaced(key[1])}" if several else _spaced(key[1]))
    told.attrs = {"caption": label("kronor", chosen, lang)}
    raw = both.reset_index(0).rename(columns={"level_0": word("columns", "scenario", lang)})
    raw.attrs = {"unit": "kr"}
    agreed = [bool(row[of["from"]] <= row[of["ours"]] <= row[of["to"]]) for _, row in both.iterrows()]
    title = word("titles", "published", lang)
    return Sheet("published", title, raw, shown=told, texts=(columns[0],)), agreed


def _spaced(id_: str) -> str:
    """Return an id as words, so that a screen can fold it between them."""
    return id_.replace("_", " ")

"""Every krona of a year."""

from typing import TYPE_CHECKING, Annotated, Any

from utanforskap.apps import options
from utanforskap.apps.cases import result_of
from utanforskap.apps.deliver import Delivery
from utanforskap.apps.words import say, word

if TYPE_CHECKING:
    import pandas as pd

    from utanforskap.outputs.tables import Sheet

HELP = options.prose("""Förklara ett år: pris × antal × personer, post för post, med källor.

Utan --alternative förklaras vad utanförskapet kostar (eller huvudboken, där inte alla grupper har en referens); med
--alternative vad alternativet vinner före insatskostnad.""")


def explain(
    scenario: options.ScenarioName,
    year: Annotated[int, options.asked("--year", "Kalenderåret.", "ÅR")],
    perspective: options.PerspectiveName = "see",
    part: options.PartNames = None,
    alternative: options.AlternativeOrBaseline = None,
    measure: options.MeasureOption = None,
    counterfactual: options.CounterfactualOption = None,
    realisable: options.RealisableOption = False,
    current_prices: options.CurrentPricesOption = False,
    lang: options.LangOption = "sv",
    format: options.FormatOption = None,
    unit: options.UnitOption = None,
    output: options.OutputOption = None,
    force: options.ForceOption = False,
) -> None:
    """Print every line behind a year's amount."""
    delivery = Delivery(lang=lang, format=format, output=output, force=force, unit=unit)
    result = result_of(scenario)
    from utanforskap.analysis import frames
    from utanforskap.analysis.explain import explain as explained
    from utanforskap.analysis.summaries import main_measure, titled
    from utanforskap.outputs.tables import Answer
    from utanforskap.terms import Reading

    asked = Reading.of(
        measure=measure or ("gross_gain" if alternative is not None else main_measure(result.readable)),
        **options.fields(
            perspective=perspective, part=part, alternative=alternative, counterfactual=counterfactual,
            realisable=realisable, current_prices=current_prices, discount="none",
        ),
    )  # fmt: skip
    lines = explained(result.readable, asked, year=year, lang=lang)
    frame = frames.explanations(lines, result.case, asked, year, lang=lang)
    answer = Answer(
        title=titled(result.readable, alternative, lang),
        sheets=(_sheet(frame, year, unit=unit, lang=lang),),
        lead=(say("product", lang) if lines else say("no_lines", lang, year=year),),
        facts={"scenario": result.case.id, "year": year, "reading": asked.model_dump()},
    )
    delivery.deliver(answer)


def _sheet(frame: "pd.DataFrame", year: int, *, unit: options.Unit | None, lang: options.Lang) -> "Sheet":
    """Return the lines with their sum; in words the sources stand as numbered notes under them."""
    import pandas as pd

    from utanforskap.analysis import wording
    from utanforskap.outputs.tables import Sheet
    from utanforskap.terms import label, labels

    of = labels("columns", lang)
    total = label("words", "total", lang)
    # Whole kronor, so that a reader can multiply and find the same.
    chosen = unit or "kr"
    notes: dict[str, int] = {}

    def shown(row: Any) -> dict[str, str]:
        source = f"{row[of['source']]}: {row[of['stated']]} ({row[of['grade']]})"
        note = str(notes.setdefault(source, len(notes) + 1)) if row[of["source"]] != wording.NONE else ""
        item, actor = row[of["label"]], row[of["actor"]]
        price = f"{wording.significant(row[of['price']], lang=lang)} {row[of['unit']]}"
        return {
            of["label"]: item if item.endswith(actor) else f"{item} – {actor}",
            of["price"]: price,
            of["quantity"]: wording.significant(row[of["quantity"]], lang=lang),
            of["persons"]: wording.significant(row[of["persons"]], lang=lang),
            of["amount"]: wording.in_unit(row[of["amount"]], chosen, lang=lang),
            word("columns", "note", lang): note,
        }

    rows = [shown(row) for _, row in frame.iterrows()]
    amount = frame[of["amount"]].sum()
    rows.append({of["label"]: total, of["amount"]: wording.in_unit(amount, chosen, lang=lang)})
    told = pd.DataFrame(rows).fillna("").set_index(of["label"])
    heads = {of["price"]: word("columns", "price", lang), of["amount"]: word("columns", "amount", lang)}
    told = told.rename(columns=heads).rename_axis(index=of["label"])
    told.attrs = {**frame.attrs, "caption": f"{frame.attrs['caption']}; {label('kronor', chosen, lang)}"}
    raw = frame.set_index(of["label"])
    raw.attrs = frame.attrs
    return Sheet(
        "lines",
        word("titles", "explanation", lang).format(year=year),
        raw,
        shown=told,
        footnotes=tuple(f"{number}. {source}" for source, number in notes.items()),
        has_total=True,
    )

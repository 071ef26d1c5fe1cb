"""The actor table."""

from typing import TYPE_CHECKING, Any

from utanforskap.apps import options
from utanforskap.apps.cases import result_of, standing
from utanforskap.apps.deliver import Delivery
from utanforskap.apps.words import say, word

if TYPE_CHECKING:
    from utanforskap.analysis.results import Result
    from utanforskap.outputs.tables import Sheet
    from utanforskap.terms import Reading

HELP = options.prose("""Räkna en kalkyl och visa aktörstabellen.

Utan angivelser visas vad utanförskapet kostar jämfört med gruppernas referensbana, socioekonomiskt (see). Om inte alla
grupper har en referens visas huvudboken som den står. Varje tabell i perspektivet see följs av sin avstämning mot det
samhällsekonomiska.""")


def run(
    scenario: options.ScenarioName,
    rows: options.RowsOption = "actor",
    columns: options.ColumnsOption = None,
    measure: options.MeasureOption = None,
    perspective: options.PerspectiveName = "see",
    part: options.PartNames = None,
    years: options.YearsOption = None,
    period: options.PeriodOption = None,
    discount: options.DiscountOption = None,
    base_year: options.BaseYearOption = None,
    alternative: options.AlternativeOrBaseline = None,
    counterfactual: options.CounterfactualOption = None,
    realisable: options.RealisableOption = False,
    tax_factor: options.TaxFactorOption = False,
    current_prices: options.CurrentPricesOption = False,
    lang: options.LangOption = "sv",
    format: options.FormatOption = None,
    unit: options.UnitOption = None,
    table: options.TableOption = None,
    output: options.OutputOption = None,
    force: options.ForceOption = False,
) -> None:
    """Print the actor table of a case."""
    delivery = Delivery(lang=lang, format=format, output=output, force=force, unit=unit, table=table)
    result = result_of(scenario)
    from utanforskap.analysis.summaries import main_columns, main_measure, titled
    from utanforskap.outputs.tables import Answer
    from utanforskap.terms import Reading

    asked = Reading.of(
        measure=measure or main_measure(result.readable),
        **options.fields(
            perspective=perspective, part=part, years=years, period=period, discount=discount, base_year=base_year,
            alternative=alternative, counterfactual=counterfactual, realisable=realisable, tax_factor=tax_factor,
            current_prices=current_prices,
        ),
    )  # fmt: skip
    chosen = columns or main_columns(result.readable)
    sheets = tables(result, asked, rows=rows, columns=chosen, lang=lang)
    answer = Answer(
        title=titled(result.readable, alternative, lang),
        sheets=tuple(sheets),
        lead=_lead(result, asked, lang),
        notes=standing(result.case, scenario=scenario, lang=lang),
        facts={"scenario": result.case.id, "reading": asked.model_dump()},
    )
    delivery.deliver(answer)


def tables(
    result: "Result", asked: "Reading", *, rows: options.Rows, columns: options.Columns, lang: options.Lang
) -> "list[Sheet]":
    """Return a reading's table, and after it what its perspective and measure owe the reader.

    A ``see`` table is reconciled to society; savings that can be cashed stand beside those booked.
    """
    from utanforskap.analysis import frames
    from utanforskap.analysis.summaries import with_total
    from utanforskap.analysis.tabulate import table
    from utanforskap.outputs.tables import Sheet

    frame = table(result.readable, asked, rows=rows, columns=columns, lang=lang)
    if columns in ("year", "mandate"):
        frame = with_total(frame, lang=lang)
    name = "actors" if rows == "actor" else rows
    sheets = [Sheet(name, word("titles", name, lang), frame, has_total=True)]

    def beside(id_: str, found: Any) -> None:
        sheets.append(Sheet(id_, word("titles", id_, lang), found))

    if asked.perspective == "see":
        beside("reconciliation", frames.reconciliation(result.readable, asked.change(part="all"), lang=lang))
    if asked.realisable:
        booked = asked.change(realisable=False)
        beside("realisation", frames.realisation(result.readable, booked, lang=lang))
    return sheets


def _lead(result: "Result", asked: "Reading", lang: options.Lang) -> tuple[str, ...]:
    if asked.measure == "ledger":
        return (say("ledger", lang),)
    if asked.measure != "cost_of_exclusion":
        return ()
    return (say("cost_of_exclusion", lang, reference=", ".join(_references(result, asked.counterfactual))),)


def _references(result: "Result", name: str) -> list[str]:
    """Return what each group is compared with."""
    from utanforskap.inputs.parts.shares import ids_of

    said = []
    for group in result.case.scenario.groups.values():
        mix = group.reference if name == "reference" else group.references.get(name)
        if mix is not None:
            said.append(" + ".join(ids_of(mix)))
    return list(dict.fromkeys(said))

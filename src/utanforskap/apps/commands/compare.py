"""What an alternative changes."""

from typing import TYPE_CHECKING, Any

from utanforskap.apps import options
from utanforskap.apps.cases import compared, result_of, standing
from utanforskap.apps.commands.run import tables
from utanforskap.apps.deliver import Delivery
from utanforskap.apps.words import say, word

if TYPE_CHECKING:
    import pandas as pd

    from utanforskap.analysis.results import Comparison
    from utanforskap.outputs.tables import Sheet

HELP = options.prose("""Jämför utan insats med ett alternativ: plus är en vinst.

Visar mått per perspektiv, effekten från ojusterad till justerad, vem som betalar och vem som vinner, och vinsten efter
aktör. En tabell i perspektivet see följs av sin avstämning mot det samhällsekonomiska.""")


def compare(
    scenario: options.ScenarioName,
    alternative: options.AlternativeArgument = None,
    perspective: options.PerspectiveNames = None,
    measure: options.GainOption = "net_gain",
    rows: options.RowsOption = "actor",
    columns: options.ColumnsOption = None,
    years: options.YearsOption = None,
    period: options.PeriodOption = None,
    discount: options.DiscountOption = None,
    base_year: options.BaseYearOption = None,
    realisable: options.RealisableOption = False,
    current_prices: options.CurrentPricesOption = False,
    lang: options.LangOption = "sv",
    format: options.FormatOption = None,
    unit: options.UnitOption = None,
    table: options.TableOption = None,
    output: options.OutputOption = None,
    force: options.ForceOption = False,
) -> None:
    """Print what an alternative changes."""
    delivery = Delivery(lang=lang, format=format, output=output, force=force, unit=unit, table=table)
    result = result_of(scenario)
    gain = compared(result, alternative)
    from utanforskap.analysis.summaries import main_columns, titled
    from utanforskap.outputs.tables import Answer
    from utanforskap.terms import Reading

    fields = options.fields(
        years=years, period=period, discount=discount, base_year=base_year, realisable=realisable,
        current_prices=current_prices,
    )  # fmt: skip
    asked = Reading.of(measure=measure, alternative=gain.alternative, perspective="see", **fields)
    matrix = _matrix(gain, fields, lang)
    sheets = [_metrics(gain, perspective, fields, unit=unit, lang=lang), *_effect(gain, lang), *matrix]
    sheets += tables(result, asked, rows=rows, columns=columns or main_columns(result.readable), lang=lang)
    delivery.deliver(
        Answer(
            title=titled(gain.readable, gain.alternative, lang),
            sheets=tuple(sheets),
            notes=(*([] if matrix else [say("nobody_pays", lang)]), *standing(gain.case, scenario=scenario, lang=lang)),
            facts={"scenario": gain.case.id, "alternative": gain.alternative, "reading": asked.model_dump()},
        )
    )


def _metrics(
    gain: "Comparison",
    perspectives: list[str] | None,
    fields: dict[str, Any],
    *,
    unit: options.Unit | None,
    lang: options.Lang,
) -> "Sheet":
    from utanforskap.analysis.summaries import metric_table
    from utanforskap.outputs.tables import Sheet

    def made(**how: Any) -> "pd.DataFrame":
        return metric_table(
            gain.readable, gain.alternative, perspectives=perspectives or None, lang=lang, **how, **fields
        )

    return Sheet("metrics", word("titles", "metrics", lang), made(words=False), shown=made(unit=unit))


def _effect(gain: "Comparison", lang: options.Lang) -> "list[Sheet]":
    from utanforskap.outputs.tables import Sheet

    chain = gain.effect_chain(lang=lang)
    return [] if chain.empty else [Sheet("effect", word("titles", "effect", lang), chain)]


def _matrix(gain: "Comparison", fields: dict[str, Any], lang: options.Lang) -> "list[Sheet]":
    """Return who gains (rows) by who pays (columns); nothing where nobody pays."""
    from utanforskap.analysis.gains import funders
    from utanforskap.outputs.tables import Sheet

    if not funders(gain.readable, gain.reading(**fields)):
        return []
    frame = gain.matrix(lang=lang, **fields)
    turned = frame.T.rename_axis(index=word("columns", "gains", lang))
    turned.attrs = frame.attrs
    return [Sheet("matrix", word("titles", "matrix", lang), turned, has_total=True)]

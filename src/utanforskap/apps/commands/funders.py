"""Who puts in, who gets back, and what a small budget moves."""

from typing import TYPE_CHECKING, Annotated, Any

from utanforskap.apps import options
from utanforskap.apps.cases import compared, result_of, standing
from utanforskap.apps.deliver import Delivery
from utanforskap.apps.words import say, word

if TYPE_CHECKING:
    import pandas as pd

    from utanforskap.analysis.funders.transfers import TransferKey
    from utanforskap.analysis.results import Comparison
    from utanforskap.outputs.tables import Sheet

HELP = options.prose("""Vem som satsar, vem som får tillbaka, och vad en liten budget flyttar.

Visar finansieringskalkylen per finansiär och år, vad en deltagare, ett tillfälle och en som lyckas kostar, vad var och
en som satsar får tillbaka och när, varje fonds kassaflöde, överföringsnyckeln med vilken ingen förlorar, och för en
metod vinsten av var grad och hävstången per krona av de egna pengarna. Med --parameter också vad den skattningen måste
vara för att det ska gå ihop, för vem och inom hur många år.""")

_A_KRONA = 1.0


def funders(
    scenario: options.ScenarioName,
    alternative: options.AlternativeArgument = None,
    parameter: Annotated[
        str | None,
        options.asked(
            "--parameter",
            "En skattnings namn, eller slutet på det: vad den måste vara för att det ska gå ihop.",
            "NAMN",
        ),
    ] = None,
    parties: Annotated[
        list[str] | None,
        options.asked(
            "--party",
            "En part i överföringsnyckeln; kan upprepas. Utan angivelse de offentliga och de som satsar.",
            "ID",
        ),
    ] = None,
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
    """Print who puts in and who gets back."""
    delivery = Delivery(lang=lang, format=format, output=output, force=force, unit=unit, table=table)
    result = result_of(scenario)
    gain = compared(result, alternative)
    from utanforskap.analysis.summaries import titled
    from utanforskap.outputs.tables import Answer

    over = options.fields(years=years, period=period)
    fields = options.fields(years=years, period=period, discount=discount, base_year=base_year, realisable=realisable)
    key = gain.transfer_key(parties=parties or None, **fields)
    sheets = [
        _plan(gain, over, current_prices=current_prices, lang=lang),
        _unit_costs(gain, lang),
        _returns(gain, fields, lang),
        *(_fund(gain, id_, current_prices=current_prices, lang=lang) for id_ in _funds(gain)),
        _key(key, lang),
        *(_leverage(gain, id_, lang) for id_ in _methods(gain)),
        *([_thresholds(gain, parameter, lang)] if parameter is not None else []),
    ]
    delivery.deliver(
        Answer(
            title=titled(gain.readable, gain.alternative, lang),
            sheets=tuple(sheets),
            lead=(say("key_exists" if key.exists else "no_key", lang),),
            notes=standing(gain.case, scenario=scenario, lang=lang),
            facts={
                "scenario": gain.case.id,
                "alternative": gain.alternative,
                "reading": gain.reading(**fields).model_dump(),
            },
        )
    )


def _funds(gain: "Comparison") -> list[str]:
    """Return the funds of the programmes that are carried out."""
    scenario = gain.case.scenario
    carried = scenario.alternatives[gain.alternative].programmes
    return [id_ for id_, fund in scenario.funds.items() if fund.programme in carried]


def _methods(gain: "Comparison") -> list[str]:
    """Return the methods of whose project, or of a further grade of which, the alternative is."""
    scenario = gain.case.scenario
    carried = scenario.alternatives[gain.alternative].programmes
    return [id_ for id_, method in scenario.methods.items() if method.programme in carried]


def _plan(gain: "Comparison", over: dict[str, Any], *, current_prices: bool, lang: options.Lang) -> "Sheet":
    from utanforskap.outputs.tables import Sheet

    frame = _flat(gain.financing_plan(lang=lang, current_prices=current_prices, **over))
    frame = _kept(frame, frame.loc[:, (frame != 0.0).any()])
    return Sheet("plan", word("titles", "plan", lang), frame, has_total=True)


def _unit_costs(gain: "Comparison", lang: options.Lang) -> "Sheet":
    from utanforskap.outputs.tables import Sheet

    return Sheet("unit_costs", word("titles", "unit_costs", lang), gain.unit_costs(lang=lang))


def _returns(gain: "Comparison", fields: dict[str, Any], lang: options.Lang) -> "Sheet":
    from utanforskap.outputs.tables import Sheet

    frame = gain.funders_returns(lang=lang, **fields)
    return Sheet("returns", word("titles", "returns", lang), frame)


def _fund(gain: "Comparison", id_: str, *, current_prices: bool, lang: options.Lang) -> "Sheet":
    from utanforskap.outputs.tables import Sheet
    from utanforskap.terms import label

    frame = gain.fund_cash_flow(id_, current_prices=current_prices, lang=lang)
    title = word("titles", "fund", lang).format(fund=frame.attrs["title"])
    moving = frame.drop(columns=label("funders", "accumulated", lang)).abs().max(axis=1) > _A_KRONA
    frame = _kept(frame, frame.loc[: moving[moving].index.max()])
    return Sheet(f"fund_{id_}", title, frame)


def _key(key: "TransferKey", lang: options.Lang) -> "Sheet":
    from utanforskap.outputs.tables import Sheet

    return Sheet("transfer_key", word("titles", "transfer_key", lang), key.table(lang=lang), has_total=True)


def _leverage(gain: "Comparison", method: str, lang: options.Lang) -> "Sheet":
    from utanforskap.analysis.results import Result
    from utanforskap.outputs.tables import Sheet

    frame = _flat(Result(gain.case, gain.readable).leverage(method, lang=lang), years=word("titles", "within", lang))
    title = word("titles", "leverage", lang).format(actor=frame.attrs["own_money"])
    return Sheet(f"leverage_{method}", title, frame)


def _thresholds(gain: "Comparison", parameter: str, lang: options.Lang) -> "Sheet":
    from utanforskap.outputs.tables import Sheet

    found = gain.thresholds(parameter)
    title = word("titles", "thresholds", lang).format(parameter=found.parameter)
    return Sheet("thresholds", title, found.table(lang=lang, words=False), shown=found.table(lang=lang))


def _kept(whole: "pd.DataFrame", frame: "pd.DataFrame") -> "pd.DataFrame":
    """Return the part of a table in which money moves, labelled as the whole."""
    frame.attrs = whole.attrs
    return frame


def _flat(frame: "pd.DataFrame", *, years: str = "{}") -> "pd.DataFrame":
    """Return a table whose rows have two names as one with one."""
    told = frame.copy()
    told.index = told.index.map(lambda names: ": ".join(filter(None, (years.format(names[0]), names[1]))))
    told.attrs = frame.attrs
    return told

"""How sure an answer is."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Annotated, Any

from utanforskap.apps import options
from utanforskap.apps.cases import result_of, standing, the_alternative
from utanforskap.apps.deliver import Delivery
from utanforskap.apps.executors import executor as spread_over
from utanforskap.apps.progress import progress_bar
from utanforskap.apps.words import word

if TYPE_CHECKING:
    from utanforskap.analysis.results import Result
    from utanforskap.analysis.uncertainty.simulation import Simulation
    from utanforskap.outputs.tables import Sheet
    from utanforskap.terms import Reading

HELP = options.prose("""Hur säkert är svaret? Kalkylen räknas om för många dragningar av dess osäkra skattningar.

Visar punktvärde, medel, median, intervall och sannolikheten att vinsten är över noll, per perspektiv och berörd aktör;
och hur återbetalningstid och nytto–kostnadskvot sprider sig. Varje tal skrivs med så många siffror som dess medelfel
bär.""")


def simulate(
    scenario: options.ScenarioName,
    alternative: Annotated[
        str | None, options.asked("--alternative", "Alternativets id; utan angivelse alla alternativ.", "ID")
    ] = None,
    perspective: Annotated[
        list[str] | None,
        options.asked(
            "--perspective",
            "Vems böcker; kan upprepas. Utan angivelse samhällets, de offentligas och alla berördas.",
            "ID",
        ),
    ] = None,
    measure: options.GainOrCostOption = None,
    by_year: Annotated[
        bool,
        options.asked("--by-year", "Visa också horisonter, mandatperioder och år."),
    ] = False,
    break_even: Annotated[
        list[str] | None,
        options.asked("--break-even", "Visa också värdet där vinsten är noll; kan upprepas.", "PARAMETER"),
    ] = None,
    inputs: Annotated[
        bool,
        options.asked("--inputs", "Visa också vad som drogs bredvid vad som angavs."),
    ] = False,
    draws: options.DrawsOption = 10_000,
    seed: options.SeedOption = 1,
    sampling: options.SamplingOption = "random",
    until_error: Annotated[
        str | None,
        options.asked(
            "--until-error", "Fortsätt tills medelfelet är denna andel av första radens medel: '1 %'.", "ANDEL"
        ),
    ] = None,
    most: Annotated[
        int | None,
        options.asked("--most", "Så många dragningar som mest då; annars 1 048 576.", "ANTAL", min=1),
    ] = None,
    executor: options.ExecutorOption = None,
    part: options.PartNames = None,
    years: options.YearsOption = None,
    period: options.PeriodOption = None,
    discount: options.DiscountOption = None,
    base_year: options.BaseYearOption = None,
    counterfactual: options.CounterfactualOption = None,
    realisable: options.RealisableOption = False,
    tax_factor: options.TaxFactorOption = False,
    lang: options.LangOption = "sv",
    format: options.FormatOption = None,
    unit: options.UnitOption = None,
    table: options.TableOption = None,
    output: options.OutputOption = None,
    force: options.ForceOption = False,
) -> None:
    """Print what readings are over all that uncertain estimates may be."""
    delivery = Delivery(lang=lang, format=format, output=output, force=force, unit=unit, table=table)
    result = result_of(scenario)
    fields = options.fields(
        part=part, years=years, period=period, discount=discount, base_year=base_year, counterfactual=counterfactual,
        realisable=realisable, tax_factor=tax_factor,
    )  # fmt: skip
    readings = _readings(result, alternative, perspective, measure, fields)
    from utanforskap.analysis.summaries import titled
    from utanforskap.outputs.tables import Answer

    with spread_over(executor) as carrier, progress_bar(lang) as progress:
        found = result.simulate(
            readings,
            n=draws,
            seed=seed,
            sampling=sampling,
            by_year=by_year,
            break_even=break_even or (),
            until_error=until_error,
            most=most,
            executor=carrier,
            progress=progress,
        )
    one = {reading.alternative for reading in readings}
    sheets = _sheets(found, by_year=by_year, break_even=break_even or (), inputs=inputs, unit=unit, lang=lang)
    delivery.deliver(
        Answer(
            title=titled(result.readable, one.pop() if len(one) == 1 else None, lang),
            sheets=tuple(sheets),
            notes=(
                *(finding.message for finding in found.findings(lang=lang)),
                *standing(result.case, scenario=scenario, lang=lang),
            ),
            facts={"scenario": result.case.id, "record": found.record()},
        )
    )


def _readings(
    result: "Result",
    alternative: str | None,
    perspectives: Sequence[str] | None,
    measure: options.Measure | None,
    fields: dict[str, Any],
) -> "list[Reading]":
    """Return what is read: the usual readings, with the fields and perspectives that were asked for."""
    from utanforskap.analysis.summaries import main_measure
    from utanforskap.analysis.uncertainty.questions import usual
    from utanforskap.terms import Reading, shipped_perspectives

    asked = measure or ("net_gain" if result.alternatives else main_measure(result.readable))
    if asked in ("net_gain", "gross_gain") or alternative is not None:
        known = result.alternatives or [the_alternative(result)]
        about = [result.compare(id_).alternative for id_ in (known if alternative is None else [alternative])]
        return [
            Reading.of(measure=asked, alternative=id_, perspective=each, **fields)
            for id_ in about
            for each in perspectives or [reading.perspective for reading in usual(result.readable, id_)]
        ]
    return [
        Reading.of(measure=asked, perspective=each, **fields) for each in perspectives or list(shipped_perspectives())
    ]


def _sheets(
    found: "Simulation",
    *,
    by_year: bool,
    break_even: Sequence[str],
    inputs: bool,
    unit: options.Unit | None,
    lang: options.Lang,
) -> "Iterator[Sheet]":
    from utanforskap.outputs.tables import Sheet

    def title(id_: str, **filled: object) -> str:
        return word("titles", id_, lang).format(**filled)

    def sheet(name: str, method: Any, *, titled: str, **how: Any) -> Sheet:
        return Sheet(name, titled, method(lang=lang, **how), shown=method(lang=lang, words=True, **how))

    yield sheet("readings", found.by_perspective, titled=title("simulated"), unit=unit)
    name, first = next(iter(found.readings.items()))
    label = found.labels(lang=lang)[name]
    is_gain = first.measure == "net_gain"
    if not is_gain:
        yield sheet("actors", found.by_actor, titled=title("simulated_actors", reading=label), unit=unit)
    if by_year:
        yield sheet("probabilities", found.probabilities, titled=title("probabilities"))
        yield sheet("horizons", found.by_horizon, titled=title("horizons", reading=label), unit=unit)
        if found.case.scenario.horizon.mandate_from is not None:
            yield sheet("mandates", found.by_mandate, titled=title("mandates", reading=label), unit=unit)
        yield sheet("years", found.by_year, titled=title("years", reading=label), unit=unit)
    if is_gain:
        yield sheet("payback", found.payback, titled=title("payback"))
        yield sheet("ratio", found.benefit_cost_ratio, titled=title("ratio"))
    for place, parameter in enumerate(break_even if is_gain else ()):
        name = "break_even" if not place else f"break_even.{parameter}"
        yield sheet(name, found.break_even, titled=title("break_even", parameter=parameter), parameter=parameter)
    if inputs:
        yield Sheet("inputs", title("inputs"), found.inputs(lang=lang))

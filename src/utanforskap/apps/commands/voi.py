"""What it would be worth to know more before deciding."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Annotated, Any

from utanforskap.apps import options
from utanforskap.apps.cases import result_of, standing
from utanforskap.apps.deliver import Delivery
from utanforskap.apps.executors import executor as spread_over
from utanforskap.apps.progress import progress_bar
from utanforskap.apps.words import say, word
from utanforskap.errors import QuestionError

if TYPE_CHECKING:
    from concurrent.futures import Executor

    import pandas as pd

    from utanforskap.analysis.results import Result
    from utanforskap.analysis.uncertainty.worth import InformationValue
    from utanforskap.outputs.tables import Sheet

HELP = options.prose("""Vad är det värt att veta mer före beslutet? Allt, varje skattning för sig, och grupper av dem.

Ett alternativ: att göra det eller låta bli. Flera: vilket av dem, om något. Värdet är vad ett bättre underbyggt val
väntas ge mer, ett beslut i taget; --population säger hur många sådana beslut kunskapen räcker till, nu och senare, de
senare diskonterade. Med --indices visas också varifrån vinstens spridning kommer.""")


def voi(
    scenario: options.ScenarioName,
    alternative: Annotated[
        list[str] | None,
        options.asked(
            "--alternative", "Ett alternativ att välja; kan upprepas. Utan angivelse alla som har en insats.", "ID"
        ),
    ] = None,
    perspective: options.PerspectiveName = "society",
    group: Annotated[
        list[str] | None,
        options.asked(
            "--group",
            "Skattningar att utreda tillsammans; kan upprepas. Utan angivelse alla priser, banor, effekter …",
            "NAMN=A,B",
        ),
    ] = None,
    population: Annotated[
        float,
        options.asked("--population", "Så många sådana beslut räcker kunskapen till.", "ANTAL", min=0.0),
    ] = 1.0,
    indices: Annotated[
        bool,
        options.asked(
            "--indices", "Visa varifrån spridningen kommer (Sobolindex), med närmast lägre tvåpotens av dragningar."
        ),
    ] = False,
    top: options.TopOption = 15,
    draws: options.DrawsOption = 10_000,
    seed: options.SeedOption = 1,
    executor: options.ExecutorOption = None,
    part: options.PartNames = None,
    years: options.YearsOption = None,
    period: options.PeriodOption = None,
    discount: options.DiscountOption = None,
    base_year: options.BaseYearOption = None,
    realisable: options.RealisableOption = False,
    tax_factor: options.TaxFactorOption = False,
    lang: options.LangOption = "sv",
    format: options.FormatOption = None,
    unit: options.UnitOption = None,
    table: options.TableOption = None,
    output: options.OutputOption = None,
    force: options.ForceOption = False,
) -> None:
    """Print what it is worth to know more before deciding."""
    delivery = Delivery(lang=lang, format=format, output=output, force=force, unit=unit, table=table)
    fields = options.fields(
        part=part, years=years, period=period, discount=discount, base_year=base_year, realisable=realisable,
        tax_factor=tax_factor,
    )  # fmt: skip
    result = result_of(scenario)
    groups = _groups(group)
    from utanforskap.analysis.summaries import titled
    from utanforskap.outputs.tables import Answer

    with spread_over(executor) as carrier, progress_bar(lang) as progress:
        found = result.value_of_information(
            alternatives=alternative or None,
            perspective=perspective,
            groups=groups or None,
            n=draws,
            seed=seed,
            population=population,
            executor=carrier,
            progress=progress,
            **fields,
        )
        sheets = [_worth(found, top=top, unit=unit, lang=lang)]
        if indices:
            sheets += _indices(result, found, groups=groups, top=top, executor=carrier, lang=lang)
    one = next(iter(found.readings)) if len(found.readings) == 1 else None
    delivery.deliver(
        Answer(
            title=titled(result.readable, one, lang),
            sheets=tuple(sheets),
            lead=found.sentences(lang=lang),
            notes=standing(result.case, scenario=scenario, lang=lang),
            facts=_facts(found),
        )
    )


def _groups(said: Sequence[str] | None) -> dict[str, list[str]]:
    """Return stated groups, each ``name=estimate,estimate``."""
    groups: dict[str, list[str]] = {}
    for each in said or ():
        name, equals, members = each.partition("=")
        if not (equals and name.strip() and members.strip()):
            raise QuestionError(
                f"'{each}' is not a group of estimates.\n"
                "Write its name, an equals sign and the estimates with commas between: löner=lon.a,lon.b."
            )
        if name.strip() in groups:
            raise QuestionError(f"The group '{name.strip()}' is stated twice.\nName all its estimates at once.")
        groups[name.strip()] = [member.strip() for member in members.split(",") if member.strip()]
    return groups


def _worth(found: "InformationValue", *, top: int, unit: options.Unit | None, lang: options.Lang) -> "Sheet":
    """Return what it is worth to know everything, groups, and those estimates that alone are worth something."""
    from utanforskap.outputs.tables import Sheet

    before = 1 + len(found.groups)
    worthless = sum(known.worth.value == 0.0 for known in found.alone.values())
    told = found.in_words(unit=unit, lang=lang).iloc[: before + len(found.alone) - worthless]
    shown, footnotes = _first(told, before + top, lang)
    if worthless:
        footnotes += (say("worthless", lang, n=worthless, all=len(found.alone)),)
    return Sheet("worth", word("titles", "worth", lang), found.table(lang=lang), shown=shown, footnotes=footnotes)


def _first(told: "pd.DataFrame", rows: int, lang: options.Lang) -> "tuple[pd.DataFrame, tuple[str, ...]]":
    """Return the first rows of a table, and how many more there are."""
    left = len(told) - rows
    return told.iloc[:rows], ((say("more_rows", lang, n=left),) if left > 0 else ())


def _indices(
    result: "Result",
    found: "InformationValue",
    *,
    groups: dict[str, list[str]],
    top: int,
    executor: "Executor | None",
    lang: options.Lang,
) -> "Iterator[Sheet]":
    from utanforskap.analysis.summaries import alternative_title
    from utanforskap.analysis.uncertainty.variance import sobol_indices
    from utanforskap.outputs.tables import Sheet

    draws = 1 << (found.draws.bit_length() - 1)
    for id_, reading in found.readings.items():
        spread = sobol_indices(result.readable, reading, groups=groups, n=draws, seed=found.seed, executor=executor)
        shown, footnotes = _first(spread.in_words(lang=lang), top, lang)
        title = word("titles", "indices", lang).format(alternative=alternative_title(result.case, id_, lang))
        name = "indices" if len(found.readings) == 1 else f"indices.{id_}"
        yield Sheet(
            name, title, spread.table(lang=lang), shown=shown, footnotes=(*spread.sentences(lang=lang), *footnotes)
        )


def _facts(found: "InformationValue") -> dict[str, Any]:
    """Return the plain values of an answer, for JSON."""
    return {
        "scenario": found.case.id,
        "reading": next(iter(found.readings.values())).model_dump(exclude={"alternative"}),
        "choices": [
            {"alternative": choice, "gain": gain, "standard_error": found.gain_errors[choice]}
            for choice, gain in found.gains.items()
        ],
        "chosen": found.chosen,
        "chosen_at_point": found.chosen_at_point,
        "wrong": found.wrong,
        "wrong_error": found.wrong_error,
    }

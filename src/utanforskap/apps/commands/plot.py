"""A picture of a result, to a file."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from utanforskap.apps import options
from utanforskap.apps.cases import compared, result_of
from utanforskap.apps.deliver import tell_written
from utanforskap.errors import QuestionError, UnknownNameError
from utanforskap.outputs.files import refuse_to_overwrite, write_bytes
from utanforskap.outputs.plot.kinds import FORMATS, KINDS

if TYPE_CHECKING:
    from utanforskap.analysis.results import Comparison, Result

HELP = options.prose(f"""Rita en bild till en fil.

KIND är en av {", ".join(KINDS)}.

by_actor, by_mandate och occupancy visar utanförskapet, eller med --alternative vad insatsen ändrar. break_even,
acceptability, drawn och thresholds gäller en skattning (--parameter). stock_and_flow, leverage och fund_flow gäller ett
tillstånd, en metod och en fond (--of); i mop_or_tap är --alternative moppen och --of kranen. Det som är osäkert
simuleras (--draws, --seed).""")

_OF_A_RESULT = ("by_actor", "by_mandate", "occupancy", "drawn", "stock_and_flow", "leverage")


def plot(
    scenario: options.ScenarioName,
    kind: Annotated[str, options.argument("KIND", "Vilken bild.")],
    alternative: options.AlternativeName = None,
    perspective: Annotated[
        str | None,
        options.asked(
            "--perspective", "Vems böcker: society, public, see, eller en aktörs id. Utan angivelse bildens egna.", "ID"
        ),
    ] = None,
    parameter: Annotated[
        str | None,
        options.asked("--parameter", "En skattnings namn, eller slutet på det.", "NAMN"),
    ] = None,
    of: Annotated[
        str | None,
        options.asked(
            "--of", "Vilket tillstånd, vilken metod, fond eller kran; behövs inte där det bara finns en.", "ID"
        ),
    ] = None,
    years: options.YearsOption = None,
    period: options.PeriodOption = None,
    discount: options.DiscountOption = None,
    base_year: options.BaseYearOption = None,
    realisable: options.RealisableOption = False,
    draws: options.DrawsOption = 10_000,
    seed: options.SeedOption = 1,
    lang: options.LangOption = "sv",
    output: Annotated[
        Path | None,
        options.output_file(f"Filen ({', '.join('.' + each for each in FORMATS)}). Utan angivelse KIND.png."),
    ] = None,
    force: options.ForceOption = False,
) -> None:
    """Write a picture."""
    if kind not in KINDS:
        raise UnknownNameError(what="a picture", given=kind, known=KINDS)
    path = output or Path(f"{kind}.png")
    format_ = path.suffix.lower().removeprefix(".")
    if format_ not in FORMATS:
        endings = ", ".join(f".{each}" for each in FORMATS)
        raise QuestionError(f"'{path}' does not say what kind of picture it is. End it with one of: {endings}")
    refuse_to_overwrite(path, force=force)
    result = result_of(scenario)
    from utanforskap.outputs.plot import picture, render

    fields = options.fields(years=years, period=period, discount=discount, base_year=base_year, realisable=realisable)
    drawn = picture(
        kind, _subject(result, kind, alternative), lang=lang, perspective=perspective, parameter=parameter, of=of,
        draws=draws, seed=seed, **fields,
    )  # fmt: skip
    write_bytes(path, render(drawn, format_), force=force)
    tell_written(path, lang)


def _subject(result: "Result", kind: str, alternative: str | None) -> "Result | Comparison":
    """Return what a picture is of: the result, or the comparison that is named or that the picture needs."""
    if alternative is None and kind in _OF_A_RESULT:
        return result
    return compared(result, alternative)

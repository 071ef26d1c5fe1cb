"""The options that commands share."""

from pathlib import Path
from typing import Annotated, Any, Literal, get_args

import typer

# As in `terms`, `tabulate` and `wording`, which `--help` should not wait for; a test holds them together.
Lang = Literal["sv", "en"]
Unit = Literal["kr", "tkr", "Mkr"]
Rows = Literal["actor", "account", "kind", "category", "item", "group", "state", "role", "total"]
Columns = Literal["year", "mandate", "horizon", "total"]
Measure = Literal["ledger", "cost_of_exclusion", "gross_gain", "net_gain"]
GainMeasure = Literal["gross_gain", "net_gain"]
Sampling = Literal["random", "latin", "sobol"]
Format = Literal["table", "csv", "json", "markdown"]

ASKED = "Vad som läses"
WRITTEN = "Hur det skrivs"


def _asked(flag: str, said: str, metavar: str | None = None) -> Any:
    return typer.Option(flag, help=said, metavar=metavar, rich_help_panel=ASKED)


def _written(flag: str, said: str, metavar: str | None = None) -> Any:
    return typer.Option(flag, help=said, metavar=metavar, rich_help_panel=WRITTEN)


def _one_of(choices: Any) -> str:
    return ", ".join(get_args(choices))


ScenarioName = Annotated[
    str,
    typer.Argument(
        metavar="SCENARIO", help="En medföljande kalkyls namn (se 'list') eller en fil.", rich_help_panel="Argument"
    ),
]
AlternativeArgument = Annotated[
    str | None,
    typer.Argument(
        metavar="[ALTERNATIVE]",
        help="Alternativets id; behövs inte där det bara finns ett.",
        rich_help_panel="Argument",
    ),
]
AlternativeName = Annotated[
    str | None, _asked("--alternative", "Alternativets id; behövs inte där kalkylen bara har ett.", "ID")
]
MeasureOption = Annotated[
    Measure | None,
    _asked(
        "--measure",
        f"{_one_of(Measure)}. Utan angivelse utanförskapets kostnad där alla grupper har en referens, annars "
        "huvudboken. En vinst (gain) behöver --alternative.",
        "MÅTT",
    ),
]
GainOption = Annotated[
    GainMeasure, _asked("--measure", "Vinsten efter (net_gain) eller före (gross_gain) insatskostnad.", "MÅTT")
]
PerspectiveName = Annotated[
    str, _asked("--perspective", "Vems böcker: society, public, see, eller en aktörs id (kommun, region, fk …).", "ID")
]
PerspectiveNames = Annotated[
    list[str] | None,
    _asked("--perspective", "En kolumn av mått; kan upprepas. Utan angivelse de vanligaste.", "ID"),
]
PartNames = Annotated[
    list[str] | None,
    _asked("--part", "Bara en del: public, production, eller en aktörs id, som kan upprepas.", "DEL"),
]
RowsOption = Annotated[Rows, _asked("--rows", f"Tabellens rader: {_one_of(Rows)}.", "RADER")]
ColumnsOption = Annotated[
    Columns | None,
    _asked(
        "--columns",
        f"Tabellens kolumner: {_one_of(Columns)}. Utan angivelse mandatperioder, om kalkylen säger när de börjar, "
        "annars summan.",
        "KOLUMNER",
    ),
]
YearsOption = Annotated[
    int | None, typer.Option("--years", min=1, metavar="ANTAL", help="Bara så många första år.", rich_help_panel=ASKED)
]
PeriodOption = Annotated[
    str | None,
    _asked(
        "--period",
        "first_mandate, second_mandate, third_mandate, to_65, ett år (2016) eller flera (2014-2017).",
        "PERIOD",
    ),
]
DiscountOption = Annotated[
    str | None, _asked("--discount", "En diskonteringsprofils id (see, asek …) eller none; annars kalkylens.", "PROFIL")
]
BaseYearOption = Annotated[
    int | None, _asked("--base-year", "Nuvärdet räknas till den 1 januari detta år; annars kalkylens första.", "ÅR")
]
CounterfactualOption = Annotated[
    str | None,
    _asked(
        "--counterfactual",
        "Vad utanförskapet jämförs med: reference, eller namnet på en annan av gruppernas referenser.",
        "NAMN",
    ),
]
RealisableOption = Annotated[
    bool, _asked("--realisable", "Räkna besparingar så långt de kan tas hem (realiserbart), inte bokföringsmässigt.")
]
TaxFactorOption = Annotated[bool, _asked("--tax-factor", "Räkna samhällets kostnad med skattefaktor.")]
CurrentPricesOption = Annotated[bool, _asked("--current-prices", "Löpande priser i stället för fasta; odiskonterat.")]
DrawsOption = Annotated[
    int, typer.Option("--draws", min=1, metavar="ANTAL", help="Så många dragningar.", rich_help_panel=ASKED)
]
SeedOption = Annotated[
    int,
    typer.Option("--seed", min=0, metavar="FRÖ", help="Samma frö ger alltid samma dragningar.", rich_help_panel=ASKED),
]
ExecutorOption = Annotated[
    str | None,
    _asked(
        "--executor",
        "Vad som delar på arbetet: threads:N eller processes:N. Svaret är detsamma; utan angivelse en tråd per kärna.",
        "VAD:N",
    ),
]

SamplingOption = Annotated[
    Sampling,
    _asked(
        "--sampling",
        f"{_one_of(Sampling)}: varje dragning för sig, jämnt spridda för varje skattning, eller Sobolpunkter "
        "(antalet en tvåpotens).",
        "SÄTT",
    ),
]

LangOption = Annotated[Lang, _written("--lang", "Språk: sv eller en.", "SPRÅK")]
FormatOption = Annotated[
    Format | None,
    _written(
        "--format",
        f"{_one_of(Format)}. Utan angivelse vad filens ändelse säger (.csv, .json, .md), annars table. Tal står som de "
        "är i csv och json, på svenskt vis i övrigt.",
        "FORM",
    ),
]
UnitOption = Annotated[
    Unit | None,
    _written(
        "--unit", f"Beloppens enhet: {_one_of(Unit)}. Utan angivelse Mkr, eller mindre där inget når dit.", "ENHET"
    ),
]
TableOption = Annotated[
    str | None,
    _written(
        "--table", "Bara denna tabell, som json kallar den (name). En csv håller en: utan angivelse den första.", "NAMN"
    ),
]
OutputOption = Annotated[
    Path | None,
    typer.Option("--output", "-o", metavar="FIL", help="Skriv till en fil.", rich_help_panel=WRITTEN),
]
ForceOption = Annotated[bool, _written("--force", "Ersätt filen om den redan finns.")]


def prose(text: str) -> str:
    """Return paragraphs without the line breaks of the code that they stand in."""
    return "\n\n".join(" ".join(paragraph.split()) for paragraph in text.split("\n\n"))


def fields(**asked: Any) -> dict[str, Any]:
    """Return the fields of a reading that were stated: what is neither None, False nor empty.

    ``part`` is one of the words ``all``, ``public`` and ``production`` alone, or actors' ids. Current prices are
    undiscounted unless stated otherwise, since discount rates are real.
    """
    stated = {name: value for name, value in asked.items() if value not in (None, False, [])}
    if "current_prices" in stated:
        stated.setdefault("discount", "none")
    parts = stated.get("part")
    if parts and len(parts) == 1 and parts[0] in ("all", "public", "production"):
        stated["part"] = parts[0]
    return stated

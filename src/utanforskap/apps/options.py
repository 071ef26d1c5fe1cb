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


def argument(metavar: str, said: str) -> Any:
    """Return what a command is given without a flag.

    Parameters
    ----------
    metavar : str
        What stands for it in the help.
    said : str
        The help.
    """
    return typer.Argument(metavar=metavar, help=said, rich_help_panel="Argument")


def asked(flag: str, said: str, metavar: str | None = None, **limits: Any) -> Any:
    """Return an option that says what is read.

    Parameters
    ----------
    flag : str
        ``--name``.
    said : str
        The help.
    metavar : str, optional
        What stands for the value in the help; a flag that is there or not has none.
    **limits
        What else `typer.Option` is told of the value: ``min``, ``formats``.
    """
    return typer.Option(flag, help=said, metavar=metavar, rich_help_panel=ASKED, **limits)


def written(flag: str, said: str, metavar: str | None = None) -> Any:
    """Return an option that says how the answer is written; see `asked`."""
    return typer.Option(flag, help=said, metavar=metavar, rich_help_panel=WRITTEN)


def output_file(said: str) -> Any:
    """Return the option that says to which file."""
    return typer.Option("--output", "-o", metavar="FIL", help=said, rich_help_panel=WRITTEN)


def _one_of(choices: Any) -> str:
    return ", ".join(get_args(choices))


ScenarioName = Annotated[str, argument("SCENARIO", "En medföljande kalkyls namn (se 'list') eller en fil.")]
AlternativeArgument = Annotated[
    str | None, argument("[ALTERNATIVE]", "Alternativets id; behövs inte där det bara finns ett.")
]
AlternativeName = Annotated[
    str | None, asked("--alternative", "Alternativets id; behövs inte där kalkylen bara har ett.", "ID")
]
AlternativeOrBaseline = Annotated[
    str | None, asked("--alternative", "Alternativets id; utan angivelse utgångsläget, utan insats.", "ID")
]
MeasureOption = Annotated[
    Measure | None,
    asked(
        "--measure",
        f"{_one_of(Measure)}. Utan angivelse utanförskapets kostnad där alla grupper har en referens, annars "
        "huvudboken. En vinst (gain) behöver --alternative.",
        "MÅTT",
    ),
]
GainOrCostOption = Annotated[
    Measure | None,
    asked(
        "--measure",
        "Utan angivelse vinsten efter insatskostnad (net_gain), eller utanförskapets kostnad (cost_of_exclusion) där "
        "kalkylen inte har något alternativ.",
        "MÅTT",
    ),
]
GainOption = Annotated[
    GainMeasure, asked("--measure", "Vinsten efter (net_gain) eller före (gross_gain) insatskostnad.", "MÅTT")
]
PerspectiveName = Annotated[
    str, asked("--perspective", "Vems böcker: society, public, see, eller en aktörs id (kommun, region, fk …).", "ID")
]
PerspectiveNames = Annotated[
    list[str] | None,
    asked("--perspective", "En kolumn av mått; kan upprepas. Utan angivelse de vanligaste.", "ID"),
]
PartNames = Annotated[
    list[str] | None,
    asked("--part", "Bara en del: public, production, eller en aktörs id, som kan upprepas.", "DEL"),
]
RowsOption = Annotated[Rows, asked("--rows", f"Tabellens rader: {_one_of(Rows)}.", "RADER")]
ColumnsOption = Annotated[
    Columns | None,
    asked(
        "--columns",
        f"Tabellens kolumner: {_one_of(Columns)}. Utan angivelse mandatperioder, om kalkylen säger när de börjar, "
        "annars summan.",
        "KOLUMNER",
    ),
]
YearsOption = Annotated[int | None, asked("--years", "Bara så många första år.", "ANTAL", min=1)]
PeriodOption = Annotated[
    str | None,
    asked(
        "--period",
        "first_mandate, second_mandate, third_mandate, to_65, ett år (2016) eller flera (2014-2017).",
        "PERIOD",
    ),
]
DiscountOption = Annotated[
    str | None, asked("--discount", "En diskonteringsprofils id (see, asek …) eller none; annars kalkylens.", "PROFIL")
]
BaseYearOption = Annotated[
    int | None, asked("--base-year", "Nuvärdet räknas till den 1 januari detta år; annars kalkylens första.", "ÅR")
]
CounterfactualOption = Annotated[
    str | None,
    asked(
        "--counterfactual",
        "Vad utanförskapet jämförs med: reference, eller namnet på en annan av gruppernas referenser.",
        "NAMN",
    ),
]
RealisableOption = Annotated[
    bool, asked("--realisable", "Räkna besparingar så långt de kan tas hem (realiserbart), inte bokföringsmässigt.")
]
TaxFactorOption = Annotated[bool, asked("--tax-factor", "Räkna samhällets kostnad med skattefaktor.")]
CurrentPricesOption = Annotated[bool, asked("--current-prices", "Löpande priser i stället för fasta; odiskonterat.")]
DrawsOption = Annotated[int, asked("--draws", "Så många dragningar.", "ANTAL", min=1)]
SeedOption = Annotated[int, asked("--seed", "Samma frö ger alltid samma dragningar.", "FRÖ", min=0)]
TopOption = Annotated[int, asked("--top", "Så många rader.", "ANTAL", min=1)]
ExecutorOption = Annotated[
    str | None,
    asked(
        "--executor",
        "Vad som delar på arbetet: threads eller processes, en per kärna eller :N. Svaret är detsamma; utan angivelse "
        "threads.",
        "VAD[:N]",
    ),
]

SamplingOption = Annotated[
    Sampling,
    asked(
        "--sampling",
        f"{_one_of(Sampling)}: varje dragning för sig, jämnt spridda för varje skattning, eller Sobolpunkter "
        "(antalet en tvåpotens).",
        "SÄTT",
    ),
]

LangOption = Annotated[Lang, written("--lang", "Språk: sv eller en.", "SPRÅK")]
FormatOption = Annotated[
    Format | None,
    written(
        "--format",
        f"{_one_of(Format)}. Utan angivelse vad filens ändelse säger (.csv, .json, .md), annars table. Tal står som de "
        "är i csv och json, på svenskt vis i övrigt.",
        "FORM",
    ),
]
UnitOption = Annotated[
    Unit | None,
    written(
        "--unit", f"Beloppens enhet: {_one_of(Unit)}. Utan angivelse Mkr, eller mindre där inget når dit.", "ENHET"
    ),
]
TableOption = Annotated[
    str | None,
    written(
        "--table", "Bara denna tabell, som json kallar den (name). En csv håller en: utan angivelse den första.", "NAMN"
    ),
]
OutputOption = Annotated[Path | None, output_file("Skriv till en fil.")]
ForceOption = Annotated[bool, written("--force", "Ersätt filen om den redan finns.")]


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

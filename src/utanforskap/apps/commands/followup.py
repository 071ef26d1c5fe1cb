"""Follow-up from participants' data, and a bank of evaluations."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

import utanforskap as ut
from utanforskap.apps import options
from utanforskap.apps.deliver import Delivery, tell_written
from utanforskap.apps.words import word

if TYPE_CHECKING:
    import pandas as pd

    from utanforskap.outputs.tables import Sheet

HELP = options.prose("""Läs deltagarnas egna uppgifter inför ett bokslut.

Börja med suggest (en mappning att granska) och fortsätt med check (vad som går att använda av uppgifterna). Sedan
räknar kommandot evaluate bokslutet. Inget som skrivs visar tal som vilar på färre än fem personer.""")
SUGGEST_HELP = options.prose("""Föreslå en mappningsfil: vilken kolumn som är vad, och vilket tillstånd varje ord står
för.""")
CHECK_HELP = options.prose("""Säg vad som går att använda av uppgifterna: rader lästa, använda och avvisade, och varför.

Slutar med 1 när uppgifterna inte går att använda.""")
BANK_HELP = options.prose("""Samla bokslut i en mapp och jämför dem.""")
ADD_HELP = options.prose("""Lägg ett boksluts protokoll (.json, från evaluate --record) i banken.""")
LIST_HELP = options.prose("""Lista bokslut i banken.""")
COMPARE_HELP = options.prose("""Jämför boksluten i banken: kronor per deltagare och aktör, återbetalningstid, evidens.

Med --picture skrivs en bild (.png, .svg eller .pdf).""")

DataFile = Annotated[Path, options.argument("UPPGIFTER", "CSV, Excel eller Parquet.")]
BankFolder = Annotated[Path, options.asked("--bank", "Bankens mapp.", "MAPP")]
ProgrammeOption = Annotated[
    str | None,
    options.asked("--programme", "Kalkylen som har insatsen: ord kan stå för dess egna tillstånd.", "SCENARIO"),
]
_DEFAULT_BANK = Path("bank")


def suggest(
    data: DataFile,
    programme: ProgrammeOption = None,
    output: options.OutputOption = None,
    force: options.ForceOption = False,
) -> None:
    """Write a suggested mapping."""
    Delivery(output=output, force=force).write(ut.suggest_mapping(data, case=_case(programme)))


def _case(programme: str | None) -> "ut.Case | None":
    return None if programme is None else ut.load(programme)


def check(
    data: DataFile,
    mapping: Annotated[Path, options.asked("--mapping", "Mappningsfilen.", "FIL")],
    persons: Annotated[Path | None, options.asked("--persons", "Uppgifter om varje person, i egen fil.", "FIL")] = None,
    programme: ProgrammeOption = None,
    lang: options.LangOption = "sv",
    format: options.FormatOption = None,
    output: options.OutputOption = None,
    force: options.ForceOption = False,
) -> None:
    """Tell what of the data can be used."""
    from utanforskap.outputs.tables import Answer

    how = Delivery(lang, format, output, force)
    quality = ut.read_participants(data, mapping=mapping, persons=persons, case=_case(programme)).quality
    sheets = [
        _words("rows", quality.table(lang=lang), lang),
        _words("rejected_rows", quality.rejected_table(lang=lang), lang),
        _words("attrition", quality.attrition_table(lang=lang), lang),
    ]
    notes = tuple(" ".join((found.message, *found.help)) for found in quality.findings(lang=lang))
    how.deliver(
        Answer(word("titles", "quality", lang), tuple(sheet for sheet in sheets if len(sheet.frame)), (), notes)
    )
    if quality.errors:
        raise typer.Exit(1)


def _words(name: str, frame: "pd.DataFrame", lang: options.Lang) -> "Sheet":
    """Return a table of words and counts, with files by their names alone."""
    from utanforskap.outputs.record import file_name
    from utanforskap.outputs.tables import Sheet

    first = frame.columns[0]
    named = frame.assign(**{first: frame[first].map(file_name)}).set_index(first)
    texts = tuple(column for column in named.columns if named[column].dtype == object)
    return Sheet(name, word("titles", name, lang), named, texts=texts)


def add(
    record: Annotated[Path, options.argument("PROTOKOLL", "Bokslutets protokoll (.json).")],
    bank: BankFolder = _DEFAULT_BANK,
    lang: options.LangOption = "sv",
    force: options.ForceOption = False,
) -> None:
    """Add an evaluation's record to the bank."""
    file = ut.bank(bank).add(record, force=force)
    tell_written(file, lang)


def list_bank(
    bank: BankFolder = _DEFAULT_BANK,
    lang: options.LangOption = "sv",
    format: options.FormatOption = None,
    output: options.OutputOption = None,
    force: options.ForceOption = False,
) -> None:
    """List the evaluations in the bank."""
    Delivery(lang, format, output, force).deliver(ut.bank(bank).list(lang=lang))


def compare_bank(
    bank: BankFolder = _DEFAULT_BANK,
    picture: Annotated[Path | None, options.written("--picture", "Skriv en bild.", "FIL")] = None,
    lang: options.LangOption = "sv",
    format: options.FormatOption = None,
    output: options.OutputOption = None,
    force: options.ForceOption = False,
) -> None:
    """Compare the evaluations in the bank."""
    from utanforskap.errors import UnknownNameError
    from utanforskap.outputs.files import write_bytes

    how = Delivery(lang, format, output, force)
    of = ut.bank(bank)
    if picture is not None:
        ending, known = picture.suffix.lower().removeprefix("."), ("png", "svg", "pdf")
        if ending not in known:
            raise UnknownNameError(what="an ending of a picture", given=picture.suffix or picture.name, known=known)
        write_bytes(picture, ut.plot.render(ut.plot.bank(of, lang=lang), ending), force=force)
        tell_written(picture, lang)
    how.deliver(of.compare(lang=lang))

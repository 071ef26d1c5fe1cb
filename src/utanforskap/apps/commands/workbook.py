"""A result as a workbook, to a file."""

import sys
from pathlib import Path
from typing import Annotated

import typer

import utanforskap as ut
from utanforskap.apps import options
from utanforskap.apps.cases import compared, result_of
from utanforskap.apps.words import say
from utanforskap.outputs.files import refuse_to_overwrite

HELP = options.prose("""Skriv en arbetsbok för Excel eller LibreOffice, där varje resultat är en formel.

Visar utanförskapets kostnad, eller med --alternative vad insatsen ändrar. Ändra en förutsättning i arbetsboken, så
följer alla blad med; bladet Kontroll ställer summorna mot Pythons.""")
_NAME = "kalkyl.xlsx"


def workbook(
    scenario: options.ScenarioName,
    alternative: Annotated[
        str | None,
        typer.Option(
            "--alternative",
            metavar="ID",
            help="Alternativets id; utan angivelse vad utanförskapet kostar.",
            rich_help_panel=options.ASKED,
        ),
    ] = None,
    lang: options.LangOption = "sv",
    output: Annotated[
        Path | None,
        typer.Option(
            "--output",
            "-o",
            metavar="FIL",
            help=f"Filen (.xlsx). Utan angivelse {_NAME}.",
            rich_help_panel=options.WRITTEN,
        ),
    ] = None,
    force: options.ForceOption = False,
) -> None:
    """Write a workbook."""
    path = output or Path(_NAME)
    refuse_to_overwrite(path, force=force)
    result = result_of(scenario)
    ut.write.workbook(result if alternative is None else compared(result, alternative), path, lang=lang, force=force)
    sys.stderr.write(say("written", lang, file=path) + "\n")

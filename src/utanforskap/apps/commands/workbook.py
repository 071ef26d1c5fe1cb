"""A result as a workbook, to a file."""

from pathlib import Path
from typing import Annotated

import utanforskap as ut
from utanforskap.apps import options
from utanforskap.apps.cases import compared, result_of
from utanforskap.apps.deliver import tell_written
from utanforskap.outputs.files import refuse_to_overwrite

HELP = options.prose("""Skriv en arbetsbok för Excel eller LibreOffice, där varje resultat är en formel.

Visar utanförskapets kostnad, eller med --alternative vad insatsen ändrar. Ändra en förutsättning i arbetsboken, så
följer alla blad med; bladet Kontroll ställer summorna mot Pythons.""")
_NAME = "kalkyl.xlsx"


def workbook(
    scenario: options.ScenarioName,
    alternative: Annotated[
        str | None,
        options.asked("--alternative", "Alternativets id; utan angivelse vad utanförskapet kostar.", "ID"),
    ] = None,
    lang: options.LangOption = "sv",
    output: Annotated[
        Path | None,
        options.output_file(f"Filen (.xlsx). Utan angivelse {_NAME}."),
    ] = None,
    force: options.ForceOption = False,
) -> None:
    """Write a workbook."""
    path = output or Path(_NAME)
    refuse_to_overwrite(path, force=force)
    result = result_of(scenario)
    ut.write.workbook(result if alternative is None else compared(result, alternative), path, lang=lang, force=force)
    tell_written(path, lang)

"""Answers to where they were asked for: the screen or a file, in the form asked for."""

import sys
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from utanforskap.apps.options import Format, Lang, Unit
from utanforskap.apps.words import say
from utanforskap.errors import UnknownNameError
from utanforskap.outputs.files import refuse_to_overwrite, write_text

if TYPE_CHECKING:
    from utanforskap.outputs.tables import Answer

_ENDINGS: dict[str, Format] = {".csv": "csv", ".json": "json", ".md": "markdown"}
_WIDTH_IN_A_FILE = 120


def tell_written(file: Path, lang: Lang) -> None:
    """Say that a file was written, where it does not mix with what is piped on."""
    sys.stderr.write(say("written", lang, file=file) + "\n")


@dataclass(frozen=True)
class Delivery:
    """How and where an answer is written.

    Attributes
    ----------
    lang : {"sv", "en"}
        The language.
    format : str or None
        The form; None is what the file's ending says, otherwise a table.
    output : Path or None
        The file; None is the screen.
    force : bool
        Whether a file that is there is replaced.
    unit : {"kr", "tkr", "Mkr"} or None
        What amounts are shown in; None is what suits them.
    table : str or None
        The one table that is wanted; None is all of them.

    Raises
    ------
    OutputError
        If a file is there and may not be replaced: said before anything is computed.
    """

    lang: Lang = "sv"
    format: Format | None = None
    output: Path | None = None
    force: bool = False
    unit: Unit | None = None
    table: str | None = None

    def __post_init__(self) -> None:
        if self.output is not None:
            refuse_to_overwrite(self.output, force=self.force)

    def deliver(self, answer: "Answer") -> None:
        """Write an answer.

        Raises
        ------
        UnknownNameError
            If it has no such table.
        """
        from utanforskap.outputs.tables import as_json, as_markdown

        if self.table is not None:
            known = [sheet.name for sheet in answer.sheets]
            if self.table not in known:
                raise UnknownNameError(what="a table of this answer", given=self.table, known=known)
            answer = replace(answer, sheets=tuple(sheet for sheet in answer.sheets if sheet.name == self.table))
        ending = self.output.suffix.lower() if self.output is not None else ""
        match self.format or _ENDINGS.get(ending, "table"):
            case "csv":
                self._write_csv(answer)
            case "json":
                self.write(as_json(answer))
            case "markdown":
                self.write(as_markdown(answer, unit=self.unit, lang=self.lang))
            case "table":
                self._show(answer)

    def write(self, text: str) -> None:
        """Write a text to the file, or to the screen where there is none."""
        if self.output is None:
            sys.stdout.write(text)
            return
        write_text(self.output, text, force=self.force)
        tell_written(self.output, self.lang)

    def _write_csv(self, answer: "Answer") -> None:
        """Write the first table; where there is none, nothing, and say why beside."""
        from utanforskap.outputs.tables import as_csv

        self.write(as_csv(answer.sheets[0]) if answer.sheets else "")
        if not answer.sheets:
            sys.stderr.writelines(f"{sentence}\n" for sentence in (*answer.lead, *answer.notes))

    def _show(self, answer: "Answer") -> None:
        from io import StringIO

        from utanforskap.apps.screen import Screen, show

        if self.output is None:
            show(Screen(), answer, unit=self.unit, lang=self.lang)
            return
        page = StringIO()
        show(Screen(file=page, width=_WIDTH_IN_A_FILE, color_system=None), answer, unit=self.unit, lang=self.lang)
        self.write(page.getvalue())

"""The data-quality report: how many rows were read and used, every row that was not and why, what is worth knowing.

It shows row numbers and counts, never what stands in a row.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from utanforskap.errors import Finding, Place
from utanforskap.inputs.followup.cells import Reasons
from utanforskap.inputs.followup.disclosure import Figures, suppressed
from utanforskap.inputs.followup.words import word, words
from utanforskap.terms import Lang

if TYPE_CHECKING:
    import pandas as pd

REASONS: tuple[str, ...] = tuple(words()["rejected"])
"""The ids of why a row may be rejected."""
REASON_CODES: dict[str, int] = {reason: position for position, reason in enumerate(REASONS)}
USED = -1
EVERYONE = "everyone"
_SHOWN_ROWS = 10


@dataclass(frozen=True, slots=True)
class Remark:
    """One thing that is worth knowing about the data.

    Attributes
    ----------
    code : str
        Its id.
    file : str
        The file.
    said : mapping of str to object
        Counts, names of columns and fields, and other words that say nothing of a single person.
    rows : tuple of int
        The rows concerned, where they are few enough to be told or need mending.
    """

    code: str
    file: str
    said: Mapping[str, object]
    rows: tuple[int, ...] = ()

    @property
    def severity(self) -> str:
        """What it means: an error leaves nothing to count on, a warning should be seen to, a note is to be known."""
        return str(words()["remarks"][self.code]["severity"])


@dataclass(frozen=True, slots=True, eq=False)
class FileRows:
    """What became of the rows of a file.

    Attributes
    ----------
    file : str
        The file's name as the user gave it.
    rows : ndarray of int, shape (row,)
        Each row's line in the file, from 1; in a DataFrame or Parquet file its position, from 1.
    reasons : ndarray of int, shape (row,)
        -1 for a row that is used, otherwise the position of the reason in `REASONS`.
    """

    file: str
    rows: NDArray[np.int64]
    reasons: Reasons

    @property
    def used(self) -> int:
        """How many rows are used."""
        return int(np.count_nonzero(self.reasons == USED))


@dataclass(frozen=True, slots=True)
class Attrition:
    """How many of a group were followed to the end.

    Attributes
    ----------
    by, group : str
        The attribute and its value.
    persons, lost : int
        How many there are, and how many of them were lost before the end.
    """

    by: str
    group: str
    persons: int
    lost: int


@dataclass(frozen=True, slots=True)
class Quality:
    """What could be used of the data, and what not.

    Attributes
    ----------
    files : tuple of FileRows
        Each file's rows.
    remarks : tuple of Remark
        What is worth knowing, errors first.
    attrition : tuple of Attrition
        Persons and losses by group.
    """

    files: tuple[FileRows, ...]
    remarks: tuple[Remark, ...] = ()
    attrition: tuple[Attrition, ...] = ()

    @property
    def read(self) -> int:
        """How many rows were read."""
        return sum(len(one.rows) for one in self.files)

    @property
    def used(self) -> int:
        """How many rows are used."""
        return sum(one.used for one in self.files)

    @property
    def rejected(self) -> int:
        """How many rows were not used; read less used."""
        return self.read - self.used

    @property
    def errors(self) -> tuple[Remark, ...]:
        """What leaves nothing to count on."""
        return tuple(remark for remark in self.remarks if remark.severity == "error")

    def rejections(self) -> Iterator[tuple[str, int, str]]:
        """Yield file, row and reason's id of every rejected row, in the order of the files."""
        for one in self.files:
            for position in np.flatnonzero(one.reasons != USED):
                yield one.file, int(one.rows[position]), REASONS[one.reasons[position]]

    def rejected_table(self, *, lang: Lang = "sv") -> "pd.DataFrame":
        """Return every rejected row: file, row and reason.

        Parameters
        ----------
        lang : {"sv", "en"}
            The language of the reasons.
        """
        import pandas as pd

        rows = [(file, row, word("rejected", reason, lang)) for file, row, reason in self.rejections()]
        return pd.DataFrame(rows, columns=[word("quality", id_, lang) for id_ in ("file", "row", "reason")])

    def table(self, *, lang: Lang = "sv") -> "pd.DataFrame":
        """Return rows read, used and rejected by file; read is the sum of the others.

        Parameters
        ----------
        lang : {"sv", "en"}
            The language of the headings.
        """
        import pandas as pd

        rows = [(one.file, len(one.rows), one.used, len(one.rows) - one.used) for one in self.files]
        return pd.DataFrame(rows, columns=[word("quality", id_, lang) for id_ in ("file", "read", "used", "rejected")])

    def attrition_table(self, *, lang: Lang = "sv") -> "pd.DataFrame":
        """Return persons, followed and lost by group.

        Counts of fewer than five are not shown, nor others from which they follow.

        Parameters
        ----------
        lang : {"sv", "en"}
            The language of the headings.
        """
        import pandas as pd

        few = word("quality", "too_few", lang)
        hidden = self._hidden()
        rows = []
        for place, one in enumerate(self.attrition):
            kept = one.persons - one.lost
            figures = (one.persons, kept, one.lost, one.lost / one.persons)
            rows.append((_group(one, lang), *((few,) * 4 if place in hidden else figures)))
        names = ("group", "persons", "followed", "lost", "lost_share")
        return pd.DataFrame(rows, columns=[word("quality", id_, lang) for id_ in names])

    def _hidden(self) -> frozenset[object]:
        """Return which groups' rows are not shown."""
        figures = Figures()
        for place, one in enumerate(self.attrition):
            counts = (one.persons, one.persons - one.lost, one.lost)
            figures.add(place, min((count for count in counts if count), default=0))
        for by in dict.fromkeys(one.by for one in self.attrition if one.by != EVERYONE):
            parts: list[object] = [place for place, one in enumerate(self.attrition) if one.by == by]
            # Those of whom it is not known are a group that is not told.
            figures.add(by, self.attrition[0].persons - sum(one.persons for one in self.attrition if one.by == by))
            figures.is_sum(0, [*parts, by])
        return suppressed(figures)

    def findings(self, *, lang: Lang = "sv") -> list[Finding]:
        """Return the remarks, and one finding for each reason for which rows were rejected.

        Parameters
        ----------
        lang : {"sv", "en"}
            The language of the messages.
        """
        return [*(_told(remark, lang) for remark in self.remarks), *self._rejected_findings(lang)]

    def _rejected_findings(self, lang: Lang) -> Iterator[Finding]:
        for one in self.files:
            for code in np.unique(one.reasons[one.reasons != USED]):
                rows = one.rows[one.reasons == code]
                message = f"{len(rows)} × {word('rejected', REASONS[code], lang)}."
                place = Place(one.file, int(rows[0]), 1)
                yield Finding(REASONS[code], "", message, _rows_line(rows.tolist(), lang), place, "warning")


def _group(one: Attrition, lang: Lang) -> str:
    if one.by == EVERYONE:
        return word("quality", EVERYONE, lang)
    by = word("fields", one.by, lang) if one.by in words()["fields"] else one.by
    section = {"sex": "sexes", "arm": "arms"}.get(one.by)
    group = word(section, one.group, lang) if section and one.group in words()[section] else one.group
    return f"{by}: {group}"


def _told(remark: Remark, lang: Lang) -> Finding:
    said = {key: value[lang] if isinstance(value, Mapping) else value for key, value in remark.said.items()}
    message = str(words()["remarks"][remark.code][lang]).format(**said)
    place = Place(remark.file, remark.rows[0] if remark.rows else 1, 1)
    return Finding(remark.code, "", message, _rows_line(remark.rows, lang), place, remark.severity)  # type: ignore[arg-type]


def _rows_line(rows: tuple[int, ...] | list[int], lang: Lang) -> tuple[str, ...]:
    if not rows:
        return ()
    shown = ", ".join(str(row) for row in rows[:_SHOWN_ROWS])
    more = " …" if len(rows) > _SHOWN_ROWS else ""
    return (f"{word('quality', 'row', lang)}: {shown}{more}",)

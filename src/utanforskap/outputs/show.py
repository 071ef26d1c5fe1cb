"""A table of numbers as people read it, in a console and in a notebook."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from utanforskap.analysis import markup, wording
from utanforskap.outputs.tables import Sheet
from utanforskap.terms import Lang, label

if TYPE_CHECKING:
    import pandas as pd

_LINE = 100


@dataclass(frozen=True, eq=False)
class Shown:
    """A table in words, which a notebook shows with its caption.

    Attributes
    ----------
    frame : DataFrame
        Every cell as text.
    total : str
        What a last row that sums those above it is called.
    """

    frame: "pd.DataFrame"
    total: str

    def __repr__(self) -> str:
        """Return the table with its caption over it."""
        table = self.frame.to_string(justify="right", line_width=_LINE)
        return "\n".join(filter(None, (self._caption, table)))

    def _repr_html_(self) -> str:
        return markup.shown(markup.table(self.frame, caption=self._caption, total=self.total))

    @property
    def _caption(self) -> str:
        return str(self.frame.attrs.get("caption", ""))


def show(frame: "pd.DataFrame", *, unit: wording.KronorUnit | None = None, lang: Lang = "sv") -> Shown:
    """Return one of our tables as people read it: kronor in one unit, numbers in their language, the caption over it.

    Parameters
    ----------
    frame : DataFrame
        What a method of a result, a comparison or a simulation returned, or some rows and columns of it.
    unit : {"kr", "tkr", "Mkr"}, optional
        In which kronor are written; Mkr unless stated, or a smaller one where no amount reaches that far. A table of
        numbers of several kinds is written as it stands, to four digits.
    lang : {"sv", "en"}
        The language of its numbers; the labels are those that the table has.

    Examples
    --------
    ``ut.show(result.cost_of_exclusion(columns="mandate"))``
    """
    sheet = Sheet("", "", _named(frame, lang))
    told = sheet.in_words(unit=unit or wording.suitable_unit(sheet.kronor()), lang=lang)
    return Shown(told, label("words", "total", lang))


def _named(frame: "pd.DataFrame", lang: Lang) -> "pd.DataFrame":
    """Return a table whose rows and columns are called what people call them.

    Rows that are only counted are called what stands in their first column. Values of an estimate, which a grid is laid
    over, are written as numbers are; years are whole numbers, and stay.
    """
    import pandas as pd

    told = frame.set_index(frame.columns[0]) if isinstance(frame.index, pd.RangeIndex) else frame
    return told.rename(index=lambda name: _written(name, lang), columns=lambda name: _written(name, lang))


def _written(name: object, lang: Lang) -> object:
    return wording.significant(name, lang=lang) if isinstance(name, float) else name

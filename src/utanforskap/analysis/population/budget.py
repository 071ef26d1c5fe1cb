"""What a population costs, year by year, as a budget is read: committee by committee, undiscounted."""

from typing import TYPE_CHECKING, Any

from utanforskap.analysis.readings import Readable
from utanforskap.analysis.summaries import main_measure
from utanforskap.analysis.tabulate import RowKey, table
from utanforskap.analysis.wording import KronorUnit, scaled
from utanforskap.terms import Lang, Reading, label

if TYPE_CHECKING:
    import pandas as pd


def reading_of(readable: Readable, fields: dict[str, Any]) -> Reading:
    """Return the reading that fields ask for: public actors, what the case is mainly read for, unless they say else."""
    measure = "net_gain" if fields.get("alternative") else main_measure(readable)
    return Reading.of(**{"perspective": "public", "measure": measure, **fields})


def by_budget_year(
    readable: Readable, *, unit: KronorUnit = "tkr", rows: RowKey = "account", lang: Lang = "sv", **fields: Any
) -> "pd.DataFrame":
    """Return kronor by committee and budget year, undiscounted, with sums.

    Parameters
    ----------
    readable : Readable
        The case and its values.
    unit : {"kr", "tkr", "Mkr"}
        What the amounts are in.
    rows : str
        ``account`` (committees), ``actor`` or another way to group rows.
    lang : {"sv", "en"}
        The language of the labels.
    **fields
        Fields of `Reading`; ``public``, and a gain after programme cost where an alternative is named, otherwise what
        exclusion costs, unless they say else.
    """
    asked = reading_of(readable, {**fields, "discount": "none"})
    frame = table(readable, asked, rows=rows, columns="year", lang=lang)
    frame[label("words", "total", lang)] = frame.sum(axis=1)
    attrs = dict(frame.attrs)
    frame = frame.map(lambda amount: scaled(amount, unit))
    kronor = label("kronor", unit, lang)
    frame.attrs = {**attrs, "unit": unit, "caption": f"{attrs['caption']}; {kronor}"}
    return frame


def totals(readable: Readable, *, rows: RowKey = "account", lang: Lang = "sv", **fields: Any) -> "pd.DataFrame":
    """Return the whole horizon's kronor by committee, undiscounted and at present value [kr].

    Parameters
    ----------
    readable : Readable
        The case and its values.
    rows : str
        As for `by_budget_year`.
    lang : {"sv", "en"}
        The language of the labels.
    **fields
        As for `by_budget_year`.
    """
    import pandas as pd

    asked = reading_of(readable, fields)
    columns = {}
    for name, reading in (("undiscounted", asked.change(discount="none")), ("discounted", asked)):
        frame = table(readable, reading, rows=rows, columns="total", lang=lang)
        columns[label("words", f"{name}_column", lang)] = frame.iloc[:, 0]
    told = pd.DataFrame(columns)
    told.attrs = dict(frame.attrs)
    return told

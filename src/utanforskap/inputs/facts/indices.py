"""Price indices, and what one is in a year."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, partial
from typing import TYPE_CHECKING, Any, TypeAlias

from frozendict import frozendict

from utanforskap.errors import UtanforskapError
from utanforskap.inputs.tables import shipped_table

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Level: TypeAlias = "float | NDArray[np.float64]"
"""One number, or one a draw."""


class IndexYearError(UtanforskapError, LookupError):
    """A price has no index for a year that it should be moved from or to.

    Attributes
    ----------
    year : int
        The year that the index does not have.
    """

    def __init__(self, message: str, *, year: int) -> None:
        self.year = year
        super().__init__(message)

    def __reduce__(self) -> Any:
        return partial(type(self), str(self), year=self.year), ()


@dataclass(frozen=True, slots=True)
class PriceIndex:
    """An annual index.

    Attributes
    ----------
    id : str
        ``kpi``, ``inkomstindex`` …
    values : mapping of int to float
        By calendar year; the base does not matter.
    """

    id: str
    values: Mapping[int, float]

    def ratio(self, *, start: int, end: int, growth: "Level | None" = None) -> Level:
        """Return how much one krona of the start year is at the end year's level.

        Parameters
        ----------
        start, end : int
            Calendar years.
        growth : float or ndarray, optional
            An assumption: how much the index grows a year after its last [share]. Without it those years are refused.

        Raises
        ------
        IndexYearError
            If the index is not known for one of the years; years beyond the data are never guessed.
        """
        return self.level(end, growth=growth) / self.level(start, growth=growth)

    def level(self, year: int, *, growth: "Level | None" = None) -> Level:
        """Return the index in a year; after its last year it grows as assumed.

        Raises
        ------
        IndexYearError
            If the index is not known for the year, and no growth is assumed that reaches it.
        """
        first, last = min(self.values), max(self.values)
        if year in self.values:
            return self.values[year]
        if growth is not None and year > last:
            return self.values[last] * (1.0 + growth) ** (year - last)
        raise IndexYearError(f"the index {self.id} is known for {first}–{last}, not for {year}", year=year)


@cache
def shipped_indices() -> Mapping[str, PriceIndex]:
    """Return the shipped indices by id."""
    values: dict[str, dict[int, float]] = {}
    for row in shipped_table("indices.csv").rows:
        values.setdefault(row.cells["index"], {})[int(row.cells["year"])] = float(row.cells["value"])
    return {id_: PriceIndex(id=id_, values=frozendict(by_year)) for id_, by_year in values.items()}

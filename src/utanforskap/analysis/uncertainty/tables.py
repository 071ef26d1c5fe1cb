"""What a simulation found, as tables: in numbers, and in words with as many digits as the error bears."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from utanforskap.analysis import wording
from utanforskap.analysis.uncertainty import digits
from utanforskap.engine.parameters import Array
from utanforskap.engine.summaries import Summary
from utanforskap.errors import QuestionError
from utanforskap.terms import Lang, label

if TYPE_CHECKING:
    import pandas as pd

Levels = tuple[float, float]

_SECTION = "simulation"
_NUMBERS = (
    "point", "mean", "median", "low", "high", "sd", "positive",
    "mean_error", "median_error", "low_error", "high_error", "positive_error",
)  # fmt: skip
NOT_KRONOR = ("positive", "positive_error")
"""The figures that are shares of draws."""
_WORDS = ("point", "mean", "mean_error", "median", "low", "high", "positive")
_QUANTILES = ("median", "low", "high")
_CENTRE = 0.5
_ROUNDING = 1e-12  # of a mean: what rounding leaves of a spread where there is none


@dataclass(frozen=True, slots=True, eq=False)
class Figures:
    """What draws amount to, one row of a table each; amounts in kr.

    Attributes
    ----------
    names : tuple of str
        What each row is called.
    columns : mapping of str to ndarray, shape (row,)
        By the id of a column: the point value, the mean and so on, and the standard errors of them.
    levels : tuple of two floats
        What shares of draws lie below ``low`` and ``high`` [0 to 1].
    """

    names: tuple[str, ...]
    columns: Mapping[str, Array]
    levels: Levels

    @classmethod
    def of(cls, rows: Iterable[tuple[str, Summary, tuple[int, ...], float]], *, levels: Levels) -> "Figures":
        """Return the figures of some cells of summaries.

        Parameters
        ----------
        rows : iterable of (name, Summary, place, point)
            What the row is called, the summary, which of its cells, and the value of the point run.
        levels : tuple of two floats
            What shares of draws the interval leaves below its ends [0 to 1].
        """
        found = list(rows)
        told = {id(summary): _told(summary, levels) for summary in {id(each[1]): each[1] for each in found}.values()}
        columns = {"point": np.array([point for *_, point in found])}
        columns |= {
            id_: np.array([told[id(summary)][id_][place] for _, summary, place, _ in found])
            for id_ in _NUMBERS
            if id_ != "point"
        }
        return cls(tuple(name for name, *_ in found), columns, levels)

    def in_numbers(self, *, lang: Lang) -> "pd.DataFrame":
        """Return every figure with its standard error [kr; probabilities 0 to 1]."""
        import pandas as pd

        return pd.DataFrame(
            {heading(id_, self.levels, lang): self.columns[id_] for id_ in _NUMBERS}, index=list(self.names)
        )

    def unit(self) -> wording.KronorUnit:
        """Return the unit that suits all amounts together."""
        return wording.suitable_unit(np.concatenate([self.columns[id_] for id_ in ("point", "mean", "low", "high")]))

    def in_words(self, *, unit: wording.KronorUnit, lang: Lang) -> "pd.DataFrame":
        """Return the figures as text, amounts in a unit, each in as many digits as its error bears."""
        import pandas as pd

        decimals = wording.decimals_of(unit)

        def amount(id_: str, row: int) -> str:
            value = wording.scaled(float(self.columns[id_][row]), unit)
            if id_ == "mean_error":
                return wording.significant(value, digits=2, lang=lang)
            error = self.columns.get(f"{id_}_error")
            return digits.number(
                value, 0.0 if error is None else wording.scaled(float(error[row]), unit), decimals=decimals, lang=lang
            )

        def cell(id_: str, row: int) -> str:
            if id_ == "positive":
                share, error = (float(self.columns[each][row]) for each in ("positive", "positive_error"))
                return digits.percent(share, error, lang=lang)
            return amount(id_, row)

        return pd.DataFrame(
            {heading(id_, self.levels, lang): [cell(id_, row) for row in range(len(self.names))] for id_ in _WORDS},
            index=list(self.names),
            dtype=object,
        )

    def too_few(self, *, unit: wording.KronorUnit) -> float:
        """Return how many times as many draws all digits of the means and probabilities need; at most 1 where none."""
        errors = wording.scaled(1.0, unit) * self.columns["mean_error"] * 10.0 ** wording.decimals_of(unit)
        worst = np.concatenate([errors, 100.0 * self.columns["positive_error"], [0.0]])
        return float(np.nanmax(worst)) ** 2


def _told(summary: Summary, levels: Levels) -> dict[str, Array]:
    quantiles, errors = _quantiles(summary, levels)
    sure = summary.sd <= _ROUNDING * np.abs(summary.mean)
    return {
        "mean": summary.mean,
        "mean_error": np.where(sure, 0.0, summary.mean_error),
        "sd": np.where(sure, 0.0, summary.sd),
        "positive": summary.probability_positive,
        "positive_error": summary.probability_error,
        **quantiles,
        **{f"{id_}_error": error for id_, error in errors.items()},
    }


def _quantiles(summary: Summary, levels: Levels) -> tuple[dict[str, Array], dict[str, Array]]:
    """Return the median and an interval, and the error of each: by chance, and at least what a bin hides."""
    shares = (_CENTRE, *levels)
    if not 0.0 <= levels[0] <= levels[1] <= 1.0:
        raise QuestionError(
            f"levels are {levels}: two shares of draws from 0 to 1, the lower first, such as (0.05, 0.95)"
        )
    errors = np.fmax(summary.quantile_error(shares), summary.resolution(shares))
    return tuple(dict(zip(_QUANTILES, each, strict=True)) for each in (summary.quantile(shares), errors))  # type: ignore[return-value]


def heading(id_: str, levels: Levels, lang: Lang) -> str:
    """Return what a column of figures is called; an interval's ends by their levels."""
    low, high = (wording.significant(100.0 * level, lang=lang) for level in levels)
    return label(_SECTION, id_, lang).format(low=low, high=high)


@dataclass(frozen=True, slots=True, eq=False)
class Spread:
    """How a metric that is no amount spreads over draws, by reading.

    Attributes
    ----------
    names : tuple of str
        What each row is called.
    points : tuple of float or None
        The point run's; None where it has none.
    quantiles, errors : mapping of str to ndarray, shape (row,)
        ``median``, ``low`` and ``high``, and their standard errors; infinite for what never is, not a number for what
        is in no draw.
    shares : mapping of str to ndarray, shape (row,)
        Shares of all draws, by the id of their column [0 to 1].
    levels : tuple of two floats
        What shares of draws lie below ``low`` and ``high`` [0 to 1].
    draws : int
        How many draws there are.
    """

    names: tuple[str, ...]
    points: tuple[float | None, ...]
    quantiles: Mapping[str, Array]
    errors: Mapping[str, Array]
    shares: Mapping[str, Array]
    levels: Levels
    draws: int

    @classmethod
    def of(
        cls,
        rows: Sequence[tuple[str, Summary, float | None]],
        *,
        place: int,
        shares: Mapping[str, Array],
        levels: Levels,
        draws: int,
    ) -> "Spread":
        """Return the spread of one figure of some summaries.

        Parameters
        ----------
        rows : sequence of (name, Summary, point)
            What a row is called, its summary of figures, and the value of the point run.
        place : int
            Which of the figures.
        shares : mapping of str to ndarray, shape (row,)
            Shares of all draws, by the id of their column [0 to 1].
        levels : tuple of two floats
            What shares of draws the interval leaves below its ends [0 to 1].
        draws : int
            How many draws there are.
        """
        found = [_quantiles(summary, levels) for _, summary, _ in rows]
        values, errors = (
            {id_: np.array([each[which][id_][place] for each in found]) for id_ in _QUANTILES} for which in (0, 1)
        )
        return cls(
            tuple(name for name, *_ in rows), tuple(point for *_, point in rows), values, errors, shares, levels, draws
        )

    def in_numbers(self, *, lang: Lang) -> "pd.DataFrame":
        """Return the figures with their standard errors, in their own unit."""
        import pandas as pd

        columns = {"point": np.array(self.points, dtype=float), **self.quantiles, **self.shares}
        columns |= {f"{id_}_error": errors for id_, errors in self.errors.items()}
        return pd.DataFrame(
            {heading(id_, self.levels, lang): values for id_, values in columns.items()}, index=list(self.names)
        )

    def in_words(self, *, decimals: int | None, infinite: Sequence[str], lang: Lang) -> "pd.DataFrame":
        """Return the figures as text, each in as many digits as its error bears.

        Parameters
        ----------
        decimals : int or None
            The decimals that are shown without an error; None is four significant digits.
        infinite : sequence of str
            What stands for an infinite figure, by row.
        lang : {"sv", "en"}
            The language.
        """
        import pandas as pd

        def figure(value: float | None, error: float, row: int) -> str:
            if value is None or np.isnan(value):
                return wording.NONE
            if np.isinf(value):
                return infinite[row]
            shown = decimals if decimals is not None else digits.to_significant(value)
            return digits.number(value, error, decimals=shown, lang=lang)

        def share(value: float) -> str:
            return digits.percent(value, np.sqrt(value * (1.0 - value) / self.draws), lang=lang)

        rows = range(len(self.names))
        columns = {"point": [figure(self.points[row], 0.0, row) for row in rows]}
        for id_, values in self.quantiles.items():
            columns[id_] = [figure(float(values[row]), float(self.errors[id_][row]), row) for row in rows]
        columns |= {id_: [share(float(value)) for value in values] for id_, values in self.shares.items()}
        return pd.DataFrame(
            {heading(id_, self.levels, lang): cells for id_, cells in columns.items()},
            index=list(self.names),
            dtype=object,
        )

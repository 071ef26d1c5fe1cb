"""What must be true for a reading to break even."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from utanforskap.analysis import markup, wording
from utanforskap.analysis.readings import Readable, check
from utanforskap.analysis.sensitivity.moves import FARTHEST, Move, draws_of, read_moved, room, sets, values_of
from utanforskap.analysis.sensitivity.roots import nearest_roots
from utanforskap.engine.effects import participants
from utanforskap.engine.parameters import Array
from utanforskap.inputs.values.estimates import Persons
from utanforskap.terms import Lang, Reading, label


@dataclass(frozen=True, slots=True)
class BreakEven:
    """The value of a parameter at which a reading is zero.

    Attributes
    ----------
    parameter : str
        The estimate's full name.
    status : {"found", "impossible"}
        ``impossible`` (*går inte*): nowhere in the parameter's range.
    value : float or None
        In the estimate's own unit; the one nearest its point value where there are several.
    point : float
        The estimate's value in the point run.
    persons : int or None
        How many persons that is, rounded up, where the parameter counts persons or is a share of participants who
        succeed (*hur många måste lyckas*).
    out_of : float or None
        Out of how many participants.
    searched : tuple of two floats
        The range that was searched.
    """

    parameter: str
    status: Literal["found", "impossible"]
    value: float | None
    point: float
    persons: int | None
    out_of: float | None
    searched: tuple[float, float]

    def in_words(self, *, lang: Lang = "sv") -> str:
        """Return the value, and how many persons that is."""
        if self.value is None:
            return label("answers", "impossible", lang)
        shown = wording.significant(self.value, lang=lang)
        if self.persons is None:
            return shown
        if self.out_of is None:
            return f"{self.persons} {label('words', 'persons', lang)}"
        return f"{shown} ({self.persons} {label('words', 'of', lang)} {wording.significant(self.out_of, lang=lang)})"

    def _repr_html_(self) -> str:
        point, low, high = (wording.significant(each) for each in (self.point, *self.searched))
        beside = label("sentences", "break_even", "sv").format(name=self.parameter, point=point, low=low, high=high)
        return markup.shown(markup.answer(label("words", "break_even", "sv"), self.in_words(), beside))


@dataclass(frozen=True, slots=True, eq=False)
class Range:
    """What a parameter can be, in each draw of a run.

    Attributes
    ----------
    point, low, high : ndarray, shape (draw,)
        Its value, and the ends of what is searched.
    scale : ndarray, shape (draw,)
        How far from its value something happens: the whole range, or as far as the value itself where it has no end.
    """

    point: Array
    low: Array
    high: Array
    scale: Array


def break_even(readable: Readable, reading: Reading, parameter: str) -> BreakEven:
    """Return the value of a parameter at which a reading's present value is zero.

    Where the reading is a straight line in the parameter it is solved exactly. Otherwise it is computed at once for a
    grid of values over the parameter's range, each a draw of the same engine, and the change of sign nearest the point
    value is refined until it is known to 1e-12. A parameter that the reading's alternative sets is searched in that
    alternative only. Shares that sum to one without a ``rest`` give way to the one that is sought, in proportion.

    Parameters
    ----------
    readable : Readable
        The case; of an uncertain run, its first draw.
    reading : Reading
        What is to be zero; usually a net gain.
    parameter : str
        An estimate's full name.
    """
    roots, searched = _roots(readable, reading, parameter, draws=np.zeros(1, dtype=np.intp))
    point, span = float(searched.point[0]), (float(searched.low[0]), float(searched.high[0]))
    if np.isnan(roots[0]):
        return BreakEven(parameter, "impossible", None, point, None, None, span)
    root = float(roots[0])
    persons, out_of = _persons(readable, reading, parameter, root)
    return BreakEven(parameter, "found", root, point, persons, out_of, span)


def break_even_draws(readable: Readable, reading: Reading, parameter: str) -> Array:
    """Return the value of a parameter at which a reading is zero, in each draw of an uncertain run.

    All draws are searched together, as `break_even` searches one: the parameter's own draws are where each search
    starts, and everything else is as it was drawn.

    Returns
    -------
    ndarray, shape (draw,)
        In the estimate's own unit; NaN where the reading has one sign in the parameter's whole range.
    """
    return _roots(readable, reading, parameter, draws=np.arange(draws_of(readable, reading)))[0]


def range_of(readable: Readable, reading: Reading, parameter: str, *, own: bool) -> Range:
    """Return what a parameter can be beside the others as they are.

    Parameters
    ----------
    readable : Readable
        The case, at a point or in draws.
    reading : Reading
        What will be read.
    parameter : str
        An estimate's full name.
    own : bool
        Whether it is what the reading's alternative sets that moves.
    """
    point = values_of(readable, reading, parameter, own=own)
    low, high = room(readable, reading, parameter, own=own)
    reach = np.maximum(np.abs(point), 1.0)
    bounded = np.isfinite(high)
    high = np.where(bounded, high, FARTHEST * reach)
    return Range(point, low, high, scale=np.where(bounded, high - low, reach))


def joined(ranges: Sequence[Range]) -> Range:
    """Return the ranges of several parameters as one, one after another."""
    parts = (np.concatenate([getattr(each, name) for each in ranges]) for name in ("point", "low", "high", "scale"))
    return Range(*parts)


def _roots(readable: Readable, reading: Reading, parameter: str, *, draws: NDArray[np.intp]) -> tuple[Array, Range]:
    check(readable.case, reading)
    readable.case.estimate(parameter)
    own = sets(readable, reading, parameter)
    found = range_of(readable, reading, parameter, own=own)
    searched = Range(found.point[draws], found.low[draws], found.high[draws], found.scale[draws])

    def read(to: Array, which: NDArray[np.intp]) -> Array:
        move = Move(parameter, own, to.ravel(), np.tile(draws[which], len(to)))
        return read_moved(readable, reading, [move]).reshape(to.shape)

    roots = nearest_roots(read, point=searched.point, low=searched.low, high=searched.high, scale=searched.scale)
    return roots, searched


def _persons(readable: Readable, reading: Reading, parameter: str, value: float) -> tuple[int | None, float | None]:
    case = readable.case
    section, id_, *rest = parameter.split(".")
    if isinstance(case.estimate(parameter), Persons):
        return _ceil(value), None
    if section == "programmes" and rest == ["success"]:
        count = float(participants(readable.parameters(reading.alternative), id_)[0])
        return _ceil(value * count), count
    return None, None


def _ceil(value: float) -> int:
    return math.ceil(value - 1e-9)

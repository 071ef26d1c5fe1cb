"""A pathway of the model ``duration`` as formulas: how many have not left yet, in four families of distributions."""

import math
from collections.abc import Callable, Sequence

from utanforskap.inputs.parts.pathways import Duration
from utanforskap.outputs.workbook.expressions import (
    Expr,
    above,
    below,
    call,
    exp,
    largest,
    number,
    smallest,
    where,
)
from utanforskap.outputs.workbook.pages import FIRST_YEAR, Page

_LARGEST_ARGUMENT = 1000.0
"""What is put into the incomplete gamma function at most, where it is one: a power never overflows."""


Curve = tuple[list[Expr], Callable[[int], Expr]]
"""The integral of a survival curve from the start to each moment [years], and the curve at one of the moments."""


def share_who_left(said: Duration, page: Page) -> list[Expr]:
    """Write who have not left, and return the share of each year that is spent in the state that is reached.

    Parameters
    ----------
    said : Duration
        The pathway. Of those who are followed from a later year on, only those who had not left before it are told of.
    page : Page
        Where it is written, and what it is written from.
    """
    shape = page.at(f"{page.path}.shape") if said.shape is not None else None
    mean = page.at(f"{page.path}.mean") if said.mean is not None else _mean(said, page, shape)
    if said.speed_up is not None:
        mean = mean / page.at(f"{page.path}.speed_up")
    mean = page.one(page.say("mean_time"), mean)
    moments: list[Expr] = list(page.clock)
    if said.shorten is not None:
        moments = page.row(
            "", page.say("moment"), [each + page.at(f"{page.path}.shorten") for each in moments], "plain"
        )
    areas, curve = _curve(said, page, moments, mean, shape)
    area = page.row(said.leaves, page.say("area"), areas, "share")
    since = 0 if page.begun is None else page.begun.years
    there = page.one(page.say("still_there"), curve(since)) if since else None
    staying: list[Expr] = []
    row = page.sheet.next_row
    page.sheet.texts(row, (page.title(said.leaves), page.say("staying")), "label", column=1)
    for year in range(page.years):
        time = area[year + 1] - area[year]
        if there is not None:
            time = number(1.0) if year < since else where(above(there, 0), time / there, 0)
        left = smallest(largest(time, 0.0), 1.0, *staying[-1:])
        staying.append(page.sheet.add(row, FIRST_YEAR + year, left, "share"))
    return [1 - each for each in staying]


def _mean(said: Duration, page: Page, shape: Expr | None) -> Expr:
    median = page.at(f"{page.path}.median")
    match said.distribution:
        case "fixed":
            return median
        case "exponential":
            return median / _logarithm(number(2.0))
        case "weibull":
            assert shape is not None
            return median * _gamma(1 + 1.0 / shape) / _logarithm(number(2.0)) ** (1.0 / shape)
        case "lognormal":
            assert shape is not None
            return median * exp(shape**2 / 2)


def _logarithm(said: Expr) -> Expr:
    return call("LN", math.log(said.value) if said.value > 0 else -math.inf, said)


def _gamma(said: Expr) -> Expr:
    return exp(call("GAMMALN", math.lgamma(said.value), said))


def _normal(said: Expr) -> Expr:
    from scipy import special

    return call("NORMSDIST", float(special.ndtr(said.value)), said)


def _curve(said: Duration, page: Page, moments: Sequence[Expr], mean: Expr, shape: Expr | None) -> Curve:
    match said.distribution:
        case "fixed":
            areas = [smallest(moment, mean) for moment in moments]
            return areas, lambda at: where(below(moments[at], mean), 1, 0)
        case "exponential":
            areas = [mean * (1 - exp(0 - moment / mean)) for moment in moments]
            return areas, lambda at: exp(0 - moments[at] / mean)
        case "weibull":
            assert shape is not None
            return _weibull(page, moments, mean, shape)
        case "lognormal":
            assert shape is not None
            return _lognormal(page, moments, mean, shape)


def _weibull(page: Page, moments: Sequence[Expr], mean: Expr, shape: Expr) -> Curve:
    from scipy import special

    inverse = page.one(page.say("inverse_shape"), 1.0 / shape)
    scale = page.one(page.say("scale"), mean / _gamma(1 + inverse))
    most = number(_LARGEST_ARGUMENT) ** inverse
    powers = page.row("", page.say("power"), [smallest(moment / scale, most) ** shape for moment in moments], "plain")
    areas = [
        mean * call("GAMMADIST", float(special.gammainc(inverse.value, power.value)), power, inverse, 1, "TRUE")
        for power in powers
    ]
    return areas, lambda at: exp(0 - powers[at])


def _lognormal(page: Page, moments: Sequence[Expr], mean: Expr, sigma: Expr) -> Curve:
    scores = [where(above(moment, 0), _logarithm(moment / mean) / sigma + sigma / 2, 0) for moment in moments]
    scores = page.row("", page.say("score"), scores, "plain")
    areas = [
        where(above(moment, 0), moment * _normal(0 - score) + mean * _normal(score - sigma), 0)
        for moment, score in zip(moments, scores, strict=True)
    ]
    return areas, lambda at: _normal(0 - scores[at])

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
from utanforskap.outputs.workbook.pages import Page

_LARGEST_ARGUMENT = 1000.0
"""What is put into the incomplete gamma function at most, where it is one: a power never overflows."""


def _duration(said: Duration, page: Page) -> list[Expr]:
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
    area = page.row(said.leaves, page.say("area"), _areas(said, page, moments, mean, shape), "share")
    staying: list[Expr] = []
    row = page.sheet.next_row
    page.sheet.texts(row, (page.title(said.leaves), page.say("staying")), "label", column=1)
    for year in range(page.years):
        left = smallest(largest(area[year + 1] - area[year], 0.0), 1.0, *staying[-1:])
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


def _areas(said: Duration, page: Page, moments: Sequence[Expr], mean: Expr, shape: Expr | None) -> list[Expr]:
    """Return the integral of the survival curve from the start to each moment [years]."""
    match said.distribution:
        case "fixed":
            return [smallest(moment, mean) for moment in moments]
        case "exponential":
            return [mean * (1 - exp(0 - moment / mean)) for moment in moments]
        case "weibull":
            assert shape is not None
            return _weibull(page, moments, mean, shape)
        case "lognormal":
            assert shape is not None
            return _lognormal(page, moments, mean, shape)


def _weibull(page: Page, moments: Sequence[Expr], mean: Expr, shape: Expr) -> list[Expr]:
    from scipy import special

    inverse = page.one(page.say("inverse_shape"), 1.0 / shape)
    scale = page.one(page.say("scale"), mean / _gamma(1 + inverse))
    most = number(_LARGEST_ARGUMENT) ** inverse
    powers = page.row("", page.say("power"), [smallest(moment / scale, most) ** shape for moment in moments], "plain")
    return [
        mean * call("GAMMADIST", float(special.gammainc(inverse.value, power.value)), power, inverse, 1, "TRUE")
        for power in powers
    ]


def _lognormal(page: Page, moments: Sequence[Expr], mean: Expr, sigma: Expr) -> list[Expr]:
    from scipy import special

    def normal(said: Expr) -> Expr:
        return call("NORMSDIST", float(special.ndtr(said.value)), said)

    scores = [where(above(moment, 0), _logarithm(moment / mean) / sigma + sigma / 2, 0) for moment in moments]
    scores = page.row("", page.say("score"), scores, "plain")
    return [
        where(above(moment, 0), moment * normal(0 - score) + mean * normal(score - sigma), 0)
        for moment, score in zip(moments, scores, strict=True)
    ]

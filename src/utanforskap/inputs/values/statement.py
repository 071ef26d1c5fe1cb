"""A number as it is stated, with how far from it the truth may lie, and the distribution that this makes."""

import math
from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Self, cast

from pydantic import BeforeValidator, WithJsonSchema, model_validator

from utanforskap.errors import PartError, about, unknown
from utanforskap.inputs.values.distributions import Bounds, Distribution
from utanforskap.inputs.values.fitting import ANYTHING, FAMILIES, Family, Stated, fit
from utanforskap.inputs.values.models import Model
from utanforskap.inputs.values.numbers import Parsed, read_number

NUMBER_PATTERN = r"^\s*[-+\u2212]?[.,]?[0-9]"

LOCATING = ("low", "value", "high", "mean", "minimum", "mode", "maximum")
"""What the number itself may be: within its bounds."""
IN_ITS_UNIT = (*LOCATING, "sd", "scale")
"""What is stated in the number's own unit; the rest has none."""
OF_A_FAMILY = (
    "mean", "sd", "minimum", "mode", "maximum", "successes", "trials", "alpha", "beta", "shape", "scale", "mu", "sigma",
)  # fmt: skip
"""What only a named family is fitted to."""
SPREAD = ("family", "low", "high", *OF_A_FAMILY)
"""All that is said of how far the truth may lie from a value."""


def number_schema(low: float = -math.inf, high: float = math.inf) -> dict[str, Any]:
    """Return the JSON schema of a number that may be written as text, with a decimal comma or a unit."""
    number: dict[str, Any] = {"type": "number"}
    if math.isfinite(low):
        number["minimum"] = low
    if math.isfinite(high):
        number["maximum"] = high
    return {"anyOf": [number, {"type": "string", "pattern": NUMBER_PATTERN}]}


def shown(number: float) -> str:
    """Return a number as messages show it: thousands of millions without exponent, and no noise in the last digits."""
    return f"{number:.10g}"


def read_in(written: object, *, money: bool, units: tuple[str, ...]) -> Parsed:
    """Return a number read, with its unit.

    Raises
    ------
    ValueError
        If it is not a number, or carries a unit that does not belong here.
    """
    read = read_number(written, money=money)
    if read.suffix is not None and read.suffix not in units:
        if not units:
            raise ValueError(f"'{written}' ends in '{read.suffix}'.\nWrite the number alone, without a unit.")
        raise ValueError(unknown(what="a unit that fits here", given=read.suffix, known=units, label="Units"))
    return read


def _plain_number(written: object) -> float:
    return read_in(written, money=False, units=()).value


def _kronor(written: object) -> float:
    return read_in(written, money=True, units=("kr",)).value


Number = Annotated[float, BeforeValidator(_plain_number), WithJsonSchema(number_schema())]
Kronor = Annotated[float, BeforeValidator(_kronor), WithJsonSchema(number_schema())]


def check_order(stated: Mapping[str, float]) -> None:
    """Refuse a low, value and high that are not in order.

    Raises
    ------
    ValueError
        If one is less than the one before it.
    """
    if list(stated.values()) != sorted(stated.values()):
        told = ", ".join(f"{name} {shown(value)}" for name, value in stated.items())
        raise ValueError(
            f"The numbers are not in order: {told}.\n"
            "'low' is the 5th percentile, 'value' the median and 'high' the 95th percentile."
        )


class Statement(Model):
    """A number, and how far from it the truth may lie.

    Attributes
    ----------
    value : float
        The value used in a point run; the median where low and high are stated.
    low, high : float or None
        The 5th and 95th percentiles; both or neither.
    family : str or None
        The distribution's family; None is the two-piece normal through low, value and high.
    mean, sd : float or None
        Expected value and standard deviation.
    minimum, mode, maximum : float or None
        The least, the most likely and the greatest.
    successes, trials : float or None
        How many of how many, for a beta.
    alpha, beta : float or None
        A beta's own parameters, above 0.
    shape, scale : float or None
        A gamma's own parameters, above 0; their product is its mean.
    mu, sigma : float or None
        Mean and standard deviation of a lognormal's logarithm.
    """

    bounds: ClassVar[Bounds] = ANYTHING

    value: Number
    low: Number | None = None
    high: Number | None = None
    family: Family | None = None
    mean: Number | None = None
    sd: Number | None = None
    minimum: Number | None = None
    mode: Number | None = None
    maximum: Number | None = None
    successes: Number | None = None
    trials: Number | None = None
    alpha: Number | None = None
    beta: Number | None = None
    shape: Number | None = None
    scale: Number | None = None
    mu: Number | None = None
    sigma: Number | None = None

    @classmethod
    def within_bounds(cls, value: float) -> None:
        """Raise a ValueError if a value lies outside what this kind of number can be."""

    @property
    def is_spread(self) -> bool:
        """Whether anything is said of how far the truth may lie from the value."""
        return self.family is not None or self.low is not None

    def numbers(self, names: tuple[str, ...] = ("value", *SPREAD[1:])) -> dict[str, float]:
        """Return those of some numbers that are stated, by name."""
        return {name: number for name in names if (number := getattr(self, name)) is not None}

    def distribution(self, *, bounds: Bounds | None = None) -> Distribution | None:
        """Return what the number is drawn from; None where it is certain.

        Parameters
        ----------
        bounds : (float, float), optional
            What the number can be; None is what this kind of number can.

        Raises
        ------
        ValueError
            Where the family cannot meet what is stated within the bounds.
        """
        if not self.is_spread:
            return None
        stated = cast("Stated", self.numbers())
        return fit(self.family or "two_piece", bounds=self.bounds if bounds is None else bounds, **stated)

    @model_validator(mode="after")
    def _can_be_drawn(self) -> Self:
        for name, number in self.numbers(LOCATING).items():
            with about(name):
                self.within_bounds(number)
        check_order(self.numbers(("low", "value", "high")))
        if (self.low is None) != (self.high is None):
            said, other = ("low", "high") if self.high is None else ("high", "low")
            message = f"'{said}' is stated without '{other}'.\nState both, the 5th and 95th percentiles, or neither."
            raise PartError(message, said)
        if self.family is None:
            for name in self.numbers(OF_A_FAMILY):
                message = f"'{name}' belongs to a named family, and none is named.\nFamilies: {', '.join(FAMILIES)}"
                raise PartError(message, name)
        self.distribution()
        return self


def bound_numbers(schema: dict[str, Any], kind: type[Statement]) -> None:
    """Say in a model's schema what its numbers can be."""
    number, nothing = number_schema(*kind.bounds), {"type": "null"}
    for name in LOCATING:
        schema["properties"][name] |= {"anyOf": [*number["anyOf"], *([nothing] if name != "value" else [])]}
    for name in ("sd", "sigma", "alpha", "beta", "shape", "scale", "successes", "trials"):
        schema["properties"][name] |= {"anyOf": [*number_schema(0.0)["anyOf"], nothing]}

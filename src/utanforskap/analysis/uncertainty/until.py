"""Going on until the Monte Carlo error is as small as was asked for."""

import math
from dataclasses import dataclass

from utanforskap.engine.draws import BLOCK
from utanforskap.engine.summaries import Summary
from utanforskap.errors import QuestionError
from utanforskap.inputs.values.numbers import read_number


@dataclass(frozen=True, slots=True)
class Until:
    """The Monte Carlo error that a simulation is to go on to.

    Attributes
    ----------
    reading : str
        The name of the reading whose total it concerns: the first.
    asked : float
        The standard error of the mean that is asked for, as a share of the mean's magnitude [above 0].
    most : int
        How many draws are allowed.
    reached : float
        What it stands at; infinite before anything is drawn, and where the mean is 0.
    """

    reading: str
    asked: float
    most: int
    reached: float = math.inf

    @property
    def met(self) -> bool:
        """Whether the error is as small as is asked for."""
        return self.reached <= self.asked


def relative_error(said: str | float) -> float:
    """Return an error that is asked for, ``"1 %"`` or ``0.01``, as a share.

    Raises
    ------
    QuestionError
        If it is not a share above 0.
    """
    try:
        read = read_number(said)
    except ValueError as error:
        raise QuestionError(f"until_error: {error}") from None
    if read.suffix not in (None, "%") or not read.value > 0.0:
        raise QuestionError(f"until_error is {said!r}: it is a share of the mean's magnitude, above 0, such as '1 %'")
    return read.value


def reached(amounts: Summary) -> float:
    """Return the standard error of a total's mean as a share of its magnitude; infinite where that is 0.

    Parameters
    ----------
    amounts : Summary of shape (column, span)
        The total in the last column, over all years read in the first span.
    """
    mean, error = float(amounts.mean[-1, 0]), float(amounts.mean_error[-1, 0])
    if error == 0.0:
        return 0.0
    return error / abs(mean) if mean and not math.isnan(error) else math.inf


def first_draws(n: int) -> int:
    """Return how many draws to begin with where a number is to be doubled: a power of two of whole blocks."""
    return BLOCK << max(-(-n // BLOCK) - 1, 0).bit_length()

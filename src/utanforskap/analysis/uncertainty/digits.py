"""As many digits of a figure as its Monte Carlo error bears."""

import math

from utanforskap.analysis import wording
from utanforskap.terms import Lang

_ROUNDING = 1e-9
_SIGNIFICANT = 4


def borne(error: float, *, decimals: int) -> int:
    """Return how many decimals a figure is shown with: those asked for, or as many as its error bears.

    The unit of the last digit shown is never less than the standard error.

    Parameters
    ----------
    error : float
        Standard error [0 or more, in the unit shown]; not a number where it is not known.
    decimals : int
        The decimals that are shown without an error.

    Returns
    -------
    int
        Negative for a figure that is rounded to tens, hundreds …
    """
    if not 10.0**-decimals < error < math.inf:
        return decimals
    return -math.ceil(math.log10(error) - _ROUNDING)


def to_significant(value: float) -> int:
    """Return the decimals that show a figure to four significant digits."""
    return _SIGNIFICANT - 1 - math.floor(math.log10(abs(value))) if value else 0


def number(value: float, error: float, *, decimals: int, lang: Lang) -> str:
    """Return a figure in as many digits as its error bears.

    Parameters
    ----------
    value, error : float
        The figure and its standard error, in the unit shown.
    decimals : int
        The decimals that are shown without an error.
    lang : {"sv", "en"}
        The language.
    """
    shown = borne(error, decimals=decimals)
    return wording.number(round(value, shown), decimals=max(shown, 0), lang=lang)


def percent(share: float, error: float, *, lang: Lang) -> str:
    """Return a share in whole percents, or in as many digits as its error bears; 0 and 100 only where all draws agree.

    Parameters
    ----------
    share, error : float
        The share and its standard error [0 to 1].
    lang : {"sv", "en"}
        The language.
    """
    shown = borne(100.0 * error, decimals=0)
    step = 10.0**-shown
    rounded = 100.0 * share if math.isnan(share) else step * round(100.0 * share / step)
    sign = ""
    if 0.0 < share < 1.0 and rounded in (0.0, 100.0):
        sign, rounded = ("< ", step) if rounded == 0.0 else ("> ", 100.0 - step)
    return f"{sign}{wording.percent(rounded / 100.0, decimals=0, lang=lang)}"

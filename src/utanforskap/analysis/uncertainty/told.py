"""What is said of groups, choices and amounts, in the reader's language."""

import math

from utanforskap.analysis.summaries import alternative_title
from utanforskap.analysis.wording import decimals_of, number, scaled, suitable_unit
from utanforskap.inputs.case import Case
from utanforskap.terms import Lang, label


def say(id_: str, lang: Lang, **filled: object) -> str:
    """Return a sentence with its blanks filled in."""
    return label("sentences", id_, lang).format(**filled)


def decimals_borne(error: float, *, otherwise: int) -> int:
    """Return with how many decimals a figure is told beside its standard error: the error's second digit's.

    Parameters
    ----------
    error : float
        Standard error [0 or more].
    otherwise : int
        What it is where there is no error, or no finite one.

    Returns
    -------
    int
        Negative for a figure that is rounded to tens, hundreds …
    """
    return 1 - math.floor(math.log10(error)) if 0.0 < error < math.inf else otherwise


def rounded(value: float, decimals: int, lang: Lang) -> str:
    """Return a number with so many decimals; rounded to tens, hundreds … where they are negative."""
    return number(round(value, decimals), decimals=max(decimals, 0), lang=lang)


def kronor(value: float, error: float, lang: Lang) -> tuple[str, str]:
    """Return an amount [kr] and its standard error in the unit that suits the amount."""
    unit = suitable_unit([value])
    name = label("kronor", unit, lang)
    decimals = decimals_borne(scaled(error, unit), otherwise=decimals_of(unit))
    amount, spread = (f"{rounded(scaled(each, unit), decimals, lang)}\u00a0{name}" for each in (value, error))
    return amount, spread


def percent(share: float, error: float, lang: Lang) -> tuple[str, str]:
    """Return a share and its standard error in percent."""
    decimals = decimals_borne(100.0 * error, otherwise=1)
    told, spread = (f"{rounded(100.0 * each, decimals, lang)}\u00a0%" for each in (share, error))
    return told, spread


def choice_title(case: Case, choice: str | None, lang: Lang) -> str:
    """Return what a choice is called: an alternative, or to do nothing."""
    return say("do_nothing", lang) if choice is None else alternative_title(case, choice, lang)


def group_title(group: str, lang: Lang) -> str:
    """Return what a group is called: a natural one by its label, one that somebody named by that name."""
    return label("estimate_groups", group, lang)

"""What a reader of simulated figures should know about them."""

import math
from collections.abc import Iterator, Mapping

from utanforskap.analysis import wording
from utanforskap.analysis.uncertainty import digits
from utanforskap.analysis.uncertainty.tables import Figures
from utanforskap.analysis.uncertainty.told import say
from utanforskap.analysis.uncertainty.until import Until
from utanforskap.engine.draws import Sampler
from utanforskap.errors import Finding
from utanforskap.terms import Lang


def findings(
    totals: Figures, sampler: Sampler, until: Until | None, names: Mapping[str, str], *, lang: Lang
) -> tuple[Finding, ...]:
    """Return what should be said beside a simulation's figures.

    Parameters
    ----------
    totals : Figures
        Of every reading.
    sampler : Sampler
        What drew the estimates.
    until : Until or None
        The error that was asked for.
    names : mapping of str to str
        What readings are called, by their names.
    lang : {"sv", "en"}
        The language.
    """
    return tuple(_findings(totals, sampler, until, names, lang))


def _findings(
    totals: Figures, sampler: Sampler, until: Until | None, names: Mapping[str, str], lang: Lang
) -> Iterator[Finding]:
    if not sampler.names:
        yield Finding("nothing-uncertain", "", say("nothing_uncertain", lang), severity="note")
        return
    draws = wording.number(sampler.draws, lang=lang)
    needed = totals.too_few(unit=totals.unit()) * sampler.draws
    if needed > sampler.draws:
        told = wording.number(_at_least(needed), lang=lang)
        yield Finding("monte-carlo-error", "", say("too_few_draws", lang, draws=draws, needed=told), severity="warning")
    if until is not None:
        said = {
            "reading": names[until.reading],
            "asked": _percent(until.asked, lang),
            "reached": _percent(until.reached, lang),
            "draws": draws,
        }
        if until.met:
            yield Finding("error-reached", "", say("error_reached", lang, **said), severity="note")
        else:
            yield Finding("error-not-reached", "", say("error_not_reached", lang, **said), severity="warning")


def _percent(share: float, lang: Lang) -> str:
    """Return a share in percent with two significant digits."""
    decimals = digits.to_significant(100.0 * share) - 2 if math.isfinite(share) else 0
    return wording.percent(share, decimals=max(decimals, 0), lang=lang)


def _at_least(number: float) -> float:
    """Return the next number of two significant digits."""
    step = 10.0 ** (math.floor(math.log10(number)) - 1)
    return step * math.ceil(number / step)

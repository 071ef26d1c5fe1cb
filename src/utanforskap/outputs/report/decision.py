"""What a report says to those who decide: what it is worth to know more first, and how many must succeed to be sure."""

from collections.abc import Iterator, Sequence
from itertools import pairwise

import numpy as np

from utanforskap.analysis import wording
from utanforskap.analysis.results import Result
from utanforskap.analysis.sensitivity import BreakEven
from utanforskap.analysis.uncertainty.acceptance import AcceptabilityCurves
from utanforskap.analysis.uncertainty.groups import units
from utanforskap.analysis.uncertainty.simulation import Simulation
from utanforskap.analysis.uncertainty.worth import InformationValue, Known
from utanforskap.analysis.value_of_information import DRAWS_PER_TERM
from utanforskap.outputs.plot.names import called
from utanforskap.outputs.report.accounts import Subject
from utanforskap.outputs.report.facts import succeeding
from utanforskap.outputs.report.layout import text_table
from utanforskap.outputs.report.model import Block, Paragraph, Part, Table
from utanforskap.outputs.report.pictures import figure
from utanforskap.outputs.report.summary import kind_of

_FEWEST, _MOST = 1_000, 10_000
"""Draws: fewer say little of what is worth knowing, and more take longer than a reader of a report waits."""
_CURVE_DRAWS = 2_500
"""With so many a chance is known to a whole percent."""
_NAMED = 5
"""The numbers that are worth finding out first; `utanforskap voi` shows them all."""
_STEPS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.2)
"""Between the shares of a table [shares], the smallest with which they are few enough."""
_COLUMNS = 7
_BEYOND = 1.5
"""How far the shares go, of the largest that is stated or breaks even."""
_BETWEEN = 2
"""Points of the curve for each column of the table."""
_LINES = 4
_ROUNDING = 1e-9


def parts(subject: Subject) -> Iterator[Part]:
    """Yield what it is worth to know more before deciding, and how likely a gain is by how many succeed.

    Nothing where nothing is uncertain, and nothing of an alternative that only sets estimates: that is no choice.
    """
    gain = subject.gain
    if subject.simulation is None or not gain.case.scenario.alternatives[gain.alternative].programmes:
        return
    yield _worth(subject, subject.simulation)
    yield from _acceptability(subject, subject.simulation)


def _worth(subject: Subject, simulation: Simulation) -> Part:
    """Return what it is worth to society to know everything, and those numbers that are worth most alone."""
    voice = subject.voice
    largest = max(len(names) for names in units(simulation.sampler).values())
    draws = max(min(max(simulation.n, _FEWEST), _MOST), DRAWS_PER_TERM * (1 + largest))
    found = subject.gain.value_of_information(n=draws, seed=simulation.sampler.seed, groups={})
    what = voice.fill(kind_of(subject.gain.case, subject.gain.alternative))
    chosen = "nothing" if found.chosen is None else "do"
    told: list[Block] = [Paragraph(voice.say("about_worth"))]
    if found.wrong == 0.0:
        told.append(Paragraph(voice.say(f"worth_sure_{chosen}", what=what)))
    else:
        first = [found.alone[name] for name in found.to_find_out[:_NAMED]]
        said = (voice.say(f"worth_unsure_{chosen}", what=what), _to_find_out(subject, first))
        told += [Paragraph(" ".join(said)), _worth_table(subject, found, first)]
    return Part(voice.word("parts", "worth"), tuple(told))


def _to_find_out(subject: Subject, first: Sequence[Known]) -> str:
    voice = subject.voice
    return voice.say("worth_first", name=_title(subject, first[0])) if first else voice.say("worth_together")


def _title(subject: Subject, known: Known) -> str:
    voice = subject.voice
    return voice.listed([called(subject.gain.case, name, voice.lang) for name in known.names])


def _worth_table(subject: Subject, found: InformationValue, first: Sequence[Known]) -> Table:
    voice = subject.voice
    told = [(voice.word("tables", "worth_all"), found.everything), *((_title(subject, each), each) for each in first)]
    return text_table(
        [
            [
                title,
                voice.bare(known.worth.value, known.worth.standard_error),
                wording.percent(known.share, decimals=0, lang=voice.lang),
            ]
            for title, known in told
        ],
        id_="worth",
        title=voice.word("tables", "worth"),
        columns=[voice.word("columns", name) for name in ("number", "worth", "worth_share")],
        caption=f"{found.table(lang=voice.lang).attrs['caption']}; {voice.kronor}",
        numeric=[False, True, True],
    )


def _acceptability(subject: Subject, simulation: Simulation) -> Iterator[Part]:
    """Yield how likely a gain is by how many succeed, for those who ask; nothing of several programmes' shares."""
    gain, voice = subject.gain, subject.voice
    ids = succeeding(gain.case, gain.alternative)
    name = f"programmes.{ids[0]}.success" if ids else ""
    if len(ids) != 1 or _is_drawn_with_others(simulation, name):
        return
    asking = ["society", "public", *(each.id for each in subject.outlook.actors if each.paid > 0.0)][:_LINES]
    even = [gain.break_even(name, perspective=each) for each in asking]
    shares = _shares(even)
    at = np.unique(np.concatenate([np.linspace(*ends, _BETWEEN + 1) for ends in pairwise(shares)]))
    result = Result(gain.case, gain.readable)
    found = [
        result.acceptability(
            at.tolist(), parameter=name, alternatives=[gain.alternative], perspective=each, n=_CURVE_DRAWS,
            seed=simulation.sampler.seed,
        )
        for each in asking
    ]  # fmt: skip
    from utanforskap.outputs import plot

    drawn = figure(
        plot.acceptability(found, lang=voice.lang), id_="acceptability", title=voice.word("pictures", "acceptability")
    )
    told = Paragraph(voice.say("about_acceptability", stated=wording.percent(even[0].point, lang=voice.lang)))
    yield Part(voice.word("parts", "acceptability"), (told, _chances(subject, found, asking), drawn))


def _is_drawn_with_others(simulation: Simulation, name: str) -> bool:
    return any(name in names and len(names) > 1 for names in units(simulation.sampler).values())


def _shares(even: Sequence[BreakEven]) -> list[float]:
    """Return round shares from none to beyond what is stated and where it breaks even, as many as a table has room for.

    Parameters
    ----------
    even : sequence of BreakEven
        Where those who ask break even.
    """
    most = _BEYOND * max([even[0].point, *(each.value for each in even if each.value is not None)])
    last = min(max(most, _STEPS[0]), 1.0)
    counts = {step: int(np.ceil(last / step - _ROUNDING)) for step in _STEPS}
    step, count = next((each for each in counts.items() if each[1] < _COLUMNS), (_STEPS[-1], counts[_STEPS[-1]]))
    return [min(place * step, 1.0) for place in range(count + 1)]


def _chances(subject: Subject, found: Sequence[AcceptabilityCurves], asking: Sequence[str]) -> Table:
    voice = subject.voice
    at = range(0, len(found[0].curves.thresholds), _BETWEEN)
    told = [100.0 * float(found[0].curves.thresholds[place]) for place in at]
    decimals = next(n for n in range(3) if n == 2 or all(round(share, n) == round(share, 2) for share in told))
    rows = [
        [subject.title(id_), *(_chance(each, place, subject) for place in at)]
        for id_, each in zip(asking, found, strict=True)
    ]
    return text_table(
        rows,
        id_="acceptability",
        title=voice.word("tables", "acceptability"),
        columns=[
            voice.word("columns", "perspective"),
            *(wording.percent(share / 100.0, decimals=decimals, lang=voice.lang) for share in told),
        ],
        caption=_caption(subject, found[0]),
        numeric=[False, *[True] * len(told)],
    )


def _chance(curves: AcceptabilityCurves, place: int, subject: Subject) -> str:
    found = curves.curves
    return subject.voice.share(1.0 - float(found.shares[place, 0]), float(found.shares_error[place, 0]))


def _caption(subject: Subject, curves: AcceptabilityCurves) -> str:
    """Return what the chances are of, without whose they are, which stands in the rows."""
    measure, _, terms = str(curves.table(lang=subject.voice.lang).attrs["caption"]).split("; ", 2)
    return f"{measure}; {terms}"

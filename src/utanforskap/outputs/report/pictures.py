"""The pictures of a report, each with what it says in words."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING

from utanforskap.analysis.results import Comparison, Result
from utanforskap.outputs.report.accounts import Subject
from utanforskap.outputs.report.facts import net_gain, succeeding
from utanforskap.outputs.report.model import Figure, Part, Section
from utanforskap.outputs.report.voice import Voice
from utanforskap.terms import Reading

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_MOST_LINES = 4
"""More curves than this cannot be told apart."""
_PIXELS = 96
"""CSS pixels an inch."""


def of_gain(subject: Subject) -> Section:
    """Return the pictures of a comparison."""
    return _section(_of_gain(subject), subject.voice)


def _of_gain(subject: Subject) -> Iterator[Figure]:
    from utanforskap.outputs import plot

    gain, voice = subject.gain, subject.voice
    lang = voice.lang

    def one(id_: str, axes: "Axes") -> Figure:
        return figure(axes, id_=id_, title=voice.word("pictures", id_))

    simulation = subject.simulation
    fan = simulation if _has_fan(subject) else None
    yield one("cumulative", plot.cumulative(gain, simulation=fan, lang=lang, discounted=True))
    yield one("who_gains", plot.who_gains(gain, lang=lang))
    if any(each.paid > 0.0 for each in subject.outlook.actors):
        yield one("flow", plot.flow(gain, lang=lang))
    yield one("by_actor", plot.by_actor(gain, lang=lang))
    if gain.case.scenario.horizon.mandate_from is not None:
        yield one("by_mandate", plot.by_mandate(gain, lang=lang))
    yield one("occupancy", plot.occupancy(gain, lang=lang))
    yield one("tornado", plot.tornado(gain, lang=lang))
    if simulation is not None:
        yield one("distribution", plot.distribution(simulation, net_gain(gain.alternative, "society"), lang=lang))
    yield from _break_evens(subject)


def _break_evens(subject: Subject) -> Iterator[Figure]:
    """Yield the curve of each programme's success, for society, the public sector and those who pay."""
    from utanforskap.outputs import plot

    gain, voice, outlook = subject.gain, subject.voice, subject.outlook
    asking = ["society", "public", *(each.id for each in outlook.actors if each.paid > 0.0)][:_MOST_LINES]
    for id_ in succeeding(gain.case, gain.alternative):
        drawn = plot.break_even(gain, f"programmes.{id_}.success", perspectives=asking, lang=voice.lang)
        yield figure(drawn, id_=f"break_even_{id_}", title=voice.word("pictures", "break_even"))


def cumulative_readings(gain: Comparison) -> dict[str, Reading]:
    """Return what a simulation must read for the fan of when the money is back."""
    from utanforskap.outputs import plot

    found = plot.cumulative_readings(gain, discounted=True)
    return {f"cumulative.{name}": reading for name, reading in found.items()}


def _has_fan(subject: Subject) -> bool:
    if subject.simulation is None:
        return False
    read = list(subject.simulation.readings.values())
    return all(reading in read for reading in cumulative_readings(subject.gain).values())


def of_result(result: Result, voice: Voice) -> Section:
    """Return the pictures of what exclusion costs."""
    return _section(_of_result(result, voice), voice)


def _of_result(result: Result, voice: Voice) -> Iterator[Figure]:
    from utanforskap.outputs import plot

    drawn: dict[str, Callable[..., Axes]] = {"exclusion_by_actor": plot.by_actor}
    if result.case.scenario.horizon.mandate_from is not None:
        drawn["exclusion_by_mandate"] = plot.by_mandate
    drawn["exclusion_occupancy"] = plot.occupancy
    for id_, draw in drawn.items():
        yield figure(draw(result, lang=voice.lang), id_=id_, title=voice.word("pictures", id_))


def figure(axes: "Axes", *, id_: str, title: str) -> Figure:
    """Return a picture that has been drawn, and what it says in words.

    Parameters
    ----------
    axes : Axes
        The picture.
    id_, title : str
        Its name within the report, and what it shows.
    """
    from utanforskap.outputs import plot

    page = axes.get_figure(root=True)
    assert page is not None
    width, height = (round(float(side) * _PIXELS) for side in page.get_size_inches())
    return Figure(id_, title, plot.alt_text(axes), partial(plot.render, axes), width, height)


def _section(drawn: Iterator[Figure], voice: Voice) -> Section:
    return Section("pictures", voice.word("titles", "pictures"), (Part("", tuple(drawn)),))

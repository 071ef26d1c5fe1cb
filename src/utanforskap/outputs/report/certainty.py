"""What a simulation says of a report's net gains."""

from collections.abc import Callable, Collection, Iterator, Mapping

from utanforskap.analysis.readings import Readable
from utanforskap.analysis.uncertainty.simulation import Simulation
from utanforskap.engine.uncertain import uncertain
from utanforskap.errors import QuestionError
from utanforskap.outputs.report.facts import Range, net_gain
from utanforskap.outputs.report.layout import text_table
from utanforskap.outputs.report.model import Paragraph, Part, Table
from utanforskap.outputs.report.voice import Voice
from utanforskap.terms import Reading

ENDS = (0.05, 0.95)
"""What shares of draws an interval leaves below its ends."""


def is_uncertain(readable: Readable) -> bool:
    """Return whether anything of a case can be drawn."""
    drawn = uncertain(readable.case)
    return bool(drawn.single) or bool(drawn.rows)


def ranges(simulation: Simulation, asked: Callable[[str], Reading]) -> dict[str, Range]:
    """Return what a simulation says of a reading in each perspective in which it read it.

    Parameters
    ----------
    simulation : Simulation
        The simulation.
    asked : callable
        The reading, from a perspective.

    Raises
    ------
    QuestionError
        If it did not read society's.
    """
    found = {}
    for question, drawn in zip(simulation.questions, simulation.found, strict=True):
        perspective = question.reading.perspective
        if question.reading != asked(perspective):
            continue
        summary = drawn.amounts
        ends, errors = summary.quantile(ENDS), summary.quantile_error(ENDS)
        found[perspective] = Range(
            mean=float(summary.mean[-1, 0]),
            low=float(ends[0][-1, 0]),
            high=float(ends[1][-1, 0]),
            chance=float(summary.probability_positive[-1, 0]),
            mean_error=float(summary.mean_error[-1, 0]),
            low_error=float(errors[0][-1, 0]),
            high_error=float(errors[1][-1, 0]),
            chance_error=float(summary.probability_error[-1, 0]),
        )
    if "society" not in found:
        needed = asked("society")
        of = f" of '{needed.alternative}'" if needed.alternative else ""
        raise QuestionError(
            f"This simulation did not read {needed.measure}{of} for society over the whole horizon, which the report "
            "tells.\nLeave out 'readings' when you simulate, or let the report simulate by itself."
        )
    return found


def chances(simulation: Simulation, alternative: str, asking: Collection[str], voice: Voice) -> Iterator[Part]:
    """Yield how likely a gain is over each number of years, and when the money is back; nothing without years.

    Parameters
    ----------
    simulation : Simulation
        The simulation.
    alternative : str
        The alternative's id.
    asking : collection of str
        The perspectives of those who ask when the money is back.
    voice : Voice
        The language and the unit.
    """
    asked = [
        place
        for place, question in enumerate(simulation.questions)
        if question.spans and question.reading == net_gain(alternative, question.reading.perspective)
    ]
    if not asked:
        return
    known = simulation.probabilities(lang=voice.lang).iloc[asked].notna().all()
    frame = simulation.probabilities(lang=voice.lang, words=True).iloc[asked].loc[:, known]
    titles = [simulation.case.perspective(_perspective(simulation, place)).title[voice.lang] for place in asked]
    table = text_table(
        [[title, *map(str, cells)] for title, cells in zip(titles, frame.to_numpy(), strict=True)],
        id_="chances",
        title=voice.word("tables", "chances"),
        columns=[voice.word("columns", "perspective"), *map(str, frame.columns)],
        caption=_caption(simulation, voice),
        numeric=[False, *[True] * len(frame.columns)],
    )
    repaid = {
        place: title for place, title in zip(asked, titles, strict=True) if _perspective(simulation, place) in asking
    }
    back = _back(simulation, repaid, voice)
    yield Part(voice.word("parts", "chances"), (Paragraph(voice.say("about_chances")), table, back))


def _perspective(simulation: Simulation, place: int) -> str:
    return simulation.questions[place].reading.perspective


def _back(simulation: Simulation, asking: Mapping[int, str], voice: Voice) -> Table:
    """Return when the money is back for some of a simulation's questions, by their places and titles."""
    repaid = [place for place, question in enumerate(simulation.questions) if question.repaid]
    frame = simulation.payback(discounted=True, lang=voice.lang, words=True)
    shown = frame.iloc[[repaid.index(place) for place in asking]]
    return text_table(
        [[title, *map(str, cells)] for title, cells in zip(asking.values(), shown.to_numpy(), strict=True)],
        id_="back",
        title=voice.word("tables", "back"),
        columns=[voice.word("columns", "perspective"), *map(str, frame.columns)],
        caption=frame.attrs["caption"],
        numeric=[False, *[True] * len(frame.columns)],
    )


def _caption(simulation: Simulation, voice: Voice) -> str:
    return str(simulation.probabilities(lang=voice.lang).attrs["caption"])

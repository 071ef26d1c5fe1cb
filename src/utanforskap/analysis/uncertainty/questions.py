"""What a simulation is asked: readings by name, and what is wanted of each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from utanforskap.analysis.columns import Split
from utanforskap.analysis.gains import at_stake
from utanforskap.analysis.readings import Readable, check
from utanforskap.analysis.summaries import alternative_title, main_measure
from utanforskap.analysis.tabulate import ColumnKey, spans
from utanforskap.errors import QuestionError
from utanforskap.inputs.case import Case
from utanforskap.terms import Lang, Reading, label, shipped_perspectives

Readings = Reading | Sequence[Reading] | Mapping[str, Reading] | None

PERIODS: tuple[ColumnKey, ...] = ("horizon", "mandate", "year")
"""What a simulation by year answers beside the whole, in the order in which its figures stand."""


@dataclass(frozen=True, slots=True)
class Question:
    """One reading, and what is wanted of it.

    Attributes
    ----------
    name : str
        What its answer is asked for by.
    reading : Reading
        What is read.
    split : {"total", "actor", "account"}
        What columns it is split into.
    spans : tuple of slice
        Spans of the horizon's years that are summed up apart.
    repaid : bool
        Whether payback and benefit–cost ratio are wanted.
    break_even : mapping of str to str
        Parameters whose break-even is wanted, as they were asked for, with their full names.
    """

    name: str
    reading: Reading
    split: Split
    spans: tuple[slice, ...] = ()
    repaid: bool = False
    break_even: Mapping[str, str] = field(default_factory=dict)


def questions(
    readable: Readable, readings: Readings, *, split: Split, by_year: bool, break_even: Sequence[str]
) -> tuple[Question, ...]:
    """Return what a simulation is asked.

    Parameters
    ----------
    readable : Readable
        The point run.
    readings : Reading, sequence or mapping of str to Reading, or None
        What is read; None is the default: every alternative's net gain for society, public, see and each actor at
        stake, or what exclusion costs where there is no alternative.
    split : {"total", "actor", "account"}
        What columns each is split into.
    by_year : bool
        Whether years, mandate periods and horizons are wanted.
    break_even : sequence of str
        Parameters whose break-even is wanted of each net gain: whole names, or ends of them.

    Raises
    ------
    QuestionError
        If a reading cannot be answered, or names collide.
    UnknownNameError
        If a parameter has no such name.
    """
    case = readable.case
    asked = []
    for name, reading in named(_default(readable) if readings is None else readings).items():
        check(case, reading)
        is_gain = reading.measure == "net_gain"
        parts = tuple(span for key in periods(case) for span in spans(case, reading, key, "sv").values())
        broken = {asked_for: _parameter(case, reading, asked_for) for asked_for in break_even if is_gain}
        asked.append(Question(name, reading, split, parts if by_year else (), is_gain, broken))
    if break_even and not any(question.repaid for question in asked):
        raise QuestionError(
            "Break-even is looked for in net gains, and none is read: ask for an alternative's net gain, or leave out "
            "'break_even'."
        )
    return tuple(asked)


def _parameter(case: Case, reading: Reading, asked_for: str) -> str:
    assert reading.alternative is not None
    programmes = case.scenario.alternatives[reading.alternative].programmes
    return case.full_name(asked_for, prefix=f"programmes.{programmes[0]}." if len(programmes) == 1 else "")


def periods(case: Case) -> tuple[ColumnKey, ...]:
    """Return what a case can be read by: mandate periods only where it says when they begin."""
    return tuple(key for key in PERIODS if key != "mandate" or case.scenario.horizon.mandate_from is not None)


def _default(readable: Readable) -> list[Reading]:
    alternatives = readable.case.scenario.alternatives
    if not alternatives:
        measure = main_measure(readable)
        return [Reading(measure=measure, perspective=perspective) for perspective in shipped_perspectives()]
    return [reading for alternative in alternatives for reading in usual(readable, alternative)]


def usual(readable: Readable, alternative: str) -> list[Reading]:
    """Return an alternative's net gain for society, public, see and each actor at stake."""
    return [
        Reading(measure="net_gain", alternative=alternative, perspective=perspective)
        for perspective in (*shipped_perspectives(), *at_stake(readable, alternative))
    ]


def named(readings: Reading | Sequence[Reading] | Mapping[str, Reading]) -> Mapping[str, Reading]:
    """Return readings by name: the name given, or what tells a reading from the others.

    Raises
    ------
    QuestionError
        If there are none, or two have one name.
    """
    if isinstance(readings, Mapping):
        by_name = dict(readings)
    else:
        several = [readings] if isinstance(readings, Reading) else list(dict.fromkeys(readings))
        by_name = {_name(reading, differing(several)): reading for reading in several}
        if len(by_name) < len(several):
            raise QuestionError("Two readings would have the same name: name them, readings={'a name': Reading(…), …}")
    if not by_name:
        raise QuestionError("No reading is asked for: state at least one, or leave out 'readings' for the usual ones")
    return by_name


def differing(readings: Sequence[Reading]) -> list[str]:
    """Return the fields in which some readings differ; the perspective where they do not."""
    fields = [name for name in Reading.model_fields if len({getattr(reading, name) for reading in readings}) > 1]
    return fields or ["perspective"]


def _name(reading: Reading, fields: Sequence[str]) -> str:
    told = [getattr(reading, field) for field in fields]
    return ".".join("+".join(value) if isinstance(value, tuple) else str(value) for value in told if value is not None)


def reading_labels(case: Case, asked: Sequence[Question], lang: Lang) -> dict[str, str]:
    """Return what each reading is called in a table, by its name: what tells it from the others, or the name given."""
    readings = [question.reading for question in asked]
    fields = differing(readings)
    return {
        question.name: ", ".join(_label(case, field, getattr(question.reading, field), lang) for field in fields)
        if question.name == _name(question.reading, fields)
        else question.name
        for question in asked
    }


def _label(case: Case, field: str, value: Any, lang: Lang) -> str:
    match field:
        case "measure":
            return label("measures", value, lang)
        case "perspective":
            return case.perspective(value).title[lang]
        case "alternative" if value is not None:
            return alternative_title(case, value, lang)
        case "years" if value is not None:
            return f"{value} {label('words', 'year' if value == 1 else 'years', lang)}"
        case "part" if isinstance(value, tuple):
            return " + ".join(case.actors[actor].title[lang] for actor in value)
    return str(value)

"""A case's readings at drawn values of its uncertain estimates."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from utanforskap.analysis.columns import columns
from utanforskap.analysis.readings import Readable, check
from utanforskap.analysis.uncertainty.answers import drawn_readable
from utanforskap.engine.draws import Sampler, Sampling
from utanforskap.engine.parameters import Array
from utanforskap.engine.uncertain import sampler
from utanforskap.errors import QuestionError, UnknownNameError
from utanforskap.inputs.case import Case
from utanforskap.terms import Reading

_ORE = 2  # decimals


def ledgers(case: Case | Readable) -> Readable:
    """Return a case's ledgers, none of them made yet: what workers are sent."""
    return case.changed() if isinstance(case, Readable) else Readable(case)


def drawing(case: Case, *, n: int, seed: int, sampling: Sampling = "random") -> Sampler:
    """Return what draws a case's uncertain estimates, of which there must be some.

    Parameters
    ----------
    case : Case
        The case.
    n : int
        How many draws [1 or more]; a power of two for ``sobol``.
    seed : int
        From which seed [0 or more].
    sampling : {"random", "latin", "sobol"}
        How, as for `Sampler`.

    Raises
    ------
    QuestionError
        If nothing is uncertain, or the number of draws or the seed does not suit.
    """
    found = sampler(case, seed=seed, draws=n, sampling=sampling)
    if not found.names:
        raise QuestionError(
            f"Nothing in '{case.id}' is uncertain: no estimate has a spread.\n"
            "State low and high of the estimates that are not certain."
        )
    return found


def choices(
    case: Case, alternatives: Sequence[str] | None, *, perspective: str, fields: Mapping[str, Any]
) -> dict[str, Reading]:
    """Return the gain after programme cost that each alternative is judged by, by the alternative's id.

    Parameters
    ----------
    case : Case
        The case.
    alternatives : sequence of str or None
        Which of its alternatives; None is all with a programme, the others being other circumstances and no choice.
    perspective : str
        Whose gain.
    fields : mapping of str to object
        Further fields of `Reading`.

    Raises
    ------
    UnknownNameError
        If an alternative is not known.
    QuestionError
        If there is none, or the reading cannot be answered.
    """
    known = case.scenario.alternatives
    can_be_done = [id_ for id_, said in known.items() if said.programmes]
    asked = can_be_done if alternatives is None else list(dict.fromkeys(alternatives))
    for id_ in asked:
        if id_ not in known:
            raise UnknownNameError(what="an alternative", given=id_, known=list(known))
    if not asked:
        raise QuestionError(
            f"'{case.id}' declares no alternative with a programme, so there is nothing to choose.\n"
            "An alternative that only sets estimates is other circumstances; name it if it is a choice."
        )
    return {
        id_: check(case, Reading.of(measure="net_gain", alternative=id_, perspective=perspective, **fields))
        for id_ in asked
    }


def answers(base: Readable, readings: Sequence[Reading], drawn: Mapping[str, Array]) -> Array:
    """Return what readings read at drawn values, at present value [kr, shape (reading, draw)].

    Parameters
    ----------
    base : Readable
        The case, and the values that it was given, which stand as they are.
    readings : sequence of Reading
        What is read.
    drawn : mapping of str to ndarray, shape (draw,)
        By name, as a `Sampler` gives them; what is not drawn has its point value.
    """
    readable = drawn_readable(base, drawn)
    found = [columns(readable, reading, split="total", by_year=False).values.sum(axis=0) for reading in readings]
    draws = max((each.size for each in drawn.values()), default=1)
    return np.array([np.broadcast_to(each, draws) for each in found])


def gains(base: Readable, readings: Sequence[Reading], drawn: Mapping[str, Array]) -> Array:
    """Return what readings gain at drawn values, to the öre [kr, shape (reading, draw)].

    What floating point leaves of amounts that cancel then decides nothing.
    """
    return np.round(answers(base, readings, drawn), _ORE)

"""How a parameter is moved: how far it can go, what moves with it, and what a reading then reads."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from utanforskap.analysis.columns import columns
from utanforskap.analysis.readings import Readable
from utanforskap.analysis.sensitivity.wholes import wholes
from utanforskap.engine.parameters import Array, Parameters
from utanforskap.terms import Reading

BLOCK = 2048
"""How many variants are computed at once: lines × years × variants stay within some tens of megabytes."""
FARTHEST = 1e6
"""A parameter without an upper bound is searched to this many times its point value, or this where that is below 1."""


@dataclass(frozen=True, slots=True, eq=False)
class Move:
    """A parameter put at other values, each in one draw of a run.

    Attributes
    ----------
    parameter : str
        The estimate's full name.
    own : bool
        Whether it is the value that the reading's alternative sets that moves; otherwise the estimate's own, which an
        alternative that sets it does not have.
    to : ndarray, shape (variant,)
        The values, in the estimate's own unit.
    draws : ndarray of int, shape (variant,)
        In which draw of the run each of them stands.
    """

    parameter: str
    own: bool
    to: Array
    draws: NDArray[np.intp]

    def __len__(self) -> int:
        """Return the number of variants."""
        return self.to.size

    def part(self, start: int, stop: int) -> "Move":
        """Return some of the variants."""
        return replace(self, to=self.to[start:stop], draws=self.draws[start:stop])


def sets(readable: Readable, reading: Reading, parameter: str) -> bool:
    """Return whether a reading's alternative sets a parameter."""
    alternative = reading.alternative
    return alternative is not None and parameter in readable.case.scenario.alternatives[alternative].set


def draws_of(readable: Readable, reading: Reading) -> int:
    """Return how many draws a run has, in the baseline or in the reading's alternative."""
    return max(readable.parameters(id_).draws for id_ in (None, reading.alternative))


def values_of(readable: Readable, reading: Reading, parameter: str, *, own: bool) -> Array:
    """Return a parameter's values as they are in a run [shape (draw,)]."""
    found = readable.parameters(reading.alternative if own else None)[parameter]
    return np.broadcast_to(found, (draws_of(readable, reading),))


def room(readable: Readable, reading: Reading, parameter: str, *, own: bool) -> tuple[Array, Array]:
    """Return the lowest and the highest value that a parameter can take beside the others as they are.

    Returns
    -------
    tuple of two ndarrays, shape (draw,)
        The highest is infinite where nothing bounds it.
    """
    draws = draws_of(readable, reading)
    low, high = readable.case.estimate(parameter).bounds
    lowest, highest = np.full(draws, max(low, -FARTHEST)), np.full(draws, high)
    for where in _where(readable, reading, parameter, own=own):
        parameters = readable.parameters(where)
        for whole in wholes(readable.case, parameter):
            least, most = whole.room(parameters, parameter)
            lowest, highest = np.maximum(lowest, least), np.minimum(highest, most)
        highest = np.minimum(highest, _persons(parameters, parameter))
    return lowest, np.maximum(highest, lowest)


def _where(readable: Readable, reading: Reading, parameter: str, *, own: bool) -> list[str | None]:
    """Return in which runs of a reading a parameter moves: the baseline, its alternative, or both."""
    if own:
        return [reading.alternative]
    if reading.alternative is None or sets(readable, reading, parameter):
        return [None]
    return [None, reading.alternative]


def _persons(parameters: Parameters, parameter: str) -> Array:
    """Return how many a programme can reach where it is its participants that move; infinity otherwise."""
    section, id_, *rest = parameter.split(".")
    if section != "programmes" or rest != ["reaches", "persons"]:
        return np.full(1, np.inf)
    reaches = parameters.case.scenario.programmes[id_].reaches
    path = f"groups.{reaches.group}"
    shares = parameters.shares(parameters.case.scenario.groups[reaches.group].pathways, f"{path}.pathways")
    return parameters[f"{path}.persons"] * shares[reaches.pathway]


def read_moved(readable: Readable, reading: Reading, moves: Sequence[Move]) -> Array:
    """Return what a reading reads with parameters moved, each variant alone [kr, shape (variant,)], in their order.

    The variants are draws of the same engine, some hundreds at a time.
    """
    found = [_read_block(readable, reading, block) for block in _blocks(moves)]
    return np.concatenate(found) if found else np.zeros(0)


def _blocks(moves: Sequence[Move]) -> Iterator[list[Move]]:
    block: list[Move] = []
    free = BLOCK
    for move in moves:
        start = 0
        while start < len(move):
            block.append(move.part(start, start + free))
            start += len(block[-1])
            free -= len(block[-1])
            if not free:
                yield block
                block, free = [], BLOCK
    if block:
        yield block


def _read_block(readable: Readable, reading: Reading, moves: Sequence[Move]) -> Array:
    # A search goes to the ends of what can be, where a duration of nought, say, has no value: NaN, which has no sign.
    with np.errstate(all="ignore"):
        found = columns(moved(readable, reading, moves), reading, split="total", by_year=False).values.sum(axis=0)
    return np.broadcast_to(found, (sum(map(len, moves)),))


def moved(readable: Readable, reading: Reading, moves: Sequence[Move]) -> Readable:
    """Return the ledgers with parameters moved, each variant a draw, in the baseline and in a reading's alternative."""
    alternative = reading.alternative
    everywhere = _values(readable, reading, moves, None)
    own: dict[str, Mapping[str, Array]] = {}
    shared = alternative is None or readable.parameters(alternative) is readable.parameters()
    if alternative is not None and not (shared and not any(move.own for move in moves)):
        index = np.concatenate([move.draws for move in moves])
        kept = {name: _at(readable.parameters(alternative), name, index) for name in everywhere}
        own[alternative] = kept | _values(readable, reading, moves, alternative)
    return Readable(readable.case, everywhere, own)


def _values(readable: Readable, reading: Reading, moves: Sequence[Move], where: str | None) -> dict[str, Array]:
    """Return the values of everything that is not at the case's point in one of a reading's runs [shape (variant,)]."""
    parameters = readable.parameters(where)
    index = np.concatenate([move.draws for move in moves])
    values = {name: _at(parameters, name, index) for name in _changed(parameters)}
    start = 0
    for move in moves:
        here = slice(start, start + len(move))
        start += len(move)
        if where not in _where(readable, reading, move.parameter, own=move.own):
            continue
        for name, to in _together(parameters, move).items():
            if name not in values:
                values[name] = _at(parameters, name, index)
            values[name][here] = to
    return values


def _changed(parameters: Parameters) -> list[str]:
    """Return the names whose values are not the one that the case states."""
    estimates = parameters.case.estimates
    return [name for name, found in parameters.values.items() if found.size > 1 or found[0] != estimates[name].value]


def _at(parameters: Parameters, name: str, index: NDArray[np.intp]) -> Array:
    """Return a parameter's value in each variant's draw; a copy."""
    found = parameters[name]
    return found[index] if found.size > 1 else np.full(index.size, found[0])


def _together(parameters: Parameters, move: Move) -> dict[str, Array]:
    """Return a parameter's new values, and those of the shares of its whole that give way to it."""
    values = {move.parameter: move.to}
    for whole in wholes(parameters.case, move.parameter):
        if whole.gives_way and move.parameter in whole.members:
            at = {name: _at(parameters, name, move.draws) for name in whole.members}
            values |= whole.scaled(at, move.parameter, move.to)
    return values

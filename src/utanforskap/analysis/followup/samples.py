"""What a design compares: outcomes of persons before and after, who is in the programme, and what is known of each."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from utanforskap.errors import QuestionError, UnknownNameError
from utanforskap.inputs.followup.participants import OccupancyBlock, Participants
from utanforskap.inputs.followup.private import Private
from utanforskap.inputs.followup.words import TREATED

Array = NDArray[np.float64]
Bools = NDArray[np.bool_]

ARM, SITE = "arm", "site"
AT_LEAST = 0.9
"""A period of which less than this share was observed counts as lost."""


@dataclass(frozen=True, eq=False, repr=False)
class Sample(Private):
    """Persons with their outcomes before and after.

    Attributes
    ----------
    outcomes : tuple of str
        What is compared: states, of which an outcome is the share of a year [0 to 1].
    history : ndarray, shape (person, period, outcome)
        Before the start, a year a period, the latest last; NaN where not observed.
    after : ndarray, shape (person, outcome)
        In a year after the start; NaN where not observed.
    year : int
        Which year after the start, from 1.
    least, most : ndarray, shape (person, outcome)
        What `after` can be at least and at most, whatever was not observed.
    treated : ndarray of bool, shape (person,)
        Who is in the programme; the others are the comparison group.
    weights : ndarray, shape (person,)
        Each one's weight [0 or more].
    covariates : ndarray, shape (person, covariate)
        What is known of each, as numbers.
    names : tuple of str
        The covariates' names.
    sites : ndarray of int, shape (person,), or None
        Each one's site.
    """

    outcomes: tuple[str, ...]
    history: Array
    after: Array
    year: int
    least: Array
    most: Array
    treated: Bools
    weights: Array
    covariates: Array
    names: tuple[str, ...]
    sites: NDArray[np.int64] | None

    def __len__(self) -> int:
        return len(self.treated)

    @property
    def before(self) -> Array:
        """The latest period before the start [shape (person, outcome)]."""
        return self.history[:, -1]

    @property
    def has_comparison(self) -> bool:
        """Whether anybody is in the comparison group."""
        return not bool(self.treated.all())

    def take(self, which: Bools) -> "Sample":
        """Return some of the persons."""
        parts = {
            name: getattr(self, name)[which]
            for name in ("history", "after", "least", "most", "treated", "weights", "covariates")
        }
        return replace(self, **parts, sites=None if self.sites is None else self.sites[which])


def sample_of(
    people: Participants,
    *,
    outcomes: tuple[str, ...] | None = None,
    year: int = 1,
    years_before: int = 1,
    covariates: tuple[str, ...] = (),
    with_before: bool = True,
    at_least: float = AT_LEAST,
) -> Sample:
    """Return a sample of participants: the share of a year that each spent in each state, before and after the start.

    A period of which a part was not observed counts by what was, if that is enough of it; otherwise it is lost.

    Parameters
    ----------
    people : Participants
        With a start each, and `arm` among the attributes where there is a comparison group.
    outcomes : tuple of str or None
        The states; None for all of them.
    year : int
        Which year after the start is compared, from 1.
    years_before : int
        How many years before the start are read [1 or more].
    covariates : tuple of str
        Attributes by which persons are compared: numbers as they are (the mean where unknown, and that it is), words
        as one yes or no each.
    with_before : bool
        Whether the outcomes in the latest period before count among the covariates.
    at_least : float
        The share of a period that must be observed [above 0, to 1].

    Raises
    ------
    QuestionError
        If nobody's start is stated, or a number is outside its range.
    UnknownNameError
        If an outcome or covariate does not exist.
    """
    _check(people, year, years_before, at_least)
    states = people.states if outcomes is None else outcomes
    for state in states:
        if state not in people.states:
            raise UnknownNameError(what="a state anybody was in", given=state, known=people.states)
    position = [people.states.index(state) for state in states]
    history, _, _ = _shares(people.around_start(before=years_before, after=0), position, at_least)
    after, shares, observed = _shares(people.year_from_start(year), position, at_least)
    columns, names = _covariates(people, covariates)
    if with_before:
        before = np.where(np.isnan(history[:, -1]), 0.0, history[:, -1])
        # The shares of all states sum to one: the last of them says nothing that the others do not.
        kept = len(states) - (outcomes is None and len(states) > 1)
        columns = np.column_stack([columns, before[:, :kept]])
        names = (*names, *states[:kept])
    arm = people.attributes.get(ARM)
    site = people.attributes.get(SITE)
    missing = (1.0 - np.minimum(observed[:, -1], 1.0))[:, np.newaxis]
    return Sample(
        outcomes=tuple(states),
        history=history,
        after=after[:, -1],
        year=year,
        least=shares[:, -1],
        most=shares[:, -1] + missing,
        treated=np.ones(len(people), dtype=np.bool_) if arm is None else arm == TREATED,
        weights=people.weights,
        covariates=columns,
        names=names,
        sites=None if site is None else _codes(site),
    )


def _shares(blocks: Iterator[OccupancyBlock], position: list[int], at_least: float) -> tuple[Array, Array, Array]:
    """Return shares of periods, scaled to what was observed and NaN where it is too little; as they are; observed."""
    parts = [(block.shares[:, position].transpose(2, 0, 1), block.observed.T) for block in blocks]
    shares = np.concatenate([part for part, _ in parts])
    observed = np.concatenate([part for _, part in parts])
    enough = observed >= at_least - 1e-9
    scaled = np.where(enough[..., np.newaxis], shares / np.maximum(observed, at_least)[..., np.newaxis], np.nan)
    return scaled, shares, observed


def _check(people: Participants, year: int, years_before: int, at_least: float) -> None:
    for name, number in (("year", year), ("years_before", years_before)):
        if number < 1:
            raise QuestionError(f"'{name}' is {number}: it must be 1 or more.")
    if not 0.0 < at_least <= 1.0:
        raise QuestionError(f"'at_least' is {at_least:g}: it must be above 0, and at most 1.")
    if bool(np.isnan(people.starts).all()):
        raise QuestionError(
            "Nobody's start is stated, so nothing is before or after it.\n"
            "Name the column of the start in the mapping: columns: {start: …}."
        )


def _codes(words: NDArray[Any]) -> NDArray[np.int64]:
    return np.unique([str(word) for word in words], return_inverse=True)[1].astype(np.int64)


def _covariates(people: Participants, names: tuple[str, ...]) -> tuple[Array, tuple[str, ...]]:
    columns: list[Array] = []
    called: list[str] = []
    for name in names:
        if name not in people.attributes:
            raise UnknownNameError(what="an attribute", given=name, known=tuple(people.attributes))
        values = people.attributes[name]
        if values.dtype == object:
            stated, counts = np.unique([str(value) for value in values], return_counts=True)
            usual = stated[np.argmax(counts)]
            for group in stated[stated != usual]:
                columns.append(np.array([str(value) == group for value in values], dtype=np.float64))
                called.append(f"{name}: {group}")
        else:
            unknown = np.isnan(values)
            mean = values[~unknown].mean() if not unknown.all() else 0.0
            columns.append(np.where(unknown, mean, values))
            called.append(name)
            if unknown.any():
                columns.append(unknown.astype(np.float64))
                called.append(f"{name}: ?")
    whole = np.column_stack(columns) if columns else np.empty((len(people), 0))
    return whole, tuple(called)

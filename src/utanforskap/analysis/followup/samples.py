"""What a design compares: outcomes of persons before and after, who is in the programme, and what is known of each."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from utanforskap.errors import QuestionError, UnknownNameError
from utanforskap.inputs.followup.participants import Participants
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


@dataclass(frozen=True, eq=False, repr=False)
class Background(Private):
    """What is known of each person, whatever the year.

    Attributes
    ----------
    treated : ndarray of bool, shape (person,)
        Who is in the programme.
    weights : ndarray, shape (person,)
        Each one's weight [0 or more].
    sites : ndarray of int, shape (person,), or None
        Each one's site.
    """

    treated: Bools
    weights: Array
    sites: NDArray[np.int64] | None


def background_of(people: Participants) -> Background:
    """Return what is known of participants."""
    arm, site = people.attributes.get(ARM), people.attributes.get(SITE)
    return Background(
        treated=np.ones(len(people), dtype=np.bool_) if arm is None else arm == TREATED,
        weights=people.weights,
        sites=None if site is None else _codes(site)[1],
    )


@dataclass(frozen=True, eq=False, repr=False)
class Window(Private):
    """The years before and after the start, of some persons.

    Attributes
    ----------
    persons : ndarray of int, shape (person,)
        Their numbers.
    states : tuple of str
        What their time is parted by.
    known : ndarray, shape (person, period, state)
        Shares of each year, scaled to what was observed of it; NaN where that is too little.
    shares : ndarray, shape (person, period, state)
        Shares as they were observed.
    missing : ndarray, shape (person, period, 1)
        The share of each year that was not observed.
    years_before : int
        How many of the periods are before the start.
    """

    persons: NDArray[np.int32]
    states: tuple[str, ...]
    known: Array
    shares: Array
    missing: Array
    years_before: int

    @property
    def before(self) -> Array:
        """The latest year before the start, nothing where it was not observed [shape (person, state)]."""
        before: Array = np.nan_to_num(self.known[:, self.years_before - 1])
        return before

    def year(self, year: int, background: Background, covariates: Array, names: tuple[str, ...]) -> Sample:
        """Return the sample of a year after the start, from 1.

        Parameters
        ----------
        year : int
            The year.
        background : Background
            What is known of all persons.
        covariates : ndarray, shape (person, covariate)
            By what these are compared.
        names : tuple of str
            The covariates' names.
        """
        at = self.years_before + year - 1
        sites = background.sites
        return Sample(
            outcomes=self.states,
            history=self.known[:, : self.years_before],
            after=self.known[:, at],
            year=year,
            least=self.shares[:, at],
            most=self.shares[:, at] + self.missing[:, at],
            treated=background.treated[self.persons],
            weights=background.weights[self.persons],
            covariates=covariates,
            names=names,
            sites=None if sites is None else sites[self.persons],
        )


def windows(
    people: Participants,
    *,
    states: tuple[str, ...],
    years_before: int,
    years: int,
    at_least: float = AT_LEAST,
    order: NDArray[np.int64] | None = None,
) -> Iterator[Window]:
    """Yield the years around the start, a block of persons at a time.

    Parameters
    ----------
    people : Participants
        With a start each.
    states : tuple of str
        What their time is parted by.
    years_before, years : int
        How many years before and after the start.
    at_least : float
        The share of a year that must be observed [above 0, to 1].
    order : ndarray of int or None
        Which persons, in which order; None for all in their own.
    """
    position = [people.states.index(state) for state in states]
    for block in people.around_start(before=years_before, after=years, order=order):
        shares = block.shares[:, position].transpose(2, 0, 1)
        observed = block.observed.T[..., np.newaxis]
        enough = observed >= at_least - 1e-9
        known = np.where(enough, shares / np.maximum(observed, at_least), np.nan)
        yield Window(block.persons, states, known, shares, 1.0 - np.minimum(observed, 1.0), years_before)


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
    check_years(people, year=year, years_before=years_before)
    if not 0.0 < at_least <= 1.0:
        raise QuestionError(f"'at_least' is {at_least:g}: it must be above 0, and at most 1.")
    states = people.states if outcomes is None else outcomes
    for state in states:
        if state not in people.states:
            raise UnknownNameError(what="a state anybody was in", given=state, known=people.states)
    background = background_of(people)
    known, names = covariates_of(people, covariates)
    compared = compared_states(states, people.states) if with_before else ()
    parts = []
    for window in windows(people, states=states, years_before=years_before, years=year, at_least=at_least):
        columns = np.column_stack([known[window.persons], window.before[:, : len(compared)]])
        parts.append(window.year(year, background, columns, (*names, *compared)))
    return _joined(parts)


def compared_states(states: tuple[str, ...], every: tuple[str, ...]) -> tuple[str, ...]:
    """Return the states whose time before the start counts among the covariates, of those that are compared."""
    # The shares of all states sum to one: the last of them says nothing that the others do not.
    return states[: len(states) - (states == every and len(states) > 1)]


def _joined(parts: Sequence[Sample]) -> Sample:
    """Return the samples of all blocks of persons as one."""
    arrays = [field.name for field in fields(Sample) if isinstance(getattr(parts[0], field.name), np.ndarray)]
    whole: dict[str, Any] = {name: np.concatenate([getattr(part, name) for part in parts]) for name in arrays}
    return replace(parts[0], **whole)


def check_years(people: Participants, **years: int) -> None:
    """Refuse years that are none, and persons of whom nobody's start is known."""
    for name, number in years.items():
        if number < 1:
            raise QuestionError(f"'{name}' is {number}: it must be 1 or more.")
    if bool(np.isnan(people.starts).all()):
        raise QuestionError(
            "Nobody's start is stated, so nothing is before or after it.\n"
            "Name the column of the start in the mapping: columns: {start: …}."
        )


def _codes(words: NDArray[Any]) -> tuple[list[str], NDArray[np.int64]]:
    """Return the different words in order, and the position of each person's."""
    said = [str(word) for word in words]
    found = sorted(set(said))
    place = {word: position for position, word in enumerate(found)}
    return found, np.fromiter((place[word] for word in said), dtype=np.int64, count=len(said))


def covariates_of(people: Participants, names: Sequence[str]) -> tuple[Array, tuple[str, ...]]:
    """Return attributes as numbers by which persons are compared, and what each is called; see `sample_of`.

    Parameters
    ----------
    people : Participants
        The persons.
    names : sequence of str
        The attributes.

    Returns
    -------
    tuple of (ndarray, tuple of str)
        Of shape (person, covariate).

    Raises
    ------
    UnknownNameError
        If one does not exist.
    """
    columns: list[Array] = []
    called: list[str] = []
    for name in names:
        if name not in people.attributes:
            raise UnknownNameError(what="an attribute", given=name, known=tuple(people.attributes))
        values = people.attributes[name]
        if values.dtype == object:
            stated, codes = _codes(values)
            usual = int(np.argmax(np.bincount(codes, minlength=len(stated))))
            for position, group in enumerate(stated):
                if position != usual:
                    columns.append((codes == position).astype(np.float64))
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

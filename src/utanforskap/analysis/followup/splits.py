"""Who is in which group of the splits that an evaluation declares, and when each one started."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from utanforskap.errors import QuestionError, UnknownNameError
from utanforskap.inputs.followup.participants import Participants
from utanforskap.inputs.followup.persons import DATES
from utanforskap.inputs.followup.private import Private
from utanforskap.inputs.followup.words import UNKNOWN

Whole = NDArray[np.int64]

AGE = "age"
EVERYONE = ""
"""What the group of all participants is split by."""
MOST_NUMBERS = 12
"""A column of more different numbers than this is no split; ages are banded."""
_BANDS = (25, 35, 45, 55, 65)
"""Where bands of age begin, as in the national statistics of the labour market."""
_EPOCH_YEAR = 1970


@dataclass(frozen=True, slots=True)
class Group:
    """A group of participants.

    Attributes
    ----------
    by : str
        The attribute that splits them; empty for everyone.
    value : str
        What they have in common.
    """

    by: str
    value: str


@dataclass(frozen=True, eq=False, repr=False)
class Splits(Private):
    """Participants by group and by the calendar year of their start.

    Attributes
    ----------
    groups : tuple of Group
        Everyone first, then each split's groups in order.
    cohorts : tuple of int
        The calendar years in which anybody started.
    cell : ndarray of int, shape (person,)
        The finest group of each: those who are alike in every split and started in the same year.
    within : ndarray of bool, shape (group, cell)
        Which cells are in each group.
    cohort : ndarray of int, shape (cell,)
        The position of each cell's start year.
    """

    groups: tuple[Group, ...]
    cohorts: tuple[int, ...]
    cell: Whole
    within: NDArray[np.bool_]
    cohort: Whole

    def count(self, which: NDArray[np.bool_] | None = None) -> Whole:
        """Return how many persons are in each group, of all or of some [shape (group,)]."""
        cells = self.cell if which is None else self.cell[which]
        return np.asarray(self.within @ np.bincount(cells, minlength=len(self.cohort)), dtype=np.int64)

    def members(self, group: int) -> NDArray[np.bool_]:
        """Return who is in a group [shape (person,)]."""
        found: NDArray[np.bool_] = self.within[group][self.cell]
        return found


def splits_of(people: Participants, treated: NDArray[np.bool_], by: Sequence[str]) -> Splits:
    """Return the participants of a programme by group.

    Parameters
    ----------
    people : Participants
        All persons.
    treated : ndarray of bool, shape (person,)
        Who is in the programme.
    by : sequence of str
        The attributes that split them; ``age`` is the age at the start, in bands.

    Raises
    ------
    UnknownNameError
        If one does not exist.
    QuestionError
        If one has too many different numbers.
    """
    started = np.asarray(people.starts[treated], dtype=np.int64).astype("datetime64[D]")
    years = started.astype("datetime64[Y]").astype(np.int64) + _EPOCH_YEAR
    values = {name: _values(people, treated, years, name) for name in by}
    groups = [Group(EVERYONE, "")]
    keys = [years]
    for name, said in values.items():
        names, codes = _in_order(said)
        groups += [Group(name, str(value)) for value in names]
        keys.append(codes)
    cells, cell = np.unique(np.column_stack(keys), axis=0, return_inverse=True)
    cohorts = tuple(int(year) for year in np.unique(years))
    within = [np.ones(len(cells), dtype=np.bool_)]
    for position, said in enumerate(values.values(), start=1):
        within += [cells[:, position] == code for code in range(len(_in_order(said)[0]))]
    return Splits(tuple(groups), cohorts, cell, np.array(within), np.searchsorted(cohorts, cells[:, 0]))


def _values(people: Participants, treated: NDArray[np.bool_], years: Whole, name: str) -> NDArray[np.str_]:
    known: Mapping[str, NDArray[np.generic]] = people.attributes
    if name == AGE:
        return _ages(known, treated, years)
    if name not in known:
        # A column is known by its field where the mapping says which, and nobody is split by days or by who takes part.
        names = [each for each in known if each not in (*DATES, "arm", "birth_year")]
        names += [AGE] if "birth_year" in known else []
        raise UnknownNameError(what="an attribute that participants can be split by", given=name, known=names)
    said = known[name][treated]
    if said.dtype == object:
        return np.array([UNKNOWN if value is None else str(value) for value in said])
    numbers = said.astype(np.float64)
    if len(np.unique(numbers[~np.isnan(numbers)])) > MOST_NUMBERS:
        raise QuestionError(
            f"'{name}' has more than {MOST_NUMBERS} different numbers, which makes groups too small.\n"
            "Make a column of bands, and split by that."
        )
    return np.array([UNKNOWN if np.isnan(value) else f"{value:g}" for value in numbers])


def _ages(known: Mapping[str, NDArray[np.generic]], treated: NDArray[np.bool_], years: Whole) -> NDArray[np.str_]:
    if AGE in known:
        ages = np.asarray(known[AGE][treated], dtype=np.float64)
    elif "birth_year" in known:
        ages = np.asarray(years - known["birth_year"][treated].astype(np.float64), dtype=np.float64)
    else:
        raise UnknownNameError(what="an attribute that participants can be split by", given=AGE, known=list(known))
    names = [f"–{_BANDS[0] - 1}", *(f"{low}–{high - 1}" for low, high in pairwise(_BANDS))]
    names.append(f"{_BANDS[-1]}–")
    band = np.searchsorted(_BANDS, np.nan_to_num(ages), side="right")
    return np.where(np.isnan(ages), UNKNOWN, np.array(names)[band])


def _in_order(said: NDArray[np.str_]) -> tuple[list[str], Whole]:
    """Return the groups' names in order, the band without a beginning first, and each person's."""
    names, codes = np.unique(said, return_inverse=True)
    order = sorted(range(len(names)), key=lambda place: (not str(names[place]).startswith("–"), str(names[place])))
    place = np.argsort(np.array(order, dtype=np.int64))
    return [str(names[at]) for at in order], place[codes].astype(np.int64)

"""Persons drawn anew, as weights: how many times each is in a draw. No array of persons by draws is ever made."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from utanforskap.engine.draws import stream

Array = NDArray[np.float64]

NAME = "followup.persons"
"""The stream of the draws of persons, beside those of the estimates."""


@dataclass(frozen=True, slots=True, eq=False)
class Resampling:
    """How persons are drawn with replacement: alone, or whole sites at a time, within strata.

    Attributes
    ----------
    seed : int
        The run's seed [0 or more].
    unit : ndarray of int, shape (person,)
        The person or site that each is drawn with, from 0.
    strata : tuple of ndarray of int
        The units of each stratum; as many are drawn as it has.
    """

    seed: int
    unit: NDArray[np.int64]
    strata: tuple[NDArray[np.int64], ...]

    @classmethod
    def of(cls, treated: NDArray[np.bool_], sites: NDArray[np.int64] | None, *, seed: int) -> "Resampling":
        """Return the resampling that suits a design.

        Without sites persons are drawn within each arm. With sites whole sites are drawn: within each arm where no site
        has persons of both, otherwise all together.

        Parameters
        ----------
        treated : ndarray of bool, shape (person,)
            Who is in the programme.
        sites : ndarray of int, shape (person,), or None
            Each one's site.
        seed : int
            The run's seed [0 or more].
        """
        if sites is None:
            unit = np.arange(len(treated))
            return cls(seed, unit, tuple(part for part in (unit[treated], unit[~treated]) if len(part)))
        _, unit = np.unique(sites, return_inverse=True)
        ours, theirs = np.unique(unit[treated]), np.unique(unit[~treated])
        parts = (np.arange(unit.max() + 1),) if np.intersect1d(ours, theirs).size else (ours, theirs)
        return cls(seed, unit.astype(np.int64), tuple(part for part in parts if len(part)))

    @property
    def units(self) -> int:
        """How many persons or sites there are to draw from."""
        return sum(len(part) for part in self.strata)

    def counts(self, draw: int) -> Array:
        """Return how many times each person is in a draw [shape (person,)].

        Parameters
        ----------
        draw : int
            The draw's number, from 0; the same number gives the same draw in a run of any length.
        """
        rng = stream(seed=self.seed, name=NAME, block=draw)
        drawn = np.zeros(self.units)
        for part in self.strata:
            drawn[part] = np.bincount(rng.integers(0, len(part), len(part)), minlength=len(part))
        return drawn[self.unit]

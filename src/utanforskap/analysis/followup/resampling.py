"""Persons drawn anew, as weights: how many times each is in a draw. No array of persons by draws is ever made."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from utanforskap.engine.draws import stream
from utanforskap.inputs.followup.spells import BLOCK

Array = NDArray[np.float64]

NAME = "followup.persons"
"""The stream of the draws of persons, beside those of the estimates."""


@dataclass(frozen=True, slots=True, eq=False)
class Resampling:
    """How persons are drawn with replacement: alone, or whole sites at a time, within strata.

    Persons drawn alone are drawn a block at a time: first how many of each block, then who of it. That is the same as
    drawing them all at once, and any block of any draw can be had by itself.

    Attributes
    ----------
    seed : int
        The run's seed [0 or more].
    treated : ndarray of bool, shape (person,)
        Who is in the programme: the strata, where persons are drawn alone.
    unit : ndarray of int, shape (person,), or None
        The site that each is drawn with, from 0; None where persons are drawn alone.
    strata : tuple of ndarray of int
        The sites of each stratum; as many are drawn as it has.
    """

    seed: int
    treated: NDArray[np.bool_]
    unit: NDArray[np.int64] | None
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
            return cls(seed, treated, None, ())
        _, unit = np.unique(sites, return_inverse=True)
        ours, theirs = np.unique(unit[treated]), np.unique(unit[~treated])
        parts = (np.arange(unit.max() + 1),) if np.intersect1d(ours, theirs).size else (ours, theirs)
        return cls(seed, treated, unit.astype(np.int64), tuple(part for part in parts if len(part)))

    def counts(self, draw: int) -> Array:
        """Return how many times each person is in a draw [shape (person,)].

        Parameters
        ----------
        draw : int
            The draw's number, from 0; the same number gives the same draw in a run of any length.
        """
        return np.concatenate([counts[:, 0] for counts in self.blocks(range(draw, draw + 1))])

    def blocks(self, draws: range) -> Iterator[Array]:
        """Yield how many times each person of a block is in each draw [shape (person, draw)], a block at a time.

        Parameters
        ----------
        draws : range
            The draws' numbers, from 0.
        """
        starts = range(0, len(self.treated), BLOCK)
        if self.unit is not None:
            of_sites = np.empty((sum(map(len, self.strata)), len(draws)), dtype=np.int16)
            for place, draw in enumerate(draws):
                of_sites[:, place] = self._sites(draw)
            for first in starts:
                yield of_sites[self.unit[first : first + BLOCK]].astype(np.float64)
            return
        sizes = [self._sizes(draw) for draw in draws]
        for block, first in enumerate(starts):
            treated = self.treated[first : first + BLOCK]
            strata = [np.flatnonzero(treated), np.flatnonzero(~treated)]
            drawn = np.zeros((len(draws), len(treated)))
            for place, draw in enumerate(draws):
                rng = stream(seed=self.seed, name=f"{NAME}.{block}", block=draw)
                for members, size in zip(strata, sizes[place], strict=True):
                    if size[block]:
                        chosen = rng.integers(0, len(members), size[block])
                        drawn[place, members] = np.bincount(chosen, minlength=len(members))
            yield drawn.T

    def _sites(self, draw: int) -> Array:
        """Return how many times each site is in a draw [shape (site,)]."""
        rng = stream(seed=self.seed, name=NAME, block=draw)
        drawn = np.zeros(sum(map(len, self.strata)))
        for part in self.strata:
            drawn[part] = np.bincount(rng.integers(0, len(part), len(part)), minlength=len(part))
        return drawn

    def _sizes(self, draw: int) -> list[NDArray[np.int64]]:
        """Return how many persons of each block are in a draw, participants and others [shape (block,) each]."""
        rng = stream(seed=self.seed, name=NAME, block=draw)
        starts = np.arange(0, len(self.treated), BLOCK)
        found = []
        for one in (self.treated, ~self.treated):
            there = np.add.reduceat(one, starts, dtype=np.int64)
            total = int(there.sum())
            found.append(rng.multinomial(total, there / max(total, 1)) if total else there)
        return found

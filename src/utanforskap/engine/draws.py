"""Draws of uncertain estimates in blocks, each estimate from a stream of its own.

A draw is decided by the seed, the estimate's name and the number of the draw, and by nothing else: not by which other
estimates there are or in what order, nor by how blocks are grouped or on what they run. Estimates that are stated
together (the shares of a Dirichlet, a correlated set) are drawn together and are the exception within themselves.
`sobol` is an exception as a whole, since its points are spread over all estimates at once.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, get_args

import numpy as np
from numpy.random.bit_generator import ISeedSequence
from numpy.typing import NDArray

from utanforskap.inputs.values.correlation import correlated_sets
from utanforskap.inputs.values.distributions import Array, Dirichlet, Distribution, Gamma

BLOCK = 4096
"""How many draws a block has: the unit of random work."""

Sampling = Literal["random", "latin", "sobol"]
SAMPLINGS: tuple[Sampling, ...] = get_args(Sampling)

_LEAST, _MOST = 2.0**-54, 1.0 - 2.0**-53  # within which every quantile is finite
_SOBOL_BITS = 30
_SCRAMBLING = "\0sobol"  # no estimate can have this name


class _Key(ISeedSequence):
    """Hands a bit generator the words that it starts from."""

    def __init__(self, words: NDArray[np.uint64]) -> None:
        self.words = words

    def generate_state(self, n_words: int, dtype: object = np.uint32) -> NDArray[np.uint64]:  # noqa: ARG002
        """Return the first words, of 64 bits, which is what SFC64 asks for."""
        return self.words[:n_words]


def stream(*, seed: int, name: str, block: int) -> np.random.Generator:
    """Return the generator of one estimate's draws in one block.

    It is SFC64 started from the SHA-256 of seed, SHA-256 of the name, and block. The same on every platform, and, as
    far as numpy keeps its generators' methods, in every version.

    Parameters
    ----------
    seed : int
        The run's seed [0 or more].
    name : str
        The estimate's full name.
    block : int
        The block's number, from 0.
    """
    key = b"%d/%d/" % (seed, block) + hashlib.sha256(name.encode()).digest()
    words = np.frombuffer(hashlib.sha256(key).digest(), dtype="<u8").astype(np.uint64)
    return np.random.Generator(np.random.SFC64(_Key(words)))  # type: ignore[arg-type]


@dataclass(frozen=True, eq=False)
class Sampler:
    """What draws every uncertain estimate of a run, block by block.

    Attributes
    ----------
    seed : int
        The run's seed [0 or more].
    draws : int
        How many draws the run has; a power of two for ``sobol``. The first draws of a longer run are those of a
        shorter one.
    single : mapping of str to Distribution
        Estimates by name.
    rows : sequence of Dirichlet
        Estimates that are shares of a whole, by name within each.
    correlations : mapping of (str, str) to float
        Correlation of the normal scores of two single estimates [-1 to 1, both excluded]; 0 for a pair that is not
        named. For normal estimates it is their own correlation, for others near it; the rank correlation is
        ``6 / pi * arcsin(r / 2)``.
    sampling : {"random", "latin", "sobol"}
        ``random``: each draw alone. ``latin``: each estimate has one draw in each of the 4 096 equally likely parts of
        its range, in every whole block. ``sobol``: scrambled Sobol points, one dimension an estimate by sorted name.

    Raises
    ------
    ValueError
        Where names collide, the correlations cannot hold, or the number of draws does not suit.

    References
    ----------
    Iman, R. L. & Conover, W. J. (1982). A distribution-free approach to inducing rank correlation among input
    variables. Communications in Statistics B 11(3) (``latin`` with correlations). Owen, A. B. (1998). Scrambling
    Sobol' and Niederreiter-Xing points. Journal of Complexity 14(4).
    """

    seed: int
    draws: int
    single: Mapping[str, Distribution]
    rows: Sequence[Dirichlet] = ()
    correlations: Mapping[tuple[str, str], float] | None = None
    sampling: Sampling = "random"

    def __post_init__(self) -> None:
        if self.seed < 0:
            raise ValueError(f"The seed is {self.seed}: it must be 0 or more.")
        if self.draws < 1:
            raise ValueError(f"The number of draws is {self.draws}: it must be at least 1.")
        if self.sampling == "sobol" and self.draws & (self.draws - 1):
            lower = 1 << (self.draws.bit_length() - 1)
            raise ValueError(
                f"Sobol points come in powers of two, and {self.draws} is not one.\n"
                f"Ask for {lower} or {2 * lower} draws, or sample by 'random' or 'latin'."
            )
        if self.sampling == "sobol" and self.draws > 1 << _SOBOL_BITS:
            raise ValueError(
                f"There are at most {1 << _SOBOL_BITS} Sobol points, and {self.draws} draws are asked for."
            )
        seen: set[str] = set()
        for name in self.names:
            if name in seen:
                raise ValueError(f"'{name}' is stated twice: each estimate is drawn once.")
            seen.add(name)
        self._sets  # noqa: B018 - refused here, not at the first block

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Every estimate: the single ones as stated, then the shares row by row."""
        return (*self.single, *(name for row in self.rows for name in row.names))

    @property
    def together(self) -> tuple[tuple[str, ...], ...]:
        """The names that are drawn together: each correlated set, by sorted name, then the shares of each row."""
        return (*(members for members, _ in self._sets), *(row.names for row in self.rows))

    @property
    def blocks(self) -> range:
        """The numbers of the blocks."""
        return range(-(-self.draws // BLOCK))

    def named(self, block: int) -> dict[str, Array]:
        """Return a block's draws by name, each as a row of what `block` returns [shape (draw,)]."""
        return dict(zip(self.names, self.block(block), strict=True))

    def block(self, block: int) -> Array:
        """Return a block's draws, one row an estimate in the order of `names` [shape (name, draw)].

        Every block has 4 096 draws but the last, which has what remains.

        Parameters
        ----------
        block : int
            The block's number, one of `blocks`.
        """
        out = np.empty((len(self.names), BLOCK))
        points = dict(zip(sorted(self.names), self._sobol(block), strict=True)) if self.sampling == "sobol" else {}
        place = {name: position for position, name in enumerate(self.names)}
        for name, distribution in self.single.items():
            if name not in self._correlated:
                out[place[name]] = self._draw(name, distribution, block, points)
        for members, factor in self._sets:
            for name, share in zip(members, self._together(members, factor, block, points), strict=True):
                out[place[name]] = self.single[name].quantile(share)
        first = len(self.single)
        for row in self.rows:
            self._shares(row, block, points, out[first : first + len(row.names)])
            first += len(row.names)
        return out[:, : self.draws - block * BLOCK]

    def _draw(self, name: str, distribution: Distribution, block: int, points: Mapping[str, Array]) -> Array:
        match self.sampling:
            case "random":
                return distribution.draw(stream(seed=self.seed, name=name, block=block), BLOCK)
            case "latin":
                rng = stream(seed=self.seed, name=name, block=block)
                return distribution.quantile(_stratified(rng.permutation(BLOCK), rng))
            case "sobol":
                return distribution.quantile(points[name])

    def _shares(self, row: Dirichlet, block: int, points: Mapping[str, Array], out: Array) -> None:
        """Fill in the shares of a row; their sum is taken by sorted name, so that their order changes no bit."""
        for position, (name, weight) in enumerate(zip(row.names, row.weights, strict=True)):
            out[position] = self._draw(name, Gamma(weight, 1.0), block, points)
        total = np.zeros(BLOCK)
        for position in sorted(range(len(row.names)), key=row.names.__getitem__):
            total += out[position]
        out /= total

    def _together(self, members: Sequence[str], factor: Array, block: int, points: Mapping[str, Array]) -> list[Array]:
        """Return the shares u of a correlated set; their normal scores are ``factor`` times independent ones."""
        from scipy.special import ndtr, ndtri

        streams = [stream(seed=self.seed, name=name, block=block) for name in members]
        if self.sampling == "sobol":
            alone = [ndtri(points[name]) for name in members]
        else:
            alone = [rng.standard_normal(BLOCK) for rng in streams]
        shares = []
        for position, rng in enumerate(streams):
            score = np.zeros(BLOCK)
            for weight, own in zip(factor[position, : position + 1], alone, strict=False):
                score += weight * own
            if self.sampling == "latin":
                rank = np.empty(BLOCK, dtype=np.int64)
                rank[np.argsort(score, kind="stable")] = np.arange(BLOCK)
                shares.append(_stratified(rank, rng))
            else:
                shares.append(np.clip(ndtr(score), _LEAST, _MOST))
        return shares

    @cached_property
    def _correlated(self) -> frozenset[str]:
        return frozenset(name for members, _ in self._sets for name in members)

    @cached_property
    def _sets(self) -> tuple[tuple[tuple[str, ...], Array], ...]:
        """Each set of estimates that hang together, by sorted name, with the Cholesky factor of its correlations."""
        pairs = self.correlations or {}
        shares = {name for row in self.rows for name in row.names}
        for name in dict.fromkeys(name for pair in pairs for name in pair):
            if name in shares:
                raise ValueError(f"'{name}' is a share of a whole, which the other shares already bind.")
            if name not in self.single:
                raise ValueError(f"'{name}' is not an estimate that is drawn, and cannot be correlated.")
        return correlated_sets(pairs)

    def _sobol(self, block: int) -> Array:
        """Return the points of a block [shape (name, draw), dimensions by sorted name].

        A point is the exclusive or of some columns of the generating matrices, in the Gray code's order: point i has
        the columns of the bits of ``i ^ (i >> 1)``. So every block is the first, moved by the bits above it.
        """
        first, columns = self._generating
        start = block * BLOCK
        bits = start ^ (start >> 1)
        moved = first.copy()
        for position, column in enumerate(columns):
            if bits >> position & 1:
                moved ^= column[:, np.newaxis]
        return np.asarray((moved + 0.5) * 2.0**-_SOBOL_BITS, dtype=np.float64)

    @cached_property
    def _generating(self) -> tuple[NDArray[np.int64], list[NDArray[np.int64]]]:
        """The first block's points as whole numbers, and each column of the generating matrices."""
        from scipy.stats import qmc

        seed = int(stream(seed=self.seed, name=_SCRAMBLING, block=0).integers(2**63))
        engine = qmc.Sobol(len(self.names), scramble=True, bits=_SOBOL_BITS, seed=seed)

        def following(n: int) -> NDArray[np.int64]:
            return np.ascontiguousarray((engine.random(n) * 2.0**_SOBOL_BITS).T).astype(np.int64)

        first = following(BLOCK)
        columns = []
        for position in range((self.draws - 1).bit_length()):
            index = (2 << position) - 1  # whose Gray code is this bit alone
            if index >= BLOCK:
                engine.fast_forward(index - engine.num_generated)
                columns.append(following(1)[:, 0] ^ first[:, 0])
            else:
                columns.append(first[:, index] ^ first[:, 0])
        return first, columns


def _stratified(part: NDArray[np.int64], rng: np.random.Generator) -> Array:
    """Return a share within each draw's part of the 4 096 [strictly between 0 and 1]."""
    return np.clip((part + rng.random(BLOCK)) / BLOCK, _LEAST, _MOST)

"""What is stated about an uncertain number, as a distribution that can be drawn from."""

import math
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from utanforskap.errors import PartError

Array = NDArray[np.float64]
Bounds = tuple[float, float]

SUM_TOLERANCE = 1e-9
"""How far shares may be from summing to one."""

_Z = 1.6448536269514722  # the 95th percentile of the standard normal
_FAR = 10.0  # of standard deviations, where exp and erfc are both still exact
_NODES = 200  # of the quadrature of a mean; more change no digit
_FURTHEST = 10.0  # standard deviations
_NEVER = 1e-15  # a share of draws that moves no digit of a mean


class Distribution(ABC):
    """A distribution of one number; arrays in, arrays out, in the unit of what was stated."""

    @abstractmethod
    def draw(self, rng: np.random.Generator, size: int) -> Array:
        """Return draws by the generator's own method [shape (size,)]."""

    @abstractmethod
    def quantile(self, u: ArrayLike) -> Array:
        """Return the number that a share u of draws lies below [0 < u < 1]."""

    @abstractmethod
    def cdf(self, x: ArrayLike) -> Array:
        """Return the share of draws at or below x [0 to 1]."""

    @property
    @abstractmethod
    def mean(self) -> float:
        """The expected value."""

    @property
    def median(self) -> float:
        """The number that half of the draws lie below."""
        return float(self.quantile(0.5))


@dataclass(frozen=True, slots=True)
class Constant(Distribution):
    """A number without spread: what is stated with sd 0, or with low equal to high."""

    value: float

    def draw(self, rng: np.random.Generator, size: int) -> Array:  # noqa: ARG002
        """Return the number itself [shape (size,)]."""
        return np.full(size, self.value)

    def quantile(self, u: ArrayLike) -> Array:
        """Return the number itself."""
        return np.full(np.shape(u), self.value)

    def cdf(self, x: ArrayLike) -> Array:
        """Return 0 below the number, else 1."""
        return (np.asarray(x) >= self.value).astype(np.float64)

    @property
    def mean(self) -> float:
        """The number itself."""
        return self.value


@dataclass(frozen=True, slots=True)
class TwoPiece(Distribution):
    """Two half normals that meet at the median, so that low, value and high are all recovered.

    With z standard normal and s its factor on z's side of 0, the draw is ``value * exp(s * z)`` on the log scale, the
    share whose logit is ``logit(value) + s * z`` on the logit scale, and ``value + s * z`` on the plain one, clipped to
    the bounds. Clipping is monotone and therefore moves no percentile that lies within the bounds.

    Attributes
    ----------
    value : float
        The median.
    below, above : float
        The factor s where z is negative and where it is not [0 or more, on the scale].
    scale : {"log", "logit", "plain"}
        The natural scale.
    bounds : (float, float)
        What the number can be.

    References
    ----------
    Wallis, K. F. (2014). The two-piece normal, binormal, or double Gaussian distribution. Statistical Science 29(1);
    here with half of the draws on each side, which makes the meeting point the median and not the mode.
    """

    value: float
    below: float
    above: float
    scale: Literal["log", "logit", "plain"]
    bounds: Bounds

    @classmethod
    def through(cls, *, low: float, value: float, high: float, bounds: Bounds) -> Self:
        """Return the one with 5th percentile low, median value and 95th percentile high.

        The scale is log where the bounds are 0 and up, logit where they are 0 and 1, and otherwise plain; it is plain
        too where a number touches such a bound, which no finite spread on the log or logit scale reaches.
        """
        if bounds == (0.0, math.inf) and low > 0.0:
            below, above = math.log(value / low), math.log(high / value)
            return cls(value, below / _Z, above / _Z, "log", bounds)
        if bounds == (0.0, 1.0) and low > 0.0 and high < 1.0:
            at_low, at_value, at_high = (math.log(share) - math.log1p(-share) for share in (low, value, high))
            return cls(value, (at_value - at_low) / _Z, (at_high - at_value) / _Z, "logit", bounds)
        return cls(value, (value - low) / _Z, (high - value) / _Z, "plain", bounds)

    def draw(self, rng: np.random.Generator, size: int) -> Array:
        """Return draws from standard normals [shape (size,)]."""
        return self._at(rng.standard_normal(size))

    def quantile(self, u: ArrayLike) -> Array:
        """Return the number that a share u of draws lies below [0 < u < 1]."""
        from scipy.special import ndtri

        return self._at(ndtri(np.asarray(u, dtype=np.float64)))

    def _at(self, z: Array) -> Array:
        moved: Array = np.minimum(z, 0.0) * self.below + np.maximum(z, 0.0) * self.above
        match self.scale:
            case "log":
                return self.value * np.exp(moved)
            case "logit":
                return self.value / (self.value + (1.0 - self.value) * np.exp(-moved))
            case "plain":
                return np.clip(self.value + moved, *self.bounds)

    def cdf(self, x: ArrayLike) -> Array:
        """Return the share of draws at or below x [0 to 1]."""
        from scipy.special import ndtr

        x = np.asarray(x, dtype=np.float64)
        with np.errstate(divide="ignore", invalid="ignore"):
            match self.scale:
                case "log":
                    moved = np.log(np.maximum(x, 0.0) / self.value)
                case "logit":
                    odds = np.clip(x, 0.0, 1.0) / (1.0 - np.clip(x, 0.0, 1.0))
                    moved = np.log(odds) - math.log(self.value / (1.0 - self.value))
                case "plain":
                    moved = x - self.value
            z = np.where(moved == 0.0, 0.0, moved / np.where(moved < 0.0, self.below, self.above))
        share: Array = np.where(x < self.bounds[0], 0.0, np.where(x >= self.bounds[1], 1.0, ndtr(z)))
        return share

    @property
    def mean(self) -> float:
        """The expected value; in closed form but on the logit scale, which has none."""
        if self.scale == "log":  # E[exp(s Z); Z > 0] = exp(s² / 2) Φ(s), and likewise below
            return self.value * (_of_lognormal(-self.below) + _of_lognormal(self.above))
        if self.scale == "logit":
            nodes, weights = np.polynomial.legendre.leggauss(_NODES)
            z = (nodes + 1.0) / 2.0 * _FURTHEST
            both = self._at(z) + self._at(-z)
            return float(np.sum(weights * both * _density(z)) * _FURTHEST / 2.0)

        def part(spread: float, room: float) -> float:  # E[min(s Z, room); Z > 0]
            if spread == 0.0:
                return 0.0
            most = room / spread
            beyond = most * math.erfc(most / math.sqrt(2.0)) / 2.0 if math.isfinite(most) else 0.0
            return spread * float(_density(np.zeros(1))[0] - _density(np.array([most]))[0] + beyond)

        return (
            self.value + part(self.above, self.bounds[1] - self.value) - part(self.below, self.value - self.bounds[0])
        )


def _of_lognormal(spread: float) -> float:
    """Return E[exp(s Z); Z > 0], which is ``exp(s² / 2) Φ(s)``, for a spread of either sign."""
    if spread < -_FAR:  # where the exponential would overflow before the tail is nothing
        from scipy.special import erfcx

        return float(erfcx(-spread / math.sqrt(2.0))) / 2.0
    return math.exp(spread**2 / 2.0) * math.erfc(-spread / math.sqrt(2.0)) / 2.0


def _density(z: Array) -> Array:
    density: Array = np.exp(-0.5 * z**2) / math.sqrt(2.0 * math.pi)
    return density


@dataclass(frozen=True, slots=True)
class Normal(Distribution):
    """The normal distribution with mean mu and standard deviation sigma."""

    mu: float
    sigma: float

    def draw(self, rng: np.random.Generator, size: int) -> Array:
        """Return draws by the generator's own method [shape (size,)]."""
        return rng.normal(self.mu, self.sigma, size)

    def quantile(self, u: ArrayLike) -> Array:
        """Return ``mu + sigma * z(u)`` [0 < u < 1]."""
        from scipy.special import ndtri

        numbers: Array = self.mu + self.sigma * ndtri(np.asarray(u, dtype=np.float64))
        return numbers

    def cdf(self, x: ArrayLike) -> Array:
        """Return the share of draws at or below x [0 to 1]."""
        from scipy.special import ndtr

        share: Array = ndtr((np.asarray(x, dtype=np.float64) - self.mu) / self.sigma)
        return share

    @property
    def mean(self) -> float:
        """The expected value."""
        return self.mu


@dataclass(frozen=True, slots=True)
class Lognormal(Distribution):
    """The distribution of a number whose logarithm is normal with mean mu and standard deviation sigma."""

    mu: float
    sigma: float

    def draw(self, rng: np.random.Generator, size: int) -> Array:
        """Return draws from normals [shape (size,)]; one exponential of all is faster than the generator's of each."""
        numbers: Array = np.exp(rng.normal(self.mu, self.sigma, size))
        return numbers

    def quantile(self, u: ArrayLike) -> Array:
        """Return ``exp(mu + sigma * z(u))`` [0 < u < 1]."""
        numbers: Array = np.exp(Normal(self.mu, self.sigma).quantile(u))
        return numbers

    def cdf(self, x: ArrayLike) -> Array:
        """Return the share of draws at or below x [0 to 1]."""
        with np.errstate(divide="ignore"):
            return Normal(self.mu, self.sigma).cdf(np.log(np.maximum(x, 0.0)))

    @property
    def mean(self) -> float:
        """The expected value, ``exp(mu + sigma² / 2)``."""
        return math.exp(self.mu + self.sigma**2 / 2.0)


@dataclass(frozen=True, slots=True)
class Gamma(Distribution):
    """The gamma distribution with mean ``shape * scale`` and variance ``shape * scale²``."""

    shape: float
    scale: float

    def draw(self, rng: np.random.Generator, size: int) -> Array:
        """Return draws by the generator's own method [shape (size,)]."""
        draws: Array = rng.standard_gamma(self.shape, size)
        draws *= self.scale
        return draws

    def quantile(self, u: ArrayLike) -> Array:
        """Return the number that a share u of draws lies below [0 < u < 1]."""
        from scipy.special import gammaincinv

        return np.asarray(self.scale * gammaincinv(self.shape, np.asarray(u, dtype=np.float64)), dtype=np.float64)

    def cdf(self, x: ArrayLike) -> Array:
        """Return the share of draws at or below x [0 to 1]."""
        from scipy.special import gammainc

        scaled = np.maximum(np.asarray(x, dtype=np.float64), 0.0) / self.scale
        return np.asarray(gammainc(self.shape, scaled), dtype=np.float64)

    @property
    def mean(self) -> float:
        """The expected value, ``shape * scale``."""
        return self.shape * self.scale


@dataclass(frozen=True, slots=True)
class Beta(Distribution):
    """The beta distribution between a minimum and a maximum; PERT is one with ``alpha + beta = 6``."""

    alpha: float
    beta: float
    minimum: float = 0.0
    maximum: float = 1.0

    def draw(self, rng: np.random.Generator, size: int) -> Array:
        """Return draws by the generator's own method [shape (size,)]."""
        return self._scaled(rng.beta(self.alpha, self.beta, size))

    def quantile(self, u: ArrayLike) -> Array:
        """Return the number that a share u of draws lies below [0 < u < 1]."""
        from scipy.special import betaincinv

        return self._scaled(betaincinv(self.alpha, self.beta, np.asarray(u, dtype=np.float64)))

    def _scaled(self, share: NDArray[Any]) -> Array:
        return np.asarray(self.minimum + (self.maximum - self.minimum) * share, dtype=np.float64)

    def cdf(self, x: ArrayLike) -> Array:
        """Return the share of draws at or below x [0 to 1]."""
        from scipy.special import betainc

        share = (np.asarray(x, dtype=np.float64) - self.minimum) / (self.maximum - self.minimum)
        return np.asarray(betainc(self.alpha, self.beta, np.clip(share, 0.0, 1.0)), dtype=np.float64)

    @property
    def mean(self) -> float:
        """The expected value; ``alpha / (alpha + beta)`` between 0 and 1."""
        return self.minimum + (self.maximum - self.minimum) * self.alpha / (self.alpha + self.beta)


@dataclass(frozen=True, slots=True)
class Triangular(Distribution):
    """The distribution whose density rises straight from minimum to mode and falls straight to maximum."""

    minimum: float
    mode: float
    maximum: float

    def draw(self, rng: np.random.Generator, size: int) -> Array:
        """Return draws by the generator's own method [shape (size,)]."""
        return rng.triangular(self.minimum, self.mode, self.maximum, size)

    def quantile(self, u: ArrayLike) -> Array:
        """Return the number that a share u of draws lies below [0 < u < 1]."""
        u = np.asarray(u, dtype=np.float64)
        width, rise = self.maximum - self.minimum, self.mode - self.minimum
        left = self.minimum + np.sqrt(u * width * rise)
        right = self.maximum - np.sqrt((1.0 - u) * width * (width - rise))
        return np.where(u * width < rise, left, right)

    def cdf(self, x: ArrayLike) -> Array:
        """Return the share of draws at or below x [0 to 1]."""
        x = np.clip(x, self.minimum, self.maximum)
        width, rise = self.maximum - self.minimum, self.mode - self.minimum
        with np.errstate(divide="ignore", invalid="ignore"):
            left = (x - self.minimum) ** 2 / (width * rise)
            right = 1.0 - (self.maximum - x) ** 2 / (width * (width - rise))
        share: Array = np.where(x < self.mode, left, np.where(x >= self.maximum, 1.0, right))
        return share

    @property
    def mean(self) -> float:
        """The expected value, ``(minimum + mode + maximum) / 3``."""
        return (self.minimum + self.mode + self.maximum) / 3.0


@dataclass(frozen=True, slots=True)
class Uniform(Distribution):
    """The distribution with the same density all the way from minimum to maximum."""

    minimum: float
    maximum: float

    def draw(self, rng: np.random.Generator, size: int) -> Array:
        """Return draws by the generator's own method [shape (size,)]."""
        return rng.uniform(self.minimum, self.maximum, size)

    def quantile(self, u: ArrayLike) -> Array:
        """Return the number that a share u of draws lies below [0 < u < 1]."""
        numbers: Array = self.minimum + (self.maximum - self.minimum) * np.asarray(u, dtype=np.float64)
        return numbers

    def cdf(self, x: ArrayLike) -> Array:
        """Return the share of draws at or below x [0 to 1]."""
        share: Array = (np.clip(x, self.minimum, self.maximum) - self.minimum) / (self.maximum - self.minimum)
        return share

    @property
    def mean(self) -> float:
        """The expected value, half-way between minimum and maximum."""
        return (self.minimum + self.maximum) / 2.0


@dataclass(frozen=True, slots=True)
class Clipped(Distribution):
    """Another distribution whose draws beyond the bounds are moved to the nearer bound.

    Its percentiles within the bounds are those of the other; its mean is not.
    """

    inner: Distribution
    bounds: Bounds

    def draw(self, rng: np.random.Generator, size: int) -> Array:
        """Return draws by the generator's own method [shape (size,)]."""
        return np.clip(self.inner.draw(rng, size), *self.bounds)

    def quantile(self, u: ArrayLike) -> Array:
        """Return the number that a share u of draws lies below [0 < u < 1]."""
        return np.clip(self.inner.quantile(u), *self.bounds)

    def cdf(self, x: ArrayLike) -> Array:
        """Return the share of draws at or below x [0 to 1]."""
        x = np.asarray(x, dtype=np.float64)
        return np.where(x < self.bounds[0], 0.0, np.where(x >= self.bounds[1], 1.0, self.inner.cdf(x)))

    @property
    def mean(self) -> float:
        """The expected value: the inner one, plus what is lifted at the lower bound, less what is cut at the upper."""
        from scipy.integrate import quad

        low, high = self.bounds
        furthest = self.inner.quantile(np.array([_NEVER, 1.0 - _NEVER]))
        lifted = quad(lambda x: float(self.inner.cdf(x)), furthest[0], low)[0] if furthest[0] < low else 0.0
        cut = quad(lambda x: 1.0 - float(self.inner.cdf(x)), high, furthest[1])[0] if furthest[1] > high else 0.0
        return self.inner.mean + lifted - cut


@dataclass(frozen=True, slots=True)
class Dirichlet:
    """Shares that sum to one: gammas with these shapes, each divided by their sum.

    Attributes
    ----------
    names : tuple of str
        The estimates that are its shares.
    weights : tuple of float
        One each [above 0]; their sum is the effective sample size, at least 1.
    """

    names: tuple[str, ...]
    weights: tuple[float, ...]

    @classmethod
    def from_counts(cls, counts: Mapping[str, float]) -> Self:
        """Return the distribution of the shares behind some counts [each above 0].

        Raises
        ------
        ValueError
            For fewer than two counts, one that is not above 0, or a sum below 1.
        """
        if len(counts) < 2:
            raise ValueError("Shares that are drawn together are at least two.\nA share alone is a beta.")
        for name, count in counts.items():
            if not 0.0 < count < math.inf:
                message = f"The count of '{name}' is {count:.10g}, and a Dirichlet's counts are above 0."
                help_ = "Leave out what cannot happen; where it only was not seen, add a prior count (0.5, say) to"
                raise PartError(f"{message}\n{help_} each.", name)
        if sum(counts.values()) < 1.0:
            raise ValueError(f"The counts sum to {sum(counts.values()):.10g}: a Dirichlet needs at least 1 in all.")
        return cls(tuple(counts), tuple(float(count) for count in counts.values()))

    @classmethod
    def from_shares(cls, shares: Mapping[str, float], *, size: float) -> Self:
        """Return the distribution with some means, as if from a sample of a size [persons, at least 1].

        Raises
        ------
        ValueError
            Where the shares do not sum to one, and as for counts.
        """
        total = math.fsum(shares.values())
        if abs(total - 1.0) > SUM_TOLERANCE:
            raise ValueError(f"The shares sum to {total:.10g}, not to 1.")
        if not 1.0 <= size < math.inf:
            raise ValueError(f"The effective sample size is {size:.10g}: it must be at least 1.")
        return cls.from_counts({name: share * size for name, share in shares.items()})

    def marginal(self, name: str) -> Beta:
        """Return the distribution of one of the shares."""
        weight = self.weights[self.names.index(name)]
        return Beta(weight, sum(self.weights) - weight)

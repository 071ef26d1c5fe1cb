"""What it would be worth to know more before deciding, and how sure the choice is.

Benefits come as (alternative, draw), more being better. Where two alternatives are equally good the one that stands
first is chosen, always: put the one that changes nothing first.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations_with_replacement

import numpy as np
from numpy.typing import NDArray

from utanforskap.engine.draws import BLOCK
from utanforskap.engine.pathways import Array

PAIRED = {2: 10, 3: 6, 4: 4, 5: 2, 6: 2, 7: 2, 8: 2}
"""How many of a group's strongest inputs have terms of each total degree; all have the first."""
DRAWS_PER_TERM = 20
"""The fewest draws for each term; with fewer, the highest degrees are left out."""

_CLIPPED = 0.001  # the share of draws at each end of an input beyond which the higher degrees are held level
_DEPENDENT = 1e-8  # of a term's sum of squares: what must be left once the terms before it are taken out
_EXACT = 1e-12  # of a benefit's sum of squares: what is smaller is rounding
_DRAWS = 2048  # at a time, whose terms stay in the processor's cache


@dataclass(frozen=True, slots=True)
class Worth:
    """What some information is worth to a decision.

    Attributes
    ----------
    value : float
        The expected gain of deciding once it is known [unit of the benefits, 0 or more]. Never below that of a part of
        the same information in the same call, nor above that of knowing everything.
    raw : float
        The estimate itself [0 or more], before it was held against the others.
    standard_error : float
        Monte Carlo standard error of `value` [0 or more].
    """

    value: float
    raw: float
    standard_error: float

    def scaled(self, population: float) -> "Worth":
        """Return what it is worth to everybody whom the decision is about.

        Parameters
        ----------
        population : float
            How many times what was simulated [0 or more]: persons, or groups, now and later, each later year's
            discounted.
        """
        if not 0.0 <= population < math.inf:
            raise ValueError(f"The population is {population:.10g}: it must be 0 or more.")
        return Worth(self.value * population, self.raw * population, self.standard_error * population)


def do_or_not(gain: Array) -> Array:
    """Return the benefits of not doing something, which are 0, and of doing it [shape (2, draw)].

    Parameters
    ----------
    gain : array (draw,)
        What doing it brings.
    """
    return np.stack([np.zeros_like(gain), gain])


def evpi(benefits: Array) -> Worth:
    """Return the expected value of perfect information: of knowing every uncertain number before deciding.

    ``mean(max over d of b(d)) - max over d of mean(b(d))``, taken draw by draw as what the best alternative brings over
    the one that is best on average, so that it cannot be negative.

    Parameters
    ----------
    benefits : array (alternative, draw)
        What each alternative brings [any unit].

    References
    ----------
    Briggs, A., Claxton, K. & Sculpher, M. (2006). Decision Modelling for Health Economic Evaluation, ch. 6.
    """
    over = _over_the_best(benefits)
    lost = np.maximum(over.max(axis=0), 0.0)
    value = float(lost.mean())
    return Worth(value, value, _error(lost))


def evppi(benefits: Array, *, inputs: Mapping[str, Array], groups: Mapping[str, Sequence[str]]) -> dict[str, Worth]:
    """Return the expected value of knowing only some of the inputs, for each of some groups of them.

    With g(d) the expectation of an alternative's benefit over that of the best on average, given the group's inputs, it
    is ``mean(max over d of g(d))``, where the best on average has g = 0, so that it cannot be negative. g is found by
    least squares on the draws: each input itself, Legendre polynomials of it, and products of these between inputs, up
    to the eighth degree for one or two inputs, the fourth for four, the third for six and the second for ten; further
    inputs, those that go least with the benefits, have the first. Terms are made orthogonal in order of degree, and
    kept where they explain more than noise would, by the Bayesian information criterion.

    The standard error is that of the mean gain, draw by draw, of choosing by g: ``sd(b(chosen) - b(best)) / sqrt(n)``;
    where g is nearly straight it is somewhat too large.

    Parameters
    ----------
    benefits : array (alternative, draw)
        What each alternative brings [any unit].
    inputs : mapping of str to array (draw,)
        The draws of the uncertain numbers that groups are made of. Inputs that are drawn together (the shares of a
        whole, a correlated set) belong in one group.
    groups : mapping of str to sequence of str
        The names of the inputs in each.

    Returns
    -------
    dict of str to Worth
        By group. Where a group's own estimate is less than a part's, it has the part's value and standard error.

    Raises
    ------
    ValueError
        For too few draws, or draws that are not finite.

    References
    ----------
    Strong, M., Oakley, J. E. & Brennan, A. (2014). Estimating multiparameter partial expected value of perfect
    information from a probabilistic sensitivity analysis sample. Medical Decision Making 34(3). The standard error is
    that of a value under an estimated optimal choice: Luedtke, A. R. & van der Laan, M. J. (2016). Statistical
    inference for the mean outcome under a possibly non-unique optimal treatment strategy. Annals of Statistics 44(2).
    """
    over = _over_the_best(benefits)
    whole = evpi(benefits)
    members = {label: frozenset(names) for label, names in groups.items()}
    own = {group: _known(over, [inputs[name] for name in sorted(group)]) for group in dict.fromkeys(members.values())}

    def held(group: frozenset[str]) -> Worth:
        parts = [worth for part, worth in own.items() if part <= group]
        most = max(parts, key=lambda worth: worth.value)
        reported = min(most, whole, key=lambda worth: worth.value)
        return Worth(reported.value, own[group].raw, reported.standard_error)

    return {label: held(group) for label, group in members.items()}


def _over_the_best(benefits: Array) -> Array:
    """Return what each alternative brings over the one that is best on average [shape (alternative, draw)]."""
    if not np.all(np.isfinite(benefits)):
        raise ValueError("A benefit is infinite or not a number in some draw: there is nothing to decide by.")
    over: Array = benefits - benefits[np.argmax(benefits.mean(axis=1))]
    return over


def _error(gains: Array) -> float:
    return float(gains.std(ddof=1)) / math.sqrt(gains.size) if gains.size > 1 else math.inf


def _known(over: Array, inputs: Sequence[Array]) -> Worth:
    """Return what it is worth to know some inputs."""
    varying = [draws for draws in inputs if draws.min() < draws.max()]
    if not varying:
        return Worth(0.0, 0.0, 0.0)
    expected = _regressed(over, np.array(varying))
    most = expected.max(axis=0)
    brought = np.where(most > 0.0, np.take_along_axis(over, expected.argmax(axis=0)[np.newaxis], axis=0)[0], 0.0)
    value = float(np.maximum(most, 0.0).mean())
    return Worth(value, value, _error(brought))


def _regressed(over: Array, inputs: Array) -> Array:
    """Return what is expected of each alternative given the inputs [shape (alternative, draw)].

    A term is left out, for each alternative, if the square of its weight is at most ``log(draws)`` times the weight's
    variance: first by the residual variance, then, of those that remain, by a variance that holds also where benefits
    scatter more for some inputs than for others, as products do. Terms are made anew in every pass, never for all draws
    at once, and their products are summed without BLAS, whose sums may depend on the number of its threads.
    """
    basis = _Basis.of(inputs, over)
    draws, bar = over.shape[1], math.log(over.shape[1])
    mean = over.mean(axis=1, keepdims=True)
    benefits = over - mean
    squares = np.sum(benefits**2, axis=1)
    spans = [slice(start, start + _DRAWS) for start in range(0, draws, _DRAWS)]
    products = np.zeros((len(basis.terms), len(basis.terms)))
    with_benefits = np.zeros((len(basis.terms), len(over)))
    for span in spans:
        terms = basis.at(inputs[:, span])
        with_benefits += np.einsum("td,ad->ta", terms, benefits[:, span])
        for position, term in enumerate(terms):
            products[position, : position + 1] += np.einsum("td,d->t", terms[: position + 1], term)
    units = _orthogonal(np.tril(products) + np.tril(products, -1).T)
    weights = units @ with_benefits
    residual = np.maximum(squares - np.sum(weights**2, axis=0), _EXACT * squares) / draws
    weights[weights**2 <= bar * residual] = 0.0
    found = np.any(weights != 0.0, axis=1)
    units, weights = units[found], weights[found]
    variances = np.zeros_like(weights)
    for span in spans:
        terms = np.einsum("ut,td->ud", units, basis.at(inputs[:, span]))
        residuals = benefits[:, span] - np.einsum("ua,ud->ad", weights, terms)
        variances += np.einsum("ud,ad->ua", terms**2, residuals**2)
    weights[weights**2 <= bar * np.maximum(variances, _EXACT / draws * squares)] = 0.0
    kept = units.T @ weights
    moved = [np.einsum("ta,td->ad", kept, basis.at(inputs[:, span])) for span in spans]
    expected: Array = mean + np.concatenate(moved, axis=1)
    return expected


def _orthogonal(products: Array) -> Array:
    """Return terms of length one, each orthogonal to those before it (Gram and Schmidt) [shape (unit term, term)].

    A term that follows from those before it becomes 0.

    Parameters
    ----------
    products : array (term, term)
        Sums over draws of products of terms.
    """
    size = len(products)
    units = np.zeros((size, size))
    for position in range(size):
        row = np.zeros(size)
        row[position] = 1.0
        for _ in range(2):  # the second time takes out what rounding left
            row -= units[:position].T @ (units[:position] @ (products @ row))
        left = float(row @ products @ row)
        if left > _DEPENDENT * products[position, position]:
            units[position] = row / math.sqrt(left)
    return units


@dataclass(frozen=True, slots=True, eq=False)
class _Basis:
    """The terms of a regression, each a product of functions of inputs.

    Attributes
    ----------
    terms : tuple of tuple of int
        Each an input for every degree, in rising order: ``(0, 0, 3)`` is the second degree of input 0 times the first
        of input 3. By total degree; the empty one, which is 1, first.
    centre, spread : ndarray, shape (input, 1)
        Mean and standard deviation of the inputs.
    middle, reach : ndarray, shape (input, 1)
        Of the range over which the higher degrees vary, and half of what it reaches over.
    """

    terms: tuple[tuple[int, ...], ...]
    centre: Array
    spread: Array
    middle: Array
    reach: Array

    @classmethod
    def of(cls, inputs: Array, over: Array) -> "_Basis":
        """Return a basis for inputs of shape (input, draw) and benefits of shape (alternative, draw)."""
        centre, spread = inputs.mean(axis=1, keepdims=True), inputs.std(axis=1, keepdims=True)
        low, high = np.quantile(inputs, (_CLIPPED, 1.0 - _CLIPPED), axis=1, method="inverted_cdf")[..., np.newaxis]
        reach = np.where(low < high, (high - low) / 2.0, 1.0)
        moved = np.einsum("ad,id->ai", over - over.mean(axis=1, keepdims=True), inputs - centre)
        strength = np.max(np.abs(moved) / spread.T, axis=0)
        terms = _terms(np.argsort(-strength, kind="stable").tolist(), draws=inputs.shape[1])
        return cls(terms, centre, spread, (low + high) / 2.0, reach)

    def at(self, inputs: Array) -> Array:
        """Return the terms for some draws of the inputs [shape (term, draw)]."""
        first = (inputs - self.centre) / self.spread
        level = np.clip((inputs - self.middle) / self.reach, -1.0, 1.0)
        degrees = [np.ones_like(level), level]
        for degree in range(1, len(self.terms[-1])):  # Bonnet's recursion
            degrees.append(((2 * degree + 1) * level * degrees[-1] - degree * degrees[-2]) / (degree + 1))
        place = {term: position for position, term in enumerate(self.terms)}
        values = np.ones((len(self.terms), inputs.shape[1]))
        for position, term in enumerate(self.terms[1:], start=1):
            last = term[-1]
            rest = tuple(input_ for input_ in term if input_ != last)
            degree = len(term) - len(rest)
            factor = first[last] if degree == 1 else degrees[degree][last]
            np.multiply(values[place[rest]], factor, out=values[position])
        return values


def _terms(strongest: Sequence[int], *, draws: int) -> tuple[tuple[int, ...], ...]:
    """Return the terms of a group's inputs, of as high a degree as there are draws for.

    Parameters
    ----------
    strongest : sequence of int
        The inputs, the strongest first.
    draws : int
        How many draws there are.
    """
    most = draws // DRAWS_PER_TERM
    terms = [(), *((input_,) for input_ in sorted(strongest))]
    if len(terms) > most:
        fewest = DRAWS_PER_TERM * len(terms)
        raise ValueError(
            f"What {len(strongest)} inputs are worth takes at least {fewest} draws, and there are {draws}."
        )
    for degree, paired in PAIRED.items():
        more = list(combinations_with_replacement(sorted(strongest[:paired]), degree))
        if len(terms) + len(more) > most:
            break
        terms += more
    return tuple(terms)


@dataclass(frozen=True, slots=True, eq=False)
class Acceptability:
    """How often each alternative is the best one, by what one unit of effect is taken to be worth.

    Attributes
    ----------
    thresholds : ndarray, shape (threshold,)
        What one unit of effect is worth [kr per unit].
    shares : ndarray, shape (threshold, alternative)
        In which share of draws each alternative is best [0 to 1, sums to one]: the acceptability curves.
    best : ndarray of int, shape (threshold,)
        The alternative that is best on average. Its share is the acceptability frontier.
    evpi : ndarray, shape (threshold,)
        Expected value of perfect information [kr, 0 or more].
    shares_error : ndarray, shape (threshold, alternative)
        Monte Carlo standard error of the shares: with p = (k + 1) / (n + 2), ``sqrt(p * (1 - p) / n)`` [0 to 1].
    evpi_error : ndarray, shape (threshold,)
        That of the expected value of perfect information [kr].
    """

    thresholds: Array
    shares: Array
    best: NDArray[np.int64]
    evpi: Array
    shares_error: Array
    evpi_error: Array


def acceptability(*, costs: Array, effects: Array, thresholds: Array) -> Acceptability:
    """Return acceptability curves, their frontier and the expected value of perfect information.

    The benefit is ``threshold * effect - cost``; where several alternatives are equally good, the first of them is
    best.

    Parameters
    ----------
    costs : array (alternative, draw)
        What each alternative costs [kr].
    effects : array (alternative, draw)
        What it brings [units of effect].
    thresholds : array (threshold,)
        What one unit of effect is worth [kr per unit].

    References
    ----------
    Fenwick, E., Claxton, K. & Sculpher, M. (2001). Representing uncertainty: the role of cost-effectiveness
    acceptability curves. Health Economics 10(8).
    """
    if not (np.all(np.isfinite(costs)) and np.all(np.isfinite(effects)) and np.all(np.isfinite(thresholds))):
        raise ValueError("A cost, an effect or a threshold is infinite or not a number: there is nothing to decide by.")
    alternatives, draws = costs.shape
    best = np.argmax(np.multiply.outer(thresholds, effects.sum(axis=1)) - costs.sum(axis=1), axis=1)
    wins = np.zeros((len(thresholds), alternatives), dtype=np.int64)
    lost, lost_squares = np.zeros(len(thresholds)), np.zeros(len(thresholds))
    for start in range(0, draws, BLOCK):
        cost, effect = (np.ascontiguousarray(some[:, start : start + BLOCK]) for some in (costs, effects))
        benefit, most, is_best = np.empty_like(cost), np.empty_like(cost[0]), np.empty(cost.shape, dtype=np.bool_)
        for at, threshold in enumerate(thresholds):
            np.multiply(effect, threshold, out=benefit)
            benefit -= cost
            np.maximum.reduce(benefit, axis=0, out=most)
            np.equal(benefit, most, out=is_best)
            won = [np.count_nonzero(row) for row in is_best]
            if sum(won) > most.size:
                won = np.bincount(is_best.argmax(axis=0), minlength=alternatives).tolist()
            wins[at] += won
            most -= benefit[best[at]]
            lost[at] += most.sum()
            np.square(most, out=most)
            lost_squares[at] += most.sum()
    value = lost / draws
    likely = (wins + 1) / (draws + 2)
    variance = np.maximum(lost_squares - draws * value**2, 0.0) / max(draws - 1, 1)
    return Acceptability(
        thresholds=thresholds,
        shares=wins / draws,
        best=best,
        evpi=value,
        shares_error=np.sqrt(likely * (1.0 - likely) / draws),
        evpi_error=np.sqrt(variance / draws),
    )

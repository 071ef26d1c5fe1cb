"""An effect as a design estimates it: with its uncertainty, bounds for those who were lost, evidence and caveats."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from utanforskap.analysis.followup.comparing import Patterns, balance, overlap
from utanforskap.analysis.followup.designs import Design, Effect, Prepared, evidence, known_of
from utanforskap.analysis.followup.resampling import Resampling
from utanforskap.analysis.followup.samples import Array, Bools, Sample
from utanforskap.errors import QuestionError
from utanforskap.inputs.followup.words import words
from utanforskap.terms import Lang, label

if TYPE_CHECKING:
    import pandas as pd

FEW_SITES = 30
"""With fewer clusters than this their bootstrap is known to promise too much (Cameron, Gelbach & Miller 2008)."""
UNEVEN = 0.1
"""A standardised mean difference beyond this is seen as too large (Austin 2009)."""
_NORMAL_95 = 1.959964
"""The 97.5th percentile of the standard normal distribution."""


@dataclass(frozen=True, eq=False)
class EffectEstimate:
    """What a programme changed for those in it, as one design sees it.

    Attributes
    ----------
    design : str
        The design's id.
    outcomes : tuple of str
        What is compared; states, of which the effect is a share of the year.
    effect : ndarray, shape (outcome,)
        Positive is more than without the programme [unit of the outcome].
    standard_error : ndarray, shape (outcome,)
        By bootstrap; NaN without draws.
    draws : ndarray, shape (outcome, draw)
        The effect in each draw of persons; NaN where it could not be computed.
    lower, upper : ndarray, shape (outcome,)
        The effect had those who were lost after the start fared as badly, or as well, as they can against the other
        group: what attrition can change at most.
    persons, comparison : int
        How many of each group the effect rests on.
    lost : int
        How many persons it does not rest on since they were not followed.
    evidence : str
        The evidence level.
    balance, overlap : DataFrame or None
        How alike the groups are, and how many of each have each propensity; None without a comparison by covariates.
    """

    design: str
    outcomes: tuple[str, ...]
    effect: Array
    standard_error: Array
    draws: Array
    lower: Array
    upper: Array
    persons: int
    comparison: int
    lost: int
    evidence: str
    balance: "pd.DataFrame | None"
    overlap: "pd.DataFrame | None"
    _caveats: tuple[tuple[str, dict[str, object]], ...]

    def title(self, *, lang: Lang = "sv") -> str:
        """Return what the design is called, with its evidence level.

        Parameters
        ----------
        lang : {"sv", "en"}
            The language.
        """
        return f"{words()['designs'][self.design][lang]} ({label('evidence', self.evidence, lang)})"

    def caveats(self, *, lang: Lang = "sv") -> list[str]:
        """Return what a reader of the effect must know: one sentence or two each.

        Parameters
        ----------
        lang : {"sv", "en"}
            The language.
        """

        def told(value: object) -> object:
            return ", ".join(value) if isinstance(value, tuple) else value

        return [
            str(words()["caveats"][id_][lang]).format(**{name: told(value) for name, value in said.items()})
            for id_, said in self._caveats
        ]

    def table(self) -> "pd.DataFrame":
        """Return effect, standard error, 95 % interval (normal) and attrition bounds, one row an outcome."""
        import pandas as pd

        columns = {
            "effect": self.effect,
            "standard_error": self.standard_error,
            "low": self.effect - _NORMAL_95 * self.standard_error,
            "high": self.effect + _NORMAL_95 * self.standard_error,
            "lower_bound": self.lower,
            "upper_bound": self.upper,
        }
        table = pd.DataFrame(columns, index=pd.Index(self.outcomes, name="outcome"))
        table.attrs |= {"design": self.design, "evidence": self.evidence}
        return table


def estimate_effect(sample: Sample, design: Design, *, draws: int = 500, seed: int = 1) -> EffectEstimate:
    """Return what a programme changed for those in it, as a design sees it.

    Parameters
    ----------
    sample : Sample
        The persons.
    design : Design
        What would have been without the programme.
    draws : int
        How many times persons, or whole sites, are drawn anew [0 or more].
    seed : int
        The same seed gives the same draws [0 or more].

    Raises
    ------
    QuestionError
        If the design needs a comparison group or a covariate and there is none, nobody was followed, or what is known
        of the persons tells the groups wholly apart.
    """
    check_design(design, treated=sample.treated, names=sample.names)
    followed = followed_by(sample, design)
    whole = sample.take(followed)
    if unusable(whole, design):
        raise QuestionError("Nobody of a group was followed both before and after: there is nothing to compare.")
    prepared = Prepared.of(design, whole)
    effect = prepared.effect(whole.weights)
    drawn = _drawn(whole, prepared, draws, seed)
    lower, upper = attrition_bounds(sample, design)
    table = None
    if design.compares and sample.names:
        table = balance(whole.covariates, whole.names, whole.treated, whole.weights, prepared.weights)
    concerned = sample.treated | design.compares
    lost = int((concerned & ~followed).sum())
    caveats = caveats_of(
        design, lost=lost, of=int(concerned.sum()), unmatched=prepared.fit.unmatched, table=table, sites=sample.sites,
        drawn=drawn,
    )  # fmt: skip
    return EffectEstimate(
        design=design.id,
        outcomes=sample.outcomes,
        effect=effect,
        standard_error=_spread(drawn),
        draws=drawn,
        lower=lower,
        upper=upper,
        persons=int(whole.treated.sum()),
        comparison=int((~whole.treated).sum()) if design.compares else 0,
        lost=lost,
        evidence=evidence(design),
        balance=table,
        overlap=None if prepared.fit.odds is None else overlap(prepared.fit.odds, whole.treated),
        _caveats=tuple(caveats),
    )


def placebo(sample: Sample, design: Design, *, draws: int = 500, seed: int = 1) -> EffectEstimate:
    """Return the effect that a design finds in the year before the start, where there can be none.

    It puts to the test what the design takes for granted: an effect clearly beyond its standard error means that the
    groups, or the trend, would have parted anyway.

    Parameters
    ----------
    sample : Sample
        The persons, with at least two years before.
    design : Design
        What would have been without the programme.
    draws : int
        How many times persons, or whole sites, are drawn anew [0 or more].
    seed : int
        The same seed gives the same draws [0 or more].

    Raises
    ------
    QuestionError
        If there are fewer than two years before, or as for `estimate_effect`.
    """
    if sample.history.shape[1] < 2:
        raise QuestionError("The test needs at least two years before the start: ask for years_before of 2 or more.")
    last = sample.before
    unknown = np.isnan(last)
    earlier = replace(
        sample,
        history=sample.history[:, :-1],
        after=last,
        year=1,
        least=np.where(unknown, 0.0, last),
        most=np.where(unknown, 1.0, last),
    )
    return estimate_effect(earlier, design, draws=draws, seed=seed)


def attrition_bounds(sample: Sample, design: Design) -> tuple[Array, Array]:
    """Return the least and the greatest effect that those who were lost after the start leave open.

    For the least, lost participants are taken to have fared as badly as they can and lost persons of the comparison
    group as well; for the greatest the other way round. Who was not observed before the start is in neither.

    Parameters
    ----------
    sample : Sample
        The persons.
    design : Design
        What would have been without the programme.

    References
    ----------
    Horowitz, J. L. & Manski, C. F. (2000). Nonparametric analysis of randomized experiments with missing covariate and
    outcome data. Journal of the American Statistical Association 95(449).
    """
    known = sample.take(known_before(sample, design))
    bounds = Bounds(design)
    fit = design.fit(Patterns.of(known.covariates), known.treated, known.weights)
    bounds.add(known, fit.counted)
    return bounds.value


class Bounds:
    """What attrition can change of an effect, summed over persons some at a time; see `attrition_bounds`.

    Parameters
    ----------
    design : Design
        What would have been without the programme.
    """

    def __init__(self, design: Design) -> None:
        self._design = design
        self._effects = (Effect(design), Effect(design))

    def add(self, sample: Sample, counted: Array) -> None:
        """Take in persons who were observed before the start, and what the weight of each is multiplied by."""
        lost = np.isnan(sample.after)
        ours = sample.treated[:, np.newaxis]
        known = known_of(self._design, sample.covariates)
        sides = ((sample.least, sample.most), (sample.most, sample.least))
        for effect, (participants, others) in zip(self._effects, sides, strict=True):
            filled = np.where(lost, np.where(ours, participants, others), sample.after)
            change = self._design.change(replace(sample, after=filled))
            effect.add(change, known, sample.weights * counted, sample.treated)

    @property
    def value(self) -> tuple[Array, Array]:
        """The least and the greatest effect [each of shape (outcome,)]."""
        least, most = (effect.value for effect in self._effects)
        return np.fmin(least, most), np.fmax(least, most)


def _unknown(values: Array) -> Bools:
    """Return whose outcomes are not all known [shape (person,)]."""
    unknown: Bools = np.any(np.isnan(values).reshape(len(values), -1), axis=1)
    return unknown


def unusable(whole: Sample, design: Design) -> bool:
    """Return whether nobody is left of a group that a design needs."""
    return not whole.treated.any() or (design.compares and not whole.has_comparison)


def followed_by(sample: Sample, design: Design) -> Bools:
    """Return who was observed both before and after [shape (person,)]."""
    return known_before(sample, design) & ~_unknown(sample.after)


def known_before(sample: Sample, design: Design) -> Bools:
    """Return who was observed before, as long as a design needs [shape (person,)]."""
    return ~_unknown(sample.history if design.by_history else sample.before)


def check_design(design: Design, *, treated: Bools, names: Sequence[str]) -> None:
    """Refuse a design that persons do not suit; see `estimate_effect`."""
    if design.compares and treated.all():
        raise QuestionError(
            "The data have no comparison group.\n"
            "Name the column that says who is in it in the mapping, columns: {arm: …}, or choose another design."
        )
    if design.by_covariates and not names:
        raise QuestionError("Nothing is known by which persons could be compared: ask for covariates.")


def _drawn(sample: Sample, prepared: Prepared, draws: int, seed: int) -> Array:
    """Return the effect in each draw of persons [shape (outcome, draw)]."""
    resampling = Resampling.of(sample.treated, sample.sites, seed=seed)
    drawn = np.full((len(sample.outcomes), draws), np.nan)
    for draw in range(draws):
        try:
            drawn[:, draw] = prepared.effect(sample.weights * resampling.counts(draw))
        except QuestionError:
            continue  # counted as undefined, and told among the caveats
    return drawn


def _spread(drawn: Array) -> Array:
    defined = drawn[:, ~np.isnan(drawn).any(axis=0)]
    if defined.shape[1] < 2:
        return np.full(len(drawn), np.nan)
    spread: Array = defined.std(axis=1, ddof=1)
    return spread


def caveats_of(
    design: Design,
    *,
    lost: int,
    of: int,
    unmatched: int,
    table: "pd.DataFrame | None",
    sites: NDArray[np.int64] | None,
    drawn: Array,
) -> Iterator[tuple[str, dict[str, object]]]:
    """Yield the ids of what a reader of an effect must know, with the numbers that they tell.

    Parameters
    ----------
    design : Design
        What would have been without the programme.
    lost, of : int
        How many of how many persons were not followed.
    unmatched : int
        How many participants nobody is like enough.
    table : DataFrame or None
        How alike the groups are.
    sites : ndarray of int, shape (person,), or None
        Each one's site.
    drawn : ndarray, shape (outcome, draw)
        The effect in each draw.
    """
    for id_ in words()["designs"][design.id]["caveats"]:
        yield id_, {}
    if lost:
        yield "lost", {"n": lost, "of": of}
    if unmatched:
        yield "unmatched", {"n": unmatched}
    if table is not None:
        uneven = table.index[table["smd_weighted"].abs() > UNEVEN]
        if len(uneven):
            yield "uneven", {"names": tuple(map(str, uneven))}
    if sites is not None and drawn.shape[1] and len(np.unique(sites)) < FEW_SITES:
        yield "few_sites", {"n": len(np.unique(sites))}
    undefined = int(np.isnan(drawn).any(axis=0).sum())
    if undefined:
        yield "undefined", {"n": undefined, "of": drawn.shape[1]}

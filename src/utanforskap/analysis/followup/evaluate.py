"""How an evaluation is made of participants' data and a case: one pass over persons, and then sums of them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from utanforskap.analysis.followup.accounts import (
    NOT_SHOWN,
    PUBLIC,
    SOCIETY,
    TOP,
    amounts,
    by_account,
    members,
    yearly,
)
from utanforskap.analysis.followup.designs import Design, evidence
from utanforskap.analysis.followup.effects import Likeness, likeness, overlap_bins, state_effects, tells_of_few_lost
from utanforskap.analysis.followup.estimates import caveats_of
from utanforskap.analysis.followup.evaluation import Evaluation, GroupResult, YearResult
from utanforskap.analysis.followup.exante import Promise, promise_of
from utanforskap.analysis.followup.hiding import PERSONS, Hiding, hiding_of
from utanforskap.analysis.followup.levels import (
    OUTCOMES,
    STEPS,
    Gather,
    Persons,
    ladder_of,
    needs_entries,
    quantiles,
    rates_of,
)
from utanforskap.analysis.followup.moves import LastYear, Moves, moves
from utanforskap.analysis.followup.studies import Study, study_of
from utanforskap.analysis.followup.valuation import (
    BY_DROP_OFF,
    NO_PROJECTION,
    Measure,
    ObservedReadable,
    Part,
    on_pathway,
    with_participants,
)
from utanforskap.analysis.gains import payback
from utanforskap.analysis.metrics import Payback
from utanforskap.analysis.readings import Readable
from utanforskap.analysis.uncertainty.answers import drawn_readable
from utanforskap.engine.draws import BLOCK
from utanforskap.engine.uncertain import sampler
from utanforskap.errors import QuestionError
from utanforskap.inputs.case import Case
from utanforskap.inputs.followup.disclosure import FEWEST
from utanforskap.inputs.followup.participants import Participants
from utanforskap.terms import Reading

Caveat = tuple[str, Mapping[str, object]]


def evaluate(
    people: Participants,
    case: Case,
    design: Design,
    *,
    alternative: str | None = None,
    years: int = 1,
    years_before: int = 1,
    covariates: Sequence[str] = (),
    splits: Sequence[str] = (),
    persistence: str = BY_DROP_OFF,
    actual: Mapping[str, float] | None = None,
    steps: Sequence[Sequence[str]] | None = None,
    draws: int = 500,
    seed: int = 1,
) -> Evaluation:
    """Return what a measure was worth, from its participants' own data.

    Participants' time in states, and what it would have been as a design sees it, is valued by the case: its prices,
    taxes, growth and discounting. A participant's first year counts as the calendar year in which it began. Those not
    followed in a year are taken to have fared as those who were.

    Parameters
    ----------
    people : Participants
        From `read_participants`; with a start each, and `arm` where there is a comparison group.
    case : Case
        The case that holds the measure as a programme: the calculation made before.
    design : Design
        What would have been without the programme.
    alternative : str or None
        The case's alternative with that one programme; None where it is the only one.
    years : int
        How many years after the start are valued as observed [1 or more].
    years_before : int
        How many years before it are read [1 or more].
    covariates : sequence of str
        By what persons are compared, for designs that do.
    splits : sequence of str
        Attributes by which results are told apart; all of them are declared here, since what is hidden depends on all
        that is shown. ``age`` is in bands.
    persistence : str
        What follows the observed years: ``none``; ``drop_off``, the last year's effect less the programme's drop-off
        each year; or a pathway of the case that everyone walks on.
    actual : mapping of str to float, optional
        Estimates of the case that turned out otherwise, by name: the programme's costs above all.
    steps : sequence of sequence of str, optional
        Steps towards work, the farthest first, of states; the library's unless stated.
    draws : int
        How many times persons and prices are drawn [0 to 4 096].
    seed : int
        The same seed gives the same draws [0 or more].

    Returns
    -------
    Evaluation
        All of it through disclosure control.

    Raises
    ------
    QuestionError
        If there are fewer than five participants, the case does not have their states or years, nobody was followed,
        or the design asks for what the data do not have.
    UnknownNameError
        If a name does not exist.

    Examples
    --------
    ``ut.evaluate(people, case, ut.followup.DifferenceInDifferences(), years=2, splits=("sex",))``
    """
    if not 0 <= draws <= BLOCK:
        raise QuestionError(f"'draws' is {draws}: it must be from 0 to {BLOCK}.")
    measure = Measure.of(case, alternative)
    states = measure.states(people.states, persistence)
    study = study_of(
        people, design, by=splits, covariates=tuple(covariates), years=years, years_before=years_before,
        entries=needs_entries(measure, people.states), seed=seed,
    )  # fmt: skip
    number = int(study.treated.sum())
    if number < FEWEST:
        raise QuestionError(f"An evaluation needs at least {FEWEST} participants with a stated start.")
    measure.check_cohorts(study.splits.cohorts, years)
    told = {case.full_name(name): value for name, value in (actual or {}).items()}
    return _Work(measure, study, states, persistence, told, tuple(map(tuple, steps)) if steps else None, draws).done()


@dataclass(frozen=True, eq=False)
class _Work:
    """What an evaluation is made from, and the making of it."""

    measure: Measure
    study: Study
    states: tuple[str, ...]
    persistence: str
    actual: Mapping[str, float]
    steps: tuple[tuple[str, ...], ...] | None
    draws: int

    def done(self) -> Evaluation:
        """Return the evaluation."""
        measure, study, case = self.measure, self.study, self.measure.case
        weight = float(study.people.weights[study.treated].sum())
        persons_values = with_participants(measure, weight)
        base = Readable(case, {**persons_values, **self.actual})
        empty = self._empty()
        rates = rates_of(self._readable(base, empty, "rates"), self.states, base.parameters(measure.alternative))
        ladder = ladder_of(self.steps)
        gather = Gather(study, rates, ladder=ladder, first_year=case.scenario.horizon.first_year)
        point, drawn, last_year = moves(study, draws=self.draws, tell=gather)
        point = point.over(study.people.states, self.states)
        drawn = None if drawn is None else drawn.over(study.people.states, self.states)
        persons = gather.persons()
        horizon = case.scenario.horizon
        last = (
            horizon.first_year + horizon.years
            if self.persistence != NO_PROJECTION
            else (study.splits.cohorts[-1] + study.years)
        )
        years = range(study.splits.cohorts[0], last)
        hiding = hiding_of(
            case, study.splits, rates, persons,
            states=study.people.states, years=years, compares=study.design.compares,
        )  # fmt: skip
        own_drawn = None if drawn is None else self._drawn(base)
        groups = tuple(self._group(place, point, drawn, base, own_drawn, persons, hiding) for place in self._places())
        whole = self._readable(base, point.group(0), "0")
        seen = self._readable(base, point.group(0), "0", part="observed")
        alike = likeness(last_year, study.people.states)
        return Evaluation(
            id=measure.programme_id,
            title={"sv": measure.programme.title.sv, "en": measure.programme.title.en},
            case=case,
            alternative=measure.alternative,
            programme=measure.programme_id,
            design=study.design.id,
            evidence=evidence(study.design),
            caveats=tuple(self._caveats(last_year, drawn, hiding, alike=alike)),
            participants=int(study.treated.sum()),
            comparison=int((last_year.followed & ~last_year.treated).sum()) if study.design.compares else 0,
            lost=None if hiding.lost else int((persons.after < 0).sum()),
            years=study.years,
            first_start=study.splits.cohorts[0],
            last_start=study.splits.cohorts[-1],
            persistence=self.persistence,
            groups=groups,
            by_year=tuple(self._by_year(whole, seen, years, hiding)),
            effects=state_effects(persons, point, drawn, last_year, study.people.states, hiding),
            likeness=alike,
            overlap=overlap_bins(last_year),
            payback=dict(self._payback(whole, rates.accounts, hiding)),
            potential=self._potential(base, point, hiding),
            promise=self._promise(whole, point, persons_values, hiding),
            ladder=ladder,
            qualitative={},
            quality={},
            settings={
                "draws": self.draws,
                "seed": study.seed,
                "splits": list(dict.fromkeys(group.by for group in study.splits.groups[1:])),
                "covariates": list(study.covariates),
                "actual": dict(self.actual),
            },
        )

    def _places(self) -> range:
        return range(len(self.study.splits.groups))

    def _empty(self) -> Moves:
        shape = (1, len(self.study.splits.cohorts), 1, len(self.states), 1)
        nothing = np.zeros(shape)
        return Moves(nothing, nothing, nothing, nothing)

    def _readable(self, base: Readable, of: Moves, name: str, *, part: Part = "all") -> ObservedReadable:
        return ObservedReadable(
            base, self.measure, self.states, self.study.splits.cohorts, of,
            persistence=self.persistence, part=part, name=name,
        )  # fmt: skip

    def _drawn(self, base: Readable) -> Readable:
        """Return the case's ledgers at drawn prices, and all else that the case says is uncertain."""
        found = sampler(self.measure.case, seed=self.study.seed, draws=self.draws)
        if found.names:
            return drawn_readable(base, found.named(0))
        # Persons are drawn all the same: one value repeated says how many draws there are.
        name, said = next(iter(self.measure.case.estimates.items()))
        return base.changed(values={name: np.full(self.draws, base.values.get(name, said.value))})

    def _group(
        self,
        place: int,
        point: Moves,
        drawn: Moves | None,
        base: Readable,
        own_drawn: Readable | None,
        persons: Persons,
        hiding: Hiding,
    ) -> GroupResult:
        """Return what is told of a group."""
        group = self.study.splits.groups[place]
        inside = self.study.splits.members(place)
        of = point.group(place)
        whole = self._readable(base, of, str(place))
        seen = self._readable(base, of, str(place), part="observed")
        in_draws = None
        if drawn is not None and own_drawn is not None:
            in_draws = self._readable(own_drawn, drawn.group(place), str(place))
        found = amounts(seen, whole, in_draws, alternative=self.measure.alternative, with_cost=place == 0)
        shown = {name: NOT_SHOWN if hiding.kronor(place, name) else amount for name, amount in found.items()}

        def counts(names: Sequence[str], codes: np.ndarray[tuple[int], np.dtype[np.int64]]) -> dict[str, int | None]:
            return {
                name: None if hiding.count(place, name) else int((codes[inside] == code).sum())
                for code, name in enumerate(names)
            }

        size_hidden = hiding.count(place, PERSONS)
        return GroupResult(
            by=group.by,
            value=group.value,
            persons=None if size_hidden else int(inside.sum()),
            amounts=shown,
            outcomes=counts(OUTCOMES, persons.outcome),
            steps=counts(STEPS, persons.step),
            quantiles=None if size_hidden else quantiles(persons.income[inside]),
        )

    def _by_year(
        self, whole: ObservedReadable, seen: ObservedReadable, years: range, hiding: Hiding
    ) -> Iterator[YearResult]:
        alternative = self.measure.alternative
        gained, observed = (yearly(each, alternative=alternative) for each in (whole, seen))
        first = self.measure.case.scenario.horizon.first_year
        for year in years:
            at = year - first
            shown = {name: not hiding.year(year, name) for name in gained}
            now = {name: float(observed[name][at]) if name in observed else 0.0 for name in gained}
            yield YearResult(
                year,
                {name: now[name] if shown[name] else None for name in gained},
                {name: float(gained[name][at]) - now[name] if shown[name] else None for name in gained},
            )

    def _payback(
        self, whole: ObservedReadable, accounts: Sequence[str], hiding: Hiding
    ) -> Iterator[tuple[str, Payback]]:
        tops = dict.fromkeys(account.partition(".")[0] for account in accounts)
        for name in (SOCIETY, PUBLIC, *(TOP + top for top in tops)):
            if not hiding.kronor(0, name):
                perspective = name.removeprefix(TOP)
                reading = Reading.of(measure="net_gain", alternative=self.measure.alternative, perspective=perspective)
                yield name, payback(whole, reading, discounted=False)

    def _potential(self, base: Readable, point: Moves, hiding: Hiding) -> dict[str, float]:
        """Return gross gain had everyone succeeded [kr]."""
        parameters = base.parameters(self.measure.alternative)
        everyone = on_pathway(point.group(0), self.measure, self.states, parameters)
        readable = self._readable(base, everyone, "potential")
        gross = Reading.of(measure="gross_gain", alternative=self.measure.alternative)
        found = by_account(readable, gross)
        return {
            name: float(sum(found[id_][0] for id_ in members(self.measure.case, name, list(found))))
            for name in (SOCIETY, PUBLIC)
            if not hiding.kronor(0, name)
        }

    def _promise(self, whole: ObservedReadable, point: Moves, persons: Mapping[str, float], hiding: Hiding) -> Promise:
        names = [name for name in (SOCIETY, PUBLIC) if not hiding.kronor(0, name)]
        return promise_of(
            self.measure, whole, point.group(0), self.states, persons=persons, actual=self.actual, names=names
        )

    def _caveats(
        self, last: LastYear, drawn: Moves | None, hiding: Hiding, *, alike: Sequence[Likeness]
    ) -> Iterator[Caveat]:
        """Yield what a reader must know; numbers of fewer than five persons are told as that."""
        yield from self.study.people.caveats
        design, fit = self.study.design, last.compared.fits[-1]
        concerned = last.treated | design.compares
        effects = np.zeros((1, 0))
        if drawn is not None:
            effects = (drawn.observed - drawn.without)[0].sum(axis=(0, 1))
        table = last.balance()
        shown = None if table is None else table.loc[[each.name for each in alike]]
        told = caveats_of(
            design, lost=int((concerned & ~last.followed).sum()), of=int(concerned.sum()), unmatched=fit.unmatched,
            table=shown, sites=self.study.background.sites, drawn=effects,
        )  # fmt: skip
        for id_, said in told:
            few = id_ == "unmatched" and fit.unmatched < FEWEST
            if few or (id_ == "lost" and tells_of_few_lost(last, hiding)):
                yield f"{id_}_few", {}
            else:
                yield id_, said
        if self.persistence == BY_DROP_OFF:
            yield "projected_drop_off", {"years": self.study.years}
        elif self.persistence != NO_PROJECTION:
            yield "projected_pathway", {"years": self.study.years, "pathway": self.persistence}
        yield "not_followed_alike", {}
        if self.measure.age is not None:
            yield "amounts_by_group", {}

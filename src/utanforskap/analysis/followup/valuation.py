"""What participants' time is worth: observed sums valued by the same engine as a case, and the future projected.

The ledgers of an observation are a case's in all but who is where: the baseline is where participants would have been,
the alternative where they were. So every reading, table and metric of a comparison is also one of an observation.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from utanforskap.analysis.followup.moves import Moves
from utanforskap.analysis.followup.samples import Array
from utanforskap.analysis.readings import Readable
from utanforskap.engine.chain import Run
from utanforskap.engine.effects import start_year
from utanforskap.engine.occupancy import Presence, shifted
from utanforskap.engine.parameters import Parameters
from utanforskap.engine.pathways import Trajectory
from utanforskap.engine.routes import Begun, Route, route
from utanforskap.errors import QuestionError, UnknownNameError
from utanforskap.inputs.case import Case
from utanforskap.inputs.followup.words import DEAD, MOVED
from utanforskap.inputs.parts.programmes import Programme
from utanforskap.inputs.passes.interventions import cohorts_of

Part = Literal["all", "observed"]

NO_PROJECTION, BY_DROP_OFF = "none", "drop_off"
"""Nothing after the observed years; or the effect of the last of them, less the programme's drop-off each year."""


@dataclass(frozen=True, slots=True)
class Measure:
    """The measure that is followed up: a case's alternative of one programme.

    Attributes
    ----------
    case : Case
        The case, whose states, prices, taxes and terms value the persons' time.
    alternative : str
        The alternative.
    programme_id : str
        Its programme.
    """

    case: Case
    alternative: str
    programme_id: str

    @classmethod
    def of(cls, case: Case, alternative: str | None) -> "Measure":
        """Return the measure of an alternative, or of the case's only one with a single programme.

        Raises
        ------
        UnknownNameError
            If there is no such alternative.
        QuestionError
            If none is named and there is not exactly one, or it has not exactly one programme.
        """
        known = case.scenario.alternatives
        single = [id_ for id_, said in known.items() if len(said.programmes) == 1]
        if alternative is None:
            if len(single) != 1:
                raise QuestionError(
                    f"'{case.id}' has {len(single)} alternatives with one programme; name the one that is followed up."
                    f"\nAlternatives: {', '.join(known) or 'none'}"
                )
            alternative = single[0]
        if alternative not in known:
            raise UnknownNameError(what="an alternative", given=alternative, known=list(known))
        if alternative not in single:
            raise QuestionError(
                f"The alternative '{alternative}' has {len(known[alternative].programmes)} programmes.\n"
                "One programme at a time is followed up: declare an alternative with that one alone."
            )
        return cls(case, alternative, known[alternative].programmes[0])

    @property
    def programme(self) -> Programme:
        """What the case says of the programme."""
        return self.case.scenario.programmes[self.programme_id]

    @property
    def group(self) -> str:
        """The group that it reaches."""
        return self.programme.reaches.group

    @property
    def age(self) -> int | None:
        """The participants' age when they start, where amounts go by age: the case's group's."""
        group = self.case.scenario.groups[self.group]
        if group.age is None:
            return None
        cohort = cohorts_of(group, self.case.scenario)[0]
        return group.age + start_year(self.case, self.programme, cohort) - cohort

    def states(self, observed: Sequence[str], persistence: str) -> tuple[str, ...]:
        """Return the states that participants are, or may come to be, in.

        Parameters
        ----------
        observed : sequence of str
            Where they were observed.
        persistence : str
            ``none``, ``drop_off`` or a pathway.

        Raises
        ------
        UnknownNameError
            If the persistence is neither.
        QuestionError
            If they were in a state that the case does not have.
        """
        pathways = self.case.scenario.pathways
        walked = [self.programme.leads_to]
        if persistence not in (NO_PROJECTION, BY_DROP_OFF):
            if persistence not in pathways:
                known = [NO_PROJECTION, BY_DROP_OFF, *pathways]
                raise UnknownNameError(what="a persistence", given=persistence, known=known)
            walked.append(persistence)
        self._check_states(observed)
        return tuple(dict.fromkeys([*observed, *(state for id_ in walked for state in pathways[id_].states())]))

    def _check_states(self, states: Sequence[str]) -> None:
        missing = [id_ for id_ in states if id_ not in (*self.case.scenario.states, DEAD, MOVED)]
        if missing:
            raise QuestionError(
                f"Participants were in states that '{self.case.id}' does not have: {', '.join(missing)}.\n"
                f"Take them from the library, states: {{{missing[0]}: {{use: {missing[0]}}}}}, "
                "or map their words to others."
            )

    def check_cohorts(self, cohorts: Sequence[int], years: int) -> None:
        """Refuse persons who started, or are followed, outside the case's years.

        Raises
        ------
        QuestionError
            If so.
        """
        horizon = self.case.scenario.horizon
        last = horizon.first_year + horizon.years - 1
        if cohorts[0] < horizon.first_year or cohorts[-1] + years - 1 > last:
            raise QuestionError(
                f"Participants started in {_span(cohorts[0], cohorts[-1])} and are followed for {years} years, "
                f"but '{self.case.id}' is of {horizon.first_year}–{last}.\n"
                f"Let it begin in {cohorts[0]} at the latest, horizon: {{first_year: {cohorts[0]}}}; "
                "or ask for fewer years."
            )


def _span(first: int, last: int) -> str:
    return str(first) if first == last else f"{first}–{last}"


@dataclass(frozen=True, eq=False)
class ObservedRoute(Route):
    """A route that was observed: time in states, and entries, by year since the start.

    Attributes
    ----------
    there : tuple of str
        The states.
    time, entered : ndarray, shape (year, state, draw)
        Person-years, and entries.
    """

    there: tuple[str, ...] = ()
    time: Array = None  # type: ignore[assignment]
    entered: Array = None  # type: ignore[assignment]

    @property
    def states(self) -> tuple[str, ...]:
        """The states of the state axis."""
        return self.there

    @property
    def occupancy(self) -> Array:
        """Person-years in each state [shape (year, state, draw)]."""
        return self.time

    @property
    def trajectory(self) -> Trajectory:
        """Person-years and entries; nobody is placed anywhere."""
        return Trajectory(self.time, self.entered, np.zeros_like(self.time[0]))

    def summed(self, weights: Array) -> Array:
        """Return the weighted sum over years of the occupancy [shape (state, draw)]."""
        total: Array = np.einsum("ysd,yd->sd", self.time[: len(weights)], weights * np.ones((1, self.time.shape[2])))
        return total

    @property
    def time_since_entry(self) -> Array:
        """Refuse: shares of years do not say when a state was entered."""
        raise QuestionError(
            "A flow has a quantity by year since entry to its state (since: entry), which observed years do not say.\n"
            "State the quantity by year since the start (since: start), or as one number."
        )

    @property
    def knows_entry(self) -> bool:
        """Whether the time since a state was entered is known."""
        return False


@dataclass(frozen=True, eq=False)
class ObservedRun(Run):
    """A run of the chain on persons who were observed.

    Attributes
    ----------
    there : tuple of Presence
        Where they would have been.
    changed : tuple of Presence
        Where they were, and less where they would have been.
    """

    there: tuple[Presence, ...] = ()
    changed: tuple[Presence, ...] = ()

    @property
    def persons(self) -> tuple[Presence, ...]:
        """Who would have been where without the programme."""
        return self.there

    @property
    def moved(self) -> tuple[Presence, ...]:
        """What the programme adds and takes away."""
        return self.changed


class ObservedReadable(Readable):
    """The ledgers of an observation: a case's, but for who is where.

    Parameters
    ----------
    base : Readable
        The case's ledgers, whose parameters are used.
    measure : Measure
        What is followed up.
    states : tuple of str
        The states of the moves.
    cohorts : tuple of int
        Their start years.
    moves : Moves
        Of one group.
    persistence : str
        ``none``, ``drop_off``, or a pathway that everyone walks on from the last year observed.
    part : {"all", "observed"}
        Whether the projection is read too.
    name : str
        Tells one observation from others on the same parameters.
    """

    def __init__(
        self,
        base: Readable,
        measure: Measure,
        states: tuple[str, ...],
        cohorts: tuple[int, ...],
        moves: Moves,
        *,
        persistence: str,
        part: Part = "all",
        name: str = "",
    ) -> None:
        super().__init__(base.case, base.values)
        self._base = base
        self._measure = measure
        self._states = states
        self._cohorts = cohorts
        self._moves = moves
        self._persistence = persistence
        self._part = part
        self._name = name

    def parameters(self, alternative: str | None = None) -> Parameters:
        """Return the parameters of the baseline or of an alternative."""
        return self._base.parameters(alternative)

    def run(self, alternative: str | None = None, reference: str | None = None) -> Run:
        """Return where participants would have been, or with the alternative where they were.

        Raises
        ------
        QuestionError
            If anything else is asked for.
        """
        if reference is not None or alternative not in (None, self._measure.alternative):
            raise QuestionError("An observation holds what happened and what would have happened, and nothing else.")
        key = (alternative, reference)
        if key not in self._runs:
            parameters = self.parameters(alternative)
            there, gone, came = self._presences(parameters)
            changed = () if alternative is None else (*came, *gone)
            self._runs[key] = ObservedRun(parameters, alternative, None, there, changed)
        return self._runs[key]

    def _presences(
        self, parameters: Parameters
    ) -> tuple[tuple[Presence, ...], tuple[Presence, ...], tuple[Presence, ...]]:
        """Return who would have been where, the same with the opposite sign, and who was where, by cohort."""
        there, gone, came = [], [], []
        for position, cohort in enumerate(self._cohorts):
            horizon = self.case.scenario.horizon
            years = horizon.first_year + horizon.years - cohort
            observed, without = (
                self._projected(parameters, one[0, position], entries[0, position], years)
                for one, entries in (
                    (self._moves.observed, self._moves.entered),
                    (self._moves.without, self._moves.entered_without),
                )
            )
            if self._persistence == BY_DROP_OFF and self._part == "all":
                observed = self._dropping_off(parameters, observed, without, years)
            there.append(self._presence(parameters, cohort, without, "without", 1.0))
            gone.append(self._presence(parameters, cohort, without, "without", -1.0))
            came.append(self._presence(parameters, cohort, observed, "observed", 1.0))
        return tuple(there), tuple(gone), tuple(came)

    def _projected(self, parameters: Parameters, time: Array, entered: Array, years: int) -> tuple[Array, Array]:
        """Return person-years and entries over the horizon: as observed, and then as the persistence says."""
        observed = len(time)
        whole = np.zeros((years, *time.shape[1:]))
        enter = np.zeros_like(whole)
        whole[:observed] = time[:years]
        if entered.shape[1]:
            enter[:observed] = entered[:years]
        if self._part == "observed" or self._persistence == NO_PROJECTION:
            return whole, enter
        if self._persistence == BY_DROP_OFF:
            whole[observed:] = time[-1]
            return whole, enter
        return self._walked_on(parameters, whole, enter, observed)

    def _dropping_off(
        self,
        parameters: Parameters,
        observed: tuple[Array, Array],
        without: tuple[Array, Array],
        years: int,
    ) -> tuple[Array, Array]:
        """Return where participants are when the effect of the last observed year falls off: some go back."""
        last = self._moves.observed.shape[2]
        drop_off = parameters[f"programmes.{self._measure.programme_id}.drop_off"]
        elapsed = np.arange(1, years - last + 1)[:, np.newaxis, np.newaxis]
        effect = observed[0][last - 1] - without[0][last - 1]
        kept = effect * (1.0 - drop_off) ** elapsed
        time = _stretched(observed[0], kept.shape[2])
        enter = _stretched(observed[1], kept.shape[2])
        time[last:] = without[0][last:] + kept
        before = np.concatenate([np.broadcast_to(effect, kept[:1].shape), kept[:-1]])
        if self._moves.entered.shape[3]:
            enter[last:] = without[1][last:] + np.maximum(kept - before, 0.0)
        return time, enter

    def _walked_on(self, parameters: Parameters, time: Array, enter: Array, observed: int) -> tuple[Array, Array]:
        """Return time and entries when those in each state walk a pathway on from there."""
        id_, years = self._persistence, len(time) - observed + 1
        known = self.case.scenario.pathways[id_].states()
        last = time[observed - 1]
        for position, state in enumerate(self._states):
            if state in (DEAD, MOVED):
                time[observed:, position] += last[position]
                continue
            if not np.any(last[position]):
                continue
            if state not in known:
                raise QuestionError(
                    f"Participants are in '{state}' at the end of the observed years, where the pathway '{id_}' "
                    "does not go.\nChoose one with all their states, or persistence: drop_off."
                )
            walked = route(parameters, id_, age=self._measure.age, years=years, begun=Begun(state, 0)).trajectory
            own = route(parameters, id_, age=self._measure.age, years=years).states
            draws = max(time.shape[2], walked.occupancy.shape[2])
            time, enter = _stretched(time, draws), _stretched(enter, draws)
            for place, other in enumerate(own):
                time[observed:, self._states.index(other)] += last[position] * walked.occupancy[1:, place]
                enter[observed:, self._states.index(other)] += last[position] * walked.entries[1:, place]
        return time, enter

    def _presence(
        self, parameters: Parameters, cohort: int, moved: tuple[Array, Array], side: str, sign: float
    ) -> Presence:
        kept = [position for position, state in enumerate(self._states) if state in self.case.scenario.states]
        time, entered = (sign * part[:, kept] for part in moved)
        horizon = self.case.scenario.horizon
        walked = ObservedRoute(
            parameters, f"{side}:{self._name}:{self._part}", self._measure.age, len(time),
            there=tuple(self._states[position] for position in kept), time=time, entered=entered,
        )  # fmt: skip

        def enter() -> Array:
            return shifted(entered, by=cohort - horizon.first_year, years=horizon.years)

        one: NDArray[np.float64] = np.ones((1, 1))
        return Presence(self._measure.group, cohort, cohort, walked, horizon, one, enter)


def _stretched(array: Array, draws: int) -> Array:
    """Return a copy with as many draws."""
    return np.array(np.broadcast_to(array, (*array.shape[:-1], draws)))


def with_participants(measure: Measure, persons: float) -> dict[str, float]:
    """Return the values by which the programme's cost is that of so many participants, by estimate.

    Parameters
    ----------
    measure : Measure
        What is followed up.
    persons : float
        How many took part.
    """
    reaches, path = measure.programme.reaches, f"programmes.{measure.programme_id}.reaches"
    values = {}
    if reaches.enrolled is not None:
        values[f"{path}.enrolled"] = persons
    if reaches.persons != "all":
        values[f"{path}.persons"] = persons
    else:
        parameters = Readable(measure.case).parameters(measure.alternative)
        group = measure.case.scenario.groups[measure.group]
        share = parameters.shares(group.pathways, f"groups.{measure.group}.pathways")[reaches.pathway]
        values[f"groups.{measure.group}.persons"] = persons / float(share[0])
    return values


def on_pathway(moves: Moves, measure: Measure, states: tuple[str, ...], parameters: Parameters) -> Moves:
    """Return where participants would have been had everyone succeeded: on the programme's pathway from their start.

    Parameters
    ----------
    moves : Moves
        As it was.
    measure : Measure
        What is followed up.
    states : tuple of str
        The states of the moves.
    parameters : Parameters
        The case and its values.
    """
    years = moves.observed.shape[2]
    walked = route(parameters, measure.programme.leads_to, age=measure.age, years=years)
    persons = moves.observed[..., 0, :, :].sum(axis=2)  # all time of the first year, (group, cohort, draw)
    time, entered = np.zeros_like(moves.observed), np.zeros_like(moves.entered)
    for place, state in enumerate(walked.states):
        position = states.index(state)
        time[:, :, :, position] = persons[:, :, np.newaxis] * walked.trajectory.occupancy[:, place]
        if moves.entered.shape[3]:
            entered[:, :, :, position] = persons[:, :, np.newaxis] * walked.trajectory.entries[:, place]
    return replace(moves, observed=time, entered=entered)

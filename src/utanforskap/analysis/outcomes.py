"""What is counted beside the kronor: person-years in each state, and stated weights."""

import numpy as np

from utanforskap.analysis.readings import Readable, discounting_factors
from utanforskap.engine.parameters import Array
from utanforskap.engine.valuation import present_value
from utanforskap.errors import UnknownNameError
from utanforskap.inputs.case import Case

PERSON_YEARS = "person_years"


def outcome_names(case: Case) -> list[str]:
    """Return every outcome of a case: ``person_years.<state>`` for each state, then the stated ones."""
    return [f"{PERSON_YEARS}.{state}" for state in case.scenario.states] + list(case.scenario.outcomes)


def yearly_outcome(readable: Readable, outcome: str, *, alternative: str | None) -> Array:
    """Return an outcome by year, undiscounted [person-years, or weighted person-years; shape (year, draw)].

    Raises
    ------
    UnknownNameError
        If the case has no such outcome.
    """
    case = readable.case
    if outcome not in outcome_names(case):
        raise UnknownNameError(what="an outcome", given=outcome, known=outcome_names(case))
    occupancy = readable.run(alternative).occupancy
    persons = occupancy.persons.sum(axis=0)
    prefix, _, state = outcome.partition(".")
    if prefix == PERSON_YEARS and state:
        of_state: Array = persons[:, occupancy.states.index(state)]
        return of_state
    parameters = readable.parameters(alternative)
    weighted: Array = np.zeros_like(persons[:, 0])
    for state in case.scenario.outcomes[outcome].weights:
        weighted = (
            weighted + persons[:, occupancy.states.index(state)] * parameters[f"outcomes.{outcome}.weights.{state}"]
        )
    return weighted


def outcome_draws(readable: Readable, outcome: str, *, alternative: str | None) -> Array:
    """Return an outcome over the horizon, discounted as it says itself; person-years are not [shape (draw,)]."""
    amounts = yearly_outcome(readable, outcome, alternative=alternative)
    said = readable.case.scenario.outcomes.get(outcome)
    if said is None or said.discounting is None:
        return np.asarray(amounts.sum(axis=0))
    parameters = readable.parameters(alternative)
    first = readable.case.scenario.horizon.first_year
    weights = discounting_factors(said.discounting, f"outcomes.{outcome}.discounting", parameters, base_year=first)
    return np.atleast_1d(present_value(amounts=amounts, factors=weights))


def outcome_values(readable: Readable, outcome: str, *, alternative: str | None) -> float:
    """Return the first draw of an outcome over the horizon: the only one of a point run."""
    return float(outcome_draws(readable, outcome, alternative=alternative)[0])

"""Small populations by hand, which tests ask about."""

from typing import Any

from laws.cases import one_state, two_states
from strategies import Data

import utanforskap as ut
from utanforskap.analysis.population import Population

FIRST = 2014


def leaving(*, years: int = 6, leave: float = 0.25, persons: float = 10, **group: Any) -> Data:
    """Return persons of whom a share leaves a state that costs a region a hundred kronor a year, for good."""
    data = one_state(years=years, rate=0.0, kind="service", payer="region")
    data["states"]["dod"] = {"title": "Döda"}
    data["groups"]["alla"] |= {"persons": persons, "exits": {"dod": leave}}
    data["groups"]["alla"] |= {"inflow": {"until": FIRST + years - 1}, **group}
    return data


def population(data: Data, **values: float) -> Population:
    return ut.run(ut.from_data(data), values=values).population()


def mop_and_tap(**changes: Any) -> Data:
    """Return a mop that helps half of four a cohort from its second year, and a tap that helps every one at once."""
    data = two_states(years=12) | {"discounting": {"rate": 0.0, "timing": "start"}}
    data["groups"]["alla"] |= {"persons": 40, "inflow": {"until": FIRST + 11}, "age": 50}

    def programme(persons: Any, success: float, starts: int, cost: float) -> Data:
        amount = {"value": cost, "unit": "kr/deltagare", "price_year": 2013}
        return {
            "title": "Insats", "starts": starts, "leads_to": "annan", "success": success, "evidence": "assumed",
            "reaches": {"group": "alla", "pathway": "bana", "persons": persons, "cohorts": "all"},
            "costs": {"drift": {"amount": amount, "basis": "per_participant", "payer": "region"}},
        }  # fmt: skip

    data["programmes"] = {"ut": programme(4, 0.5, FIRST + 1, 600), "in": programme(1, 1.0, FIRST, 1500)}
    data["alternatives"] = {"moppa": {"programmes": ["ut"]}, "stang": {"programmes": ["in"]}}
    data["programmes"]["in"] |= changes
    return data

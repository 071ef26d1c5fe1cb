"""What tests of simulation share: small cases whose answers are known in closed form."""

from typing import Any

from laws.cases import two_states
from strategies import Data

import utanforskap as ut
from utanforskap.inputs.case import Case

AMOUNT = "states.a.flows.post.amount"
COST = "programmes.insats.costs.drift.amount"
SUCCESS = "programmes.insats.success"
PARTICIPANTS = 5.0


def spread(data: Data, **stated: Any) -> Data:
    """State how uncertain the saved amount (median 1 000 kr a year), the success and the cost are, where said."""
    if "amount" in stated:
        data["states"]["a"]["flows"]["post"]["amount"] |= stated["amount"]
    if "success" in stated:
        data["programmes"]["insats"]["success"] = {
            "value": data["programmes"]["insats"]["success"],
            **stated["success"],
        }
    if "cost" in stated:
        data["programmes"]["insats"]["costs"]["drift"]["amount"] |= stated["cost"]
    return data


def uncertain(*, years: int = 6, **stated: Any) -> Data:
    """Return five participants of whom 40 per cent are moved, at a cost in the first year; all of it is uncertain."""
    usual: dict[str, Any] = {
        "amount": {"low": 800, "high": 1_300},
        "success": {"low": 0.25, "high": 0.6},
        "cost": {"family": "gamma", "mean": 9_000, "sd": 2_000},
    }
    return spread(two_states(years=years, cost=9_000), **{**usual, **stated})


def case_of(**stated: Any) -> Case:
    return ut.from_data(uncertain(**stated))

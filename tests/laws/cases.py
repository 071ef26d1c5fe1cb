"""What tests of the laws share: small scenarios by hand, the readings of a case, and how close is equal."""

from typing import Any

import numpy as np
from strategies import Data

from utanforskap.engine.ledger import Ledger
from utanforskap.engine.parameters import Array
from utanforskap.inputs.case import Case
from utanforskap.terms import Reading


def readings(case: Case, perspective: str, **fields: Any) -> list[Reading]:
    """Return a perspective's ledger, cost of exclusion, and gains of every alternative."""
    asked = [Reading(measure=measure, perspective=perspective, **fields) for measure in ("ledger", "cost_of_exclusion")]
    asked += [
        Reading(measure=measure, perspective=perspective, alternative=alternative, **fields)
        for alternative in case.scenario.alternatives
        for measure in ("gross_gain", "net_gain")
    ]
    return asked


def size(ledger: Ledger) -> float:
    """Return the largest amount in a ledger, and at least a krona: what rounding is measured against."""
    return float(np.max(np.abs(ledger.amounts), initial=1.0))


def assert_close(ours: Array | float, theirs: Array | float, *, of: float, rel: float = 1e-9) -> None:
    """Assert that two results differ by no more than rounding of the amounts behind them."""
    np.testing.assert_allclose(ours, theirs, rtol=0.0, atol=rel * of)


def one_state(*, years: int = 3, rate: float = 0.04, timing: str = "start", **flow: Any) -> Data:
    """Return ten persons who for ever set a hundred kronor a year moving, from 2014."""
    amount = {"value": 100, "unit": "kr/år", "price_year": 2013}
    return {
        "format": 1, "id": "enkel", "title": "Enkel", "horizon": {"first_year": 2014, "years": years},
        "money": {"price_year": 2013}, "discounting": {"rate": rate, "timing": timing},
        "states": {"a": {"title": "A", "flows": {"post": {"amount": amount, "quantity": 1, **flow}}}},
        "pathways": {"bana": {"model": "stages", "stages": [{"state": "a"}]}},
        "groups": {"alla": {"title": "Alla", "persons": 10, "pathways": {"bana": 1}}},
    }  # fmt: skip


def two_states(*, years: int = 3, success: float = 0.4, cost: float = 0.0, **programme: Any) -> Data:
    """Return ten persons who cost region 1 000 kr a year each, and a programme that leads to a state without cost."""
    data = one_state(years=years, kind="service", payer="region")
    data["states"]["a"]["flows"]["post"]["amount"]["value"] = 1_000
    data["states"]["b"] = {"title": "B"}
    data["pathways"]["annan"] = {"model": "stages", "stages": [{"state": "b"}]}
    data["groups"]["alla"] |= {"age": 30, "pathways": {"bana": 0.5, "annan": "rest"}, "reference": "annan"}
    said = {
        "title": "Insats", "reaches": {"group": "alla", "pathway": "bana", "persons": "all"}, "starts": 2014,
        "leads_to": "annan", "success": success, "evidence": "assumed", **programme,
    }  # fmt: skip
    if cost:
        amount = {"value": cost, "unit": "kr", "price_year": 2013}
        said["costs"] = {"drift": {"amount": amount, "basis": "once", "year": 2014, "payer": "region"}}
    return {**data, "programmes": {"insats": said}, "alternatives": {"insats": {"programmes": ["insats"]}}}

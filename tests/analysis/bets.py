"""Cases so small that what it is worth to know more has a closed form: one person, one year, one payer."""

import math
from statistics import NormalDist
from typing import Any

from strategies import Data

N01 = NormalDist()
SAVED = "states.a.flows.post.amount"
COST = "programmes.insats.costs.drift.amount"


def expected_gain(mean: float, sd: float) -> float:
    """E[max(X, 0)] of a normal X: the unit normal loss integral (Raiffa & Schlaifer, 1961)."""
    return mean * N01.cdf(mean / sd) + sd * N01.pdf(mean / sd)


# Net benefit p1 - p2, p1 ~ N(1, 1), p2 ~ N(0, sd 2), in thousands of kronor. The best on average brings 1, and what is
# known of p1 - p2 has the standard deviation of what is known of its parts.
KNOWN = {
    SAVED: 1000.0 * (expected_gain(1.0, 1.0) - 1.0),
    COST: 1000.0 * (expected_gain(1.0, 2.0) - 1.0),
    "everything": 1000.0 * (expected_gain(1.0, math.sqrt(5.0)) - 1.0),
}


def normal(mean: float, sd: float, *, unit: str = "kr", **more: Any) -> Data:
    """Return a normal amount, so far above 0 that none is drawn below."""
    assert mean > 8.0 * sd
    return {"value": mean, "family": "normal", "mean": mean, "sd": sd, "unit": unit, "price_year": 2020, **more}


def insats(cost: Data, **more: Any) -> Data:
    """Return a programme that moves everybody to where nothing costs, at a cost."""
    return {
        "title": "Insats", "reaches": {"group": "alla", "pathway": "bana", "persons": "all"}, "starts": 2020,
        "leads_to": "fri", "success": 1, "evidence": "assumed",
        "costs": {"drift": {"amount": cost, "basis": "once", "year": 2020, "payer": "region"}}, **more,
    }  # fmt: skip


def bet(saved: Data | None = None, cost: Data | None = None) -> Data:
    """Return one person who costs the region `saved` kronor in one year, unless `cost` is paid: the gain is p1 - p2."""
    saved = saved or normal(21_000, 1_000, unit="kr/år")
    return {
        "format": 1, "id": "vad", "title": "Vad", "horizon": {"first_year": 2020, "years": 1},
        "money": {"price_year": 2020}, "discounting": {"rate": 0, "timing": "start"},
        "states": {
            "a": {
                "title": "A",
                "flows": {"post": {"amount": saved, "quantity": 1, "kind": "service", "payer": "region"}},
            },
            "b": {"title": "B"},
        },
        "pathways": {
            "bana": {"model": "stages", "stages": [{"state": "a"}]},
            "fri": {"model": "stages", "stages": [{"state": "b"}]},
        },
        "groups": {"alla": {"title": "Alla", "persons": 1, "pathways": {"bana": 1}}},
        "programmes": {"insats": insats(cost or normal(20_000, 2_000))},
        "alternatives": {"insats": {"programmes": ["insats"]}},
    }  # fmt: skip


def two_ways() -> Data:
    """Return a choice between nothing and two programmes, whose gains are independent and N(0, sd 1 000)."""
    data = bet(saved={"value": 20_000, "unit": "kr/år", "price_year": 2020})
    data["programmes"] = {id_: insats(normal(20_000, 1_000)) for id_ in ("ett", "tva")}
    data["alternatives"] = {id_: {"programmes": [id_]} for id_ in ("ett", "tva")}
    return data

"""A programme that somebody else carries out: a transfer to the provider, and a service at the provider's own cost."""

import copy
from typing import Any

import pytest

import utanforskap as ut

KR = {"unit": "kr", "price_year": 2013}
DATA: dict[str, Any] = {
    "format": 1,
    "id": "utforare",
    "title": "Utförare",
    "horizon": {"first_year": 2013, "years": 2},
    "money": {"price_year": 2013},
    "discounting": {"rate": 0, "timing": "start"},
    "states": {"ute": {"title": "Ute"}, "inne": {"title": "Inne"}},
    "pathways": {
        "ute": {"model": "stages", "stages": [{"state": "ute"}]},
        "inne": {"model": "stages", "stages": [{"state": "inne"}]},
    },
    "groups": {"alla": {"title": "Alla", "persons": 10, "pathways": {"ute": 1}}},
    "programmes": {
        "insats": {
            "title": "Insats",
            "reaches": {"group": "alla", "pathway": "ute", "persons": "all"},
            "starts": 2013,
            "leads_to": "inne",
            "success": 0.5,
            "evidence": "assumed",
            "costs": {
                "drift": {
                    "amount": {"value": 1000, **KR},
                    "basis": "once",
                    "year": 2013,
                    "payer": "kommun",
                    "provider": "civilsamhalle",
                    "provider_cost": {"value": 1300, **KR},
                }
            },
        }
    },
    "alternatives": {"insats": {"programmes": ["insats"]}},
}


def with_cost(**changes: Any) -> dict[str, Any]:
    data = copy.deepcopy(DATA)
    cost = data["programmes"]["insats"]["costs"]["drift"]
    for name, value in changes.items():
        if value is None:
            del cost[name]
        else:
            cost[name] = value
    return data


def test_a_provider_that_pays_more_than_it_is_paid_bears_the_rest() -> None:
    # By accounting: the kommun pays 1 000 to the provider, whose service costs it 1 300.
    gain = ut.run(ut.from_data(DATA)).compare("insats")
    assert gain.net_present_value(perspective="kommun") == -1000
    assert gain.net_present_value(perspective="civilsamhalle") == -300
    assert gain.net_present_value(perspective="society") == -1300


def test_without_a_cost_of_its_own_a_provider_goes_even() -> None:
    gain = ut.run(ut.from_data(with_cost(provider_cost=None))).compare("insats")
    assert gain.net_present_value(perspective="civilsamhalle") == 0
    assert gain.net_present_value(perspective="society") == -1000


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        (
            {"provider": None},
            "programmes.insats.costs.drift.provider_cost\n"
            "  'provider_cost' is what an 'amount' costs its 'provider', and one of them is missing.\n"
            "  State both, or remove it.",
        ),
        (
            {"provider_cost": {"value": 1300, "unit": "kr/år", "price_year": 2013}},
            "programmes.insats.costs.drift.provider_cost.unit\n"
            "  The provider's own cost is in kr/år, and what it is paid in kr.\n"
            "  State both in the same unit.",
        ),
    ],
)
def test_a_cost_that_does_not_fit_is_refused(changes: dict[str, Any], told: str) -> None:
    with pytest.raises(ut.InputError) as refused:
        ut.from_data(with_cost(**changes))
    assert str(refused.value) == told

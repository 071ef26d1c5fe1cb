"""What the tests of funders share: a case by hand, in which every krona can be followed on paper."""

from typing import Any

Data = dict[str, Any]

# Ten cost kommun.socialtjanst 100 000 kr a year each, half of which can be cashed; four of them stop doing so in 2015.
SAVED = 4 * 100_000


def kr(value: float, unit: str = "kr", **more: Any) -> Data:
    return {"value": value, "unit": unit, "price_year": 2015, **more}


def case(budget: Data | None = None, **more: Any) -> Data:
    """Return a case of six years from 2015 with one programme, undiscounted."""
    flow = {"kind": "service", "payer": "kommun.socialtjanst", "amount": kr(100_000, "kr/år"), "quantity": 1}
    programme: Data = {
        "title": "Insats", "reaches": {"group": "alla", "pathway": "kvar", "persons": "all"}, "starts": 2015,
        "leads_to": "klar", "success": 0.4, "evidence": "assumed",
    }  # fmt: skip
    if budget is not None:
        programme["budget"] = budget
    return {
        "format": 1, "id": "fall", "title": "Fall", "horizon": {"first_year": 2015, "years": 6},
        "money": {"price_year": 2015, "inflation": 0.02}, "discounting": {"rate": 0, "timing": "start"},
        "actors": {
            "kommun.a": {"title": "A"}, "kommun.b": {"title": "B"}, "kommun.fond": {"title": "Fonden"},
            "region.c": {"title": "C"},
        },
        "states": {"ute": {"title": "Ute", "flows": {"stod": {**flow, "realisable": 0.5}}}, "inne": {"title": "Inne"}},
        "pathways": {
            "kvar": {"model": "stages", "stages": [{"state": "ute"}]},
            "klar": {"model": "stages", "stages": [{"state": "inne"}]},
        },
        "groups": {"alla": {"title": "Alla", "persons": 10, "pathways": {"kvar": 1}, "reference": "klar"}},
        "programmes": {"insats": programme},
        "alternatives": {"insats": {"programmes": ["insats"]}},
        **more,
    }  # fmt: skip


def budget(**more: Any) -> Data:
    """Return a budget of half a year of one full-time post: 6 × 40 000 × 1.5 = 360 000 kr in 2015."""
    return {
        "starts": {"year": 2015, "month": 7}, "ends": {"year": 2015, "month": 12}, "holder": "forbund",
        "staff": {"ledare": {"amount": kr(40_000, "kr/mån"), "full_time": 1, "on_costs": 0.5}},
        "funders": {"kommun": "rest"}, **more,
    }  # fmt: skip


def loan(**more: Any) -> Data:
    """Return a fund that is paid back with half of what social services save, 2016 to 2019, without interest."""
    repayment = {"years": {"first": 2016, "last": 2019}, "interest": 0, "committees": {"kommun.socialtjanst": 0.5}}
    return {
        "title": "Fonden", "kind": "loan", "programme": "insats", "account": "kommun.fond",
        "repayment": {**repayment, **more},
    }  # fmt: skip

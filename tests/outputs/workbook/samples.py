"""Cases that together use everything that a workbook has formulas for."""

import copy
from typing import Any

import utanforskap as ut
from utanforskap.analysis.results import Comparison, Result

Data = dict[str, Any]


def kronor(value: float, unit: str = "kr/år", **more: Any) -> Data:
    return {"value": value, "unit": unit, "price_year": 2018, **more}


def smallest() -> Data:
    """Ten persons on one of two pathways of one stage, and a programme that moves two of them."""
    return {
        "format": 1,
        "id": "minst",
        "title": {"sv": "Minsta kalkylen", "en": "The smallest case"},
        "horizon": {"first_year": 2020, "years": 3},
        "money": {"price_year": 2020},
        "discounting": {"rate": 0.04, "timing": "mid"},
        "taxes": {
            "employer_contributions": 0.3,
            "income_tax": {"kommun": 0.2, "region": 0.1, "staten": 0.02},
            "retention": {"kommun": 0.1, "region": 0.1, "after_years": 1},
        },
        "states": {
            "arbete": {"title": "I arbete", "work": {"wage": {"amount": kronor(300_000)}, "hours_share": 0.9}},
            "utanfor": {
                "title": "Utanför",
                "flows": {
                    "stod": {"payer": "kommun", "kind": "service", "amount": kronor(100_000), "quantity": 1.5},
                    "bidrag": {
                        "payer": "fk", "payee": "individ", "kind": "transfer", "amount": kronor(9_000, "kr/mån"),
                        "quantity": 12, "taxable": True,
                    },
                },
            },
        },
        "pathways": {
            "ute": {"model": "stages", "stages": [{"state": "utanfor"}]},
            "inne": {"model": "stages", "stages": [{"state": "arbete"}]},
        },
        "groups": {"unga": {"title": "Unga", "persons": 10, "age": 20, "pathways": {"ute": 1}, "reference": "inne"}},
        "programmes": {
            "jobbstod": {
                "title": "Jobbstöd", "reaches": {"group": "unga", "pathway": "ute", "persons": 10}, "starts": 2020,
                "leads_to": "inne", "success": 0.2, "evidence": "assumed", "deadweight": 0.1, "displacement": 0.05,
                "costs": {"drift": {"amount": kronor(500_000, "kr"), "basis": "once", "year": 2020,
                                    "payer": "kommun"}},
            }
        },
        "alternatives": {"jobb": {"programmes": ["jobbstod"]}},
    }  # fmt: skip


def all_models() -> Data:
    """Every pathway model and distribution, several cohorts, two programmes and an alternative that sets numbers."""
    data = smallest()
    data |= {"id": "alla", "horizon": {"first_year": 2020, "years": 9}, "prices": ["sverige@2026.1"]}
    data["money"] = {"price_year": 2020, "level_year": 2019, "real_growth": {"inkomstindex": 0.01}}
    data["discounting"] = {"rates": {0: 0.035, 4: 0.02}, "timing": "end"}
    data["states"]["utanfor"]["flows"] |= {
        "kartlaggning": {
            "payer": "af", "kind": "service", "amount": kronor(4_000, "kr/tillfälle"), "quantity": 2, "per": "entry",
        },
        "rehab": {
            "payer": "region", "kind": "service", "amount": kronor(700, "kr/besök", index="inkomstindex"),
            "quantity": [9, 4, 1],
        },
        "skola": {
            "payer": "kommun.skola", "kind": "service", "amount": kronor(2_000, "kr/vecka"),
            "quantity": {"by_age": {"0-21": 20, "22+": 3}},
        },
        "listad": {"price": "af.handlaggning", "quantity": 3},
    }  # fmt: skip
    data["states"]["arbete"]["work"] |= {
        "subsidy": {"payer": "af", "share": 0.3}, "productivity": 0.7, "employer": "kommun",
    }  # fmt: skip
    data["states"]["studier"] = {"title": "I studier", "income_tax": {"kommun": 0.1, "region": 0.05, "staten": 0}}
    time = {"model": "duration", "leaves": "utanfor", "reaches": "arbete"}
    data["pathways"] |= {
        "stegvis": {"model": "stages", "stages": [
            {"state": "utanfor", "years": 1.5}, {"state": "studier", "until_age": 23.25},
            {"id": "igen", "state": "utanfor", "years": "8 mån"}, {"state": "arbete"},
        ]},
        "fast": {**time, "distribution": "fixed", "mean": 2.4, "shorten": 0.3},
        "exponentiell": {**time, "distribution": "exponential", "median": 2.1, "speed_up": 1.3},
        "weibull": {**time, "distribution": "weibull", "median": 3.2, "shape": 1.4, "shorten": 0.5},
        "lognormal": {**time, "distribution": "lognormal", "mean": 4.1, "shape": 0.8, "speed_up": 0.9},
        "kurva": {"model": "curve", "target": "arbete", "otherwise": "utanfor", "counts": "start",
                  "shares": {0: 0.1, 2: 0.35, 6: 0.6, 7: 0.55}},
        "kedja": {
            "model": "markov", "counted": "mid", "initial": {"utanfor": 0.9, "studier": "rest"},
            "transitions": {
                "utanfor": {"arbete": 0.2, "studier": [0.3, 0.1], "utanfor": "rest"},
                "studier": {"arbete": {"by_age": {"0-22": 0.1, "23+": 0.4}}, "studier": "rest"},
                "arbete": {"utanfor": 0.1, "arbete": 0.9},
            },
            "relative_risk": {"on": ["utanfor.arbete"], "value": 1.5, "years": 3},
        },
    }  # fmt: skip
    mix = {"ute": 0.2, "stegvis": 0.15, "fast": 0.1, "exponentiell": 0.1, "weibull": 0.1, "lognormal": 0.1}
    data["groups"]["unga"] |= {
        "persons": 100, "repeat": {"until": 2022}, "pathways": {**mix, "kurva": 0.1, "kedja": "rest"},
        "reference": {"inne": 0.7, "kurva": 0.3},
    }  # fmt: skip
    data["groups"]["vuxna"] = {
        "title": "Vuxna", "persons": 40, "age": 24, "already": True, "pathways": {"kedja": 1}, "reference": "inne",
    }  # fmt: skip
    first = data["programmes"]["jobbstod"]
    first["costs"] |= {
        "per_person": {
            "amount": kronor(30_000, "kr/deltagare"), "basis": "per_participant", "funding": "finsam",
            "provider": "civilsamhalle", "provider_cost": kronor(25_000, "kr/deltagare"),
        },
        "lokal": {"amount": kronor(80_000), "basis": "per_calendar_year", "years": {"first": 2021, "last": 2023},
                  "funding": {"kommun": 0.25, "region": 0.35, "eu": 0.4}},
    }  # fmt: skip
    first |= {"starts": 2021, "drop_off": 0.15, "lag": 1}
    first["costs"]["drift"]["covers_all_cohorts"] = True
    first["reaches"] |= {"persons": 12, "enrolled": 15, "cohorts": "all"}
    second = copy.deepcopy(first)
    second |= {"title": "Kedjestöd", "leads_to": "weibull", "success": 0.4, "displacement": 0.2}
    second["reaches"] |= {"pathway": "kedja", "persons": 10, "cohorts": [2022]}
    second |= {"starts": 2023, "new_pathway_clock": "group", "costs": {}}
    data["programmes"]["kedjestod"] = second
    data["alternatives"] = {
        "bada": {"programmes": ["jobbstod", "kedjestod"]},
        "satt": {
            "programmes": ["jobbstod"],
            "set": {"pathways.weibull.shape": 1.1, "money.real_growth.inkomstindex": 0.02},
        },
    }
    return data


def by_law() -> Data:
    """Income tax and contributions that the law computes, for the young, in several cohorts."""
    data = smallest()
    data |= {"id": "lag", "horizon": {"first_year": 2020, "years": 5}, "prices": ["sverige@2026.1"]}
    data["taxes"] = {"employer_contributions": "law", "income_tax": "law",
                     "retention": {"kommun": 0.1, "region": 0.1, "after_years": 1}}  # fmt: skip
    data["groups"]["unga"] |= {"age": 17, "repeat": {"until": 2022}}
    data["programmes"]["jobbstod"]["reaches"]["cohorts"] = "all"
    data["programmes"]["jobbstod"]["costs"]["drift"]["covers_all_cohorts"] = True
    return data


def result_of(data: Data, **values: float) -> Result:
    return ut.run(ut.from_data(data), values=values)


def gain_of(data: Data, alternative: str) -> Comparison:
    return result_of(data).compare(alternative)

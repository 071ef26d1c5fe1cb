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


def populations() -> Data:
    """New persons each year, in numbers that differ; some who are there already; deaths and emigration."""
    data = all_models()
    data |= {"id": "bestand"}
    data["states"] |= {
        "doda": {"title": "Döda", "flows": {"begravning": {
            "payer": "kommun", "kind": "service", "amount": kronor(20_000, "kr/tillfälle"), "quantity": 1,
            "per": "entry",
        }}},
        "utflyttade": {"title": "Utflyttade"},
    }  # fmt: skip
    unga, vuxna = data["groups"]["unga"], data["groups"]["vuxna"]
    del unga["repeat"]
    unga |= {
        "inflow": {"until": 2023, "persons": {2021: 80, 2023: 110}, "per_cohort": 4},
        "exits": {"doda": {"by_age": {"0-21": 0.01, "22+": 0.02}}, "utflyttade": 0.03},
    }
    vuxna |= {"starts": 2021, "inflow": {"until": 2024, "growth": 0.1}, "exits": {"doda": 0.05}, "initial_stock": {
        "stegvisa": {"persons": 7, "pathway": "stegvis", "state": "studier", "age": 20, "duration": 2},
        "fasta": {"persons": 8, "pathway": "fast", "state": "utanfor", "age": 30, "duration": 1},
        "exponentiella": {"persons": 9, "pathway": "exponentiell", "state": "utanfor", "age": 31, "duration": 2},
        "weibull": {"persons": 10, "pathway": "weibull", "state": "utanfor", "age": 32, "duration": 1},
        "lognormala": {"persons": 11, "pathway": "lognormal", "state": "utanfor", "age": 33, "duration": 3},
        "framme": {"persons": 12, "pathway": "weibull", "state": "arbete", "age": 34, "duration": 5},
        "i_kedja": {"title": "I kedjan", "persons": 13, "pathway": "kedja", "state": "studier", "age": 35,
                    "duration": 2},
        "nya": {"persons": 5, "pathway": "ute", "state": "utanfor", "age": 25, "duration": 0},
    }}  # fmt: skip
    first, second = data["programmes"]["jobbstod"], data["programmes"]["kedjestod"]
    first["reaches"] = {"group": "unga", "pathway": "ute", "persons": "all", "share": {2020: 0.4, 2022: 0.6}}
    second["reaches"]["cohorts"] = [2021, 2023]
    second |= {"starts": 2022, "method": "jobbstod", "fidelity": 0.8}
    return data


def populations_by_law() -> Data:
    """Taxes by law for persons who come each year and are followed for some years."""
    data = by_law()
    data |= {"id": "bestand-lag"}
    del data["groups"]["unga"]["repeat"]
    data["groups"]["unga"]["inflow"] = {"until": 2022, "per_cohort": 3}
    return data


def budgeted() -> Data:
    """A programme whose cost is a budget, filled by several: shares, amounts and the rest."""
    data = smallest()
    data |= {"id": "budget", "horizon": {"first_year": 2020, "years": 5}}
    data["money"]["inflation"] = 0.02
    programme = data["programmes"]["jobbstod"]
    programme["costs"] = {}
    programme["budget"] = {
        "starts": {"year": 2020, "month": 3}, "ends": {"year": 2022, "month": 6}, "holder": "forbund",
        "ramp_up": {2020: 0.6},
        "indexation": 0.03,
        "staff": {"handledare": {"amount": kronor(32_000, "kr/mån"), "full_time": 1.5, "on_costs": 0.42}},
        "activities": {"kurs": {"amount": kronor(900, "kr/tillfälle"), "participants": 12, "occasions": 6,
                                "group_size": 4}},
        "premises": {"lokal": {"amount": kronor(4_000, "kr/mån"), "in_kind": "kommun"}},
        "other": {"start": {"amount": kronor(50_000, "kr"), "year": 2020, "provider": "civilsamhalle"}},
        "funders": {"finsam": 0.5, "eu": {"amounts": {2021: 100_000, 2022: 30_000}}, "kommun": "rest"},
    }  # fmt: skip
    return data


def lent() -> Data:
    """The same with a fund that lends and is paid back out of what is saved."""
    data = budgeted()
    data |= {"id": "lan", "actors": {"kommun.fond": {"title": "Kommunens fond"}}}
    data["programmes"]["jobbstod"]["budget"]["funders"] |= {"kommun.fond": 0.1}
    data["funds"] = {"fonden": {
        "title": "Fonden", "kind": "loan", "programme": "jobbstod", "account": "kommun.fond",
        "repayment": {"years": {"first": 2021, "last": 2024}, "interest": 0.01, "committees": {"kommun": 0.3}},
    }}  # fmt: skip
    return data


def result_of(data: Data, **values: float) -> Result:
    return ut.run(ut.from_data(data), values=values)


def gain_of(data: Data, alternative: str) -> Comparison:
    return result_of(data).compare(alternative)

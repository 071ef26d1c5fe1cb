"""Cases that the benchmarks run, as plain data in the shape of a scenario file."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from workload import ACTORS, COSTS, COUNTS, MORE_TO_WORK, RATE, STATES, YEARS, transitions

import utanforskap as ut
from utanforskap.inputs.case import Case, as_data

Data = dict[str, Any]
PRICE_YEAR = 2013


def kronor(value: float, unit: str = "kr/år") -> Data:
    return {"value": value, "unit": unit, "price_year": PRICE_YEAR}


def midsize(*, groups: int = 5, cohorts: int = 20, years: int = 40) -> Data:
    """Return groups on all four kinds of pathway, a new cohort each year, and a programme for the first group."""
    first = PRICE_YEAR + 1
    services = (
        "kommun.socialtjanst",
        "region.psykiatri",
        "region.primarvard",
        "rattsvasende.polis",
        "af",
        "kommun.skola",
    )
    flows: Data = {
        f"tjanst{position}": {
            "payer": payer, "kind": "service", "quantity": 1 + position, "amount": kronor(1000.0 * (position + 3)),
        }
        for position, payer in enumerate(services)
    }  # fmt: skip
    flows["bidrag"] = {
        "payer": "fk", "payee": "individ", "kind": "transfer", "taxable": True,
        "quantity": [12, 9, 6], "since": "start", "amount": kronor(8000.0, "kr/mån"),
    }  # fmt: skip
    flows["utredning"] = {"payer": "fk", "kind": "service", "per": "entry", "quantity": 1, "amount": kronor(12_000.0)}
    mix = {"skeden": 0.3, "overgangar": 0.3, "tid": 0.1, "kurva": 0.1, "etablerad": "rest"}
    return {
        "format": 1,
        "id": "midsize",
        "title": "Mid-size",
        "horizon": {"first_year": first, "years": years},
        "money": {"price_year": PRICE_YEAR},
        "discounting": {"profile": "see"},
        "taxes": {
            "employer_contributions": 0.3142,
            "income_tax": {"kommun": 0.19, "region": 0.1, "staten": -0.06},
            "retention": {"kommun": 0.1, "region": 0.1, "after_years": 2},
        },
        "states": {
            "arbete": {"title": "Work", "work": {"wage": {"amount": kronor(25_000.0, "kr/mån")}, "hours_share": 0.9}},
            "sjuk": {"title": "Sick", "flows": flows},
            "utanfor": {"title": "Outside", "flows": flows},
        },
        "pathways": {
            "etablerad": {"model": "stages", "stages": [{"state": "arbete"}]},
            "skeden": {
                "model": "stages",
                "stages": [{"state": "utanfor", "years": 4.5}, {"state": "sjuk", "years": 3}, {"state": "arbete"}],
            },
            "tid": {
                "model": "duration", "leaves": "utanfor", "reaches": "arbete",
                "distribution": "exponential", "median": 6,
            },
            "kurva": {
                "model": "curve", "target": "arbete", "otherwise": "utanfor", "counts": "start",
                "shares": {0: 0.1, 10: 0.6},
            },
            "overgangar": {
                "model": "markov", "initial": {"utanfor": 1}, "counted": "mid",
                "transitions": {
                    "utanfor": {"arbete": 0.15, "sjuk": 0.05, "utanfor": "rest"},
                    "sjuk": {"arbete": 0.05, "sjuk": "rest"},
                    "arbete": {"utanfor": 0.05, "arbete": "rest"},
                },
            },
        },
        "groups": {
            f"grupp{position}": {
                "title": f"Group {position}", "persons": 100 + position, "age": 18 + 5 * position, "pathways": mix,
                "reference": "etablerad", "repeat": {"until": first + cohorts - 1},
            }
            for position in range(groups)
        },
        "programmes": {
            "insats": {
                "title": "Programme", "starts": first, "leads_to": "etablerad", "success": 0.2, "evidence": "assumed",
                "reaches": {"group": "grupp0", "pathway": "skeden", "persons": "all", "cohorts": "all"},
                "deadweight": 0.1, "attribution": 1, "displacement": 0.1, "drop_off": 0.05,
                "costs": {"drift": {"amount": kronor(50_000.0, "kr"), "basis": "per_cohort", "funding": "finsam"}},
            },
        },
        "alternatives": {"insats": {"programmes": ["insats"]}},
    }  # fmt: skip


def markov() -> Data:
    """Return the reference workload: one person per strategy, who begins in the first state."""
    chains = transitions()

    def pathway(strategy: int) -> Data:
        rows = {
            origin: {
                target: "rest" if target == origin else float(chains[strategy, i, j]) for j, target in enumerate(STATES)
            }
            for i, origin in enumerate(STATES)
        }
        return {"model": "markov", "initial": {STATES[0]: 1}, "counted": "start", "transitions": rows}

    return {
        "format": 1,
        "id": "workload",
        "title": "The reference workload",
        "horizon": {"first_year": PRICE_YEAR, "years": YEARS},
        "money": {"price_year": PRICE_YEAR},
        "discounting": {"rate": RATE, "timing": "start"},
        "states": {
            state: {
                "title": state,
                "flows": {
                    actor.partition(".")[0]: {
                        "payer": actor, "kind": "service", "quantity": 1, "amount": kronor(float(COSTS[i, j])),
                    }
                    for j, actor in enumerate(ACTORS)
                },
            }
            for i, state in enumerate(STATES)
        },
        "pathways": {"utan": pathway(0), "med": pathway(1)},
        "groups": {"person": {"title": "Person", "persons": 1, "pathways": {"utan": 1}, "reference": "med"}},
    }  # fmt: skip


VARIATION = 0.30
"""Standard deviation of each unit cost as a share of its mean."""
SAMPLE = 0.2
"""Of the counts, how many stand behind the transition rows: about 200 a row."""


def counts() -> NDArray[np.float64]:
    """Return the weights of each row's Dirichlet [strategy, from, to]."""
    both = np.stack([COUNTS, COUNTS])
    both[1, :, 0] += MORE_TO_WORK
    return both * SAMPLE


def uncertain() -> Data:
    """Return the reference workload with all that is uncertain, and its strategies as alternatives."""
    data = markov()
    for strategy, pathway in enumerate(("utan", "med")):
        data["pathways"][pathway]["transitions"] = {
            origin: {"counts": dict(zip(STATES, map(float, counts()[strategy, i]), strict=True))}
            for i, origin in enumerate(STATES)
        }
    for state in data["states"].values():
        for flow in state["flows"].values():
            mean = flow["amount"]["value"]
            flow["amount"] |= {"family": "gamma", "mean": mean, "sd": VARIATION * mean}
    data["groups"]["person"] |= {"pathways": {"utan": 1, "med": "rest"}}
    data["alternatives"] = {"med": {"set": {"groups.person.pathways.utan": 0}}}
    return data


SPREAD = 0.2
"""How far the percentiles of an estimate lie from it, as a share of it, where a whole scenario is made uncertain."""


def all_uncertain(name: str) -> Case:
    """Return a bundled scenario in which every number that it states is uncertain."""
    data = as_data(ut.load(name).scenario)
    for part in ("states", "programmes", "pathways", "taxes"):
        _spread(data[part])
    return ut.from_data(data)


def _spread(part: Any) -> None:
    """Give every estimate in a part a low and a high."""
    if isinstance(part, dict):
        value = part.get("value")
        if isinstance(value, int | float) and value not in (0, 1):
            low, high = sorted((value * (1 - SPREAD), value * (1 + SPREAD)))
            part |= {"low": low, "high": (1 + value) / 2 if value < 1 < high else high}
        for inner in part.values():
            _spread(inner)
    elif isinstance(part, list):
        for inner in part:
            _spread(inner)

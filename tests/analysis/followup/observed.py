"""A measure small enough to reckon in the head, and participants of whom all is known."""

from typing import Any

import pandas as pd

import utanforskap as ut

FIRST = 2020


def kronor(value: float, **more: Any) -> dict[str, Any]:
    return {"value": value, "unit": "kr/år", "price_year": 2020, **more}


def case(*, persons: int = 10, success: float = 0.4, drop_off: float = 0.0, years: int = 6, **more: Any) -> Any:
    """Everybody is outside work the year before; work pays 300 000 kr a year, support costs the municipality 150 000.

    The years are those from the participants' start on.
    """
    stated: dict[str, Any] = {
        "format": 1,
        "id": "liten-insats",
        "title": "Liten insats",
        "horizon": {"first_year": FIRST - 1, "years": years + 1},
        "money": {"price_year": 2020, "real_growth": {"inkomstindex": 0.01}},
        "discounting": {"rate": 0.04, "timing": "start"},
        "taxes": {
            "employer_contributions": 0.3,
            "income_tax": {"kommun": 0.2, "region": 0.1, "staten": 0},
            "retention": {"kommun": 0.1, "region": 0.1, "after_years": 2},
        },
        "states": {
            "arbete": {
                "title": "I arbete",
                "work": {"wage": {"amount": kronor(300_000, index="inkomstindex")}, "hours_share": 1},
                "flows": {
                    "matchning": {
                        "payer": "af", "kind": "service", "per": "entry", "quantity": 1,
                        "amount": {"value": 7000, "unit": "kr/tillfälle", "price_year": 2020},
                    }
                },
            },
            "utanfor": {
                "title": "Utanför",
                "flows": {
                    "stod": {"payer": "kommun", "kind": "service", "amount": kronor(100_000), "quantity": 1},
                    "bidrag": {
                        "payer": "kommun", "payee": "individ", "kind": "transfer", "amount": kronor(50_000),
                        "quantity": 1,
                    },
                    "utredning": {
                        "payer": "fk", "kind": "service", "per": "entry", "quantity": 1,
                        "amount": {"value": 9000, "unit": "kr/ärende", "price_year": 2020},
                    },
                },
            },
            "anstalt": {
                "title": "På anstalt",
                "flows": {
                    "vard": {
                        "payer": "rattsvasende.kriminalvard", "kind": "service", "amount": kronor(900_000),
                        "quantity": 1,
                    }
                },
            },
        },
        "pathways": {
            "kvar": {"model": "stages", "stages": [{"state": "utanfor"}]},
            "i_arbete": {"model": "stages", "stages": [{"state": "arbete"}]},
            "vidare": {
                "model": "markov", "initial": {"arbete": 1}, "counted": "start",
                "transitions": {
                    "arbete": {"utanfor": 0.2, "arbete": "rest"}, "utanfor": {"arbete": 0.1, "utanfor": "rest"},
                },
            },
        },
        "groups": {
            "deltagare": {
                "title": "Deltagare", "persons": persons, "age": 40, "already": True, "pathways": {"kvar": 1},
            }
        },
        "programmes": {
            "insats": {
                "title": "Insatsen",
                "reaches": {"group": "deltagare", "pathway": "kvar", "persons": persons},
                "starts": FIRST,
                "leads_to": "i_arbete",
                "success": success,
                "evidence": "assumed",
                "deadweight": 0,
                "attribution": 1,
                "displacement": 0,
                "drop_off": drop_off,
                "costs": {
                    "drift": {
                        "amount": {"value": 20_000, "unit": "kr/deltagare", "price_year": 2020},
                        "basis": "per_participant", "funding": "finsam",
                    }
                },
            }
        },
        "alternatives": {"insats": {"programmes": ["insats"]}},
    }  # fmt: skip
    return ut.from_data(stated | more)


Stay = tuple[str, ...]


def people(stays: list[tuple[dict[str, Any], Stay]], *, before: str = "utanfor") -> Any:
    """Persons who start on 1 January 2020, each with what is known of them and a state for each year after."""
    rows = []
    for number, (known, after) in enumerate(stays):
        years = [known.pop("before", before), *after]
        for year, state in enumerate(years):
            if state:
                rows.append(
                    {
                        "person": f"hemlig-{number:03d}",
                        "from": f"{FIRST - 1 + year}-01-01",
                        "to": f"{FIRST - 1 + year}-12-31",
                        "state": state,
                        "start": f"{FIRST}-01-01",
                        **known,
                    }
                )
    mapping = {"format": 1, "shape": "spells", "states": {one: one for one in ("arbete", "utanfor", "anstalt")}}
    return ut.read_participants(pd.DataFrame(rows), mapping=mapping, case=case()).participants


def four_of_ten(years: int, *, of: int = 10, working: int = 4) -> Any:
    """Ten outside work, of whom four are in work from the start."""
    return people(
        [({"kön": "Kvinna" if number % 2 else "Man"}, ("arbete" if number < working else "utanfor",) * years)
         for number in range(of)]
    )  # fmt: skip

"""A case small enough for a whole report in a moment, and what tests ask of a report."""

import re
from collections.abc import Iterator
from typing import Any

import utanforskap as ut
from utanforskap.outputs.report.model import KeyFigures, Paragraph, Points, Report

_NUMBER = re.compile(r"\d(?:[\d\u00a0.,]*\d)?")
NASTY = [
    "<script>alert(1)</script>",
    '=cmd|"/C calc"!A0',
    "två\nrader\r\noch\ttabb",
    "🙂 ﷽ \u202eomvänt",
    "x" * 300,
    "a|b *c* [d](javascript:e) `f` # g",
    "\x00\x0b\ud800 kontroll",
    "</td></table><img src=x onerror=alert(1)>",
    '" onmouseover="alert(1)',
]


def kronor(value: float, **more: Any) -> dict[str, Any]:
    return {"value": value, "unit": "kr/år", "price_year": 2020, **more}


def small(**changes: Any) -> dict[str, Any]:
    """Ten persons outside work for eight years, undiscounted, and a programme that moves two of them."""
    return {
        "format": 1,
        "id": "liten",
        "title": {"sv": "Liten kalkyl", "en": "Small scenario"},
        "horizon": {"first_year": 2020, "years": 8, "mandate_from": 2020},
        "money": {"price_year": 2020},
        "discounting": {"rate": 0, "timing": "start"},
        "states": {
            "fri": {"title": {"sv": "Fri", "en": "Free"}},
            "utanfor": {
                "title": {"sv": "Utanför", "en": "Outside"},
                "flows": {
                    "stod": {
                        "title": {"sv": "Stöd", "en": "Support"},
                        "payer": "kommun",
                        "kind": "service",
                        "amount": kronor(100_000),
                        "quantity": 1,
                    },
                    "bidrag": {
                        "title": {"sv": "Bidrag", "en": "Benefit"},
                        "payer": "region",
                        "payee": "individ",
                        "kind": "transfer",
                        "taxable": False,
                        "amount": kronor(50_000),
                        "quantity": 1,
                    },
                },
            },
        },
        "pathways": {
            "ute": {"model": "stages", "stages": [{"state": "utanfor"}]},
            "inne": {"model": "stages", "stages": [{"state": "fri"}]},
        },
        "groups": {
            "unga": {
                "title": {"sv": "Unga", "en": "Young"},
                "persons": 10,
                "pathways": {"ute": 1},
                "reference": "inne",
            }
        },
        "programmes": {
            "jobbstod": {
                "title": {"sv": "Jobbstöd", "en": "Job support"},
                "reaches": {"group": "unga", "pathway": "ute", "persons": 10},
                "starts": 2020,
                "leads_to": "inne",
                "success": 0.2,
                "evidence": "assumed",
                "deadweight": 0,
                "attribution": 1,
                "displacement": 0,
                "drop_off": 0,
                "costs": {
                    "drift": {
                        "amount": {"value": 500_000, "unit": "kr", "price_year": 2020},
                        "basis": "once",
                        "year": 2020,
                        "payer": "kommun",
                    }
                },
            }
        },
        "alternatives": {"jobb": {"programmes": ["jobbstod"]}},
        **changes,
    }


def small_gain(**changes: Any) -> "ut.Comparison":
    return ut.run(ut.from_data(small(**changes))).compare("jobb")


def uncertain() -> dict[str, Any]:
    """The small case, whose support costs between half as much and twice as much, and whose success is unsure."""
    data = small()
    data["states"]["utanfor"]["flows"]["stod"]["amount"] |= {"low": 50_000, "high": 200_000}
    data["programmes"]["jobbstod"]["success"] = {"value": 0.2, "low": 0.02, "high": 0.4}
    return data


def numbers(text: str) -> set[str]:
    return set(_NUMBER.findall(text))


def told_numbers(report: Report) -> Iterator[tuple[str, str]]:
    """Yield every number that a report's sentences tell, with the sentence."""
    for block in report.blocks():
        match block:
            case Paragraph():
                texts = [block.text]
            case Points():
                texts = [text for _, text in block.items]
            case KeyFigures():
                texts = [f"{item.answer} {item.detail}" for item in block.items]
            case _:
                texts = []
        yield from ((number, text) for text in texts for number in numbers(text))


def tabled_numbers(report: Report) -> set[str]:
    return {
        number
        for table in report.tables()
        for text in [*(column.title for column in table.columns), *(cell for row in table.rows for cell in row.cells)]
        for number in numbers(text)
    }

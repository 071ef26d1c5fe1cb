"""The shell, and a scenario small enough to reckon in the head."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from utanforskap.apps.cli import app
from utanforskap.errors import Finding, Place

Shell = Callable[..., Result]
Write = Callable[..., str]


def kronor(value: float, **more: Any) -> dict[str, Any]:
    return {"value": value, "unit": "kr/år", "price_year": 2020, **more}


def small() -> dict[str, Any]:
    """Ten persons outside work for eight years, undiscounted, and a programme that moves one of them net."""
    return {
        "format": 1,
        "id": "liten",
        "title": {"sv": "Liten kalkyl", "en": "Small scenario"},
        "horizon": {"first_year": 2020, "years": 8, "mandate_from": 2020},
        "money": {"price_year": 2020},
        "discounting": {"rate": 0, "timing": "start"},
        "taxes": {
            "employer_contributions": 0.3,
            "income_tax": {"kommun": 0.2, "region": 0.1, "staten": 0},
            "retention": {"kommun": 0.1, "region": 0.1, "after_years": 0},
        },
        "states": {
            "arbete": {"title": "I arbete", "work": {"wage": {"amount": kronor(300_000)}, "hours_share": 1}},
            "utanfor": {
                "title": "Utanför",
                "flows": {
                    "stod": {
                        "title": {"sv": "Stöd", "en": "Support"},
                        "payer": "kommun",
                        "kind": "service",
                        "amount": kronor(100_000, low=90_000, high=120_000),
                        "quantity": 1,
                        "realisable": 0.5,
                    },
                    "bidrag": {
                        "title": {"sv": "Bidrag", "en": "Benefit"},
                        "payer": "kommun",
                        "payee": "individ",
                        "kind": "transfer",
                        "amount": kronor(50_000, source="utredning"),
                        "quantity": 1,
                    },
                },
            },
        },
        "sources": {"utredning": {"title": "En utredning", "year": 2019, "grade": "B"}},
        "pathways": {
            "ute": {"model": "stages", "stages": [{"state": "utanfor"}]},
            "inne": {"model": "stages", "stages": [{"state": "arbete"}]},
        },
        "groups": {"unga": {"title": "Unga", "persons": 10, "age": 20, "pathways": {"ute": 1}, "reference": "inne"}},
        "programmes": {
            "jobbstod": {
                "title": {"sv": "Jobbstöd", "en": "Job support"},
                "reaches": {"group": "unga", "pathway": "ute", "persons": 10},
                "starts": 2020,
                "leads_to": "inne",
                "success": 0.2,
                "evidence": "assumed",
                "deadweight": 0.5,
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
        "published": {
            "ett_tal": {
                "printed": "43 Mkr",
                "between": [43e6, 44e6],
                "source": "utredning",
                "reading": {"measure": "cost_of_exclusion", "perspective": "see"},
            }
        },
    }


@pytest.fixture
def shell(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Shell:
    """Run a command line in an empty folder, on a screen of 80 columns unless stated."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TERM", "dumb")

    def run(*line: str | Path, columns: int = 80) -> Result:
        monkeypatch.setenv("COLUMNS", str(columns))
        return CliRunner().invoke(app, [str(part) for part in line])

    return run


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write the small scenario, changed by a function, and return its name."""

    def write_it(change: Callable[[dict[str, Any]], Any] = lambda data: data, name: str = "liten.yaml") -> str:
        data = small()
        change(data)
        # JSON is YAML 1.2.
        tmp_path.joinpath(name).write_text(json.dumps(data, ensure_ascii=False), encoding="utf-8")
        return name

    return write_it


@pytest.fixture
def liten(write: Write) -> str:
    """The name of the small scenario's file."""
    return write()


FOUND = (
    Finding(
        "no-source", "states.utanfor", "Ett belopp saknar källa.", ("Säg den.",), Place("liten.yaml", 3, 5), "warning"
    ),
    Finding("grade-d", "", "Betyg D på skattningarna (22 st).", severity="note"),
)


@pytest.fixture
def two_findings(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every case have the same two findings, whatever checks there are."""

    def check_scenario(_: object, *, lang: str = "sv", ignore: tuple[str, ...] = ()) -> list[Finding]:
        assert lang in ("sv", "en")
        return [finding for finding in FOUND if finding.code not in ignore]

    monkeypatch.setattr("utanforskap.analysis.checks.check_scenario", check_scenario)

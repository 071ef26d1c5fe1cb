"""The record of an evaluation: its figures, how they were made, and nothing of any person, path or user."""

import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from utanforskap.analysis.followup.accounts import PUBLIC, SOCIETY, TOP
from utanforskap.analysis.followup.evaluation import Evaluation
from utanforskap.errors import Finding, InputError, Place
from utanforskap.outputs.evaluation.tables import mean_income
from utanforskap.outputs.record import Record, content_of, fingerprint, versions, without_paths

FORMAT = 1
KIND = "evaluation"
_FIGURES = (
    "participants", "comparison", "lost", "years", "first_start", "last_start", "persistence", "by_year", "effects",
    "likeness", "overlap", "payback", "potential", "promise", "quality", "settings",
)  # fmt: skip


def record_of_evaluation(evaluation: Evaluation) -> Record:
    """Return the record of an evaluation."""
    case = evaluation.case
    scenario = case.scenario
    each = asdict_of(evaluation)
    return Record(
        {
            "record": FORMAT,
            "of": KIND,
            "id": evaluation.id,
            "title": dict(evaluation.title),
            "scenario": case.id,
            "sha256": fingerprint(content_of(without_paths(case))),
            "alternative": evaluation.alternative,
            "design": evaluation.design,
            "evidence": evaluation.evidence,
            "caveats": [[id_, dict(said)] for id_, said in evaluation.caveats],
            "price_year": scenario.money.price_year,
            "horizon": [scenario.horizon.first_year, scenario.horizon.first_year + scenario.horizon.years - 1],
            "key_figures": key_figures(evaluation),
            "groups": [asdict(group) for group in evaluation.groups],
            **{name: each[name] for name in _FIGURES},
            "ladder": [list(step) for step in evaluation.ladder],
            "qualitative": {name: list(said) for name, said in evaluation.qualitative.items()},
            "versions": versions(),
        }
    )


def asdict_of(evaluation: Evaluation) -> dict[str, Any]:
    """Return the figures of an evaluation as plain data."""

    def plain(value: Any) -> Any:
        if isinstance(value, Mapping):
            return {name: plain(part) for name, part in value.items()}
        if isinstance(value, tuple | list):
            return [plain(part) for part in value]
        return asdict(value) if hasattr(value, "__dataclass_fields__") else value

    return {name: plain(getattr(evaluation, name)) for name in _FIGURES}


def key_figures(evaluation: Evaluation) -> dict[str, float | None]:
    """Return what evaluations are compared by: kronor per participant, months to payback, share realised."""
    number = evaluation.participants
    amounts = evaluation.everyone.amounts

    def each(value: float | None) -> float | None:
        return None if value is None else value / number

    society = amounts[SOCIETY]
    found = {"cost": each(society.cost), "net": each(society.net), "low": each(society.low), "high": each(society.high)}
    for name, amount in amounts.items():
        if name in (SOCIETY, PUBLIC) or name.startswith(TOP):
            hidden = amount.observed is None or amount.projected is None
            found[f"gross.{name}"] = None if hidden else each((amount.observed or 0.0) + (amount.projected or 0.0))
    payback = evaluation.payback.get(SOCIETY)
    months = (
        None if payback is None or payback.whole_years is None else 12 * payback.whole_years + (payback.months or 0)
    )
    income = mean_income(evaluation.everyone)
    return found | {"payback_months": months, "realised": evaluation.realised(), "income": income}


def read_record(path: Path) -> Mapping[str, Any]:
    """Return an evaluation's record from its file.

    Raises
    ------
    InputError
        If it is not one.
    """
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise _refused(path, f"It cannot be read: {error.strerror or error}.") from error
    except ValueError as error:
        raise _refused(path, "It is not JSON, so it is not the record of an evaluation.") from error
    if not isinstance(data, dict) or data.get("of") != KIND or data.get("record") != FORMAT:
        raise _refused(path, "It is not the record of an evaluation.")
    return data


def _refused(path: Path, message: str) -> InputError:
    help_ = "Write one with utanforskap evaluate --record, or utanforskap.write.record(evaluation, 'bokslut.json')."
    return InputError([Finding("evaluation-record", "", message, (help_,), Place(str(path), 1, 1))])

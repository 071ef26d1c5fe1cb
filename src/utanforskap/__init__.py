"""What it costs when a person stays outside working life, who bears it, and what doing something is worth."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from utanforskap.analysis import followup
    from utanforskap.analysis.checks import check_scenario
    from utanforskap.analysis.followup.evaluate import evaluate
    from utanforskap.analysis.followup.evaluation import Evaluation
    from utanforskap.analysis.followup.planned import evaluate_file
    from utanforskap.analysis.followup.synthetic import synthetic_participants
    from utanforskap.analysis.results import Comparison, Result, run
    from utanforskap.analysis.uncertainty.decisions import value_of_information
    from utanforskap.analysis.uncertainty.simulate import simulate
    from utanforskap.analysis.uncertainty.simulation import Simulation
    from utanforskap.errors import (
        Finding,
        InputError,
        QuestionError,
        UnknownNameError,
        UtanforskapError,
    )
    from utanforskap.inputs.case import Case
    from utanforskap.inputs.files import bundled, from_data, load
    from utanforskap.inputs.followup.read import read_participants
    from utanforskap.inputs.followup.suggest import suggest_mapping
    from utanforskap.inputs.pricelists.prices import prices
    from utanforskap.outputs import plot, write
    from utanforskap.outputs.evaluation.bank import bank
    from utanforskap.outputs.record import rerun
    from utanforskap.outputs.show import show
    from utanforskap.terms import Reading

__version__ = "0.1.0"

_HOMES = {
    "Case": "inputs.case",
    "Comparison": "analysis.results",
    "Evaluation": "analysis.followup.evaluation",
    "Finding": "errors",
    "InputError": "errors",
    "QuestionError": "errors",
    "Reading": "terms",
    "Result": "analysis.results",
    "Simulation": "analysis.uncertainty.simulation",
    "UnknownNameError": "errors",
    "UtanforskapError": "errors",
    "bank": "outputs.evaluation.bank",
    "bundled": "inputs.files",
    "check_scenario": "analysis.checks",
    "evaluate": "analysis.followup.evaluate",
    "evaluate_file": "analysis.followup.planned",
    "from_data": "inputs.files",
    "load": "inputs.files",
    "prices": "inputs.pricelists.prices",
    "read_participants": "inputs.followup.read",
    "rerun": "outputs.record",
    "run": "analysis.results",
    "show": "outputs.show",
    "simulate": "analysis.uncertainty.simulate",
    "suggest_mapping": "inputs.followup.suggest",
    "synthetic_participants": "analysis.followup.synthetic",
    "value_of_information": "analysis.uncertainty.decisions",
}

_MODULES = {"followup": "analysis.followup", "plot": "outputs.plot", "write": "outputs.write"}

__all__ = [
    "Case",
    "Comparison",
    "Evaluation",
    "Finding",
    "InputError",
    "QuestionError",
    "Reading",
    "Result",
    "Simulation",
    "UnknownNameError",
    "UtanforskapError",
    "bank",
    "bundled",
    "check_scenario",
    "evaluate",
    "evaluate_file",
    "followup",
    "from_data",
    "load",
    "plot",
    "prices",
    "read_participants",
    "rerun",
    "run",
    "show",
    "simulate",
    "suggest_mapping",
    "synthetic_participants",
    "value_of_information",
    "write",
]


def __getattr__(name: str) -> Any:
    """Return a public name, importing its module the first time it is asked for."""
    if name in _MODULES:
        return import_module(f"utanforskap.{_MODULES[name]}")
    if name not in _HOMES:
        raise AttributeError(f"module 'utanforskap' has no attribute '{name}'")
    return getattr(import_module(f"utanforskap.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    """Return the public names."""
    return sorted([*__all__, "__version__"])

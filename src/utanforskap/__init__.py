"""What it costs when a person stays outside working life, who bears it, and what doing something is worth."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from utanforskap.analysis.checks import check_scenario
    from utanforskap.analysis.results import Comparison, Result, run
    from utanforskap.errors import (
        Finding,
        InputError,
        QuestionError,
        UnknownNameError,
        UtanforskapError,
    )
    from utanforskap.inputs.case import Case
    from utanforskap.inputs.files import bundled, from_data, load
    from utanforskap.inputs.pricelists.prices import prices
    from utanforskap.terms import Reading

__version__ = "0.1.0"

_HOMES = {
    "Case": "inputs.case",
    "Comparison": "analysis.results",
    "Finding": "errors",
    "InputError": "errors",
    "QuestionError": "errors",
    "Reading": "terms",
    "Result": "analysis.results",
    "UnknownNameError": "errors",
    "UtanforskapError": "errors",
    "bundled": "inputs.files",
    "check_scenario": "analysis.checks",
    "from_data": "inputs.files",
    "load": "inputs.files",
    "prices": "inputs.pricelists.prices",
    "run": "analysis.results",
}

__all__ = [
    "Case",
    "Comparison",
    "Finding",
    "InputError",
    "QuestionError",
    "Reading",
    "Result",
    "UnknownNameError",
    "UtanforskapError",
    "bundled",
    "check_scenario",
    "from_data",
    "load",
    "prices",
    "run",
]


def __getattr__(name: str) -> Any:
    """Return a public name, importing its module the first time it is asked for."""
    if name not in _HOMES:
        raise AttributeError(f"module 'utanforskap' has no attribute '{name}'")
    return getattr(import_module(f"utanforskap.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    """Return the public names."""
    return sorted([*__all__, "__version__"])

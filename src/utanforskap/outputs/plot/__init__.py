"""Pictures of results: each function takes a result, draws upon the axes it is given or its own, and returns them."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from utanforskap.outputs.plot.kinds import KINDS

if TYPE_CHECKING:
    from utanforskap.outputs.plot.draws import acceptability, distribution, drawn
    from utanforskap.outputs.plot.evaluations import bank, evaluation, overlap
    from utanforskap.outputs.plot.flows import flow
    from utanforskap.outputs.plot.funders import fund_flow, leverage, thresholds
    from utanforskap.outputs.plot.money import by_actor, by_mandate, who_gains
    from utanforskap.outputs.plot.paper import alt_text, render
    from utanforskap.outputs.plot.persons import occupancy
    from utanforskap.outputs.plot.pictures import picture
    from utanforskap.outputs.plot.populations import mop_or_tap, stock_and_flow
    from utanforskap.outputs.plot.sensitivities import break_even, tornado
    from utanforskap.outputs.plot.time import cumulative, cumulative_readings

_HOMES = {
    "acceptability": "draws",
    "alt_text": "paper",
    "bank": "evaluations",
    "break_even": "sensitivities",
    "by_actor": "money",
    "by_mandate": "money",
    "cumulative": "time",
    "cumulative_readings": "time",
    "distribution": "draws",
    "drawn": "draws",
    "evaluation": "evaluations",
    "flow": "flows",
    "fund_flow": "funders",
    "leverage": "funders",
    "mop_or_tap": "populations",
    "occupancy": "persons",
    "overlap": "evaluations",
    "picture": "pictures",
    "render": "paper",
    "stock_and_flow": "populations",
    "thresholds": "funders",
    "tornado": "sensitivities",
    "who_gains": "money",
}

__all__ = [
    "KINDS",
    "acceptability",
    "alt_text",
    "bank",
    "break_even",
    "by_actor",
    "by_mandate",
    "cumulative",
    "cumulative_readings",
    "distribution",
    "drawn",
    "evaluation",
    "flow",
    "fund_flow",
    "leverage",
    "mop_or_tap",
    "occupancy",
    "overlap",
    "picture",
    "render",
    "stock_and_flow",
    "thresholds",
    "tornado",
    "who_gains",
]


def __getattr__(name: str) -> Any:
    """Return a picture's function, importing matplotlib the first time one is asked for."""
    if name not in _HOMES:
        raise AttributeError(f"module 'utanforskap.outputs.plot' has no attribute '{name}'")
    return getattr(import_module(f"utanforskap.outputs.plot.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    """Return the public names."""
    return sorted(__all__)

"""Which pictures there are, by name."""

from typing import Literal, get_args

Kind = Literal[
    "by_actor",
    "by_mandate",
    "cumulative",
    "who_gains",
    "flow",
    "occupancy",
    "tornado",
    "break_even",
    "distribution",
    "acceptability",
    "drawn",
    "stock_and_flow",
    "mop_or_tap",
    "leverage",
    "fund_flow",
    "thresholds",
]
KINDS: tuple[Kind, ...] = get_args(Kind)
"""The pictures, by name."""

FORMATS = ("png", "svg", "pdf")
"""What a picture can be written as."""

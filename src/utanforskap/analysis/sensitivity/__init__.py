"""What moves an answer: break-even, one and two parameters at a time, everything bad or good at once."""

from utanforskap.analysis.sensitivity.break_even import BreakEven, break_even, break_even_draws
from utanforskap.analysis.sensitivity.frames import (
    choice_text,
    grid_table,
    named_table,
    swing_label,
    swing_table,
    tornado_table,
)
from utanforskap.analysis.sensitivity.named import Named, named
from utanforskap.analysis.sensitivity.one_way import Swing, tornado
from utanforskap.analysis.sensitivity.two_way import Grid, two_way

__all__ = [
    "BreakEven",
    "Grid",
    "Named",
    "Swing",
    "break_even",
    "break_even_draws",
    "choice_text",
    "grid_table",
    "named",
    "named_table",
    "swing_label",
    "swing_table",
    "tornado",
    "tornado_table",
    "two_way",
]

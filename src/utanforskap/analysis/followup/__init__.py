"""What participants' data can show: counterfactual designs, what they rest on, and made-up data to try them on."""

from utanforskap.analysis.followup.designs import (
    BeforeAfter,
    BeforeTrend,
    DifferenceInDifferences,
    Matched,
    StatedDeadweight,
    Weighted,
)
from utanforskap.analysis.followup.estimates import EffectEstimate, attrition_bounds, estimate_effect, placebo
from utanforskap.analysis.followup.samples import Sample, sample_of

__all__ = [
    "BeforeAfter",
    "BeforeTrend",
    "DifferenceInDifferences",
    "EffectEstimate",
    "Matched",
    "Sample",
    "StatedDeadweight",
    "Weighted",
    "attrition_bounds",
    "estimate_effect",
    "placebo",
    "sample_of",
]

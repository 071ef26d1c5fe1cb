"""What was drawn of uncertain estimates, beside what was stated. It is drawn again when asked for, and so not kept."""

from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from utanforskap.analysis.uncertainty.blocks import grouped, in_order, threads
from utanforskap.engine.draws import Sampler
from utanforskap.engine.parameters import Array
from utanforskap.engine.summaries import Bins, Summary
from utanforskap.errors import UnknownNameError
from utanforskap.inputs.case import Case, setting_name
from utanforskap.terms import Lang, label

if TYPE_CHECKING:
    import pandas as pd

_SHARES = (0.5, 0.05, 0.95)
_COLUMNS = (
    "value", "low_stated", "high_stated", "unit", "family",
    "drawn_mean", "drawn_median", "drawn_low", "drawn_high", "mean_error",
)  # fmt: skip


@dataclass(frozen=True)
class _Summarised:
    """What a worker makes of the draws of some blocks."""

    sampler: Sampler
    bins: Bins | None = None

    def __call__(self, blocks: Sequence[int]) -> Summary:
        summary, *others = (Summary.of(self.sampler.block(block), block=block, bins=self.bins) for block in blocks)
        for other in others:
            summary = summary.merge(other)
        return summary


def summary_of(sampler: Sampler) -> Summary:
    """Return what the draws of every estimate amount to, in the order of the sampler's names [shape (name,)]."""
    whole = _Summarised(sampler)(sampler.blocks[:1])
    task = _Summarised(sampler, whole.bins)
    with threads() as pool, closing(in_order(task, grouped(sampler.blocks[1:]), executor=pool)) as found:
        for part in found:
            whole = whole.merge(part)
    return whole


def drawn(sampler: Sampler, names: Sequence[str]) -> dict[str, Array]:
    """Return the draws of some estimates, or of all where none is named [each of shape (draw,)].

    Raises
    ------
    UnknownNameError
        If one is not drawn.
    """
    for name in names:
        if name not in sampler.names:
            raise UnknownNameError(what="an estimate that is drawn", given=name, known=sampler.names)
    places = [sampler.names.index(name) for name in names or sampler.names]
    whole = np.concatenate([sampler.block(block)[places] for block in sampler.blocks], axis=1)
    return dict(zip(names or sampler.names, whole, strict=True))


def summarised(case: Case, sampler: Sampler, *, lang: Lang) -> "pd.DataFrame":
    """Return every estimate's stated value, range and family, and the mean and percentiles that were drawn."""
    import pandas as pd

    rows = {name: _stated(case, name) for name in sampler.single}
    for row in sampler.rows:
        for name, weight in zip(row.names, row.weights, strict=True):
            rows[name] = {"value": weight / sum(row.weights), "unit": "", "family": "dirichlet"}
    columns: dict[str, Any] = {id_: [row.get(id_) for row in rows.values()] for id_ in _COLUMNS[:5]}
    if rows:
        summary = summary_of(sampler)
        median, low, high = summary.quantile(_SHARES)
        columns |= {
            "drawn_mean": summary.mean, "drawn_median": median, "drawn_low": low, "drawn_high": high,
            "mean_error": summary.mean_error,
        }  # fmt: skip
    frame = pd.DataFrame(columns, index=pd.Index(list(rows), name=label("columns", "name", lang)))
    return frame.rename(columns={id_: label("simulation", id_, lang) for id_ in _COLUMNS})


def _stated(case: Case, name: str) -> dict[str, Any]:
    settings = {
        setting_name(id_, estimate): said
        for id_, alternative in case.scenario.alternatives.items()
        for estimate, said in alternative.set.items()
    }
    said = settings.get(name) or case.estimates[name]
    return {
        "value": said.value,
        "low_stated": said.low,
        "high_stated": said.high,
        "unit": str(getattr(said, "unit", None) or ""),
        "family": said.family or "two_piece",
    }

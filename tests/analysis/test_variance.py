"""Where the spread comes from: Sobol indices against closed forms, through the function that does a case's work."""

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest
from analysis.bets import COST, SAVED, bet, normal
from numpy.typing import NDArray

import utanforskap as ut
from utanforskap.analysis.uncertainty.variance import SobolIndex, SobolIndices, sobol
from utanforskap.engine.draws import Sampler
from utanforskap.inputs.values.distributions import Dirichlet, Normal, Uniform

Array = NDArray[np.float64]
ROW = ("a", "b", "c")


def within(index: SobolIndex, *, first: float, total: float, close: float = 0.02) -> bool:
    return abs(index.first - first) < close and abs(index.total - total) < close


def ishigami(x: Mapping[str, Array]) -> Array:
    """Ishigami & Homma (1990), with a = 7 and b = 0.1."""
    found: Array = np.sin(x["x1"]) + 7.0 * np.sin(x["x2"]) ** 2 + 0.1 * x["x3"] ** 4 * np.sin(x["x1"])
    return found


def summed(x: Mapping[str, Array]) -> Array:
    """The sum of all, the i-th of them i times."""
    found: Array = np.sum([place * x[name] for place, name in enumerate(sorted(x), start=1)], axis=0)
    return found


def test_the_ishigami_function() -> None:
    # V1 = (1 + b π⁴ / 5)² / 2, V2 = a² / 8, V13 = b² π⁸ (1/18 - 1/50) (Saltelli et al. 2008, ch. 4).
    a, b = 7.0, 0.1
    v1 = 0.5 * (1.0 + b * math.pi**4 / 5.0) ** 2
    v2 = a**2 / 8.0
    v13 = b**2 * math.pi**8 * (1.0 / 18.0 - 1.0 / 50.0)
    v = v1 + v2 + v13
    single = {name: Uniform(-math.pi, math.pi) for name in ("x1", "x2", "x3")}
    groups = {**{name: (name,) for name in single}, "both": ("x1", "x3")}
    found, sd = sobol(ishigami, sampler=Sampler(1, 1 << 13, single), groups=groups)
    assert sd == pytest.approx(math.sqrt(v), rel=0.01)
    assert within(found["x1"], first=v1 / v, total=(v1 + v13) / v)
    assert within(found["x2"], first=v2 / v, total=v2 / v)
    assert within(found["x3"], first=0.0, total=v13 / v)
    assert within(found["both"], first=(v1 + v13) / v, total=(v1 + v13) / v)
    for index in found.values():
        assert index.first_between[0] < index.first < index.first_between[1]
        assert index.total_between[0] < index.total < index.total_between[1]


def test_what_is_drawn_together_is_one_group() -> None:
    # Y = (a + 2 b + 3 c) + (4 u + 5 v): for the shares s of a Dirichlet with means m and weights that sum to W,
    # V(Σ k s) = (Σ k² m - (Σ k m)²) / (W + 1).
    means = np.array([0.2, 0.3, 0.5])
    factor = np.array([1.0, 2.0, 3.0])
    of_row = (np.sum(factor**2 * means) - np.sum(factor * means) ** 2) / 11.0
    single = {"u": Normal(0.0, 0.1), "v": Normal(0.0, 0.1)}
    correlations = {("u", "v"): 0.5}
    of_pair = 0.01 * (4.0**2 + 5.0**2 + 2.0 * 0.5 * 4.0 * 5.0)
    sampler = Sampler(1, 1 << 12, single, (Dirichlet(ROW, (2.0, 3.0, 5.0)),), correlations)
    found, sd = sobol(summed, sampler=sampler, groups={"row": ROW, "pair": ("u", "v")})
    assert sd**2 == pytest.approx(of_row + of_pair, rel=0.01)
    assert within(found["row"], first=of_row / (of_row + of_pair), total=of_row / (of_row + of_pair))
    assert within(found["pair"], first=of_pair / (of_row + of_pair), total=of_pair / (of_row + of_pair))


def test_a_single_group_and_an_answer_without_spread() -> None:
    sampler = Sampler(1, 256, {"x": Normal(0.0, 1.0)})
    found, _ = sobol(summed, sampler=sampler, groups={"x": ("x",)})
    assert within(found["x"], first=1.0, total=1.0, close=0.05)
    found, sd = sobol(lambda x: np.zeros_like(x["x"]), sampler=sampler, groups={"x": ("x",)})
    assert (found["x"], sd) == (SobolIndex(0.0, 0.0, (0.0, 0.0), (0.0, 0.0)), 0.0)


# --- of a case ------------------------------------------------------------------------------------


def asked(data: dict[str, Any], **how: Any) -> SobolIndices:
    return ut.run(ut.from_data(data)).compare("insats").sobol_indices(**how)


def test_a_linear_case_has_its_shares_of_variance() -> None:
    # p1 - p2 with variances 1 and 4.
    found = asked(bet())
    assert list(found.indices) == [COST, SAVED]
    assert within(found.indices[SAVED], first=0.2, total=0.2)
    assert within(found.indices[COST], first=0.8, total=0.8)
    assert found.sd == pytest.approx(1000.0 * math.sqrt(5.0), rel=0.01)


def product() -> dict[str, Any]:
    """Return a case that gains success × saved, less a cost that is certain."""
    data = bet(saved=normal(20_000, 2_000, unit="kr/år"), cost={"value": 5_000, "unit": "kr", "price_year": 2020})
    data["programmes"]["insats"]["success"] = {"value": 0.5, "family": "normal", "mean": 0.5, "sd": 0.04}
    return data


def test_a_product_has_a_part_that_comes_from_both_together() -> None:
    # V = (m_s s_p)² + (m_p s_s)² + (s_s s_p)².
    of_saved, of_success, of_both = (0.5 * 2000.0) ** 2, (20_000.0 * 0.04) ** 2, (0.04 * 2000.0) ** 2
    v = of_saved + of_success + of_both
    found = asked(product(), n=1 << 13)
    assert within(found.indices[SAVED], first=of_saved / v, total=(of_saved + of_both) / v)
    success = found.indices["programmes.insats.success"]
    assert within(success, first=of_success / v, total=(of_success + of_both) / v)


def test_stated_groups_are_varied_together_and_the_rest_alone() -> None:
    data = product()
    data["programmes"]["insats"]["deadweight"] = {"value": 0.1, "low": 0.05, "high": 0.2}
    found = asked(data, n=256, groups={"effekt": ["success", "deadweight"]})
    assert found.groups == {
        "effekt": ("programmes.insats.success", "programmes.insats.deadweight"),
        SAVED: (SAVED,),
    }


def test_the_same_seed_gives_the_same_intervals() -> None:
    assert asked(bet(), n=256).indices == asked(bet(), n=256).indices
    assert asked(bet(), n=256).indices != asked(bet(), n=256, seed=2).indices


def test_values_that_a_result_was_given_stand_as_they_are() -> None:
    result = ut.run(ut.from_data(bet()), values={COST: 20_000.0})
    found = result.compare("insats").sobol_indices(n=256)
    assert found.indices[COST] == SobolIndex(0.0, 0.0, (0.0, 0.0), (0.0, 0.0))
    assert within(found.indices[SAVED], first=1.0, total=1.0, close=0.1)


def test_the_table_and_what_it_means() -> None:
    found = asked(bet(), n=1024, perspective="region")
    table = found.table(lang="en")
    assert list(table.columns) == [
        "Estimates", "Alone", "Alone, from", "Alone, to", "In total", "In total, from", "In total, to",
    ]  # fmt: skip
    index = found.indices[COST]
    assert table.loc[COST].tolist() == [1, index.first, *index.first_between, index.total, *index.total_between]
    assert found.table().attrs["caption"] == (
        "Vinst efter insatskostnad; region; 2020; 2020 års priser; nuvärde 2020, 0 %, årets början; "
        "1\u00a0024 dragningar × 4, frö 1; 90-procentiga intervall"
    )
    spread, most = found.sentences()
    assert spread == f"Svarets standardavvikelse är 2\u00a0{found.sd - 2000.0:.0f}\u00a0kr."
    assert most.startswith(f"Mest kommer av {COST}: ")
    assert repr(found) == f"{spread}\n{most}"


@pytest.mark.parametrize(
    ("how", "message"),
    [
        (
            {"n": 1000},
            "Sobol indices are taken of a power of two draws, and 1000 is not one.\nAsk for 512 or 1024 draws.",
        ),
        ({"n": 0}, "The number of draws is 0: it must be at least 1."),
        ({"groups": {"x": []}}, "The group 'x' is empty.\nName the estimates in it."),
        ({"seed": -1}, "The seed is -1: it must be 0 or more."),
    ],
)
def test_what_cannot_be_answered_is_refused(how: dict[str, Any], message: str) -> None:
    with pytest.raises(ut.QuestionError) as refused:
        asked(bet(), **how)
    assert str(refused.value) == message

"""The only place where estimates become floats: a point, or values given by name."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from utanforskap.errors import QuestionError
from utanforskap.inputs.case import PRICES, Case, kronor_factor
from utanforskap.inputs.parts.pathways import SUM_TOLERANCE
from utanforskap.inputs.parts.scenario import Group, Mix
from utanforskap.inputs.parts.states import RateReference, RateShare, SignedRateShare
from utanforskap.inputs.values.estimates import Money
from utanforskap.inputs.values.units import Unit, unit_named, yearly

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Parameters:
    """The value of every estimate of a case, by name, for one point or many draws.

    Attributes
    ----------
    case : Case
        Whose estimates they are.
    values : mapping of str to ndarray, shape (draw,)
        In each estimate's own unit and kronor.
    draws : int
        How many values each has; 1 in a point run.
    """

    case: Case
    values: Mapping[str, Array]
    draws: int

    def __getitem__(self, name: str) -> Array:
        """Return an estimate's values in its own unit [shape (draw,)]."""
        return self.values[name]

    def kronor(self, name: str) -> Array:
        """Return an amount in the case's kronor and cost level, per its own unit [kr per unit, shape (draw,)]."""
        estimate = self.case.estimates[name]
        assert isinstance(estimate, Money)
        if estimate.unit == Unit.WAGE_SHARE:
            return self[name] * self.yearly_wage(f"{PRICES}.{estimate.of}")
        terms = self.case.scenario.money
        growth = {index: self[f"money.index_growth.{index}"] for index in terms.index_growth}
        return self[name] * kronor_factor(estimate, terms=terms, indices=self.case.indices, growth=growth)

    def yearly_wage(self, name: str) -> Array:
        """Return a full-time gross wage a year in the case's kronor [kr, shape (draw,)]."""
        wage = self.case.estimates[name]
        assert isinstance(wage, Money)
        return self.kronor(name) * yearly(unit_named(wage.unit))

    def rate(self, said: RateShare | SignedRateShare, path: str, *, tax_year: int) -> Array:
        """Return a tax rate: said in place, or the price list's for a tax year [shape (draw,)]."""
        if isinstance(said, RateReference):
            return self[f"{PRICES}.{said.price}"] * self.case.rate_ratio(said.price, tax_year)
        return self[path]

    def shares(self, mix: Mix, path: str) -> dict[str, Array]:
        """Return shares that sum to one, by id; ``rest`` takes what the others leave [each of shape (draw,)].

        Raises
        ------
        QuestionError
            If replaced values no longer make a whole.
        """
        if isinstance(mix, str):
            return {mix: np.ones(self.draws)}
        stated = {id_: self[f"{path}.{id_}"] for id_, share in mix.items() if share != "rest"}
        total = np.sum(list(stated.values()), axis=0) if stated else np.zeros(self.draws)
        over = total - 1.0 if "rest" in mix.values() else np.abs(total - 1.0)
        if np.any(over > SUM_TOLERANCE):
            raise QuestionError(f"{path}: with these values the shares sum to {total[np.argmax(over)]:g}")
        return {id_: stated[id_] if id_ in stated else 1.0 - total for id_ in mix}

    def reference(self, group: Group, path: str, name: str) -> dict[str, Array]:
        """Return the shares of a group's pathways in a reference: ``reference``, or one of its others by name."""
        if name == "reference":
            assert group.reference is not None
            return self.shares(group.reference, f"{path}.reference")
        return self.shares(group.references[name], f"{path}.references.{name}")


def point(case: Case, *, alternative: str | None = None, values: Mapping[str, ArrayLike] | None = None) -> Parameters:
    """Return the parameters of a case at its estimates' values, some of them replaced.

    Parameters
    ----------
    case : Case
        The case.
    alternative : str or None
        An alternative, whose ``set`` is applied.
    values : mapping of str to array_like, optional
        Values that win over both, by full name, in the estimate's own unit; each a number or an array of one
        number a draw, all arrays of one length.
    """
    stated: dict[str, ArrayLike] = {name: estimate.value for name, estimate in case.estimates.items()}
    if alternative is not None:
        stated |= {name: said.value for name, said in case.scenario.alternatives[alternative].set.items()}
    given = dict(values or {})
    for name in given:
        case.estimate(name)
    arrays = {name: np.atleast_1d(np.asarray(value, dtype=np.float64)) for name, value in (stated | given).items()}
    draws = max((array.size for array in arrays.values()), default=1)
    return Parameters(case, {name: np.broadcast_to(array, (draws,)) for name, array in arrays.items()}, draws)

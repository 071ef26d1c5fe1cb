"""The only place where estimates become floats: a point, or values given by name."""

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from utanforskap.errors import QuestionError
from utanforskap.inputs.case import PRICES, Case, kronor_factor
from utanforskap.inputs.parts.scenario import Group
from utanforskap.inputs.parts.shares import Mix, shares_of
from utanforskap.inputs.parts.states import RateReference, RateShare, SignedRateShare
from utanforskap.inputs.values.distributions import SUM_TOLERANCE
from utanforskap.inputs.values.estimates import Money
from utanforskap.inputs.values.units import Unit, unit_named, yearly

Array = NDArray[np.float64]
T = TypeVar("T")

_WHO_IS_WHERE = ("groups.", "pathways.", "programmes.")
"""What the names of estimates begin with that no price, tax or state depends on."""


def stacked(arrays: Sequence[Array]) -> Array:
    """Return arrays of one value or one a draw as rows of one array [shape (row, draw)]."""
    return np.stack(np.broadcast_arrays(*arrays))


@dataclass(frozen=True, eq=False)
class Parameters:
    """The value of every estimate of a case, by name, for one point or many draws.

    An array of one value, here and in all that is computed from it, stands for every draw: what is certain is
    computed once.

    Attributes
    ----------
    case : Case
        Whose estimates they are.
    values : mapping of str to ndarray, shape (draw,) or (1,)
        In each estimate's own unit and kronor.
    draws : int
        How many values each has; 1 in a point run.
    same_prices : Parameters or None
        Others of the case that differ at most in who is where, so that what is made of prices is theirs too.
    same_walks : Parameters or None
        Others of the case that differ at most in how many come, so that routes, and what persons on them set moving,
        are theirs too.
    """

    case: Case
    values: Mapping[str, Array]
    draws: int
    same_prices: "Parameters | None" = None
    same_walks: "Parameters | None" = None
    _made: dict[Hashable, Any] = field(default_factory=dict, init=False, repr=False)

    def __getitem__(self, name: str) -> Array:
        """Return an estimate's values in its own unit [shape (draw,) or (1,)]."""
        return self.values[name]

    def replaced(self, values: Mapping[str, ArrayLike]) -> "Parameters":
        """Return the same parameters with some values replaced; each a number or an array of one number a draw."""
        arrays = {name: np.atleast_1d(np.asarray(value, dtype=np.float64)) for name, value in values.items()}
        draws = max((self.draws, *(array.size for array in arrays.values())))
        same_prices = (self.same_prices or self) if all(name.startswith(_WHO_IS_WHERE) for name in arrays) else None
        return Parameters(self.case, {**self.values, **arrays}, draws, same_prices)

    def resized(self, values: Mapping[str, ArrayLike]) -> "Parameters":
        """Return the same parameters with other numbers of those who come to groups with an inflow."""
        return replace(self.replaced(values), same_walks=self.same_walks or self)

    def once(self, key: Hashable, make: Callable[[], T]) -> T:
        """Return what is made of these values under a key, made when it is first asked for."""
        if key not in self._made:
            self._made[key] = make()
        made: T = self._made[key]
        return made

    def once_of_prices(self, key: Hashable, make: Callable[[], T]) -> T:
        """Return what is made under a key of values that do not say who is where."""
        return (self.same_prices or self).once(key, make)

    def once_of_walks(self, key: Hashable, make: Callable[[], T]) -> T:
        """Return what is made under a key of values that do not say how many come to groups with an inflow."""
        return (self.same_walks or self).once(key, make)

    def kronor(self, name: str) -> Array:
        """Return an amount in the case's kronor and cost level [kr per unit of its own, shape (draw,) or (1,)]."""
        # What a programme costs stands among the programmes, and is no price that they share.
        once = self.once if name.startswith(_WHO_IS_WHERE) else self.once_of_prices
        return once(("kronor", name), lambda: self._kronor(name))

    def _kronor(self, name: str) -> Array:
        estimate = self.case.estimates[name]
        assert isinstance(estimate, Money)
        if estimate.unit == Unit.WAGE_SHARE:
            return self[name] * self.yearly_wage(f"{PRICES}.{estimate.of}")
        terms = self.case.scenario.money
        if not terms.index_growth:
            return self[name] * self.case.kronor_factor(name)
        growth = {index: self[f"money.index_growth.{index}"] for index in terms.index_growth}
        return self[name] * kronor_factor(estimate, terms=terms, indices=self.case.indices, growth=growth)

    def yearly_wage(self, name: str) -> Array:
        """Return a full-time gross wage a year in the case's kronor [kr, shape (draw,) or (1,)]."""
        wage = self.case.estimates[name]
        assert isinstance(wage, Money)
        return self.kronor(name) * yearly(unit_named(wage.unit))

    def rate(self, said: RateShare | SignedRateShare, path: str, *, tax_year: int) -> Array:
        """Return a tax rate: said in place, or the price list's for a tax year [shape (draw,) or (1,)]."""
        if isinstance(said, RateReference):
            return self[f"{PRICES}.{said.price}"] * self.case.rate_ratio(said.price, tax_year)
        return self[path]

    def shares(self, mix: Mix, path: str) -> dict[str, Array]:
        """Return shares that sum to one, by id; ``rest`` takes what the others leave [each of shape (draw,) or (1,)].

        Raises
        ------
        QuestionError
            If replaced values no longer make a whole.
        """
        if isinstance(mix, str):
            return {mix: np.ones(1)}
        whole = shares_of(mix)
        stated = {id_: self[f"{path}.{id_}"] for id_, share in whole.items() if share != "rest"}
        total = np.sum(stacked(list(stated.values())), axis=0) if stated else np.zeros(1)
        over = total - 1.0 if "rest" in whole.values() else np.abs(total - 1.0)
        if np.any(over > SUM_TOLERANCE):
            raise QuestionError(f"{path}: with these values the shares sum to {total[np.argmax(over)]:g}")
        return {id_: stated[id_] if id_ in stated else 1.0 - total for id_ in whole}

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
    return Parameters(case, arrays, draws)

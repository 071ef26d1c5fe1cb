"""What a stream of yearly gains amounts to: payback, ratios, rates and who pays for whose gain."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from utanforskap.analysis import markup, wording
from utanforskap.engine.pathways import Array
from utanforskap.terms import Lang, label

_ROUNDING = 1e-12  # of the largest sum in play; what is smaller is taken as nothing
_LAST_YEARS = 2  # years at the horizon's end that must be without gain and cost for "never"


PaybackStatus = Literal["time", "no_own_cost", "not_within", "never"]
STATUSES: tuple[PaybackStatus, ...] = get_args(PaybackStatus)


@dataclass(frozen=True, slots=True)
class Payback:
    """When the money is back.

    Attributes
    ----------
    status : {"time", "no_own_cost", "not_within", "never"}
        ``time``: it is paid back after `years`. ``no_own_cost``: nothing is paid and nothing lost.
        ``not_within``: not within `horizon` years. ``never``: nor later, since the gains have ended and
        the costs too.
    years : float or None
        Time from the start of the first year with a cost [years, 0 or more]; None unless the status is
        ``time``.
    horizon : int
        Years from the start of that year to the end of the stream [years].
    """

    status: PaybackStatus
    years: float | None
    horizon: int

    @property
    def whole_years(self) -> int | None:
        """The whole years of the time [years]."""
        return None if self.years is None else self._months_in_all(self.years) // 12

    @property
    def months(self) -> int | None:
        """The months beyond the whole years [0 to 11]; a begun month is counted whole."""
        return None if self.years is None else self._months_in_all(self.years) % 12

    @property
    def at_once(self) -> bool:
        """Whether the first year's gains cover its cost and nothing is owed later, so that the time is nought."""
        return self.years is not None and self._months_in_all(self.years) == 0

    def in_words(self, *, lang: Lang = "sv") -> str:
        """Return when the money is back, as people say it; a year is straight, so nought means the first year."""
        years = self.horizon if self.status == "not_within" else self.whole_years
        answer = "at_once" if self.at_once else self.status
        return label("answers", answer, lang).format(years=years, months=self.months)

    def _repr_html_(self) -> str:
        return markup.shown(markup.answer(label("metrics", "payback", "sv"), self.in_words()))

    @staticmethod
    def _months_in_all(years: float) -> int:
        return math.ceil(years * 12.0 - 1e-9)


@dataclass(frozen=True, slots=True, eq=False)
class Paybacks:
    """When the money is back, draw by draw; see `Payback`.

    Attributes
    ----------
    status : ndarray of int, shape (draw,)
        The position of each draw's answer in `STATUSES`.
    years : ndarray, shape (draw,)
        Time from the start of the first year with a cost [years, 0 or more]; not a number unless the status is
        ``time``.
    first : ndarray of int, shape (draw,)
        The year of the stream, from 0, that time is counted from.
    """

    status: NDArray[np.intp]
    years: Array
    first: NDArray[np.intp]


def paybacks(*, gains: Array, cost_years: NDArray[np.bool_]) -> Paybacks:
    """Return the first moment after which the accumulated gain stays at or above zero to the horizon, draw by draw.

    The accumulated gain C(t) is linear within a year, with C(0) = 0 at the start of the stream. Where it
    passes zero for the last time in year j, the moment is ``j - C(j) / (C(j + 1) - C(j))``. A stream that
    pays, gains and loses again is paid back only after the last time it is below zero. Gains before the
    first cost count.

    Parameters
    ----------
    gains : array (year, draw)
        Yearly net gain, after programme cost and financing [kr; present values for the discounted payback].
    cost_years : bool array (year, draw)
        The years with a programme or financing line in the reading. Time is counted from the first of
        them, or, where there are none, from the first year with a gain or a loss.

    Returns
    -------
    Paybacks
        ``never`` only where the last two years have no cost and no gain above zero; otherwise a payback
        that is not reached is ``not_within``.

    References
    ----------
    Boardman, A. et al. (2018). Cost-Benefit Analysis: Concepts and Practice, 5th ed.
    """
    accumulated = np.zeros((len(gains) + 1, gains.shape[1]))
    for year, gained in enumerate(gains):  # a row at a time, which is in order in memory
        np.add(accumulated[year], gained, out=accumulated[year + 1])
    nothing = _ROUNDING * np.sum(np.abs(gains), axis=0)
    below = accumulated < -nothing
    costs = cost_years.any(axis=0)
    started = cost_years if costs.all() else np.where(costs, cost_years, gains != 0.0)
    first = np.argmax(started, axis=0)
    is_ever_below = below.any(axis=0)
    is_over = ~cost_years[-_LAST_YEARS:].any(axis=0) & np.all(gains[-_LAST_YEARS:] <= 0.0, axis=0)
    status = np.full(gains.shape[1], STATUSES.index("time"))
    status[below[-1]] = STATUSES.index("not_within")
    status[below[-1] & is_over] = STATUSES.index("never")
    status[~is_ever_below & ~costs] = STATUSES.index("no_own_cost")
    moment = np.zeros(gains.shape[1])
    back = np.flatnonzero(is_ever_below & ~below[-1])
    last = len(gains) - np.argmax(below[::-1, back], axis=0)
    before, after = accumulated[last, back], accumulated[last + 1, back]
    after[np.abs(after) <= nothing[back]] = 0.0
    moment[back] = last - before / (after - before)
    years = np.where(status == STATUSES.index("time"), np.maximum(moment - first, 0.0), math.nan)
    return Paybacks(status, years, first)


def payback(*, gains: Array, cost_years: NDArray[np.bool_]) -> Payback:
    """Return when the money of one stream is back; see `paybacks`.

    Parameters
    ----------
    gains : array (year,)
        Yearly net gain, after programme cost and financing [kr; present values for the discounted payback].
    cost_years : bool array (year,)
        The years with a programme or financing line in the reading.
    """
    found = paybacks(gains=gains[:, np.newaxis], cost_years=cost_years[:, np.newaxis])
    status = STATUSES[int(found.status[0])]
    years = float(found.years[0]) if status == "time" else None
    return Payback(status=status, years=years, horizon=len(gains) - int(found.first[0]))


def benefit_cost_ratio(*, pv_gross: float, pv_cost: float) -> float | None:
    """Return the gain before programme cost per krona of programme cost.

    ``PV(gross gain) / PV(programme cost)``, both of the reading's actors; financing is in neither.

    Parameters
    ----------
    pv_gross : float
        Present value of the gain before programme cost [kr].
    pv_cost : float
        Present value of the programme cost borne [kr, a cost is positive].

    Returns
    -------
    float or None
        None without a cost.

    References
    ----------
    Boardman, A. et al. (2018). Cost-Benefit Analysis, 5th ed.
    """
    return pv_gross / pv_cost if pv_cost > 0.0 else None


@dataclass(frozen=True, slots=True)
class InternalRate:
    """The rate of interest at which a stream is worth nothing.

    Attributes
    ----------
    rate : float or None
        Yearly rate [share]; None unless the status is ``ok``.
    status : {"ok", "no_sign_change", "not_unique"}
        ``no_sign_change``: the stream, or its present value at every rate, has one sign. ``not_unique``:
        several rates.
    """

    rate: float | None
    status: Literal["ok", "no_sign_change", "not_unique"]

    def in_words(self, *, lang: Lang = "sv") -> str:
        """Return the rate in percent, or why there is none."""
        if self.status == "not_unique":
            return label("answers", "not_unique", lang)
        return wording.NONE if self.rate is None else wording.percent(self.rate, lang=lang)

    def _repr_html_(self) -> str:
        return markup.shown(markup.answer(label("metrics", "irr", "sv"), self.in_words()))


def internal_rate_of_return(*, net_gain: Array) -> InternalRate:
    """Return the rate r at which ``sum over t of net_gain(t) / (1 + r)^t`` is zero.

    A stream that changes sign once has exactly one such rate above -100 per cent (Descartes' rule of
    signs). One that changes sign several times is searched from -99 to 1000 per cent, and has an answer
    only where one rate is found. A stream that gains first and pays later has a rate too: what the money
    costs.

    Parameters
    ----------
    net_gain : array (year,)
        Yearly gain after programme cost, without financing and not discounted [kr].

    References
    ----------
    Norstrøm, C. J. (1972). A sufficient condition for a unique nonnegative internal rate of return.
    Journal of Financial and Quantitative Analysis 7(3), 1835-1839.
    """
    size = np.max(np.abs(net_gain), initial=0.0)
    years = np.flatnonzero(np.abs(net_gain) > _ROUNDING * size)
    flows = net_gain[years]
    changes = int(np.count_nonzero(np.diff(np.sign(flows))))
    if changes == 0:
        return InternalRate(rate=None, status="no_sign_change")

    def value(log_growth: Array | float) -> Array:
        """Present value at ln(1 + r), scaled by a positive factor so that no power is too large."""
        exponents = -np.multiply.outer(log_growth, years - years[0])
        weights = np.exp(exponents - np.max(exponents, axis=-1, keepdims=True))
        scaled: Array = weights @ (flows / size)
        return scaled

    if changes == 1:
        reach = 1.0
        while value(-reach) * value(reach) >= 0.0:
            reach *= 2.0
        grid = np.array([-reach, reach])
    else:
        grid = np.linspace(math.log(0.01), math.log(11.0), 8193)
    signs = np.sign(value(grid))
    grid, signs = grid[signs != 0.0], signs[signs != 0.0]
    crossings = np.flatnonzero(np.diff(signs))
    if crossings.size == 0:
        return InternalRate(rate=None, status="no_sign_change")
    if crossings.size > 1:
        return InternalRate(rate=None, status="not_unique")
    from scipy import optimize

    crossing = int(crossings[0])
    root = optimize.brentq(lambda at: float(value(at)), grid[crossing], grid[crossing + 1], xtol=1e-14)
    return InternalRate(rate=math.expm1(root), status="ok")


Quadrant = Literal["costs_and_gains", "costs_and_loses", "pays_for_itself", "saves_and_loses"]


@dataclass(frozen=True, slots=True)
class MarginalValue:
    """The marginal value of public funds: what a net public krona is worth outside the public sector.

    Attributes
    ----------
    value : float or None
        Willingness to pay over net cost [kr per kr]; infinite where the public sector pays nothing net
        and others gain; None where nothing is left to divide.
    gains : mapping of str to float
        Present value of each non-public actor's gain [kr].
    willingness_to_pay : float
        Their sum [kr].
    net_cost : float
        Present value of the public actors' net cost, programme included [kr; a saving is negative].
    quadrant : str
        ``costs_and_gains``: a net cost, and others do not lose. ``costs_and_loses``: a net cost, and
        others lose. ``pays_for_itself``: no net cost, and others do not lose. ``saves_and_loses``: no net
        cost, and others lose; the value is then what they lose per krona saved.
    """

    value: float | None
    gains: Mapping[str, float]
    willingness_to_pay: float
    net_cost: float
    quadrant: Quadrant

    def in_words(self, *, lang: Lang = "sv") -> str:
        """Return the value with its quadrant."""
        return f"{wording.ratio(self.value, lang)} ({label('quadrants', self.quadrant, lang)})"

    def _repr_html_(self) -> str:
        return markup.shown(markup.answer(label("metrics", "mvpf", "sv"), self.in_words()))


def mvpf(*, gains_non_public: Mapping[str, float], net_cost_public: float) -> MarginalValue:
    """Return the marginal value of public funds and its quadrant.

    ``PV(gain of the non-public actors) / PV(net cost to the public actors)``, programme included,
    financing not.

    Parameters
    ----------
    gains_non_public : mapping of str to float
        Present value of the gain of each actor outside the public sector [kr].
    net_cost_public : float
        Present value of programme cost less gains of the public actors [kr; a saving is negative].

    References
    ----------
    Hendren, N. & Sprung-Keyser, B. (2020). A unified welfare analysis of government policies. Quarterly
    Journal of Economics 135(3), 1209-1318.
    """
    worth = math.fsum(gains_non_public.values())
    value: float | None
    quadrant: Quadrant
    if net_cost_public > 0.0:
        value = worth / net_cost_public
        quadrant = "costs_and_gains" if worth >= 0.0 else "costs_and_loses"
    elif worth >= 0.0:
        value = math.inf if worth > 0.0 else None
        quadrant = "pays_for_itself"
    else:
        value = worth / net_cost_public if net_cost_public < 0.0 else None
        quadrant = "saves_and_loses"
    return MarginalValue(
        value=value,
        gains=MappingProxyType(dict(gains_non_public)),
        willingness_to_pay=worth,
        net_cost=net_cost_public,
        quadrant=quadrant,
    )


def annuity(*, present_value: float, factors: Array) -> float:
    """Return the constant yearly amount whose present value is the given one.

    ``present value / sum of discount factors``.

    Parameters
    ----------
    present_value : float
        Present value [kr].
    factors : array (year,)
        Discount factors of the years that the amount is spread over, with the timing of its payment.

    References
    ----------
    Boardman, A. et al. (2018). Cost-Benefit Analysis, 5th ed.: equivalent annual net benefit.
    """
    return present_value / float(np.sum(factors))


def cost_gain_matrix(*, gross_gains: Array, cost_shares: Array) -> Array:
    """Return how each actor's gain is allocated to those who fund the programme.

    Cell (f, g) is ``share of the programme's cost borne by f * gross gain of g``. It is an allocation,
    not a fact: the facts are its margins, what each gains and the share that each pays.

    Parameters
    ----------
    gross_gains : array (actor,)
        Each actor's gain before programme cost [kr, present value or a sum of years].
    cost_shares : array (funder,)
        Each funder's share of the programme's cost [share, sums to one].

    Returns
    -------
    array (funder, actor)
        Kronor; columns sum to the gains.
    """
    matrix: Array = np.multiply.outer(cost_shares, gross_gains)
    return matrix

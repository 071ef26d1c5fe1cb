"""What a person pays in income tax, and an employer in contributions, by the rules of an income year.

Amounts are kr a whole income year, for a person who lives in Sweden all year and has not reached the age of the
higher deduction and credit (65 at the start of the year; 66 for the deduction from 2023 and the credit from 2024).
Kommun and region receive their rate times the taxable income in full; every credit is borne by the state, whose
part may be negative.

The law's roundings (incomes down and the deduction up to whole hundreds, the pension fee to the nearest hundred,
credits and taxes down to whole kronor, no state tax on less than 200 kr) are not applied: results vary smoothly
with income and differ by less than 150 kr a year, except within a hundred or two of the income where the pension
fee begins on the whole of it. Left out, because they depend on more than income: church and
burial fees (the latter about 0.3 percent of taxable income), travel deductions, deficits of capital, regional and
household credits, and the credit for fees to an unemployment fund.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from utanforskap.engine.parameters import Array
from utanforskap.inputs.facts.taxes import TaxRules

MONTHS = 12


@dataclass(frozen=True, slots=True, eq=False)
class IncomeTaxes:
    """A person's income tax for a year and who receives it [kr; all arrays of one shape].

    Attributes
    ----------
    gross : ndarray
        Work income and taxable benefits.
    taxable : ndarray
        *Beskattningsbar förvärvsinkomst*: gross less the basic deduction.
    kommun, region : ndarray
        Their rate times the taxable income, in full.
    staten_tax : ndarray
        State income tax.
    pension_fee : ndarray
        *Allmän pensionsavgift*.
    public_service_fee : ndarray
        *Public service-avgift*, levied on those who were 18 at the start of the year.
    credits_borne_by_state : ndarray
        All credits used: for the pension fee, for work income, for *sjuk- och aktivitetsersättning* and the general
        ones.
    """

    gross: Array
    taxable: Array
    kommun: Array
    region: Array
    staten_tax: Array
    pension_fee: Array
    public_service_fee: Array
    credits_borne_by_state: Array

    @property
    def net_to_staten(self) -> Array:
        """Return state tax and fees less all credits [kr]; negative where the credits are larger."""
        return self.staten_tax + self.pension_fee + self.public_service_fee - self.credits_borne_by_state

    @property
    def total(self) -> Array:
        """Return what the person pays [kr]: the sum of the three receivers."""
        return self.kommun + self.region + self.net_to_staten

    @property
    def net_income(self) -> Array:
        """Return what is left of gross [kr]."""
        return self.gross - self.total


@dataclass(frozen=True, slots=True, eq=False)
class TaxShares:
    """Income tax as shares of gross taxable income, as a scenario's ``income_tax`` states it.

    Attributes
    ----------
    kommun, region, staten : ndarray
        They sum to total tax over gross; the state's may be negative; 0 without income.
    """

    kommun: Array
    region: Array
    staten: Array


def basic_deduction(*, rules: TaxRules, income: ArrayLike) -> Array:
    """Return the basic deduction (*grundavdrag*) [kr].

    A level up to the first limit, then a share of what exceeds it, a plateau, a fall and a last level; never more
    than the income. Inkomstskattelagen 63 kap. 3 and 5 §§.

    Parameters
    ----------
    rules : TaxRules
        Of the income year.
    income : array_like
        *Fastställd förvärvsinkomst*: work income and taxable benefits [kr, ≥ 0].
    """
    rule, base = rules.basic_deduction, rules.price_base
    income = _amounts(income)
    level = np.select(
        [income <= rule.rise_from * base, income <= rule.rise_to * base, income <= rule.fall_from * base,
         income <= rule.fall_to * base],
        [np.full_like(income, rule.low_level * base),
         rule.low_level * base + rule.rise_share * (income - rule.rise_from * base),
         np.full_like(income, rule.high_level * base),
         rule.high_level * base - rule.fall_share * (income - rule.fall_from * base)],
        rule.last_level * base,
    )  # fmt: skip
    deduction: Array = np.minimum(level, income)
    return deduction


def earned_income_credit(
    *, rules: TaxRules, work_income: ArrayLike, deduction: ArrayLike, local_rate: ArrayLike
) -> Array:
    """Return the credit for work income (*jobbskatteavdrag*) before it is held against the tax [kr].

    ``(level(work income) − deduction) × local rate − share × (work income − limit)⁺``, at least 0, where the last
    term holds for 2016–2024. Inkomstskattelagen 67 kap. 7 §.

    Parameters
    ----------
    rules : TaxRules
        Of the income year.
    work_income : array_like
        Wage and other *arbetsinkomst* [kr, ≥ 0]; no benefits.
    deduction : array_like
        The basic deduction of the whole income [kr].
    local_rate : array_like
        The sum of the kommun's and the region's rates [share].
    """
    rule, base = rules.earned_income_credit, rules.price_base
    income = _amounts(work_income)
    level = np.select(
        [income <= rule.first_to * base, income <= rule.second_to * base, income <= rule.third_to * base],
        [income,
         rule.first_to * base + rule.second_share * (income - rule.first_to * base),
         rule.third_level * base + rule.third_share * (income - rule.second_to * base)],
        rule.top_level * base,
    )  # fmt: skip
    credit = (level - _amounts(deduction)) * _amounts(local_rate)
    if rules.phase_out is not None:
        credit = credit - rules.phase_out.share * np.maximum(income - rules.phase_out.above * base, 0.0)
    return np.maximum(credit, 0.0)


def income_tax(
    *,
    rules: TaxRules,
    work_income: ArrayLike,
    other_taxable: ArrayLike,
    kommun_rate: ArrayLike,
    region_rate: ArrayLike,
    sickness_compensation: ArrayLike = 0.0,
) -> IncomeTaxes:
    """Return a person's income tax for a year and who receives it.

    The pension fee's credit comes first, against local and state tax; the credits for work income, for *sjuk- och
    aktivitetsersättning* and the general credit follow, against what is left of the local tax; the credit of
    2021–2022 comes last. No credit is larger than the tax it is held against. Inkomstskattelagen 63, 65 and 67 kap.

    Parameters
    ----------
    rules : TaxRules
        Of the income year.
    work_income : array_like
        Wage and other *arbetsinkomst* [kr a year, ≥ 0].
    other_taxable : array_like
        Taxable benefits that bear the pension fee: *sjukpenning*, a-kassa, *aktivitetsstöd* … [kr a year, ≥ 0].
    kommun_rate, region_rate : array_like
        Of taxable income [share].
    sickness_compensation : array_like
        *Sjukersättning* and *aktivitetsersättning*, which bear no pension fee [kr a year, ≥ 0].
    """
    work, other, sickness, kommun, region = np.broadcast_arrays(
        *(_amounts(x) for x in (work_income, other_taxable, sickness_compensation, kommun_rate, region_rate))
    )
    gross = work + other + sickness
    deduction = basic_deduction(rules=rules, income=gross)
    taxable = gross - deduction
    local = (kommun + region) * taxable
    staten = _state_tax(rules, taxable)
    fee = _pension_fee(rules, work + other)

    fee_credit = np.minimum(rules.pension_fee.credited_share * fee, local + staten)
    left = np.maximum(local - fee_credit, 0.0)
    for credit in (
        earned_income_credit(rules=rules, work_income=work, deduction=deduction, local_rate=kommun + region),
        _sickness_credit(rules, sickness, deduction=deduction, local_rate=kommun + region),
        _general_credit(rules, taxable),
    ):
        left = left - np.minimum(credit, left)
    used = fee_credit + np.maximum(local - fee_credit, 0.0) - left
    used = used + np.minimum(_temporary_credit(rules, work), local + staten - used)

    service = rules.public_service_fee
    return IncomeTaxes(
        gross=gross,
        taxable=taxable,
        kommun=kommun * taxable,
        region=region * taxable,
        staten_tax=staten,
        pension_fee=fee,
        public_service_fee=(
            np.zeros_like(taxable)
            if service is None
            else service.rate * np.minimum(taxable, service.ceiling * rules.income_base)
        ),
        credits_borne_by_state=used,
    )


def shares(taxes: IncomeTaxes) -> TaxShares:
    """Return income tax as shares of gross, by receiver; 0 where there is no income."""
    gross = np.where(taxes.gross > 0, taxes.gross, 1.0)
    return TaxShares(kommun=taxes.kommun / gross, region=taxes.region / gross, staten=taxes.net_to_staten / gross)


def employer_contributions(*, rules: TaxRules, wage: ArrayLike, age: ArrayLike) -> Array:
    """Return the employer contributions on a year's wage (*arbetsgivaravgifter* and *allmän löneavgift*) [kr].

    A rate that held for some months applies to as many twelfths of the wage, which is paid evenly over the year;
    one with a monthly ceiling, to the wage a month up to it. Socialavgiftslagen 2 kap. 26–27 §§ and the laws on
    reduced contributions for the young.

    Parameters
    ----------
    rules : TaxRules
        Of the income year.
    wage : array_like
        Gross wage [kr a year, ≥ 0].
    age : array_like
        Whole years at the start of the year.
    """
    wage, age = np.broadcast_arrays(_amounts(wage), _amounts(age))
    due: Array = np.where(age >= rules.old_rate.from_age, rules.old_rate.rate, rules.employer.rate) * wage
    for young in rules.young_rates:
        monthly = wage / MONTHS
        if young.monthly_ceiling is not None:
            monthly = np.minimum(monthly, young.monthly_ceiling)
        reduction = (rules.employer.rate - young.rate) * young.months * monthly
        due = due - np.where((age >= young.from_age) & (age < young.below_age), reduction, 0.0)
    return due


def _amounts(stated: ArrayLike) -> Array:
    return np.atleast_1d(np.asarray(stated, dtype=np.float64))


def _state_tax(rules: TaxRules, taxable: Array) -> Array:
    brackets = [bracket for bracket in (rules.state_tax, rules.upper_bracket) if bracket is not None]
    tax = np.zeros_like(taxable)
    for bracket in brackets:
        tax = tax + bracket.rate * np.maximum(taxable - bracket.threshold, 0.0)
    return tax


def _pension_fee(rules: TaxRules, income: Array) -> Array:
    rule = rules.pension_fee
    fee = rule.rate * np.minimum(income, rule.ceiling * rules.income_base)
    return np.where(income < rule.floor * rules.price_base, 0.0, fee)


def _sickness_credit(rules: TaxRules, income: Array, *, deduction: Array, local_rate: Array) -> Array:
    base = rules.price_base
    credit = np.zeros_like(income)
    if (rates := rules.sickness_shares) is not None:
        first = np.minimum(income, rates.first_to * base)
        credit = (rates.first_share * first + rates.second_share * (income - first)) * local_rate
    if (rule := rules.sickness_levels) is not None:
        level = np.select(
            [income <= rule.first_to * base, income <= rule.second_to * base],
            [income, rule.first_to * base + rule.second_share * (income - rule.first_to * base)],
            rule.third_level * base + rule.third_share * (income - rule.second_to * base),
        )
        credit = np.maximum(level - deduction, rule.least_share * income) * local_rate
    return credit


def _general_credit(rules: TaxRules, taxable: Array) -> Array:
    rule = rules.general_credit
    if rule is None:
        return np.zeros_like(taxable)
    credit: Array = np.clip(rule.share * (taxable - rule.above), 0.0, rule.at_most)
    return credit


def _temporary_credit(rules: TaxRules, work_income: Array) -> Array:
    rule = rules.temporary_credit
    if rule is None:
        return np.zeros_like(work_income)
    rising = np.clip(rule.share * (work_income - rule.above), 0.0, rule.at_most)
    falling = rule.fall_share * np.maximum(work_income - rule.fall_from, 0.0)
    return np.maximum(rising - falling, 0.0)

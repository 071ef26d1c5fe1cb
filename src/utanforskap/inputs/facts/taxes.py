"""Dated rules for a person's income tax and for employer contributions (``data/taxes.csv``).

They hold for a person who lives in Sweden all year and has not reached the age from which the deduction and the
credit are higher (65 at the start of the year; 66 for the deduction from 2023 and the credit from 2024). A rule
that was not in force a year says so in the table: a missing row is never taken for no rule.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import MISSING, dataclass, fields
from functools import cache
from itertools import pairwise
from typing import Any, cast

from utanforskap.errors import UtanforskapError
from utanforskap.inputs.facts.indices import shipped_indices
from utanforskap.inputs.tables import Row, shipped_table
from utanforskap.inputs.values.estimates import Grade

EMPLOYER = "arbetsgivaravgift"
IN_FORCE = "in_force"


class TaxYearError(UtanforskapError):
    """The tax rules of a year are not known.

    Attributes
    ----------
    year : int
        The income year asked for.
    missing : tuple of str
        The parameters that it lacks, ``rule.parameter``.
    known : tuple of int
        The years that have them all.
    """

    def __init__(self, *, year: int, missing: Sequence[str], known: Sequence[int]) -> None:
        self.year = year
        self.missing = tuple(missing)
        self.known = tuple(known)
        named = ", ".join(self.missing[:3])
        more = f" and {len(self.missing) - 3} more" if len(self.missing) > 3 else ""
        super().__init__(
            f"the tax rules of {year} are not known: {named}{more} missing.\n"
            f"Known: {_spans(self.known)}. State a tax_year among them."
        )


@dataclass(frozen=True, slots=True)
class TaxParameter:
    """One number of a rule, with the law it stands in.

    Attributes
    ----------
    rule, name : str
        As in the table.
    value : float
        In the unit.
    unit : str
        ``andel``, ``kr``, ``prisbasbelopp``, ``inkomstbasbelopp`` …
    law, source, source_url, note : str
        Where it stands.
    grade : {"A", "B", "C", "D"}
        How far it can be trusted.
    """

    rule: str
    name: str
    value: float
    unit: str
    law: str
    source: str
    source_url: str
    grade: Grade
    note: str


@dataclass(frozen=True, slots=True)
class BasicDeduction:
    """*Grundavdrag*: a level, a rise, a plateau, a fall and a last level; all but shares in *prisbasbelopp*."""

    low_level: float
    rise_from: float
    rise_share: float
    rise_to: float
    high_level: float
    fall_from: float
    fall_share: float
    fall_to: float
    last_level: float


@dataclass(frozen=True, slots=True)
class Bracket:
    """State income tax: a share of the taxable income above a threshold [kr]."""

    threshold: float
    rate: float


@dataclass(frozen=True, slots=True)
class EarnedIncomeCredit:
    """*Jobbskatteavdrag*: levels before the deduction and the local tax rate; all but shares in *prisbasbelopp*."""

    first_to: float
    second_to: float
    second_share: float
    third_level: float
    third_share: float
    third_to: float
    top_level: float


@dataclass(frozen=True, slots=True)
class PhaseOut:
    """What is taken from *jobbskatteavdrag*: a share of the work income above a limit [prisbasbelopp]."""

    above: float
    share: float


@dataclass(frozen=True, slots=True)
class PensionFee:
    """*Allmän pensionsavgift*: rate, floor [prisbasbelopp], ceiling [inkomstbasbelopp] and the share credited."""

    rate: float
    floor: float
    ceiling: float
    credited_share: float


@dataclass(frozen=True, slots=True)
class GeneralCredit:
    """*Skattereduktion för förvärvsinkomst*: a share of the taxable income above a limit, at most so much [kr]."""

    above: float
    share: float
    at_most: float


@dataclass(frozen=True, slots=True)
class TemporaryCredit:
    """The credit for work income of 2021–2022: rises, stays and falls with the work income [kr]."""

    above: float
    share: float
    at_most: float
    fall_from: float
    fall_share: float


@dataclass(frozen=True, slots=True)
class SicknessShares:
    """The credit for *sjuk- och aktivitetsersättning* of 2018–2021: shares of it times the local tax rate."""

    first_to: float
    first_share: float
    second_share: float


@dataclass(frozen=True, slots=True)
class SicknessLevels:
    """The credit for *sjuk- och aktivitetsersättning* since 2022: built as *jobbskatteavdrag*, at least a share."""

    first_to: float
    second_to: float
    second_share: float
    third_level: float
    third_share: float
    least_share: float


@dataclass(frozen=True, slots=True)
class PublicServiceFee:
    """*Public service-avgift*: a share of the taxable income up to a ceiling [inkomstbasbelopp]."""

    rate: float
    ceiling: float


@dataclass(frozen=True, slots=True)
class EmployerContributions:
    """*Arbetsgivaravgift*: the full rate, and how many reduced rates for the young the year had."""

    rate: float
    young_rates: float


@dataclass(frozen=True, slots=True)
class OldRate:
    """*Arbetsgivaravgift* for those who have reached an age at the start of the year."""

    rate: float
    from_age: float


@dataclass(frozen=True, slots=True)
class YoungRate:
    """A reduced *arbetsgivaravgift* for some months of a year.

    Attributes
    ----------
    rate : float
        Of the wage.
    months : float
        How many months it was in force.
    below_age, from_age : float
        At the start of the year.
    monthly_ceiling : float or None
        The wage a month that it applies to [kr]; None is all of it.
    """

    rate: float
    months: float
    below_age: float
    from_age: float = 0.0
    monthly_ceiling: float | None = None


@dataclass(frozen=True, slots=True)
class TaxRules:
    """The rules of one income year. None is a rule that was not in force.

    Attributes
    ----------
    year : int
        The income year.
    price_base, income_base : float
        *Prisbasbelopp* and *inkomstbasbelopp* [kr].
    parameters : tuple of TaxParameter
        Every number used, with its law and source.
    """

    year: int
    price_base: float
    income_base: float
    basic_deduction: BasicDeduction
    state_tax: Bracket
    upper_bracket: Bracket | None
    earned_income_credit: EarnedIncomeCredit
    phase_out: PhaseOut | None
    pension_fee: PensionFee
    general_credit: GeneralCredit | None
    temporary_credit: TemporaryCredit | None
    sickness_shares: SicknessShares | None
    sickness_levels: SicknessLevels | None
    public_service_fee: PublicServiceFee | None
    employer: EmployerContributions
    old_rate: OldRate
    young_rates: tuple[YoungRate, ...]
    parameters: tuple[TaxParameter, ...]

    @property
    def grade(self) -> Grade:
        """Return the worst grade among the parameters."""
        return max(parameter.grade for parameter in self.parameters)


ALWAYS: Mapping[str, tuple[str, type]] = {
    "basic_deduction": ("grundavdrag", BasicDeduction),
    "state_tax": ("statlig_inkomstskatt", Bracket),
    "earned_income_credit": ("jobbskatteavdrag", EarnedIncomeCredit),
    "pension_fee": ("allman_pensionsavgift", PensionFee),
    "employer": (EMPLOYER, EmployerContributions),
    "old_rate": ("arbetsgivaravgift_aldre", OldRate),
}
SOME_YEARS: Mapping[str, tuple[str, type]] = {
    "upper_bracket": ("varnskatt", Bracket),
    "phase_out": ("jobbskatteavdrag_avtrappning", PhaseOut),
    "general_credit": ("skattereduktion_forvarvsinkomst", GeneralCredit),
    "temporary_credit": ("skattereduktion_arbetsinkomst_tillfallig", TemporaryCredit),
    "sickness_shares": ("skattereduktion_sjukersattning_andel", SicknessShares),
    "sickness_levels": ("skattereduktion_sjukersattning_belopp", SicknessLevels),
    "public_service_fee": ("public_service_avgift", PublicServiceFee),
}


@cache
def tax_rules(year: int) -> TaxRules:
    """Return the rules of an income year.

    Raises
    ------
    TaxYearError
        If a parameter that the year needs is not known.
    """
    read, missing = _read(year)
    if missing:
        raise TaxYearError(year=year, missing=missing, known=known_tax_years())
    return TaxRules(year=year, **read)


@cache
def known_tax_years() -> tuple[int, ...]:
    """Return the income years for which every parameter is known."""
    first = min(int(row.cells["year_from"]) for row, _ in _table())
    last = max(int(row.cells["year_to"]) for row, _ in _table())
    return tuple(year for year in range(first, last + 1) if not _read(year)[1])


@cache
def _table() -> tuple[tuple[Row, TaxParameter], ...]:
    return tuple((row, _parameter(row)) for row in shipped_table("taxes.csv").rows)


def _read(year: int) -> tuple[dict[str, Any], list[str]]:
    """Return what the table says of a year by field of `TaxRules`, and what it does not say."""
    parameters = [parameter for row, parameter in _table() if _holds(row, year)]
    values: dict[str, dict[str, float]] = {}
    for parameter in parameters:
        values.setdefault(parameter.rule, {})[parameter.name] = parameter.value
    missing: list[str] = []
    read: dict[str, Any] = {"parameters": tuple(parameters)}
    for field, index in (("price_base", "prisbasbelopp"), ("income_base", "inkomstbasbelopp")):
        known = shipped_indices()[index].values
        if year in known:
            read[field] = known[year]
        else:
            missing.append(index)
    for field, (rule, kind) in ALWAYS.items():
        read[field] = _filled(kind, rule, values.get(rule, {}), missing)
    for field, (rule, kind) in SOME_YEARS.items():
        stated = dict(values.get(rule, {}))
        if IN_FORCE not in stated:
            missing.append(f"{rule}.{IN_FORCE}")
            continue
        read[field] = _filled(kind, rule, stated, missing) if stated.pop(IN_FORCE) else None
    young = [rule for rule in values if rule.startswith(f"{EMPLOYER}.")]
    if len(young) != values.get(EMPLOYER, {}).get("young_rates", len(young)):
        missing.append(f"{EMPLOYER}.<group>")
    read["young_rates"] = tuple(_filled(YoungRate, rule, values[rule], missing) for rule in young)
    return read, missing


def _holds(row: Row, year: int) -> bool:
    return int(row.cells["year_from"]) <= year <= int(row.cells["year_to"])


def _parameter(row: Row) -> TaxParameter:
    text = {column: row.cells[column] for column in ("rule", "unit", "law", "source", "source_url", "note")}
    grade = cast(Grade, row.cells["grade"])
    return TaxParameter(name=row.cells["parameter"], value=float(row.cells["value"]), grade=grade, **text)


def _filled(kind: type, rule: str, stated: Mapping[str, float], missing: list[str]) -> object:
    lacks = [f"{rule}.{field.name}" for field in fields(kind) if field.name not in stated and field.default is MISSING]
    missing += lacks
    return None if lacks else kind(**stated)


def _spans(years: Iterable[int]) -> str:
    """Return years as text: ``2010–2026``, ``2010–2013, 2015``."""
    ordered = sorted(years)
    starts = ordered[:1] + [later for earlier, later in pairwise(ordered) if later > earlier + 1]
    ends = [earlier for earlier, later in pairwise(ordered) if later > earlier + 1] + ordered[-1:]
    return ", ".join(f"{a}–{b}" if a < b else f"{a}" for a, b in zip(starts, ends, strict=True)) or "none"

"""LibreOffice reckons every formula anew: as Python has it, and as Python has it after the same changes."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from outputs.workbook import office
from outputs.workbook.samples import (
    Data,
    all_models,
    budgeted,
    by_law,
    lent,
    populations,
    populations_by_law,
    result_of,
    smallest,
)

import utanforskap as ut
from utanforskap.analysis.results import Comparison, Result
from utanforskap.terms import Reading

pytestmark = pytest.mark.skipif(office.program is None, reason=office.MISSING)

_INPUTS = "Förutsättningar"
_KRONOR = ("Flöden", "Kassaflöde per aktör", "Nuvärde", "Jämförelse", "Kontroll")
# Four-model case: what is changed, and to what, in each estimate's own unit.
CHANGES = {
    "groups.unga.persons": 130.0,
    "groups.unga.pathways.ute": 0.12,
    "programmes.jobbstod.success": 0.35,
    "programmes.jobbstod.displacement": 0.25,
    "programmes.jobbstod.drop_off": 0.05,
    "states.utanfor.flows.stod.amount": 125_000.0,
    "states.utanfor.flows.bidrag.quantity": 10.5,
    "states.arbete.work.hours_share": 0.75,
    "pathways.stegvis.stages.utanfor.years": 2.75,
    "pathways.fast.mean": 3.3,
    "pathways.exponentiell.median": 1.4,
    "pathways.weibull.median": 2.2,
    "pathways.lognormal.shape": 0.6,
    "pathways.kurva.shares.2": 0.45,
    "pathways.kedja.transitions.utanfor.arbete": 0.31,
    "pathways.kedja.relative_risk.value": 1.2,
    "discounting.rates.4": 0.03,
    "taxes.income_tax.kommun": 0.24,
    "prices.af.handlaggning": 1_500.0,
}

# Persons who come, are there and leave: numbers, growth, pathways and ages.
POPULATIONS = {
    "groups.unga.persons": 90.0,
    "groups.unga.inflow.persons.2021": 60.0,
    "groups.unga.exits.doda.22+": 0.04,
    "groups.unga.exits.utflyttade": 0.01,
    "groups.unga.pathways.ute": 0.25,
    "groups.vuxna.inflow.growth": -0.05,
    "groups.vuxna.initial_stock.i_kedja.persons": 30.0,
    "groups.vuxna.exits.doda": 0.02,
    "programmes.jobbstod.reaches.share.2022": 0.3,
    "programmes.jobbstod.success": 0.35,
    "programmes.jobbstod.drop_off": 0.3,
    "programmes.jobbstod.displacement": 0.25,
    "programmes.kedjestod.fidelity": 0.6,
    "pathways.stegvis.stages.studier.until_age": 23.75,
    "pathways.fast.mean": 3.3,
    "pathways.exponentiell.median": 1.4,
    "pathways.weibull.median": 2.2,
    "pathways.lognormal.shape": 0.6,
    "pathways.kedja.transitions.utanfor.arbete": 0.31,
    "states.doda.flows.begravning.amount": 35_000.0,
    "taxes.income_tax.kommun": 0.24,
    "taxes.retention.region": 0.3,
}
BUDGET = {
    "money.inflation": 0.03,
    "programmes.jobbstod.budget.ramp_up.2020": 0.4,
    "programmes.jobbstod.budget.indexation": 0.01,
    "programmes.jobbstod.budget.staff.handledare.full_time": 2.25,
    "programmes.jobbstod.budget.staff.handledare.on_costs": 0.5,
    "programmes.jobbstod.budget.activities.kurs.group_size": 6.0,
    "programmes.jobbstod.budget.funders.finsam.share": 0.3,
    "programmes.jobbstod.budget.funders.eu.amounts.2021": 40_000.0,
    "programmes.jobbstod.budget.other.start.amount": 20_000.0,
}


@dataclass(frozen=True)
class Job:
    """A workbook, with some inputs changed, and what Python says of the same."""

    name: str
    data: Data
    alternative: str | None
    changes: dict[str, float]

    def subject(self, **values: float) -> Result | Comparison:
        result = result_of(self.data, **values)
        return result if self.alternative is None else result.compare(self.alternative)


JOBS = [
    Job("minst", smallest(), "jobb", {}),
    Job("alla", all_models(), None, {}),
    Job("alla-bada", all_models(), "bada", {}),
    Job("alla-satt", all_models(), "satt", {}),
    Job("lag", by_law(), "jobb", {}),
    Job("bestand", populations(), "satt", {}),
    Job("bestand-lag", populations_by_law(), "jobb", {}),
    Job("lan", lent(), "jobb", {}),
    Job("alla-andrad", all_models(), None, CHANGES),
    Job("alla-bada-andrad", all_models(), "bada", CHANGES),
    Job("bestand-andrad", populations(), None, POPULATIONS),
    Job("bestand-bada-andrad", populations(), "bada", POPULATIONS),
    Job("budget-andrad", budgeted(), "jobb", BUDGET),
    Job("minst-andrad", smallest(), "jobb", {"discounting.rate": 0.07, "programmes.jobbstod.deadweight": 0.4}),
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Every workbook as written, and as LibreOffice has reckoned a copy of it whose values were spoilt."""
    folder = tmp_path_factory.mktemp("office")
    spoilt = []
    folder.joinpath("spoilt").mkdir()
    for job in JOBS:
        written = folder / f"{job.name}.xlsx"
        ut.write.workbook(job.subject(), written)
        spoilt.append(folder / "spoilt" / written.name)
        changes = dict(input_changes(written, job.changes))
        assert office.spoil(written, spoilt[-1], changes=changes) > 500
    wrong = folder / "spoilt" / WRONG
    office.spoil(folder / "minst.xlsx", wrong, changes={("Kontroll", PYTHON_S): 1.0})
    office.recalculated([*spoilt, wrong], folder)
    return folder


WRONG, PYTHON_S = "minst-fel.xlsx", "D12"
"""A copy of the smallest workbook in which one of Python's totals is another."""


def input_changes(path: Path, changes: dict[str, float]) -> Iterator[tuple[office.Cell, float]]:
    rows = {value: cell for (sheet, cell), value in office.values_of(path).items() if sheet == _INPUTS}
    for name, value in changes.items():
        yield (_INPUTS, rows[name].replace("A", "C")), value


@pytest.mark.parametrize("job", [job for job in JOBS if not job.changes], ids=lambda job: job.name)
def test_every_formula_gives_the_number_that_python_wrote(job: Job, folder: Path) -> None:
    written = folder / f"{job.name}.xlsx"
    python, found = office.values_of(written), office.values_of(folder / "recalculated" / written.name)
    formulas = office.formulas_of(written)

    assert not {cell for cell, value in found.items() if value in (office.SPOILT, office.SPOILT_TEXT)}
    assert {cell: (python[cell], found[cell]) for cell in formulas if not same(cell, python, found)} == {}


def same(cell: office.Cell, python: dict[office.Cell, object], found: dict[office.Cell, object]) -> bool:
    one, other = python[cell], found[cell]
    if isinstance(one, str) or isinstance(other, str):
        return one == other
    # Kronor that cancel leave rounding of millions; persons and shares leave less.
    return float(other) == pytest.approx(float(one), rel=1e-9, abs=1e-5 if cell[0] in _KRONOR else 1e-12)


@pytest.mark.parametrize("job", [job for job in JOBS if job.changes], ids=lambda job: job.name)
def test_changed_inputs_give_what_python_gives_with_the_same_changes(job: Job, folder: Path) -> None:
    found = office.values_of(folder / "recalculated" / f"{job.name}.xlsx")
    totals = {
        (found["Kontroll", f"A{row}"], found["Kontroll", f"B{row}"]): value
        for (sheet, cell), value in found.items()
        if sheet == "Kontroll" and cell.startswith("C") and ("Kontroll", f"B{(row := cell[1:])}") in found
    }
    python = job.subject(**job.changes)
    measure = "cost_of_exclusion" if job.alternative is None else "net_gain"
    told = "Utanförskapets kostnad" if job.alternative is None else "Vinst efter insatskostnad"

    for perspective, title in (("society", "samhällsekonomiskt"), ("see", "socioekonomiskt (netto allt)")):
        reading = Reading(measure=measure, alternative=job.alternative, perspective=perspective)
        table = (python if isinstance(python, Result) else result_of(job.data, **job.changes)).table(
            columns="total", **reading.model_dump(exclude_unset=True)
        )
        ours = {actor: float(amount) for actor, amount in table.iloc[:, 0].items()}
        theirs = {actor: totals[f"{told}, {title}", actor] for actor in ours}
        assert theirs == pytest.approx(ours, rel=1e-9, abs=1e-4)
        assert abs(ours["Summa"]) > 1e5


@pytest.mark.parametrize("job", JOBS, ids=lambda job: job.name)
def test_laws_hold_in_libreoffice_and_it_tells_of_changes(job: Job, folder: Path) -> None:
    found = office.values_of(folder / "recalculated" / f"{job.name}.xlsx")
    verdicts = [value for (sheet, cell), value in found.items() if sheet == "Kontroll" and cell.startswith("F")][1:]

    assert found["Kontroll", "C4"] == len(job.changes)
    assert "AVVIKER" not in verdicts
    assert ("ÄNDRAD" in verdicts) == bool(job.changes)


def test_a_total_that_is_not_python_s_is_told(folder: Path) -> None:
    python = office.values_of(folder / "minst.xlsx")
    found = office.values_of(folder / "recalculated" / WRONG)

    assert python["Kontroll", PYTHON_S] == pytest.approx(found["Kontroll", PYTHON_S.replace("D", "C")])
    assert found["Kontroll", PYTHON_S.replace("D", "F")] == "AVVIKER"
    assert found["Kontroll", "F3"] == "AVVIKER"

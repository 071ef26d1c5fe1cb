"""An evaluation file carried out: its data read, its case loaded, its design chosen."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from utanforskap.analysis.followup.designs import (
    BeforeAfter,
    BeforeTrend,
    Design,
    DifferenceInDifferences,
    Matched,
    StatedDeadweight,
    Weighted,
)
from utanforskap.analysis.followup.evaluate import evaluate
from utanforskap.analysis.followup.evaluation import VOICES, Evaluation
from utanforskap.analysis.followup.samples import ARM
from utanforskap.inputs.case import Case
from utanforskap.inputs.files import bundled, load
from utanforskap.inputs.followup.disclosure import FEWEST
from utanforskap.inputs.followup.participants import Participants
from utanforskap.inputs.followup.plan import Comparing, Plan, check_plan, read_plan
from utanforskap.inputs.followup.quality import Quality
from utanforskap.inputs.followup.read import Followup, read_participants
from utanforskap.inputs.followup.words import COMPARISON


def evaluate_file(
    source: str | Path | Mapping[str, Any], *, case: str | None = None, draws: int | None = None
) -> Evaluation:
    """Return the evaluation that a file describes.

    Parameters
    ----------
    source : str, Path or mapping
        The evaluation file, whose folder what it names lies in; or a bundled scenario's name that has one beside it; or
        what such a file would say, with paths as from the working directory.
    case : str or None
        Another case than the file's: a bundled scenario's name or a path.
    draws : int or None
        Another number of draws than the file's [0 to 4 096].

    Raises
    ------
    InputError
        If the file, the case, the mapping or the data cannot be used.
    QuestionError
        If what is asked cannot be answered; see `evaluate`.

    Examples
    --------
    ``ut.evaluate_file("utvardering.yaml").everyone.amounts["society"].net``
    """
    said = source if isinstance(source, Mapping) else plan_path(source)
    plan, tree = read_plan(said)
    folder = said.parent if isinstance(said, Path) else Path()
    loaded = load(case if case is not None else _beside(folder, plan.case))
    check_plan(plan, tree, loaded)
    read = followup_of(plan, folder, loaded)
    people = read.participants
    design = plan.design or plainest(people)
    found = evaluate(
        people,
        loaded,
        design_of(design),
        alternative=plan.alternative,
        years=plan.years,
        years_before=design.years_before,
        covariates=design.covariates,
        splits=plan.splits,
        persistence=plan.persistence,
        actual=plan.actual,
        steps=plan.steps,
        draws=plan.draws if draws is None else draws,
        seed=plan.seed,
    )
    return found.named(
        id=plan.id,
        title=None if plan.title is None else {"sv": plan.title.sv, "en": plan.title.en},
        qualitative={name: getattr(plan.qualitative, name) for name in VOICES},
        quality=rows_of(read.quality),
    )


def plan_path(path: str | Path) -> Path:
    """Return an evaluation file's path: as it is, or beside a bundled scenario of that name."""
    known = bundled()
    if str(path) in known:
        return known[str(path)].parent / "utvardering.yaml"
    return Path(path)


def followup_of(plan: Plan, folder: Path, case: Case) -> Followup:
    """Return what an evaluation file's data say."""
    persons = None if plan.persons is None else folder / plan.persons
    return read_participants(folder / plan.data, mapping=folder / plan.mapping, persons=persons, case=case)


def _beside(folder: Path, name: str) -> str | Path:
    return folder / name if (folder / name).is_file() else name


def rows_of(quality: Quality) -> dict[str, int | None]:
    """Return rows read, used and rejected; fewer than five rejected, which may be of as few persons, are not told."""
    few = 0 < quality.rejected < FEWEST
    return {
        "read": quality.read,
        "used": None if few else quality.used,
        "rejected": None if few else quality.rejected,
    }


def plainest(people: Participants) -> Comparing:
    """Return the plainest comparison that persons allow: with others where there are any, otherwise with before."""
    arm = people.attributes.get(ARM)
    compares = arm is not None and bool((arm == COMPARISON).any())
    return Comparing(kind="difference_in_differences" if compares else "before_after")


def design_of(said: Comparing) -> Design:
    """Return the design that an evaluation file asks for."""
    match said.kind:
        case "before_after":
            return BeforeAfter()
        case "stated_deadweight":
            assert said.deadweight is not None
            return StatedDeadweight(said.deadweight)
        case "before_trend":
            return BeforeTrend()
        case "difference_in_differences":
            return DifferenceInDifferences()
        case "matched":
            return Matched(neighbours=said.neighbours or 1)
        case "weighted":
            return Weighted(by=said.by or "propensity")

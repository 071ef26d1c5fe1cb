"""An evaluation file carried out: its data read, its case loaded, its design chosen."""

from pathlib import Path

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
from utanforskap.errors import QuestionError
from utanforskap.inputs.files import bundled, load
from utanforskap.inputs.followup.disclosure import FEWEST
from utanforskap.inputs.followup.plan import Comparing, Plan, check_plan, read_plan
from utanforskap.inputs.followup.quality import Quality
from utanforskap.inputs.followup.read import Followup, read_participants


def evaluate_file(path: str | Path, *, case: str | None = None, draws: int | None = None) -> Evaluation:
    """Return the evaluation that a file describes.

    Parameters
    ----------
    path : str or Path
        The evaluation file, or a bundled scenario's name that has one beside it. What it names lies in its folder.
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
    ``ut.evaluate_file("utvardering.yaml").table()``
    """
    file = plan_path(path)
    plan, tree = read_plan(file)
    folder = file.parent
    loaded = load(case if case is not None else _beside(folder, plan.case))
    check_plan(plan, tree, loaded)
    read = followup_of(plan, folder)
    found = evaluate(
        read.participants,
        loaded,
        design_of(plan.design),
        alternative=plan.alternative,
        years=plan.years,
        years_before=plan.design.years_before,
        covariates=plan.design.covariates,
        splits=plan.splits,
        persistence=plan.persistence,
        actual=plan.actual,
        steps=plan.steps,
        draws=plan.draws if draws is None else draws,
        seed=plan.seed,
    )
    return found.named(
        id=plan.id,
        title={"sv": plan.title.sv, "en": plan.title.en},
        qualitative={name: getattr(plan.qualitative, name) for name in VOICES},
        quality=rows_of(read.quality),
    )


def plan_path(path: str | Path) -> Path:
    """Return an evaluation file's path: as it is, or beside a bundled scenario of that name."""
    known = bundled()
    if str(path) in known:
        return known[str(path)].parent / "utvardering.yaml"
    return Path(path)


def followup_of(plan: Plan, folder: Path) -> Followup:
    """Return what an evaluation file's data say."""
    persons = None if plan.persons is None else folder / plan.persons
    return read_participants(folder / plan.data, mapping=folder / plan.mapping, persons=persons)


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


def design_of(said: Comparing) -> Design:
    """Return the design that an evaluation file asks for.

    Raises
    ------
    QuestionError
        If it lacks what the design needs.
    """
    match said.kind:
        case "before_after":
            return BeforeAfter()
        case "stated_deadweight":
            if said.deadweight is None:
                raise QuestionError("The design stated_deadweight needs a share: design: {deadweight: 0.3}.")
            return StatedDeadweight(said.deadweight)
        case "before_trend":
            return BeforeTrend()
        case "difference_in_differences":
            return DifferenceInDifferences()
        case "matched":
            return Matched(neighbours=said.neighbours or 1)
        case "weighted":
            return Weighted(by=said.by or "propensity")

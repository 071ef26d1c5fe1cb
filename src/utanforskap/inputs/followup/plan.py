"""The evaluation file: what is followed up, with which data, compared how, split by what, and what is said in words."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from utanforskap.errors import Finding, InputError, PartError, unknown
from utanforskap.inputs.case import Case
from utanforskap.inputs.followup.files import read_as
from utanforskap.inputs.followup.words import words
from utanforskap.inputs.text.nodes import Tree, dotted, locate
from utanforskap.inputs.values.models import FrozenList, FrozenMap, Model, Title

DesignName = Literal[
    "before_after", "stated_deadweight", "before_trend", "difference_in_differences", "matched", "weighted"
]


class Comparing(Model):
    """How participants are compared with what would have been.

    Attributes
    ----------
    kind : str
        The design: ``before_after``, ``stated_deadweight``, ``before_trend``, ``difference_in_differences``,
        ``matched`` or ``weighted``.
    deadweight : float or None
        The share of the change that would have come anyway, for ``stated_deadweight`` [0 to 1].
    covariates : list of str
        By what persons are compared, beside where they were before.
    years_before : int
        How many years before the start are read [1 or more].
    neighbours : int or None
        How many matches each participant has at least, for ``matched``.
    by : {"propensity", "entropy"} or None
        How the comparison group is weighted, for ``weighted``.
    """

    kind: DesignName
    deadweight: Annotated[float, Field(ge=0.0, le=1.0)] | None = None
    covariates: FrozenList[str] = ()
    years_before: Annotated[int, Field(strict=True, ge=1)] = 1
    neighbours: Annotated[int, Field(strict=True, ge=1)] | None = None
    by: Literal["propensity", "entropy"] | None = None

    @model_validator(mode="after")
    def _of_its_kind(self) -> Self:
        for name, kinds in _KINDS.items():
            if name in self.model_fields_set and self.kind not in kinds:
                raise PartError(f"The design {self.kind} has no '{name}': it is of {' and '.join(kinds)}.", name)
        if self.kind == "stated_deadweight" and self.deadweight is None:
            raise PartError("The design stated_deadweight needs a share, as deadweight: 0.3.", "kind")
        return self


_KINDS: dict[str, tuple[DesignName, ...]] = {
    "deadweight": ("stated_deadweight",),
    "neighbours": ("matched",),
    "by": ("weighted",),
    "covariates": ("matched", "weighted"),
}
"""What only some designs have."""


class Said(Model):
    """What is recorded in words beside the figures, each a list of sentences.

    Attributes
    ----------
    success_factors, obstacles, lessons, added_values : list of str
        What made it work, what stood in the way, what was learnt, and what it was worth beside kronor.
    """

    success_factors: FrozenList[str] = ()
    obstacles: FrozenList[str] = ()
    lessons: FrozenList[str] = ()
    added_values: FrozenList[str] = ()


class Plan(Model):
    """What an evaluation file says.

    Attributes
    ----------
    format : int
        Always 1.
    id : str or None
        The evaluation's id; None is the programme's.
    title : Title or None
        What it is called; None is the programme's.
    case : str
        The calculation made before: a bundled scenario's name, or a file in this file's folder.
    alternative : str or None
        The case's alternative that is followed up; None is the only one with one programme.
    data : str
        The participants' data, a file in this file's folder.
    mapping : str
        Their mapping, likewise; ``mappning.yaml`` unless stated.
    persons : str or None
        A second file of what is known of each person.
    design : Comparing or None
        How they are compared; None is the plainest: with a comparison group where the data have one
        (``difference_in_differences``), otherwise ``before_after``.
    years : int
        How many years after the start are valued as observed [1 or more].
    persistence : str
        ``none``, ``drop_off`` or a pathway of the case.
    splits : list of str
        Attributes by which results are told apart; none can be added later.
    actual : mapping of str to float
        Estimates of the case that turned out otherwise, by name.
    steps : list of list of str or None
        Steps towards work, the farthest first; None is the library's.
    qualitative : Said
        What is recorded in words.
    draws, seed : int
        Of persons and prices.
    """

    format: Literal[1]
    id: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]*$")] | None = None
    title: Title | None = None
    case: str
    alternative: str | None = None
    data: str
    mapping: str = "mappning.yaml"
    persons: str | None = None
    design: Comparing | None = None
    years: Annotated[int, Field(strict=True, ge=1)] = 1
    persistence: str = "drop_off"
    splits: FrozenList[str] = ()
    actual: FrozenMap[float] = Field(default={}, validate_default=True)
    steps: FrozenList[FrozenList[str]] | None = None
    qualitative: Said = Said()
    draws: Annotated[int, Field(strict=True, ge=0, le=4096)] = 500
    seed: Annotated[int, Field(strict=True, ge=0)] = 1


def read_plan(source: str | Path | Mapping[str, Any]) -> tuple[Plan, Tree]:
    """Return what an evaluation file says, and where in it everything stands.

    Parameters
    ----------
    source : str, Path or mapping
        A YAML file's path, or its contents.

    Raises
    ------
    InputError
        With every finding, each with its place in the file.
    """
    return read_as(source, Plan, name="<evaluation>")


def check_plan(plan: Plan, tree: Tree, case: Case) -> None:
    """Refuse names that the case does not have, each where it stands.

    Raises
    ------
    InputError
        With every finding.
    """
    scenario = case.scenario
    states = [*scenario.states, *words()["special"], *(state for step in words()["steps"]["default"] for state in step)]
    named: list[tuple[tuple[str | int, ...], str, str, list[str]]] = [
        (("persistence",), plan.persistence, "a persistence", ["none", "drop_off", *scenario.pathways])
    ]
    if plan.alternative is not None:
        named.append((("alternative",), plan.alternative, "an alternative", list(scenario.alternatives)))
    for place, step in enumerate(plan.steps or ()):
        named += [(("steps", place, at), state, "a state", states) for at, state in enumerate(step)]
    named += [(("actual", name), name, "a parameter", sorted(case.estimates)) for name in plan.actual]
    findings = []
    assert tree.root is not None
    for path, given, what, known in named:
        if given not in known:
            message, *help_ = unknown(what=what, given=given, known=known).splitlines()
            where = locate(tree.root, path, key=path[0] == "actual")
            findings.append(Finding("unknown-name", dotted(path), message, tuple(help_), where))
    if findings:
        raise InputError(findings)

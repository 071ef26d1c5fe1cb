"""The mapping file: which column says what, and which state each word in the data stands for."""

import datetime
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal, Self, get_args

from pydantic import Field, field_validator, model_validator

from utanforskap.errors import Finding, InputError, PartError, unknown
from utanforskap.inputs.followup.files import read_as
from utanforskap.inputs.followup.words import library_states, words
from utanforskap.inputs.text.nodes import Tree, dotted, locate
from utanforskap.inputs.values.models import FrozenMap, Model

Shape = Literal["spells", "before_after", "registrations", "counts"]
SHAPES: tuple[Shape, ...] = get_args(Shape)

PERSON_FIELDS = (
    "sex",
    "birth_year",
    "age",
    "site",
    "kommun",
    "education",
    "months_on_support",
    "programme",
    "arm",
    "weight",
    "died",
    "moved",
    "followed_from",
    "followed_until",
)
"""Fields that are of a person and not of a row; any shape but counts may have them."""
NEEDED: dict[Shape, tuple[str, ...]] = {
    "spells": ("person", "from", "to", "state"),
    "before_after": ("person", "before", "after", "start"),
    "registrations": ("person", "start", "end", "support_before", "support_after"),
    "counts": ("table", "before", "after", "total"),
}
"""The fields that each shape cannot be without."""
OPTIONAL: dict[Shape, tuple[str, ...]] = {
    "spells": ("share", "start", *PERSON_FIELDS),
    "before_after": ("months", "end", "before_share", "after_share", *PERSON_FIELDS),
    "registrations": (
        "measure",
        "work_before",
        "work_after",
        "study_before",
        "study_after",
        "reason",
        "anonymous",
        *PERSON_FIELDS,
    ),
    "counts": ("women", "men", "other_sex"),
}
"""The further fields that each shape may have."""
MOST_MONTHS = 1200


class DataMapping(Model):
    """What a mapping file says of participants' data.

    Attributes
    ----------
    format : int
        Always 1.
    shape : {"spells", "before_after", "registrations", "counts"}
        What a row is: time in a state, a person, a registration in a measure, or a line of a report.
    columns : mapping of str to str
        Each field's column; a field that is not named is looked for in a column of its own name.
    states : mapping of str to str
        The state that each word in the data stands for, or avliden, utflyttad or okant; a word that is a state's id or
        title need not be named.
    last_day : {"included", "excluded"}
        Whether the day under `to` or `end` belongs to the time.
    share_in : {"share", "percent", "hours"} or None
        What a share without % counts (hours a week of 40); None: per cent where any is above 1, and the report says so.
    overlaps : {"reject", "scale"}
        What is done where rows of a person are more than 100 % together: the row that begins later is rejected, or all
        of them are scaled down.
    followed_until : str or None
        The last day of follow-up for all who have none of their own.
    followed_months : int or None
        How long after their start everyone is to be followed [months]; who was not is counted as lost. None: to the end
        of all follow-up.
    rest : str or None
        The state of followed time that no row speaks of; None: it is unknown.
    during : str or None
        The state during a measure, for before and after and for registrations; None: it is unknown.
    before_months, after_months : int or None
        How long the state before is taken to have lasted before the start, and the state after to last after the end
        [months]; before and after and registrations must say both, and counts that are to be followed up as persons.
    work, study : str or None
        The states of work and of studies, in registrations and counts.
    joint : {"independent", "work_without_support"} or None
        For counts: how support and occupation are taken to go together, which the report does not say.
    started : str or None
        For counts: the day on which all are taken to have begun, so that they can be followed up as persons; then
        `measure_months`, `before_months` and `after_months` must be said too. None: they are counts alone.
    measure_months : int or None
        For counts: how long all are taken to have been in the measure [months].
    """

    format: Literal[1]
    shape: Shape
    columns: FrozenMap[str] = Field(default={}, validate_default=True)
    states: FrozenMap[str] = Field(default={}, validate_default=True)
    last_day: Literal["included", "excluded"] = "included"
    share_in: Literal["share", "percent", "hours"] | None = None
    overlaps: Literal["reject", "scale"] = "reject"
    followed_until: str | None = None
    followed_months: int | None = Field(default=None, strict=True, ge=1, le=MOST_MONTHS)
    rest: str | None = None
    during: str | None = None
    before_months: int | None = Field(default=None, strict=True, ge=1, le=MOST_MONTHS)
    after_months: int | None = Field(default=None, strict=True, ge=1, le=MOST_MONTHS)
    work: str | None = None
    study: str | None = None
    joint: Literal["independent", "work_without_support"] | None = None
    started: str | None = None
    measure_months: int | None = Field(default=None, strict=True, ge=0, le=MOST_MONTHS)

    @field_validator("followed_until", "started")
    @classmethod
    def _is_date(cls, said: str | None) -> str | None:
        if said is not None:
            try:
                datetime.date.fromisoformat(said)
            except ValueError:
                raise PartError(f"'{said}' is not a date. Write it as 2025-12-31.") from None
        return said

    @model_validator(mode="after")
    def _complete(self) -> Self:
        fields = (*NEEDED[self.shape], *OPTIONAL[self.shape])
        for field in self.columns:
            if field not in fields:
                what = f"a field of the shape {self.shape}"
                raise PartError(unknown(what=what, given=field, known=fields), "columns", field, on_key=True)
        needs = {
            "before_after": ("before_months", "after_months"),
            "registrations": ("before_months", "after_months"),
            "counts": ("joint", "work", "study"),
        }
        for name in needs.get(self.shape, ()):
            if getattr(self, name) is None:
                raise PartError(f"The shape {self.shape} says nothing of '{name}': state it.\n{_WHY[name]}", "shape")
        self._told_out()
        return self

    def _told_out(self) -> None:
        """Refuse a start of counts that does not say how long everything lasted, or one of persons."""
        for name in ("started", "measure_months"):
            if self.shape != "counts" and getattr(self, name) is not None:
                raise PartError(f"'{name}' is for counts; here each person's own is in the data.", name, on_key=True)
        for name in ("measure_months", "before_months", "after_months"):
            if self.started is not None and getattr(self, name) is None:
                raise PartError(f"'started' needs '{name}' too.\n{_WHY[name]}", "started", on_key=True)

    def column(self, field: str) -> str:
        """Return the name of the column that a field is looked for in, in lower case."""
        return self.columns.get(field, field).strip().lower()


_WHY = {
    "before_months": "How many months before the start the state before is taken to have lasted, as before_months: 12.",
    "after_months": "How many months after the end the state after is taken to last, as after_months: 12.",
    "measure_months": "How many months all are taken to have been in the measure, as measure_months: 9.",
    "work": "Which state those in work are in, as work: arbete_heltid.",
    "study": "Which state those who study are in, as study: studier_csn.",
    "joint": "How support and occupation go together is not in the counts: joint: independent or work_without_support.",
}


def read_mapping(source: str | Path | Mapping[str, Any], *, states: Mapping[str, str]) -> DataMapping:
    """Return what a mapping file, or a dict in its shape, says.

    Parameters
    ----------
    source : str, Path or mapping
        A YAML file's path, or its contents.
    states : mapping of str to str
        The states that words may stand for, with their titles.

    Raises
    ------
    InputError
        With every finding, each with its place in the file.
    """
    mapping, tree = read_as(source, DataMapping, name="<mapping>")
    findings = list(_unknown_states(mapping, states, tree))
    if findings:
        raise InputError(findings)
    return mapping


def _unknown_states(mapping: DataMapping, states: Mapping[str, str], tree: Tree) -> list[Finding]:
    known = [*states, *words()["special"]]
    said: list[tuple[tuple[str, ...], str]] = [(("states", key), state) for key, state in mapping.states.items()]
    for name in ("rest", "during", "work", "study"):
        if (state := getattr(mapping, name)) is not None:
            said.append(((name,), state))
    findings = []
    assert tree.root is not None
    for path, state in said:
        if state not in known:
            message, *help_ = unknown(what="a state", given=state, known=known).splitlines()
            findings.append(Finding("unknown-state", dotted(path), message, tuple(help_), locate(tree.root, path)))
    return findings


def known_states(case_states: Mapping[str, str] | None) -> dict[str, str]:
    """Return the states that words in the data may stand for: the library's and a case's, by id with their titles."""
    return library_states() | dict(case_states or {})

"""The second pass over a file: each part has the shape of its model."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from frozendict import frozendict
from pydantic import TypeAdapter, ValidationError

from utanforskap.errors import Finding
from utanforskap.inputs.parts import shapes
from utanforskap.inputs.parts.misfits import Misfit, Path, Told, holds, meant_key, misfit, tell
from utanforskap.inputs.parts.scenario import Scenario
from utanforskap.inputs.text import nodes
from utanforskap.inputs.text.nodes import Node, dotted, locate

Data = dict[str, Any]

_ITEMS_WITHIN = ("flows", "costs")
"""What a part may hold many of; where one of them is wrong, the others can still be held against the rest."""


@dataclass(frozen=True, slots=True)
class Structure:
    """What the second pass makes of a file.

    Attributes
    ----------
    whole : Scenario or None
        None where anything is wrong.
    standing : Scenario
        The parts that are right, for the next pass; a section that is missing or wrong is None or empty.
    broken : tuple of paths
        The parts that are stated but do not stand.
    findings : list of Finding
        About those.
    """

    whole: Scenario | None
    standing: Scenario
    broken: tuple[Path, ...]
    findings: list[Finding]


def check_structure(data: Data, root: Node) -> Structure:
    """Return what stands in a file, and findings about what does not.

    Parameters
    ----------
    data : dict
        What a file says, as plain data.
    root : Mapping
        The positioned tree it came from.
    """
    empty = list(_left_empty(root, ()))
    try:
        whole = Scenario.model_validate(data)
    except ValidationError as error:
        misfits = _by_choice([misfit(problem, data, Scenario) for problem in error.errors()])
        findings = list(_findings(misfits, data, root))
        told = {finding.path for finding in findings}
        findings += [finding for finding in empty if finding.path not in told]
        standing, broken = _standing(data, {_cut(found.path) for found in misfits if found.path})
        return Structure(None, standing, broken, findings)
    return Structure(whole, whole, (), empty)


def _by_choice(misfits: list[Misfit]) -> list[Misfit]:
    """Leave out that a part is no list where it is also told which words it may be."""
    words = {found.path for found in misfits if found.problem["type"] == "literal_error"}
    return [found for found in misfits if found.problem["type"] != "tuple_type" or found.path not in words]


def _left_empty(node: Node, path: Path) -> Iterator[Finding]:
    """Yield where nothing is written: a value is more often forgotten than left out on purpose."""
    if isinstance(node, nodes.Mapping):
        for key, entry in node.entries.items():
            if nodes.is_empty(entry.node):
                message, help_ = f"'{key}' is left empty.", "Write a value, or remove the key."
                yield Finding("empty-value", dotted((*path, key)), message, (help_,), entry.key_place)
            yield from _left_empty(entry.node, (*path, key))
    elif isinstance(node, nodes.Sequence):
        for position, item in enumerate(node.items):
            yield from _left_empty(item, (*path, position))


def _findings(misfits: Sequence[Misfit], data: object, root: Node) -> Iterator[Finding]:
    said: set[tuple[Path, str]] = set()
    misspelt = {(*found.path[:-1], meant) for found in misfits if (meant := meant_key(found))}
    for found in misfits:
        if found.problem["type"] == "missing" and (*found.path, found.problem["loc"][-1]) in misspelt:
            continue
        told = tell(found)
        path, on_key = _place(found.path, told, data)
        if (path, told.message) not in said:
            said.add((path, told.message))
            yield Finding(told.code, dotted(path), told.message, told.help, locate(root, path, key=on_key))


def _place(path: Path, told: Told, data: Any) -> tuple[Path, bool]:
    """Return the part that is meant, or the nearest that is written: a shorthand leaves some unwritten."""
    for part in path:
        data = data[part]
    for part in told.part:
        if not holds(data, part):
            return path, False
        path, data = (*path, part), data[part]
    return path, told.on_key


def _cut(path: Path) -> Path:
    """Return what has to go because a part of it is wrong: a section, an item of it, or an item within that."""
    return path[:4] if len(path) > 3 and path[2] in _ITEMS_WITHIN else path[:2]


def _standing(data: Data, broken: set[Path]) -> tuple[Scenario, tuple[Path, ...]]:
    sections: dict[str, Any] = {}
    for name, field in Scenario.model_fields.items():
        annotation, said = shapes.annotation_of(field), data.get(name)
        if shapes.item(annotation) is not None and isinstance(said, dict):
            sections[name] = frozendict(_items(name, said, shapes.item(annotation), broken))
        else:
            sections[name] = _valid(annotation, said)
            if sections[name] is None:
                sections[name] = None if field.is_required() else field.get_default(call_default_factory=True)
    for name in ("states", "pathways", "groups"):
        sections[name] = sections[name] or frozendict()
    return Scenario.model_construct(**sections), tuple(sorted(broken, key=str))


def _items(section: str, said: Mapping[str, Any], annotation: Any, broken: set[Path]) -> Iterator[tuple[str, Any]]:
    for id_, item in said.items():
        if (section, id_) in broken:
            continue
        stands = _valid(annotation, _without(item, (section, id_), broken))
        if stands is not None:
            yield id_, stands
        elif not (id_ == "note" and isinstance(item, str)):
            broken.add((section, id_))


def _without(item: Any, path: Path, broken: set[Path]) -> Any:
    """Return an item of a section without the broken items within it."""
    for name in _ITEMS_WITHIN:
        if isinstance(item, dict) and isinstance(item.get(name), dict):
            kept = {id_: said for id_, said in item[name].items() if (*path, name, id_) not in broken}
            item = item | {name: kept}
    return item


def _valid(annotation: Any, said: Any) -> Any:
    """Return what a part stands for; None if it does not stand."""
    try:
        return TypeAdapter(annotation).validate_python(said)
    except ValidationError:
        return None

"""The small files of a follow-up, a mapping and an evaluation: read whole, with every finding at its place."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError

from utanforskap.errors import Finding, InputError
from utanforskap.inputs.parts.misfits import misfit, tell
from utanforskap.inputs.text.nodes import Tree, dotted, from_plain, locate, plain
from utanforskap.inputs.text.tree import read_tree
from utanforskap.inputs.values.models import Model

M = TypeVar("M", bound=Model)


def read_as(source: str | Path | Mapping[str, Any], model: type[M], *, name: str) -> tuple[M, Tree]:
    """Return what a YAML file, or a mapping in its shape, says, and where in it everything stands.

    Parameters
    ----------
    source : str, Path or mapping
        The file's path, or its contents.
    model : type of Model
        What may be said.
    name : str
        What to call contents that stand in no file.

    Raises
    ------
    InputError
        With every finding, each with its place in the file.
    """
    tree = from_plain(source, name) if isinstance(source, Mapping) else read_tree(Path(source))
    if tree.root is None or tree.findings:
        raise InputError(tree.findings)
    data = plain(tree.root)
    try:
        return model.model_validate(data), tree
    except ValidationError as error:
        findings = []
        for problem in error.errors():
            found = misfit(problem, data, model)
            told = tell(found)
            path = (*found.path, *told.part)
            place = locate(tree.root, path, key=told.on_key)
            findings.append(Finding(told.code, dotted(path), told.message, told.help, place))
        raise InputError(findings) from None

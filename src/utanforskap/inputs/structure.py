"""The second pass over a file: does each part have the shape of its model?"""

import types
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel, Tag, TypeAdapter, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from utanforskap.errors import Finding, did_you_mean
from utanforskap.inputs.nodes import Node, dotted, locate
from utanforskap.inputs.scenario import Scenario

Data = dict[str, Any]
Loc = tuple[str | int, ...]


def check_structure(data: Data, root: Node) -> tuple[Scenario | None, Scenario, list[Finding]]:
    """Return the scenario if every part of it stands, the parts that do, and findings about the others.

    Parameters
    ----------
    data : dict
        What a file says, as plain data.
    root : Mapping
        The positioned tree it came from.

    Returns
    -------
    whole : Scenario or None
        None where anything is wrong.
    standing : Scenario
        The parts that are right, for the next pass; a section that is missing or wrong is None or empty.
    findings : list of Finding
        About the parts that are wrong.
    """
    try:
        whole = Scenario.model_validate(data)
    except ValidationError as error:
        problems = error.errors()
        return None, _standing(data, problems), list(_findings(problems, data, root))
    return whole, whole, []


def _standing(data: Data, problems: Iterable[ErrorDetails]) -> Scenario:
    broken: dict[str, set[str]] = {}
    for problem in problems:
        section, *inner = problem["loc"] or ("",)
        broken.setdefault(str(section), set()).update(str(part) for part in inner[:1])
    parts: dict[str, Any] = {}
    for name, field in Scenario.model_fields.items():
        said = data.get(name)
        annotation = _annotation(field)
        if isinstance(said, dict) and _item(annotation) is not None:
            said = {key: value for key, value in said.items() if key not in broken.get(name, ())}
        elif name in broken:
            said = None
        try:
            parts[name] = TypeAdapter(annotation).validate_python(said)
        except ValidationError:
            parts[name] = (
                {} if _item(annotation) is not None else field.get_default(call_default_factory=True)
            )
            if field.is_required() and _item(annotation) is None:
                parts[name] = None
    return Scenario.model_construct(**parts)


def _findings(problems: Iterable[ErrorDetails], data: Data, root: Node) -> Iterator[Finding]:
    said: set[tuple[Loc, str]] = set()
    for problem in problems:
        path, annotation = _in_file(problem["loc"], data)
        tell = _MESSAGES.get(problem["type"], _as_it_is)
        code, message, *help_ = tell(problem, path, annotation)
        if (path, message) not in said:
            said.add((path, message))
            yield Finding(
                code, dotted(path), message, tuple(help_), locate(root, path, key=code == "unknown-key")
            )


def _in_file(loc: Loc, data: object) -> tuple[Loc, Any]:
    """Return the part of a pydantic location that stands in the file, and the annotation of what holds the last part."""
    path: list[str | int] = []
    annotation: Any = Scenario
    holder: Any = Scenario
    for part in loc:
        child = _child(annotation, part)
        tagged = _tagged(annotation, str(part)) if child is None or not _holds(data, part) else None
        if tagged is not None and child is None:
            annotation = tagged
            continue
        if _holds(data, part):
            path.append(part)
            data = data[part]  # type: ignore[index]
        elif not path or path[-1] != part:
            break
        holder, annotation = annotation, child
    return tuple(path), holder if loc and path and loc[-1] == path[-1] else annotation


def _holds(data: object, part: str | int) -> bool:
    if isinstance(data, dict):
        return part in data
    return isinstance(data, list) and isinstance(part, int) and part < len(data)


def _annotation(field: FieldInfo) -> Any:
    return Annotated[field.annotation, *field.metadata] if field.metadata else field.annotation


def _options(annotation: Any) -> Iterator[tuple[str | None, Any]]:
    """Yield what an annotation may be, each with its tag; None itself is left out."""
    origin = get_origin(annotation)
    if origin is Annotated:
        inner, *metadata = get_args(annotation)
        tag = next((str(m.tag) for m in metadata if isinstance(m, Tag)), None)
        yield from ((tag or own, option) for own, option in _options(inner))
    elif origin in (Union, types.UnionType):
        for option in get_args(annotation):
            yield from _options(option)
    elif annotation is not type(None):
        yield None, annotation


def _item(annotation: Any) -> Any:
    """Return what a mapping or a list of this annotation holds; None if it is neither."""
    for _, option in _options(annotation):
        origin = get_origin(option)
        if isinstance(origin, type) and issubclass(origin, Mapping):
            return get_args(option)[1]
        if origin is tuple:
            return get_args(option)[0]
    return None


def _models(annotation: Any) -> list[type[BaseModel]]:
    return [
        option
        for _, option in _options(annotation)
        if isinstance(option, type) and issubclass(option, BaseModel)
    ]


def _child(annotation: Any, part: str | int) -> Any:
    for model in _models(annotation):
        if part in model.model_fields:
            return _annotation(model.model_fields[str(part)])
    return _item(annotation)


def _tagged(annotation: Any, tag: str) -> Any:
    for own, option in _options(annotation):
        if own == tag or (option in _models(annotation) and tag in _model_names(option)):
            return option
    return None


def _model_names(model: type[BaseModel]) -> tuple[str, ...]:
    field = model.model_fields.get("model")
    return get_args(field.annotation) if field is not None else ()


Told = tuple[str, ...]
"""A finding's code, its message, and further lines."""


def _keys(annotation: Any) -> list[str]:
    return sorted({name for model in _models(annotation) for name in model.model_fields})


def _unknown_key(problem: ErrorDetails, path: Loc, annotation: Any) -> Told:
    keys = _keys(annotation)
    message = f"'{path[-1]}' is not a key here.{did_you_mean(str(path[-1]), keys)}"
    return ("unknown-key", message, f"Keys: {', '.join(keys)}")


def _missing(problem: ErrorDetails, path: Loc, annotation: Any) -> Told:
    return ("missing-key", f"'{problem['loc'][-1]}' is missing.")


def _not_allowed(problem: ErrorDetails, path: Loc, annotation: Any) -> Told:
    allowed = [value for value in _literals(annotation, path) if value != "rest"]
    given = problem["input"]
    return (
        "not-allowed",
        f"'{given}' is not allowed here.{did_you_mean(str(given), allowed)}",
        f"Allowed: {', '.join(allowed) if allowed else problem['ctx']['expected']}",
    )


def _literals(annotation: Any, path: Loc) -> list[str]:
    child = _child(annotation, path[-1]) if path and _models(annotation) else annotation
    return [
        str(value)
        for _, option in _options(child)
        if get_origin(option) is Literal
        for value in get_args(option)
    ]


def _unknown_model(problem: ErrorDetails, path: Loc, annotation: Any) -> Told:
    child = _child(annotation, path[-1]) if path and not _models(annotation) else annotation
    names = [name for model in _models(child or annotation) for name in _model_names(model)]
    given = problem["input"].get("model") if isinstance(problem["input"], dict) else None
    if given is None:
        return (
            "missing-key",
            "'model' is missing: it says which kind of pathway this is.",
            f"Models: {', '.join(names)}",
        )
    return (
        "unknown-model",
        f"'{given}' is not a model.{did_you_mean(str(given), names)}",
        f"Models: {', '.join(names)}",
    )


def _own_words(problem: ErrorDetails, path: Loc, annotation: Any) -> Told:
    message, *help_ = str(problem["ctx"]["error"]).splitlines()
    return ("wrong-value", message, *help_)


def _as_it_is(problem: ErrorDetails, path: Loc, annotation: Any) -> Told:
    return ("wrong-value", f"{_shown(problem['input'])}: {problem['msg']}")


def _kind_wanted(what: str) -> Callable[[ErrorDetails, Loc, Any], Told]:
    def tell(problem: ErrorDetails, path: Loc, annotation: Any) -> Told:
        return ("wrong-kind", f"{_shown(problem['input'])} stands where {what} is expected.")

    return tell


def _mapping_wanted(problem: ErrorDetails, path: Loc, annotation: Any) -> Told:
    keys = _keys(annotation) or _keys(_child(annotation, path[-1]) if path else annotation)
    message = f"{_shown(problem['input'])} stands where keys with values are expected."
    return ("wrong-kind", message, f"Keys: {', '.join(keys)}") if keys else ("wrong-kind", message)


def _at_least(problem: ErrorDetails, path: Loc, annotation: Any) -> Told:
    return ("out-of-range", f"{problem['input']} is too small: it must be at least {problem['ctx']['ge']:g}.")


def _at_most(problem: ErrorDetails, path: Loc, annotation: Any) -> Told:
    return ("out-of-range", f"{problem['input']} is too large: it must be at most {problem['ctx']['le']:g}.")


def _too_few(problem: ErrorDetails, path: Loc, annotation: Any) -> Told:
    return ("empty", "is empty; say at least one.")


def _shown(value: object) -> str:
    if value is None:
        return "Nothing"
    if isinstance(value, dict):
        return "Keys with values"
    if isinstance(value, list | tuple):
        return "A list"
    if isinstance(value, bool):
        return f"'{str(value).lower()}'"
    return f"'{value}'"


_WHOLE_NUMBER = _kind_wanted("a whole number")
_MESSAGES: Mapping[str, Callable[[ErrorDetails, Loc, Any], Told]] = {
    "extra_forbidden": _unknown_key,
    "missing": _missing,
    "literal_error": _not_allowed,
    "union_tag_invalid": _unknown_model,
    "union_tag_not_found": _unknown_model,
    "value_error": _own_words,
    "int_type": _WHOLE_NUMBER,
    "int_parsing": _WHOLE_NUMBER,
    "int_from_float": _WHOLE_NUMBER,
    "string_type": _kind_wanted("a text"),
    "bool_type": _kind_wanted("true or false"),
    "bool_parsing": _kind_wanted("true or false"),
    "tuple_type": _kind_wanted("a list"),
    "dict_type": _mapping_wanted,
    "mapping_type": _mapping_wanted,
    "model_type": _mapping_wanted,
    "model_attributes_type": _mapping_wanted,
    "greater_than_equal": _at_least,
    "less_than_equal": _at_most,
    "too_short": _too_few,
}

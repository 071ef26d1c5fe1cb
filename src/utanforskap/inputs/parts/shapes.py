"""What the annotations of the models say: which parts there are, and what each may be."""

import types
from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel, Tag
from pydantic.fields import FieldInfo


def annotation_of(field: FieldInfo) -> Any:
    """Return the annotation of a field, with its validators."""
    return Annotated[field.annotation, *field.metadata] if field.metadata else field.annotation


def options(annotation: Any) -> Iterator[tuple[str | None, Any]]:
    """Yield what an annotation may be, each with the tag that tells it from the others; None itself is left out."""
    origin = get_origin(annotation)
    if origin is Annotated:
        inner, *metadata = get_args(annotation)
        tag = next((str(m.tag) for m in metadata if isinstance(m, Tag)), None)
        yield from ((tag or own, option) for own, option in options(inner))
    elif origin in (Union, types.UnionType):
        for option in get_args(annotation):
            yield from options(option)
    elif annotation is not type(None):
        yield None, annotation


def models(annotation: Any) -> list[type[BaseModel]]:
    """Return the models that a part may be."""
    found = [option for _, option in options(annotation)]
    return [option for option in found if isinstance(option, type) and issubclass(option, BaseModel)]


def item(annotation: Any) -> Any:
    """Return what a mapping or a list holds; None of what is neither."""
    for _, option in options(annotation):
        origin = get_origin(option)
        if isinstance(origin, type) and issubclass(origin, Mapping):
            return get_args(option)[1]
        if origin is tuple:
            return get_args(option)[0]
    return None


def child(annotation: Any, part: str | int) -> Any:
    """Return the annotation of a part of a model, mapping or list; None if it has no such part."""
    for model in models(annotation):
        if part in model.model_fields:
            return annotation_of(model.model_fields[str(part)])
    return item(annotation)


def choice(annotation: Any, tag: str) -> Any:
    """Return the one of several options that a tag, or a model's own name, stands for; None if there is none."""
    for own, option in options(annotation):
        if tag == own or (models(option) and tag in model_names(option)):
            return option
    return None


def model_names(model: type[BaseModel]) -> tuple[str, ...]:
    """Return what a model's ``model:`` may say; empty for one that has no such key."""
    field = model.model_fields.get("model")
    return get_args(field.annotation) if field is not None else ()


def words(annotation: Any) -> list[str]:
    """Return the words that a part may be."""
    literals = [option for _, option in options(annotation) if get_origin(option) is Literal]
    return [str(word) for literal in literals for word in get_args(literal)]


def keys(annotation: Any) -> list[str]:
    """Return the keys of the models that a part may be, in the order in which they are declared, the note last."""
    named = dict.fromkeys(name for model in models(annotation) for name in model.model_fields)
    return [name for name in named if name != "note"] + [name for name in named if name == "note"]

"""What the models of a scenario's parts share: frozen to their depth, no unknown keys, a note anywhere."""

import re
from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Self, TypeVar

from frozendict import frozendict
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetJsonSchemaHandler,
    model_validator,
)
from pydantic_core import CoreSchema

from utanforskap.errors import PartError

T = TypeVar("T")
_ID = re.compile(r"[^\W_][\w-]*")
# The same in the regular expressions of JSON, which know no letters but those of ASCII: everything beyond passes.
_STRANGE = r"\u003a-\u0040\u005b-\u005e\u0060\u007b-\u00a9"
_ID_PATTERN = rf"^[^\u0000-\u002f\u005f{_STRANGE}][^\u0000-\u002c\u002e\u002f{_STRANGE}]*$"

WholeNumber = Annotated[int, Field(strict=True)]
Flag = Annotated[bool, Field(strict=True)]


class Model(BaseModel):
    """What every part of a scenario shares: frozen, no unknown keys, and a note anywhere.

    Attributes
    ----------
    note : str or None
        Free text; drives nothing.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)
    what: ClassVar[str] = "keys with values"

    note: str | None = None

    def change(self, **fields: Any) -> Self:
        """Return a validated copy with some fields changed."""
        kept = {name: getattr(self, name) for name in self.model_fields_set}
        return type(self).model_validate(kept | fields)


def without_note(data: object) -> object:
    """Return a mapping without its note; anything else as it is."""
    if isinstance(data, Mapping) and isinstance(data.get("note"), str):
        return {key: value for key, value in data.items() if key != "note"}
    return data


def _well_named(data: Mapping[str, T]) -> Mapping[str, T]:
    for key in data:
        if not _ID.fullmatch(key):
            allowed = "Allowed: letters, digits, _ and -, a letter or digit first; no dots or spaces"
            raise PartError(f"'{key}' cannot be an id.\n{allowed}", key, on_key=True)
    return data


def freeze(data: Mapping[Any, T]) -> Mapping[Any, T]:
    """Return a mapping that cannot be changed."""
    return frozendict(data)


def _tuple(data: object) -> object:
    return tuple(data) if isinstance(data, list) else data


class Keys:
    """What the keys of a mapping look like, said in the JSON schema; a note may always stand among them.

    Parameters
    ----------
    pattern : str
        A regular expression that every key matches.
    """

    def __init__(self, pattern: str) -> None:
        self._pattern = pattern

    def __get_pydantic_json_schema__(self, core: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        """Move what the values are from every key to those that match."""
        schema = handler(core)
        # A mapping whose keys have been told once may be told again, more narrowly.
        values = [*schema.get("patternProperties", {}).values(), schema.get("additionalProperties", True)]
        value = values[0]
        note = {"anyOf": [{"type": "string"}, value], "description": "Free text; drives nothing."}
        but_note = self._pattern.replace("^", "^(?!note$)", 1)
        return schema | {
            "properties": {"note": note},
            "patternProperties": {but_note: value},
            "additionalProperties": False,
        }


FrozenMap = Annotated[Mapping[str, T], BeforeValidator(without_note), AfterValidator(freeze), Keys("^.+$")]
IdMap = Annotated[
    Mapping[str, T],
    BeforeValidator(without_note),
    AfterValidator(_well_named),
    AfterValidator(freeze),
    Keys(_ID_PATTERN),
]
FrozenList = Annotated[tuple[T, ...], BeforeValidator(_tuple)]


class Title(Model):
    """A title in both languages; one text alone, or Swedish alone, stands for both.

    Attributes
    ----------
    sv : str
        In Swedish.
    en : str
        In English; None is the Swedish.
    """

    what = "a text"

    sv: str
    en: str

    @model_validator(mode="before")
    @classmethod
    def _one_text(cls, data: object) -> object:
        if isinstance(data, str):
            return {"sv": data, "en": data}
        if isinstance(data, Mapping) and "sv" in data and "en" not in data:
            return {**data, "en": data["sv"]}
        return data

    @classmethod
    def __get_pydantic_json_schema__(cls, core: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        """Say that a text may stand for the whole, and that English may be left out."""
        reference, whole = or_shorthand(core, handler, {"type": "string"})
        whole["required"] = ["sv"]
        return reference


def or_shorthand(
    core: CoreSchema, handler: GetJsonSchemaHandler, shorthand: dict[str, Any]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Make a model's schema say that something shorter may stand for it; return what refers to it, and its own part."""
    reference = handler(core)
    body = handler.resolve_ref_schema(reference)
    whole = dict(body)
    body.clear()
    body["anyOf"] = [shorthand, whole]
    return reference, whole

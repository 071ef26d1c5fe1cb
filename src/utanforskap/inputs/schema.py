"""The JSON schema of a scenario file, so that editors complete and check while it is written."""

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic.json_schema import GenerateJsonSchema, JsonSchemaWarningKind
from pydantic_core.core_schema import ModelSchema

from utanforskap.inputs.evidence import REASON_PATTERN
from utanforskap.inputs.facts.measured import FACTORS, curves, effects_on, shares, shipped_populations
from utanforskap.inputs.library import SECTIONS
from utanforskap.inputs.parts.docstrings import attributes, summary
from utanforskap.inputs.parts.scenario import Scenario

Schema = dict[str, Any]

_DEFS = "#/$defs/"
_PART = "Part"
"""What the name of a schema ends in when its keys may be inherited, and so left out or removed."""


def json_schema() -> Schema:
    """Return the JSON schema (draft 2020-12) of a scenario file.

    A file that says ``extends`` may leave out what it inherits, and remove it with null; so may an entry that says
    ``use``.
    """
    scenario = Scenario.model_json_schema(schema_generator=_Described)
    defs: Mapping[str, Schema] = scenario.pop("$defs")
    whole = {name: _clean(schema) for name, schema in {**defs, "Scenario": scenario}.items()}
    _let_refer(whole)
    parts = {f"{name}{_PART}": _part(schema) for name, schema in whole.items()}
    extends = "Another file, or a bundled scenario, that this one builds on."
    parts[f"Scenario{_PART}"]["properties"]["extends"] = {"type": "string", "description": extends}
    for section in SECTIONS:
        _let_use(whole["Scenario"]["properties"][section], parts)
    _let_effects_say(whole["Programme"])
    return {
        "$schema": GenerateJsonSchema.schema_dialect,
        "title": "utanforskap",
        "description": summary(Scenario),
        "if": {"required": ["extends"]},
        "then": {"$ref": f"{_DEFS}Scenario{_PART}"},
        "else": {"$ref": f"{_DEFS}Scenario"},
        "$defs": whole | parts,
    }


def _let_refer(whole: Mapping[str, Schema]) -> None:
    """Let a share, a curve and a measured effect be referred to where their numbers may stand."""
    year: Schema = {"type": ["integer", "string"], "description": "Needed where the share is known for several years."}
    share = _reference("share", shares(), "A share of the epidemiology.") | {"required": ["share"]}
    share["properties"]["year"] = year
    for name in ("Share", "SignedShare", "Setting"):
        whole[name]["anyOf"].append(share)
    curve = whole["Curve"]["properties"]["shares"]
    curve["properties"]["curve"] = _reference("curve", curves(), "A curve of the epidemiology.")["properties"]["curve"]
    whole["Reach"]["properties"]["population"]["enum"] = [*shipped_populations(), None]
    for factor in FACTORS:
        effect = _reference("effect", effects_on(factor), "A measured effect.") | {"required": ["effect"]}
        reason = "Why the effect holds for others than those it was measured on: because …"
        effect["properties"]["override"] = {"type": "string", "pattern": REASON_PATTERN, "description": reason}
        stated = whole["Programme"]["properties"][factor]
        said = {"description": stated.pop("description")}
        whole["Programme"]["properties"][factor] = said | {"anyOf": [stated, effect]}


def _reference(word: str, known: Sequence[str], description: str) -> Schema:
    named = {"enum": list(known), "description": description}
    note = {"type": "string", "description": "Free text; drives nothing."}
    return {"type": "object", "properties": {word: named, "note": note}, "additionalProperties": False}


def _let_effects_say(programme: Schema) -> None:
    """Let a programme leave out how its success is known where a measured effect says it."""
    programme["required"] = [name for name in programme["required"] if name != "evidence"]
    named = {"success": {"type": "object", "required": ["effect"]}}
    programme |= {"if": {"properties": named}, "then": {}, "else": {"required": ["evidence"]}}


def _let_use(section: Schema, parts: Mapping[str, Schema]) -> None:
    """Let the entries of a section take in an entry of the library, and say only what differs."""
    use = "An entry of the library; what is said beside it is laid over it."
    for pattern, entry in section["patternProperties"].items():
        for model in entry.get("anyOf", [entry]):
            name = model["$ref"].removeprefix(_DEFS)
            parts[f"{name}{_PART}"]["properties"]["use"] = {"type": "string", "description": use}
        section["patternProperties"][pattern] = {"if": {"required": ["use"]}, "then": _part(entry), "else": entry}


class _Described(GenerateJsonSchema):
    """Says of each model and each of its keys what the docstring says."""

    ignored_warning_kinds: set[JsonSchemaWarningKind] = {"skipped-choice", "non-serializable-default"}

    def model_schema(self, schema: ModelSchema) -> Schema:
        """Return a model's schema with descriptions."""
        said = super().model_schema(schema)
        said["description"] = summary(schema["cls"])
        told = attributes(schema["cls"])
        for name, part in said["properties"].items():
            if name in told:
                part["description"] = told[name]
        if "period" in said["properties"]:
            # A year alone is read as the period that it is.
            said["properties"]["period"]["anyOf"].append({"type": "integer"})
        return said


def _clean(schema: Any) -> Any:
    """Return a schema without the titles that only repeat keys, and without what other dialects say."""
    if isinstance(schema, list):
        return [_clean(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    kept = {key: value for key, value in schema.items() if key not in ("default", "discriminator")}
    if isinstance(kept.get("title"), str):
        del kept["title"]
    least = {"object": "minProperties", "array": "minItems"}.get(str(kept.get("type")))
    if least and "minLength" in kept:
        kept[least] = kept.pop("minLength")
    if "oneOf" in kept:
        kept["anyOf"] = kept.pop("oneOf")
    return {key: _clean(value) for key, value in kept.items()}


def _part(schema: Any) -> Any:
    """Return the schema of a part whose keys may be inherited; a list replaces, and so is whole."""
    said: Schema = {}
    for key, value in schema.items():
        if key in ("properties", "patternProperties"):
            said[key] = {name: {"anyOf": [_part(inner), {"type": "null"}]} for name, inner in value.items()}
        elif key == "anyOf":
            said[key] = [_part(option) for option in value]
        elif key == "$ref":
            said[key] = value + _PART
        elif key not in ("required", "minProperties"):
            said[key] = value
    return said

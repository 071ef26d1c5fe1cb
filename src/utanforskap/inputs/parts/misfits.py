"""What is said about a part that does not have the shape of its model."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel
from pydantic_core import ErrorDetails

from utanforskap.errors import PartError, did_you_mean, either, nearest, sentence, unknown
from utanforskap.inputs.parts import shapes
from utanforskap.inputs.parts.docstrings import attributes
from utanforskap.inputs.parts.scenario import Scenario

Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Misfit:
    """A part that does not have the shape of its model.

    Attributes
    ----------
    problem : ErrorDetails
        What pydantic says.
    path : tuple of str or int
        The part, or the nearest one that stands in the file.
    wanted : annotation
        What the part should be.
    holder : annotation
        What it is a part of.
    union : annotation
        All that may stand there, where there is a choice; None where there is none.
    """

    problem: ErrorDetails
    path: Path
    wanted: Any
    holder: Any
    union: Any

    @property
    def given(self) -> Any:
        """What stands there."""
        return self.problem["input"]


@dataclass(frozen=True, slots=True)
class Told:
    """What a misfit is called, and what is said about it.

    Attributes
    ----------
    code : str
        The finding's name.
    message : str
        What was found.
    help : tuple of str
        What is allowed, what to do.
    part : tuple of str or int
        The part of the misfit's own part that is meant.
    on_key : bool
        Whether its key is meant.
    """

    code: str
    message: str
    help: tuple[str, ...] = ()
    part: Path = ()
    on_key: bool = False


def misfit(problem: ErrorDetails, data: object, model: type[BaseModel]) -> Misfit:
    """Follow pydantic's place, which also names the chosen option of each union, to the part of the file.

    Parameters
    ----------
    problem : ErrorDetails
        What pydantic says.
    data : object
        What it was given, as plain data.
    model : type
        What that should have been.
    """
    path: Path = ()
    wanted: Any = model
    holder: Any = None
    union: Any = None
    for part in problem["loc"]:
        if len(list(shapes.options(wanted))) > 1:
            union, wanted = wanted, shapes.choice(wanted, str(part)) or wanted
            continue
        holder, wanted = wanted, shapes.child(wanted, part)
        if holds(data, part):
            path, data, union = (*path, part), data[part], None  # type: ignore[index]
    return Misfit(problem, path, wanted, holder, union)


def meant_key(misfit: Misfit) -> str | None:
    """Return the key that an unknown one was most likely meant to be; None for what is no unknown key."""
    if misfit.problem["type"] != "extra_forbidden":
        return None
    return nearest(str(misfit.path[-1]), shapes.keys(misfit.holder))


def holds(data: object, part: str | int) -> bool:
    """Return whether plain data has a part of this key or position."""
    if isinstance(data, dict):
        return part in data
    return isinstance(data, list) and isinstance(part, int) and part < len(data)


def tell(misfit: Misfit) -> Told:
    """Return what is said about a misfit."""
    return _TELL.get(misfit.problem["type"], _as_it_is)(misfit)


def _unknown_key(misfit: Misfit) -> Told:
    keys = shapes.keys(misfit.holder)
    given = str(misfit.path[-1])
    if misfit.holder is Scenario:
        keys.insert(0, "extends")
        if given == "extends":
            message = "'extends' is read in files only: data built in Python stands alone."
            return Told("unknown-key", message, ("Merge the parts first.",), on_key=True)
    names = [name for model in shapes.models(misfit.holder) for name in shapes.model_names(model)]
    label = f"Keys of the model '{names[0]}'" if len(names) == 1 else "Keys"
    message, help_ = unknown(what="a key here", given=given, known=keys, label=label).splitlines()
    return Told("unknown-key", message, (help_,), on_key=True)


def _missing(misfit: Misfit) -> Told:
    name = str(misfit.problem["loc"][-1])
    said = [text for model in shapes.models(misfit.holder) if (text := attributes(model).get(name))]
    return Told("missing-key", f"'{name}' is missing.", tuple(said[:1]), on_key=True)


def _not_allowed(misfit: Misfit) -> Told:
    allowed = shapes.words(misfit.wanted)
    if misfit.given is None:
        return _empty(misfit, "a word", (f"Allowed: {', '.join(allowed)}",))
    message = f"{_shown(misfit.given)} is not allowed here.{did_you_mean(str(misfit.given), allowed)}"
    also = [", or a list"] if shapes.item(misfit.wanted) is not None else []
    return Told("not-allowed", message, (f"Allowed: {', '.join(allowed)}{''.join(also)}",))


def _no_option(misfit: Misfit) -> Told:
    names = [name for model in shapes.models(misfit.wanted) for name in shapes.model_names(model)]
    if not names:
        stands = either(_whats(misfit.wanted))
        return Told("not-allowed", f"{_shown(misfit.given)} is not allowed here.", (f"Write {stands}.",))
    help_ = (f"Models: {', '.join(names)}",)
    if misfit.given is None:
        return _empty(misfit, "a pathway", help_)
    if not isinstance(misfit.given, dict):
        return Told("wrong-kind", f"{_shown(misfit.given)} stands where a pathway is expected.", help_)
    given = misfit.given.get("model")
    if given is None:
        return Told("missing-key", "'model' is missing: it says which kind of pathway this is.", help_, on_key=True)
    message, *_ = unknown(what="a model", given=str(given), known=names).splitlines()
    return Told("unknown-model", message, help_, ("model",))


def _own_words(misfit: Misfit) -> Told:
    error = misfit.problem["ctx"]["error"]
    message, *help_ = str(error).splitlines()
    if words := shapes.words(misfit.union):
        help_.append(f"Or write {either(words)}.")
    part, on_key = (error.part, error.on_key) if isinstance(error, PartError) else ((), False)
    return Told("wrong-value", sentence(message), tuple(help_), part, on_key)


def _as_it_is(misfit: Misfit) -> Told:
    return Told("wrong-value", sentence(f"{_shown(misfit.given)}: {misfit.problem['msg']}"))


def _wanted(what: str) -> Callable[[Misfit], Told]:
    def tell(misfit: Misfit) -> Told:
        if misfit.given is None:
            return _empty(misfit, what)
        help_: tuple[str, ...] = ()
        if what == "a text" and isinstance(misfit.given, int | float):
            help_ = (f"Put it in quotes: '{misfit.given}'.",)
        if what == "a list" and isinstance(misfit.given, str | int | float):
            help_ = (f"Put it in brackets: [{misfit.given}].",)
        return Told("wrong-kind", f"{_shown(misfit.given)} stands where {what} is expected.", help_)

    return tell


def _model_wanted(misfit: Misfit) -> Told:
    wanted = misfit.union or misfit.wanted
    stands = either(_whats(wanted))
    keys = shapes.keys(misfit.wanted) if "keys" in stands else []
    help_ = (f"Keys: {', '.join(keys)}",) if keys else ()
    if "keys" in stands and not keys:
        help_ = ("Begin each with its id and a colon, and no dash.",)
    if misfit.given is None:
        return _empty(misfit, stands, help_)
    verb = "are" if stands == "keys with values" else "is"
    return Told("wrong-kind", f"{_shown(misfit.given)} stands where {stands} {verb} expected.", help_)


def _whats(annotation: Any) -> list[str]:
    """Return what the options of an annotation are called."""
    return list(dict.fromkeys(_what(option) for _, option in shapes.options(annotation)))


def _what(option: Any) -> str:
    if words := shapes.words(option):
        return either([f"'{word}'" for word in words])
    models = shapes.models(option)
    return str(getattr(models[0], "what", "keys with values")) if models else "keys with values"


def _empty(misfit: Misfit, what: str, help_: tuple[str, ...] = ()) -> Told:
    where = f"'{misfit.path[-1]}' is left empty" if misfit.path else "Nothing stands"
    verb = "are" if what == "keys with values" else "is"
    return Told("empty-value", f"{where} where {what} {verb} expected.", help_)


def _too_small(misfit: Misfit) -> Told:
    least = misfit.problem["ctx"]["ge"]
    return Told("out-of-range", f"{misfit.given} is too small: it must be at least {least:g}.")


def _too_large(misfit: Misfit) -> Told:
    most = misfit.problem["ctx"]["le"]
    return Told("out-of-range", f"{misfit.given} is too large: it must be at most {most:g}.")


def _too_few(misfit: Misfit) -> Told:
    least, stated = misfit.problem["ctx"]["min_length"], misfit.problem["ctx"]["actual_length"]
    if stated:
        return Told("too-few", f"'{misfit.path[-1]}' holds {stated}, and at least {least} are needed.")
    return Told("empty-value", f"'{misfit.path[-1]}' holds nothing.", (f"Say at least {_NUMBERS[least]}.",))


_NUMBERS = {1: "one", 2: "two"}


def _shown(value: object) -> str:
    if isinstance(value, Mapping):
        return "A part with keys"
    if isinstance(value, list | tuple):
        return "A list"
    return f"'{str(value).lower() if isinstance(value, bool) else value}'"


_WHOLE_NUMBER = _wanted("a whole number")
_YES_OR_NO = _wanted("true or false")
_TELL: Mapping[str, Callable[[Misfit], Told]] = {
    "extra_forbidden": _unknown_key,
    "missing": _missing,
    "literal_error": _not_allowed,
    "union_tag_invalid": _no_option,
    "union_tag_not_found": _no_option,
    "model_attributes_type": _no_option,
    "value_error": _own_words,
    "int_type": _WHOLE_NUMBER,
    "int_parsing": _WHOLE_NUMBER,
    "int_from_float": _WHOLE_NUMBER,
    "string_type": _wanted("a text"),
    "bool_type": _YES_OR_NO,
    "bool_parsing": _YES_OR_NO,
    "tuple_type": _wanted("a list"),
    "dict_type": _model_wanted,
    "mapping_type": _model_wanted,
    "model_type": _model_wanted,
    "greater_than_equal": _too_small,
    "less_than_equal": _too_large,
    "too_short": _too_few,
}

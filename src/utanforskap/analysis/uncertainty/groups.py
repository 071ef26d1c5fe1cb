"""Which uncertain estimates are known, or varied, together."""

from collections.abc import Iterable, Mapping, Sequence

from utanforskap.engine.draws import Sampler
from utanforskap.errors import QuestionError, UnknownNameError

EFFECT = ("success", "deadweight", "attribution", "displacement", "drop_off")
"""The factors of an effect that are estimates."""

Groups = Mapping[str, Sequence[str]]


def units(sampler: Sampler) -> dict[str, tuple[str, ...]]:
    """Return the least that can be known or varied alone: each estimate, or the whole set that it is drawn with.

    Parameters
    ----------
    sampler : Sampler
        What draws the estimates.

    Returns
    -------
    dict of str to tuple of str
        The names in each, by what it is called: an estimate's own name, ``pathways.x.transitions.a.{b,c}`` for those of
        one mapping, or names with ``+`` between.
    """
    sets = {name: members for members in sampler.together for name in members}
    found: dict[str, tuple[str, ...]] = {}
    for name in sampler.names:
        members = sets.get(name, (name,))
        found[_called(members)] = members
    return found


def _called(members: Sequence[str]) -> str:
    folders = {name.rpartition(".")[0] for name in members}
    if len(members) > 1 and len(folders) == 1 and "" not in folders:
        return f"{folders.pop()}.{{{','.join(name.rpartition('.')[2] for name in members)}}}"
    return " + ".join(members)


def natural(sampler: Sampler) -> dict[str, tuple[str, ...]]:
    """Return the groups that a person would think of, each of which holds at least two units.

    They are ``prices`` (the price list's), ``states`` (quantities and amounts written in states), ``pathways`` (how
    persons move, and how they are spread over pathways), ``effect`` (the factors of programmes' effects) and ``costs``
    (what programmes cost). A set that is drawn together belongs whole to every group that it reaches into.
    """
    found: dict[str, list[tuple[str, ...]]] = {kind: [] for kind in ("prices", "states", "pathways", "effect", "costs")}
    for members in units(sampler).values():
        for kind in dict.fromkeys(map(_kind, members)):
            if kind is not None:
                found[kind].append(members)
    return {kind: _flat(some) for kind, some in found.items() if len(some) > 1}


def _flat(some: Iterable[Sequence[str]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for members in some for name in members))


def _kind(name: str) -> str | None:
    """Return the natural group of an estimate; None for what has none, as the number of participants."""
    section, *rest = name.split(".")
    if section == "alternatives":
        return _kind(".".join(rest[2:]))
    if section in ("prices", "states", "pathways"):
        return section
    if section == "groups" and rest[1:2] != ["persons"]:
        return "pathways"
    if section == "programmes":
        return "costs" if rest[1] == "costs" else "effect" if rest[1] in EFFECT else None
    return None


def stated(sampler: Sampler, groups: Groups) -> dict[str, tuple[str, ...]]:
    """Return groups that somebody named, with the full names of what is in them.

    Parameters
    ----------
    sampler : Sampler
        What draws the estimates.
    groups : mapping of str to sequence of str
        By a name of its own, estimates: each a whole name, the end of exactly one, or a branch (``pathways.ute`` is
        everything below it).

    Raises
    ------
    UnknownNameError
        If no uncertain estimate is meant, or an end is that of several.
    QuestionError
        If a group is empty, has an estimate's name, or has only a part of what is drawn together.
    """
    alone = units(sampler)
    found: dict[str, tuple[str, ...]] = {}
    for group, asked in groups.items():
        if group in alone:
            raise QuestionError(f"'{group}' is what an estimate is called.\nCall the group something else.")
        if not asked:
            raise QuestionError(f"The group '{group}' is empty.\nName the estimates in it.")
        members = _flat(_meant(name, sampler.names) for name in asked)
        for unit in alone.values():
            missing = [name for name in unit if name not in members]
            if missing and len(missing) < len(unit):
                one = next(name for name in unit if name in members)
                raise QuestionError(
                    f"'{one}' is drawn together with {', '.join(name for name in unit if name != one)}, and the group "
                    f"'{group}' has only a part of them.\nAdd {', '.join(missing)}, or leave all of them out."
                )
        found[group] = members
    return found


def _meant(name: str, names: Sequence[str]) -> tuple[str, ...]:
    if name in names:
        return (name,)
    below = tuple(each for each in names if each.startswith(f"{name}."))
    if below:
        return below
    ends = [each for each in names if each.endswith(f".{name}")]
    if len(ends) == 1:
        return (ends[0],)
    raise UnknownNameError(what="an uncertain estimate", given=name, known=sorted(ends or names))

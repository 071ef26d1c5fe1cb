"""How a scenario refers to the shipped epidemiology and to measured effects, and what its references become."""

import re
from collections import abc
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from frozendict import frozendict

from utanforskap.errors import Finding, did_you_mean, unknown
from utanforskap.inputs.facts.measured import (
    FACTORS,
    Effect,
    Figure,
    Series,
    curves,
    effects_on,
    shares,
    shipped_effects,
    shipped_populations,
    shipped_series,
)
from utanforskap.inputs.library import FORMS
from utanforskap.inputs.passes.problems import Path, Problem, Whole, unknown_name
from utanforskap.inputs.text.nodes import Entry, Mapping, Node, Scalar, Sequence, Tree, dotted, nothing, plain
from utanforskap.inputs.values.estimates import Estimate, Setting, Share, SignedShare

REASON = re.compile(r"(because|därför att)\s+\S", re.IGNORECASE)
REASON_PATTERN = "^([Bb]ecause|[Dd]ärför att) +[^ ]"
_UNITS = {"kvot": "as a ratio", "år": "in years", "mån": "in months", "dag": "in days"}
_YEAR = re.compile("[0-9]{1,4}")
_FIGURE_ID = re.compile(r"[^\W\d]\w*")


@dataclass(frozen=True, slots=True)
class Resolved:
    """A tree whose references to the tables have become ordinary estimates.

    Attributes
    ----------
    tree : Tree
        With the sources that they name, and findings about the references that do not hold.
    taken : mapping of paths to str
        Where a share of the epidemiology has been put, and its id.
    """

    tree: Tree
    taken: frozendict[Path, str]


def with_evidence(tree: Tree) -> Resolved:
    """Return a scenario's tree with its references to the epidemiology and to measured effects resolved.

    ``{share: <id>, year: <year>}`` becomes that figure, ``{curve: <id>}`` the points of that curve, and a programme's
    ``{effect: <id>}`` what was measured. Each comes with its source, unless the scenario states one of that id itself.
    Where a reference and a number are stated by files that build on one another, the nearer of them stands.

    Parameters
    ----------
    tree : Tree
        A file's tree, parents and library merged.
    """
    if tree.root is None:
        return Resolved(tree, frozendict())
    reader = _Reader((tree.name, *tree.parents))
    root = reader.resolved(tree.root, ())
    assert isinstance(root, Mapping)
    stated = root.entries.get("sources")
    if reader.sources and (stated is None or isinstance(stated.node, Mapping)):
        own = stated.node.entries if stated is not None and isinstance(stated.node, Mapping) else {}
        place, key_place = (stated.node.place, stated.key_place) if stated is not None else (root.place, root.place)
        sources = Entry(key_place, Mapping({**reader.sources, **own}, place))
        root = Mapping({**root.entries, "sources": sources}, root.place)
    found = (*tree.findings, *reader.findings)
    return Resolved(Tree(root, found, tree.name, tree.parents), frozendict(reader.taken))


def check_taken(whole: Whole, taken: frozendict[Path, str]) -> Iterator[Problem]:
    """Yield where a share of the epidemiology stands for something that is no share.

    Parameters
    ----------
    whole : Whole
        The parts that stand.
    taken : mapping of paths to str
        Where they have been put.
    """
    for path, id_ in taken.items():
        part = _part(whole.scenario, path)
        if isinstance(part, Estimate) and not isinstance(part, Share | SignedShare | Setting):
            message = f"'{id_}' is a share, and what stands here is {part.what}."
            yield Problem("no-share", path, message, ("Write a number of its own kind.",))


def _part(part: Any, path: Path) -> Any:
    """Return a part of what stands in a scenario; None if it does not stand."""
    for step in path:
        if isinstance(part, abc.Mapping):
            part = part.get(step)
        elif isinstance(part, tuple):
            part = part[int(step)]
        else:
            part = getattr(part, str(step), None)
    return part


def check_populations(whole: Whole) -> Iterator[Problem]:
    """Yield the programmes that reach a population that is not one of the table's.

    Parameters
    ----------
    whole : Whole
        The parts that stand.
    """
    for id_, programme in whole.scenario.programmes.items():
        given = programme.reaches.population
        if given is not None and given not in shipped_populations():
            path = ("programmes", id_, "reaches", "population")
            yield unknown_name(
                "unknown-population", "a population", given, shipped_populations(), path, label="Populations"
            )


@dataclass
class _Reader:
    """Resolves references, and gathers what they bring and what is wrong with them."""

    files: tuple[str, ...]
    findings: list[Finding] = field(default_factory=list)
    sources: dict[str, Entry] = field(default_factory=dict)
    taken: dict[Path, str] = field(default_factory=dict)

    def resolved(self, node: Node, path: Path) -> Node:
        if isinstance(node, Sequence):
            return Sequence(tuple(self.resolved(item, (*path, i)) for i, item in enumerate(node.items)), node.place)
        if not isinstance(node, Mapping):
            return node
        if path[:1] == ("programmes",) and len(path) == 2:
            node = self._programme(node, path)
        if path[:1] == ("pathways",) and len(path) == 3 and path[2] == "shares" and "curve" in node.entries:
            return self._curve(node, path)
        if _says_share(node):
            return self._share(node, path)
        entries = {
            key: Entry(entry.key_place, self.resolved(entry.node, (*path, key))) for key, entry in node.entries.items()
        }
        return Mapping(entries, node.place)

    def _share(self, node: Mapping, path: Path) -> Node:
        node = self._nearest(node, "share")
        if "share" not in node.entries:
            return node
        said = node.entries["share"]
        given = _text(said)
        series = shipped_series().get(given)
        strange = self._beside(node, path, "share", ("year", "note"))
        if strange is not None:
            return strange
        if series is None:
            text = unknown(what="a share of the epidemiology", given=given, known=shares(), label="Shares")
            return self._refused("unknown-share", path, said, text)
        if series.unit != "andel":
            text = f"'{given}' is not a share: it is stated {_UNITS[series.unit]}.\nWrite the number that you mean."
            return self._refused("no-share", path, said, text)
        known = {str(year): figure for year, figure in series.years.items()}
        years = ", ".join(known)
        if "year" not in node.entries:
            if len(known) > 1:
                text = f"'{given}' is known for several years, and none is said.\nAdd 'year'. Years: {years}"
                return self._refused("no-year", path, said, text)
            year = years
        else:
            year = _text(node.entries["year"])
            if year not in known:
                text = f"'{given}' is not known for '{year}'.{_nearest_year(year, series)}\nYears: {years}"
                return self._refused("unknown-year", path, node.entries["year"], text)
        self.taken[path] = given
        figure = known[year]
        return self._estimate(figure, said, (_note(node), figure.note))

    def _curve(self, node: Mapping, path: Path) -> Node:
        said = node.entries["curve"]
        given = _text(said)
        if given not in curves():
            text = unknown(what="a curve of the epidemiology", given=given, known=curves(), label="Curves")
            return self._refused("unknown-curve", path, said, text)
        points = {
            str(year): Entry(said.key_place, self._estimate(figure, said, (figure.note,)))
            for year, figure in shipped_series()[given].years.items()
        }
        near = self._nearest(node, "curve")
        own = {
            key: Entry(entry.key_place, self.resolved(entry.node, (*path, key)))
            for key, entry in near.entries.items()
            if key != "curve"
        }
        return Mapping(points | own, node.place)

    def _programme(self, node: Mapping, path: Path) -> Mapping:
        """Return a programme with the effects that it names, and what a measured success says of itself."""
        entries = dict(node.entries)
        for factor in FACTORS:
            stated = entries.get(factor)
            if stated is None or not isinstance(stated.node, Mapping) or "effect" not in stated.node.entries:
                continue
            effect, entries[factor] = self._effect(factor, stated, node, path)
            if factor == "success" and effect is not None:
                said = stated.node.entries["effect"]
                for name, value in (("evidence", effect.evidence), ("success_measures", effect.success_measures)):
                    self._fill(entries, name, value, said, (*path, name))
            elif factor == "success" and isinstance(entries[factor].node, Scalar):
                # What the effect would have said is not missing besides.
                entries.setdefault("evidence", _entry("assumed", stated))
        return Mapping(entries, node.place)

    def _effect(self, factor: str, stated: Entry, programme: Mapping, path: Path) -> tuple[Effect | None, Entry]:
        assert isinstance(stated.node, Mapping)
        node, path = self._nearest(stated.node, "effect"), (*path, factor)
        if "effect" not in node.entries:
            return None, Entry(stated.key_place, node)
        said = node.entries["effect"]
        given = _text(said)
        effect = shipped_effects().get(given)
        text, where = "", said
        strange = self._beside(node, path, "effect", ("override", "note"))
        if strange is not None:
            return None, Entry(stated.key_place, strange)
        if effect is None:
            text = unknown(what="a measured effect", given=given, known=effects_on(factor), label="Effects")
        elif effect.why_not:
            others = f"Effects: {', '.join(effects_on(factor))}"
            text = f"The effect '{given}' cannot be used: it is {effect.why_not}.\n{others}"
        elif effect.applies_to != factor:
            text = f"The effect '{given}' is no {factor}.\nWrite {effect.applies_to}: {{effect: {given}}}."
        else:
            text, where = self._on_others(given, effect, node, programme)
        if effect is None or text:
            code = "effect-elsewhere" if effect is not None and effect.applies_to == factor else "unknown-effect"
            return None, Entry(stated.key_place, self._refused(code, path, where, text))
        reason = _text(node.entries["override"]) if "override" in node.entries else ""
        estimate = self._estimate(effect.figure, said, (reason, _note(node)), source_note=effect.figure.note)
        return effect, Entry(stated.key_place, estimate)

    def _on_others(self, given: str, effect: Effect, node: Mapping, programme: Mapping) -> tuple[str, Entry]:
        """Return what is wrong with using an effect on those a programme reaches, and where; no text if nothing."""
        said, override = node.entries["effect"], node.entries.get("override")
        reaches = programme.entries.get("reaches")
        stated = reaches.node.entries.get("population") if reaches and isinstance(reaches.node, Mapping) else None
        measured = f"The effect '{given}' was measured on {_called(effect.population)}, and the programme "
        if stated is None:
            help_ = f"Write it: reaches: {{population: {effect.population}}} if it is they."
            return f"{measured}does not say whom it reaches.\n{help_}", said
        population = _text(stated)
        if population == effect.population:
            if override is not None:
                text = f"The effect '{given}' was measured on those whom the programme reaches: nothing is overridden."
                return f"{text}\nRemove 'override'.", override
        elif population in shipped_populations():
            if override is None:
                help_ = "Say beside the effect why it holds for them too: override: because …"
                return f"{measured}reaches {_called(population)}.\n{help_}", said
            if not REASON.match(_text(override)):
                text = "'override' says why the effect holds for others than those it was measured on."
                return f"{text}\nBegin it with because, or därför att.", override
        return "", said

    def _fill(self, entries: dict[str, Entry], name: str, value: str, said: Entry, path: Path) -> None:
        """Say in a programme what a measured success says of itself, unless the programme says it."""
        stated = entries.get(name)
        if stated is not None and self._rank(stated) <= self._rank(said) and _text(stated) != value:
            message = f"'{name}' is '{_text(stated)}' here, and '{value}' of the effect '{_text(said)}'."
            help_ = ("Remove it: the effect says it.",)
            self.findings.append(Finding("effect-says", dotted(path), message, help_, stated.node.place))
        entries[name] = _entry(value, said)

    def _estimate(self, figure: Figure, said: Entry, notes: tuple[str, ...], *, source_note: str = "") -> Mapping:
        """Return a figure as an estimate where it was referred to, and keep its source."""
        numbers = {"value": figure.value, "low": figure.low, "high": figure.high}
        parts: dict[str, str | float | None] = {**numbers, "source": figure.source, "grade": figure.grade}
        parts["note"] = "; ".join(filter(None, notes)) or None
        if figure.where:
            where = {**figure.where, "note": source_note} if source_note else dict(figure.where)
            source = {key: _entry(value, said) for key, value in where.items()}
            self.sources[figure.source] = Entry(said.key_place, Mapping(source, said.node.place))
        entries = {key: _entry(value, said) for key, value in parts.items() if value is not None}
        return Mapping(entries, said.node.place)

    def _beside(self, node: Mapping, path: Path, word: str, allowed: tuple[str, ...]) -> Node | None:
        """Say what stands beside a reference and does not belong there; return a stand-in if anything does."""
        stands_in: Node | None = None
        help_ = f"Write '{word}' with {' and '.join(allowed)} alone, or a number of your own."
        for key, entry in node.entries.items():
            if key not in (word, *allowed):
                text = f"'{key}' does not stand beside '{word}'.{did_you_mean(key, allowed)}\n{help_}"
                stands_in = self._refused("beside-reference", path, entry, text)
        return stands_in

    def _nearest(self, node: Mapping, word: str) -> Mapping:
        """Return a reference without what it takes the place of, or what has taken its place, in files built upon."""
        own = self._rank(node.entries[word])
        numbers = [self._rank(entry) for key, entry in node.entries.items() if key in FORMS]
        if numbers and min(numbers) < own:
            kept = {key: entry for key, entry in node.entries.items() if self._rank(entry) < own}
        else:
            kept = {key: entry for key, entry in node.entries.items() if self._rank(entry) <= own}
        return Mapping(kept, node.place)

    def _rank(self, entry: Entry) -> int:
        """Return how far away an entry is stated: 0 in the file itself, then its parents, last the library."""
        if entry.key_place is None:
            return 0
        file = entry.key_place.file
        return self.files.index(file) if file in self.files else len(self.files)

    def _refused(self, code: str, path: Path, said: Entry, text: str) -> Node:
        """Say what is wrong with a reference, and return what may stand there so that no more is said of it."""
        message, *help_ = text.splitlines()
        place = said.node.place
        self.findings.append(Finding(code, dotted(path), message, tuple(help_), place))
        return nothing(place, "?")


def _says_share(node: Mapping) -> bool:
    """Return whether a mapping refers to a share: something may also have the id ``share``, and a number."""
    said = node.entries.get("share")
    text = said.node.value if said is not None and isinstance(said.node, Scalar) else None
    return isinstance(text, str) and text != "rest" and _FIGURE_ID.match(text) is not None


def _text(entry: Entry) -> str:
    """Return what is written as text, whatever it is."""
    return str(plain(entry.node))


def _note(node: Mapping) -> str:
    return _text(node.entries["note"]) if "note" in node.entries else ""


def _called(population: str) -> str:
    """Return a population's id with what it is called."""
    return f"'{population}' ({shipped_populations()[population]['en']})"


def _nearest_year(wanted: str, series: Series) -> str:
    if not _YEAR.fullmatch(wanted):
        return ""
    return f" Did you mean {min(series.years, key=lambda year: abs(year - int(wanted)))}?"


def _entry(value: str | float, said: Entry) -> Entry:
    return Entry(said.key_place, Scalar(value, str(value), quoted=isinstance(value, str), place=said.node.place))

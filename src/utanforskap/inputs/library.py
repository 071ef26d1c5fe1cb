"""Ready states and pathways, and how a scenario takes them in: ``use: <name>``, overridable line by line."""

from collections.abc import Iterable, Iterator
from functools import cache

from pydantic import TypeAdapter, ValidationError

from utanforskap.errors import Finding, did_you_mean
from utanforskap.inputs.parts.pathways import Pathway
from utanforskap.inputs.tables import shipped_folder
from utanforskap.inputs.text.nodes import Entry, Mapping, Node, Scalar, Sequence, Tree, dotted, from_plain, plain
from utanforskap.inputs.text.tree import merged, read_text_tree
from utanforskap.inputs.values.statement import SPREAD

SECTIONS = ("states", "pathways")
"""The sections of a scenario whose entries may say ``use``."""
FORMS = ("value", "by_year", "by_age")
"""The ways to state a number; a table by age is laid over band by band."""
SAID_OF_A_NUMBER = (*SPREAD, "source", "grade", "note")


@cache
def library() -> Mapping:
    """Return the shipped library: ``sources``, ``states`` and ``pathways`` in the shape of a scenario's.

    Raises
    ------
    AssertionError
        If a shipped file cannot be read, or an id stands in two of them.
    """
    sections: dict[str, dict[str, Entry]] = {name: {} for name in ("sources", *SECTIONS)}
    for file in sorted(shipped_folder("library").iterdir(), key=lambda entry: entry.name):
        tree = read_text_tree(file.read_text(encoding="utf-8"), f"library/{file.name}")
        assert tree.root is not None
        assert not tree.findings, tree.findings
        for section, entry in tree.root.entries.items():
            assert isinstance(entry.node, Mapping)
            assert not sections[section].keys() & entry.node.entries.keys(), file.name
            sections[section] |= entry.node.entries
    return Mapping({name: Entry(None, Mapping(entries, None)) for name, entries in sections.items()}, None)


def with_library(tree: Tree) -> Tree:
    """Return a scenario's tree with what its entries use from the library merged in.

    An entry that says ``use: <name>`` is the library's entry of that name with its own keys laid over it; a number that
    is stated anew keeps nothing of the old one's range, source, grade and note. The states that a used pathway walks
    come with it under their own names, and the sources that used entries name come under theirs, unless the scenario
    states them itself.

    Parameters
    ----------
    tree : Tree
        A file's tree, parents merged; parts from the library keep their place in the library's files.
    """
    if tree.root is None or not _says_use(tree.root):
        return tree
    found: list[Finding] = []
    used: list[tuple[str, Node]] = []
    sections = {name: _entries(tree.root, name) for name in SECTIONS}
    for name in SECTIONS:
        for id_, entry in sections[name].items():
            whole = _used(name, id_, entry, sections["states"], found)
            if whole is not None:
                used.append((name, whole))
                sections[name][id_] = Entry(entry.key_place, whole)
    ready = _entries(library(), "states")
    for pathway in [whole for name, whole in used if name == "pathways"]:
        for state in _walked(pathway):
            if state in ready and state not in sections["states"]:
                sections["states"][state] = ready[state]
                used.append(("states", ready[state].node))
    entries = dict(tree.root.entries)
    for name in SECTIONS:
        if sections[name]:
            entries[name] = _section(tree.root, name, sections[name])
    known = _entries(library(), "sources")
    sources = {id_: known[id_] for _, node in used for id_ in _sources(node) if id_ in known}
    if sources:
        entries["sources"] = _section(tree.root, "sources", {**sources, **_entries(tree.root, "sources")})
    return Tree(Mapping(entries, tree.root.place), (*tree.findings, *found), tree.name, tree.parents)


def _says_use(root: Mapping) -> bool:
    entries = [entry.node for name in SECTIONS for entry in _entries(root, name).values()]
    return any(isinstance(node, Mapping) and "use" in node.entries for node in entries)


def _section(root: Mapping, name: str, entries: dict[str, Entry]) -> Entry:
    stated = root.entries.get(name)
    place = stated.node.place if stated is not None else root.place
    return Entry(stated.key_place if stated is not None else root.place, Mapping(entries, place))


def _entries(root: Mapping, section: str) -> dict[str, Entry]:
    stated = root.entries.get(section)
    return dict(stated.node.entries) if stated is not None and isinstance(stated.node, Mapping) else {}


def _used(section: str, id_: str, entry: Entry, states: Iterable[str], found: list[Finding]) -> Mapping | None:
    """Return an entry laid over what it uses; None if it uses nothing."""
    if not isinstance(entry.node, Mapping) or "use" not in entry.node.entries:
        return None
    said = entry.node.entries["use"].node
    known = _entries(library(), section)
    name = said.value if isinstance(said, Scalar) else None
    if not isinstance(name, str) or name not in known:
        given = str(plain(said))
        message = f"'{given}' is not one of the library's {section}.{did_you_mean(given, known)}"
        allowed = (f"The library's {section}: {', '.join(sorted(known))}",)
        found.append(Finding("unknown-use", dotted((section, id_, "use")), message, allowed, said.place))
        return _stand_in(section, states)
    ready = known[name].node
    assert isinstance(ready, Mapping)
    own = Mapping({key: inner for key, inner in entry.node.entries.items() if key != "use"}, entry.node.place)
    return merged(_less_restated(ready, own), own, (section, id_), found)


def _less_restated(ready: Mapping, own: Mapping) -> Mapping:
    """Return a ready entry without what it says of numbers that are stated anew: no source vouches for another's."""
    entries = dict(ready.entries)
    stated, known = ({form for form in FORMS if form in side.entries} for side in (own, ready))
    if stated and known and not stated == known == {"by_age"}:
        entries = {key: entry for key, entry in entries.items() if key not in (*FORMS, *SAID_OF_A_NUMBER)}
    for key, entry in own.entries.items():
        inherited = entries.get(key)
        if inherited is not None and isinstance(inherited.node, Mapping) and isinstance(entry.node, Mapping):
            entries[key] = Entry(inherited.key_place, _less_restated(inherited.node, entry.node))
    return Mapping(entries, ready.place)


def _stand_in(section: str, states: Iterable[str]) -> Mapping:
    """Return the least that may stand where something unknown is used, so that nothing more is said of it."""
    state = next(iter([*states, *_entries(library(), "states")]))
    stands = {"title": "?"} if section == "states" else {"model": "stages", "stages": [{"state": state}]}
    root = from_plain(stands).root
    assert root is not None
    return root


def _walked(pathway: Node) -> list[str]:
    """Return the states of a pathway; none where it does not stand, which the next pass says."""
    try:
        return list(TypeAdapter[Pathway](Pathway).validate_python(plain(pathway)).states())
    except ValidationError:
        return []


def _sources(node: Node) -> Iterator[str]:
    """Yield the ids of the sources that a node's estimates name."""
    if isinstance(node, Mapping):
        for key, entry in node.entries.items():
            if key == "source" and isinstance(entry.node, Scalar) and isinstance(entry.node.value, str):
                yield entry.node.value
            else:
                yield from _sources(entry.node)
    elif isinstance(node, Sequence):
        for item in node.items:
            yield from _sources(item)

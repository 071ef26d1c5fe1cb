"""What a method's one description stands for: a programme for each further grade, and an alternative for each."""

from collections.abc import Iterator
from typing import Any

from utanforskap.errors import Finding
from utanforskap.inputs.parts.methods import GRADES, grade_id
from utanforskap.inputs.text.nodes import Entry, Mapping, Node, Scalar, Tree, dotted, from_plain, plain
from utanforskap.terms import Lang, label

_OF_THE_METHOD = (
    "success", "evidence", "success_measures", "deadweight", "attribution", "displacement", "drop_off", "lag",
    "leads_to", "new_pathway_clock",
)  # fmt: skip
"""What the method does wherever it is done; where the project leaves something unsaid, so does what follows it."""
_LANGS: tuple[Lang, Lang] = ("sv", "en")


def with_methods(tree: Tree) -> Tree:
    """Return a scenario's tree with the programmes and alternatives that its methods stand for.

    A method ``m`` is the alternatives ``m-1`` (its project), ``m-2`` (and the method taken up: the programme ``m-2``)
    and ``m-3`` (and the fault in the system mended: the programme ``m-3``). Parts that a method says keep their place
    in the file. What is too misshapen to stand for anything is left to the next pass to tell.

    Parameters
    ----------
    tree : Tree
        A file's tree, parents merged and references resolved.
    """
    methods = _entries(tree.root, "methods") if tree.root is not None else {}
    if tree.root is None or not methods:
        return tree
    found: list[Finding] = []
    programmes, alternatives = _entries(tree.root, "programmes"), _entries(tree.root, "alternatives")
    for id_, entry in methods.items():
        made = _made(id_, entry.node, tree.root)
        if made is None:
            continue
        for section, known, new in zip(("programmes", "alternatives"), (programmes, alternatives), made, strict=True):
            for name, node in new.items():
                if name in known:
                    message = f"'{name}' is what the method '{id_}' calls one of its grades."
                    help_ = ("Give this one another id.",)
                    path = dotted((section, name))
                    found.append(Finding("taken-id", path, message, help_, known[name].key_place))
                known[name] = Entry(entry.key_place, node)
    entries = dict(tree.root.entries)
    for section, filled in (("programmes", programmes), ("alternatives", alternatives)):
        stated = entries.get(section)
        place = stated.key_place if stated is not None else tree.root.place
        entries[section] = Entry(place, Mapping(filled, stated.node.place if stated is not None else place))
    return Tree(Mapping(entries, tree.root.place), (*tree.findings, *found), tree.name, tree.parents)


def _entries(root: Node, section: str) -> dict[str, Entry]:
    stated = root.entries.get(section) if isinstance(root, Mapping) else None
    return dict(stated.node.entries) if stated is not None and isinstance(stated.node, Mapping) else {}


def _made(id_: str, method: Node, root: Mapping) -> tuple[dict[str, Node], dict[str, Node]] | None:
    """Return the programmes and the alternatives of a method; None where it cannot be told what they are."""
    said = _entries_of(method)
    project_id = plain(said["programme"].node) if "programme" in said else None
    project = _entries(root, "programmes").get(str(project_id))
    if project is None or not {"taken_up", "mended"} <= said.keys():
        return None
    reaches = plain(_entries_of(project.node)["reaches"].node) if "reaches" in _entries_of(project.node) else None
    up, mended = (_entries_of(said[name].node) for name in ("taken_up", "mended"))
    years = [_first_year(up.get("reach")), _first_year(mended.get("fewer"))]
    if not isinstance(reaches, dict) or None in years or not {"group", "pathway"} <= reaches.keys():
        return None
    later = _starts_after(project.node, reaches, root)
    titles = {grade: _titled(said.get("title"), grade) for grade in GRADES}
    whom = {"group": reaches["group"], "pathway": reaches["pathway"], "persons": "all"}
    second: dict[str, Node] = {
        "title": _node(titles[2]), "method": _node(project_id), "starts": _node(int(years[0] or 0) + later),
        "reaches": _with(whom, share=up["reach"]),
        **{name: each.node for name, each in _entries_of(project.node).items() if name in _OF_THE_METHOD},
        **{name: up[name].node for name in ("fidelity", "costs") if name in up},
    }  # fmt: skip
    third: dict[str, Node] = {
        "title": _node(titles[3]), "starts": _node(years[1]), "reaches": _with(whom, share=mended["fewer"]),
        "new_pathway_clock": _node("group"), "evidence": _node("assumed"),
        **{name: _node(neutral) for name, neutral in _WHOLLY.items()},
        **({"leads_to": mended["onto"].node} if "onto" in mended else {}),
        **({"costs": mended["costs"].node} if "costs" in mended else {}),
    }  # fmt: skip
    programmes: dict[str, Node] = {
        grade_id(id_, 2): _mapping(second, method),
        grade_id(id_, 3): _mapping(third, method),
    }
    carried = [str(project_id), *programmes]
    alternatives = {
        grade_id(id_, grade): _node({"title": titles[grade], "programmes": carried[:grade]}) for grade in GRADES
    }
    return programmes, alternatives


_FOLLOWS = "följer av hur många färre som kommer"
_WHOLLY = {
    "success": {"value": 1, "note": _FOLLOWS}, "deadweight": {"value": 0, "note": _FOLLOWS},
    "attribution": {"value": 1, "note": _FOLLOWS}, "displacement": {"value": 0, "note": _FOLLOWS},
    "drop_off": {"value": 0, "note": _FOLLOWS},
}  # fmt: skip
"""Those who no longer come on to a pathway are off it wholly: how many they are is what is uncertain."""


def _entries_of(node: Node) -> dict[str, Entry]:
    return dict(node.entries) if isinstance(node, Mapping) else {}


def _mapping(nodes: dict[str, Node], beside: Node) -> Mapping:
    return Mapping({name: Entry(node.place or beside.place, node) for name, node in nodes.items()}, beside.place)


def _node(data: Any) -> Node:
    root = from_plain({"_": data}).root
    assert root is not None
    return root.entries["_"].node


def _with(data: dict[str, Any], **entries: Entry) -> Node:
    node = _node(data)
    assert isinstance(node, Mapping)
    return Mapping({**node.entries, **entries}, next(iter(entries.values())).node.place)


def _first_year(entry: Entry | None) -> int | None:
    if entry is None or not isinstance(entry.node, Mapping):
        return None
    years = [int(key) for key in entry.node.entries if key.isascii() and key.isdigit()]
    return min(years, default=None)


def _starts_after(project: Node, reaches: dict[str, Any], root: Mapping) -> int:
    """Return how many years after their cohort's start the project's participants begin."""
    cohorts = reaches.get("cohorts")
    group = _entries_of(_entries(root, "groups")[reaches["group"]].node) if _knows(root, reaches["group"]) else {}
    horizon = _entries_of(root.entries["horizon"].node) if "horizon" in root.entries else {}
    first = cohorts[0] if isinstance(cohorts, list) and cohorts else None
    for said in (group.get("starts"), horizon.get("first_year")):
        first = _whole(said) if first is None and said is not None else first
    starts = _whole(_entries_of(project).get("starts"))
    return starts - first if isinstance(first, int) and starts is not None else 0


def _knows(root: Mapping, group: object) -> bool:
    return str(group) in _entries(root, "groups")


def _whole(entry: Entry | None) -> int | None:
    value = entry.node.value if entry is not None and isinstance(entry.node, Scalar) else None
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _titled(title: Entry | None, grade: int) -> dict[str, str]:
    said = plain(title.node) if title is not None else None
    by_lang: dict[str, Any] = {**said} if isinstance(said, dict) else dict.fromkeys(_LANGS, said)
    return {lang: ": ".join(_words(by_lang, lang, grade)) for lang in _LANGS}


def _words(by_lang: dict[str, Any], lang: Lang, grade: int) -> Iterator[str]:
    own = by_lang.get(lang) or by_lang.get("sv")
    if isinstance(own, str):
        yield own
    yield label("grades", str(grade), lang)

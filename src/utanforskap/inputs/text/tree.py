"""A file read into a tree: the first of the passes over a scenario, and what `extends` makes of several."""

import difflib
import re
from collections.abc import Callable, Sequence
from pathlib import Path

from utanforskap.errors import Finding, Place, did_you_mean
from utanforskap.inputs.text.nodes import (
    Entry,
    Mapping,
    Node,
    Scalar,
    Steps,
    Tree,
    dotted,
    is_empty,
    is_null,
    plain,
)
from utanforskap.inputs.text.syntax import parse
from utanforskap.inputs.text.syntax_errors import place_in

LARGEST = 2_000_000
FindParent = Callable[[str, Path], Path | None]
_FROM_ONE_SAMPLE = frozenset({"counts", "shares", "sample", "source", "grade", "note"})
_SHOWN_FILES = 5
_SURROGATES = re.compile("[\ud800-\udfff]")
_SAVE_AS_UTF_8 = "Save it as UTF-8 (in most editors under 'Save as' or 'Encoding') and try again."


def read_tree(path: Path) -> Tree:
    """Read a file, without what it extends; whatever is wrong with it is in the findings.

    Parameters
    ----------
    path : Path
        A YAML file in UTF-8, at most 2 MB.
    """
    name = str(path)
    try:
        with path.open("rb") as file:
            raw = file.read(LARGEST + 1)
    except (IsADirectoryError, PermissionError) as error:
        # Windows says "permission denied" of a folder.
        return _refused(name, _folder(path) if path.is_dir() else _unreadable(name, error))
    except (FileNotFoundError, NotADirectoryError):
        return _refused(name, _missing(path))
    except (OSError, ValueError) as error:
        return _refused(name, _unreadable(name, error))
    if len(raw) > LARGEST:
        return _refused(name, _too_large(name))
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        message = "The file is saved as UTF-16, not as UTF-8."
        return _refused(name, Finding("not-utf-8", "", message, (_SAVE_AS_UTF_8,), Place(name, 1, 1)))

    # A byte that is not UTF-8 becomes the character that it most likely was, so that the rest is read too.
    text = raw.decode("utf-8", errors="surrogateescape").removeprefix("\ufeff")
    strays = list(_SURROGATES.finditer(text))
    text = _SURROGATES.sub(lambda stray: _from_windows(_byte(stray)), text)
    root, findings = parse(text, name)
    if strays:
        findings = (_not_utf_8(text, strays, name), *findings)
    return Tree(root, _in_order(findings, [name]), name)


def read_text_tree(text: str, name: str) -> Tree:
    """Read YAML from a text.

    Parameters
    ----------
    text : str
        At most 2 million characters.
    name : str
        What its findings call it.
    """
    if len(text) > LARGEST:
        return _refused(name, _too_large(name))
    return Tree(*parse(text.removeprefix("\ufeff"), name), name)


def load_tree(path: Path, find_parent: FindParent) -> Tree:
    """Read a file together with the files that it extends.

    Mappings merge by key; lists and values replace, and so does a mapping whose `model` or `kind` differs
    from the parent's; ``key: null`` removes. Every part keeps the place where it was said.

    Parameters
    ----------
    path : Path
        The file.
    find_parent : callable
        Given what ``extends`` says and the file that says it, returns the parent's path, or None.

    Returns
    -------
    Tree
        Without the key ``extends``. The root is None if the file, or one that it extends, could not be read.
    """
    paths, trees = [path], [read_tree(path)]
    found: list[Finding] = []
    while (root := trees[-1].root) and (said := root.entries.get("extends")):
        parent = _parent(said.node, paths, find_parent)
        if isinstance(parent, Finding):
            found.append(parent)
            break
        paths.append(parent)
        trees.append(read_tree(parent))

    roots = [tree.root for tree in trees if tree.root]
    whole: Mapping | None = None
    if not found and len(roots) == len(trees):
        whole = _without_extends(roots.pop())
        while roots:
            whole = merged(whole, _without_extends(roots.pop()), (), found)
    names = [tree.name for tree in trees]
    findings = [finding for tree in trees for finding in tree.findings] + found
    return Tree(whole, _in_order(findings, names), names[0], tuple(names[1:]))


def _parent(said: Node, chain: Sequence[Path], find_parent: FindParent) -> Path | Finding:
    child = chain[-1]
    if not (isinstance(said, Scalar) and isinstance(said.value, str) and said.value.strip()):
        message = "'extends' names one file or scenario, as text."
        help_ = ("For example 'extends: basfall.yaml'.",)
        return Finding("bad-extends", "extends", message, help_, said.place)
    parent = find_parent(said.value, child)
    if parent is None or not parent.exists():
        near = _near(said.value, [name for name in _yaml_names(child.parent) if name != child.name])
        message = f"There is no '{said.value}' to extend.{near}"
        help_ = ("Write the path from this file's folder, or the name of a bundled scenario.",)
        return Finding("unknown-parent", "extends", message, help_, said.place)
    if parent.resolve() in {file.resolve() for file in chain}:
        circle = " → ".join(str(file) for file in (*chain, parent))
        message = f"The files extend each other in a circle: {circle}."
        return Finding("circular-extends", "extends", message, ("Let one of them stand alone.",), said.place)
    return parent


def _without_extends(root: Mapping) -> Mapping:
    return Mapping({key: entry for key, entry in root.entries.items() if key != "extends"}, root.place)


def merged(parent: Mapping, child: Mapping, steps: Steps, found: list[Finding]) -> Mapping:
    """Return a parent with a child's entries laid over it.

    Parameters
    ----------
    parent, child : Mapping
        Mappings merge by key; lists and values replace, and so does a mapping of another `model` or `kind`, and one
        that states shares of a whole in another way; ``key: null`` removes.
    steps : tuple of str or int
        Where the child stands.
    found : list of Finding
        Findings about removals and empty values are added here.
    """
    entries = dict(parent.entries)
    for key, entry in child.entries.items():
        inherited = entries.get(key)
        path = dotted((*steps, key))
        if inherited is None and is_null(entry.node):
            message = f"'{key}: null' removes an inherited '{key}', but none is inherited."
            message += did_you_mean(key, parent.entries)
            found.append(Finding("nothing-to-remove", path, message, place=entry.key_place))
        elif inherited is None:
            entries[key] = entry
        elif is_null(entry.node):
            del entries[key]
        elif is_empty(entry.node):
            # An empty value is more often forgotten than meant, and nobody would miss what it had removed.
            message = f"'{key}' is inherited and left empty here."
            help_ = (f"Give it a value, or write '{key}: null' to remove it.",)
            found.append(Finding("empty-override", path, message, help_, entry.key_place))
        elif (
            isinstance(entry.node, Mapping)
            and isinstance(inherited.node, Mapping)
            and not _of_another_kind(inherited.node, entry.node)
        ):
            entries[key] = Entry(entry.key_place, merged(inherited.node, entry.node, (*steps, key), found))
        else:
            entries[key] = entry
    return Mapping(entries, child.place)


def _of_another_kind(parent: Mapping, child: Mapping) -> bool:
    both = [key for key in ("model", "kind") if key in parent.entries and key in child.entries]
    ours, theirs = ([plain(side.entries[key].node) for key in both] for side in (child, parent))
    # Removed or left empty says nothing of another kind.
    if any(our is not None and our != their for our, their in zip(ours, theirs, strict=True)):
        return True
    our, their = _drawn_from(child), _drawn_from(parent)
    alone = our is None and not child.entries.keys() <= _FROM_ONE_SAMPLE
    return our != their and (our is not None or alone)


def _drawn_from(said: Mapping) -> str | None:
    """Return how shares of a whole are said to be known together: by counts or as in a sample; None if they are not."""
    for key, beside in (("counts", "counts"), ("shares", "sample")):
        entry = said.entries.get(key)
        if entry is not None and isinstance(entry.node, Mapping) and beside in said.entries:
            return beside
    return None


def _in_order(findings: Sequence[Finding], names: Sequence[str]) -> tuple[Finding, ...]:
    def position(finding: Finding) -> tuple[int, int, int]:
        place = finding.place
        return (names.index(place.file), place.line, place.column) if place else (0, 0, 0)

    return tuple(sorted(findings, key=position))


def _refused(name: str, finding: Finding) -> Tree:
    return Tree(None, (finding,), name)


def _missing(path: Path) -> Finding:
    if not path.parent.is_dir():
        return Finding("no-file", "", f"There is no folder '{path.parent}', and so no file '{path}'.")
    if path.is_symlink():
        return Finding("no-file", "", f"'{path}' leads to a file that is not there.")
    near = _near(path.name, _yaml_names(path.parent))
    return Finding("no-file", "", f"There is no file '{path}'.{near}")


def _folder(path: Path) -> Finding:
    names = _yaml_names(path)
    more = ", …" if len(names) > _SHOWN_FILES else ""
    held = f"It holds: {', '.join(names[:_SHOWN_FILES])}{more}" if names else "It holds no YAML file."
    return Finding("folder", "", f"'{path}' is a folder, not a file.", (held,))


def _unreadable(name: str, error: Exception) -> Finding:
    reason = getattr(error, "strerror", None) or str(error)
    return Finding("unreadable", "", f"The file '{name}' cannot be opened: {reason}.")


def _too_large(name: str) -> Finding:
    message = f"'{name}' is larger than {LARGEST // 1_000_000} MB."
    return Finding("too-large", "", message, ("Check that it is the right file.",))


def _yaml_names(folder: Path) -> list[str]:
    try:
        return sorted(file.name for file in folder.iterdir() if file.suffix in {".yaml", ".yml"})
    except OSError:
        return []


def _near(given: str, names: Sequence[str]) -> str:
    """Return the sentence that names the nearest file; its extension makes no two names alike."""
    by_stem = {Path(name).stem: name for name in names}
    near = difflib.get_close_matches(Path(given).stem, by_stem, n=1)
    return f" Did you mean '{by_stem[near[0]]}'?" if near else ""


def _byte(stray: re.Match[str]) -> int:
    return ord(stray[0]) - 0xDC00


def _from_windows(byte: int) -> str:
    return bytes([byte]).decode("cp1252", errors="replace")


def _not_utf_8(text: str, strays: Sequence[re.Match[str]], name: str) -> Finding:
    first = strays[0]
    byte = _byte(first)
    others = len(strays) - 1
    more = f", nor {'is' if others == 1 else 'are'} {others} more" if others else ""
    likely = f"read as Latin-1 it is '{_from_windows(byte)}'"
    message = f"The byte 0x{byte:02X} here ({likely}) is not UTF-8{more}."
    return Finding("not-utf-8", "", message, (_SAVE_AS_UTF_8,), place_in(text, first.start(), name))

"""From a file, a bundled name or plain data to a case: three passes, all findings at once."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from importlib import resources
from itertools import chain
from pathlib import Path
from typing import Any

from frozendict import frozendict

from utanforskap.errors import Finding, InputError, Place, UnknownNameError, unknown
from utanforskap.inputs.case import Case, as_data
from utanforskap.inputs.evidence import check_populations, check_taken, with_evidence
from utanforskap.inputs.library import with_library
from utanforskap.inputs.methods import with_methods
from utanforskap.inputs.parts.scenario import Scenario
from utanforskap.inputs.passes.ages import check_ages
from utanforskap.inputs.passes.agreements import check_agreements
from utanforskap.inputs.passes.amounts import check_amounts, complete_taxes
from utanforskap.inputs.passes.budgets import check_budgets
from utanforskap.inputs.passes.correlations import check_correlations
from utanforskap.inputs.passes.inflows import check_inflows
from utanforskap.inputs.passes.interventions import check_interventions
from utanforskap.inputs.passes.problems import Whole
from utanforskap.inputs.passes.references import check_references
from utanforskap.inputs.passes.settings import check_settings, in_own_units
from utanforskap.inputs.passes.structure import check_structure
from utanforskap.inputs.pricelists.prices import Price, is_own, local_list, shipped_list
from utanforskap.inputs.text import nodes
from utanforskap.inputs.text.nodes import Node, Tree, dotted, from_plain, locate, plain
from utanforskap.inputs.text.tree import load_tree
from utanforskap.inputs.text.writing import as_yaml

SCENARIO_FILE = "scenario.yaml"


def bundled_folder() -> Path:
    """Return the folder of the bundled scenarios: in the package, or in a checkout the one at its top."""
    packaged = Path(str(resources.files("utanforskap").joinpath("scenarios")))
    return packaged if packaged.is_dir() else Path(__file__).resolve().parents[3] / "scenarios"


def bundled() -> dict[str, Path]:
    """Return the bundled scenarios' files by name."""
    files = sorted(bundled_folder().glob(f"*/{SCENARIO_FILE}"))
    return {file.parent.name: file for file in files}


def find(name: str | Path) -> Path:
    """Return the file of a bundled scenario's name or a path.

    Raises
    ------
    UnknownNameError
        If it is neither a bundled name nor written as a path.
    """
    known = bundled()
    if str(name) in known:
        return known[str(name)]
    path = Path(name)
    if isinstance(name, Path) or path.suffix or path.parent != Path() or path.exists():
        return path
    raise UnknownNameError(what="a bundled scenario or a file", given=str(name), known=list(known))


def load(name: str | Path) -> Case:
    """Return the case of a bundled scenario or a scenario file.

    Parameters
    ----------
    name : str or Path
        A bundled scenario's name (``utanforskap list`` shows them) or a path.

    Raises
    ------
    InputError
        With every finding in the file, each with file, line and column.
    UnknownNameError
        If there is no such bundled scenario.
    """
    path = find(name)
    return _case(with_library(load_tree(path, _find_parent)), folder=path.parent)


def from_data(data: Mapping[str, Any], *, folder: str | Path = ".") -> Case:
    """Return the case of plain data in the shape of a scenario file.

    Parameters
    ----------
    data : mapping
        What a scenario file would say.
    folder : str or Path
        Where local price lists are looked for.

    Raises
    ------
    InputError
        With every finding.
    """
    return _case(with_library(from_plain(data)), folder=Path(folder))


def dump(case: Case) -> str:
    """Return the text of a scenario file that says what a case's scenario says, parents merged in.

    Parameters
    ----------
    case : Case
        From `load` or `from_data`; `load` of the text gives an equal scenario.
    """
    return as_yaml(as_data(case.scenario))


def _find_parent(name: str, child: Path) -> Path | None:
    known = bundled()
    if name in known:
        return known[name]
    beside = child.parent / name
    return beside if beside.is_file() else None


def _case(tree: Tree, *, folder: Path) -> Case:
    if tree.root is None:
        raise InputError(tree.findings)
    resolved = with_evidence(tree)
    tree = with_methods(resolved.tree)
    assert tree.root is not None
    data = plain(tree.root)
    assert isinstance(data, dict)
    structure = check_structure(data, tree.root)
    attached = _attach_prices(structure.standing.prices, folder, tree.root)
    standing = structure.standing
    if not any(path[:1] == ("taxes",) for path in structure.broken):
        standing = standing.model_copy(update={"taxes": complete_taxes(standing, attached.prices)})
    findings = [*structure.findings, *attached.findings]
    whole = Whole(
        prices=attached.prices,
        ids=_ids(data),
        scenario=standing,
        complete=structure.whole is not None,
        broken=structure.broken,
        lists_stand=not attached.findings and ("prices",) not in structure.broken,
        stated=frozenset(data),
    )
    problems = chain(*(check(whole) for check in _THIRD_PASS), check_taken(whole, resolved.taken))
    for problem in problems:
        place = locate(tree.root, problem.path, key=problem.on_key)
        findings.append(Finding(problem.code, dotted(problem.path), problem.message, problem.help, place))
    findings = [*tree.findings, *_unsaid(findings, tree.findings)]
    if findings:
        raise InputError(sorted(findings, key=lambda finding: _position(finding, tree)))
    return Case(
        in_own_units(whole), attached.prices, attached.ids, places=_places(tree.root), price_notes=attached.notes
    )


_THIRD_PASS = (
    check_references, check_amounts, check_ages, check_inflows, check_interventions, check_budgets,
    check_agreements, check_settings, check_correlations, check_populations,
)  # fmt: skip


def _ids(data: Mapping[str, Any]) -> dict[str, Collection[str]]:
    """Return the ids stated in each section that is a mapping, or that may be left out and is."""
    ids: dict[str, Collection[str]] = {}
    for name, field in Scenario.model_fields.items():
        said = data.get(name)
        if isinstance(said, dict):
            ids[name] = [key for key, part in said.items() if not (key == "note" and isinstance(part, str))]
        elif name not in data and not field.is_required():
            ids[name] = ()
    return ids


def _unsaid(findings: Iterable[Finding], earlier: Iterable[Finding]) -> Iterator[Finding]:
    """Yield findings once each, less those about a part of which an earlier pass has spoken."""
    spoken = {finding.place or finding.path for finding in earlier}
    told: set[tuple[str, str]] = set()
    for finding in findings:
        if (finding.place or finding.path) not in spoken and (finding.path, finding.message) not in told:
            told.add((finding.path, finding.message))
            yield finding


def _position(finding: Finding, tree: Tree) -> tuple[int, str, int, int]:
    """Return what findings are ordered by: the file itself, its parents, then price lists, each from the top."""
    names, place = (tree.name, *tree.parents), finding.place
    if place is None:
        return (-1, "", 0, 0)
    return (names.index(place.file) if place.file in names else len(names), place.file, place.line, place.column)


def _places(root: Node) -> Mapping[str, Place]:
    """Return where each key in a file stands, by dotted path."""
    places: dict[str, Place] = {}

    def gather(node: Node, steps: tuple[str | int, ...]) -> None:
        if isinstance(node, nodes.Mapping):
            for key, entry in node.entries.items():
                if entry.key_place is not None:
                    places[dotted((*steps, key))] = entry.key_place
                gather(entry.node, (*steps, key))
        elif isinstance(node, nodes.Sequence):
            for position, item in enumerate(node.items):
                gather(item, (*steps, position))

    gather(root, ())
    return frozendict(places)


@dataclass(frozen=True, slots=True)
class _Attached:
    """Price lists laid over one another, their ids, what is wrong with them, and how they were read."""

    prices: Mapping[str, Price]
    ids: tuple[str, ...]
    findings: tuple[Finding, ...]
    notes: tuple[Finding, ...]


def _attach_prices(names: Sequence[str], folder: Path, root: Node) -> _Attached:
    prices: dict[str, Price] = {}
    ids: list[str] = []
    findings: list[Finding] = []
    notes: list[Finding] = []
    for position, name in enumerate(names):
        path = ("prices", position)
        try:
            if is_own(name):
                own = local_list(folder / name)
                prices |= own.prices
                notes += own.notes
                ids.append(name)
            else:
                shipped = shipped_list(name)
                prices |= shipped.prices
                ids.append(shipped.id)
        except UnknownNameError as error:
            message, *help_ = unknown(
                what="a price list", given=name, known=error.known, label="Price lists"
            ).splitlines()
            help_.append("Or name a file of your own, from this file's folder: my-prices.csv.")
            where = locate(root, path)
            findings.append(Finding("unknown-price-list", dotted(path), message, tuple(help_), where))
        except InputError as error:
            # What cannot be opened is told where it is named.
            findings += [
                found if found.place else replace(found, path=dotted(path), place=locate(root, path))
                for found in error.findings
            ]
    return _Attached(frozendict(prices), tuple(ids), tuple(findings), tuple(notes))

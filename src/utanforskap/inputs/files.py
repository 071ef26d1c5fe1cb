"""From a file, a bundled name or plain data to a case: three passes, all findings at once."""

from collections.abc import Mapping, Sequence
from importlib import resources
from pathlib import Path
from typing import Any

from frozendict import frozendict

from utanforskap.errors import Finding, InputError, UnknownNameError, unknown
from utanforskap.inputs.case import Case
from utanforskap.inputs.interventions import check_interventions
from utanforskap.inputs.nodes import Tree, dotted, from_plain, locate, plain
from utanforskap.inputs.prices import Price, PriceList, local_list, shipped_list
from utanforskap.inputs.problems import Attached
from utanforskap.inputs.references import check_references
from utanforskap.inputs.structure import check_structure
from utanforskap.inputs.tree import load_tree

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
    return _case(load_tree(path, _find_parent), folder=path.parent)


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
    return _case(from_plain(dict(data)), folder=Path(folder))


def _find_parent(name: str, child: Path) -> Path | None:
    known = bundled()
    if name in known:
        return known[name]
    beside = child.parent / name
    return beside if beside.is_file() else None


def _case(tree: Tree, *, folder: Path) -> Case:
    if tree.root is None:
        raise InputError(tree.findings)
    data = plain(tree.root)
    assert isinstance(data, dict)
    whole, standing, findings = check_structure(data, tree.root)
    prices, price_lists, price_findings = _attach_prices(standing.prices, folder, tree)
    attached = Attached(
        prices=prices, ids={key: set(said) for key, said in data.items() if isinstance(said, dict)}
    )
    problems = [*check_references(standing, attached), *check_interventions(standing, attached)]
    findings = [*tree.findings, *findings, *price_findings]
    told = {(finding.path, finding.message) for finding in findings}
    for problem in problems:
        if (dotted(problem.path), problem.message) not in told:
            place = locate(tree.root, problem.path, key=problem.on_key)
            findings.append(Finding(problem.code, dotted(problem.path), problem.message, problem.help, place))
    if findings:
        raise InputError(sorted(findings, key=_position))
    assert whole is not None
    return Case(whole, prices, price_lists)


def _position(finding: Finding) -> tuple[str, int, int]:
    place = finding.place
    return (place.file, place.line, place.column) if place is not None else ("", 0, 0)


def _attach_prices(
    names: Sequence[str], folder: Path, tree: Tree
) -> tuple[Mapping[str, Price], tuple[str, ...], list[Finding]]:
    """Return the lists laid over one another, their ids, and what is wrong with them."""
    assert tree.root is not None
    prices: dict[str, Price] = {}
    ids: list[str] = []
    findings: list[Finding] = []
    for position, name in enumerate(names):
        try:
            found: PriceList = local_list(str(folder / name)) if name.endswith(".csv") else shipped_list(name)
        except UnknownNameError as error:
            message, *help_ = unknown(what="a price list", given=name, known=error.known).splitlines()
            path = ("prices", position)
            findings.append(
                Finding("unknown-price-list", dotted(path), message, tuple(help_), locate(tree.root, path))
            )
        except InputError as error:
            findings += error.findings
        else:
            prices |= found.prices
            ids.append(found.id)
    return frozendict(prices), tuple(ids), findings

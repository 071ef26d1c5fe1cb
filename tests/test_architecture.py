"""The house rules: which way imports run, and what no file may hold."""

import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

TOP = Path(__file__).parents[1]
PACKAGE = TOP / "src" / "utanforskap"

# Each folder's modules in the order that imports run: one may import those before it, never one after it.
# A folder stands in its parent's list as one name. `__init__` is last unless it is placed.
ORDER: dict[str, list[str]] = {
    "": ["errors", "shipped", "terms", "inputs", "engine", "analysis", "outputs", "__init__", "apps"],
    "inputs": [
        "values",
        "tables",
        "facts",
        "parts",
        "pricelists",
        "case",
        "text",
        "library",
        "methods",
        "passes",
        "inflows",
        "evidence",
        "schema",
        "files",
        "followup",
    ],
    "inputs/followup": [
        "private",
        "words",
        "cells",
        "disclosure",
        "quality",
        "raw",
        "files",
        "mapping",
        "fields",
        "persons",
        "spells",
        "participants",
        "shapes",
        "counts",
        "counted",
        "clean",
        "read",
        "suggest",
        "plan",
    ],
    "inputs/values": [
        "numbers",
        "units",
        "models",
        "distributions",
        "correlation",
        "fitting",
        "statement",
        "estimates",
    ],
    "inputs/facts": ["measured", "indices", "manifest", "discounting", "taxes"],
    "inputs/parts": [
        "states",
        "shares",
        "pathways",
        "populations",
        "budgets",
        "budgeting",
        "programmes",
        "funds",
        "methods",
        "scenario",
        "docstrings",
        "shapes",
        "misfits",
    ],
    "inputs/pricelists": ["prices", "local_prices", "kolada_api", "kolada"],
    "inputs/text": ["nodes", "syntax_errors", "syntax", "tree", "writing"],
    "inputs/passes": [
        "problems",
        "amounts",
        "references",
        "interventions",
        "budgets",
        "agreements",
        "ages",
        "inflows",
        "settings",
        "correlations",
        "structure",
    ],
    "engine": [
        "parameters",
        "taxes",
        "pathways",
        "convolution",
        "routes",
        "occupancy",
        "effects",
        "lines",
        "taxation",
        "flows",
        "budgets",
        "ledger",
        "realisable",
        "agreements",
        "valuation",
        "chain",
        "draws",
        "wholes",
        "uncertain",
        "summaries",
    ],
    "engine/pathways": ["__init__", "leaving", "stages", "duration", "curve", "markov"],
    "analysis": [
        "wording",
        "markup",
        "readings",
        "columns",
        "metrics",
        "captions",
        "tabulate",
        "explain",
        "outcomes",
        "gains",
        "sensitivity",
        "frames",
        "summaries",
        "checks",
        "value_of_information",
        "uncertainty",
        "followup",
        "population",
        "funders",
        "results",
    ],
    "analysis/uncertainty": [
        "blocks",
        "digits",
        "repayment",
        "questions",
        "answers",
        "until",
        "tables",
        "drawn_inputs",
        "told",
        "remarks",
        "simulation",
        "simulate",
        "groups",
        "drawn",
        "worth",
        "decisions",
        "variance",
        "acceptance",
    ],
    "analysis/sensitivity": [
        "wholes",
        "moves",
        "roots",
        "break_even",
        "settings",
        "one_way",
        "two_way",
        "named",
        "frames",
        "__init__",
    ],
    "analysis/population": ["stocks", "budget", "steady", "mop", "places", "__init__"],
    "analysis/followup": [
        "synthetic",
        "samples",
        "comparing",
        "designs",
        "resampling",
        "estimates",
        "splits",
        "studies",
        "moves",
        "valuation",
        "accounts",
        "titles",
        "levels",
        "hiding",
        "effects",
        "exante",
        "evaluation",
        "evaluate",
        "planned",
        "__init__",
    ],
    "analysis/funders": ["parties", "plan", "returns", "transfers", "leverage", "thresholds", "__init__"],
    "outputs": ["tables", "show", "files", "record", "evaluation", "plot", "tidy", "report", "workbook", "write"],
    "outputs/evaluation": ["words", "tables", "record", "bank"],
    "outputs/workbook": [
        "words",
        "expressions",
        "model",
        "names",
        "inputs",
        "prices",
        "pages",
        "durations",
        "pathway_models",
        "leaving",
        "walks",
        "coming",
        "effects",
        "persons",
        "tax_rates",
        "line_table",
        "budget_lines",
        "lines",
        "accounts",
        "comparison",
        "control",
        "readme",
        "xlsx",
        "build",
    ],
    "outputs/report": [
        "model",
        "voice",
        "facts",
        "layout",
        "frame",
        "swings",
        "certainty",
        "summary",
        "accounts",
        "support",
        "exclusion",
        "grounds",
        "pictures",
        "decision",
        "funding",
        "widths",
        "html",
        "markdown",
        "word",
        "pdf",
        "build",
        "evaluated",
    ],
    "outputs/plot": [
        "kinds",
        "colours",
        "words",
        "names",
        "paper",
        "lines",
        "money",
        "flows",
        "persons",
        "sensitivities",
        "draws",
        "time",
        "populations",
        "funders",
        "evaluations",
        "pictures",
        "__init__",
    ],
    "apps": ["words", "options", "screen", "deliver", "cases", "executors", "progress", "commands", "cli"],
    "apps/commands": [
        "run",
        "compare",
        "funders",
        "followup",
        "evaluate",
        "explain",
        "break_even",
        "simulate",
        "tornado",
        "population",
        "plot",
        "voi",
        "check",
        "verify",
        "prices",
        "report",
        "rerun",
        "workbook",
        "files",
    ],
}
ENGINE_MAY_IMPORT = {
    "abc",
    "collections",
    "dataclasses",
    "enum",
    "functools",
    "hashlib",
    "itertools",
    "math",
    "numpy",
    "scipy",
    "types",
    "typing",
    "utanforskap",
}
OPENS_A_FILE = {"open", "fromfile", "genfromtxt", "load", "loadtxt", "memmap", "save", "savetxt", "tofile"}
MOST_LINES = 500

MODULES = sorted(PACKAGE.rglob("*.py"))

Parts = tuple[str, ...]


def parts_of(path: Path) -> Parts:
    return path.relative_to(PACKAGE).with_suffix("").parts


def name_of(path: Path) -> str:
    return path.relative_to(TOP).as_posix()


def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def existing(parts: Parts) -> Parts | None:
    """The module that dotted parts lead to; a package is its ``__init__``."""
    if PACKAGE.joinpath(*parts).is_dir():
        return (*parts, "__init__")
    return parts if parts and PACKAGE.joinpath(*parts).with_suffix(".py").is_file() else None


def absolute(importer: Parts, node: ast.ImportFrom) -> str:
    """Spell out the module of a relative import."""
    if not node.level:
        return node.module or ""
    folder = ("utanforskap", *importer[:-1])
    return ".".join((*folder[: len(folder) - node.level + 1], *filter(None, [node.module])))


def called(node: ast.AST) -> str:
    """The name that a call is made under; empty for what is no call."""
    match node:
        case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name)):
            return name
    return ""


def imported(importer: Parts, tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Each module that is imported anywhere in a file, with its line; ``from a import b`` gives ``a.b``."""
    for node in ast.walk(tree):
        match node:
            case ast.Import(names=names):
                yield from ((node.lineno, alias.name) for alias in names)
            case ast.ImportFrom(names=names):
                module = absolute(importer, node)
                yield from ((node.lineno, f"{module}.{alias.name}") for alias in names)
            case ast.Call(args=[ast.Constant(value=str(module)), *_]) if called(node) == "import_module":
                yield node.lineno, module


def own(dotted: str) -> Parts | None:
    """The package's own module behind a dotted name; None for anybody else's."""
    first, *rest = dotted.split(".")
    if first != "utanforskap":
        return None
    return existing(tuple(rest)) or existing(tuple(rest[:-1])) or tuple(rest)


def runs_back(importer: Parts, target: Parts) -> bool:
    """Whether an import goes against the order of the folder in which the two paths part."""
    if importer == target:
        return False
    depth = next(i for i, (one, other) in enumerate(zip(importer, target, strict=False)) if one != other)
    order = ORDER.get("/".join(importer[:depth]), [])
    order = order if "__init__" in order else [*order, "__init__"]
    placed = {importer[depth], target[depth]} <= set(order)
    return placed and order.index(target[depth]) > order.index(importer[depth])


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_every_module_has_its_place(path: Path) -> None:
    parts = parts_of(path)
    for depth, name in enumerate(parts):
        folder = "/".join(parts[:depth])
        assert name == "__init__" or name in ORDER.get(folder, []), (
            f"{name_of(path)} has no place: write {name!r} into ORDER[{folder!r}] in "
            f"{name_of(Path(__file__))}, after what it imports and before what imports it"
        )


def test_every_place_has_its_module() -> None:
    gone = [
        f"{folder}/{name}".strip("/")
        for folder, names in ORDER.items()
        for name in names
        if existing((*filter(None, folder.split("/")), name)) is None
    ]
    assert not gone, f"ORDER in {name_of(Path(__file__))} lists what is not there: {', '.join(gone)}"


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_imports_run_one_way(path: Path) -> None:
    importer = parts_of(path)
    back = [
        f"{name_of(path)}:{line} imports {dotted}"
        for line, dotted in imported(importer, tree_of(path))
        if (target := own(dotted)) is not None and runs_back(importer, target)
    ]
    assert not back, "an import runs back: " + "; ".join(back)


@pytest.mark.parametrize(
    ("importer", "source"),
    [
        ("engine/ledger", "import utanforskap.analysis"),
        ("engine/ledger", "from utanforskap import analysis"),
        ("engine/ledger", "from utanforskap import run"),
        ("engine/ledger", "import utanforskap as ut"),
        ("engine/ledger", "from .. import analysis"),
        ("engine/ledger", "from ..analysis import readings"),
        ("engine/ledger", "from . import chain"),
        ("engine/ledger", "def late():\n    from utanforskap.outputs import tables"),
        ("engine/ledger", "if TYPE_CHECKING:\n    from utanforskap.analysis.results import Result"),
        ("engine/ledger", "importlib.import_module('utanforskap.apps.cli')"),
        ("engine/pathways/stages", "from utanforskap.engine.occupancy import occupy"),
        ("engine/pathways/stages", "from . import markov"),
        ("inputs/parts/states", "from utanforskap.inputs.parts import Scenario"),
        ("errors", "from utanforskap.terms import Reading"),
        ("__init__", "from utanforskap.apps import cli"),
    ],
)
def test_an_import_that_runs_back_is_seen(importer: str, source: str) -> None:
    parts = tuple(importer.split("/"))
    targets = [own(dotted) for _, dotted in imported(parts, ast.parse(source))]
    assert any(target is not None and runs_back(parts, target) for target in targets)


@pytest.mark.parametrize(
    ("importer", "source"),
    [
        ("apps/cli", "import utanforskap as ut\nfrom utanforskap.outputs import tables"),
        ("__init__", "from utanforskap.outputs import tables\nfrom .engine.chain import run"),
        ("engine/ledger", "import numpy as np\nfrom . import occupancy\nfrom ..inputs import scenario"),
        ("engine/occupancy", "from utanforskap.engine.pathways import markov"),
        ("inputs/__init__", "from utanforskap.inputs.parts.scenario import Scenario"),
    ],
)
def test_an_import_that_runs_forward_passes(importer: str, source: str) -> None:
    parts = tuple(importer.split("/"))
    targets = [own(dotted) for _, dotted in imported(parts, ast.parse(source))]
    assert not any(target is not None and runs_back(parts, target) for target in targets)


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_calls_that_nobody_makes(path: Path) -> None:
    barred = {"eval", "exec"} if parts_of(path)[0] == "apps" else {"eval", "exec", "print"}
    calls = [
        f"{name_of(path)}:{node.lineno} calls {called(node)}"
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and called(node) in barred
    ]
    assert not calls, "; ".join(calls)


@pytest.mark.parametrize("path", [path for path in MODULES if parts_of(path)[0] == "engine"], ids=name_of)
def test_the_engine_is_arrays_alone(path: Path) -> None:
    tree = tree_of(path)
    strange = [
        f"{name_of(path)}:{line} imports {dotted}"
        for line, dotted in imported(parts_of(path), tree)
        if dotted.partition(".")[0] not in ENGINE_MAY_IMPORT
    ]
    strange += [
        f"{name_of(path)}:{node.lineno} calls {called(node)}"
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and called(node) in OPENS_A_FILE
    ]
    assert not strange, "the engine takes arrays and gives arrays: " + "; ".join(strange)


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_no_file_is_too_long(path: Path) -> None:
    lines = len(path.read_text(encoding="utf-8").splitlines())
    assert lines <= MOST_LINES, f"{name_of(path)} has {lines} lines: it is asking for a room of its own"


def project_files() -> list[Path]:
    """What git holds; in an unpacked sdist, every file but those of hidden folders."""
    if (TOP / ".git").exists():
        listed = subprocess.check_output(["git", "ls-files", "-z"], cwd=TOP, text=True)
        paths = [TOP / name for name in listed.split("\0") if name]
    else:
        paths = [path for path in TOP.rglob("*") if not path.relative_to(TOP).parts[0].startswith(".")]
    return sorted(path for path in paths if path.is_file())


# In pieces, so that this file does not hold what it looks for.
NOT_HERE = {
    "an absolute path of a machine": re.compile(r"(?<![\w.$}~/-])/(?:work|tmp|root|home|opt|Users)/"),
    "what lies beside the project": re.compile(r"(?<![\w-])share[d]/|\.\./share[d]\b"),
    "a package registry": re.compile(r"\b(?:pypi|pythonhosted|npmjs)\.org\b|index" + "-url"),
    "an address with a user's name": re.compile(r"\w://[^/\s@]+@"),
}


def held(text: str) -> list[tuple[int, str]]:
    return [
        (number, what)
        for number, line in enumerate(text.splitlines(), start=1)
        for what, pattern in NOT_HERE.items()
        if pattern.search(line)
    ]


def test_the_project_is_complete_alone() -> None:
    found = []
    for path in project_files():
        content = path.read_bytes()
        if b"\0" not in content:
            lines = held(content.decode("utf-8", errors="replace"))
            found += [f"{name_of(path)}:{number} holds {what}" for number, what in lines]
    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    ("line", "what"),
    [
        ("cd /" + "work/main", "an absolute path of a machine"),
        ('"/' + 'tmp/x"', "an absolute path of a machine"),
        ("see `../share" + "d/design.md`", "what lies beside the project"),
        ("https://pypi" + ".org/simple", "a package registry"),
        ("https://me:secret" + "@example.org/x", "an address with a user's name"),
    ],
)
def test_what_must_not_be_held_is_seen(line: str, what: str) -> None:
    assert held(line) == [(1, what)]


@pytest.mark.parametrize("line", ["https://example.org/home/x", '"$work/tmp/x"', "a cost shared by two"])
def test_what_may_be_held_passes(line: str) -> None:
    assert held(line) == []

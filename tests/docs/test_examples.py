"""What the documents show is what happens: scenarios load, code runs, commands succeed, and output is as printed."""

import ast
import contextlib
import io
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from pydantic import BaseModel

import utanforskap as ut
from utanforskap.analysis.checks import finding_codes
from utanforskap.inputs.library import library
from utanforskap.inputs.parts.scenario import Scenario
from utanforskap.inputs.pricelists.prices import COLUMNS, local_list
from utanforskap.inputs.text.nodes import Mapping

TOP = Path(__file__).parents[2]
DOCUMENTS = [TOP / "README.md", *sorted(TOP.glob("docs/*.md")), *sorted(TOP.glob("scenarios/*/README.md"))]
FORMAT = TOP / "docs" / "scenario-format.md"
CONVENTIONS = TOP / "docs" / "conventions.md"
EXAMPLE = "exempel.yaml"
OWN_FILE = "min-fil.yaml"
COMMAND = "utanforskap"
WIDTH = "100"
_FENCE = re.compile(r"^```(\w*)$")


class Block(NamedTuple):
    """A fenced block, and the ``text`` block right after it, which is what it should give."""

    document: str
    line: int
    language: str
    text: str
    shown: str | None

    @property
    def id(self) -> str:
        return f"{self.document}:{self.line}"


def blocks_of(path: Path) -> list[Block]:
    found: list[Block] = []
    lines = path.read_text(encoding="utf-8").splitlines()
    row, after = 0, -1
    while row < len(lines):
        if fence := _FENCE.match(lines[row]):
            end = lines.index("```", row + 1)
            text = "\n".join(lines[row + 1 : end])
            if fence[1] == "text" and not "".join(lines[after:row]).strip() and found and after >= 0:
                found[-1] = found[-1]._replace(shown=text)
                after = -1
            else:
                found.append(Block(path.relative_to(TOP).as_posix(), row + 1, fence[1], text, None))
                after = end + 1
            row = end
        row += 1
    return found


BLOCKS = [block for path in DOCUMENTS for block in blocks_of(path)]
WHOLE = [block for block in BLOCKS if block.language == "yaml" and block.text.startswith("format:")]
PARTS = [block for block in BLOCKS if block.language == "yaml" and block not in WHOLE and block.shown is None]
REFUSED = [block for block in BLOCKS if block.language == "yaml" and block not in WHOLE and block.shown is not None]
PRICE_LISTS = [block for block in BLOCKS if block.language == "csv"]


def of_each(blocks: list[Block]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("block", [pytest.param(block, id=block.id) for block in blocks])


def documents_with(language: str) -> pytest.MarkDecorator:
    names = dict.fromkeys(block.document for block in BLOCKS if block.language == language)
    return pytest.mark.parametrize("document", names)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that holds the whole example, as the one that a reader of the page works in."""
    monkeypatch.chdir(tmp_path)
    Path(EXAMPLE).write_text(WHOLE[0].text, encoding="utf-8")
    return tmp_path


def write(block: Block) -> Path:
    path = Path(OWN_FILE)
    # Said at the end, so that the lines that a message names are those of the page.
    said = block.text if re.search("^extends:", block.text, re.MULTILINE) else f"{block.text}\nextends: {EXAMPLE}"
    path.write_text(said + "\n", encoding="utf-8")
    return path


@of_each(WHOLE)
@pytest.mark.usefixtures("folder")
def test_a_whole_scenario_runs(block: Block) -> None:
    Path(OWN_FILE).write_text(block.text, encoding="utf-8")

    assert "\n" in repr(ut.run(ut.load(Path(OWN_FILE))))


def test_the_page_names_every_part_of_the_library() -> None:
    page = FORMAT.read_text(encoding="utf-8")
    for section in ("states", "pathways"):
        entries = library().entries[section].node
        assert isinstance(entries, Mapping)
        assert not [name for name in entries.entries if f"`{name}`" not in page]


@of_each(PARTS)
@pytest.mark.usefixtures("folder")
def test_a_part_builds_on_the_whole_example(block: Block) -> None:
    assert "\n" in repr(ut.run(ut.load(write(block))))


@of_each(REFUSED)
@pytest.mark.usefixtures("folder")
def test_a_file_that_is_refused_is_told_what_the_page_says(block: Block) -> None:
    with pytest.raises(ut.InputError) as refused:
        ut.load(write(block))

    assert str(refused.value) == block.shown


@of_each(PRICE_LISTS)
@pytest.mark.usefixtures("folder")
def test_a_price_list_can_be_read(block: Block) -> None:
    path = Path("priser.csv")
    path.write_text(block.text, encoding="utf-8")

    assert local_list(path).prices
    assert tuple(block.text.splitlines()[0].split(",")) == COLUMNS


def output_of(code: str, names: dict[str, Any]) -> str:
    """Run code as a notebook cell: what it prints, and its last expression."""
    tree = ast.parse(code)
    last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        exec(compile(tree, "<page>", "exec"), names)
        if isinstance(last, ast.Expr):
            value = eval(compile(ast.Expression(last.value), "<page>", "eval"), names)
            if value is not None:
                print(repr(value))
    return printed.getvalue()


def same(text: str) -> str:
    """Text without the space at the ends of lines, which editors take away."""
    return "\n".join(line.rstrip() for line in text.strip("\n").splitlines())


@documents_with("python")
@pytest.mark.usefixtures("folder")
def test_python_runs_and_prints_what_the_page_says(document: str) -> None:
    names: dict[str, Any] = {}
    for block in (block for block in BLOCKS if (block.document, block.language) == (document, "python")):
        printed = output_of(block.text, names)
        if block.shown is not None:
            assert same(printed) == same(block.shown), block.id


def commands_of(block: Block) -> Iterator[tuple[str, str]]:
    """Yield each command of a console block with the output that the page says, empty where it says none."""
    for part in re.split(r"^\$ ", block.text, flags=re.MULTILINE)[1:]:
        command, _, shown = part.partition("\n")
        yield command, shown


def run_command(command: str, folder: Path) -> subprocess.CompletedProcess[str]:
    name, *arguments = shlex.split(command)
    assert name == COMMAND, f"only {COMMAND} can be shown in a console block, not {name}"
    program = "from utanforskap.apps.cli import main; main()"
    environment = os.environ | {"COLUMNS": WIDTH, "NO_COLOR": "1", "TERM": "dumb", "PYTHONUTF8": "1"}
    return subprocess.run(
        [sys.executable, "-c", program, *arguments],
        cwd=folder, env=environment, capture_output=True, text=True, encoding="utf-8", check=False,
    )  # fmt: skip


@documents_with("console")
def test_commands_succeed_and_print_what_the_page_says(document: str, folder: Path) -> None:
    for block in (block for block in BLOCKS if (block.document, block.language) == (document, "console")):
        for command, shown in commands_of(block):
            done = run_command(command, folder)
            assert done.returncode == 0, f"{block.id}: {command}\n{done.stdout}{done.stderr}"
            if shown.strip():
                assert same(done.stdout) == same(shown), f"{block.id}: {command}"


def test_the_readme_begins_with_run_and_test() -> None:
    first = next(block for block in BLOCKS if block.document == "README.md")

    assert [line.split("#")[0].strip() for line in first.text.splitlines()] == ["make run", "make test"]


def _anchors(path: Path) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", path.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("path", [pytest.param(path, id=path.relative_to(TOP).as_posix()) for path in DOCUMENTS])
def test_links_lead_somewhere(path: Path) -> None:
    prose = re.sub(r"^```.*?^```$", "", path.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
    broken = []
    for target in re.findall(r"\]\(([^)\s]+)\)", prose):
        if "://" in target:
            continue
        name, _, anchor = target.partition("#")
        leads_to = (path.parent / name).resolve() if name else path
        if not leads_to.exists() or (anchor and anchor not in _anchors(leads_to)):
            broken.append(target)

    assert broken == []


def _models(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for inner in getattr(annotation, "__args__", ()):
        yield from _models(inner)


def models_of_a_file() -> set[type[BaseModel]]:
    found: set[type[BaseModel]] = set()
    ahead: list[type[BaseModel]] = [Scenario]
    while ahead:
        model = ahead.pop()
        if model not in found:
            found.add(model)
            for field in model.model_fields.values():
                for annotation in (field.annotation, *field.metadata):
                    ahead += _models(annotation)
    return found


def test_every_field_of_a_file_is_described() -> None:
    page = FORMAT.read_text(encoding="utf-8")
    written = set(re.findall(r"[a-z][a-z0-9_]*", " ".join(re.findall(r"`([^`\n]+)`", page))))
    written |= {name for block in WHOLE + PARTS for name in re.findall(r"([a-z][a-z0-9_]*):", block.text)}
    fields = {name for model in models_of_a_file() - {ut.Reading} for name in model.model_fields}

    assert sorted(fields - written) == []


def test_every_named_finding_is_described() -> None:
    page = FORMAT.read_text(encoding="utf-8")

    assert [code for code in finding_codes() if f"`{code}`" not in page] == []


def test_the_code_that_a_convention_points_to_is_there() -> None:
    package = TOP / "src" / "utanforskap"
    missing = []
    for line in re.findall(r"^\*Kod:\* (.+?)(?:\n\n|\Z)", CONVENTIONS.read_text(encoding="utf-8"), re.M | re.S):
        for name, within in re.findall(r"`([\w/.]+)`(?: \(([^)]*)\))?", line):
            if "/" not in name and not name.endswith(".py"):
                continue
            path = package / name
            text = path.read_text(encoding="utf-8") if path.is_file() else ""
            if not path.exists():
                missing.append(name)
            for part in re.findall(r"`([\w.]+)`", within or ""):
                defined = part.rpartition(".")[2]
                if not re.search(rf"^\s*(?:def|class) {defined}\b", text, re.MULTILINE):
                    missing.append(f"{name} ({part})")

    assert missing == []

"""How the shell behaves as a program: help, exit codes, pipes, start-up."""

import os
import subprocess
import sys
from collections.abc import Callable

import pytest
from typer.testing import Result

import utanforskap as ut
from utanforskap.apps.cli import app

Shell = Callable[..., Result]

COMMANDS = [
    "list", "run", "compare", "funders", "explain", "break-even", "simulate", "tornado", "voi", "population",
    "evaluate", "plot", "workbook", "report", "export", "rerun", "check", "verify", "prices", "new", "schema",
]  # fmt: skip
GROUPS = {"followup": ["suggest", "check"], "bank": ["add", "list", "compare"]}
HEAVY = {"numpy", "pandas", "pydantic", "rich", "ruamel", "scipy"}


def started(code: str, *line: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    """Run the shell as a program of its own."""
    program = f"import sys; from utanforskap.apps.cli import main\n{code}"
    return subprocess.run(
        [sys.executable, "-W", "error", "-c", program, *line],
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
        env=os.environ | {"PYTHONIOENCODING": "utf-8", "COLUMNS": "80"} | environment,
    )


def test_help_names_every_command_in_order(shell: Shell) -> None:
    text = shell("--help").stdout
    places = [text.index(f"│ {command} ") for command in COMMANDS]
    assert places == sorted(places)
    assert len(app.registered_commands) == len(COMMANDS)


@pytest.mark.parametrize("command", ["", *COMMANDS])
def test_help_is_in_swedish(shell: Shell, command: str) -> None:
    text = shell(*filter(None, [command]), "--help").stdout
    assert "Visa denna hjälp." in text
    assert "Show this message" not in text
    assert all(len(line) <= 80 for line in text.splitlines())


@pytest.mark.parametrize("group", GROUPS)
def test_commands_under_one_name_speak_swedish_too(shell: Shell, group: str) -> None:
    text = shell(group, "--help").stdout
    assert all(f"│ {part} " in text for part in GROUPS[group])
    for line in (("--help",), *((part, "--help") for part in GROUPS[group])):
        said = shell(group, *line).stdout
        assert "Visa denna hjälp." in said
        assert "Show this message" not in said


def test_help_says_what_the_exit_codes_mean(shell: Shell) -> None:
    text = " ".join(shell("--help").stdout.split())
    assert "slutar med 0 när allt gick bra; 1 när svaret är nej" in text


def test_the_version_is_the_library_s(shell: Shell) -> None:
    assert shell("--version").stdout == f"{ut.__version__}\n"


@pytest.mark.parametrize(
    "line",
    [
        ["runn"],
        ["run"],
        ["run", "liten.yaml", "--rows", "colour"],
        ["run", "liten.yaml", "--columns", "colour"],
        ["run", "liten.yaml", "--measure", "colour"],
        ["run", "liten.yaml", "--measure", "gross_gain"],
        ["run", "liten.yaml", "--perspective", "komun"],
        ["run", "liten.yaml", "--part", "komun"],
        ["run", "liten.yaml", "--years", "0"],
        ["run", "liten.yaml", "--years", "4", "--period", "first_mandate"],
        ["run", "liten.yaml", "--period", "18"],
        ["run", "liten.yaml", "--discount", "femma"],
        ["run", "liten.yaml", "--base-year", "100000000000000000000"],
        ["run", "liten.yaml", "--alternative", "inget"],
        ["run", "liten.yaml", "--alternative", ""],
        ["run", "liten.yaml", "--counterfactual", "annat"],
        ["run", "liten.yaml", "--tax-factor"],
        ["run", "liten.yaml", "--realisable"],
        ["run", "liten.yaml", "--current-prices"],
        ["run", "liten.yaml", "--lang", "fi"],
        ["run", "liten.yaml", "--format", "xlsx"],
        ["run", "liten.yaml", "--unit", "euro"],
        ["run", "liten.yaml", "--table", "matrix"],
        ["run", "liten.yaml", "--output", "."],
        ["run", "liten.yaml", "--output", "ingen/sadan/mapp.csv"],
        ["compare", "liten.yaml", "inget"],
        ["compare", "liten.yaml", ""],
        ["compare", "liten.yaml", "--perspective", "komun"],
        ["compare", "liten.yaml", "--current-prices"],
        ["explain", "liten.yaml"],
        ["explain", "liten.yaml", "--year", "2020", "--alternative", "inget"],
        ["explain", "liten.yaml", "--year", "2020", "--current-prices"],
        ["break-even", "liten.yaml"],
        ["break-even", "liten.yaml", "success", "--perspective", "komun"],
        ["new"],
        ["new", "ingen/sadan/mapp.yaml"],
        ["new", "långt" * 60],
        ["report", "liten.yaml", "-o", "r.md", "--baseline", "--alternative", "jobb"],
    ],
    ids=lambda line: " ".join(line)[:60],
)
def test_wrong_use_ends_with_two_and_a_message(shell: Shell, liten: str, line: list[str]) -> None:
    assert liten
    result = shell(*line)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert result.stderr.strip()
    assert "Traceback" not in result.stderr
    assert "pydantic" not in result.stderr


def test_two_ways_to_say_the_years_are_refused_in_words(shell: Shell, liten: str) -> None:
    refused = shell("run", liten, "--years", "4", "--period", "first_mandate")
    assert refused.stderr == "'years' and 'period' both say which years; state one of them\n"


def test_an_interrupt_is_quiet(shell: Shell, liten: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("utanforskap.inputs.files.load", interrupted)
    result = shell("run", liten)
    assert (result.exit_code, result.output) == (130, "")


@pytest.mark.skipif(os.name == "nt", reason="a pipe that closes is another thing there")
@pytest.mark.parametrize("form", ["table", "csv", "json"])
def test_a_pipe_that_closes_is_quiet(form: str) -> None:
    read, write = os.pipe()
    os.close(read)
    program = "from utanforskap.apps.cli import main; main()"
    line = ["run", "arbetslos-markov", "--format", form]
    done = subprocess.run([sys.executable, "-c", program, *line], stdout=write, stderr=subprocess.PIPE, check=False)
    os.close(write)
    assert (done.returncode, done.stderr) == (141, b"")


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no file here that is always full")
@pytest.mark.parametrize("form", ["table", "csv"])
def test_a_full_disk_is_told(form: str) -> None:
    program = "from utanforskap.apps.cli import main; main()"
    line = ["run", "arbetslos-markov", "--format", form]
    with open("/dev/full", "wb") as full:
        done = subprocess.run([sys.executable, "-c", program, *line], stdout=full, stderr=subprocess.PIPE, check=False)
    assert (done.returncode, done.stderr) == (2, b"The answer cannot be given: No space left on device.\n")


@pytest.mark.skipif(os.name == "nt", reason="streams are closed in another way there")
@pytest.mark.parametrize("form", ["table", "csv"])
def test_a_stream_that_is_closed_is_quiet(form: str) -> None:
    closed = "import os, sys; from utanforskap.apps.cli import main; sys.stdout = sys.stderr = None; main()"
    line = ["run", "arbetslos-markov", "--format", form]
    done = subprocess.run([sys.executable, "-c", closed, *line], capture_output=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")


def test_a_screen_that_knows_few_letters_gets_question_marks() -> None:
    done = started("main()", "run", "arbetslos-markov", PYTHONIOENCODING="ascii")
    assert (done.returncode, done.stderr) == (0, "")
    assert "Ut?ver" not in done.stdout
    assert "F?rs?kringskassan" in done.stdout


def test_a_pipe_gets_no_colours() -> None:
    assert "\x1b" not in started("main()", "run", "arbetslos-markov").stdout


def test_a_title_cannot_steer_the_terminal(shell: Shell, write: Callable[..., str]) -> None:
    name = write(lambda data: data.update(title="\x1b[2Jbort [bold]kvar[/bold] :smile:"))
    assert shell("run", name).stdout.startswith("[2Jbort [bold]kvar[/bold] :smile:\n")


def test_start_up_imports_nothing_heavy() -> None:
    done = started("print(*sorted(sys.modules))")
    assert not HEAVY & set(done.stdout.split())


def test_run_imports_no_scipy_nor_what_other_commands_need() -> None:
    code = "sys.argv[1:] = ['run', 'trelleborg-integration']\ntry: main()\nfinally: print(*sorted(sys.modules))"
    loaded = set(started(code).stdout.split())
    assert "pandas" in loaded
    assert not {"scipy", "jsonschema"} & loaded

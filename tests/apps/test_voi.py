"""What it is worth to know more, asked in the shell."""

import csv
import io
import json
from collections.abc import Callable
from typing import Any

import pytest
from typer.testing import Result

Shell = Callable[..., Result]
Write = Callable[..., str]


def uncertain(data: dict[str, Any]) -> None:
    """Make the small scenario's effect, cost and support uncertain."""
    programme = data["programmes"]["jobbstod"]
    programme["success"] = {"value": 0.2, "low": 0.02, "high": 0.45}
    programme["deadweight"] = {"value": 0.5, "low": 0.2, "high": 0.8}
    programme["costs"]["drift"]["amount"] |= {"value": 600_000, "low": 400_000, "high": 900_000}


def two_ways(data: dict[str, Any]) -> None:
    uncertain(data)
    data["programmes"]["dyr"] = json.loads(json.dumps(data["programmes"]["jobbstod"]))
    data["programmes"]["dyr"]["title"] = {"sv": "Dyr", "en": "Dear"}
    data["programmes"]["dyr"]["costs"]["drift"]["amount"] |= {"value": 900_000, "low": 500_000, "high": 1_500_000}
    data["alternatives"]["dyr"] = {"programmes": ["dyr"]}


@pytest.fixture
def osaker(write: Write) -> str:
    return write(uncertain)


def answer(shell: Shell, *line: str) -> dict[str, Any]:
    done = shell("voi", *line, "--format", "json", "--draws", "2000")
    assert done.exit_code == 0, done.output
    told: dict[str, Any] = json.loads(done.stdout)
    return told


SUCCESS = "programmes.jobbstod.success"


def test_the_screen_says_what_to_find_out_first(shell: Shell, osaker: str) -> None:
    done = shell("voi", osaker, "--perspective", "kommun", "--draws", "4000", columns=100)
    assert done.exit_code == 0
    lines = done.stdout.splitlines()
    assert lines[0] == "Liten kalkyl – Jobbstöd"
    assert lines[1].startswith("Kommun: som vi vet det i dag är Jobbstöd bäst, med en väntad vinst på ")
    assert f"Ta först reda på {SUCCESS}: det är värt " in done.stdout
    assert "Vad det är värt att veta mer" in lines
    rows = [line.split("  ")[0] for line in lines]
    assert rows.index("Allt") < rows.index("Alla effektens faktorer") < rows.index(SUCCESS)
    assert "Ensamma utan värde: " in done.stdout
    assert "4\u00a0000 dragningar, frö 1; sådana beslut: 1; tkr" in " ".join(lines)


def test_every_row_and_figure_in_json(shell: Shell, osaker: str) -> None:
    told = answer(shell, osaker, "--perspective", "kommun")
    assert told["title"] == "Liten kalkyl – Jobbstöd"
    assert (told["scenario"], told["chosen"], told["chosen_at_point"]) == ("liten", "jobb", "jobb")
    nothing, jobb = told["choices"]
    assert nothing == {"alternative": None, "gain": 0.0, "standard_error": 0.0}
    assert jobb["gain"] > 0.0
    (table,) = told["tables"]
    assert (table["name"], table["unit"], table["draws"], table["seed"]) == ("worth", "kr", 2000, 1)
    assert [row["label"] for row in table["rows"]][:2] == ["Allt", "Alla effektens faktorer"]
    assert len(table["rows"]) == 1 + 1 + 4
    assert told["notes"][0].startswith("Kommun: som vi vet det i dag")


def test_the_choice_is_between_all_alternatives_or_those_named(shell: Shell, write: Write) -> None:
    name = write(two_ways)
    every = answer(shell, name)
    assert every["title"] == "Liten kalkyl"
    assert [choice["alternative"] for choice in every["choices"]] == [None, "jobb", "dyr"]
    one = answer(shell, name, "--alternative", "dyr", "--lang", "en")
    assert one["title"] == "Small scenario – Dear"
    assert [choice["alternative"] for choice in one["choices"]] == [None, "dyr"]


def test_groups_population_and_seed(shell: Shell, osaker: str) -> None:
    line = [osaker, "--perspective", "kommun", "--group", "båda = success, deadweight"]
    one = answer(shell, *line)["tables"][0]["rows"]
    assert [row["label"] for row in one][:2] == ["Allt", "båda"]
    many = answer(shell, *line, "--population", "40")["tables"][0]["rows"]
    assert [row["cells"][1] for row in many] == pytest.approx([40.0 * row["cells"][1] for row in one])
    other = answer(shell, *line, "--seed", "2")["tables"][0]["rows"]
    assert other[0]["cells"][1] != one[0]["cells"][1]


def test_where_the_spread_comes_from(shell: Shell, osaker: str) -> None:
    told = answer(shell, osaker, "--indices", "--perspective", "kommun")
    assert [table["name"] for table in told["tables"]] == ["worth", "indices"]
    table = told["tables"][1]
    # The power of two below 2 000 draws.
    assert table["draws"] == 1024
    assert table["rows"][0]["label"] == SUCCESS
    done = shell("voi", osaker, "--indices", "--top", "2", "--draws", "300", "--table", "indices", columns=100)
    assert "Varifrån vinstens spridning kommer: Jobbstöd" in done.stdout.splitlines()
    assert f"Mest kommer av {SUCCESS}: " in done.stdout
    assert "Ytterligare rader: 2 (--top, eller --format csv)." in done.stdout


def test_indices_of_each_of_several_alternatives(shell: Shell, write: Write) -> None:
    told = answer(shell, write(two_ways), "--indices", "--group", "effekt=programmes.jobbstod.success,dyr.success")
    assert [table["name"] for table in told["tables"]] == ["worth", "indices.jobb", "indices.dyr"]
    assert "effekt" in [row["label"] for row in told["tables"][1]["rows"]]


def test_csv_has_every_estimate(shell: Shell, osaker: str) -> None:
    done = shell("voi", osaker, "--draws", "1000", "--format", "csv", "--top", "1", "--lang", "en")
    head, *rows = csv.reader(io.StringIO(done.stdout))
    assert head == [
        "Name", "Estimates", "Worth knowing", "Own estimate", "Standard error", "Share of everything", "Told from zero",
    ]  # fmt: skip
    assert len(rows) == 1 + 1 + 4


@pytest.mark.parametrize("executor", ["threads:2", "threads", "processes:1"])
def test_whatever_carries_it_out_the_answer_is_the_same(shell: Shell, osaker: str, executor: str) -> None:
    line = ["voi", osaker, "--draws", "5000", "--format", "csv"]
    assert shell(*line, "--executor", executor).stdout == shell(*line).stdout


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (
            ["--executor", "dask"],
            "'dask' is not what work can be spread over.\n"
            "Write threads or processes, alone or with a colon and how many: processes:4.",
        ),
        (
            ["--group", "success"],
            "'success' is not a group of estimates.\n"
            "Write its name, an equals sign and the estimates with commas between: löner=lon.a,lon.b.",
        ),
        (
            ["--group", "x=success", "--group", "x=deadweight"],
            "The group 'x' is stated twice.\nName all its estimates at once.",
        ),
        (["--alternative", "job"], "'job' is not an alternative. Did you mean 'jobb'?\nAllowed: jobb"),
    ],
)
def test_what_is_refused(shell: Shell, osaker: str, line: list[str], message: str) -> None:
    done = shell("voi", osaker, *line)
    assert (done.exit_code, done.stderr) == (2, f"{message}\n")


def test_nothing_uncertain_is_refused(shell: Shell, write: Write) -> None:
    def certain(data: dict[str, Any]) -> None:
        for bound in ("low", "high"):
            del data["states"]["utanfor"]["flows"]["stod"]["amount"][bound]

    done = shell("voi", write(certain))
    assert (done.exit_code, done.stderr) == (
        2,
        "Nothing in 'liten' is uncertain: no estimate has a spread.\n"
        "State low and high of the estimates that are not certain.\n",
    )

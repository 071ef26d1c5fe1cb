"""``utanforskap plot``: a picture to a file."""

from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from typer.testing import Result

from utanforskap.outputs.plot.kinds import KINDS

Shell = Callable[..., Result]
SIGNATURES = {"png": b"\x89PNG", "svg": b"<?xml", "pdf": b"%PDF"}


OF_PEOPLE = {
    "stock_and_flow": ("--of", "utanfor"),
    "mop_or_tap": ("--alternative", "jobb", "--of", "kran"),
    "leverage": (),
    "fund_flow": ("--alternative", "jobb"),
}


def peopled(data: dict[str, Any]) -> None:
    """Let new persons come every year, and the programme be a method with a fund, beside one that keeps persons out."""
    data["actors"] = {"kommun.fond": {"title": "Fondens konto"}}
    data["money"]["inflation"] = 0.02
    data["groups"]["unga"]["inflow"] = {"until": 2027}
    mop = data["programmes"]["jobbstod"]
    amount = {"value": 40_000, "unit": "kr/deltagare", "price_year": 2020}
    mop["reaches"] |= {"persons": 5, "cohorts": "all"}
    mop["costs"] = {"drift": {"amount": amount, "basis": "per_participant", "payer": "kommun.fond"}}
    data["programmes"]["kran"] = {**mop, "reaches": {**mop["reaches"], "persons": 1}}
    data["alternatives"]["kran"] = {"programmes": ["kran"]}
    data["funds"] = {"fonden": {"title": "Fonden", "kind": "grant", "programme": "jobbstod", "account": "kommun.fond"}}
    taken_up, mended = {"reach": {"2020": 0.2}, "fidelity": 0.75}, {"fewer": {"2020": 0.1}, "onto": "inne"}
    said = {"title": "Metoden", "programme": "jobbstod", "own_money": "kommun.fond"}
    data["methods"] = {"metod": {**said, "taken_up": taken_up, "mended": mended}}


@pytest.mark.parametrize("kind", KINDS)
def test_every_picture_can_be_written(kind: str, shell: Shell, write: Callable[..., str], tmp_path: Path) -> None:
    file = write(peopled) if kind in OF_PEOPLE else write()
    parameter = "success" if kind == "thresholds" else "stod.amount"
    done = shell("plot", file, kind, "--parameter", parameter, "--draws", "50", *OF_PEOPLE.get(kind, ()))
    assert done.exit_code == 0, done.stderr
    assert done.stdout == ""
    assert done.stderr == f"Skrev {kind}.png.\n"
    assert tmp_path.joinpath(f"{kind}.png").read_bytes().startswith(SIGNATURES["png"])


@pytest.mark.parametrize("ending", SIGNATURES)
def test_the_ending_says_what_kind_of_file(ending: str, shell: Shell, liten: str, tmp_path: Path) -> None:
    done = shell("plot", liten, "flow", "--output", f"bild.{ending.upper()}", "--lang", "en")
    assert done.stderr == f"Wrote bild.{ending.upper()}.\n"
    assert tmp_path.joinpath(f"bild.{ending.upper()}").read_bytes().startswith(SIGNATURES[ending])


def description(path: Path) -> str:
    return "".join(ElementTree.parse(path).getroot().itertext())


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ((), "Utanförskapets kostnad i hela perioden"),
        (("--alternative", "jobb"), "Vinst efter insatskostnad i hela perioden"),
        (("--alternative", "jobb", "--lang", "en"), "Gain after programme cost over the whole period"),
        (("--years", "3"), "2020–2022"),
        (("--perspective", "region"), "Region"),
    ],
)
def test_what_is_drawn_is_what_was_asked(
    options: tuple[str, ...], said: str, shell: Shell, liten: str, tmp_path: Path
) -> None:
    assert shell("plot", liten, "by_actor", "-o", "b.svg", *options).exit_code == 0
    assert said in description(tmp_path / "b.svg")


def test_a_picture_that_is_there_stays_unless_forced(shell: Shell, liten: str, tmp_path: Path) -> None:
    path = tmp_path / "flow.png"
    path.write_bytes(b"mitt")
    done = shell("plot", liten, "flow")
    assert done.exit_code == 2
    assert done.stderr == "'flow.png' is already there. Choose another name, or replace it with --force.\n"
    assert path.read_bytes() == b"mitt"
    assert shell("plot", liten, "flow", "--force").exit_code == 0
    assert path.read_bytes().startswith(SIGNATURES["png"])


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (
            ("flod",),
            "'flod' is not a picture. Did you mean 'flow'?\n"
            "Allowed: by_actor, by_mandate, cumulative, who_gains, flow, occupancy, tornado, break_even, distribution, "
            "acceptability, drawn, stock_and_flow, mop_or_tap, leverage, fund_flow, thresholds\n",
        ),
        (
            ("flow", "--output", "bild.gif"),
            "'bild.gif' does not say what kind of picture it is. End it with one of: .png, .svg, .pdf\n",
        ),
        (("break_even",), "The picture 'break_even' is of an estimate: say which one (parameter).\n"),
        (("leverage",), "'liten' declares no method, whose leverage it would be (methods:).\n"),
        (("flow", "--of", "utanfor"), "The picture 'flow' does not depend on 'of': leave that out.\n"),
    ],
)
def test_what_cannot_be_drawn_is_refused_and_nothing_is_written(
    line: tuple[str, ...], said: str, shell: Shell, liten: str, tmp_path: Path
) -> None:
    done = shell("plot", liten, *line)
    assert (done.exit_code, done.stderr) == (2, said)
    assert [path.name for path in tmp_path.iterdir()] == [liten]


def test_a_gain_needs_an_alternative(shell: Shell, write: Callable[..., str]) -> None:
    def without(data: dict[str, Any]) -> None:
        del data["alternatives"]

    done = shell("plot", write(without), "flow")
    assert done.exit_code == 2
    assert done.stderr == "'liten' declares no alternative to compare with (alternatives:).\n"

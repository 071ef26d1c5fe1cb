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


@pytest.mark.parametrize("kind", KINDS)
def test_every_picture_can_be_written(kind: str, shell: Shell, liten: str, tmp_path: Path) -> None:
    asked = ("--parameter", "stod.amount", "--draws", "50")
    done = shell("plot", liten, kind, *asked)
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
            "acceptability, drawn\n",
        ),
        (
            ("flow", "--output", "bild.gif"),
            "'bild.gif' does not say what kind of picture it is. End it with one of: .png, .svg, .pdf\n",
        ),
        (("break_even",), "The picture 'break_even' is of an estimate: say which one (parameter).\n"),
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

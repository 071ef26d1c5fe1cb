"""Every finding of the second and third pass, read whole.

Each file in ``refusals`` holds examples: a name, the changes made to ``fall.yaml`` as in a diff (``-`` what stands
there, ``+`` what stands there instead; nothing instead removes the lines), and what is said about the result.
"""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

FOLDER = Path(__file__).with_name("refusals")


class Example(NamedTuple):
    """Changes to a scenario, and what is then said."""

    changes: tuple[tuple[str, str], ...]
    said: str


def change(block: str) -> tuple[str, str]:
    """What a block of - and + lines replaces by what; without + lines, whole lines go."""
    old = [line[1:] for line in block.splitlines() if line.startswith("-")]
    new = [line[1:] for line in block.splitlines() if line.startswith("+")]
    return ("\n".join(old), "\n".join(new)) if new else ("\n".join([*old, ""]), "")


def examples() -> Iterator[object]:
    for file in sorted(FOLDER.glob("*.txt")):
        _, *parts = re.split(r"^=== ", file.read_text(encoding="utf-8"), flags=re.MULTILINE)
        for part in parts:
            name, _, rest = part.partition("\n")
            said = re.sub(r"\A(?:@@\n(?:[-+].*\n)+)+", "", rest)
            blocks = rest.removesuffix(said).split("@@\n")[1:]
            example = Example(tuple(change(block) for block in blocks), said.rstrip("\n"))
            yield pytest.param(example, id=f"{file.stem}: {name}")


EXAMPLES = list(examples())


@pytest.mark.parametrize("example", EXAMPLES)
def test_what_is_said(example: Example, fall: str, refused: Callable[[str], str]) -> None:
    for old, new in example.changes:
        assert fall.count(old) == 1, old
        fall = fall.replace(old, new)
    assert refused(fall) == example.said


@pytest.mark.parametrize("example", EXAMPLES)
def test_every_message_is_a_sentence_and_every_other_line_a_sentence_or_a_list(example: Example) -> None:
    place, *_ = example.said.splitlines()
    assert re.match(r"fall\.yaml:\d+:\d+(  \S+)?$", place)
    for line in example.said.splitlines():
        if line.startswith("  "):
            assert re.fullmatch(r"  (?:[A-ZÅÄÖ'%0-9-].*[.?…]|[A-Z][\w' ]+: .*)", line), line

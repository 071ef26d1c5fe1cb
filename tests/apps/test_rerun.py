"""The shell's rerun: a recorded run again, and whether it answers the same."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from apps.conftest import Shell, Write

import utanforskap as ut


@pytest.fixture
def record(shell: Shell, liten: str) -> Callable[..., str]:
    """Record the small comparison, changed by a function, take its scenario away, and return the record's name."""

    def record_it(change: Callable[[dict[str, Any]], Any] = lambda data: data) -> str:
        assert shell("export", liten, "--what", "record", "--output", "k.json").exit_code == 0
        Path(liten).unlink()
        data = json.loads(Path("k.json").read_text(encoding="utf-8"))
        change(data)
        Path("k.json").write_text(json.dumps(data), encoding="utf-8")
        return "k.json"

    return record_it


def test_the_same_answers_without_the_scenario(shell: Shell, record: Callable[..., str]) -> None:
    done = shell("rerun", record())

    assert (done.exit_code, done.stderr) == (0, "")
    lines = [line.split() for line in done.stdout.splitlines()]
    assert done.stdout.startswith("Liten kalkyl – Jobbstöd\nSvaren är desamma till sista biten: alla 6.\n")
    # One person more at work (two of ten succeed, half of them anyway) for eight years is worth the support of
    # 100 000 kr that is not given and 1.3 times a wage of 300 000 kr that is produced: 3.92 Mkr, less 0.5 Mkr.
    assert ["Vinst", "före", "insatskostnad,", "samhällsekonomiskt", "3,9", "3,9", "0"] in lines
    assert ["Vinst", "efter", "insatskostnad,", "samhällsekonomiskt", "3,4", "3,4", "0"] in lines


def test_another_answer_ends_with_one_and_says_how_much(shell: Shell, record: Callable[..., str]) -> None:
    def change(data: dict[str, Any]) -> None:
        data["answers"][0]["kr"] += 1_000_000
        data["versions"]["numpy"] = "1.0"

    done = shell("rerun", record(change), "--lang", "en", "--unit", "tkr")

    assert done.exit_code == 1
    assert "The answers are not the same: 1 of 6 are others.\n" in done.stdout
    assert ["4,920", "3,920", "−1,000,000"] in [line.split()[-3:] for line in done.stdout.splitlines()]
    assert "Other versions than in the record: numpy 1.0 → " in done.stdout


def test_another_last_bit_is_seen(shell: Shell, record: Callable[..., str]) -> None:
    def change(data: dict[str, Any]) -> None:
        # 2²¹ < 3 920 000 < 2²², so that the last of 53 bits is 2⁻³¹ = 0.0000000004657 kr.
        data["answers"][0]["kr"] += 2.0**-31

    done = shell("rerun", record(change))

    assert done.exit_code == 1
    assert " ".join(done.stdout.splitlines()[1:3]) == (
        "Svaren är desamma så när som på avrundning i de sista siffrorna: 1 av 6 är inte desamma till sista biten."
    )
    assert "−0,0000000004657" in done.stdout
    assert done.stdout.endswith("\nVersionerna är desamma som i protokollet.\n")


def test_numbers_for_other_tools(shell: Shell, record: Callable[..., str]) -> None:
    told = json.loads(shell("rerun", record(), "--format", "json").stdout)

    assert (told["scenario"], told["alternative"], told["same"]) == ("liten", "jobb", True)
    assert told["versions"]["then"] == told["versions"]["now"]
    assert told["versions"]["now"]["utanforskap"] == ut.__version__
    [table] = told["tables"]
    assert table["rows"][3]["label"] == "Vinst efter insatskostnad, samhällsekonomiskt"
    assert table["rows"][3]["cells"] == pytest.approx([3_420_000, 3_420_000, 0])


def test_a_result_and_a_simulation(shell: Shell, write: Write) -> None:
    case = ut.load(Path(write()))
    ut.write.record(ut.run(case), "utan.json")
    ut.write.record(ut.simulate(case, n=20), "draget.json")
    without, drawn = shell("rerun", "utan.json"), shell("rerun", "draget.json")

    assert (without.exit_code, drawn.exit_code) == (0, 0)
    assert "Utanförskapets kostnad, samhällsekonomiskt" in without.stdout
    assert drawn.stdout.count(" 0\n") == len(ut.simulate(case, n=20).readings)


HOW_TO_WRITE_ONE = (
    "  Write one with utanforskap.write.record(gain, 'korning.json'),\n"
    "  or in the shell with: utanforskap export SCENARIO --what record --output korning.json\n"
)


def test_what_cannot_be_repeated_is_refused(shell: Shell, record: Callable[..., str]) -> None:
    def change(data: dict[str, Any]) -> None:
        data["scenario"]["groups"]["unga"]["persons"] = 11

    refused = shell("rerun", record(change))

    assert (refused.exit_code, refused.stdout) == (2, "")
    assert refused.stderr == (
        "k.json:1:1\n  Its content is not what it was when it was written: the SHA-256 differs.\n" + HOW_TO_WRITE_ONE
    )


def test_a_record_that_is_not_there_is_refused(shell: Shell) -> None:
    refused = shell("rerun", "ingen.json")

    assert (refused.exit_code, refused.stdout) == (2, "")
    assert refused.stderr == "ingen.json:1:1\n  It cannot be read: No such file or directory.\n" + HOW_TO_WRITE_ONE

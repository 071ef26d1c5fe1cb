"""Text to files: whole or not at all."""

import os
from pathlib import Path

import pytest

from utanforskap.errors import UtanforskapError
from utanforskap.outputs.files import OutputError, write_text


def test_text_is_written_as_it_is(tmp_path: Path) -> None:
    write_text(tmp_path / "a.txt", "å\nä\n")
    assert (tmp_path / "a.txt").read_bytes() == "å\nä\n".encode()
    assert os.listdir(tmp_path) == ["a.txt"]


def test_what_is_there_stays_unless_forced(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("först", encoding="utf-8")
    with pytest.raises(OutputError, match="is already there"):
        write_text(path, "sedan")
    assert path.read_text(encoding="utf-8") == "först"
    write_text(path, "sedan", force=True)
    assert path.read_text(encoding="utf-8") == "sedan"


def test_a_write_that_fails_leaves_what_was_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.txt"
    path.write_text("först", encoding="utf-8")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(OutputError, match=r"cannot be written: No space left on device\."):
        write_text(path, "sedan", force=True)
    assert path.read_text(encoding="utf-8") == "först"
    assert os.listdir(tmp_path) == ["a.txt"]


def test_text_that_cannot_be_encoded_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(UnicodeEncodeError):
        write_text(tmp_path / "a.txt", "\udcff")
    assert os.listdir(tmp_path) == []


def test_a_name_that_no_file_can_have_is_told(tmp_path: Path) -> None:
    path = tmp_path / ("x" * 300)
    with pytest.raises(OutputError) as refused:
        write_text(path, "å")
    assert str(refused.value) == f"'{path}' cannot be written: File name too long."


@pytest.mark.parametrize("name", [".", "ingen/mapp.txt"])
def test_a_place_that_is_none_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(UtanforskapError):
        write_text(tmp_path / name, "x", force=True)


@pytest.mark.skipif(os.name == "nt", reason="links need rights there")
def test_a_link_stays_a_link(tmp_path: Path) -> None:
    target, link = tmp_path / "a.txt", tmp_path / "b.txt"
    target.write_text("först", encoding="utf-8")
    link.symlink_to(target)
    write_text(link, "sedan", force=True)
    assert link.is_symlink()
    assert target.read_text(encoding="utf-8") == "sedan"


@pytest.mark.skipif(os.name == "nt", reason="no such file there")
def test_a_device_is_not_replaced() -> None:
    with pytest.raises(OutputError, match="is not a file"):
        write_text(Path(os.devnull), "x", force=True)

"""What the tests of reading share: a folder of one's own, and a scenario to change a line of."""

from collections.abc import Callable
from pathlib import Path

import pytest

import utanforskap as ut

CASE = Path(__file__).with_name("fall.yaml")


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Make an empty folder the current one, so that findings name files as users do."""
    monkeypatch.chdir(tmp_path)
    return Path()


@pytest.fixture
def refused(here: Path) -> Callable[[str], str]:
    """Load a text as ``fall.yaml`` and return all that is said about it."""

    def load(text: str) -> str:
        (here / "fall.yaml").write_text(text, encoding="utf-8")
        with pytest.raises(ut.InputError) as raised:
            ut.load(Path("fall.yaml"))
        return str(raised.value)

    return load


@pytest.fixture
def fall() -> str:
    """Return the text of a scenario that loads."""
    return CASE.read_text(encoding="utf-8")

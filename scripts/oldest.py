"""Prints the oldest versions that pyproject.toml allows, as constraints for pip.

Each requirement of the package and of its extra ``test``, with the extras that `test` asks of the package itself, must
be a name and one lower bound (``numpy>=1.26.0``); anything else stops with the requirement that is not.
"""

import re
import sys
import tomllib
from pathlib import Path

OWN = re.compile(r"utanforskap\[(?P<extras>[\w,]+)\]")
REQUIREMENT = re.compile(r"(?P<name>[\w.-]+)>=(?P<version>\d+(\.\d+)*)")


def oldest(pyproject: Path) -> list[str]:
    """Turn each lower bound into the one version to install.

    Parameters
    ----------
    pyproject : Path
        The project's ``pyproject.toml``.

    Returns
    -------
    list of str
        Lines such as ``numpy==1.26.0``.

    Raises
    ------
    SystemExit
        If a requirement is not a name and one lower bound.
    """
    project = tomllib.loads(pyproject.read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    required = [*project["dependencies"], *extras["test"]]
    lines = []
    for requirement in required:
        own = OWN.fullmatch(requirement)
        if own is not None:
            required += [each for extra in own["extras"].split(",") for each in extras[extra]]
            continue
        match = REQUIREMENT.fullmatch(requirement)
        if match is None:
            sys.exit(f"{pyproject}: {requirement!r} is not a name and one lower bound, as in 'numpy>=1.26.0'")
        lines.append(f"{match['name']}=={match['version']}")
    return lines


if __name__ == "__main__":
    print("\n".join(oldest(Path(sys.argv[1]))))

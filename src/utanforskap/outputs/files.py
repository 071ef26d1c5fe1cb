"""Text or bytes to a file: all of it or nothing, and never over another file unasked."""

import os
import shutil
from pathlib import Path

from utanforskap.errors import UtanforskapError


class OutputError(UtanforskapError):
    """A file cannot be written."""


def write_text(path: Path, text: str, *, force: bool = False) -> None:
    """Write text to a file in UTF-8; a reader finds either the whole of it or what was there before.

    Parameters
    ----------
    path : Path
        The file.
    text : str
        What to write.
    force : bool
        Whether a file that is there is replaced.

    Raises
    ------
    OutputError
        If a file is there already, or it cannot be written.
    """
    write_bytes(path, text.encode("utf-8"), force=force)


def write_bytes(path: Path, content: bytes, *, force: bool = False) -> None:
    """Write bytes to a file; a reader finds either the whole of them or what was there before.

    Parameters
    ----------
    path : Path
        The file.
    content : bytes
        What to write.
    force : bool
        Whether a file that is there is replaced.

    Raises
    ------
    OutputError
        If a file is there already, or it cannot be written.
    """
    refuse_to_overwrite(path, force=force)
    target = Path(os.path.realpath(path))
    draft = target.with_name(f".{target.name}.{os.getpid()}.tmp")
    try:
        file = draft.open("xb")
    except OSError as error:
        raise _not_written(path, error) from error
    try:
        with file:
            file.write(content)
        if target.exists():
            shutil.copymode(target, draft)
        draft.replace(target)
    except OSError as error:
        raise _not_written(path, error) from error
    finally:
        draft.unlink(missing_ok=True)


def refuse_to_overwrite(path: Path, *, force: bool) -> None:
    """Refuse a path where a file is, unless it may be replaced; anything but a file is never replaced.

    Raises
    ------
    OutputError
        If something is there.
    """
    try:
        is_folder, is_there, is_file = path.is_dir(), path.exists(), path.is_file()
    except OSError as error:  # a folder on the way that may not be looked into, a name too long
        raise _not_written(path, error) from error
    if is_folder:
        raise OutputError(f"'{path}' is a folder, not a file.")
    if is_there and not is_file:
        raise OutputError(f"'{path}' is not a file that can be replaced.")
    if is_there and not force:
        raise OutputError(f"'{path}' is already there. Choose another name, or replace it with --force.")


def _not_written(path: Path, error: OSError) -> OutputError:
    return OutputError(f"'{path}' cannot be written: {error.strerror or error}.")

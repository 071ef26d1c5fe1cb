"""What spreads a command's work over threads or processes."""

import re
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import AbstractContextManager, nullcontext

from utanforskap.errors import QuestionError

_SAID = re.compile(r"(threads|processes)(?::([1-9][0-9]{0,3}))?")


def executor(said: str | None) -> AbstractContextManager[Executor | None]:
    """Return what was asked to spread the work, ended with the block that it is used in; None leaves it to the library.

    Parameters
    ----------
    said : str or None
        ``threads:4``, ``processes:4``, or one of the words alone for as many as there are processors.

    Raises
    ------
    QuestionError
        If it is neither.
    """
    if said is None:
        return nullcontext()
    found = _SAID.fullmatch(said)
    if found is None:
        raise QuestionError(
            f"'{said}' is not what work can be spread over.\n"
            "Write threads or processes, alone or with a colon and how many: processes:4."
        )
    from utanforskap.analysis.uncertainty.blocks import workers

    count = int(found[2] or workers())
    if found[1] == "threads":
        return ThreadPoolExecutor(count)
    from multiprocessing import get_context

    # A fresh interpreter for each: a fork of a process that has threads may hang.
    return ProcessPoolExecutor(count, mp_context=get_context("spawn"))

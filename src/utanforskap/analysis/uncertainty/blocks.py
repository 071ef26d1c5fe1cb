"""Blocks of draws, spread over workers and handed back in order."""

import os
from collections import deque
from collections.abc import Callable, Generator, Iterable, Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from contextlib import AbstractContextManager, nullcontext
from itertools import islice
from typing import TypeVar

Answer = TypeVar("Answer")

Progress = Callable[[int, int], object]
"""Is told how many draws are done, and how many there are to do."""

TOGETHER = 16
"""At most so many blocks are one task: what a task carries to a worker, and back, is then little beside its work."""
SHARES = 8
"""A run is parted into at least so many tasks where it has the blocks, so that workers end at about the same time."""
IN_FLIGHT = 32
"""At most so many tasks are under way or waiting to be handed back, which bounds the memory of a run of any length."""


def workers() -> int:
    """Return how many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def threads() -> AbstractContextManager[Executor | None]:
    """Return what blocks are spread over unless an executor is given: a thread per processor; None for only one."""
    count = workers()
    return ThreadPoolExecutor(count, thread_name_prefix="utanforskap") if count > 1 else nullcontext()


def grouped(blocks: Sequence[int]) -> list[Sequence[int]]:
    """Return runs of blocks that are one task each, in order.

    Parameters
    ----------
    blocks : sequence of int
        The numbers of blocks.
    """
    size = min(max(-(-len(blocks) // SHARES), 1), TOGETHER)
    return [blocks[at : at + size] for at in range(0, len(blocks), size)]


def in_order(
    task: Callable[[Sequence[int]], Answer], groups: Iterable[Sequence[int]], *, executor: Executor | None
) -> Generator[Answer]:
    """Yield a task's answer for each group of blocks, in the order of the groups, whoever is ready first.

    Whatever ends it early (an error, an interrupt, a reader that wants no more) cancels what has not begun.

    Parameters
    ----------
    task : callable
        From the numbers of blocks to their answer; must be picklable where workers are other processes.
    groups : iterable of sequences of int
        The blocks of each task.
    executor : Executor or None
        What carries tasks out; None is this thread, one task at a time.
    """
    if executor is None:
        yield from map(task, groups)
        return
    left = iter(groups)
    under_way: deque[Future[Answer]] = deque(executor.submit(task, group) for group in islice(left, IN_FLIGHT))
    try:
        while under_way:
            answer = under_way.popleft().result()
            under_way.extend(executor.submit(task, group) for group in islice(left, 1))
            yield answer
    finally:
        for future in under_way:
            future.cancel()

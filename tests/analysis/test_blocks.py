"""Blocks of work: in order, bounded, the same whoever carries them out, and stopped when asked to."""

import threading
import time
from collections.abc import Sequence
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import closing
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from utanforskap.analysis.uncertainty.blocks import IN_FLIGHT, SHARES, TOGETHER, grouped, in_order


class Counting(Executor):
    """An executor that counts what is submitted and not yet handed back; it answers when asked."""

    def __init__(self) -> None:
        self.submitted = 0
        self.futures: list[Future[Any]] = []

    def submit(self, task: Any, /, *given: Any, **named: Any) -> Future[Any]:
        self.submitted += 1
        future: Future[Any] = Future()
        self.futures.append(future)
        if len(self.futures) == 1:
            future.set_result(task(*given, **named))
        return future


def identity(blocks: Sequence[int]) -> list[int]:
    return list(blocks)


def backwards(blocks: Sequence[int]) -> list[int]:
    """Be the slower, the earlier the blocks are."""
    time.sleep(0.002 * max(20 - blocks[0], 0))
    return list(blocks)


@given(st.integers(0, 3000))
def test_groups_are_all_blocks_in_order_in_shares_and_not_too_large(count: int) -> None:
    groups = grouped(range(count))
    assert [block for group in groups for block in group] == list(range(count))
    assert all(1 <= len(group) <= TOGETHER for group in groups)
    assert len(groups) >= min(count, SHARES) / 2


@pytest.mark.parametrize("workers", [1, 2, 8])
def test_answers_come_in_order_whoever_is_ready_first(workers: int) -> None:
    with ThreadPoolExecutor(workers) as pool:
        assert list(in_order(backwards, [[block] for block in range(30)], executor=pool)) == [[b] for b in range(30)]


def test_other_processes_answer_alike() -> None:
    from multiprocessing import get_context

    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        assert list(in_order(identity, grouped(range(20)), executor=pool)) == grouped_as_lists(20)


def grouped_as_lists(count: int) -> list[list[int]]:
    return [list(group) for group in grouped(range(count))]


def test_no_more_than_so_many_tasks_are_under_way() -> None:
    pool = Counting()
    with closing(in_order(identity, ([block] for block in range(10_000)), executor=pool)) as answers:
        assert next(answers) == [0]
    assert pool.submitted == IN_FLIGHT + 1  # those at first, and one when the first was handed back


def test_a_reader_that_stops_cancels_what_has_not_begun() -> None:
    pool = Counting()
    with closing(in_order(identity, ([block] for block in range(100)), executor=pool)) as answers:
        next(answers)
    assert all(future.cancelled() for future in pool.futures[1:])


@pytest.mark.parametrize("error", [KeyboardInterrupt, ValueError])
def test_an_error_in_a_task_is_told_and_cancels_the_rest(error: type[BaseException]) -> None:
    begun: list[int] = []
    held = threading.Event()

    def task(blocks: Sequence[int]) -> list[int]:
        begun.append(blocks[0])
        if blocks[0] == 1:
            raise error
        if blocks[0] > 1:
            held.wait(10.0)
        return list(blocks)

    with ThreadPoolExecutor(1) as pool:
        answers = in_order(task, [[block] for block in range(30)], executor=pool)
        assert next(answers) == [0]
        with pytest.raises(error):
            next(answers)
        held.set()
    assert len(begun) < 30

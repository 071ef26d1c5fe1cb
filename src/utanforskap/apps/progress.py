"""A bar on the terminal while something takes long."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic

from utanforskap.apps.options import Lang
from utanforskap.apps.words import say

PATIENCE = 1.0
"""What takes less than this [seconds] shows no bar."""


@contextmanager
def progress_bar(lang: Lang) -> Iterator[Callable[[int, int], None] | None]:
    """Yield what is told how much is done and how much there is to do; None where nobody would see it.

    Parameters
    ----------
    lang : {"sv", "en"}
        The language of what stands before the bar.
    """
    from rich.console import Console

    console = Console(stderr=True)
    if not console.is_terminal:
        yield None
        return
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    begun = monotonic()
    bar = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=console,
        transient=True,
    )
    task = bar.add_task(say("drawing", lang), total=None)

    def tell(done: int, total: int) -> None:
        bar.update(task, completed=done, total=total)
        if not bar.live.is_started and monotonic() - begun >= PATIENCE:
            bar.start()

    try:
        yield tell
    finally:
        if bar.live.is_started:
            bar.stop()

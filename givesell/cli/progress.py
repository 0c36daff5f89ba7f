"""The progress bar of a run, on stderr."""

from collections.abc import Iterator
from contextlib import contextmanager

from rich.progress import (
    BarColumn,
    Progress,
    TaskID,
    TaskProgressColumn,
    TextColumn,
    TimeRemainingColumn,
)

from givesell.cli.printing import console


class Shown:
    """What a run tells of its progress, as a bar shows it.

    Parameters
    ----------
    bar : rich.progress.Progress
    task : int
    """

    def __init__(self, bar: Progress, task: TaskID) -> None:
        self._bar, self._task = bar, task
        self._started: float | None = None
        self._again: int | None = None

    def __call__(self, done: int, total: int, rows: int) -> None:
        """Take the bytes done, the bytes to do and the rows written."""
        now = self._bar.get_time()
        if rows and self._started is None:
            self._started = now
        seconds = 0.0 if self._started is None else now - self._started
        rate = f"{rows:,} posts" if rows else "reading"
        if self._again is not None:
            rate += f", {self._again:,} read again"
        if seconds > 0:
            rate += f", {rows / seconds:,.0f} a second"
        self._bar.update(self._task, completed=done, total=total, rate=rate)

    def read_again(self, count: int) -> None:
        """Take how many posts a second model has read."""
        self._again = count


@contextmanager
def progress_bar() -> Iterator[Shown]:
    """Show a bar with rate and remaining time while the context lasts.

    Yields
    ------
    Shown
        Takes the bytes done, the bytes to do and the rows written.
    """
    columns = (
        BarColumn(),
        TaskProgressColumn(),
        TextColumn("{task.fields[rate]}"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console(stderr=True), transient=True) as bar:
        yield Shown(bar, bar.add_task("", total=None, rate="reading"))

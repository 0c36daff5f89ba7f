"""The progress bar of a run, on stderr."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from givesell.cli.printing import console


@contextmanager
def progress_bar() -> Iterator[Callable[[int, int, int], None]]:
    """Show a bar with rate and remaining time while the context lasts.

    Yields
    ------
    callable
        Takes the bytes done, the bytes to do and the rows written.
    """
    columns = (
        BarColumn(),
        TaskProgressColumn(),
        TextColumn("{task.fields[rate]}"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=None, rate="reading")
        started: list[float] = []

        def show(done: int, total: int, rows: int) -> None:
            now = bar.get_time()
            if rows and not started:
                started.append(now)
            seconds = now - started[0] if started else 0.0
            rate = (
                f"{rows:,} posts, {rows / seconds:,.0f} a second"
                if seconds > 0
                else f"{rows:,} posts"
                if rows
                else "reading"
            )
            bar.update(task, completed=done, total=total, rate=rate)

        yield show

"""Growth: the time of each kind of input at n, 2n and 4n. More than 2.2 times for twice as much is
a failure.

Times are of the processor, all threads together, so that other work on the machine counts little;
the least of some runs is taken, and a pair that is too far apart is measured again before it
counts.
"""

import gc
import json
import resource
import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import givesell
from fuzz import workers
from fuzz.judge import MOST_BYTES, memory, reset_peak
from fuzz.sizes import FILES, LOADED, POSTS, SizedFile
from fuzz.workers import Limits
from givesell.errors import GivesellError
from givesell.labelled.read import read_labelled
from givesell.labelled.request import Request
from givesell.nlp.cues import Cues, default_cues
from givesell.reasons.explanation import Explanation

MOST_RATIO = 2.2
FLOOR = 0.06  # seconds from which a time is told from noise
ENOUGH = 20.0  # seconds from which one run is slow enough to be a failure by itself
RUNS, AGAIN = 3, 6
Say = Callable[[str], None]


@dataclass(frozen=True)
class Grown:
    """What one kind of input takes.

    Attributes
    ----------
    name : str
    size : int
        n, in characters, rows or what the generator counts.
    seconds : tuple of float
        At n, 2n and 4n; fewer where it was given up.
    peak : int
        Bytes above the start.
    refused : str
        The library's error, where it refuses the input.
    error : str
        What went wrong; empty if nothing.
    """

    name: str
    size: int = 0
    seconds: tuple[float, ...] = ()
    peak: int = 0
    refused: str = ""
    error: str = ""

    @property
    def ratio(self) -> float:
        """The larger of the two ratios, 0 where none could be measured."""
        pairs = zip(self.seconds, self.seconds[1:], strict=False)
        return max((after / before for before, after in pairs if before >= FLOOR), default=0.0)

    @property
    def failure(self) -> str:
        """Why this is a failure; empty if it is none."""
        if self.error:
            return self.error
        if self.ratio > MOST_RATIO:
            return f"{self.ratio:.1f} times for twice the input"
        return f"{self.peak >> 20} MB" if self.peak > MOST_BYTES else ""


def measure_growth(
    scratch: Path, say: Say, *, only: str = "", jobs: int | None = None
) -> list[Grown]:
    """Measure all kinds of input.

    Parameters
    ----------
    scratch : Path
    say : callable
    only : str
        A part of the names of those to measure.
    jobs : int, optional

    Returns
    -------
    list of Grown
        In the order in which they are listed.
    """
    names = [name for name in _runs() if only in name]
    found: dict[str, Grown] = {}
    limits = Limits(seconds=90, tasks=1, address_space=6 << 30)
    for outcome in workers.run(names, _handle, scratch, workers=jobs, limits=limits):
        name = outcome.task
        if outcome.verdict == "DONE":
            told = {key: value for key, value in outcome.found.items() if key != "rss"}
            found[name] = Grown(**{**told, "seconds": tuple(told["seconds"])})
        else:
            found[name] = Grown(
                name, error=f"{outcome.verdict} {outcome.found['error']} at {outcome.found['at']}"
            )
        if found[name].failure:
            say(f"{name}: {found[name].failure}")
    return [found[name] for name in names]


def warm() -> None:
    """Load what is measured, before workers are forked."""
    _act_on_post("change")("Orders open! 20% off all mugs until Friday, DM me")
    _act_on_post("html")("Thanks!")


def _runs() -> dict[str, Callable[[Path, int], Callable[[], object]]]:
    """Return by name what makes an input of a size and returns what is to be timed."""
    runs: dict[str, Callable[[Path, int], Callable[[], object]]] = {}
    for unit, text in POSTS.items():
        for action in _ACTIONS:
            runs[f"post {unit}: {action}"] = _post_run(text, action)
    for name, file in FILES.items():
        runs[f"file {name}"] = _file_run(
            file,
            lambda path: givesell.score_archive(
                path, path.parent / "o.csv", n_jobs=1, overwrite=True
            ),
        )
    for name, (file, act) in LOADED.items():
        acts: dict[str, Callable[[Path], object]] = {
            "labelled": lambda path: read_labelled(Request(path)),
            "cues": Cues.read,
            "load": givesell.load,
            "report": _report,
        }
        runs[f"{act} {name}"] = _file_run(file, acts[act])
    return runs


def _post_run(unit: str, action: str) -> Callable[[Path, int], Callable[[], object]]:
    act = _act_on_post(action)

    def make(_: Path, size: int) -> Callable[[], object]:
        post = unit * (size // len(unit) + 1)
        return lambda: act(post[:size])

    return make


def _file_run(
    file: SizedFile, act: Callable[[Path], object]
) -> Callable[[Path, int], Callable[[], object]]:
    def make(folder: Path, size: int) -> Callable[[], object]:
        path = file.write(folder, size)
        return lambda: act(path)

    return make


def _act_on_post(action: str) -> Callable[[str], object]:
    def explained(post: str) -> Explanation:
        why: Explanation = givesell.explain(post)
        return why

    return {
        "classify": givesell.classify,
        "explain": lambda post: (
            explained(post).contributions,
            explained(post).tokens,
            explained(post).reasons,
        ),
        "change": lambda post: (explained(post).flip, explained(post).hints),
        "cues": lambda post: default_cues().find(post),
        "html": lambda post: explained(post)._repr_html_(),
    }[action]


_ACTIONS = ("classify", "explain", "change", "cues", "html")


def _report(path: Path) -> object:
    from givesell.report.build import make_report

    return make_report(path, model=givesell.load()).html


def _handle(task: Any, folder: Path) -> dict[str, Any]:
    return _measured(task, _runs()[task], folder / "size").__dict__


def _measured(name: str, make: Callable[[Path, int], Callable[[], object]], folder: Path) -> Grown:
    refused = ""

    def once(size: int, runs: int = 1) -> float:
        nonlocal refused
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        act = make(folder, size)
        least = float("inf")
        # As timeit does: a collection looks at all that the process holds, whatever is measured.
        gc.collect()
        gc.disable()
        try:
            for _ in range(runs):
                began = _spent()
                try:
                    act()
                except GivesellError as error:
                    refused = str(error)[:200]
                least = min(least, _spent() - began)
                if least > ENOUGH:
                    break
        finally:
            gc.enable()
        return least

    before = memory("VmRSS")
    reset_peak()
    size, most = (2_000, 100_000) if name.startswith("post") else (_start(name), _most(name))
    try:
        once(size)
        while (taken := once(size)) < FLOOR and 4 * size < most:
            size *= 2
        if taken > ENOUGH:
            return Grown(name, size, (taken,), 0, refused, f"{taken:.0f} s at {size:,}")
        times = _times(once, size)
        if max(times) < ENOUGH / 8 and Grown(name, size, tuple(times)).ratio > MOST_RATIO:
            # What grows too fast does so at twice the size too; noise and caches that fill up do
            # not.
            more = _times(once, 2 * size)
            if Grown(name, size, tuple(more)).ratio < Grown(name, size, tuple(times)).ratio:
                size, times = 2 * size, more
        if times[-1] > ENOUGH:
            return Grown(
                name,
                size,
                tuple(times),
                memory("VmHWM") - before,
                refused,
                f"{times[-1]:.0f} s at {size << len(times) - 1:,}",
            )
    except Exception as error:
        return Grown(name, size, (), 0, refused, f"{type(error).__name__}: {str(error)[:200]}")
    return Grown(name, size, tuple(times), memory("VmHWM") - before, refused)


def _spent() -> float:
    """Return seconds of a processor, of this process and of those that it has started and waited
    for.
    """
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime


def _times(once: Callable[[int, int], float], size: int) -> list[float]:
    """Return the times at n, 2n and 4n; fewer where one took too long."""
    times: list[float] = []
    for factor in (1, 2, 4):
        times.append(once(size * factor, RUNS))
        if times[-1] > ENOUGH:
            return times
        if len(times) > 1 and times[-2] >= FLOOR and times[-1] > MOST_RATIO * times[-2]:
            times[-1] = min(times[-1], once(size * factor, AGAIN))
    return times


def _file_of(name: str) -> SizedFile:
    key = name.partition(" ")[2]
    return FILES[key] if name.startswith("file ") else LOADED[key][0]


def _start(name: str) -> int:
    return _file_of(name).start


def _most(name: str) -> int:
    return _file_of(name).most


def as_table(found: list[Grown]) -> Iterator[str]:
    """Yield Markdown of the inputs that came nearest to the bound, and of all that failed."""
    yield "| input | n | at n | 2n | 4n | times for twice | peak |"
    yield "|---|---:|---:|---:|---:|---:|---:|"
    for grown in sorted(found, key=lambda grown: -grown.ratio)[:12]:
        times = " | ".join(f"{seconds:.2f} s" for seconds in (*grown.seconds, 0, 0, 0)[:3])
        yield (
            f"| {grown.name} | {grown.size:,} | {times} | {grown.ratio:.2f} | {grown.peak >> 20}"
            " MB |"
        )


def as_json(found: list[Grown]) -> str:
    """Return all that was measured as JSON."""
    return json.dumps(
        [
            {**grown.__dict__, "ratio": round(grown.ratio, 3), "failure": grown.failure}
            for grown in found
        ],
        indent=1,
    )

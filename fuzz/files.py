"""Mutated files of every format: each is handled by a worker, and what went wrong is gathered by
kind.
"""

import itertools
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from fuzz import workers
from fuzz.cases import Case, kinds, make_case, read_case, valid_cases
from fuzz.judge import GOOD, judge
from fuzz.workers import Outcome

KEPT = 3  # examples of a kind of failure
TRIES, SECONDS = 40, 4.0  # for making one smaller
Say = Callable[[str], None]


@dataclass(frozen=True)
class Failure:
    """One case that went wrong."""

    number: int
    kind: str
    verdict: str
    error: str
    at: str
    trail: tuple[str, ...]
    said: str = ""

    @property
    def key(self) -> tuple[str, str, str]:
        """What is the same of failures of one kind: how it failed, with what, and where."""
        kind = self.error.split(":", 1)[0] if self.verdict in ("RAW", "SIGNAL") else ""
        return (
            self.verdict,
            kind,
            self.at if self.at and ":" in self.at else f"{self.kind} {self.at}",
        )


@dataclass
class Found:
    """What a run over files found.

    Attributes
    ----------
    counts : dict of str to Counter
        Verdicts by format.
    failures : list of Failure
    slowest : tuple of (float, str)
    peak : tuple of (int, str)
    spent : Counter
        Processor seconds by format.
    seconds : float
    """

    counts: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    failures: list[Failure] = field(default_factory=list)
    slowest: tuple[float, str] = (0.0, "")
    peak: tuple[int, str] = (0, "")
    spent: Counter[str] = field(default_factory=Counter)
    seconds: float = 0.0

    @property
    def kinds(self) -> dict[tuple[str, str, str], list[Failure]]:
        """Failures by kind, the most frequent first."""
        grouped: dict[tuple[str, str, str], list[Failure]] = defaultdict(list)
        for failure in self.failures:
            grouped[failure.key].append(failure)
        return dict(sorted(grouped.items(), key=lambda item: -len(item[1])))


def prepare() -> list[str]:
    """Handle each seed as it is, so that workers start warm, and say which of them is not read
    as it should be.
    """
    wrong = []
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "w"
        folder.mkdir()
        (folder / "cwd").mkdir()
        for case in valid_cases():
            found = judge(case, folder)
            if found["verdict"] != "OK":
                wrong.append(
                    f"{case.kind} {case.target}: {found['verdict']} {found['error']} {found['at']}"
                )
        tempfile.tempdir = None
    return wrong


def fuzz_files(
    seed: int,
    count: int,
    scratch: Path,
    failures: Path,
    say: Say,
    *,
    first: int = 0,
    only: str = "",
    jobs: int | None = None,
) -> Found:
    """Handle mutated files.

    Parameters
    ----------
    seed, count : int
    scratch : Path
        Where the workers have their folders.
    failures : Path
        Where failures are kept.
    say : callable
        Takes lines that tell of progress.
    first : int
        The number of the first case.
    only : str
        The formats to take, with commas between; all by default.
    jobs : int, optional

    Returns
    -------
    Found
    """
    found, began, told = Found(), time.perf_counter(), time.perf_counter()

    def handle(task: Any, folder: Path) -> dict[str, Any]:
        return judge(make_case(seed, task), folder)

    names = kinds()
    numbers = (
        number
        for number in itertools.count(first)
        if not only or names[number % len(names)] in only.split(",")
    )
    for outcome in workers.run(itertools.islice(numbers, count), handle, scratch, workers=jobs):
        _take(found, outcome, seed, names[outcome.task % len(names)], failures)
        if time.perf_counter() - told > 15:
            told = time.perf_counter()
            say(
                f"{sum(map(Counter.total, found.counts.values())):,} files, {len(found.kinds)}"
                " kinds of failure"
            )
    found.seconds = time.perf_counter() - began
    _shrink(found, scratch, failures)
    return found


def again(folder: Path, scratch: Path) -> Outcome:
    """Handle a kept failure again."""
    return next(workers.run([str(folder.resolve())], _handle_kept, scratch, workers=1))


def _handle_kept(task: Any, folder: Path) -> dict[str, Any]:
    return judge(read_case(Path(task)), folder)


def _take(found: Found, outcome: Outcome, seed: int, kind: str, failures: Path) -> None:
    told = outcome.found
    verdict = told["verdict"] if outcome.verdict == "DONE" else outcome.verdict
    found.counts[kind][verdict] += 1
    if "seconds" in told:
        found.slowest = max(found.slowest, (told["seconds"], f"{kind} {outcome.task}"))
        found.spent[kind] += told["spent"]
        found.peak = max(found.peak, (told["peak"], f"{kind} {outcome.task}"))
    if verdict in GOOD:
        return
    case = make_case(seed, outcome.task)
    failure = Failure(
        outcome.task, kind, verdict, told["error"], told["at"], case.trail, outcome.said[-4000:]
    )
    found.failures.append(failure)
    if sum(other.key == failure.key for other in found.failures) <= KEPT:
        keep(case, failure, failures / _name(failure))


def keep(case: Case, failure: Failure, folder: Path) -> None:
    """Write a failure to a folder, from which ``python -m fuzz repro`` makes it again."""
    folder.mkdir(parents=True, exist_ok=True)
    try:
        case.save(folder)
    except (OSError, ValueError) as error:
        (folder / "not-written.txt").write_text(str(error), encoding="utf-8")
    lines = [f"{key}: {value}" for key, value in asdict(failure).items() if key != "said"]
    lines += [f"again: python -m fuzz repro {folder}", "", failure.said]
    (folder / "failure.txt").write_text("\n".join(lines), encoding="utf-8", errors="replace")


def _name(failure: Failure) -> str:
    return f"{failure.number:06}-{failure.kind}-{failure.verdict}".lower()


def _shrink(found: Found, scratch: Path, failures: Path) -> None:
    """Make the first example of each kind of failure smaller, where leaving out pieces keeps it
    failing the same way.
    """
    for key, group in found.kinds.items():
        folder = failures / _name(group[0])
        if key[0] == "HANG" or not (folder / "case.json").exists():
            continue
        case, began = read_case(folder), time.perf_counter()
        for number, smaller in enumerate(_smaller(case)):
            if number == TRIES or time.perf_counter() - began > SECONDS:
                break
            trial = scratch / "smaller"
            smaller.save(trial)
            outcome = again(trial, scratch)
            verdict = outcome.found.get("verdict", outcome.verdict)
            failure = Failure(
                group[0].number,
                case.kind,
                verdict,
                outcome.found["error"],
                outcome.found["at"],
                case.trail,
            )
            if failure.key == key:
                smaller.save(folder / "smaller")
                break


def _smaller(case: Case) -> list[Case]:
    """Return a case with the half, a quarter and fewer bytes of its files, the smallest first."""
    found = []
    for share in (8, 4, 2):
        for name, data in case.files.items():
            size = len(data) // share
            pieces = [
                data[start : start + size] for start in range(0, len(data) - size + 1, max(1, size))
            ]
            pieces.append(data[: len(data) - size])
            found += [
                replace(case, files={**case.files, name: piece}, rows=None, markers=())
                for piece in pieces
            ]
    return found

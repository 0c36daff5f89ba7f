"""Forked workers that handle tasks one after the other, watched: which task one was on when it
died, hung or grew is known.
"""

import contextlib
import faulthandler
import gc
import json
import os
import re
import resource
import select
import signal
import time
import traceback
import warnings
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

Handler = Callable[[Any, Path], dict[str, Any]]
CLOCK = os.sysconf("SC_CLK_TCK")
PAGE = os.sysconf("SC_PAGE_SIZE")
_FRAME = re.compile(r'File "([^"]+)", line (\d+)')


@dataclass(frozen=True)
class Limits:
    """What a task may take.

    Attributes
    ----------
    seconds : float
        Of processor time; of the clock four times as many.
    address_space : int
        Bytes above what the worker has at its start.
    tasks : int
        After how many tasks a worker is replaced.
    growth : int
        After how many bytes of growth it is.
    """

    seconds: float = 20
    address_space: int = 3 << 30
    tasks: int = 400
    growth: int = 300 << 20


@dataclass(frozen=True)
class Outcome:
    """What became of a task.

    Attributes
    ----------
    task : object
    verdict : str
        ``"DONE"``, ``"SIGNAL"`` (it died) or ``"HANG"``.
    found : dict
        What the handler returned.
    said : str
        What stood on its standard error, with the trace of a crash.
    """

    task: Any
    verdict: str
    found: dict[str, Any]
    said: str = ""


class _Worker:
    def __init__(
        self, handler: Handler, folder: Path, limits: Limits, others: Iterable["_Worker"]
    ) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder, self._limits = folder, limits
        self.log = folder / "log"
        task_read, self._task_write = os.pipe()
        self.results, result_write = os.pipe()
        with warnings.catch_warnings():
            warnings.simplefilter(
                "ignore", DeprecationWarning
            )  # of a fork beside threads: those that are left wait
            self.pid = os.fork()
        if self.pid == 0:
            for place in (
                self,
                *others,
            ):  # a worker sees the end of its tasks only once nobody else could send it more
                os.close(place._task_write)
                os.close(place.results)
            _serve(handler, folder, task_read, result_write, limits)
        os.close(task_read)
        os.close(result_write)
        self.task: Any = None
        self.handled, self._pending, self._first = 0, b"", 0

    def give(self, task: Any) -> None:
        self.task, self._began, self._spent = task, time.monotonic(), _processor_seconds(self.pid)
        with contextlib.suppress(BrokenPipeError):
            os.write(self._task_write, json.dumps(task).encode() + b"\n")

    def take(self) -> Outcome | None:
        """Return what the worker tells, once it has told all of it, or that it is dead."""
        data = os.read(self.results, 1 << 16)
        if not data:
            return self.bury()
        self._pending += data
        if not self._pending.endswith(b"\n"):
            return None
        found, self._pending = json.loads(self._pending), b""
        self.handled += 1
        self._first = self._first or found["rss"]
        outcome = Outcome(self.task, "DONE", found)
        self.task = None
        return outcome

    def bury(self, verdict: str = "SIGNAL") -> Outcome:
        _, status = os.waitpid(self.pid, 0)
        os.close(self._task_write)
        os.close(self.results)
        said = self.log.read_text(errors="replace")
        number = os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0
        name = (
            signal.Signals(number).name if number else f"exit {os.waitstatus_to_exitcode(status)}"
        )
        return Outcome(self.task, verdict, {"error": name, "at": frame_of(said)}, said)

    def hangs(self) -> bool:
        if self.task is None:
            return False
        spent = _processor_seconds(self.pid) - self._spent
        return (
            spent > self._limits.seconds
            or time.monotonic() - self._began > 4 * self._limits.seconds
        )

    def end(self) -> Outcome:
        """End a worker that hangs, after it has told where."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGUSR1)
            time.sleep(0.3)
            os.kill(self.pid, signal.SIGKILL)
        return self.bury("HANG")

    @property
    def worn(self) -> bool:
        return (
            self.handled >= self._limits.tasks
            or _resident(self.pid) - self._first > self._limits.growth
        )

    def dismiss(self) -> None:
        os.close(self._task_write)
        os.close(self.results)
        os.waitpid(self.pid, 0)


def run(
    tasks: Iterable[Any],
    handler: Handler,
    folder: Path,
    *,
    workers: int | None = None,
    limits: Limits = Limits(),
) -> Iterator[Outcome]:
    """Handle tasks in forked workers.

    Parameters
    ----------
    tasks : iterable
        As JSON can hold them.
    handler : callable
        Takes a task and the worker's own folder, returns a dict that JSON can hold.
    folder : Path
        Where the workers' folders are made.
    workers : int, optional
        One a core by default.
    limits : Limits

    Yields
    ------
    Outcome
        One a task, as they end.
    """
    gc.collect()
    gc.freeze()
    waiting = iter(tasks)
    crew: dict[int, _Worker] = {}
    number = 0
    spare = workers or os.cpu_count() or 1
    done = False
    try:
        while True:
            while spare and not done:
                task = next(waiting, None)
                if task is None:
                    done = True
                    break
                worker = _Worker(handler, folder / f"w{number % 1000}", limits, crew.values())
                number, spare = number + 1, spare - 1
                crew[worker.results] = worker
                worker.give(task)
            if not crew:
                return
            ready, _, _ = select.select(list(crew), [], [], 0.2)
            for place in ready:
                worker = crew[place]
                outcome = worker.take()
                if outcome is None:
                    continue
                yield outcome
                if outcome.verdict != "DONE":
                    del crew[place]
                    spare += 1
                elif worker.worn or done or (task := next(waiting, None)) is None:
                    done = done or not worker.worn
                    del crew[place]
                    worker.dismiss()
                    spare += 1
                else:
                    worker.give(task)
            for place, worker in list(crew.items()):
                if worker.hangs():
                    del crew[place]
                    spare += 1
                    yield worker.end()
    finally:
        for worker in crew.values():
            with contextlib.suppress(OSError):
                os.kill(worker.pid, signal.SIGKILL)
                worker.dismiss()
        gc.unfreeze()


def frame_of(said: str) -> str:
    """Return the innermost place of this library in a trace, as ``file:line``."""
    frames = [(Path(file), line) for file, line in _FRAME.findall(said)]
    own = [
        (file, line)
        for file, line in frames
        if "givesell" in file.parts and "site-packages" not in file.parts
    ]
    return next((f"{file.parent.name}/{file.name}:{line}" for file, line in own or frames), "")


def _serve(handler: Handler, folder: Path, tasks: int, results: int, limits: Limits) -> None:
    try:
        (folder / "cwd").mkdir(exist_ok=True)
        log = os.open(folder / "log", os.O_CREAT | os.O_TRUNC | os.O_WRONLY | os.O_APPEND)
        for number in (1, 2):
            os.dup2(log, number)
        os.chdir(folder / "cwd")
        faulthandler.enable(log)
        faulthandler.register(signal.SIGUSR1, log, all_threads=True)
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        space = int(Path("/proc/self/statm").read_text().split()[0]) * PAGE + limits.address_space
        resource.setrlimit(resource.RLIMIT_AS, (space, space))
        with os.fdopen(tasks, encoding="utf-8") as lines:
            for line in lines:
                found = handler(json.loads(line), folder)
                found["rss"] = _resident(os.getpid())
                data = json.dumps(found).encode() + b"\n"
                while data:
                    data = data[os.write(results, data) :]
    except BaseException:
        traceback.print_exc()
        os._exit(70)
    os._exit(0)


def _processor_seconds(pid: int) -> float:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / CLOCK


def _resident(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * PAGE
    except OSError:
        return 0

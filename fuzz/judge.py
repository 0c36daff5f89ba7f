"""One case in a worker: its files on the disk, the action, and whether the disk and the memory
are as they should be.
"""

import contextlib
import gc
import mmap
import os
import shutil
import tempfile
import threading
import time
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa

from fuzz.actions import CANARY, WrongError, act
from fuzz.cases import Case, write_files
from givesell.errors import GivesellError

GOOD = ("OK", "REFUSED", "SKIPPED")
MOST_BYTES = 600 << 20  # what the library promises to stay under, here for a file of a few KB
_OUTSIDE = Path("/tmp/outside.json")  # where a member of that name would land
_held: list[Any] = []
_MAPPED = 1 << 20
_FILLING = (CANARY * (_MAPPED // len(CANARY) + 1))[:_MAPPED]


def judge(case: Case, folder: Path) -> dict[str, Any]:
    """Handle a case.

    Parameters
    ----------
    case : Case
    folder : Path
        The worker's own.

    Returns
    -------
    dict
        ``verdict``: OK, REFUSED (an error of the library), or a failure: RAW (another exception),
        WRONG (an answer that cannot be), LOST (posts not accounted for), LEAK (memory or open files
        got out), CHANGED (the disk), TERMINAL (control characters), MEMORY; ``error``, ``at``,
        ``seconds``, ``peak`` (bytes) and ``spent`` (processor seconds, the judge's own among them).
    """
    spent = time.process_time()
    source, out, scratch = folder / "in", folder / "out", folder / "tmp"
    for place in (source, out, scratch):
        shutil.rmtree(place, ignore_errors=True)
        place.mkdir()
    try:
        write_files(source, case.files)
    except (OSError, ValueError) as error:
        return {
            "verdict": "SKIPPED",
            "error": str(error)[:80],
            "at": "",
            "seconds": 0.0,
            "peak": 0,
            "spent": 0.0,
        }
    tempfile.tempdir = str(scratch)
    before = (threading.active_count(), memory("VmRSS"))
    reset_peak()
    began = time.perf_counter()
    with _canaries():
        verdict, told, at = _tried(case, source, out)
    seconds, peak = time.perf_counter() - began, memory("VmHWM") - before[1]
    if verdict in GOOD:
        wrong = _disk(case, folder) or _left_open(before[0], folder)
        if wrong:
            (verdict, told), at = wrong, case.action
        elif peak > MOST_BYTES:
            verdict, told, at = "MEMORY", f"{peak >> 20} MB", case.action
        elif verdict == "REFUSED" and case.rows is not None:
            verdict, at = "LOST", case.action
            told = f"one odd value, and the file is refused: {told}"
    spent = time.process_time() - spent
    return {
        "verdict": verdict,
        "error": told[:600],
        "at": at,
        "seconds": round(seconds, 3),
        "peak": peak,
        "spent": spent,
    }


def _tried(case: Case, source: Path, out: Path) -> tuple[str, str, str]:
    try:
        return "OK", act(case, source, out), ""
    except WrongError as wrong:
        return wrong.verdict, str(wrong), case.action
    except GivesellError as refused:
        said = str(refused)
        if len(said) > 5_000:
            return "WRONG", f"an error of {len(said)} characters: {said[:80]}", _where(refused)
        return "REFUSED", said, _where(refused)
    except MemoryError as error:
        return "MEMORY", f"MemoryError: {error}", _where(error)
    except BaseException as error:
        return "RAW", f"{type(error).__name__}: {str(error)[:300]}", _where(error)


def _where(error: BaseException) -> str:
    """Return the innermost place of the library that an exception went through."""
    frames = traceback.extract_tb(error.__traceback__)
    own = [
        frame
        for frame in frames
        if f"{os.sep}givesell{os.sep}" in frame.filename and "site-packages" not in frame.filename
    ]
    frame = (own or list(frames))[-1]
    path = Path(frame.filename)
    return f"{path.parent.name}/{path.name}:{frame.lineno}"


def _disk(case: Case, folder: Path) -> tuple[str, str] | None:
    """Look whether the input is as it was, and nothing stands where nothing should."""
    source = folder / "in"
    found = {
        path.relative_to(source).as_posix(): path for path in source.rglob("*") if not path.is_dir()
    }
    expected = {os.path.normpath(name): data for name, data in case.files.items()}
    if set(found) != set(expected):
        return "CHANGED", f"beside the input: {sorted(set(found) ^ set(expected))[:5]}"
    for name, path in found.items():
        if path.read_bytes() != expected[name]:
            return "CHANGED", f"the input {name} was changed"
    stray = [
        path.name
        for path in folder.iterdir()
        if path.name not in ("in", "out", "tmp", "cwd", "log")
    ]
    stray += [path.name for place in ("tmp", "cwd") for path in (folder / place).iterdir()]
    stray += [
        path.name
        for path in (folder / "out").iterdir()
        if not path.name.startswith(("o.", "r.html"))
    ]
    stray += [str(_OUTSIDE)] * _OUTSIDE.exists()
    if stray:
        return "CHANGED", f"left on the disk: {stray[:5]}"
    return None


def _left_open(threads: int, folder: Path) -> tuple[str, str] | None:
    """Look whether threads still run or files are still open."""
    if threading.active_count() > threads:
        time.sleep(0.2)
        if threading.active_count() > threads:
            return (
                "LEAK",
                f"threads still run: {[thread.name for thread in threading.enumerate()][-3:]}",
            )
    if _open_below(folder):
        gc.collect()
        left = _open_below(folder)
        if left:
            return "LEAK", f"still open: {', '.join(sorted(left))}"
    return None


@contextlib.contextmanager
def _canaries() -> Iterator[None]:
    """Fill memory that is free again, some that is not, and some beside which a file is mapped,
    with what must not get out.
    """
    if not _held:
        for size in (64, 128, 256, 1024, 4096, 1 << 16):
            buffers = [pa.allocate_buffer(size) for _ in range(64)]
            for buffer in buffers:
                memoryview(buffer).cast("B")[:] = (CANARY * (size // len(CANARY) + 1))[:size]
            _held.extend(buffers[::2])
    with mmap.mmap(-1, _MAPPED) as mapped:
        mapped[:] = _FILLING
        yield


def _open_below(folder: Path) -> set[str]:
    """Return which files of a case are open."""
    found = set()
    for link in Path("/proc/self/fd").iterdir():
        with contextlib.suppress(OSError):  # the one that lists them is gone
            path = link.readlink()
            if (
                path.is_relative_to(folder)
                and path.name != "log"
                and not path.name.endswith(" (deleted)")
            ):  # an earlier case's
                found.add(path.relative_to(folder).as_posix())
    return found


def reset_peak() -> None:
    """Let the peak of the process's memory start anew."""
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")


def memory(name: str) -> int:
    """Return a size that the system tells of the process, ``VmRSS`` or ``VmHWM`` (the peak), in
    bytes.
    """
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        if line.startswith(name):
            return int(line.split()[1]) << 10
    return 0

"""The command ``python -m fuzz.sanitize``: runs the kernels under the address and the
undefined-behaviour sanitizer, as ``make sanitize`` builds them.

The first read or write outside an array, and the first arithmetic that C does not define, ends a
worker with a report. Before, a planted overrun and a planted overflow must be reported, and each
kernel must be one that is watched.
"""

import argparse
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from building import compiler
from building.settings import SANITIZE_FLAGS, SANITIZE_FOLDER

ROOT = Path(__file__).parents[1]
LIBRARY = ROOT / SANITIZE_FOLDER / "lib"
PLANTED = ROOT / "fuzz" / "planted.c"
WATCHED = (b"__asan_init", b"__ubsan_handle")  # a name in each library that is watched
# What a planted fault must be reported as, by the call that has it.
FAULTS = {
    "read_beyond(7)": "heap-buffer-overflow",
    "add_beyond(2**31 - 1)": "signed integer overflow",
}
OPTIONS = {
    "ASAN_OPTIONS": "detect_leaks=0:halt_on_error=1:allocator_may_return_null=1",
    "UBSAN_OPTIONS": "print_stacktrace=1:halt_on_error=1",
    "PYTHONMALLOC": "malloc",  # else Python's own blocks hide what lies beyond their ends
}


@dataclass
class Found:
    """What a run found.

    Attributes
    ----------
    posts : int
    artifacts : Counter
        How many were ``loaded`` and ``refused``.
    failures : list of str
    seconds : float
    """

    posts: int = 0
    artifacts: "Counter[str]" = field(default_factory=Counter)
    failures: list[str] = field(default_factory=list)
    seconds: float = 0.0


def environment(library: Path) -> dict[str, str]:
    """Return the environment of a process that loads watched kernels.

    Parameters
    ----------
    library : Path
        The folder that holds the package as it was built.

    Returns
    -------
    dict of str to str
    """
    command = compiler.own_compiler()
    if command is None:
        raise SystemExit("there is no C compiler of this machine, and with it no sanitizer")
    runtimes = [
        subprocess.check_output([*command, f"-print-file-name={name}"], text=True).strip()
        for name in ("libasan.so", "libubsan.so")
    ]
    missing = [runtime for runtime in runtimes if not Path(runtime).is_absolute()]
    if missing:
        raise SystemExit(f"the compiler has no {' and no '.join(missing)}")
    paths = os.pathsep.join(map(os.fspath, (library, ROOT)))
    return {**os.environ, **OPTIONS, "LD_PRELOAD": " ".join(runtimes), "PYTHONPATH": paths}


def kernels_not_watched(library: Path) -> list[str]:
    """Return the kernels of a build that no sanitizer watches.

    Parameters
    ----------
    library : Path

    Returns
    -------
    list of str
    """
    found = sorted((library / "givesell").rglob("*.so"))
    names = {path.name.partition(".")[0] for path in found}
    missing = {path.stem for path in (ROOT / "givesell").rglob("*.pyx")} - names
    plain = [path for path in found if not all(name in path.read_bytes() for name in WATCHED)]
    return [*missing, *(os.fspath(path) for path in plain)]


def faults_not_reported(folder: Path, environ: dict[str, str]) -> list[str]:
    """Compile planted faults as the kernels are compiled, and return those that are not reported.

    Parameters
    ----------
    folder : Path
        For the library.
    environ : dict of str to str
        Of the process that calls them.

    Returns
    -------
    list of str
    """
    library = folder / "planted.so"
    command = compiler.own_compiler() or []
    compile_ = [*command, "-shared", "-fPIC", *SANITIZE_FLAGS, os.fspath(PLANTED), "-o"]
    subprocess.run([*compile_, os.fspath(library)], check=True)
    missing = []
    for call, report in FAULTS.items():
        program = f"import ctypes\nctypes.CDLL({os.fspath(library)!r}).{call}"
        done = subprocess.run(
            [sys.executable, "-P", "-c", program],
            env=environ,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode == 0 or report not in done.stderr:
            missing.append(f"{call}: {report} is not reported, but {done.stderr[-500:]}")
    return missing


def main() -> int:
    """Run what is asked for; 1 if anything failed."""
    asked = _parser().parse_args()
    if asked.inside:
        return _inside(asked)
    environ = environment(asked.library)
    with tempfile.TemporaryDirectory() as folder:
        wrong = kernels_not_watched(asked.library)
        wrong = [f"{name} is not watched" for name in wrong]
        wrong += faults_not_reported(Path(folder), environ)
    if wrong:
        print("\n".join(wrong), file=sys.stderr)
        return 1
    _say(f"{len(FAULTS)} planted faults are reported, and all kernels watched")
    command = [sys.executable, "-P", "-m", "fuzz.sanitize", "--inside", *sys.argv[1:]]
    return subprocess.run(command, env=environ, cwd=ROOT, check=False).returncode


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m fuzz.sanitize", description=__doc__)
    parser.add_argument("--seed", type=int, default=0, help="the same seed tries the same things")
    parser.add_argument("--posts", type=int, default=1_000_000)
    parser.add_argument("--artifacts", type=int, default=10_000)
    parser.add_argument("--first", type=int, default=0, help="the block to begin with")
    parser.add_argument("--jobs", type=int, help="workers; one a core by default")
    parser.add_argument("--library", type=Path, default=LIBRARY, help="the build that is watched")
    parser.add_argument("--write", type=Path, help="the Markdown file to write")
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    return parser


def _inside(asked: argparse.Namespace) -> int:
    """Give posts and artifacts to the kernels, in the process that they are watched in."""
    import givesell
    from fuzz import exercises, workers

    if not Path(givesell.__file__).is_relative_to(asked.library.resolve()):
        raise SystemExit(f"{givesell.__file__} is not the build that is watched")
    scratch = Path(tempfile.mkdtemp(prefix="sanitize-"))
    found, began = Found(), time.perf_counter()
    told = began
    exercises.warm()
    blocks = range(asked.first, -(-asked.posts // exercises.BLOCK))
    tasks: list[list[Any]] = [["posts", block] for block in blocks]
    tasks += [["artifacts", block] for block in range(-(-asked.artifacts // exercises.ARTIFACTS))]

    def handle(task: list[Any], folder: Path) -> dict[str, Any]:
        what, block = task
        if what == "artifacts":
            return {"artifacts": exercises.exercise_artifacts(asked.seed, block, folder / "m")}
        return {"posts": exercises.exercise_posts(asked.seed, block, exercises.BLOCK)}

    # The sanitizer's own memory is most of what a process has.
    limits = workers.Limits(seconds=3_600, tasks=100, growth=1 << 30, address_space=1 << 46)
    try:
        for outcome in workers.run(tasks, handle, scratch, workers=asked.jobs, limits=limits):
            if outcome.verdict == "DONE":
                found.posts += outcome.found.get("posts", 0)
                found.artifacts.update(outcome.found.get("artifacts", {}))
            else:
                found.failures.append(f"{outcome.task}: {outcome.found['error']}\n{outcome.said}")
                _say(found.failures[-1][-20_000:])
            if time.perf_counter() - told > 60:
                told = time.perf_counter()
                _say(f"{_figures(found)}, {told - began:,.0f} s")
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    found.seconds = time.perf_counter() - began
    _say(f"{_figures(found)}, {found.seconds:,.0f} s")
    if asked.write is not None:
        asked.write.write_text(_page(found, asked.seed), encoding="utf-8")
    return 1 if found.failures else 0


def _figures(found: Found) -> str:
    return (
        f"{found.posts:,} posts, {found.artifacts['loaded']:,} artifacts loaded and"
        f" {found.artifacts['refused']:,} refused, {len(found.failures)} failures"
    )


def _page(found: Found, seed: int) -> str:
    """Return the figures of a run as Markdown."""
    machine = f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"
    lines = [
        "# Sanitizers\n",
        "Made by `make sanitize`: the kernels, compiled with the address and the"
        " undefined-behaviour sanitizer, are given generated posts and changed artifacts whose"
        " hashes are right again. The first access outside an array, and the first arithmetic that"
        f" C does not define, is a failure. {machine}; seed {seed}; {found.seconds / 60:.0f}"
        " minutes.\n",
        f"**{len(found.failures) or 'No'} failures.**\n",
        "| | |\n|---|---:|",
        f"| posts | {found.posts:,} |",
        f"| artifacts that were loaded and used | {found.artifacts['loaded']:,} |",
        f"| artifacts that were refused | {found.artifacts['refused']:,} |",
    ]
    return "\n".join(lines) + "\n"


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())

"""What `benchmarks/speed.py` times in fresh processes and in a fresh installation: how long the first
verdict takes, and how much memory; one post in a loop; building the package.
"""

import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parents[1]
ROUNDS = 9
NOT_BUILT_FROM = (
    ".git",
    ".venv",
    "shared",
    "build",
    "dist",
    "*.so",
    "*.pyd",
    "*.c",
    "__pycache__",
    "*.egg-info",
    ".*_cache",
)

_TIMED = """
import time
start = time.perf_counter()
{code}
seconds = time.perf_counter() - start
import json, pathlib
status = pathlib.Path("/proc/self/status")
held = [line.split()[1] for line in (status.read_text() if status.exists() else "VmRSS: nan").splitlines() if line.startswith("VmRSS")]
print(json.dumps([seconds, float(held[0]) / 1024]))
"""
NOTHING = "pass"
IMPORT = "import givesell"
FIRST = "import givesell; givesell.classify('Thanks!')"
FIRST_DEEP = "import givesell; givesell.load('givesell-en-deep').classify('Thanks!')"
VADER = (
    "from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer;"
    " SentimentIntensityAnalyzer().polarity_scores('Thanks!')"
)
_LOOP = """
import json, pathlib, time
import givesell
posts = json.loads(pathlib.Path({path!r}).read_text(encoding="utf-8"))[:20_000]
taken = []
for post in posts:
    start = time.perf_counter()
    givesell.classify(post)
    taken.append(1e6 * (time.perf_counter() - start))
taken.sort()
print(json.dumps([taken[len(taken) // 2], taken[len(taken) * 99 // 100]]))
"""
_PEAK = """
import json, pathlib
import givesell
short = json.loads(pathlib.Path({path!r}).read_text(encoding="utf-8"))
posts = [f"{{short[i % len(short)]}} {{i}}" for i in range({count})]
def status(name):
    lines = pathlib.Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(name)) / 1024
pathlib.Path("/proc/self/clear_refs").write_text("5")  # the peak starts anew here
before = status("VmRSS")
givesell.score(posts)
print(json.dumps([status("VmHWM") - before]))
"""


@dataclass
class Process:
    """What fresh processes that ran the same code took.

    Attributes
    ----------
    inside : list of float
        Seconds that the code took.
    whole : list of float
        Seconds that the process took, Python's own start included.
    memory : list of float
        Resident MB in the end.
    """

    inside: list[float] = field(default_factory=list)
    whole: list[float] = field(default_factory=list)
    memory: list[float] = field(default_factory=list)

    def run(self, python: str, code: str, **environment: str) -> None:
        """Run the code in one more process."""
        start = time.perf_counter()
        inside, memory = _ask(python, _TIMED.format(code=code), **environment)
        self.whole.append(time.perf_counter() - start)
        self.inside.append(inside)
        self.memory.append(memory)

    @property
    def seconds(self) -> float:
        """The median of `inside`."""
        return statistics.median(self.inside)


def in_turns(cases: dict[str, tuple[str, str]], rounds: int = ROUNDS) -> dict[str, Process]:
    """Run each case, an interpreter and its code, in fresh processes, one case after the other in
    each round; the first round is not counted.
    """
    for python, code in cases.values():
        Process().run(python, code)
    found = {name: Process() for name in cases}
    for _ in range(rounds):
        for name, (python, code) in cases.items():
            found[name].run(python, code)
    return found


def one_by_one(pythons: dict[str, str], posts: Path, rounds: int = 3) -> dict[str, list[float]]:
    """Return the least median and 99th percentile of classifying one post, in microseconds."""
    code, found = _LOOP.format(path=str(posts)), {}
    for _ in range(rounds):
        for name, python in pythons.items():
            found.setdefault(name, []).append(_ask(python, code))
    return {
        name: [min(column) for column in zip(*rows, strict=True)] for name, rows in found.items()
    }


def peak_of_a_list(python: str, posts: Path, count: int) -> float:
    """Return how many MB scoring a list of posts takes above the list itself (Linux)."""
    return _ask(python, _PEAK.format(path=str(posts), count=count))[0]


@dataclass
class Machine:
    """A fresh installation.

    Attributes
    ----------
    building : float
        Seconds to build the wheel, what pip brings for that included.
    first : Process
        The first process, to its first verdict.
    written : int
        Files that it wrote, such as compiled code.
    """

    building: float
    first: Process
    written: int


def fresh_machine() -> Machine:
    """Build and install the package as on a fresh machine, and ask it for its first verdict."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        source, environment = folder / "source", folder / "environment"
        shutil.copytree(ROOT, source, ignore=shutil.ignore_patterns(*NOT_BUILT_FROM))
        subprocess.run([sys.executable, "-m", "venv", environment], check=True)
        pip = [
            environment / "bin" / "python",
            "-m",
            "pip",
            "--quiet",
            "--disable-pip-version-check",
        ]
        start = time.perf_counter()
        subprocess.run([*pip, "wheel", "--no-deps", "--wheel-dir", folder, source], check=True)
        building = time.perf_counter() - start
        subprocess.run([*pip, "install", *folder.glob("*.whl")], check=True)
        first = Process()
        before = _files(environment)
        written = _first(first, str(environment / "bin" / "python"), folder)
        return Machine(building, first, written + len(_files(environment) - before))


def first_of_all(python: str) -> tuple[Process, int]:
    """Return what an interpreter's first verdict takes where nothing is cached yet, and how many
    files it writes.
    """
    with tempfile.TemporaryDirectory() as name:
        first = Process()
        return first, _first(first, python, Path(name))


def _first(first: Process, python: str, folder: Path) -> int:
    """Run a first process that may cache what it likes in an empty folder; count the files."""
    cache = folder / "cache"
    cache.mkdir()
    places = ("XDG_CACHE_HOME", "GIVESELL_CACHE_DIR", "NUMBA_CACHE_DIR")
    first.run(python, FIRST, **dict.fromkeys(places, str(cache)))
    return len(_files(cache))


def _files(folder: Path) -> set[Path]:
    return {path for path in folder.rglob("*") if path.is_file() and path.suffix != ".pyc"}


def _ask(python: str, code: str, **environment: str) -> list[float]:
    """Run code in a fresh process and return the numbers that it prints as JSON."""
    # Elsewhere than in the checkout: Python imports from the folder that it runs in first.
    with tempfile.TemporaryDirectory() as elsewhere:
        ran = subprocess.run(
            [python, "-c", code],
            check=True,
            capture_output=True,
            text=True,
            cwd=elsewhere,
            env={**os.environ, **environment},
        )
    numbers: list[float] = json.loads(ran.stdout.splitlines()[-1])
    return numbers

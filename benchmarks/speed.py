"""Speed and memory of givesell beside its peers and the version before, in one run on the same posts.

    python benchmarks/speed.py --write benchmarks/speed.md
    python benchmarks/speed.py --before ../before/.venv/bin/python --write benchmarks/speed.md

The version before is whatever givesell another interpreter has: ``git worktree add ../before
COMMIT``, a virtual environment there, and ``pip install ../before[train,archives]`` into it. A fresh
installation is built as well, for which pip fetches packages. Posts come from the corpus beside
the checkout where there is one, else from the bundled invented posts.
"""

import argparse
import contextlib
import gzip
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from contestants import GIVESELL, MODELS, PEERS, PIPELINE, Contestant, race
from fresh import (
    FIRST,
    FIRST_DEEP,
    IMPORT,
    NOTHING,
    VADER,
    Process,
    first_of_all,
    fresh_machine,
    in_turns,
    one_by_one,
    peak_of_a_list,
)

from givesell.datasets import load_posts

ROOT = Path(__file__).parents[1]
CORPUS = ROOT.parent / "shared" / "corpus"
POSTS, SHORT = 100_000, 117  # posts up to this many characters are 70 long on average
ROUNDS = 5
NOW, BEFORE = "now", "before"
LISTS = {"short": "Short posts", "mixed": "Posts of every length"}


def read(name: str) -> list[dict[str, Any]]:
    """Read a file of the corpus."""
    with gzip.open(CORPUS / name, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def write_material(folder: Path, count: int) -> tuple[str, dict[str, float]]:
    """Write the posts to train on and so many to score; return where they are from, and how long
    they are on average.
    """
    if CORPUS.exists():
        labelled = read("labelled.jsonl.gz")
        pool = [row["text"] for row in read("unlabelled.jsonl.gz")]
        source = "real posts of the corpus"
    else:
        labelled = load_posts().to_dict("records")
        pool = [part for row in labelled for part in (row["text"], *row["text"].split("\n"))]
        source = "the bundled invented posts, repeated"
    short = [text for text in pool if 0 < len(text) <= SHORT]
    training = [[row[name] for row in labelled] for name in ("text", "label")]
    _write(folder / "training.json", training)
    lengths = {}
    for name, part in zip(LISTS, (short, pool), strict=True):
        posts = (part * (1 + count // len(part)))[:count]
        _write(folder / f"{name}.json", posts)
        lengths[name] = statistics.mean(map(len, posts))
    return source, lengths


def _write(path: Path, value: Any) -> None:
    path.write_text(json.dumps(value), encoding="utf-8")


def rates(folder: Path, pythons: dict[str, str], rounds: int) -> dict[str, str]:
    """Race all contestants, and return a table for each list of posts."""
    with contextlib.ExitStack() as stack:

        def enter(names: tuple[str, ...], python: str) -> dict[str, Contestant]:
            return {name: stack.enter_context(Contestant(name, folder, python)) for name in names}

        ours = {version: enter(GIVESELL, python) for version, python in pythons.items()}
        ours[NOW] |= enter((PIPELINE,), pythons[NOW])
        peers = enter(PEERS, pythons[NOW])
        everyone = [one for version in (*ours.values(), peers) for one in version.values()]
        tables = {}
        for posts in LISTS:
            race(everyone, posts, rounds)
            tables[posts] = _rates_table(posts, ours, peers)
        return tables


def _rates_table(
    posts: str, ours: dict[str, dict[str, Contestant]], peers: dict[str, Contestant]
) -> str:
    """Write rates as Markdown, each beside the fastest peer and the version before."""
    fastest = max(peer.rate(posts, 1) for peer in peers.values())
    before = ours.get(BEFORE, {})
    lines = [
        "| | posts a second, one core | times the fastest peer | all cores | times one core |"
        " before, one core | all cores |",
        "|---|---:|---:|---:|---:|---:|---:|",
    ]
    for name, contestant in (ours[NOW] | peers).items():
        one, every = (contestant.rate(posts, jobs) for jobs in (1, -1))
        earlier = [f"{before[name].rate(posts, jobs):,.0f}" for jobs in (1, -1) if name in before]
        cells = [f"**{name}**" if name in GIVESELL else name, f"{one:,.0f}"]
        cells += [f"{one / fastest:.2f}", f"{every:,.0f}", f"{every / one:.2f}"]
        lines.append(f"| {' | '.join(cells + (earlier or ['', '']))} |")
    plain, with_facets = GIVESELL[2:]
    costs = {
        version: names[plain].rate(posts, 1) / names[with_facets].rate(posts, 1) - 1
        for version, names in ours.items()
    }
    told = ", ".join(f"{cost:.0%} {version}" for version, cost in costs.items())
    return "\n".join([*lines, f"\nFacets add to the time of verdicts on one core: {told}."])


def single_process(folder: Path, pythons: dict[str, str]) -> Iterator[tuple[str, list[str]]]:
    """Yield what one process takes: a name, and a figure of each version and of VADER."""
    codes = {"import": IMPORT, "first": FIRST, "deep": FIRST_DEEP}
    cases = {
        f"{version} {name}": (python, code)
        for version, python in pythons.items()
        for name, code in codes.items()
    }
    cases |= {"vader": (sys.executable, VADER), "nothing": (sys.executable, NOTHING)}
    found = in_turns(cases)

    def row(name: str, of: Callable[[Process], str], vader: bool = False) -> list[str]:
        figures = [of(found[f"{version} {name}"]) for version in pythons]
        return [*figures, of(found["vader"])] if vader else figures

    yield "`import givesell`", row("import", lambda ran: f"{1000 * ran.seconds:.1f} ms")
    yield (
        "a fresh process to its first verdict, from `import` on",
        row("first", lambda ran: f"{ran.seconds:.3f} s", vader=True),
    )
    start = statistics.median(found["nothing"].whole)
    yield (
        f"the same, the whole process (Python itself: {start:.3f} s)",
        row("first", lambda ran: f"{statistics.median(ran.whole):.3f} s", vader=True),
    )
    yield (
        f"the same to a first verdict of {MODELS[1]}, from `import` on",
        row("deep", lambda ran: f"{ran.seconds:.3f} s"),
    )
    for name, what in (("first", "the first verdict"), ("deep", f"that of {MODELS[1]}")):
        resident = row(name, lambda ran: f"{statistics.median(ran.memory):.0f} MB", name == "first")
        yield f"resident memory after {what}", resident
    loops = one_by_one(pythons, folder / "short.json")
    for place, what in enumerate(("median", "99th percentile")):
        figures = [f"{loops[version][place]:.1f} µs" for version in pythons]
        yield f"one short post in a loop, {what}", figures


def installation(pythons: dict[str, str]) -> Iterator[tuple[str, list[str]]]:
    """Yield what a fresh installation takes, of the version before with nothing cached."""
    machine = fresh_machine()
    before = [first_of_all(python) for version, python in pythons.items() if version != NOW]
    seconds = [machine.first.seconds, *(first.seconds for first, _ in before)]
    written = [machine.written, *(count for _, count in before)]
    yield "building the wheel of `pip install .`", [f"{machine.building:.0f} s"]
    yield (
        "a fresh installation to its first verdict, from `import` on",
        [f"{figure:.2f} s" for figure in seconds],
    )
    yield "files that it writes, compiling", [f"{count:,}" for count in written]


def training(pythons: dict[str, str], count: int, rounds: int = 2) -> list[str]:
    """Return the least seconds that each version takes to train on so many posts."""
    taken: dict[str, list[float]] = {version: [] for version in pythons}
    for _ in range(rounds):
        for version, python in pythons.items():
            ran = subprocess.run(
                [python, ROOT / "benchmarks" / "training.py", str(count), "--one", "givesell"],
                capture_output=True,
                text=True,
                check=True,
            )
            taken[version].append(json.loads(ran.stdout.splitlines()[-1])["seconds"])
    return [f"{min(seconds):.1f} s" for seconds in taken.values()]


def on_disk() -> Iterator[tuple[str, list[str]]]:
    """Yield the sizes of the shipped models."""
    for name in MODELS:
        size = sum(path.stat().st_size for path in (ROOT / "models" / name).iterdir())
        yield f"{name} on disk", [f"{size / 2**20:.1f} MiB"]


def report(pythons: dict[str, str], count: int, rounds: int) -> str:
    """Measure everything and write it as Markdown."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        source, lengths = write_material(folder, count)
        rows = [*installation(pythons), *single_process(folder, pythons)]
        peaks = [
            peak_of_a_list(python, folder / "short.json", 10 * count) for python in pythons.values()
        ]
        above = f"peak memory of scoring a list of {10 * count:,} posts, above the list"
        rows.append((above, [f"{peak:.0f} MB" for peak in peaks]))
        rows.append((f"`givesell.train` on {count // 5:,} posts", training(pythons, count // 5)))
        tables = rates(folder, pythons, rounds)
    lines = [
        "# Speed and memory\n",
        "Made by `make bench`: every row in one run, on the same posts. Read the ratios.\n",
        (
            f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()};"
            f" {count:,} {source}; best of up to {rounds} rounds, in each of which all take turns. From"
            " text to probability, or to verdicts. Peers were trained on the same posts; spaCy is"
            " timed on 10,000 of them.\n"
        ),
    ]
    for posts, title in LISTS.items():
        lines += [f"## {title}, {lengths[posts]:.0f} characters on average\n", tables[posts] + "\n"]
    lines += [
        "## One process\n",
        f"| | {' | '.join(pythons)} | VADER |",
        "|---|" + "---:|" * (len(pythons) + 1),
    ]
    for what, figures in (*rows, *on_disk()):
        cells = figures + [""] * (len(pythons) + 1 - len(figures))
        lines.append(f"| {what} | {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def main() -> None:
    """Measure, print, and write."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--write", type=Path, help="the Markdown file to write")
    parser.add_argument("--before", help="an interpreter that has the version before")
    parser.add_argument("--posts", type=int, default=POSTS, help="how many posts to score")
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    arguments = parser.parse_args()
    pythons = {NOW: sys.executable}
    if arguments.before:
        pythons[BEFORE] = arguments.before
    text = report(pythons, arguments.posts, arguments.rounds)
    print(text)
    if arguments.write:
        arguments.write.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()

"""What a run found, as text for people and as the Markdown of ``benchmarks/fuzz.md``."""

import os
import platform
from collections.abc import Iterator
from dataclasses import dataclass

from fuzz.files import Found as FilesFound
from fuzz.growth import MOST_RATIO, Grown, as_table
from fuzz.judge import MOST_BYTES
from fuzz.posts import Found as PostsFound

_BAD = ("RAW", "SIGNAL", "HANG", "LOST", "WRONG", "CHANGED", "LEAK", "TERMINAL", "MEMORY")


@dataclass
class Run:
    """The parts of a run; None where one was left out."""

    seed: int
    seeds: list[str]
    posts: PostsFound | None = None
    files: FilesFound | None = None
    growth: list[Grown] | None = None
    seconds: float = 0.0

    @property
    def failures(self) -> int:
        """How many things went wrong."""
        return (
            len(self.seeds)
            + (len(self.posts.failures) if self.posts is not None else 0)
            + (len(self.files.failures) if self.files is not None else 0)
            + sum(bool(grown.failure) for grown in self.growth or ())
        )


def as_markdown(run: Run) -> str:
    """Return the figures of a run as a page."""
    machine = f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"
    made = f"{machine}; seed {run.seed}; {run.seconds / 60:.1f} minutes."
    lines = [
        "# Fuzzing\n",
        (
            "Made by `make fuzz`: generated posts, mutated files of every format, and growth."
            f" {made}\n"
        ),
    ]
    lines.append(
        f"**{'Nothing failed.' if not run.failures else f'{run.failures:,} failures.'}**\n"
    )
    for part in (_seeds(run), _posts(run), _files(run), _growth(run)):
        lines += part
    return "\n".join(lines) + "\n"


def _seeds(run: Run) -> Iterator[str]:
    if run.seeds:
        yield "## Valid files that were not read as they should be\n"
        yield from (f"- {line}" for line in run.seeds)
        yield ""


def _posts(run: Run) -> Iterator[str]:
    part = run.posts
    if part is None:
        return
    yield "## Posts\n"
    yield (
        "Words, cue phrases, prices, phones, links, emoji, joined and combining signs, look-alike"
        " letters, lone surrogates, random code points, long repeats, and changed pieces of the"
        " bundled posts. All: labels, probabilities, statuses and facets agree; the same bytes for"
        " threads, parts and columns; the scorer equals the scikit-learn pipeline to 1e-6. Samples:"
        " one post alone, explanations that sum to the log-odds, tokens and offsets inside the"
        " post, spaCy's component, the deep model.\n"
    )
    yield "| posts | failures | largest difference | growth of a process | seconds |"
    yield "|---:|---:|---:|---:|---:|"
    told = f"{part.difference:.1e} | {max(0, part.growth) >> 20} MB | {part.seconds:,.0f}"
    yield f"| {part.posts:,} | {len(part.failures)} | {told} |"
    yield ""
    if part.failures:
        yield from (
            f"- {failure['what'][:300]}: `{failure['post'][:120]}`"
            for failure in part.failures[:20]
        )
        yield ""


def _files(run: Run) -> Iterator[str]:
    found = run.files
    if found is None:
        return
    total = sum(sum(counts.values()) for counts in found.counts.values())
    bad = [name for name in _BAD if any(counts[name] for counts in found.counts.values())]
    yield "## Files\n"
    yield (
        f"{total:,} files in {found.seconds:,.0f} seconds ({found.spent.total():,.0f} of a"
        " processor): values of every type in every place, damaged bytes, damaged containers,"
        " models whose hashes are right again. OK: read, and every post accounted for. Refused:"
        f" one sentence that names the file. Slowest: {found.slowest[0]:.1f} s; most memory:"
        f" {found.peak[0] >> 20} MB.\n"
    )
    yield f"| format | files | OK | refused |{''.join(f' {name.lower()} |' for name in bad)}"
    yield f"|---|---:|---:|---:|{'---:|' * len(bad)}"
    for kind, counts in found.counts.items():
        columns = "".join(f" {counts[name]:,} |" for name in bad)
        yield (
            f"| {kind} | {sum(counts.values()):,} | {counts['OK']:,} | {counts['REFUSED']:,}"
            f" |{columns}"
        )
    yield ""
    if found.failures:
        yield "| times | verdict | where | for example |\n|---:|---|---|---|"
        for (verdict, _, at), group in found.kinds.items():
            error = group[0].error[:160].replace("|", "\\|").replace("\n", " ")
            yield f"| {len(group)} | {verdict} | {at} | {group[0].kind}: {error} |"
        yield ""


def _growth(run: Run) -> Iterator[str]:
    if run.growth is None:
        return
    failed = [grown for grown in run.growth if grown.failure]
    yield "## Growth\n"
    yield (
        f"{len(run.growth)} kinds of input at n, 2n and 4n: twice the input may take {MOST_RATIO}"
        f" times the time, and any {MOST_BYTES >> 20} MB. Those that came nearest:\n"
    )
    yield from as_table(run.growth)
    yield ""
    yield from (f"- {grown.name}: {grown.failure}" for grown in failed)

"""Memory and speed of millions of posts through a spaCy pipeline with the givesell component.

    python benchmarks/pipeline_memory.py --write benchmarks/pipeline_memory.md

Needs the corpus beside the checkout. Each post gets a word that no other post has, so that memory
which is kept shows.
"""

import argparse
import gzip
import itertools
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path
from typing import Any

CORPUS = Path(__file__).parents[2] / "shared" / "corpus"
ZONE = 5_000  # posts a memory zone
WORDS, WORDS_A_DOC = 12_000_000, 8
# Whether to look for cues, whether in memory zones, posts.
RUNS = {
    "verdicts, in memory zones": (False, True, 5_000_000),
    "verdicts and cues, in memory zones": (True, True, 500_000),
    "verdicts, without memory zones": (False, False, 1_000_000),
}


def posts(count: int) -> Iterator[str]:
    """Yield real posts again and again, each with a word of its own."""
    with gzip.open(CORPUS / "unlabelled.jsonl.gz", "rt", encoding="utf-8") as lines:
        texts = [json.loads(line)["text"] for line in itertools.islice(lines, 50_000)]
    for number, text in zip(range(count), itertools.cycle(texts), strict=False):
        yield f"{text} w{number:x}q"


def resident() -> int:
    """Return the memory of this process in bytes."""
    return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * os.sysconf(
        "SC_PAGESIZE"
    )


def measure(cues: bool, zones: bool, count: int) -> dict[str, Any]:
    """Send posts through a pipeline and note memory on the way."""
    import givesell.nlp

    nlp = givesell.nlp.blank()
    nlp.add_pipe("givesell", config={"cues": cues})
    stream, seen, selling, memory, spent = posts(count), 0, 0, [], 0.0
    while batch := list(itertools.islice(stream, ZONE)):
        start = time.perf_counter()
        with nlp.memory_zone() if zones else nullcontext():
            for doc in nlp.pipe(batch):
                selling += doc.cats["selling"] >= 0.5
        spent += time.perf_counter() - start
        seen += len(batch)
        if seen % (count // 10) == 0:
            memory.append(round(resident() / 2**20))
    return {
        "memory": memory,
        "rate": seen / spent,
        "strings": len(nlp.vocab.strings),
        "selling": int(selling),
    }


def alone() -> list[int]:
    """Note the memory of spaCy by itself while it meets words that it has not met before, in
    memory zones.
    """
    import spacy
    from spacy.tokens import Doc

    nlp, memory = spacy.blank("en"), []
    for batch in range(WORDS // (WORDS_A_DOC * ZONE)):
        with nlp.memory_zone():
            for i in range(ZONE):
                first = (batch * ZONE + i) * WORDS_A_DOC
                Doc(nlp.vocab, words=[f"w{first + k:x}q" for k in range(WORDS_A_DOC)])
        if (batch + 1) % (WORDS // (WORDS_A_DOC * ZONE) // 5) == 0:
            memory.append(round(resident() / 2**20))
    return memory


def report() -> str:
    """Run each in a process of its own and write the table."""
    lines = [
        "# Memory of a spaCy pipeline\n",
        (
            "Made by `python benchmarks/pipeline_memory.py --write benchmarks/pipeline_memory.md`."
            " `givesell.nlp.blank()` with the component,"
        ),
        (
            "`nlp.pipe`, one process; real posts, each with a word that no other has. Resident"
            " memory in MiB at each tenth of the way;"
        ),
        (
            "it includes the 50,000 posts that are sent again and again. A memory zone, `with"
            f" nlp.memory_zone():`, holds {ZONE:,} posts."
        ),
        (
            "What growth is left inside zones is spaCy's own: its table of words keeps an empty"
            " place for each word it ever met, and doubles"
        ),
        "now and then. The line below the table shows it without givesell.\n",
        "| | posts | posts a second | strings at the end | memory at 10%, 20% ... 100% |",
        "|---|---:|---:|---:|---|",
    ]
    for name, (cues, zones, count) in RUNS.items():
        found = in_process([cues, zones, count])
        lines.append(
            f"| {name} | {count:,} | {found['rate']:,.0f} | {found['strings']:,} |"
            f" {', '.join(str(size) for size in found['memory'])} |"
        )
        print(lines[-1], file=sys.stderr, flush=True)
    sizes = ", ".join(str(size) for size in in_process([]))
    lines += [
        "",
        f"spaCy alone, {WORDS:,} words that it has not met before, in memory zones: {sizes}.",
    ]
    return "\n".join([*lines, ""])


def in_process(options: list[Any]) -> Any:
    """Measure in a process of its own."""
    done = subprocess.run(
        [sys.executable, __file__, "--run", json.dumps(options)],
        check=True,
        capture_output=True,
        text=True,
    )
    return json.loads(done.stdout)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--write", type=Path, help="Write the report to this file; without it, print it."
    )
    parser.add_argument("--run", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.run:
        chosen = json.loads(options.run)
        print(json.dumps(measure(*chosen) if chosen else alone()))
    else:
        text = report()
        options.write.write_text(text, encoding="utf-8") if options.write else print(text)

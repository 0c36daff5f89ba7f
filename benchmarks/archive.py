"""Scoring files from end to end beside a plain loop of pandas chunks and scikit-learn, each in a
fresh process.

    python benchmarks/archive.py --write benchmarks/archive.md
    python benchmarks/archive.py --posts 1 --peer-posts 1     (millions)

The files are made of the bundled posts, varied, in the system's temporary folder: about 250 MB a
million posts as JSON lines.
"""

import argparse
import csv
import json
import os
import platform
import random
import re
import resource
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import NamedTuple

import pyarrow as pa
import pyarrow.parquet as pq

from givesell.archives.streams.compression import zstd
from givesell.datasets import load_posts

MILLION = 1_000_000
STEP = 50_000
DIFFERENT = 500_000
ROUNDS = 2

PEER = """
import sys, pandas as pd
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from givesell.datasets import load_posts
source, out = sys.argv[1:]
posts = load_posts()
model = make_pipeline(TfidfVectorizer(ngram_range=(1, 2), min_df=2), LogisticRegression(C=10, max_iter=1000))
model.fit(posts["text"], posts["label"])
if source.endswith(".parquet"):
    import pyarrow as pa, pyarrow.parquet as pq
    chunks = (batch.to_pandas() for batch in pq.ParquetFile(source).iter_batches(50_000))
else:
    chunks = pd.read_json(source, lines=True, chunksize=50_000)
writer = None
for chunk in chunks:
    selling = model.predict_proba(chunk["text"])[:, 1]
    chunk["label"] = model.classes_[(selling >= 0.5).astype(int)]
    chunk["selling"] = selling
    if source.endswith(".parquet"):
        table = pa.Table.from_pandas(chunk, preserve_index=False)
        writer = writer or pq.ParquetWriter(out, table.schema, compression="zstd")
        writer.write_table(table)
    else:
        chunk.to_json(out, orient="records", lines=True, mode="a")
if writer:
    writer.close()
"""


# For CSV the loop is the one that somebody writes who has givesell: only reading and writing are
# its own.
PEER_CSV = """
import sys, pandas as pd, givesell
source, out = sys.argv[1:]
for number, chunk in enumerate(pd.read_csv(source, chunksize=50_000)):
    verdicts = givesell.classify(chunk["text"])
    pd.concat([chunk, verdicts], axis=1).to_csv(out, mode="a", header=number == 0, index=False)
"""


def batches(posts: int, seed: int = 0):
    """Yield tables of invented posts, a step at a time."""
    texts = load_posts()["text"].tolist()
    words = sorted({word for text in texts for word in text.split() if word.isalpha()})
    draw = random.Random(seed)
    for start in range(0, posts, STEP):
        size = min(STEP, posts - start)
        chosen = draw.choices(texts, k=size)
        extra = draw.choices(words, k=2 * size)
        yield pa.table(
            {
                "id": [f"p{start + i}" for i in range(size)],
                "author": [f"user{draw.randrange(5_000)}" for _ in range(size)],
                "created": [1_600_000_000 + 60 * (start + i) for i in range(size)],
                "text": [
                    f"{text[:160]} {extra[2 * i]} {extra[2 * i + 1]}"
                    for i, text in enumerate(chosen)
                ],
                "likes": [draw.randrange(1_000) for _ in range(size)],
            }
        )


def make(folder: Path, posts: int, kinds: list[str]) -> dict[str, Path]:
    """Write the same posts as JSON lines, as Parquet and as CSV; half a million different ones,
    over and over.
    """
    paths = {kind: folder / f"{posts}.{kind.lower()}" for kind in ("JSONL", "Parquet", "CSV")}
    tables = list(batches(min(posts, DIFFERENT)))
    texts = [
        "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in table.to_pylist()).encode()
        for table in tables
    ]
    with (
        paths["JSONL"].open("wb") as lines,
        paths["CSV"].open("w", newline="", encoding="utf-8") as rows,
        pq.ParquetWriter(paths["Parquet"], tables[0].schema, compression="zstd") as writer,
    ):
        table = csv.writer(rows, lineterminator="\n")
        table.writerow(tables[0].column_names)
        for number in range(-(-posts // STEP)):
            writer.write_table(tables[number % len(tables)])
            lines.write(texts[number % len(tables)])
            table.writerows(zip(*tables[number % len(tables)].to_pydict().values(), strict=True))
    for kind in set(paths) - set(kinds):
        paths.pop(kind).unlink()
    return paths


def make_dump(folder: Path, size: int) -> tuple[Path, int]:
    """Write a packed dump in Reddit's shape until it has so many bytes on the disk."""
    path, posts = folder / "RC_2025-01.zst", 0
    options = {
        zstd.CompressionParameter.window_log: 27,
        zstd.CompressionParameter.compression_level: 1,
    }
    tables = list(batches(DIFFERENT, seed=1))
    draw = random.Random(1)
    with zstd.open(path, "wb", options=options) as file:
        while path.stat().st_size < size:
            rows = [
                {"id": row["id"], "author": row["author"], "subreddit": "demo",
                "created_utc": row["created"], "body": row["text"],
                 "link_id": f"t3_{draw.getrandbits(40):x}",
                 "author_fullname": f"t2_{draw.getrandbits(1200):x}", "score": row["likes"]}
                for row in tables[posts // STEP % len(tables)].to_pylist()
            ]  # fmt: skip
            file.write("".join(json.dumps(row) + "\n" for row in rows).encode())
            posts += len(rows)
    return path, posts


class Run(NamedTuple):
    """What a command took: seconds, processor seconds, peak memory in MB, and its memory ten
    times a second.
    """

    seconds: float
    processor: float
    peak: float
    samples: list[float]


def measure(command: list[str]) -> Run:
    """Run a command."""
    began = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    samples: list[float] = []
    peaks = [0.0]
    done = threading.Event()

    def sample() -> None:
        process_files = Path(f"/proc/{process.pid}")
        while not done.wait(0.1):
            try:
                pages = (process_files / "statm").read_text().split()
                # Not what wait4 tells, which counts what this process held when it started the
                # other.
                held = re.search(r"VmHWM:\s+(\d+)", (process_files / "status").read_text())
            except OSError:
                return
            peaks.append(int(held[1]) / 1e3 if held else 0)
            # Shared pages are mapped files, which the system takes back when it needs them.
            samples.append((int(pages[1]) - int(pages[2])) * resource.getpagesize() / 1e6)

    watcher = threading.Thread(target=sample)
    watcher.start()
    _, code, usage = os.wait4(process.pid, 0)
    process.returncode = code
    seconds = time.perf_counter() - began
    done.set()
    watcher.join()
    if code:
        raise SystemExit(f"failed: {' '.join(command[:6])}")
    return Run(seconds, usage.ru_utime + usage.ru_stime, max(peaks), samples)


def tenths(samples: list[float]) -> list[int]:
    """Return the memory at tenths of the run."""
    return (
        [round(samples[min(len(samples) - 1, len(samples) * part // 10)]) for part in range(1, 10)]
        if samples
        else []
    )


def main() -> None:
    """Run all and print or write a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--posts", type=float, nargs="*", default=[5, 10], help="millions of posts")
    parser.add_argument(
        "--peer-posts", type=float, default=1, help="millions of posts that both score"
    )
    parser.add_argument("--kinds", nargs="+", default=["JSONL", "Parquet", "CSV"], help="formats")
    parser.add_argument("--dump", type=float, default=2, help="GB of a packed dump; 0 for none")
    parser.add_argument("--write", type=Path)
    options = parser.parse_args()
    rows: list[tuple[str, str, int, Run, str, str]] = []
    notes = []
    score = [sys.executable, "-m", "givesell", "score"]

    def show(what: str, kind: str, posts: int, run: Run, plain: Run | None = None) -> None:
        ratios = (
            [
                f"{posts / took / (peer_size / base):.1f}"
                for took, base in zip(run[:2], plain[:2], strict=True)
            ]
            if plain
            else ["", ""]
        )
        rows.append((what, kind, posts, run, *ratios))
        notes.append(
            f"{what}, {posts / MILLION:.3g} M, {kind}:"
            f" {', '.join(map(str, tenths(run.samples)))} MB"
        )
        print(*rows[-1][:3], *run[:3], *ratios, notes[-1], flush=True)

    with tempfile.TemporaryDirectory(dir=os.environ.get("BENCH_DIR")) as place:
        folder = Path(place)
        warm = folder / "warm.txt"
        warm.write_text("warm\n")
        measure([*score, str(warm), "-o", str(folder / "warm.csv"), "-q"])
        peer_size = int(options.peer_posts * MILLION)
        plain: dict[str, Run] = {}
        for kind, path in make(folder, peer_size, options.kinds).items() if peer_size else ():
            out = folder / f"out{path.suffix}"
            peers, ours = [], []
            for _ in range(ROUNDS):
                peers.append(
                    measure(
                        [
                            sys.executable,
                            "-c",
                            PEER_CSV if kind == "CSV" else PEER,
                            str(path),
                            str(out),
                        ]
                    )
                )
                out.unlink()
                ours.append(measure([*score, str(path), "-o", str(out), "-q"]))
                out.unlink()
            plain[kind] = min(peers)
            show(
                "pandas + classify" if kind == "CSV" else "pandas + scikit-learn",
                kind,
                peer_size,
                plain[kind],
            )
            show("givesell score", kind, peer_size, min(ours), plain[kind])
            path.unlink()
        for size in (int(size * MILLION) for size in options.posts):
            for kind, path in make(folder, size, options.kinds).items():
                out = folder / f"out{path.suffix}"
                show(
                    "givesell score",
                    kind,
                    size,
                    measure([*score, str(path), "-o", str(out), "-q"]),
                    plain.get(kind),
                )
                out.unlink()
                path.unlink()
        if options.dump:
            path, posts = make_dump(folder, int(options.dump * 1e9))
            run = measure([*score, str(path), "-o", str(folder / "dump.parquet"), "-q"])
            show(
                f"givesell score, {path.stat().st_size / 1e9:.1f} GB packed dump", "zst", posts, run
            )
    lines = [
        "# Archives, from file to file",
        "",
        (
            f"One run on {os.cpu_count()} cores ({platform.machine()}, Python"
            f" {platform.python_version()}), each line a fresh process that"
        ),
        (
            "starts Python, loads the model, reads a file and writes a scored one of the same"
            " format. The plain loop reads chunks of"
        ),
        (
            "50,000 with pandas, scores with scikit-learn's `TfidfVectorizer` (words 1–2) and"
            " `LogisticRegression`, and writes label and"
        ),
        (
            f"probability; at the size that both score they take turns, and the better of {ROUNDS}"
            " rounds counts. Read ratios, not seconds."
        ),
        (
            "For CSV the loop reads with pandas, calls `givesell.classify` and writes all that it"
            " tells."
        ),
        "Remake with `python benchmarks/archive.py --write benchmarks/archive.md`.",
        "",
        (
            "| what | format | posts | seconds | posts a second | processor µs a post | peak MB |"
            " times the plain loop | by processor |"
        ),
        "|---|---|---:|---:|---:|---:|---:|---:|---:|",
    ]
    for what, kind, n, run, wall, processor in rows:
        cells = (
            f"{run.seconds:.1f} | {n / run.seconds:,.0f} | {1e6 * run.processor / n:.1f} |"
            f" {run.peak:,.0f} | {wall} | {processor}"
        )
        lines.append(f"| {what} | {kind} | {n:,} | {cells} |")
    lines += [
        "",
        "Memory at tenths of each run, without mapped files:",
        "",
        *(f"- {note}" for note in notes),
        "",
    ]
    text = "\n".join(lines)
    if options.write:
        options.write.write_text(text, encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()

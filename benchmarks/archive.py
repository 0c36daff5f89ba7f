"""Scoring files from end to end beside a plain loop of pandas chunks and scikit-learn, each in a fresh process.

    python benchmarks/archive.py --write benchmarks/archive.md
    python benchmarks/archive.py --posts 1 --peer-posts 1     (millions)

The files are made of the bundled posts, varied, in the system's temporary folder: about 250 MB a million posts as JSON lines.
"""

import argparse
import json
import os
import platform
import random
import resource
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from givesell.archives.packing import zstd
from givesell.datasets import load_posts

MILLION = 1_000_000
STEP = 50_000

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
                "text": [f"{text[:160]} {extra[2 * i]} {extra[2 * i + 1]}" for i, text in enumerate(chosen)],
                "likes": [draw.randrange(1_000) for _ in range(size)],
            }
        )


def make(folder: Path, posts: int) -> dict[str, Path]:
    """Write the same posts as JSON lines and as Parquet."""
    paths = {"JSONL": folder / f"{posts}.jsonl", "Parquet": folder / f"{posts}.parquet"}
    writer = None
    with paths["JSONL"].open("wb") as lines:
        for table in batches(posts):
            writer = writer or pq.ParquetWriter(paths["Parquet"], table.schema, compression="zstd")
            writer.write_table(table)
            lines.write("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in table.to_pylist()).encode())
    writer.close()
    return paths


def make_dump(folder: Path, size: int) -> tuple[Path, int]:
    """Write a packed dump in Reddit's shape until it has so many bytes on the disk."""
    path, posts = folder / "RC_2025-01.zst", 0
    options = {zstd.CompressionParameter.window_log: 27, zstd.CompressionParameter.compression_level: 1}
    draw = random.Random(1)
    with zstd.open(path, "wb", options=options) as file:
        for table in batches(100 * MILLION, seed=1):
            rows = [
                {"id": row["id"], "author": row["author"], "subreddit": "demo", "created_utc": row["created"], "body": row["text"],
                 "link_id": f"t3_{draw.getrandbits(40):x}", "name": f"t1_{draw.getrandbits(64):x}", "score": row["likes"],
                 "author_fullname": f"t2_{draw.getrandbits(256):x}"}
                for row in table.to_pylist()
            ]  # fmt: skip
            file.write("".join(json.dumps(row) + "\n" for row in rows).encode())
            posts += len(rows)
            if path.stat().st_size >= size:
                break
    return path, posts


def measure(command: list[str]) -> tuple[float, float, list[float]]:
    """Run a command; return seconds, peak memory and memory a tenth of the time apart, in MB."""
    began = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    samples: list[float] = []
    done = threading.Event()

    def sample() -> None:
        status = Path(f"/proc/{process.pid}/statm")
        while not done.wait(0.1):
            try:
                pages = status.read_text().split()
            except OSError:
                return
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
    return seconds, usage.ru_maxrss / 1e3, samples


def tenths(samples: list[float]) -> list[int]:
    """Return the memory at tenths of the run."""
    return [round(samples[min(len(samples) - 1, len(samples) * part // 10)]) for part in range(1, 10)] if samples else []


def main() -> None:
    """Run all and print or write a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--posts", type=float, nargs="+", default=[1, 5, 10], help="millions of posts")
    parser.add_argument("--peer-posts", type=float, default=1, help="millions of posts that the plain loop scores")
    parser.add_argument("--dump", type=float, default=2, help="GB of a packed dump; 0 for none")
    parser.add_argument("--write", type=Path)
    options = parser.parse_args()
    rows, notes = [], []
    score = [sys.executable, "-m", "givesell", "score"]
    with tempfile.TemporaryDirectory(dir=os.environ.get("BENCH_DIR")) as place:
        folder = Path(place)
        warm = folder / "warm.txt"
        warm.write_text("warm\n")
        measure([*score, str(warm), "-o", str(folder / "warm.csv"), "-q"])
        sizes = [int(size * MILLION) for size in options.posts]
        peer_size = int(options.peer_posts * MILLION)
        rates: dict[str, float] = {}
        if peer_size:
            for kind, path in make(folder, peer_size).items():
                out = folder / f"peer{path.suffix}"
                seconds, peak, _ = measure([sys.executable, "-c", PEER, str(path), str(out)])
                rates[kind] = peer_size / seconds
                rows.append(("pandas + scikit-learn", kind, peer_size, seconds, peak, "1"))
                print(rows[-1], flush=True)
                out.unlink()
        for size in sizes:
            for kind, path in make(folder, size).items():
                out = folder / f"out{path.suffix}"
                seconds, peak, samples = measure([*score, str(path), "-o", str(out), "-q", "--overwrite"])
                faster = f"**{size / seconds / rates[kind]:.1f}**" if kind in rates else ""
                rows.append(("givesell score", kind, size, seconds, peak, faster))
                notes.append(f"{size / MILLION:g} M, {kind}: {', '.join(map(str, tenths(samples)))} MB")
                print(rows[-1], notes[-1], flush=True)
                out.unlink()
                path.unlink()
        if options.dump:
            path, posts = make_dump(folder, int(options.dump * 1e9))
            out = folder / "dump.parquet"
            seconds, peak, samples = measure([*score, str(path), "-o", str(out), "-q"])
            rows.append((f"givesell score, {path.stat().st_size / 1e9:.1f} GB packed dump", "zst", posts, seconds, peak, ""))
            notes.append(f"dump: {', '.join(map(str, tenths(samples)))} MB")
            print(rows[-1], notes[-1], flush=True)
    lines = [
        "# Archives, from file to file",
        "",
        f"One run on {os.cpu_count()} cores ({platform.machine()}, Python {platform.python_version()}), each line a fresh process that",
        "starts Python, loads the model, reads a file and writes a scored one of the same format. The plain loop reads chunks of",
        "50,000 with pandas, scores with scikit-learn's `TfidfVectorizer` (words 1–2) and `LogisticRegression`, and writes label and",
        "probability. Read ratios, not seconds: other work ran on the machine. Remake with",
        "`python benchmarks/archive.py --write benchmarks/archive.md`.",
        "",
        "| what | format | posts | seconds | posts a second | peak memory, MB | times the plain loop |",
        "|---|---|---:|---:|---:|---:|---:|",
    ]
    lines += [f"| {w} | {k} | {n:,} | {s:.1f} | {n / s:,.0f} | {m:,.0f} | {x} |" for w, k, n, s, m, x in rows]
    lines += ["", "Memory at tenths of each run, without mapped files:", "", *(f"- {note}" for note in notes), ""]
    text = "\n".join(lines)
    if options.write:
        options.write.write_text(text, encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()

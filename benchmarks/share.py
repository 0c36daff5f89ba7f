"""How often the corrected share of a report holds the true one, and how wide it is.

    python benchmarks/share.py --write benchmarks/share.md

Archives are simulated: so many posts, a true share of giving, and a model that errs in them as the
shipped one does, or as it may in one source among others, or not at all. Then the same is asked of
the corpus' own sources, with a model that has not seen them.
"""

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import betaincinv, betaln, expit, ndtr
from scipy.stats import norm

import givesell
from givesell.labelled.files import read_frame
from givesell.measure.histograms import distance, histogram_bins
from givesell.measure.unseen_ngrams import Seen
from givesell.report.estimate import Rates, Share, corrected_share, counted_share, error_rates
from givesell.verdict import SELLING, is_selling, is_sure

CORPUS = Path(__file__).parents[2] / "shared" / "corpus" / "labelled.jsonl.gz"
SIZES = (50, 500, 50_000)
SHARES = np.arange(0, 101, 5) / 100
ARCHIVES = 1_000
COUNTS = 2_000  # of a size that an interval is made for; between them it is interpolated
FEWEST = 20  # posts of a source of the corpus
MOSTLY = 0.5  # unsure posts, from which on a report corrects nothing
Draw = Callable[[int], tuple[Any, Any]]


def main(write: Path | None) -> None:
    """Measure, and print or write the tables."""
    draw = np.random.default_rng(0)
    info = givesell.load().info
    rates = error_rates(info)
    sources = measured_sources()
    spread, together = fitted(sources)
    lines = [
        "# The corrected share\n",
        *INTRODUCTION,
        *simulated(rates, spread, together, draw),
        *real(sources, spread, together, draw),
    ]
    text = "\n".join(lines)
    if write:
        write.write_text(text + "\n", encoding="utf-8")
    else:
        print(text)


INTRODUCTION = [
    (
        "Made by `python benchmarks/share.py --write benchmarks/share.md`: the interval that a"
        " report gives for the share of giving posts,"
    ),
    (
        "held against archives whose share is known. Of each kind, size and share (0, 5, … 100%)"
        f" {ARCHIVES:,} archives are simulated: each"
    ),
    (
        "post sells with the true share, and is labelled by a model with the archive's own error"
        " rates. The model is `givesell-en`.\n"
    ),
]


def sources_drawn(
    rates: Rates, spread: tuple[float, float], together: float, draw: np.random.Generator
) -> Draw:
    """Return how error rates are drawn for archives that differ as sources do."""

    def rows(count: int) -> tuple[Any, Any]:
        normal = draw.multivariate_normal([0, 0], [[1, together], [together, 1]], count)
        pairs = zip(ndtr(normal).T, (rates.found, rates.mistaken), spread, strict=True)
        found, mistaken = (
            betaincinv(mean * (1 / rho - 1), (1 - mean) * (1 / rho - 1), at)
            for at, mean, rho in pairs
        )
        return found, mistaken

    return rows


def same(found: float, mistaken: float) -> Draw:
    """Return how error rates are drawn for archives that do not differ."""
    return lambda count: (np.full(count, found), np.full(count, mistaken))


def simulated(
    rates: list[Rates], spread: tuple[float, float], together: float, draw: np.random.Generator
) -> list[str]:
    """Return the tables of simulated archives."""
    unseen, known = rates
    kinds: dict[str, Draw] = {
        "errs as measured on unseen sources": same(unseen.found, unseen.mistaken),
        "errs as measured on known sources": same(known.found, known.mistaken),
        "unseen sources, each with its own errors": sources_drawn(unseen, spread, together, draw),
        "the same, both rates independent": sources_drawn(unseen, spread, 0.0, draw),
        "known sources, each with its own errors": sources_drawn(known, spread, together, draw),
        "all labels right": same(1.0, 0.0),
        "half as many errors as measured": same((1 + unseen.found) / 2, unseen.mistaken / 2),
    }
    ways: dict[str, Callable[[int, int], Share | None]] = {
        "the report": lambda giving, selling: corrected_share(giving, selling, rates),
        "counted, Wilson": counted_share,
        "Rogan and Gladen, Lang and Reiczigel": lambda giving, selling: lang_reiczigel(
            giving, selling, unseen
        ),
        "Bayes, even prior, sources differ": lambda giving, selling: bayes(giving, selling, unseen),
    }
    edges = {(way, size): intervals(make, size) for way, make in ways.items() for size in SIZES}
    hold: dict[tuple[str, str, int], NDArray[np.float64]] = {}
    width: dict[tuple[str, str, int], NDArray[np.float64]] = {}
    for kind, rows in kinds.items():
        for size in SIZES:
            counts = [labelled_selling(rows, size, giving, draw) for giving in SHARES]
            for way in ways:
                hold[way, kind, size], width[way, kind, size] = held(counts, edges[way, size])
    return [
        *table_of_kinds(kinds, hold, width),
        *table_of_shares(kinds, hold, width),
        *table_of_ways(ways, kinds, hold),
        *table_of_counts(edges),
    ]


def labelled_selling(
    rows: Draw, size: int, giving: float, draw: np.random.Generator
) -> NDArray[np.int64]:
    """Return how many posts of each archive are labelled selling."""
    found, mistaken = rows(ARCHIVES)
    sells = draw.binomial(size, 1 - giving, ARCHIVES)
    return draw.binomial(sells, found) + draw.binomial(size - sells, mistaken)


def held(
    counts: list[NDArray[np.int64]], edges: tuple[Any, Any, Any]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return how often each share is held, and how wide the interval is."""
    grid, low, high = edges
    lows, highs = np.interp(counts, grid, low), np.interp(counts, grid, high)
    return ((lows <= SHARES[:, None] + 1e-9) & (SHARES[:, None] - 1e-9 <= highs)).mean(axis=1), (
        highs - lows
    ).mean(axis=1)


def intervals(
    make: Callable[[int, int], Share | None], size: int
) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any]]:
    """Return counts of selling, and the interval for each."""
    counts = np.unique(np.linspace(0, size, min(size, COUNTS) + 1).round().astype(int))
    found = [make(size - int(count), int(count)) for count in counts]
    return (
        counts,
        np.array([share and share.low for share in found], float),
        np.array([share and share.high for share in found], float),
    )


def lang_reiczigel(giving: int, selling: int, rates: Rates) -> Share:
    """Return the share after Lang and Reiczigel (2014), with as many posts as tell what the
    draws of the rates tell.
    """
    z, posts = norm.ppf(0.975), giving + selling
    adjusted, told = [], []
    for rate, values in (
        (rates.found, rates.draws[:, 0]),
        (1 - rates.mistaken, 1 - rates.draws[:, 1]),
    ):
        told.append(values.mean() * (1 - values.mean()) / values.var())
        adjusted.append((told[-1] * rate + 1) / (told[-1] + 2))
    sensitivity, specificity = adjusted
    count = (selling + z**2 / 2) / (posts + z**2)
    slope = sensitivity + specificity - 1
    true = (count + specificity - 1) / slope
    shift = (
        2
        * z**2
        * (
            true * sensitivity * (1 - sensitivity) / told[0]
            - (1 - true) * specificity * (1 - specificity) / told[1]
        )
    )
    error = np.sqrt(
        count * (1 - count) / (posts + z**2)
        + true**2 * sensitivity * (1 - sensitivity) / told[0]
        + (1 - true) ** 2 * specificity * (1 - specificity) / told[1]
    )
    low, high = (float(np.clip(true + shift + side * z * error / slope, 0, 1)) for side in (-1, 1))
    return Share(1 - true, 1 - high, 1 - low)


def bayes(giving: int, selling: int, rates: Rates) -> Share:
    """Return the middle 95% of what is believed of the share where each is as likely as another
    beforehand.
    """
    grid = np.linspace(0, 1, 401)[:, None]
    found, mistaken = rates.draws.T
    at = np.clip(grid * found + (1 - grid) * mistaken, 1e-12, 1 - 1e-12)
    likely = selling * np.log(at) + giving * np.log1p(-at)
    believed = np.exp(likely - likely.max()).sum(axis=1).cumsum()
    low, middle, high = np.interp([0.025, 0.5, 0.975], believed / believed[-1], grid[:, 0])
    return Share(1 - middle, 1 - high, 1 - low)


def measured_sources() -> pd.DataFrame:
    """Return how a model that has not seen it errs in each source of the corpus, and how unlike
    the others it looks.
    """
    frame = read_frame(CORPUS)
    model = givesell.train(frame, groups="group", n_jobs=1)
    p = model.report.out_of_fold["selling"].to_numpy()
    known, features = model.info["drift"], model.pipeline.named_steps["features"]
    seen = Seen(features.ngrams(), least=features.min_df)
    seen.add(frame["text"].tolist())
    rows = {}
    for name, at in frame.reset_index(drop=True).groupby("group").indices.items():
        sells, called = (frame["label"].to_numpy()[at] == SELLING), is_selling(p[at])
        new = seen.count_without(frame["text"].to_numpy()[at])
        rows[name] = {
            "posts": len(at),
            "selling": int(sells.sum()),
            "giving": int((~sells).sum()),
            "found": int((sells & called).sum()),
            "mistaken": int((~sells & called).sum()),
            "posts unsure": float((~is_sure(p[at], model.thresholds)).mean()),
            "new n-grams": float(new.new_ngrams.sum() / max(new.ngrams.sum(), 1)),
            "new words": float(new.new_words.sum() / max(new.words.sum(), 1)),
            "distance of the probabilities": float(
                distance(
                    np.bincount(histogram_bins(p[at]), minlength=50), np.array(known["histogram"])
                )
            ),
        }
    sources = pd.DataFrame(rows).T
    sources.attrs["rates"] = model.info["metrics"]
    return sources


def fitted(sources: pd.DataFrame) -> tuple[tuple[float, float], float]:
    """Return the correlation of errors within a source for both rates, and that between them."""

    def within(hits: pd.Series, posts: pd.Series) -> float:
        k, n = hits[posts > 0].to_numpy(), posts[posts > 0].to_numpy()

        def loss(at: NDArray[np.float64]) -> float:
            mean, size = expit(at[0]), np.exp(at[1])
            a, b = mean * size, (1 - mean) * size
            return -float((betaln(k + a, n - k + b) - betaln(a, b)).sum())

        return float(1 / (1 + np.exp(minimize(loss, [0.0, 1.0], method="Nelder-Mead").x[1])))

    both = sources[(sources["selling"] >= 10) & (sources["giving"] >= 10)]
    together = np.corrcoef(both["found"] / both["selling"], both["mistaken"] / both["giving"])[0, 1]
    return (
        within(sources["found"], sources["selling"]),
        within(sources["mistaken"], sources["giving"]),
    ), float(together)


def table_of_kinds(kinds: Any, hold: Any, width: Any) -> list[str]:
    """Return the lowest coverage of each kind of archive and its mean width."""
    lines = [
        "## How often it holds the true share\n",
        "The lowest of the 21 true shares, and in brackets the mean width over them in points.\n",
        "| archives | " + " | ".join(f"{size:,} posts" for size in SIZES) + " |",
        "|---|" + len(SIZES) * "---:|",
    ]
    for kind in kinds:
        cells = [
            f"{hold['the report', kind, size].min():.1%}"
            f" ({100 * width['the report', kind, size].mean():.0f})"
            for size in SIZES
        ]
        lines.append(f"| {kind} | " + " | ".join(cells) + " |")
    return lines


def table_of_shares(kinds: Any, hold: Any, width: Any) -> list[str]:
    """Return the lowest coverage at each true share."""
    lines = [
        (
            "\nBy the true share of giving: the lowest of all those kinds of archives, and in"
            " brackets the mean width of the interval.\n"
        ),
        "| giving | " + " | ".join(f"{size:,} posts" for size in SIZES) + " |",
        "|---:|" + len(SIZES) * "---:|",
    ]
    for at, giving in enumerate(SHARES):
        cells = []
        for size in SIZES:
            held = min(hold["the report", kind, size][at] for kind in kinds)
            wide = np.mean([width["the report", kind, size][at] for kind in kinds])
            cells.append(f"{held:.1%} ({100 * wide:.0f})")
        lines.append(f"| {giving:.0%} | " + " | ".join(cells) + " |")
    return lines


def table_of_ways(ways: Any, kinds: Any, hold: Any) -> list[str]:
    """Return how other ways to make an interval fare."""
    lines = [
        "\n## Other ways\n",
        (
            "The lowest of all shares and sizes, and in brackets without the shares 0 and 100%,"
            " which the middle 95% of what is believed"
        ),
        (
            "never hold. Lang and Reiczigel's adjustment of Rogan and Gladen takes rates as"
            " uncertain as those of the report, and so does"
        ),
        "the Bayesian interval; neither reckons with known sources or right labels.\n",
        "| archives | " + " | ".join(ways) + " |",
        "|---|" + len(ways) * "---:|",
    ]
    for kind in kinds:
        every = {way: np.array([hold[way, kind, size] for size in SIZES]) for way in ways}
        lines.append(
            f"| {kind} | "
            + " | ".join(f"{held.min():.1%} ({held[:, 1:-1].min():.1%})" for held in every.values())
            + " |"
        )
    return lines


def table_of_counts(edges: Any) -> list[str]:
    """Return the interval for some counts."""
    lines = [
        "\n## What it says\n",
        "| labelled giving | " + " | ".join(f"{size:,} posts" for size in SIZES) + " |",
        "|---:|" + len(SIZES) * "---:|",
    ]
    for giving in (1.0, 0.98, 0.95, 0.9, 0.8, 0.7, 0.5, 0.3, 0.1, 0.0):
        cells = []
        for size in SIZES:
            grid, low, high = edges["the report", size]
            cells.append(
                f"{np.interp(size * (1 - giving), grid, low):.0%} to"
                f" {np.interp(size * (1 - giving), grid, high):.0%}"
            )
        lines.append(f"| {giving:.0%} | " + " | ".join(cells) + " |")
    return [
        *lines,
        (
            "\nThe width is that of the differences between sources, not of chance: a thousand"
            " times as many posts narrow it little. Near"
        ),
        (
            "either end of the count it is narrow, in the middle it leaves much open. A hundred"
            " posts of the archive, drawn at random and"
        ),
        "labelled by hand, tell its share to within ten points.",
    ]


def real(
    sources: pd.DataFrame, spread: tuple[float, float], together: float, draw: np.random.Generator
) -> list[str]:
    """Return what becomes of the corpus' own sources."""
    large = sources[sources["posts"] >= FEWEST]
    rates = error_rates({"metrics": sources.attrs["rates"]})
    called, truth = large["found"] + large["mistaken"], large["giving"] / large["posts"]
    counts = [
        (int(posts - count), int(count))
        for posts, count in zip(large["posts"], called, strict=True)
    ]
    ways = {
        "the report": [corrected_share(*count, rates) for count in counts],
        "counted, Wilson": [counted_share(*count) for count in counts],
    }
    holds = {
        way: np.array(
            [s.low - 1e-9 <= true <= s.high + 1e-9 for s, true in zip(found, truth, strict=True)]
        )
        for way, found in ways.items()
    }
    wide = {
        way: np.array([share.high - share.low for share in found]) for way, found in ways.items()
    }
    sure = (large["posts unsure"] < MOSTLY).to_numpy()
    kinds = {"all": np.ones(len(large), bool), "mostly sure": sure, "mostly unsure": ~sure}
    lines = [
        "\n## On real sources\n",
        (
            f"The corpus has {len(large)} sources of {FEWEST} posts and more. Each is labelled by a"
            " model that has not seen it (trained in"
        ),
        (
            "folds of sources, without a teacher), and its true share of giving is known from its"
            " labels.\n"
        ),
        "| sources | " + " | ".join(f"{way}: holds the truth | width" for way in ways) + " |",
        "|---|" + 2 * len(ways) * "---:|",
    ]
    for name, at in kinds.items():
        cells = [
            f"{holds[way][at].mean():.0%} | {100 * wide[way][at].mean():.0f} points" for way in ways
        ]
        lines.append(f"| {name} ({at.sum()}) | " + " | ".join(cells) + " |")
    lines += [
        (
            "\nSimulated archives, each with the errors that were counted in one of these sources"
            " (of those with ten posts and more of either"
        ),
        "label): the lowest of the 21 true shares.\n",
        "| sources | " + " | ".join(f"{size:,} posts" for size in SIZES) + " |",
        "|---|" + len(SIZES) * "---:|",
    ]
    edges = {
        size: intervals(lambda giving, selling: corrected_share(giving, selling, rates), size)
        for size in SIZES
    }
    for name, at in kinds.items():
        some = large[at & (large["selling"] >= 10) & (large["giving"] >= 10)]
        pairs = (
            (some["found"] / some["selling"]).to_numpy(),
            (some["mistaken"] / some["giving"]).to_numpy(),
        )

        def rows(count: int) -> tuple[Any, Any]:
            which = draw.integers(0, len(some), count)  # noqa: B023
            return pairs[0][which], pairs[1][which]  # noqa: B023

        cells = [
            f"{held([labelled_selling(rows, size, giving, draw) for giving in SHARES], edges[size])[0].min():.1%}"
            for size in SIZES
        ]
        lines.append(f"| {name} ({len(some)}) | " + " | ".join(cells) + " |")
    error = (called / large["posts"] - (1 - truth)).abs()
    lines += [
        (
            "\nErrors within a source go together: fitted as beta-binomial, the correlation is"
            f" {spread[0]:.2f} of what is found and"
        ),
        (
            f"{spread[1]:.2f} of what is mistaken, and the rates themselves correlate by"
            f" {together:.2f} between sources. From the measured"
        ),
        (
            "interval of macro-F1 alone the report reckons with about 0.1, and with 0.6 between the"
            " rates.\n"
        ),
        (
            "What goes with a wrong count? Spearman's correlation with how far the counted share is"
            " from the true one, over these sources:\n"
        ),
        "| of a source | correlation |",
        "|---|---:|",
    ]
    for name in ("posts unsure", "new n-grams", "new words", "distance of the probabilities"):
        lines.append(f"| {name} | {large[name].astype(float).corr(error, method='spearman'):.2f} |")
    furthest = sources.loc[sources["posts"] >= 50, "new words"].max()
    return [
        *lines,
        (
            "\nSo a report gives no corrected share where most posts are unsure or where what is"
            " written is new to the model (no source of"
        ),
        (
            f"50 posts and more has above {furthest:.0%} new words). That the probabilities lie"
            " elsewhere says only that more or less is sold,"
        ),
        "which the correction allows for.",
    ]


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--write", type=Path, help="Write the report to this file; without it, print it."
    )
    main(parser.parse_args().write)

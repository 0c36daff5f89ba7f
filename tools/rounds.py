"""The labelled posts of both rounds, as benchmarks and tools of the models read them: what trains,
what measures, and which folds.
"""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from givesell.labelled.posts import Labelled
from givesell.labelled.read import read_labelled
from givesell.labelled.request import Request

ROOT = Path(__file__).parents[1]
CORPUS = ROOT.parent / "shared" / "corpus"
ROUNDS = ("labelled.jsonl.gz", "labelled_2.jsonl.gz")
# Trained on, never measured on; as DATA of the Makefile has them, in the same order.
BUNDLED = ROOT / "givesell" / "datasets" / "posts.jsonl"
HARD, UNLABELLED = "labelled_hard.jsonl.gz", "unlabelled.jsonl.gz"
WEAK_SPOTS = ROOT / "models" / "weak_spots.jsonl"
GROUP, MARK = "group", "#"  # accounts of one repository, owner/repo#account, share a fold
BORDERLINE_WEIGHT, PRIOR = 0.4, 0.36
TEXTS = ROOT / "benchmarks" / "posts"  # written to measure on, never trained on


def both_rounds(corpus: Path = CORPUS, *, borderline_weight: float = BORDERLINE_WEIGHT) -> Labelled:
    """Return the posts of both rounds, and those that are trained on beside them."""
    return read_labelled(
        Request(
            [corpus / name for name in ROUNDS],
            groups=GROUP,
            group_until=MARK,
            borderline_weight=borderline_weight,
            also=[(BUNDLED, 1.0), (corpus / HARD, 0.5), (WEAK_SPOTS, 1.0)],
            facet="facet",
            extra=["platform"],
        )
    )


def accounts_of(data: Labelled) -> NDArray[np.str_]:
    """Return the source of each post, an account where a repository holds several; ``""`` where
    there is none.
    """
    assert data.subgroups is not None
    return np.array([name or "" for name in data.subgroups])


def groups_of(data: Labelled) -> NDArray[np.str_]:
    """Return what is kept within a fold, the repository of each post; ``""`` for none."""
    return np.array([name or "" for name in data.groups[GROUP]])


def first_round(data: Labelled) -> int:
    """Return how many of the posts, the first ones, are of the first round."""
    return int(data.ledger[0]["posts"])

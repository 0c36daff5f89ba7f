"""What there is to learn from and to judge, and what each view has not seen.

Views 0 to 4 each learn without a fifth of the groups (two neighbouring folds of the ten that models
are measured on), view 5 without a random fifth of the posts, and view 6 from all.
"""

from pathlib import Path
from typing import Any, NamedTuple, Self

import numpy as np

from givesell.labelled.posts import Labelled
from givesell.labelled.unlabelled import posts_of
from givesell.learn.crossval import splits
from givesell.learn.teacher import made_posts
from tools.rounds import GROUP, UNLABELLED, accounts_of, both_rounds, groups_of

MADE, SEED = 240_000, 0
MOST_OF_A_GROUP = 3000  # unlabelled posts that are judged
RANDOM_MOST, RANDOM_MADE = 1000, MADE // 2  # view 5 only measures, and judges fewer
BLOCKS, RANDOM, ALL = 5, 5, 6


class Posts(NamedTuple):
    """The labelled posts, and what each view has not seen of them.

    ``facets`` numbers ``facet_names``; ``held`` are the posts that each view but the last is
    measured on, ``unseen`` their groups, of view 5 the posts themselves.
    """

    data: Labelled
    facets: Any
    facet_names: list[str]
    groups: Any
    accounts: Any
    held: list[Any]
    unseen: list[list[str]]

    @classmethod
    def read(cls, corpus: Path) -> Self:
        """Read the labelled posts."""
        data = both_rounds(corpus, borderline_weight=1.0)
        assert data.facets is not None
        names, facets = np.unique(data.facets.astype(str), return_inverse=True)
        groups = groups_of(data)
        folds = [test for _, test in splits(data, GROUP, SEED)]
        held: list[Any] = [
            np.concatenate(folds[2 * block : 2 * block + 2]) for block in range(BLOCKS)
        ]
        unseen = [sorted(set(groups[rows])) for rows in held]
        held.append(next(splits(data, None, SEED))[1])
        unseen.append(list(data.posts[held[RANDOM]]))
        return cls(data, facets, list(names), groups, accounts_of(data), held, unseen)

    def hidden(self, view: int) -> list[str]:
        """Return the groups that a view must not have seen."""
        return self.unseen[view] if view < BLOCKS else []

    def own(self, view: int) -> Any:
        """Return the posts that a view is measured on."""
        return np.empty(0, np.intp) if view == ALL else self.held[view]

    def learned(self, view: int, sources: int | None = None) -> Any:
        """Return the posts that a view learns from; with ``sources`` those of so many accounts."""
        rows, own = np.arange(len(self.data.posts)), self.own(view)
        out = np.isin(rows, own) | np.isin(self.groups, self.hidden(view))
        if view == RANDOM:
            out |= np.isin(self.data.posts, self.data.posts[own])  # copies of them
        rows = rows[~out]
        if sources is None:
            return rows
        names = np.unique(self.accounts[rows])
        names = np.random.default_rng(7).permutation(names[names != ""])[:sources]
        return rows[np.isin(self.accounts[rows], names) | (self.groups[rows] == "")]


class Pool(NamedTuple):
    """Unlabelled posts, then those made of them and of labelled ones, for views to judge."""

    posts: Any
    groups: Any  # of the unlabelled ones
    parents: Any  # of the made ones

    @classmethod
    def of(cls, corpus: Path, data: Labelled) -> Self:
        """Read the unlabelled posts and make others."""
        posts, groups = posts_of(corpus / UNLABELLED, groups=GROUP)
        made, parents = made_posts(data, posts, groups, MADE, groups=GROUP, seed=SEED)
        return cls(np.concatenate([posts, made]), groups.astype(str), parents)

    def of_view(self, posts: Posts, view: int) -> tuple[Any, Any]:
        """Return the unlabelled and the made posts that a view may judge, those first that are
        judged first: the first of each group, the second of each group ...
        """
        most, most_made = (RANDOM_MOST, RANDOM_MADE) if view == RANDOM else (MOST_OF_A_GROUP, MADE)
        rank = np.empty(len(self.groups), np.int64)
        shuffled = np.random.default_rng(1).permutation(len(rank))
        for name in np.unique(self.groups):
            mine = np.flatnonzero(self.groups == name)
            rank[mine[np.argsort(shuffled[mine])]] = np.arange(len(mine))
        out = np.ones(len(posts.data.posts), bool)
        out[posts.learned(view)] = False
        hidden = posts.hidden(view)
        of_parents = np.concatenate([posts.groups, self.groups])[self.parents]
        unfair = np.isin(self.parents, np.flatnonzero(out)) | np.isin(of_parents, hidden)
        made = np.flatnonzero(~unfair.any(axis=1) & (np.arange(len(self.parents)) < most_made))
        real = np.flatnonzero((rank < most) & ~np.isin(self.groups, hidden))
        return real[np.argsort(rank[real], kind="stable")], len(rank) + made

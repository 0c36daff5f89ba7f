"""Tests of `givesell.datasets` and of the model card."""

import csv

import givesell
from givesell.datasets import demo_archive, load_posts
from givesell.model.model import Model


def test_posts_are_whole():
    """There are 1,600 different posts with the two labels and no gaps."""
    posts = load_posts()
    assert len(posts) == posts["id"].nunique() == 1600
    assert set(posts["label"]) == {"giving", "selling"}
    assert posts.notna().all().all()


def test_demo_archive_is_an_export():
    """The demo archive is a Reddit export of at least 300 of the posts, with times in order."""
    with demo_archive().open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) >= 300
    assert {row["body"] for row in rows} <= set(load_posts()["text"])
    assert [row["date"] for row in rows] == sorted(row["date"] for row in rows)


def test_card_leaves_out_what_is_not_known():
    """A model without metrics or ledger gets a card without those sections."""
    model = givesell.load()
    card = Model(model.kind, thresholds=model.thresholds, info={"name": model.name}).card()
    assert "# givesell-en" in card
    assert "Quality" not in card
    assert "Training data" not in card
    assert "None" not in card.replace("`char_ngram_range`: None", "")

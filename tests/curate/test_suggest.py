"""Tests of `givesell.curate.suggest` and `givesell.labelled.unlabelled`."""

import json

import numpy as np
import pandas as pd
import polars as pl
import pytest
import scipy.sparse as sp

import givesell
from givesell.core.fingerprints import key_of
from givesell.curate.spreading import spread, uncertainty
from givesell.datasets import demo_archive, load_posts
from givesell.errors import ArgumentError, ArgumentTypeError, DataError


@pytest.fixture(scope="module")
def model():
    """The model shipped."""
    return givesell.load()


@pytest.fixture(scope="module")
def pool():
    """The bundled posts without their labels, on an index of their ids."""
    return load_posts().drop(columns=["label", "facet", "certainty"]).set_index("id")


def test_rows_of_a_frame_come_back_on_its_index(model, pool):
    """The rows of a DataFrame come back whole, each with the model's probability and a reason."""
    found = givesell.suggest(model, pool, 20)
    assert list(found.columns) == [*pool.columns, "selling", "reason"]
    pd.testing.assert_frame_equal(found[pool.columns], pool.loc[found.index])
    np.testing.assert_allclose(found["selling"], model.score(found["text"]), atol=1e-6)
    assert found["reason"].str.contains("% selling").all()
    assert found.attrs["pool"] == {"read": 1600, "labelled": 0, "unjudged": 0}


def test_uncertain_ones_are(model, pool):
    """Those picked are among the most uncertain of the pool, and much more so than those drawn
    at random.
    """
    found = givesell.suggest(model, pool, 10)
    assert (
        uncertainty(found["selling"]).min()
        >= np.sort(uncertainty(model.score(pool["text"])))[-1000]
    )
    drawn = givesell.suggest(model, pool, 100, strategy="random")
    assert uncertainty(found["selling"]).mean() > 2 * uncertainty(drawn["selling"]).mean()
    assert drawn["reason"].str.startswith("drawn at random; ").all()


def test_same_seed_same_posts_whatever_the_source(model, pool, tmp_path):
    """A seed decides; a file, a Series, a list and a frame of the same posts give the same ones."""
    path = tmp_path / "pool.jsonl"
    path.write_text("".join(json.dumps({"text": text}) + "\n" for text in pool["text"]))
    for strategy in ("uncertain", "random"):
        expected = givesell.suggest(model, pool, 30, strategy=strategy, random_state=1)[
            "text"
        ].tolist()
        for source in (
            pool["text"],
            pool["text"].tolist(),
            path,
            str(path),
            [path],
            givesell.read_archive(path),
        ):
            assert (
                givesell.suggest(model, source, 30, strategy=strategy, random_state=1)[
                    "text"
                ].tolist()
                == expected
            )
    assert (
        givesell.suggest(model, pool, 30, strategy="random", random_state=2)["text"].tolist()
        != expected
    )


def test_never_the_same_words_twice(model):
    """Posts that differ only in capitals, spaces, links and handles are suggested once, however
    often they stand.
    """
    posts = [f"New prints in the shop!  DM @jo{i} https://shop.example/{i}" for i in range(50)] + [
        "Thanks for the help",
        "THANKS for the  help",
    ]
    found = givesell.suggest(model, posts, 10)
    assert sorted(found["text"].str[:6]) in (["New pr", "THANKS"], ["New pr", "Thanks"])


def test_labelled_posts_are_not_suggested(model, pool):
    """Neither posts with a label in the pool nor those labelled elsewhere come; a model's own
    column of labels counts for nothing.
    """
    half = pool.assign(label=np.where(np.arange(len(pool)) < 1590, "giving", None))
    found = givesell.suggest(model, half, 50, labelled=pool["text"].iloc[-5:])
    assert set(found.index) == set(pool.index[1590:1595])
    assert found.attrs["pool"] == {"read": 1600, "labelled": 1595, "unjudged": 0}
    scored = pool.join(givesell.classify(pool["text"])[["label", "selling", "sure", "status"]])
    assert len(givesell.suggest(model, scored, 50)) == 50


def test_archives_keep_what_they_have(model):
    """Of an export the fields of its posts come, those it has none of left out."""
    found = givesell.suggest(model, demo_archive(), 5)
    assert list(found.columns)[:2] == ["id", "text"]
    assert {"platform", "created", "kind"} <= set(found.columns)
    assert "author" not in found.columns


def test_posts_that_cannot_be_judged_are_passed_over(model):
    """Empty posts and those in other languages are not suggested, and counted."""
    found = givesell.suggest(
        model,
        [
            "",
            None,
            "🎉🎉",
            "Danke, das hat mir sehr geholfen und ich bin froh",
            "Thanks for the help",
        ],
        5,
    )
    assert found["text"].tolist() == ["Thanks for the help"]
    assert found.attrs["pool"]["unjudged"] == 4
    with pytest.raises(
        DataError, match="of 1 posts read, 0 are already labelled and 1 cannot be judged"
    ):
        givesell.suggest(model, [""])


@pytest.mark.parametrize(
    ("pool", "options"), [(["a"], {"n": 0}), (["a"], {"n": 2.5}), (["a"], {"strategy": "best"})]
)
def test_wrong_arguments(model, pool, options):
    """Counts and strategies that are none are refused."""
    with pytest.raises(ArgumentError, match="must be"):
        givesell.suggest(model, pool, **options)


def test_no_pool(model):
    """Something that holds no posts is refused with what to pass, and a table without a column
    of posts with its columns.
    """
    with pytest.raises(
        DataError,
        match=(
            r"No column 'text' in the DataFrame. There are: words. Name the column of posts with"
            r" --text-column. In Python pass text="
        ),
    ):
        givesell.suggest(model, pl.DataFrame({"words": ["a"]}))
    with pytest.raises(ArgumentTypeError, match="Cannot read a pool of posts from int"):
        givesell.suggest(model, 7)


def test_spread_takes_the_far_ones():
    """Equal posts are not taken twice while there are others, nor those near what is labelled."""
    rows = sp.csr_matrix(np.eye(4)[[0, 0, 1, 2, 3]])
    worth = np.array([0.5, 0.5, 0.4, 0.3, 0.2])
    assert spread(rows, worth, 3).tolist() == [0, 2, 3]
    assert spread(rows, worth, 3, far_from=rows[[0]]).tolist() == [2, 3, 4]
    assert sorted(spread(rows, worth, 9).tolist()) == [0, 1, 2, 3, 4]


def test_keys_differ_where_words_do():
    """Other words are another key, and a post of links alone has one of its own."""
    assert key_of("Buy now") != key_of("Buy it now")
    assert key_of("https://a.example") != key_of("https://b.example")

"""An archive with a second look: what is recorded, resumed and told on the way."""

import threading
import time

import numpy as np
import pandas as pd
import pytest

import givesell
from givesell.archives.formats import csv_file
from givesell.batch import Scoring, WriteOptions, chunks, pipeline, score_files
from givesell.datasets import load_posts
from givesell.errors import HintWarning, RestartWarning
from givesell.learn.second_look import simple_rule
from givesell.model import careful as careful_module
from givesell.report import make_report
from givesell.verdict import Again, Scores

BETWEEN = (0.05, 0.95)


@pytest.fixture
def encoder(tmp_path_factory, monkeypatch):
    """In place of the encoder, the deep model with a rule."""
    folder = tmp_path_factory.mktemp("second") / "givesell-en-second"
    rule = simple_rule(givesell.load(), between=BETWEEN)
    givesell.load("givesell-en-deep").holding_rule(rule).save(folder)
    monkeypatch.setattr(careful_module, "SECOND", folder)
    return folder


@pytest.fixture
def posts(tmp_path):
    """A file of 400 posts."""
    load_posts().head(400)[["text"]].to_csv(tmp_path / "posts.csv", index=False)
    return tmp_path / "posts.csv"


@pytest.mark.parametrize("out", ["out.csv", "out.jsonl", "out.parquet"])
@pytest.mark.usefixtures("encoder")
def test_the_output_says_which_model_has_spoken(posts, tmp_path, out):
    """The column comes before the label, holds what `verdicts` says, and is not there without
    a second look.
    """
    summary = givesell.score_archive(posts, tmp_path / out, careful=True, facets=True)
    plain = givesell.score_archive(posts, tmp_path / f"plain-{out}")
    read = {"csv": pd.read_csv, "parquet": pd.read_parquet}.get(
        out[4:], lambda path: pd.read_json(path, lines=True, dtype=False)
    )
    frame = read(tmp_path / out)
    assert list(frame) == ["text", "facet", "read_by", "label", "selling", "sure", "status"]
    assert "read_by" not in read(tmp_path / f"plain-{out}")
    model = careful_module.careful_model()
    scores = model.verdicts(frame["text"])
    assert frame["read_by"].tolist() == scores.read_by.tolist()
    assert np.allclose(frame["selling"], scores.selling, atol=1e-6)
    assert summary.read_again == (scores.again != Again.NO).sum() > 10
    assert summary.relabelled == (scores.again == Again.OTHER_LABEL).sum() > 0
    assert summary.as_dict()["read_again"] == summary.read_again
    assert plain.read_again is None
    assert "read_again" not in plain.as_dict()


@pytest.mark.usefixtures("encoder")
def test_the_report_counts_who_has_spoken(posts, tmp_path):
    """A sentence says how many posts each model has judged, and how many labels changed."""
    summary = givesell.score_archive(
        posts, tmp_path / "out.parquet", careful=True, report=tmp_path / "page.html"
    )
    (said,) = [line for line in summary.findings if line.startswith("Who has spoken")]
    assert f"deep, {summary.read_again} posts" in said
    assert f"changed the label of {summary.relabelled} posts" in said
    figures = make_report(tmp_path / "out.parquet", model=careful_module.careful_model()).figures
    assert figures["relabelled"] == summary.relabelled
    givesell.score_archive(posts, tmp_path / "out.csv", careful=True)
    figures = make_report(tmp_path / "out.csv", model="givesell-en").figures
    assert figures["relabelled"] is None
    assert sum(figures["read_by"].values()) == figures["giving"] + figures["selling"]
    givesell.score_archive(posts, tmp_path / "plain.csv")
    assert "read_by" not in make_report(tmp_path / "plain.csv", model="givesell-en").figures


class Interrupted(BaseException):
    """In place of Ctrl-C."""


def interrupted_at(count):
    """Return a progress that interrupts a run once so many rows are written or scored."""

    def progress(done, total, rows):
        if rows >= count:
            raise Interrupted

    return progress


@pytest.mark.usefixtures("encoder")
def test_an_interrupted_run_goes_on_to_the_same_bytes(posts, tmp_path, monkeypatch):
    """And not where it began without a second look, or with another rule."""
    monkeypatch.setattr(csv_file, "BATCH_ROWS", 50)
    monkeypatch.setattr(chunks, "SLOW_ROWS", 50)
    whole = givesell.score_archive(posts, tmp_path / "whole.csv", careful=True)
    out = tmp_path / "out.csv"

    def stopped(count=200):
        with pytest.raises(Interrupted):
            givesell.score_archive(
                posts, out, careful=True, n_jobs=1, progress=interrupted_at(count)
            )

    stopped()
    summary = givesell.score_archive(posts, out, careful=True)
    assert 0 < summary.resumed < 400
    assert out.read_bytes() == (tmp_path / "whole.csv").read_bytes()
    assert (summary.read_again, summary.relabelled) == (whole.read_again, whole.relabelled)
    out.unlink()
    stopped()
    with pytest.warns(RestartWarning, match="its model"):
        givesell.score_archive(posts, out)
    out.unlink()
    stopped()
    other = simple_rule(givesell.load(), between=(0.3, 0.7))
    second = givesell.load("givesell-en-deep").holding_rule(other)
    with pytest.warns(RestartWarning, match="its model"):
        givesell.score_archive(posts, out, model=givesell.load().with_second_look(second))


class Slow:
    """A scorer that takes its time, and counts."""

    def __init__(self, seconds):
        self.seconds, self.sizes, self.threads = seconds, [], set()

    def __call__(self, texts):
        """Say that all give, and that posts of an odd length were read again."""
        self.sizes.append(len(texts))
        self.threads.add(threading.get_ident())
        time.sleep(self.seconds)
        n = len(texts)
        again = np.array([len(text) % 2 for text in texts], np.uint8)
        return Scores(
            np.full(n, "giving", object), np.full(n, 0.1, np.float32), np.ones(n, bool),
            np.full(n, "ok", object), again=again,
        )  # fmt: skip


def test_a_slow_scorer_takes_one_batch_in_steps_and_in_threads(posts, tmp_path):
    """One batch of 400 posts occupies all threads, and progress shows before it is done."""
    told = []

    class Bar:
        """Remembers what it is told."""

        def __call__(self, done, total, rows):
            told.append((done, total, rows))

        read_again = staticmethod(told.append)

    scorer = Slow(0.02)
    scoring = Scoring(scorer, threads=2, step=16)
    progress, pipeline_tick = Bar(), pipeline.TICK
    pipeline.TICK = 0.01
    try:
        summary = score_files(posts, tmp_path / "out.jsonl", scoring, progress=progress)
    finally:
        pipeline.TICK = pipeline_tick
    assert scorer.sizes == [16] * 25
    assert len(scorer.threads) == 2
    rows = [one[2] for one in told if isinstance(one, tuple)]
    assert rows == sorted(rows)
    assert any(0 < count < 400 for count in rows)
    assert rows[-1] == 400
    bars = [one[0] / one[1] for one in told if isinstance(one, tuple) and 0 < one[2] < 400]
    assert all(share < 1 for share in bars)
    counts = [one for one in told if isinstance(one, int)]
    assert counts[-1] == summary.read_again


def test_an_interruption_is_answered_before_the_batch_is_done(posts, tmp_path):
    """Steps that have not begun are left out: a batch that would take ten seconds ends at once."""
    scorer = Slow(0.1)
    with pytest.raises(Interrupted):
        score_files(
            posts, tmp_path / "out.jsonl", Scoring(scorer, threads=2, step=4),
            write=WriteOptions(), progress=interrupted_at(8),
        )  # fmt: skip
    assert len(scorer.sizes) < 80


@pytest.mark.usefixtures("encoder")
def test_workers_get_a_second_look_too(posts):
    """A `Scorer` that is careful adds the column, and is pickled by name."""
    import pickle

    scorer = givesell.Scorer(careful=True)
    assert repr(scorer) == "Scorer(careful=True)"
    assert len(pickle.dumps(scorer)) < 500
    frame = pickle.loads(pickle.dumps(scorer))(pd.Series(["Thanks!"]))
    assert frame["read_by"].tolist() == ["givesell-en"]


@pytest.mark.usefixtures("encoder")
def test_functions_are_careful_where_asked(tmp_path):
    """`classify` and `score` take the second look, and a model of one's own is told that the rule
    was not learned for it.
    """
    post = "Thanks for coming, new mugs are up!"
    assert givesell.classify(post, careful=True).read_by == "givesell-en-deep"
    assert givesell.classify(post).read_by is None
    p = givesell.score(post, model="givesell-en-deep")
    assert givesell.score(post, careful=True) == pytest.approx(p, abs=1e-7)
    mine = givesell.train(load_posts().head(200), name="mine")
    mine.save(tmp_path / "mine")
    with pytest.warns(HintWarning, match="learned with another model than 'mine'"):
        assert givesell.classify([post], model=tmp_path / "mine", careful=True)[0].read_by

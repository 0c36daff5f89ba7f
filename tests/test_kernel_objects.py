"""Kernel objects and their arguments, whoever makes them and however: nothing that Python can write
ends the process.
"""

import inspect
from importlib import import_module
from types import SimpleNamespace

import numpy as np
import pytest

import givesell
from givesell.core.convolution import read_sequences, score_sequences
from givesell.core.fused import FusedScorer, PostReader
from givesell.core.model_arrays import Scored
from givesell.core.sequences import sequences
from givesell.core.token_rows import TokenRows
from givesell.estimators.feature_matrix import count_posts
from givesell.reasons.parts import Explained, no_phrases
from givesell.reasons.weighing import explain_chunk
from givesell.text.counting import Vocabulary, count_text
from givesell.text.domains import domain_table
from givesell.text.fold import fold_table
from givesell.text.language import language_table
from givesell.text.layout import lay_buckets
from givesell.text.posts import chunks
from givesell.text.reading import LanguageTables, words_of
from givesell.text.scan import rule_tables
from givesell.text.scanner import RuleTables, scan_text, write_code_points
from tools.cython_source import statements
from tools.rooms import PACKAGE, ROOT, House

KERNELS = House.of_folder(ROOT / PACKAGE).kernels
COMPILED = [
    name
    for name in KERNELS
    if (ROOT / PACKAGE / name.replace(".", "/")).with_suffix(".pyx").exists()
]
POST = "Buy one, get one free!!! #NewMugs at www.example.com, thanks"
POSTS = [POST, "Thanks so much, that fixed it", None, "soooo 10% OFF"] * 500


def classes():
    """Return the classes that kernels define."""
    found = []
    for name in COMPILED:
        module = import_module(f"{PACKAGE}.{name}")
        own = inspect.getmembers(module, inspect.isclass)
        found += [cls for _, cls in own if cls.__module__ == module.__name__]
    return found


def heads(source):
    """Return the words of each function's head that Python can call, and each method's."""
    return [statement.words for statement in statements(source) if statement.words[0] == "def"]


@pytest.mark.parametrize("cls", classes(), ids=lambda cls: cls.__name__)
def test_an_object_is_whole_or_has_nothing_to_call(cls):
    """What ``__new__`` makes was checked, or it is memory that only kernels write to: there is no
    object that its constructor did not see.
    """
    try:
        cls.__new__(cls)
    except TypeError:
        return
    public = {name for name in vars(cls) if not name.startswith("_")}
    assert not any(callable(getattr(cls, name)) for name in public)


def test_constructors_cannot_be_called_again_or_gone_past():
    """A kernel's class has no ``__init__`` of its own, and takes tables that are there."""
    names = {cls.__name__ for cls in classes()}
    assert {"FusedScorer", "RuleTables", "Vocabulary", "TokenRoom"} <= names
    for kernel in COMPILED:
        for words in heads(KERNELS[kernel]):
            assert words[1] != "__init__", kernel
            for at in range(3, len(words) - 2):
                if words[at] in names and words[at - 1] in ("(", ","):
                    after = words[at + 2 : at + 4]
                    assert after in (["not", "None"], ["=", "None"]), f"{kernel}: {words[1]}"


def linear_vocabulary(model):
    """Return the n-grams of a linear model."""
    linear = model.weights.linear
    return Vocabulary(linear.ngrams, linear.vocabulary, len(linear.table))


def test_a_second_call_of_init_changes_nothing():
    """An object that is in use goes on with what was checked."""
    model = givesell.load()
    linear = model.weights.linear
    made = [
        (FusedScorer(model.weights, model.facets), (model.weights, None)),
        (linear_vocabulary(model), (linear.ngrams, linear.vocabulary, 3)),
        (RuleTables(fold_table(), domain_table()), (None, None)),
        (LanguageTables(language_table()), (None,)),
        (TokenRows(np.ones((3, 4), np.float32), np.ones((4, 5), np.float32)), (None, None)),
    ]
    for thing, others in made:
        thing.__init__(*others)
    scorer, vocabulary, rules, languages, rows = [thing for thing, _ in made]
    assert scorer.score_one(POST) == model.scorer.score_one(POST)
    assert count_text(rules, vocabulary, POST) == count_text(
        rule_tables(), linear_vocabulary(model), POST
    )
    assert words_of(rules, languages, POST)[0]
    assert scan_text(rules, POST) == scan_text(rule_tables(), POST)
    assert rows.product(2).tolist() == [4.0] * 5


class Changing:
    """A chunk whose arrays are new ones each time they are asked for, and kept by nobody."""

    def __init__(self, chunk):
        self._chunk = chunk

    def __getattr__(self, name):
        value = getattr(self._chunk, name)
        return value.copy() if isinstance(value, np.ndarray) else value


def test_arrays_of_posts_are_kept_while_they_are_read():
    """A kernel holds the arrays that it reads, whoever else does."""
    model = givesell.load()
    ((_, chunk),) = chunks(POSTS)
    expected, found = (Scored.room(len(POSTS), facets=True) for _ in range(2))
    model.scorer.score_chunk(chunk, expected)
    model.scorer.score_chunk(Changing(chunk), found)
    for one, other in zip(expected, found, strict=True):
        np.testing.assert_array_equal(one, other)
    vocabulary = linear_vocabulary(model)
    for kernel in (
        lambda posts: count_posts(rule_tables(), vocabulary, posts, True),
        lambda posts: read_sequences(rule_tables(), posts),
    ):
        for one, other in zip(kernel(chunk), kernel(Changing(chunk)), strict=True):
            assert np.array_equal(one, other)
    status, sure = np.empty(len(POSTS), np.uint8), np.empty(len(POSTS), bool)
    PostReader(model.known).read_chunk(Changing(chunk), status, sure)
    assert np.array_equal(status, expected.status)


def explained(n, top=3):
    """Return arrays for the reasons of so many posts."""
    return Explained(Scored.room(n, facets=False), np.empty(n), np.empty(n), no_phrases(n, top), [])


def test_arrays_of_results_are_kept_while_they_are_written():
    """A kernel holds the arrays that it writes to; those that are too small are refused."""
    model = givesell.load()
    ((_, chunk),) = chunks(POSTS)
    kept = explained(len(POSTS))
    explain_chunk(model.scorer, chunk, kept, False)
    others = SimpleNamespace(**kept._asdict())
    others.phrases = (array.copy() for array in no_phrases(len(POSTS), 3))
    others.scored = (array if array is None else array.copy() for array in kept.scored)
    explain_chunk(model.scorer, Changing(chunk), others, True)
    assert np.isfinite(kept.linear).all()
    small = explained(len(POSTS) - 1)
    for name in ("scored", "linear", "network", "phrases"):
        with pytest.raises(ValueError, match="no room"):
            explain_chunk(model.scorer, chunk, kept._replace(**{name: getattr(small, name)}), True)


def test_a_network_s_tokens_cannot_be_changed_under_it():
    """Where a token's row lies is the scorer's own copy."""
    model = givesell.load("givesell-en-deep")
    vocabulary = model.weights.network.vocabulary.copy()
    network = model.weights.network._replace(vocabulary=vocabulary)
    scorer = FusedScorer(model.weights._replace(network=network))
    expected = scorer.score_one(POST)
    vocabulary[:] = 1 << 62
    assert scorer.score_one(POST) == expected
    with pytest.raises(ValueError, match="do not fit"):
        score_sequences(network, *sequences([POST]))
    with pytest.raises(ValueError, match="do not fit"):
        score_sequences(network._replace(rows=None), *sequences([POST]))


def test_numbers_that_no_caller_of_the_house_passes():
    """Places before the first post, sizes and offsets whose sums overflow, and posts longer than
    are counted are refused before anything is read or memory taken.
    """
    with pytest.raises(ValueError, match="before the first"):
        write_code_points(["abc"], -5, np.zeros(9, np.uint32))
    with pytest.raises(ValueError, match="sizes"):
        lay_buckets(np.ones(1, np.int32), 2**63 - 1, np.zeros(0, np.uint64), np.zeros(0, np.uint32))
    ((_, chunk),) = chunks(POSTS)
    scored = Scored.room(len(POSTS), facets=False)
    with pytest.raises(ValueError, match="more code points than are counted"):
        givesell.load().scorer.score_chunk(chunk._replace(longest=1 << 28), scored)
    for offsets in ([0, -(2**63), 2**63 - 1, 3], [0, 2**63 - 1, -(2**63), 3], [-(2**63), 2, 3]):
        with pytest.raises(ValueError, match="do not lie within"):
            givesell.load().scorer.score_chunk(chunk._replace(offsets=np.array(offsets)), scored)

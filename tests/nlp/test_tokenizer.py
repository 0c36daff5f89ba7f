"""The scanner in spaCy's tokenizer slot."""

import os
import pickle
import re
import subprocess
import sys
from pathlib import Path

import pytest
import spacy
from hypothesis import example, given
from hypothesis import strategies as st
from spacy.tokens import Doc, DocBin

import givesell.nlp
from givesell.nlp import Tokenizer, blank
from givesell.text.scan import scan

POST = "Mugs: £5-£10, 20% off @jo's 👩🏽‍🚒!!\n\nhttps://x.io/a #BlackFriday  (DM me)"
WORDS = [token.text for token in scan(POST)]
PIECES = [
    " ",
    "  ",
    "\n",
    "\t",
    *"a don't @jo #A $5 😀 🇬🇧 \u200b \x00 \ud800 \udc00 \ufffd é x.com שלום ...".split(" "),
]
texts = st.text(st.integers(0, 0x10FFFF).map(chr)) | st.lists(st.sampled_from(PIECES)).map("".join)


@pytest.fixture(scope="module")
def nlp():
    """Return a blank pipeline."""
    return blank()


@given(text=texts)
@example(text="")
@example(text=" ")
@example(text=" a ")
@example(text="a  ")
@example(text="\ud83d\ude00")
def test_tokens_are_the_scanners(text, nlp):
    """For any text the document holds the scanner's tokens at the scanner's offsets, and the
    text itself.
    """
    doc = nlp(text)
    clean = re.sub("[\ud800-\udfff]", "\ufffd", text)
    assert doc.text == clean
    assert [token.text for token in doc] == [clean[token.start : token.end] for token in scan(text)]
    assert [token.text for token in doc] == [token.text for token in scan(clean)]
    assert [token.idx for token in doc] == [token.start for token in scan(text)]


def test_empty(nlp):
    """An empty text is an empty document."""
    assert len(nlp("")) == 0


def words(docs):
    """Return the tokens' texts, a list a document."""
    return [[token.text for token in doc] for doc in docs]


def test_pipe(nlp):
    """A pipe gives the same documents in the same order, lazily."""
    posts = [POST, "", "a b"] * 10
    assert words(nlp.pipe(posts)) == words(map(nlp, posts))
    endless = iter(lambda: "a b", None)
    assert len(next(nlp.tokenizer.pipe(endless, batch_size=10))) == 2


@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_processes(nlp):
    """A pipe over two processes gives the same documents."""
    posts = [POST, "", "a b"] * 4
    assert words(nlp.pipe(posts, n_process=2, batch_size=3)) == words(map(nlp, posts))


def test_saved_to_disk(nlp, tmp_path):
    """A saved pipeline comes back with the tokenizer."""
    nlp.to_disk(tmp_path / "pipeline")
    loaded = spacy.load(tmp_path / "pipeline")
    assert isinstance(loaded.tokenizer, Tokenizer)
    assert loaded.tokenizer.vocab is loaded.vocab
    assert [token.text for token in loaded(POST)] == WORDS


def test_saved_to_bytes(nlp):
    """A pipeline survives as bytes and in a pickle."""
    for copy in (blank().from_bytes(nlp.to_bytes()), pickle.loads(pickle.dumps(nlp))):
        assert [token.text for token in copy(POST)] == WORDS
    copy = pickle.loads(pickle.dumps(nlp.tokenizer))
    assert [token.text for token in copy(POST)] == WORDS


def test_config(nlp):
    """The pipeline's config names the tokenizer, and is all that is needed to make it again."""
    assert nlp.config["nlp"]["tokenizer"] == {"@tokenizers": "givesell.Tokenizer.v1"}
    again = spacy.util.load_model_from_config(nlp.config)
    assert [token.text for token in again(POST)] == WORDS


def test_documents_are_spacys(nlp):
    """Documents work with what spaCy offers: spans by offsets, serialization, the matcher."""
    doc = nlp(POST)
    start = POST.index("20%")
    assert doc.char_span(start, start + 7).text == "20% off"
    assert Doc(nlp.vocab).from_bytes(doc.to_bytes()).text == POST
    assert next(iter(DocBin(docs=[doc]).get_docs(nlp.vocab))).text == POST
    matcher = spacy.matcher.Matcher(nlp.vocab)
    matcher.add("off", [[{"TEXT": {"REGEX": "%$"}}, {"LOWER": "off"}]])
    assert [doc[first:last].text for _, first, last in matcher(doc)] == ["20% off"]


def test_components(nlp):
    """A pipeline with a component on top keeps the tokens."""
    pipeline = blank()
    pipeline.add_pipe("sentencizer")
    assert [token.text for token in pipeline(POST)] == WORDS


def test_spacy_is_loaded_on_demand():
    """Only givesell.nlp imports spaCy."""
    code = (
        "import sys, givesell, givesell.text.scan\nassert 'spacy' not in sys.modules\nimport"
        " givesell.nlp\nassert 'spacy' in sys.modules"
    )
    root = str(Path(givesell.nlp.__file__).parents[2])
    subprocess.run(
        [sys.executable, "-c", code], env=os.environ | {"PYTHONPATH": root}, check=True, timeout=60
    )

"""The spaCy pipeline component."""

import io
import json
import os
import pickle
import shutil
import subprocess
import sys
import time
import zipfile
from concurrent.futures import ThreadPoolExecutor

import pytest
import spacy
from spacy.tokens import Doc, DocBin
from spacy.training import Example

import givesell
import givesell.nlp
from givesell.datasets import load_posts
from givesell.errors import ArgumentError, ArtifactError, DataError, FileError, GivesellError
from givesell.estimators.pipelines import make_pipeline
from givesell.nlp.component import GivesellComponent
from givesell.nlp.cues import default_cues

PITCH = "Orders open! 20% off all mugs until Friday, DM me"
POSTS = [
    PITCH,
    "Thanks so much, that fixed it!",
    "",
    "😀😀",
    "𝗗𝗠 me: Café menu £12.\n\nDoes anyone know @jo?",
] * 3


def seen(docs):
    """Return what the component set on each document."""
    return [
        (
            doc.text,
            doc.cats,
            repr(doc._.givesell),
            [(s.label_, s.text) for s in doc.spans["givesell"]],
        )
        for doc in docs
    ]


@pytest.fixture(scope="module")
def nlp():
    """A user's own pipeline: spaCy's tokenizer, a component before and one after."""
    pipeline = spacy.blank("en")
    pipeline.add_pipe("sentencizer")
    pipeline.add_pipe("givesell")
    pipeline.add_pipe("merge_entities")
    return pipeline


@pytest.fixture(scope="module")
def mine(tmp_path_factory):
    """A saved model of one's own that differs from the shipped one."""
    posts, folder = load_posts(), tmp_path_factory.mktemp("models") / "mine"
    givesell.Model.from_pipeline(make_pipeline(C=0.1).fit(posts["text"], posts["label"])).save(
        folder
    )
    return folder


@pytest.mark.parametrize(
    "make",
    [lambda: spacy.blank("en"), givesell.nlp.blank, lambda: spacy.blank("xx")],
    ids=["en", "ours", "xx"],
)
def test_the_scores_are_the_librarys(make):
    """Whatever tokenizer there is, probabilities, verdicts and cues are those of the library on
    the text.
    """
    pipeline = make()
    pipeline.add_pipe("givesell")
    posts = [*POSTS, *load_posts()["text"][:200]]
    for doc, verdict, cues in zip(
        pipeline.pipe(posts), givesell.classify(posts), default_cues().pipe(posts), strict=True
    ):
        assert repr(doc._.givesell) == repr(verdict)
        assert doc.cats["selling"] == (verdict.selling if verdict.label else 0)
        assert sum(doc.cats.values()) == pytest.approx(1 if verdict.label else 0)
        spans = [(span.label_, span.start_char, span.end_char) for span in doc.spans["givesell"]]
        assert len(spans) == len(cues)
        for (label, start, end), cue in zip(spans, cues, strict=True):
            assert label == cue.name
            assert start <= cue.start < cue.end <= end  # spaCy's own tokens may be longer


def test_in_a_users_pipeline(nlp):
    """What other components set stays, and one document gives what a pipe gives."""
    doc = nlp(PITCH)
    assert len(list(doc.sents)) == 2
    assert seen(nlp.pipe(POSTS)) == seen(map(nlp, POSTS))
    other = Doc(nlp.vocab, words=["buy", "now"])
    other.cats["spam"] = 0.5
    other.spans["mine"] = [other[0:1]]
    done = nlp.get_pipe("givesell")(other)
    assert done.cats["spam"] == 0.5
    assert set(done.spans) == {"mine", "givesell"}


@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_processes(nlp):
    """Two processes give the same documents in the same order."""
    assert seen(nlp.pipe(POSTS, n_process=2, batch_size=4)) == seen(map(nlp, POSTS))


def test_a_pipe_is_lazy(nlp):
    """A pipe yields documents before its input ends, so that it may be endless."""
    assert next(nlp.pipe(iter(lambda: PITCH, None), batch_size=3))._.givesell.label == "selling"


def test_saved_to_disk_with_its_model(mine, tmp_path):
    """A saved pipeline brings its model and cues along, and needs the original folder no more."""
    own = shutil.copytree(mine, tmp_path / "own")
    pipeline = spacy.blank("en")
    pipeline.add_pipe("givesell", config={"model": str(own)})
    before = seen(map(pipeline, POSTS))
    pipeline.to_disk(tmp_path / "pipeline")
    shutil.rmtree(own)
    loaded = spacy.load(tmp_path / "pipeline")
    assert seen(map(loaded, POSTS)) == before
    shipped = spacy.blank("en")
    shipped.add_pipe("givesell")
    assert seen(map(shipped, POSTS)) != before


def test_saved_to_bytes(mine):
    """Bytes and pickles bring the model along."""
    pipeline = spacy.blank("en")
    pipeline.add_pipe("givesell", config={"model": str(mine)})
    before = seen(map(pipeline, POSTS))
    other = spacy.blank("en")
    other.add_pipe("givesell")
    assert seen(map(other.from_bytes(pipeline.to_bytes()), POSTS)) == before
    assert seen(map(pickle.loads(pickle.dumps(pipeline)), POSTS)) == before


@pytest.fixture(scope="module")
def packed(mine):
    """The parts of a component's bytes, by name, and a way to pack them."""

    def pack(parts, compression=zipfile.ZIP_STORED):
        data = io.BytesIO()
        with zipfile.ZipFile(data, "w", compression) as archive:
            for name, part in parts.items():
                archive.writestr(name, part)
        return data.getvalue()

    data = GivesellComponent(spacy.blank("en").vocab, model=str(mine)).to_bytes()
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}, pack


def refused(data):
    """Load bytes into a component, which they are to leave as it was; return the error."""
    component = GivesellComponent(spacy.blank("en").vocab, cues=False)
    began = time.process_time()
    with pytest.raises(GivesellError) as caught:
        component.from_bytes(data)
    assert time.process_time() - began < 20
    assert component._model is None
    assert str(caught.value).isprintable()
    return caught.value


@pytest.mark.parametrize(
    "data",
    [
        None,
        "text",
        7,
        b"",
        b"PK",
        b"PK\x05\x06" + bytes(18),
        b"junk" * 1000,
        bytearray(b"x"),
        [b"a"],
    ],
)
def test_bytes_of_something_else(data):
    """Bytes that are no component, or no bytes, are refused."""
    assert refused(data).code in ("E206", "E214")


@pytest.mark.parametrize("place", [0, 10, 26, 100, -1, -10, -22, -60, -200])
def test_bytes_that_are_damaged(packed, place):
    """Bytes that are cut anywhere, or of which one is another, are refused, or load with the
    same verdicts.
    """
    parts, pack = packed
    data = pack(parts)
    assert refused(data[:place]).code == "E214"
    other = bytearray(data)
    other[place] ^= 0xFF
    component = GivesellComponent(spacy.blank("en").vocab, cues=False)
    try:
        component.from_bytes(bytes(other))
    except GivesellError:
        return
    assert component.get_model().classify(PITCH).label == "selling"


@pytest.mark.parametrize("name", ["model/manifest.json", "model/weights.safetensors", "cues.json"])
def test_bytes_without_a_part(packed, name):
    """A part that is missing, empty or another is refused."""
    parts, pack = packed
    assert (
        refused(pack({other: part for other, part in parts.items() if other != name})).code
        == "E214"
    )
    for part in (b"", b"[" * 100_000, b"\xff\xfe", b"7"):
        assert refused(pack(parts | {name: part})).code in ("E202", "E601")


def test_packed_bombs(packed):
    """What is packed smaller than it is, and so could be larger than memory, is not unpacked."""
    parts, pack = packed
    for kind in (zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA):
        assert "compressed" in str(refused(pack(parts | {"cues.json": b" " * 10**7}, kind)))


def test_parts_of_other_names_are_left_alone(packed, tmp_path, monkeypatch):
    """Names that lead elsewhere are not written anywhere."""
    parts, pack = packed
    monkeypatch.chdir(tmp_path)
    component = GivesellComponent(spacy.blank("en").vocab, cues=False)
    component.from_bytes(pack(parts | {"../evil": b"x", "/evil": b"x", "model/../../evil": b"x"}))
    assert component.get_model().classify(PITCH).label == "selling"
    assert not list(tmp_path.rglob("*evil*"))


@pytest.mark.parametrize(
    "cues",
    [7, "a", {}, [7], [{}], [[]], [{"name": "a", "leans": "giving", "title": "a",
    "patterns": [[{"NORM": {"REGEX": "(a+)+$"}}]]}],
     [{"name": "a", "leans": "giving", "title": "a", "patterns": [[{"NORM": {"REGEX": "["}}]]}],
     [{"name": "a"}] * 2, [None]],
)  # fmt: skip
def test_saved_cues_of_others(packed, tmp_path, mine, cues):
    """Saved cues of other types, or that take for ever, are refused from bytes and from a folder
    alike.
    """
    parts, pack = packed
    data = json.dumps(cues).encode()
    assert refused(pack(parts | {"cues.json": data})).code == "E601"
    shutil.copytree(mine, tmp_path / "model")
    (tmp_path / "cues.json").write_bytes(data)
    with pytest.raises(DataError, match=r"E601.*cues\.json|E601.*cue 'a'"):
        GivesellComponent(spacy.blank("en").vocab, cues=False).from_disk(tmp_path)


def test_folders_without_a_part(tmp_path, mine):
    """A saved folder that lacks its model or its cues is refused by name."""
    component = GivesellComponent(spacy.blank("en").vocab, cues=False)
    with pytest.raises(ArtifactError, match=r"model/manifest\.json: cannot be read"):
        component.from_disk(tmp_path)
    shutil.copytree(mine, tmp_path / "model")
    with pytest.raises(FileError, match=r"E406.*cues\.json"):
        component.from_disk(tmp_path)


def test_config_makes_it_again():
    """The pipeline's config is all that is needed to make it again."""
    pipeline = spacy.blank("en")
    pipeline.add_pipe("givesell", name="reader", config={"cues": False, "spans_key": "x"})
    again = spacy.util.load_model_from_config(pipeline.config)
    assert again.get_pipe("reader").spans_key == "x"
    doc = again(PITCH)
    assert doc.cats["selling"] > 0.5
    assert "x" not in doc.spans


def test_two_models_in_one_pipeline(mine):
    """Two components stand side by side under names of their own."""
    pipeline = spacy.blank("en")
    pipeline.add_pipe("givesell")
    pipeline.add_pipe(
        "givesell",
        name="other",
        config={
            "model": str(mine),
            "extension": "givesell_mine",
            "spans_key": "mine",
            "cues": False,
        },
    )
    doc = pipeline(PITCH)
    assert doc._.givesell.selling == givesell.classify(PITCH).selling
    assert (
        doc._.givesell_mine.selling
        == givesell.load(mine).classify(PITCH).selling
        != doc._.givesell.selling
    )


def test_own_cues(tmp_path):
    """Files of cues take the place of the shipped ones, and are saved with the pipeline."""
    path = tmp_path / "mine.toml"
    path.write_text(
        '[[cue]]\nname = "mug"\nleans = "selling"\ntitle = "speaks of mugs"\nphrases = ["all'
        ' mugs"]\n'
    )
    pipeline = spacy.blank("en")
    pipeline.add_pipe("givesell", config={"cues": [str(path)]})
    pipeline.to_disk(tmp_path / "pipeline")
    path.rename(tmp_path / "moved.toml")
    again = spacy.util.load_model_from_config(pipeline.config)
    with pytest.raises(DataError, match=r"E601.*mine\.toml"):
        again(PITCH)
    doc = spacy.load(tmp_path / "pipeline")(PITCH)
    assert [span.label_ for span in doc.spans["givesell"]] == ["mug"]


def test_a_foreign_extension_is_left_alone():
    """An extension of the same name that is another's is neither overwritten nor used."""
    Doc.set_extension("taken", default=7)
    pipeline = spacy.blank("en")
    try:
        with pytest.raises(ArgumentError, match=r"E602.*'taken'"):
            pipeline.add_pipe("givesell", config={"extension": "taken"})
        assert pipeline("a")._.taken == 7
    finally:
        Doc.remove_extension("taken")


def test_a_missing_model_is_named():
    """A model that is not there is named when the first document comes."""
    pipeline = spacy.blank("en")
    pipeline.add_pipe("givesell", config={"model": "nowhere/at-all"})
    with pytest.raises(ArtifactError, match="nowhere/at-all: no such model"):
        pipeline(PITCH)


def test_documents_survive_as_bytes(nlp):
    """Documents keep verdict, cats and cues as bytes and in a DocBin; one without a verdict has
    None.
    """
    doc = nlp(PITCH)
    copies = [
        Doc(nlp.vocab).from_bytes(doc.to_bytes()),
        next(iter(DocBin(store_user_data=True, docs=[doc]).get_docs(nlp.vocab))),
    ]
    for copy in copies:
        assert copy._.givesell == doc._.givesell
        assert copy.cats == doc.cats
        assert [span.label_ for span in copy.spans["givesell"]] == [
            span.label_ for span in doc.spans["givesell"]
        ]
    assert nlp.make_doc("a")._.givesell is None


def test_documents_as_json(nlp):
    """JSON holds the verdict, also of posts without a label, and a document read from it has the
    same one.
    """
    for doc in nlp.pipe(POSTS[:5]):
        written = json.loads(json.dumps(doc.to_json(underscore=["givesell"]), allow_nan=False))
        assert written["_"]["givesell"] == givesell.classify(doc.text).to_dict()
        assert Doc(nlp.vocab).from_json(written)._.givesell == givesell.classify(doc.text)


def test_merged_documents(nlp):
    """A document merged of several warns of nothing and has the verdict of each of its posts;
    one merged of one has that one's.
    """
    docs = list(nlp.pipe(POSTS[:2]))
    merged = Doc.from_docs([Doc.from_docs(docs), nlp(POSTS[4])])
    assert [(span.text, span._.givesell) for span in merged._.givesell_posts] == [
        (post, givesell.classify(post)) for post in (*POSTS[:2], POSTS[4])
    ]
    assert merged._.givesell is None
    assert Doc.from_docs(docs[:1])._.givesell == docs[0]._.givesell == docs[0][:]._.givesell
    assert docs[0][:2]._.givesell is None
    assert json.loads(json.dumps(merged.to_json(underscore=["givesell"])))["_"] == {
        "givesell": None
    }


def test_a_verdict_on_a_document_is_a_verdict(nlp):
    """A verdict on a document has the fields, the repr and the JSON of a `Verdict`, and may be set
    by hand.
    """
    for post in (PITCH, ""):
        found, verdict = nlp(post)._.givesell, givesell.classify(post)
        assert (found.label, found.sure, found.status, found.facet) == (
            verdict.label,
            verdict.sure,
            verdict.status,
            verdict.facet,
        )
        assert found.selling == pytest.approx(verdict.selling, nan_ok=True)
        assert (repr(found), found.to_json(), found.to_dict()) == (
            repr(verdict),
            verdict.to_json(),
            verdict.to_dict(),
        )
    doc = nlp(PITCH)
    doc._.givesell = givesell.Verdict("giving", 0.1, True)
    assert doc._.givesell.label == "giving"
    assert doc._.givesell != givesell.classify(PITCH)


def test_threads():
    """Pipelines in several threads do not get in each other's way."""
    with ThreadPoolExecutor(4) as pool:
        found = list(
            pool.map(lambda post: [cue.name for cue in givesell.explain(post).cues], POSTS * 20)
        )
    assert found == [[cue.name for cue in cues] for cues in default_cues().pipe(POSTS * 20)]


def test_evaluate(nlp):
    """`nlp.evaluate` measures the labels that the component gives."""
    gold = [
        (PITCH, {"cats": {"giving": 0.0, "selling": 1.0}}),
        ("Thanks so much!", {"cats": {"giving": 1.0, "selling": 0.0}}),
    ]
    scores = nlp.evaluate(
        [Example.from_dict(nlp.make_doc(text), annotations) for text, annotations in gold]
    )
    assert scores["cats_macro_f"] == 1.0


def test_analysis_and_labels(nlp):
    """The component says what it assigns and which labels it knows."""
    assert isinstance(nlp.get_pipe("givesell"), GivesellComponent)
    assert nlp.get_pipe("givesell").labels == ("giving", "selling")
    assert nlp.get_pipe("givesell").get_model() is givesell.load()
    assert not hasattr(
        nlp.get_pipe("givesell"), "model"
    )  # spaCy would look at it, and load it, before its time
    assert "doc.cats" in nlp.get_pipe_meta("givesell").assigns


def test_spacy_finds_it_by_its_entry_point():
    """Where givesell is installed, spaCy finds the component without an import."""
    code = (
        "import spacy; nlp = spacy.blank('en'); nlp.add_pipe('givesell'); print(nlp('DM me to"
        " order').cats['selling'] > 0.5)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=os.environ,
        check=True,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.stdout.strip() == "True"


@pytest.mark.parametrize(
    "post",
    [
        "DM me. " * 160_000,
        "thanks \0 \U0010ffff \ud800 so much, 20% off",
        "#a" * 5_000 + " buy now",
    ],
)
def test_odd_and_long_posts(post):
    """Posts of more than a million characters, and of any code points, have the verdict and the
    cues that they have elsewhere.
    """
    nlp = givesell.nlp.blank()
    nlp.add_pipe("givesell")
    doc, why = nlp(post), givesell.explain(post)
    assert doc._.givesell == givesell.classify(post)
    assert (doc._.givesell.label, doc._.givesell.selling) == (why.label, why.selling)
    assert [(span.label_, span.start_char, span.end_char) for span in doc.spans["givesell"]] == [
        (cue.name, cue.start, cue.end) for cue in why.cues
    ]

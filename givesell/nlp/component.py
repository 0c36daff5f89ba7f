"""The spaCy pipeline component: ``nlp.add_pipe("givesell")``."""

import io
import json
import struct
import tempfile
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

from givesell.extras import require

require("nlp", "The spaCy component")

import msgspec
from spacy.language import Language
from spacy.scorer import Scorer as SpacyScorer
from spacy.tokens import Doc, SpanGroup
from spacy.training import Example
from spacy.util import minibatch
from spacy.vocab import Vocab

from givesell.core.artifact import MANIFEST, WEIGHTS
from givesell.errors import ArgumentTypeError, ArtifactError, DataError, FileError
from givesell.files.open_folder import OpenFolder
from givesell.files.writing import write_file
from givesell.model.load import load
from givesell.model.model import Model
from givesell.nlp.cue import CueMatch
from givesell.nlp.cue_files import cues_of
from givesell.nlp.cues import Cues
from givesell.nlp.doc_verdict import keep, register
from givesell.nlp.patterns import MOST_BYTES
from givesell.verdict import GIVING, LABELS, SELLING

NAME = "givesell"
BATCH = 256
_MODEL, _CUES = "model", "cues.json"


class GivesellComponent:
    """Gives each document its verdict and its cues, whatever tokenizer made it.

    Sets ``doc.cats["giving"]`` and ``doc.cats["selling"]`` (probabilities; both 0 where a post
    cannot be judged), ``doc._.givesell`` (its verdict, a `givesell.nlp.doc_verdict.DocVerdict`,
    which is a dict with the attributes of a `givesell.Verdict`) and ``doc.spans["givesell"]`` (the
    cues, each with its name as the label). JSON, bytes and a ``DocBin`` hold the verdict. A
    document that ``Doc.from_docs`` merged has those of its posts: ``doc._.givesell_posts`` are
    spans, each with its ``span._.givesell``.

    Parameters
    ----------
    vocab : spacy.vocab.Vocab
    name : str, default "givesell"
    model : str or path, optional
        The folder of a saved model; the shipped one by default. A saved pipeline brings its own, so
        that a wrong name, here or in `cues`, is an error only when the first document comes.
    cues : bool or list of path, default True
        Whether to look for cues, or files of cues to look for; see `givesell.nlp.cues`. Without
        them documents come several times as fast.
    spans_key : str, default "givesell"
        Of ``doc.spans``.
    extension : str, default "givesell"
        Of ``doc._``.

    Raises
    ------
    ArgumentError
        E602 if ``Doc`` or ``Span`` has an extension of that name that is another's.

    Examples
    --------
    >>> import spacy
    >>> nlp = spacy.blank("en")
    >>> component = nlp.add_pipe("givesell")
    >>> doc = nlp("Orders open! 20% off all mugs until Friday, DM me")
    >>> doc._.givesell.label, doc.cats["selling"] > 0.9
    ('selling', True)
    >>> [(span.label_, span.text) for span in doc.spans["givesell"]][-1]
    ('message_me', 'DM me')
    """

    def __init__(
        self,
        vocab: Vocab,
        name: str = NAME,
        *,
        model: Any = None,
        cues: bool | list[str] = True,
        spans_key: str = NAME,
        extension: str = NAME,
    ) -> None:
        self.vocab = vocab
        self.name = name
        self.spans_key = spans_key
        self.extension = extension
        self._source = model
        self._model: Model | None = None
        self._problem: DataError | None = None
        self._cues: Cues | None = None
        # The cues have a vocabulary of their own, so that neither it nor the pipeline's grows.
        try:
            self._set_cues(Cues.read(*([] if isinstance(cues, bool) else cues)) if cues else None)
        except DataError as error:
            self._problem = error  # a pipeline that is being loaded brings its own cues
        register(extension)

    def get_model(self) -> Model:
        """Return the model, loaded when it is first used.

        Returns
        -------
        Model
        """
        # No attribute `model`: spaCy looks for one on every component, and would load it before a
        # saved pipeline brings its own.
        if self._model is None:
            self._model = load(self._source)
        return self._model

    @property
    def labels(self) -> tuple[str, ...]:
        """The labels of ``doc.cats``."""
        return LABELS

    def __call__(self, doc: Doc) -> Doc:
        """Set the verdict and the cues of a document."""
        self._set([doc])
        return doc

    def pipe(self, stream: Iterable[Doc], *, batch_size: int = BATCH) -> Iterator[Doc]:
        """Set the verdicts and cues of many documents, a batch at a time.

        Parameters
        ----------
        stream : iterable of spacy.tokens.Doc
        batch_size : int, default 256

        Yields
        ------
        spacy.tokens.Doc
        """
        docs: list[Doc]
        for docs in minibatch(stream, size=batch_size):  # type: ignore[no-untyped-call]
            self._set(docs)
            yield from docs

    def score(self, examples: Iterable[Example], **_: object) -> dict[str, Any]:
        """Measure ``doc.cats`` against reference documents, for ``nlp.evaluate``.

        Parameters
        ----------
        examples : iterable of spacy.training.Example

        Returns
        -------
        dict
            What spaCy's ``Scorer.score_cats`` gives.
        """
        return SpacyScorer.score_cats(
            examples, "cats", labels=list(LABELS), multi_label=False, positive_label=SELLING
        )

    def to_disk(self, path: Any, *, exclude: Iterable[str] = ()) -> None:  # noqa: ARG002
        """Save the model and the cues in a folder, so that a saved pipeline needs nothing else.

        Parameters
        ----------
        path : str or path
        exclude : iterable of str
            Accepted as in spaCy's components.
        """
        folder = Path(path)
        folder.mkdir(parents=True, exist_ok=True)
        # As all of spaCy does, what was saved in this place before is replaced.
        self.get_model().save(folder / _MODEL, overwrite=True)
        write_file(
            folder / _CUES,
            json.dumps(self._cue_data(), ensure_ascii=False, indent=1).encode(),
            overwrite=True,
        )

    def from_disk(self, path: Any, *, exclude: Iterable[str] = ()) -> "GivesellComponent":  # noqa: ARG002
        """Load what `to_disk` saved.

        Parameters
        ----------
        path : str or path
        exclude : iterable of str
            Accepted as in spaCy's components.

        Returns
        -------
        GivesellComponent

        Raises
        ------
        ArtifactError
            If the model is missing, damaged or edited.
        DataError
            E601 if the cues cannot be used.
        FileError
            If there are no cues.
        """
        folder = Path(path)
        model = Model.read(folder / _MODEL)
        try:
            with OpenFolder(folder) as place, place.open(_CUES) as file:
                data = file.read(MOST_BYTES + 1)
        except OSError as error:
            raise FileError("E406", path=folder / _CUES, reason=error.strerror or error) from error
        self._take(model, _cues_of(folder / _CUES, data))
        return self

    def to_bytes(self, *, exclude: Iterable[str] = ()) -> bytes:  # noqa: ARG002
        """Return the model and the cues as bytes.

        Parameters
        ----------
        exclude : iterable of str
            Accepted as in spaCy's components.

        Returns
        -------
        bytes
        """
        packed = io.BytesIO()
        with tempfile.TemporaryDirectory() as folder, zipfile.ZipFile(packed, "w") as archive:
            self.to_disk(folder)
            for file in sorted(path for path in Path(folder).rglob("*") if path.is_file()):
                archive.write(file, file.relative_to(folder))
        return packed.getvalue()

    def from_bytes(self, data: bytes, *, exclude: Iterable[str] = ()) -> "GivesellComponent":  # noqa: ARG002
        """Load what `to_bytes` returned.

        Parameters
        ----------
        data : bytes
        exclude : iterable of str
            Accepted as in spaCy's components.

        Returns
        -------
        GivesellComponent

        Raises
        ------
        ArtifactError
            E214 if it is something else, another if the model in it is damaged or edited.
        DataError
            E601 if the cues in it cannot be used.
        """
        parts = _unpacked(data)
        model = Model.from_bytes(
            parts[f"{_MODEL}/{MANIFEST}"], parts[f"{_MODEL}/{WEIGHTS}"], name=_MODEL
        )
        self._take(model, _cues_of(_CUES, parts[_CUES]))
        return self

    def _take(self, model: Model, cues: Cues | None) -> None:
        self._model = model
        self._set_cues(cues)

    def _set(self, docs: list[Doc]) -> None:
        if self._problem is not None:
            raise self._problem
        texts = [doc.text for doc in docs]
        cue_matches: Iterable[list[CueMatch]] = (
            self._cues.pipe(texts) if self._cues is not None else ([] for _ in docs)
        )
        for doc, text, verdict, matches in zip(
            docs, texts, self.get_model().verdicts(texts, n_jobs=1), cue_matches, strict=True
        ):
            judged = verdict.label is not None
            doc.cats[GIVING] = 1 - verdict.selling if judged else 0.0
            doc.cats[SELLING] = verdict.selling if judged else 0.0
            keep(doc, self.extension, verdict, len(text))
            if self._cues is not None:
                spans: list[Any] = [
                    doc.char_span(match.start, match.end, label=match.name, alignment_mode="expand")
                    for match in matches
                ]
                doc.spans[self.spans_key] = SpanGroup(doc, name=self.spans_key, spans=spans)

    def _set_cues(self, cues: Cues | None) -> None:
        self._cues, self._problem = cues, None
        for cue in cues or ():
            self.vocab.strings.add(cue.name)

    def _cue_data(self) -> list[dict[str, Any]] | None:
        if self._problem is not None:
            raise self._problem
        return None if self._cues is None else [asdict(cue) for cue in self._cues]

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        register(self.extension)


@Language.factory(
    NAME,
    assigns=["doc.cats", "doc.spans", "doc._.givesell"],
    default_config={"model": None, "cues": True, "spans_key": NAME, "extension": NAME},
    default_score_weights={"cats_macro_f": None, "cats_macro_auc": None},
)
def create_component(
    nlp: Language,
    name: str,
    model: str | Path | None,
    cues: bool | list[str],
    spans_key: str,
    extension: str,
) -> GivesellComponent:
    """Make the component for a pipeline; ``givesell`` in a spaCy config.

    Parameters
    ----------
    nlp : spacy.language.Language
    name : str
    model, cues, spans_key, extension
        See `GivesellComponent`.

    Returns
    -------
    GivesellComponent
    """
    return GivesellComponent(
        nlp.vocab, name, model=model, cues=cues, spans_key=spans_key, extension=extension
    )


def _unpacked(data: Any) -> dict[str, bytes]:
    """Return what `GivesellComponent.to_bytes` packed, by name; a part is never larger than all
    of them are packed.
    """
    if not isinstance(data, (bytes, bytearray, memoryview)):
        raise ArgumentTypeError(
            "E206", argument="data", expected="bytes", given=type(data).__name__
        )
    wanted = [f"{_MODEL}/{MANIFEST}", f"{_MODEL}/{WEIGHTS}", _CUES]
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = {name: archive.getinfo(name) for name in wanted}
            if any(part.compress_type != zipfile.ZIP_STORED for part in parts.values()):
                raise ValueError("its parts are compressed")
            return {name: archive.read(part) for name, part in parts.items()}
    except (
        zipfile.BadZipFile,
        OSError,
        EOFError,
        KeyError,
        ValueError,
        RuntimeError,
        OverflowError,
        struct.error,
    ) as error:
        reason = " ".join(str(error).split()) or type(error).__name__
        raise ArtifactError(
            "E214", what="The component", reason=reason, maker="to_bytes"
        ) from error


def _cues_of(path: Any, data: bytes) -> Cues | None:
    """Return the cues that a component saved."""
    try:
        if len(data) > MOST_BYTES:
            raise ValueError(f"it holds more than {MOST_BYTES:,} bytes")
        entries = msgspec.json.decode(data)
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        raise DataError("E601", path=path, reason=str(error)) from error
    return None if entries is None else Cues(cues_of(path, entries))

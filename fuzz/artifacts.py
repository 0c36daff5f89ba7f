"""Small models, saved pipelines and files of cues as members, whose hashes are made right again
after a change.
"""

import hashlib
import json
import math
import random
import tempfile
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import load as load_tensors

import givesell
from fuzz.members import Change, Member, filled, get, paths, put, reshaped
from fuzz.values import Grade, Odd, odd, python_value
from givesell.datasets import load_posts
from givesell.estimators.pipelines import make_pipeline
from givesell.estimators.vectorizer import PostVectorizer
from givesell.model.model import FacetHead, Model
from givesell.nlp.cues import default_cues
from givesell.verdict import FACETS, GIVING, SELLING

MANIFEST, WEIGHTS, CARD = "manifest.json", "weights.safetensors", "README.md"
_TYPES = {
    "int32": "I32",
    "float32": "F32",
    "float16": "F16",
    "uint64": "U64",
    "int64": "I64",
    "float64": "F64",
    "uint8": "U8",
    "bool": "BOOL",
}
# Settings that decide how much memory compiled code takes are tried more often than the rest of the
# manifest.
_TELLING = (
    "kind",
    "text_core",
    "features",
    "slopes",
    "thresholds",
    "intercept",
    "golden",
    "facets",
    "labels",
)
_NUMBERS = (
    0,
    1,
    2,
    3,
    -1,
    -2,
    -10,
    7,
    8,
    100,
    2**15,
    2**20,
    2**24,
    2**31,
    2**31 - 1,
    2**32,
    2**40,
    2**62,
    -(2**63),
    1e300,
    0.5,
    -0.0,
)
_POSTS = (
    "",
    "a b c d e f g h " * 400,
    "a" * 5_000,
    "buy \ud800 now",
    "\x00",
    "😀" * 300,
    "buy now",
    "#aB" * 500,
)
REGEXES = (
    "(a+)+$", "(a|a)*b", "(x+x+)+y", "([a-z]+)*!", "(", "[", "(?P<n>a)(?P<n>b)", "a{99999999}",
    "(?i)" * 50, ".*" * 20 + "!",
    "(" * 200 + ")" * 200, "\\", "(?<=a+)b", "a" * 100_000,
)  # fmt: skip


def manifest_digest(manifest: dict[str, Any]) -> str:
    """Return the hash that a manifest must state of itself."""
    fields = {name: value for name, value in manifest.items() if name != "sha256"}
    return hashlib.sha256(json.dumps(fields, sort_keys=True).encode()).hexdigest()


@dataclass(frozen=True, eq=False)
class Artifact:
    """A model as its folder holds it, with what was changed; hashes are computed when it is
    written.

    Attributes
    ----------
    manifest : dict
        Without ``files``, which is computed unless it is there.
    tensors : dict of str to ndarray
    hole, head_hole : Odd, optional
        What goes into the hole of the manifest, and of the tensors' head.
    head : dict, optional
        The tensors' head where it is not what they are.
    """

    manifest: dict[str, Any]
    tensors: dict[str, NDArray[Any]]
    hole: Odd | None = None
    head: dict[str, Any] | None = None
    head_hole: Odd | None = None

    def files(self) -> dict[str, bytes]:
        """Return the files of the folder."""
        weights = self._weights()
        files = {WEIGHTS: {"bytes": len(weights), "sha256": hashlib.sha256(weights).hexdigest()}}
        manifest = {"files": files, **self.manifest}
        data = filled(json.dumps(manifest).encode(), self.hole)
        try:
            known = json.loads(data)
            known["sha256"] = manifest_digest(known)
            stated = (
                json.dumps(manifest["sha256"]).encode()
                if isinstance(manifest.get("sha256"), str)
                else b""
            )
            data = data.replace(stated, json.dumps(known["sha256"]).encode()) if stated else data
        except (ValueError, TypeError, RecursionError):
            pass
        return {MANIFEST: data, WEIGHTS: weights, CARD: b"x"}

    def changed(self, rng: random.Random, seed: int) -> tuple["Artifact", str]:
        """Return the same with one place of the manifest, of the tensors' head or of a tensor
        made odd.
        """
        way = rng.random()
        if way < 0.55:
            return self._odd_manifest(rng, seed)
        if way < 0.7:
            return self._odd_head(rng, seed)
        return self._odd_tensor(rng)

    def _odd_manifest(self, rng: random.Random, seed: int) -> tuple["Artifact", str]:
        places = [path for path in paths(self.manifest) if path[0] != "sha256"]
        telling = [path for path in places if path[0] in _TELLING]
        path = rng.choice(telling if rng.random() < 0.7 else places)
        where = "/".join(map(str, path))
        way = rng.random()
        if way < 0.1:
            post, p = rng.choice(_POSTS), rng.choice((0.5, float("nan"), -1, "x", None))
            return (
                replace(self, manifest={**self.manifest, "golden": [[post, p]]}),
                f"golden {post[:10]!a} {p}",
            )
        if way < 0.4:
            number = rng.choice((*_NUMBERS, math.nan, math.inf, -math.inf))
            return replace(self, manifest=put(self.manifest, path, number)), f"{where} = {number}"
        if way < 0.5 and "features" in self.manifest:
            pair = [
                rng.choice((1, 1, 2, 0, -1, -10, *_NUMBERS)),
                rng.choice((-1, -1, -2, 0, 1, 8, 2**31, *_NUMBERS)),
            ]
            name = rng.choice(("ngram_range", "char_ngram_range"))
            # A long post is scored while loading; without any the first post of all meets the
            # setting.
            golden: dict[str, Any] = {
                "golden": rng.choice(([], [["a b c d e f g h " * 5_000, 0.5]]))
            }
            more = golden if rng.random() < 0.7 else {}
            return (
                replace(self, manifest={**put(self.manifest, ("features", name), pair), **more}),
                f"{name} = {pair}",
            )
        if way < 0.55:
            return (
                replace(
                    self, manifest={**self.manifest, "files": get(self.manifest, ("features",))}
                ),
                "files of others",
            )
        manifest, hole, what = reshaped(rng, seed, self.manifest, path)
        return replace(self, manifest=manifest, hole=hole), what

    def _odd_head(self, rng: random.Random, seed: int) -> tuple["Artifact", str]:
        head = self._head()
        way = rng.random()
        path = rng.choice(list(paths(head)))
        if way < 0.4:
            numbers = [path for path in paths(head) if isinstance(get(head, path), int)]
            path, number = rng.choice(numbers), rng.choice((*_NUMBERS, 4, 16))
            number = number if isinstance(number, int) else 3
            if rng.random() < 0.5:
                number = get(head, path) + rng.choice((-8, -4, -1, 1, 4, 8))
            return (
                replace(self, head=put(head, path, number)),
                f"head {'/'.join(map(str, path))} = {number}",
            )
        if way < 0.55:
            name = rng.choice(list(head))
            return (
                replace(
                    self, head=put(head, (name, "dtype"), rng.choice((*_TYPES.values(), "F8", "X")))
                ),
                f"head {name}/dtype",
            )
        head, hole, what = reshaped(rng, seed, head, path)
        return replace(self, head=head, head_hole=hole), f"head {what}"

    def _odd_tensor(self, rng: random.Random) -> tuple["Artifact", str]:
        name = rng.choice(list(self.tensors))
        tensor = self.tensors[name].copy()
        way = rng.choice(
            (
                "value",
                "value",
                "value",
                "all",
                "rows",
                "unsorted",
                "empty",
                "type",
                "doubled",
                "shape",
            )
        )
        flat = tensor.reshape(-1)
        if not len(flat):  # a change before left nothing of it
            way = "empty"
        if way in ("value", "all"):
            if tensor.dtype.kind == "f":
                number: Any = rng.choice(
                    (math.nan, math.inf, -math.inf, 6e4, -6e4, 3e38, 0.0, 1e-40)
                )
            else:
                number = rng.choice(
                    (0, 1, int(np.iinfo(tensor.dtype).max), int(np.iinfo(tensor.dtype).min))
                )
            with np.errstate(all="ignore"):
                flat[
                    slice(None) if way == "all" else rng.choice((0, -1, rng.randrange(len(flat))))
                ] = number
            return self._with(name, tensor), f"{name} {way} = {number}"
        if way == "rows":
            tensor = tensor[: rng.randrange(len(tensor))]
        elif way == "unsorted":
            tensor = tensor[::-1]
        elif way == "empty":
            tensor = tensor[:0]
        elif way == "type":
            with np.errstate(all="ignore"):
                tensor = tensor.astype(
                    rng.choice(("int64", "float64", "float32", "uint8", "float16"))
                )
        elif way == "doubled":
            tensor = np.concatenate([tensor, tensor])
        else:
            tensor = tensor[..., None] if rng.random() < 0.5 else tensor.reshape(-1)
        return self._with(name, tensor), f"{name} {way}"

    def _with(self, name: str, tensor: NDArray[Any]) -> "Artifact":
        return replace(self, tensors={**self.tensors, name: tensor})

    def _ordered(self) -> list[tuple[str, NDArray[Any]]]:
        """Return the tensors as safetensors lays them out: the widest first, so that each is
        aligned.
        """
        return sorted(self.tensors.items(), key=lambda item: (-item[1].itemsize, item[0]))

    def _head(self) -> dict[str, Any]:
        head, at = {}, 0
        for name, tensor in self._ordered():
            head[name] = {
                "dtype": _TYPES[str(tensor.dtype)],
                "shape": list(tensor.shape),
                "data_offsets": [at, at + tensor.nbytes],
            }
            at += tensor.nbytes
        return head

    def _weights(self) -> bytes:
        head = filled(
            json.dumps(self._head() if self.head is None else self.head).encode(), self.head_hole
        )
        head += b" " * (-len(head) % 8)
        return (
            len(head).to_bytes(8, "little")
            + head
            + b"".join(np.ascontiguousarray(tensor).tobytes() for _, tensor in self._ordered())
        )


def _read(model: Model) -> Artifact:
    with tempfile.TemporaryDirectory() as folder:
        model.save(Path(folder) / "small")
        manifest = json.loads((Path(folder) / "small" / MANIFEST).read_bytes())
        tensors = load_tensors((Path(folder) / "small" / WEIGHTS).read_bytes())
    del manifest["files"]
    return Artifact(manifest, tensors)


def _head_of(buckets: NDArray[np.int32]) -> FacetHead:
    names = (FACETS[GIVING][0], FACETS[GIVING][1], FACETS[SELLING][0])
    weights = np.random.default_rng(0).normal(size=(len(buckets), len(names))).astype(np.float16)
    return FacetHead(names, buckets, weights, np.zeros(len(names), np.float32))


@cache
def linear() -> Artifact:
    """Return a small linear model with facets."""
    posts = load_posts()[:400]
    pipeline = make_pipeline(PostVectorizer(n_features=2**12, min_df=2)).fit(
        posts["text"], posts["label"]
    )
    return _read(Model.from_pipeline(pipeline, facets=_head_of(pipeline[0].buckets_[::3])))


@cache
def deep() -> Artifact:
    """Return the shipped deep model with few tokens and buckets."""
    whole = givesell.load("givesell-en-deep")
    pipeline = whole.pipeline
    vectorizer, classifier = (step for _, step in pipeline.linear_.steps)
    kept = slice(None, None, 500)
    classifier.coef_, classifier.n_features_in_ = (
        classifier.coef_[:, kept],
        len(vectorizer.buckets_[kept]),
    )
    vectorizer.buckets_, vectorizer.idf_ = vectorizer.buckets_[kept], vectorizer.idf_[kept]
    network = pipeline.network_
    tokens = network.parameters_["tokens"][::100]
    network.parameters_ = {
        **{name: np.array(values) for name, values in network.parameters_.items()},
        "tokens": np.array(tokens),
        "vectors": np.array(network.parameters_["vectors"][: len(tokens) + 1]),
    }
    return _read(Model.from_pipeline(pipeline))


@dataclass(frozen=True, eq=False)
class Entries(Member):
    """Cues, as TOML or, of a saved pipeline, as JSON."""

    rows: tuple[dict[str, Any], ...]
    form: str
    hole: Odd | None = None

    def write(self) -> bytes:
        """Return the bytes."""
        if self.form == "json":
            return filled(json.dumps(self.rows).encode(), self.hole)
        text = "".join(
            "[[cue]]\n"
            + "".join(f"{_key(key)} = {_toml(value)}\n" for key, value in row.items())
            + "\n"
            for row in self.rows
        )
        return text.encode("utf-8", "surrogatepass")

    def changed(self, rng: random.Random, seed: int) -> tuple["Entries", Change]:
        """Return the same with one place made odd."""
        item = rng.randrange(len(self.rows))
        row = self.rows[item]
        hole = None
        if rng.random() < 0.25:
            row, what = (
                put(row, ("patterns",), [[{"NORM": {"REGEX": rng.choice(REGEXES)}}]]),
                "a regular expression",
            )
        elif self.form == "json":
            row, hole, what = reshaped(rng, seed, row, rng.choice(list(paths(row))))
        else:
            path = rng.choice(list(paths(row)))
            value = python_value(odd(rng, seed, Grade.HARD))
            row, what = put(row, path, value), f"{'/'.join(map(str, path))} = {str(value)[:20]!a}"
        return replace(
            self, rows=(*self.rows[:item], row, *self.rows[item + 1 :]), hole=hole
        ), Change(f"{item}/{what}", False)


@cache
def cues(form: str) -> Entries:
    """Return a few cues, one of them with patterns."""
    found = [asdict(cue) for cue in default_cues()]
    rows = [
        json.loads(json.dumps(row))
        for row in (
            found[0],
            next(row for row in found if row["patterns"] and not row["phrases"]),
            found[-1],
        )
    ]
    for row in rows:
        row["phrases"] = row["phrases"][:4]
    return Entries(tuple(rows), form)


def _toml(value: Any) -> str:
    writers: dict[type, Callable[[Any], str]] = {
        dict: (
            lambda found: (
                "{" + ", ".join(f"{_key(key)} = {_toml(part)}" for key, part in found.items()) + "}"
            )
        ),
        list: lambda found: "[" + ", ".join(map(_toml, found)) + "]",
        bool: lambda found: str(found).lower(),
        type(None): lambda _: "nan",
        str: lambda found: json.dumps(found, ensure_ascii=False).replace("\x7f", "\\u007f"),
    }
    return writers.get(type(value), repr)(value)


def _key(key: object) -> str:
    return json.dumps(str(key), ensure_ascii=False)

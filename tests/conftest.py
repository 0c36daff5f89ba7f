"""Settings and artifacts shared by all tests."""

import hashlib
import json
from dataclasses import dataclass, field

import numpy as np
import pytest
from hypothesis import settings

collect_ignore = ["types"]  # read by mypy, never run

settings.register_profile("givesell", deadline=None, derandomize=True)
settings.load_profile("givesell")

KINDS = {
    "int8": "I8",
    "uint8": "U8",
    "int32": "I32",
    "float32": "F32",
    "float16": "F16",
    "uint64": "U64",
}


@dataclass
class Forgery:
    """An artifact taken apart, to be changed and written with hashes that are right again."""

    manifest: dict
    tensors: dict
    header: dict = field(default_factory=dict)  # what stands in it instead

    @classmethod
    def of(cls, folder):
        """Take a saved model apart."""
        from safetensors.numpy import load_file

        return cls(
            json.loads((folder / "manifest.json").read_text()),
            load_file(folder / "weights.safetensors"),
        )

    def weights(self):
        """Return the tensors as a safetensors file, written by hand: the library refuses what is
        to be tried.
        """
        header, body = {}, b""
        for name, array in sorted(self.tensors.items(), key=lambda item: -item[1].dtype.itemsize):
            kind = KINDS.get(str(array.dtype), str(array.dtype))
            header[name] = {
                "dtype": kind,
                "shape": list(array.shape),
                "data_offsets": [len(body), len(body) + array.nbytes],
            }
            body += array.tobytes()
        for name, entry in self.header.items():
            header[name] = {**header.get(name, {}), **entry} if isinstance(entry, dict) else entry
        head = json.dumps(header).encode()
        head += b" " * (-len(head) % 8)
        return len(head).to_bytes(8, "little") + head + body

    def signed(self, weights=None, **changes):
        """Return the manifest with hashes of itself and of the weights."""
        weights = self.weights() if weights is None else weights
        manifest = self.manifest | changes
        manifest["files"] = {
            "weights.safetensors": {
                "bytes": len(weights),
                "sha256": hashlib.sha256(weights).hexdigest(),
            }
        } | changes.get("files", {})
        fields = {name: value for name, value in manifest.items() if name != "sha256"}
        return (
            manifest
            | {"sha256": hashlib.sha256(json.dumps(fields, sort_keys=True).encode()).hexdigest()}
            | changes
        )

    def write(self, folder, weights=None):
        """Write the artifact and return its folder."""
        weights = self.weights() if weights is None else weights
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "weights.safetensors").write_bytes(weights)
        (folder / "manifest.json").write_text(json.dumps(self.signed(weights)))
        return folder


@pytest.fixture(scope="session")
def saved(tmp_path_factory):
    """Return folders of small saved models by kind: linear, with facets, and deep."""
    from givesell.core.weights import FacetHead
    from givesell.datasets import load_posts
    from givesell.estimators.deep import DeepClassifier
    from givesell.estimators.network.classifier import NetworkClassifier
    from givesell.estimators.pipelines import make_pipeline
    from givesell.estimators.vectorizer import PostVectorizer
    from givesell.model.model import Model

    posts, folder = load_posts().head(400), tmp_path_factory.mktemp("saved")
    pipeline = make_pipeline(PostVectorizer(n_features=2**12, min_df=3)).fit(
        posts["text"], posts["label"]
    )
    buckets = pipeline.named_steps["features"].buckets_[::3]
    weights = np.random.default_rng(0).normal(size=(len(buckets), 3)).astype(np.float16)
    head = FacetHead(("help", "talk", "brand"), buckets, weights, np.zeros(3, np.float32))
    network = NetworkClassifier(size=8, channels=8, hidden=4, epochs=1).fit(
        posts["text"], posts["label"]
    )
    models = {
        "linear": Model.from_pipeline(pipeline),
        "facets": Model.from_pipeline(pipeline, facets=head),
        "deep": Model.from_pipeline(
            DeepClassifier(pipeline, network).with_fitted(pipeline, network)
        ),
    }
    for name, model in models.items():
        model.save(folder / name)
    return {name: folder / name for name in models}


@pytest.fixture(params=["linear", "facets", "deep"])
def forgery(saved, request):
    """Each kind of a small artifact, taken apart."""
    return Forgery.of(saved[request.param])


@pytest.fixture
def forge(saved):
    """Take a small artifact apart, by its kind."""
    return lambda kind: Forgery.of(saved[kind])


@pytest.fixture
def facets_forgery(saved):
    """A small artifact that tells facets, taken apart."""
    return Forgery.of(saved["facets"])


@pytest.fixture
def deep_forgery(saved):
    """A small deep artifact, taken apart."""
    return Forgery.of(saved["deep"])

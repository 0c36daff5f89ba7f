"""The artifact: a model as data in a folder, its layout and the checks on loading it.

===================== ===========================================================================
file                  holds
===================== ===========================================================================
manifest.json         format version, feature settings, labels, thresholds, calibration, training
                      ledger, metrics, versions, golden predictions, size and SHA-256 of the weights
weights.safetensors   ``buckets`` (n,) int32, ascending: those that carry a weight; ``weights`` (n, 2)
                      float32: weight times idf, and idf squared, of each; in a deep model also
                      ``network.tokens`` (m,) uint64, hashes, ascending, and the network's other parameters; with
                      facets ``facets.buckets`` (k,) int32, some of the buckets, ascending, ``facets.weights``
                      (k, n_facets) float16, weight times idf, and ``facets.intercepts`` (n_facets,) float32
README.md             the model card
===================== ===========================================================================

Nothing is ever unpickled.
"""

import hashlib
import json
import os
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from givesell.errors import ArgumentTypeError, ArtifactError
from givesell.network.forward import PARAMETERS, Parameters
from givesell.words import encodable

FORMAT = 2  # 1 is without a network
MANIFEST, WEIGHTS, CARD = "manifest.json", "weights.safetensors", "README.md"
TENSORS = {"buckets": ("I32", "<i4", 1), "weights": ("F32", "<f4", 2)}  # safetensors type, NumPy type, dimensions
_OF_NETWORK = "network."
_NETWORK_TYPES = {"tokens": ("U64", "<u8"), "vectors": ("F16", "<f2")}
NETWORK_TENSORS = {_OF_NETWORK + name: (*_NETWORK_TYPES.get(name, ("F32", "<f4")), dimensions) for name, dimensions in PARAMETERS.items()}
FACET_TENSORS = {
    "facets.buckets": ("I32", "<i4", 1),
    "facets.weights": ("F16", "<f2", 2),
    "facets.intercepts": ("F32", "<f4", 1),
}
PICKLED = (".joblib", ".pkl", ".pickle", ".skops")

# What each field of the manifest must be.
_FIELDS: dict[str, type | tuple[type, ...]] = {
    "format": int,
    "needs": str,
    "name": str,
    "labels": list,
    "features": dict,
    "intercept": (int, float),
    "thresholds": dict,
    "golden": list,
    "files": dict,
    "sha256": str,
}


def write_artifact(folder: Path, manifest: dict[str, Any], tensors: dict[str, NDArray[Any]], card: str) -> None:
    """Write an artifact.

    Parameters
    ----------
    folder : Path
        Made if it is not there; an artifact in it is replaced, anything else is not.
    manifest : dict
        All fields but ``format``, ``files`` and ``sha256``.
    tensors : dict of str to ndarray
        As the layout above says.
    card : str
        Markdown.

    Raises
    ------
    ArtifactError
        If the folder holds something other than an artifact, or cannot be written.
    """
    from safetensors.numpy import save

    check_target(folder)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        layout = _layout(bool(tensors.keys() & NETWORK_TENSORS.keys()), "facets" in manifest)
        weights = save({name: np.ascontiguousarray(tensors[name], kind) for name, (_, kind, _) in layout.items()})
        files = {WEIGHTS: {"bytes": len(weights), "sha256": hashlib.sha256(weights).hexdigest()}}
        manifest = {"format": FORMAT if layout.keys() & NETWORK_TENSORS.keys() else 1, **manifest, "files": files}
        # Names and posts may hold lone surrogates, which no file can.
        manifest = json.loads(encodable(json.dumps(manifest, ensure_ascii=False)))
        manifest["sha256"] = _digest(manifest)
        _replace(folder / WEIGHTS, weights)
        _replace(folder / MANIFEST, (json.dumps(manifest, indent=1, ensure_ascii=False) + "\n").encode())
        _replace(folder / CARD, encodable(card).encode())
    except OSError as error:
        raise ArtifactError("E202", path=folder, reason=f"cannot be written ({error.strerror})") from error


def check_target(folder: Path) -> None:
    """Refuse to write an artifact over something else.

    Raises
    ------
    ArtifactError
        If the path is a file, or a folder that holds other files and no artifact.
    """
    if folder.exists() and (not folder.is_dir() or (any(folder.iterdir()) and not (folder / MANIFEST).exists())):
        raise ArtifactError("E208", path=folder)


def read_artifact(folder: Path, *, mmap: bool = True) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
    """Read an artifact and check that it is whole and unchanged.

    Parameters
    ----------
    folder : Path
    mmap : bool, default True
        Map the weights from disk, so that processes share them, rather than read them.

    Returns
    -------
    manifest : dict
    tensors : dict of str to ndarray
        As the layout above says, read-only.

    Raises
    ------
    ArtifactError
        If a file is missing, truncated, edited or of a newer format.
    """
    path = folder / MANIFEST
    try:
        manifest = json.loads(path.read_bytes())
    except OSError as error:
        raise _damaged(path, f"cannot be read ({error.strerror})") from error
    except ValueError as error:
        raise _damaged(path, f"is not valid JSON ({error})") from error
    if not isinstance(manifest, dict) or type(manifest.get("format")) is not int:
        raise _damaged(path, "is not the manifest of a givesell artifact")
    if manifest["format"] > FORMAT:
        needs = manifest.get("needs", "?")
        raise ArtifactError("E203", path=path, found=manifest["format"], known=FORMAT, needs=needs)
    for field, expected in _FIELDS.items():
        if field not in manifest:
            raise _damaged(path, f"has no field {field!r}")
        if not isinstance(manifest[field], expected):
            raise _damaged(path, f"field {field!r} is of type {type(manifest[field]).__name__}")
    if manifest["sha256"] != _digest(manifest):
        raise _damaged(path, "its contents do not match their SHA-256")
    return manifest, _read_tensors(folder / WEIGHTS, manifest, mmap)


def check_path(path: Any) -> Path:
    """Return a path to an artifact as a `Path`, refusing pickled models.

    Raises
    ------
    ArgumentTypeError
        If it is no path.
    ArtifactError
        If it names a pickle or joblib file.
    """
    if not isinstance(path, (str, os.PathLike)):
        raise ArgumentTypeError("E206", argument="path", expected="a str or path", type=type(path).__name__)
    found = Path(path)
    if found.suffix in PICKLED:
        raise ArtifactError("E204", path=found, name=str(path))
    return found


def named(network: Parameters | None) -> dict[str, NDArray[Any]]:
    """Return a network's parameters by the names of their tensors."""
    return {_OF_NETWORK + name: values for name, values in (network or {}).items()}


def parameters(tensors: dict[str, NDArray[Any]]) -> Parameters | None:
    """Return the network's parameters among some tensors; None where there are none."""
    return {name.removeprefix(_OF_NETWORK): values for name, values in tensors.items() if name.startswith(_OF_NETWORK)} or None


def _layout(network: bool, facets: bool) -> dict[str, tuple[str, str, int]]:
    return {**TENSORS, **(NETWORK_TENSORS if network else {}), **(FACET_TENSORS if facets else {})}


def _read_tensors(path: Path, manifest: dict[str, Any], mmap: bool) -> dict[str, NDArray[Any]]:
    expected = manifest["files"].get(WEIGHTS)
    if not isinstance(expected, dict):
        raise _damaged(path, "is not listed in the manifest")
    try:
        stored = np.memmap(path, np.uint8, "r") if path.stat().st_size else np.empty(0, np.uint8)
    except OSError as error:
        raise _damaged(path, f"cannot be read ({error.strerror})") from error
    if len(stored) != expected.get("bytes"):
        raise _damaged(path, f"holds {len(stored)} bytes where the manifest says {expected.get('bytes')}")
    if hashlib.sha256(stored.data).hexdigest() != expected.get("sha256"):
        raise _damaged(path, "its contents do not match their SHA-256")
    tensors = {}
    try:
        head = int.from_bytes(stored[:8].tobytes(), "little")
        listed = json.loads(stored[8 : 8 + head].tobytes())
        layout = _layout(manifest["format"] > 1, "facets" in manifest)
        for name, (kind, dtype, dimensions) in layout.items():
            entry = listed[name]
            begin, end = (8 + head + offset for offset in entry["data_offsets"])
            if entry["dtype"] != kind or len(entry["shape"]) != dimensions:
                raise ValueError(f"{name} is a {entry['dtype']} tensor of shape {entry['shape']}")
            tensors[name] = np.asarray(stored[begin:end]).view(dtype).reshape(entry["shape"])
    except (ValueError, KeyError, TypeError) as error:
        raise _damaged(
            path, f"does not hold the tensors {', '.join(_layout(manifest['format'] > 1, 'facets' in manifest))} ({error})"
        ) from error
    for name, tensor in tensors.items():
        tensors[name] = tensor if mmap else tensor.copy()
        tensors[name].setflags(write=False)
    return tensors


def _digest(manifest: dict[str, Any]) -> str:
    fields = {name: value for name, value in manifest.items() if name != "sha256"}
    return hashlib.sha256(json.dumps(fields, sort_keys=True).encode()).hexdigest()


def _damaged(path: Path, reason: str) -> ArtifactError:
    return ArtifactError("E202", path=path, reason=reason)


def _replace(path: Path, data: bytes) -> None:
    """Write a file under another name first, so that a process that has the old one mapped keeps it."""
    partial = path.with_name(path.name + ".partial")
    partial.write_bytes(data)
    partial.replace(path)

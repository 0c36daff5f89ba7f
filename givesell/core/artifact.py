"""The artifact: a model as data in a folder, its layout and the checks on loading it.

===================== ===========================================================================
file                  holds
===================== ===========================================================================
manifest.json         everything but arrays; see `givesell.core.manifest`
weights.safetensors   the arrays of the model's kind: of a linear one ``buckets`` (n,) int32,
                      ascending, those that carry a weight, and ``weights`` (n, 2) float32, weight
                      times idf, and idf squared, of each; of a deep one also ``network.tokens``
                      (m,) uint64, hashes, ascending, and its others; of an encoder those of
                      `givesell.core.encoder_arrays`; with facets that are not a kind's own
                      ``facets.buckets`` (k,) int32, some of the buckets, ascending,
                      ``facets.weights`` (k, n_facets) float16, weight times idf, and
                      ``facets.intercepts`` (n_facets,) float32; where the manifest says so,
                      ``fingerprints`` (p,) uint64, ascending, of the training posts
README.md             the model card
===================== ===========================================================================

Nothing is ever unpickled.
"""

import hashlib
import json
import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from givesell.core.kind import Tensors
from givesell.core.kinds import KINDS
from givesell.core.manifest import FORMAT, MOST_BYTES, NewerError, Read, read_manifest
from givesell.core.shipped import MANIFEST as MANIFEST
from givesell.core.tensors import Layout, read_tensors
from givesell.errors import ArgumentTypeError, ArtifactError
from givesell.extras import require
from givesell.files.open_folder import OpenFolder, is_fixed
from givesell.show.words import encodable
from givesell.text.version import TEXT_CORE, changes_since

WEIGHTS, CARD = "weights.safetensors", "README.md"
FACET_LAYOUT: Layout = {
    "facets.buckets": ("I32", "<i4", 1),
    "facets.weights": ("F16", "<f2", 2),
    "facets.intercepts": ("F32", "<f4", 1),
}
FINGERPRINT_LAYOUT: Layout = {"fingerprints": ("U64", "<u8", 1)}
PICKLED = (".joblib", ".pkl", ".pickle", ".skops")
_NEW_PACKAGE = {"__init__.py", "__pycache__"}  # of a package that a model is to be published in
ATTEMPTS = 5  # to read a folder that is being replaced


def write_artifact(
    folder: Path,
    manifest: Mapping[str, Any],
    tensors: Tensors,
    card: str,
    *,
    overwrite: bool = False,
) -> None:
    """Write an artifact in one step: a process that loads it meanwhile gets the old or the new one.

    Parameters
    ----------
    folder : Path
        Created if needed. Other files in it stay.
    manifest : mapping
        All fields but ``format``, ``files`` and ``sha256``.
    tensors : dict of str to ndarray
        As the layout above says.
    card : str
        Markdown.
    overwrite : bool, default False
        Whether an existing artifact may be replaced.

    Raises
    ------
    ArtifactError
        See `check_target`; E202 if the folder cannot be written.
    """
    require("train", "Saving a model")
    from safetensors.numpy import save

    from givesell.files.writing import replacing_folder

    check_target(folder, overwrite=overwrite)
    try:
        layout = _layout(manifest)
        weights = save(
            {
                name: np.ascontiguousarray(tensors[name], kind)
                for name, (_, kind, _) in layout.items()
            }
        )
        files = {WEIGHTS: {"bytes": len(weights), "sha256": hashlib.sha256(weights).hexdigest()}}
        fields = {"format": FORMAT, **manifest, "files": files}
        # Names and posts may hold lone surrogates, which no file can.
        fields = json.loads(encodable(json.dumps(fields, ensure_ascii=False)))
        fields["sha256"] = _digest(fields)
        with replacing_folder(folder, names=(WEIGHTS, MANIFEST, CARD)) as fresh:
            (fresh / WEIGHTS).write_bytes(weights)
            (fresh / MANIFEST).write_bytes(
                (json.dumps(fields, indent=1, ensure_ascii=False) + "\n").encode()
            )
            (fresh / CARD).write_bytes(encodable(card).encode())
    except OSError as error:
        raise ArtifactError(
            "E202", path=folder, reason=f"cannot be written ({error.strerror or error})"
        ) from error


def check_target(folder: Path, *, overwrite: bool = False, inputs: Iterable[Path] = ()) -> None:
    """Refuse to write an artifact over something else, or over an artifact without `overwrite`.

    Parameters
    ----------
    folder : Path
    overwrite : bool, default False
    inputs : iterable of Path
        Files that are read, and must not be written to.

    Raises
    ------
    ArtifactError
        E208 if the path is a file, or a folder that holds other files than a new Python package
        and no artifact; E409 if it holds one that may not be replaced.
    FileError
        E408 if one of its files is an input.
    """
    if not os.path.lexists(folder):
        return
    if not folder.is_dir() or (
        any(path.name not in _NEW_PACKAGE for path in folder.iterdir())
        and not all((folder / name).is_file() for name in (MANIFEST, WEIGHTS))
    ):
        raise ArtifactError("E208", path=folder)
    if (folder / MANIFEST).is_file():
        if not overwrite:
            raise ArtifactError("E409", path=folder)
        from givesell.files.writing import check_output

        for name in (WEIGHTS, MANIFEST, CARD):
            check_output(folder / name, inputs=inputs, overwrite=True)


def read_artifact(folder: Path, *, mmap: bool = True) -> tuple[Read, Tensors]:
    """Read an artifact and check that it is complete, unchanged and valid.

    Manifest and weights come from the same folder, even if another replaces it meanwhile. What is
    checked is what is used: weights are read once, or mapped if nobody can change them.

    Parameters
    ----------
    folder : Path
    mmap : bool, default True
        Map the weights from disk, so that processes share them, if nobody can change them while
        they are mapped (see `is_fixed`); otherwise they are read.

    Returns
    -------
    manifest : Read
    tensors : dict of str to ndarray
        As the layout above says, read-only.

    Raises
    ------
    ArtifactError
        If a file is missing, truncated, edited, of a newer format, or not what the schema of
        `givesell.core.manifest` says.
    """
    for _ in range(ATTEMPTS - 1):
        try:
            with OpenFolder(folder) as place:
                return _read(place, mmap)
        except ArtifactError:
            if not place.was_replaced():
                raise
    with OpenFolder(folder) as place:
        return _read(place, mmap)


def parse_artifact(
    place: Path, manifest: bytes, weights: NDArray[np.uint8]
) -> tuple[Read, Tensors]:
    """Check an artifact that is in memory already; see `read_artifact`.

    Parameters
    ----------
    place : Path
        What errors name.
    manifest : bytes
    weights : ndarray of uint8
        Aligned to 8 bytes.

    Returns
    -------
    manifest : Read
    tensors : dict of str to ndarray
        Read-only; they hold the memory of ``weights``.
    """
    read = _parse_manifest(place / MANIFEST, manifest)
    return read, _parse_weights(place / WEIGHTS, read, weights)


def check_path(path: Any) -> Path:
    """Return a path to an artifact as a `Path`, refusing pickled models.

    Raises
    ------
    ArgumentTypeError
        E206 if it is not a path.
    ArtifactError
        E204 if it names a pickle or joblib file.
    """
    if not isinstance(path, (str, os.PathLike)):
        raise ArgumentTypeError(
            "E206", argument="path", expected="a str or path", given=type(path).__name__
        )
    try:
        # an unknown home folder is no error here
        expanded = Path(os.path.expanduser(path))  # noqa: PTH111
    except TypeError:  # a path of bytes
        raise ArgumentTypeError(
            "E206", argument="path", expected="a str or path", given="one of bytes"
        ) from None
    if expanded.suffix in PICKLED:
        raise ArtifactError("E204", path=expanded, name=str(path))
    return expanded


def _layout(manifest: Mapping[str, Any]) -> Layout:
    """Return the layout of the arrays that go with a manifest."""
    kind = KINDS[manifest["kind"]]
    return {
        **kind.layout,
        **(FACET_LAYOUT if "facets" in manifest and not kind.own_facets else {}),
        **(FINGERPRINT_LAYOUT if "fingerprints" in manifest else {}),
    }


def _read(place: OpenFolder, mmap: bool) -> tuple[Read, Tensors]:
    path = place.path / MANIFEST
    with _named(path), place.open(MANIFEST) as file:
        data = file.read(MOST_BYTES + 1)
    read = _parse_manifest(path, data)
    path = place.path / WEIGHTS
    expected = read.manifest.files.weights
    with _named(path), place.open(WEIGHTS) as file:
        status = os.fstat(file.fileno())
        if status.st_size != expected.bytes:
            raise _damaged(
                path, f"holds {status.st_size} bytes where the manifest says {expected.bytes}"
            )
        if mmap and expected.bytes and is_fixed(status):
            weights = np.asarray(np.memmap(file, np.uint8, "r"))
        else:
            weights = np.empty(expected.bytes, np.uint8)
            if file.readinto(weights.data) != expected.bytes:
                raise _damaged(path, "became shorter while it was read")
    return read, _parse_weights(path, read, weights)


def _parse_manifest(path: Path, data: bytes) -> Read:
    try:
        read = read_manifest(data)
    except NewerError as error:
        raise ArtifactError(
            "E203", path=path, format=error.format, known=FORMAT, needs=error.needs
        ) from error
    except ValueError as error:
        raise _damaged(path, str(error)) from error
    if read.manifest.sha256 != _digest(read.file):
        raise _damaged(path, "its contents do not match their SHA-256")
    _check_versions(path, read)
    return read


def _check_versions(path: Path, read: Read) -> None:
    """Refuse weights made for another text core, and kinds of model that this version lacks."""
    manifest = read.manifest
    if manifest.text_core > TEXT_CORE:
        raise ArtifactError(
            "E221", path=path, core=manifest.text_core, known=TEXT_CORE, needs=manifest.needs
        )
    if manifest.text_core < TEXT_CORE:
        command = f", as it was made: {manifest.command}" if manifest.command else ""
        raise ArtifactError(
            "E220",
            path=path,
            core=manifest.text_core,
            known=TEXT_CORE,
            changes=changes_since(manifest.text_core),
            command=command,
        )
    if manifest.kind not in KINDS:
        raise ArtifactError("E222", path=path, kind=manifest.kind, needs=manifest.needs)


def _parse_weights(path: Path, read: Read, weights: NDArray[np.uint8]) -> Tensors:
    if hashlib.sha256(weights.data).hexdigest() != read.manifest.files.weights.sha256:
        raise _damaged(path, "its contents do not match their SHA-256")
    try:
        tensors = read_tensors(weights, _layout(read.plain))
    except ValueError as error:
        raise _damaged(path, str(error)) from error
    for tensor in tensors.values():
        tensor.setflags(write=False)
    return tensors


@contextmanager
def _named(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise _damaged(path, f"cannot be read ({error.strerror or error})") from error


def _digest(manifest: Mapping[str, Any]) -> str:
    fields = {name: value for name, value in manifest.items() if name != "sha256"}
    return hashlib.sha256(json.dumps(fields, sort_keys=True).encode()).hexdigest()


def _damaged(path: Path, reason: str) -> ArtifactError:
    return ArtifactError("E202", path=path, reason=reason)

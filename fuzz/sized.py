"""A file of a size."""

import io
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class SizedFile:
    """A file of a size.

    Attributes
    ----------
    name : str
    data : callable
        Returns its bytes by its size.
    start, most : int
        Sizes to begin with, and to go to.
    """

    name: str
    data: Callable[[int], bytes]
    start: int = 1_000
    most: int = 200_000

    def write(self, folder: Path, size: int) -> Path:
        """Write it, and return where it is."""
        path = folder / self.name
        path.write_bytes(self.data(size))
        return path


def zipped(files: dict[str, bytes]) -> bytes:
    """Return files as a zip."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(zipfile.ZipInfo(name), data)
    return out.getvalue()

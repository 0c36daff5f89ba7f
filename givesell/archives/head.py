"""The beginning of a file, looked at from all sides to tell its format."""

import csv
import io
import re
from functools import cached_property
from typing import Any

import ijson
import msgspec

HEAD_BYTES = 1 << 16
_JS = re.compile(rb"^\s*window\.YTD\.([a-z_]+)\.part\d+\s*=\s*")
_DEEPEST = 40


class Head:
    """The first bytes of a file, unpacked.

    Parameters
    ----------
    data : bytes
        At most `HEAD_BYTES`.
    name : str, default ""
        The file's name, which decides only where the content cannot.
    """

    def __init__(self, data: bytes, name: str = "") -> None:
        self.data = data.removeprefix(b"\xef\xbb\xbf")
        self.name = name.lower()

    @cached_property
    def ytd(self) -> str | None:
        """What an X archive's JavaScript file says it holds, such as ``"tweets"``."""
        found = _JS.match(self.data)
        return found[1].decode() if found else None

    @cached_property
    def is_json(self) -> bool:
        """Whether it starts like a JSON array or object."""
        return self.data.lstrip()[:1] in (b"[", b"{")

    @cached_property
    def first_object(self) -> dict[str, Any] | None:
        """The first line, if it is a JSON object by itself."""
        line = next((line for line in self.data.split(b"\n") if line.strip()), b"")
        try:
            found = msgspec.json.decode(line)
        except (msgspec.DecodeError, ValueError, RecursionError):
            return None
        return found if isinstance(found, dict) else None

    @cached_property
    def paths(self) -> frozenset[str]:
        """The paths of the JSON values in it as ijson writes them, such as ``"item.tweet.id"``."""
        found: set[str] = set()
        if self.is_json:
            try:
                for path, event, _ in ijson.parse(io.BytesIO(_shallow(self.data))):
                    if path and event != "map_key":
                        found.add(path)
            except (ijson.JSONError, UnicodeDecodeError):
                pass
        return frozenset(found)

    @cached_property
    def columns(self) -> tuple[str, ...]:
        """The fields of the first line as comma-separated values."""
        line = next((line for line in self.data.split(b"\n") if line.strip()), b"").decode("utf-8", "replace").strip()
        try:
            return tuple(next(csv.reader([line]), ()))
        except csv.Error:
            return ()

    def has(self, *paths: str) -> bool:
        """Whether all of some JSON paths are in it."""
        return self.paths.issuperset(paths)


def _shallow(data: bytes) -> bytes:
    """Cut data off where brackets nest deeper than any export does; ijson's paths grow with the depth."""
    depth = 0
    for found in re.finditer(rb'"(?:[^"\\]|\\.)*"|[\[{]|[\]}]', data, re.DOTALL):
        sign = found[0][:1]
        depth += (sign in b"[{") - (sign in b"]}")
        if depth > _DEEPEST:
            return data[: found.start()]
    return data

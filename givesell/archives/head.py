"""The beginning of a file, looked at from all sides to tell its format."""

import csv
import itertools
import re
from functools import cached_property
from typing import Any

from givesell.archives.json_items import paths_of
from givesell.archives.json_values import read_value

HEAD_BYTES = 1 << 18
_TRIED = 10
_JS = re.compile(rb"^\s*window\.YTD\.([a-z_]+)\.part\d+\s*=\s*")


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
        """The first line, if it is a JSON object by itself; the next one that is, if that is a broken one or another value."""
        lines = (line.strip() for line in self.data.split(b"\n") if line.strip())
        for line in itertools.islice(lines, _TRIED):
            try:
                found = read_value(line)
            except ValueError:
                if line.startswith(b"{") and line.endswith(b"}"):
                    continue
                return None
            if isinstance(found, dict):
                return found
        return None

    @cached_property
    def paths(self) -> frozenset[str]:
        """The paths of the JSON values in it, such as ``"item.tweet.id"``."""
        return paths_of(self.data) if self.is_json else frozenset()

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

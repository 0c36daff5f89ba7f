"""The beginning of a file, looked at from all sides to tell its format."""

import csv
import itertools
import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import cached_property
from typing import IO, Any

from givesell.archives.parsing.json_structure import begins_json, paths_further, paths_of
from givesell.archives.parsing.json_values import read_value

HEAD_BYTES = 1 << 18
Open = Callable[[], AbstractContextManager[IO[bytes]]]
_TRIED = 10
_PACKED = re.compile(r"\.(gz|zst|bz2|xz)$")
_JS = re.compile(rb"^\s*window\.YTD\.(\w+)\.part\d+\s*=\s*")


class Head:
    """The first bytes of a file, unpacked.

    Parameters
    ----------
    data : bytes
        At most `HEAD_BYTES`, in UTF-8.
    name : str, default ""
        The file's name, which decides only where the content cannot; what says how it is packed is
        left out of it.
    reopened : callable, optional
        Opens the file again, to look further at the structure of JSON; see `further`.
    """

    def __init__(self, data: bytes, name: str = "", reopened: Open | None = None) -> None:
        self.data = data
        self.name = _PACKED.sub("", name.lower())
        self._reopened = reopened

    @cached_property
    def ytd(self) -> str | None:
        """What an X archive's JavaScript file says it holds, such as ``"tweets"``."""
        found = _JS.match(self.data)
        return found[1].decode() if found else None

    @cached_property
    def is_json(self) -> bool:
        """Whether it is the beginning of a JSON array or object, rather than of text in
        brackets.
        """
        return begins_json(self.data)

    @cached_property
    def first_object(self) -> dict[str, Any] | None:
        """The first line, if it is a JSON object by itself; the next one that is, if that is a
        broken one or another value.
        """
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
    def is_json_lines(self) -> bool:
        """Whether it is JSON with an object a line: several lines, or one object that holds no
        list.
        """
        if not self.is_json or self.first_object is None:
            return False
        several = sum(1 for line in self.data.split(b"\n") if line.strip()) > 1
        return several or not any(path.endswith(".item") for path in self.paths)

    @cached_property
    def paths(self) -> frozenset[str]:
        """The paths of the JSON values in it, such as ``"item.tweet.id"``."""
        return paths_of(self.data) if self.is_json else frozenset()

    @cached_property
    def names(self) -> frozenset[str]:
        """The names of the JSON values in it, wherever they stand."""
        return frozenset(path.rpartition(".")[2] for path in self.paths)

    @cached_property
    def columns(self) -> tuple[str, ...]:
        """The fields of the first line as comma-separated values."""
        line = (
            next((line for line in self.data.split(b"\n") if line.strip()), b"")
            .decode("utf-8", "replace")
            .strip()
        )
        try:
            return tuple(next(csv.reader([line]), ()))
        except csv.Error:
            return ()

    def has(self, *paths: str) -> bool:
        """Whether all of some JSON paths are in it."""
        return self.paths.issuperset(paths)

    def further(self) -> "Head":
        """Look beyond the first bytes where these end within the first value of JSON.

        Returns
        -------
        Head
            With the paths that stand further down, as far as
            `givesell.archives.streams.limits.HEAD_FURTHER`; itself where there are none.
        """
        if self._reopened is None or len(self.data) < HEAD_BYTES or not self.is_json:
            return self
        with self._reopened() as stream:
            paths = paths_further(stream)
        if paths <= self.paths:
            return self
        found = Head(self.data, self.name)
        found.__dict__["paths"] = self.paths | paths
        return found

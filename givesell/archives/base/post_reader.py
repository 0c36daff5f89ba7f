"""The base of all exports: their posts as a stream, each id once."""

import itertools
import re
from abc import abstractmethod
from collections.abc import Iterator
from operator import itemgetter
from typing import IO

import numpy as np
import pyarrow as pa

from givesell.archives.base.head import Head
from givesell.archives.base.post import SCHEMA, Post, to_batch
from givesell.archives.base.reader import BATCH_BYTES, BATCH_ROWS, Reader
from givesell.archives.base.rejects import Rejects
from givesell.archives.parsing.seen_ids import SeenIds
from givesell.archives.streams.damage import spared
from givesell.archives.streams.file_errors import UNREADABLE, named
from givesell.errors import FileError

NOT_PUBLIC = "not public"
_ID, _TEXT, _AUTHOR, _URL, _KIND = map(Post._fields.index, ("id", "text", "author", "url", "kind"))
_PARTS = tuple(map(itemgetter, (_ID, _TEXT, _AUTHOR, _URL)))
_KEY = itemgetter(_KIND, _ID)
_BLOCK_ROWS = 1_024
_BLOCK_CHARS = 1 << 20


class ExportReader(Reader):
    """Posts rather than the rows of a table, of one platform or of several."""

    is_export = True
    cells = False

    @abstractmethod
    def blocks(self, rejects: Rejects) -> Iterator[list[Post]]:
        """Read the posts of all files in blocks of at most 1,024; see `posts`."""

    def posts(self, rejects: Rejects) -> Iterator[Post]:
        """Read the posts of all files.

        Parameters
        ----------
        rejects : Rejects

        Yields
        ------
        Post
        """
        return itertools.chain.from_iterable(self.blocks(rejects))

    def _find_schema(self) -> pa.Schema:
        return SCHEMA

    def _batches(self, rejects: Rejects) -> Iterator[pa.RecordBatch]:
        held: list[Post] = []
        size = 0
        try:
            for block in filter(None, self.blocks(rejects)):
                held += block
                size += _size(block)
                if len(held) > BATCH_ROWS - _BLOCK_ROWS or size >= BATCH_BYTES:
                    self.bytes_read = min(self.size, max(self.bytes_read, self.files.position))
                    posts, held, size = held, [], 0
                    yield to_batch(posts)
        finally:
            # Also the posts before the place where a file breaks off.
            if held:
                yield to_batch(held)


class PostReader(ExportReader):
    """The export of a platform: posts, whatever the shape of its files.

    Attributes
    ----------
    platform : str
    pattern : re.Pattern
        Matches the names of its files among the members of a zip, tar or folder.
    unique : bool
        Whether an id names one post: a second post with it is skipped.
    loose : bool
        Whether files of this format make no export together: beside the files of an export they
        are no part of it.
    owner : str or None
        Whose export it is, where it says so; known once `prepare` has been called.
    """

    platform: str
    pattern: re.Pattern[str]
    unique: bool = True
    loose: bool = False

    @classmethod
    @abstractmethod
    def recognises(cls, head: Head) -> bool:
        """Say whether a file is of this format.

        Parameters
        ----------
        head : Head
            Its beginning.

        Returns
        -------
        bool
        """

    @classmethod
    def is_plain(cls, head: Head) -> bool:  # noqa: ARG003
        """Say whether a file of this format is a table like any other when it comes alone.

        Parameters
        ----------
        head : Head
            Its beginning.

        Returns
        -------
        bool
        """
        return False

    @abstractmethod
    def read(self, stream: IO[bytes], member: str, rejects: Rejects) -> Iterator[Post]:
        """Read the posts of one file.

        Parameters
        ----------
        stream : file
        member : str
            The name of the file.
        rejects : Rejects

        Yields
        ------
        Post
        """

    def reset(self) -> None:
        """Forget what an earlier reading has learned; see `Reader.reset`."""
        self.owner: str | None = None

    def prepare(self) -> None:
        """Read what else the export knows, such as whose it is."""
        return

    def hides(self, is_public: bool) -> bool:
        """Say whether a post is left out because not everybody may see it, and count it if so.

        Parameters
        ----------
        is_public : bool

        Returns
        -------
        bool
        """
        if is_public or self.options.visibility == "all":
            return False
        self.skipped[NOT_PUBLIC] += 1
        return True

    def blocks(self, rejects: Rejects) -> Iterator[list[Post]]:
        """Read the posts, without those whose id was there before; see `ExportReader.blocks`."""
        self.skipped.clear()
        self.reset()
        # A damaged file beside the posts costs none of them.
        with spared(self.files.flaws, self.path, []):
            self.prepare()
        seen = SeenIds()
        errors: list[FileError] = []
        given = False
        for member in self.members:
            shown = self.files.shown(member)
            with (
                spared(self.files.flaws, shown, errors),
                named(shown, "E406", *UNREADABLE),
                self.files.open(member) as stream,
            ):
                for block in _in_blocks(self.read(stream, member, rejects)):
                    given = True
                    yield self._first(block, seen) if self.unique else block
        if errors and not given:
            raise errors[0]

    def _first(self, block: list[Post], seen: SeenIds) -> list[Post]:
        """Leave out the posts whose id was there before."""
        with_id = (
            block
            if None not in map(itemgetter(_ID), block)
            else [post for post in block if post.id is not None]
        )
        first = seen.first(np.fromiter(map(hash, map(_KEY, with_id)), np.int64, len(with_id)))
        if first.all():
            return block
        self.skipped["the same id twice"] += len(with_id) - int(first.sum())
        is_first = iter(first.tolist())
        return [post for post in block if post.id is None or next(is_first)]


def _size(block: list[Post]) -> int:
    """Return about how many bytes posts take."""
    return 100 * len(block) + sum(sum(map(len, filter(None, map(part, block)))) for part in _PARTS)


def _in_blocks(posts: Iterator[Post]) -> Iterator[list[Post]]:
    """Group posts into blocks of bounded size; the posts before an error come before it."""
    block: list[Post] = []
    size = 0
    try:
        for post in posts:
            block.append(post)
            size += _BLOCK_CHARS // _BLOCK_ROWS
            if text := post.text:
                size += len(text)
            if size >= _BLOCK_CHARS:
                full, block, size = block, [], 0
                yield full
    finally:
        if block:
            yield block

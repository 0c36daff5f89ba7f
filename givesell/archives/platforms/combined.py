"""An archive that holds the exports of several platforms, such as Instagram's with Threads in
it.
"""

import re
from collections.abc import Iterator, Sequence
from typing import IO, ClassVar

from givesell.archives.base.head import Head
from givesell.archives.base.post import Post
from givesell.archives.base.reader import Options, PostReader, Rejects
from givesell.archives.streams.damage import spared
from givesell.archives.streams.files import Files
from givesell.errors import FileError


class CombinedReader(PostReader):
    """Reads the exports one after the other.

    Parameters
    ----------
    readers : sequence of PostReader
        Of one archive.
    """

    name = "several"
    platform = ""
    pattern: ClassVar[re.Pattern[str]] = re.compile("(?!)")

    def __init__(self, files: Files, readers: Sequence[PostReader], options: Options) -> None:
        self._readers = list(readers)
        super().__init__(
            files, [member for reader in readers for member in reader.members], options
        )
        self.about = tuple(name for reader in readers for name in reader.about)
        self.name = "+".join(reader.name for reader in readers)  # type: ignore[misc]

    @classmethod
    def recognises(cls, head: Head) -> bool:  # noqa: ARG003
        """Say no: each of the exports is recognised by itself."""
        return False

    def read(self, stream: IO[bytes], member: str, rejects: Rejects) -> Iterator[Post]:
        """Read nothing: each of the exports reads its own files."""
        raise NotImplementedError

    def blocks(self, rejects: Rejects) -> Iterator[list[Post]]:
        """Read the posts of all exports; see `PostReader.blocks`."""
        self.skipped.clear()
        errors: list[FileError] = []
        for reader in self._readers:
            with spared(self.files.flaws, reader.shown, errors):
                yield from reader.blocks(rejects)
            self.skipped.update(reader.skipped)
        if len(errors) == len(self._readers):
            raise errors[0]

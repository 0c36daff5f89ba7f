"""What the readers of exports in JSON share: an item is a post, or left out and counted, or
rejected with its place and reason.
"""

from abc import abstractmethod
from collections.abc import Iterator
from typing import IO, Any, ClassVar

from givesell.archives.base.post import Post
from givesell.archives.base.post_reader import PostReader
from givesell.archives.base.rejects import Rejected, Rejects
from givesell.archives.parsing.json_items import ItemError
from givesell.archives.streams.limits import MAX_POST, TOO_LONG

_RAW = 2_000


class ItemReader(PostReader):
    """An export whose files hold lists of objects.

    Attributes
    ----------
    unit : str
        What an item is called in the reason of a reject.
    """

    unit: ClassVar[str] = "a post"

    @abstractmethod
    def items(self, stream: IO[bytes], member: str, rejects: Rejects) -> Iterator[tuple[str, Any]]:
        """Read the items of one file.

        Parameters
        ----------
        stream : file
        member : str
        rejects : Rejects

        Yields
        ------
        path : str
            Where the item stands; see `givesell.archives.parsing.json_items`.
        item : object
        """

    @abstractmethod
    def post(self, item: dict[str, Any], path: str) -> Post | None:
        """Return the post that an item is.

        Parameters
        ----------
        item : dict
        path : str

        Returns
        -------
        Post or None
            None for what is left out, once it is counted in `skipped`.

        Raises
        ------
        ValueError
            With the reason to show, if it has no text because something else stands there.
        """

    def read(self, stream: IO[bytes], member: str, rejects: Rejects) -> Iterator[Post]:
        """Read one file; see `PostReader.read`."""
        shown = self.files.shown(member)
        for number, (path, item) in enumerate(self.items(stream, member, rejects), 1):
            try:
                if not isinstance(item, dict):
                    raise item if isinstance(item, ItemError) else ValueError(f"not {self.unit}")
                post = self.post(item, path)
                if post is not None and post.text and len(post.text) > MAX_POST:
                    raise ValueError(TOO_LONG)
            except ValueError as error:
                rejects.add(
                    Rejected(
                        shown,
                        number,
                        str(error),
                        item.raw if isinstance(item, ItemError) else repr(item)[:_RAW],
                    )
                )
                continue
            if post is not None:
                yield post

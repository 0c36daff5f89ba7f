"""Small valid files of every format, built in code."""

from fuzz.seed import Seed
from fuzz.seeds_chats import CHATS
from fuzz.seeds_platforms import PLATFORMS
from fuzz.seeds_scraped import SCRAPED
from fuzz.seeds_tables import TABLES


def seeds() -> list[Seed]:
    """Return one valid input of every format and form."""
    return [make() for make in (*PLATFORMS, *CHATS, *SCRAPED, *TABLES)]

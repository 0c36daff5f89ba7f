"""The exports of platforms, one file each. A new platform is a module here and an entry in
`READERS`; it says itself which files it reads. The first paragraph of its docstring is what
`givesell formats` says of it. The room may import every other room of archives, but not the
registry.
"""

from givesell.archives.base.post_reader import PostReader
from givesell.archives.platforms.bluesky import BlueskyReader
from givesell.archives.platforms.bluesky_car import BlueskyCarReader
from givesell.archives.platforms.discord import DiscordReader
from givesell.archives.platforms.discord_exporter import DiscordExporterReader
from givesell.archives.platforms.facebook import FacebookReader
from givesell.archives.platforms.instagram import InstagramReader
from givesell.archives.platforms.linkedin import LinkedinReader
from givesell.archives.platforms.mastodon import MastodonReader
from givesell.archives.platforms.reddit import RedditDumpReader, RedditReader
from givesell.archives.platforms.scraped import ScrapedReader
from givesell.archives.platforms.slack import SlackReader
from givesell.archives.platforms.substack import SubstackReader
from givesell.archives.platforms.telegram import TelegramReader
from givesell.archives.platforms.threads import ThreadsReader
from givesell.archives.platforms.tiktok import TiktokReader
from givesell.archives.platforms.whatsapp import WhatsappReader
from givesell.archives.platforms.x import XReader
from givesell.archives.platforms.youtube import YoutubeReader
from givesell.archives.platforms.zeeschuimer import CaptureReader

# Where a file could be of two, the first takes it.
READERS: tuple[type[PostReader], ...] = (
    XReader,
    MastodonReader,
    BlueskyCarReader,
    BlueskyReader,
    RedditReader,
    RedditDumpReader,
    LinkedinReader,
    ThreadsReader,
    InstagramReader,
    FacebookReader,
    TiktokReader,
    YoutubeReader,
    TelegramReader,
    DiscordReader,
    DiscordExporterReader,
    SlackReader,
    WhatsappReader,
    SubstackReader,
    CaptureReader,
    ScrapedReader,
)

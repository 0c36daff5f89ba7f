"""Writes the bundled demo archive: the invented posts as one person's Reddit data export.

    python tools/demo_archive.py

Reddit hands an account's comments out as ``comments.csv``; ids, dates and places here are made up.
"""

import csv
import json
import random
from datetime import UTC, datetime, timedelta
from pathlib import Path

DATASETS = Path(__file__).parent.parent / "givesell" / "datasets"
POSTS = 400
COLUMNS = [
    "id",
    "permalink",
    "date",
    "ip",
    "subreddit",
    "gildings",
    "link",
    "parent",
    "body",
    "media",
]


def main() -> None:
    """Write the archive."""
    draw = random.Random(0)
    with (DATASETS / "posts.jsonl").open(encoding="utf-8") as lines:
        posts = draw.sample([json.loads(line) for line in lines], POSTS)
    when = datetime(2025, 1, 6, 8, 0, tzinfo=UTC)
    path = DATASETS / "reddit-export" / "comments.csv"
    path.parent.mkdir(exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        for number, post in enumerate(posts):
            when += timedelta(minutes=draw.randrange(30, 2400))
            name, place = (
                f"k{number:05x}",
                "".join(word.capitalize() for word in post["topic"].split()),
            )
            link = f"https://www.reddit.com/r/{place}/comments/j{draw.randrange(16**5):05x}/"
            writer.writerow(
                [
                    name,
                    f"{link}{name}/",
                    f"{when:%Y-%m-%d %H:%M:%S} UTC",
                    "",
                    place,
                    0,
                    link,
                    "",
                    post["text"],
                    "",
                ]
            )


if __name__ == "__main__":
    main()

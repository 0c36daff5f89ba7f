"""The words of a report, for its summary and its page."""

from collections.abc import Mapping
from datetime import MAXYEAR, UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from givesell.show.numbers import percent, ratio

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
# Of posts without a verdict.
STATUSES = {
    "missing": "without text (reposts, pictures)",
    "empty": "with nothing but white space",
    "no_words": "without words (only emoji, links, numbers or signs)",
    "not_english": "not in English",
}
FACET_WORDS = {
    "help": "help and answers",
    "share": "news and links passed on",
    "talk": "talk and questions",
    "thanks": "thanks and praise",
    "cause": "good causes",
    "offer": "offers (prices, stock, bookings)",
    "brand": "praise of one's own brand",
    "lead": "collecting contacts",
    "self": "one's own channel, music or show",
    "sponsor": "sponsored and affiliate posts",
    "spam": "spam and schemes",
}
MEASURE_WORDS = {
    "unseen": "words and phrases that are new to the model",
    "strange": "posts with much that is new to it",
    "distance": "verdicts unlike the usual mix",
    "not_english": "posts that are not in English",
}

# Of what a scored file holds that no figure uses: one of them.
NOT_USED = {
    "labels other than giving and selling": "label other than giving and selling",
    "probabilities that are not numbers from 0 to 1": (
        "probability that is not a number from 0 to 1"
    ),
    "rows that cannot be read": "row that cannot be read",
}


def target_words(target: float) -> str:
    """Return a target as a share and a ratio.

    Examples
    --------
    >>> target_words(0.8)
    '80% giving (4 : 1)'
    """
    return f"{percent(target)} giving ({target_ratio(target)})"


def target_ratio(target: float) -> str:
    """Return a target as a ratio.

    Examples
    --------
    >>> target_ratio(0.8), target_ratio(1)
    ('4 : 1', 'all posts')
    """
    return ratio(round(target, 9), round(1 - target, 9)) if target < 1 else "all posts"


def drift_words(figures: Mapping[str, Any]) -> list[str]:
    """Return what is to be said about drift before anything else, in one sentence or none.

    Parameters
    ----------
    figures : mapping
        Of `givesell.report.make_report`.

    Returns
    -------
    list of str
    """
    drift = figures["drift"]
    if drift["doubts"]:
        head = "Strong drift" if drift["level"] == "strong" else "Not corrected"
        return [
            f"{head}: {', and '.join(drift['doubts'])}. How often the model is wrong here is not"
            " known, so no corrected share is given and nothing is said about the target."
        ]
    if drift["level"] == "strong":
        return [
            "Strong drift: far more, or far fewer, of these posts sell than in almost any data that"
            " the model was measured on. The correction allows for that; read some posts yourself."
        ]
    return []


def local_time(moment: str, zone: str) -> str:
    """Return a time of the figures, which is in UTC, in a time zone; a day without an hour as it
    is.

    Parameters
    ----------
    moment : str
    zone : str

    Returns
    -------
    str
        In ISO 8601, without a zone.

    Examples
    --------
    >>> local_time("2025-01-06T23:30:00", "Europe/Paris"), local_time("2025-01-06", "Europe/Paris")
    ('2025-01-07T00:30:00', '2025-01-06')
    """
    if is_day(moment):
        return moment
    when = datetime.fromisoformat(moment)
    if not 1 < when.year < MAXYEAR:
        return moment
    return when.replace(tzinfo=UTC).astimezone(ZoneInfo(zone)).replace(tzinfo=None).isoformat()


def is_day(moment: str) -> bool:
    """Whether a time of the figures is a day without an hour."""
    return len(moment) == len("2025-01-06")

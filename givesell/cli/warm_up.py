"""`givesell warm-up`: what earlier versions compiled at first use comes compiled."""

from givesell.cli import printing


def warm_up() -> None:
    """Do nothing: the package comes compiled since 0.2.0."""
    printing.say("nothing to do: givesell comes compiled, and needs no warming up")

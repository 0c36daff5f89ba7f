"""`givesell warm-up`, which older versions needed: there is nothing to compile any more."""

from givesell.cli import printing


def warm_up() -> None:
    """Do nothing: givesell is compiled when it is installed. Scripts may call it still."""
    printing.say("nothing to compile: givesell is compiled when it is installed")

"""Posts as arguments of a command, also those that begin with a dash as options do."""

import re
from typing import Any

from typer.core import TyperCommand

MARK = "\0"  # no argument of a process can hold it
_OPTION = re.compile(r"-[A-Za-z]|--[A-Za-z][A-Za-z0-9-]*(=.*)?", re.DOTALL)


class PostsCommand(TyperCommand):
    """A command whose arguments are posts, also those that begin with a dash but do not look like
    options.
    """

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Take the arguments; see `typer.core.TyperCommand`."""
        taking = {
            name
            for option in self.params
            if not getattr(option, "is_flag", True)
            for name in option.opts
        }
        marked: list[str] = []
        for at, given in enumerate(args):
            if given == "--":
                marked += args[at:]
                break
            is_value = at > 0 and args[at - 1] in taking
            dashed = (
                len(given) > 1
                and given.startswith("-")
                and not is_value
                and not _OPTION.fullmatch(given)
            )
            marked.append(MARK + given if dashed else given)
        try:
            return super().parse_args(ctx, marked)
        except Exception as error:
            # Not by its class: typer has its own.
            unknown = getattr(error, "option_name", None)
            if unknown is not None and "No such option" in str(getattr(error, "message", "")):
                hint = (
                    f". Put a post that begins with a dash after --: givesell {ctx.info_name} --"
                    f" '{unknown}'"
                )
                message = error.format_message().removesuffix(".") + hint  # type: ignore[attr-defined]
                error.__dict__["format_message"] = lambda: message
            raise


def unmarked(post: str) -> str:
    """Return a post as it was given."""
    return post.removeprefix(MARK)

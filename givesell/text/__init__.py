"""The text core: characters are folded, tokens scanned and n-grams hashed, all compiled."""

try:
    import givesell.text.scanner  # noqa: F401 - all else that is compiled needs it
except ModuleNotFoundError as error:
    if error.name != "givesell.text.scanner":
        raise
    from pathlib import Path

    from givesell.errors import MissingPackageError

    raise MissingPackageError("E120", folder=Path(__file__).parents[2]) from None

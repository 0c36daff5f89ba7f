"""Small files of JSON in an export, such as the one that says whose it is."""

from contextlib import suppress
from typing import Any

from givesell.archives.parsing.json_values import read_value
from givesell.archives.streams.damage import spared
from givesell.archives.streams.files import Files
from givesell.archives.streams.limits import MAX_ABOUT_BYTES

# What stands before the JSON in the JavaScript of X.
_SCRIPT = (b"window.", b"var ")


def small_json(files: Files, ending: str) -> Any:
    """Return the content of the first file whose name ends so, or None if there is none that can be
    read.

    Parameters
    ----------
    files : Files
    ending : str

    Returns
    -------
    object
    """
    for name in files.names():
        if name.lower().endswith(ending):
            data = b""
            with spared(files.flaws, files.shown(name), []):
                data = files.head(name, MAX_ABOUT_BYTES)
            with suppress(ValueError):
                return parse_json(data)
            return None
    return None


def parse_json(data: bytes) -> Any:
    """Return what a small file of JSON, or of JavaScript that holds it, says.

    Parameters
    ----------
    data : bytes

    Returns
    -------
    object

    Raises
    ------
    ValueError
        See `givesell.archives.parsing.json_values.read_value`.

    Examples
    --------
    >>> parse_json(b'var user_details = {"id": "7"}')
    {'id': '7'}
    """
    data = data.lstrip()
    return read_value(data[data.find(b"=") + 1 :] if data.startswith(_SCRIPT) else data)

"""The colours of the labels: one palette for terminals, notebooks and the pages of reports.

Giving is teal and selling orange, which people who confuse red and green tell apart. Colour is
never the only signal: the label, its sign or a line is always there too.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Palette:
    """Colours as CSS and rich read them.

    Attributes
    ----------
    giving, selling : str
        Of the labels.
    warning : str
        Of what a person should look at.
    """

    giving: str
    selling: str
    warning: str

    def of(self, label: str) -> str:
        """Return the colour of a label.

        Examples
        --------
        >>> ON_LIGHT.of("giving")
        '#0b8074'
        """
        return self.selling if label == "selling" else self.giving


ON_LIGHT = Palette("#0b8074", "#d9622b", "#b45309")
ON_DARK = Palette("#35b8a6", "#f0854d", "#fbbf24")
# Where the background is not known: terminals and notebooks. At least 4 : 1 on black and white.
ON_EITHER = Palette("#148f82", "#cf5a22", "#a87400")
SIGNS = {"selling": "▲", "giving": "▼"}
_UNDERLINES = {"selling": "solid", "giving": "dotted"}


def style(label: str | None, *, underlined: bool = False) -> str:
    """Return the rich style of a label.

    Parameters
    ----------
    label : str or None
        None for a post without a label.
    underlined : bool, default False
        Whether to underline selling, where no sign or word says it.

    Returns
    -------
    str

    Examples
    --------
    >>> style("giving"), style("selling", underlined=True), style(None)
    ('bold #148f82', 'bold #cf5a22 underline', 'dim')
    """
    if label is None:
        return "dim"
    line = " underline" if underlined and label == "selling" else ""
    return f"bold {ON_EITHER.of(label)}{line}"


def mark_css(label: str, strength: float) -> str:
    """Return the CSS of a piece of a post that speaks for a label: half transparent, so that the
    text keeps the colour of the page, and underlined.

    Parameters
    ----------
    label : str
    strength : float
        From 0 to 1: how much it says.

    Returns
    -------
    str

    Examples
    --------
    >>> mark_css("giving", 1)
    'background:rgba(20, 143, 130, 0.35);border-bottom:2px dotted #148f82'
    """
    colour = ON_EITHER.of(label)
    red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return (
        f"background:rgba({red}, {green}, {blue}, {0.08 + 0.27 * strength:.2f});"
        f"border-bottom:2px {_UNDERLINES[label]} {colour}"
    )

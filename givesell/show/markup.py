"""HTML built of elements: what is put into one is escaped there, once, unless it is HTML itself."""

import html

from givesell.show.words import encodable


class Html(str):
    """HTML, which is not escaped again.

    Examples
    --------
    >>> element("p", "1 < 2, ", Html("<b>so</b>"))
    '<p>1 &lt; 2, <b>so</b></p>'
    """

    __slots__ = ()


def element(name: str, *inside: str, **attributes: str) -> Html:
    """Return an element.

    Parameters
    ----------
    name : str
    *inside : str or Html
        Text is escaped, and what UTF-8 cannot hold becomes U+FFFD.
    **attributes : str
        Escaped too; empty ones are left out.

    Returns
    -------
    Html

    Examples
    --------
    >>> element("td", "<script>", title='"a"', style="")
    '<td title="&quot;a&quot;">&lt;script&gt;</td>'
    """
    given = "".join(
        f' {key}="{html.escape(encodable(value))}"' for key, value in attributes.items() if value
    )
    return Html(f"<{name}{given}>{concatenated(*inside)}</{name}>")


def concatenated(*parts: str) -> Html:
    """Return texts and elements one after the other.

    Parameters
    ----------
    *parts : str or Html

    Returns
    -------
    Html

    Examples
    --------
    >>> concatenated("a & b", element("i", "c"))
    'a &amp; b<i>c</i>'
    """
    return Html("".join(p if isinstance(p, Html) else html.escape(encodable(p)) for p in parts))

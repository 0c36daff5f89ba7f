"""Text out of the HTML that platforms write."""

from selectolax.lexbor import LexborHTMLParser


def html_to_text(markup: str) -> str:
    r"""Return what a reader of some HTML sees: paragraphs, line breaks and list items on lines of their own.

    Parameters
    ----------
    markup : str

    Returns
    -------
    str

    Examples
    --------
    >>> html_to_text('<p>Two &amp; <a href="#">three</a></p><p>four<br>five</p>')
    'Two & three\n\nfour\nfive'
    """
    if "<" not in markup and "&" not in markup:
        return markup.strip()
    tree = LexborHTMLParser(markup)
    for node in tree.css("script, style"):
        node.decompose()
    for node in tree.css("br"):
        node.replace_with("\n")
    for node in tree.css("p, blockquote, ul, ol, pre"):
        node.insert_after("\n\n")
    for node in tree.css("li"):
        node.insert_before("- ")
        node.insert_after("\n")
    return tree.text().strip() if tree.body is not None else ""

"""The text of an HTML document, without its markup, by one linear pass."""

from __future__ import annotations

import re
from html.entities import html5

_INLINE_NAMES = """
a abbr acronym b bdi bdo big cite code del dfn em font i ins kbd mark q s samp small span strike strong
sub sup tt u var wbr o:p
"""
_INLINE = frozenset(_INLINE_NAMES.split())
_HIDDEN = ("script", "style", "title", "head", "template")

_tag_name = re.compile(r"/?([A-Za-z][^\s/>]*)").match
_end_of_hidden = {name: re.compile(f"</{name}", re.IGNORECASE | re.ASCII).search for name in _HIDDEN}
_entity = re.compile(r"&(?:#([0-9]{1,7})|#[xX]([0-9a-fA-F]{1,6})|([A-Za-z][A-Za-z0-9]{0,31}));?")


def html_text(html: str, enough: int) -> str:
    """The visible text; reading stops when `enough` characters are found. Unclosed markup ends it."""
    found: list[str] = []
    length = position = 0
    while length < enough:
        opening = html.find("<", position)
        piece = html[position : opening if opening >= 0 else len(html)]
        if piece:
            found.append(piece)
            length += len(piece.strip())
        if opening < 0:
            break
        position = _after_markup(html, opening, found)
    return _entity.sub(_character, "".join(found))


def _after_markup(html: str, opening: int, found: list[str]) -> int:
    """The offset after the tag, comment or hidden element at `opening`; what stands for it joins `found`."""
    if html.startswith("<!--", opening):
        end_of_comment = html.find("-->", opening + 2)
        return end_of_comment + 3 if end_of_comment >= 0 else len(html)
    if html.startswith(("<!", "<?"), opening):
        return html.find(">", opening) + 1 or len(html)
    tag = _tag_name(html, opening + 1)
    if not tag:
        found.append("<")
        return opening + 1
    name = tag[1].lower()
    if name not in _INLINE:
        found.append(" ")
    if name in _end_of_hidden and html[opening + 1] != "/":
        end = _end_of_hidden[name](html, tag.end())
        if not end:
            return len(html)
        opening = end.start()
    return html.find(">", opening) + 1 or len(html)


def _character(found: re.Match[str]) -> str:
    """The character that a reference stands for (HTML section 13.2.5.73), or the reference as it is."""
    decimal, hexadecimal, name = found.groups()
    if name:
        return html5.get(name + ";", found[0])
    code = int(decimal) if decimal else int(hexadecimal, 16)
    if code == 0 or code > 0x10FFFF or 0xD800 <= code <= 0xDFFF:
        return "\ufffd"
    return chr(code)

"""The messages of a corpus of parser tests, where there is one: nothing raises, and trees agree with others'.

The other parsers' opinions are those that lie beside the messages. Where ours differs, it does so on purpose:

- A multipart always has a part (IMAP's grammar wants one); others leave it empty or call it text.
- A delimiter is a whole line, so that a boundary with a space at its end (RFC 2046 forbids it) is not told
  from the same without.
- An outer boundary ends inner parts, also when both are the same; others let the inner one win.
- A delimiter that follows a header without blank line is read as part of what it looks like at the outer level.
- A message inside base64 is not opened, as sections are octets of the message; others decode first.
- A delimiter at the very end of a truncated message begins an empty part.
"""

from __future__ import annotations

import json
from typing import Any
from xml.etree import ElementTree

from coromail.message import Part, scan, to_crlf
from coromail.message.preview import preview
from coromail.message.references import references
from coromail.message.subject import base_subject
from coromail.message.text import body_text, header_text, normalize
from tests.message.mail import archive, torture
from tests.message.test_any_octets import check_offsets
from tests.message.wire import body_of, envelope_of

OTHER_TREE = {
    # no part, or no delimiter line
    "malformed/002", "malformed/004", "badbound", "missing-boundary", "missing-inner-boundary",
    "missing-inner-start-boundary", "multipartnopart",
    # spaces at the end of the boundary
    "very-long-boundary", "very-very-long-boundary", "weird-boundary",
    # an outer boundary inside, or the same boundary twice
    "malformed/001", "malformed/003", "malformed/008", "malformed/009", "malformed/011", "malformed/012",
    "malformed/013", "malformed/016", "malformed/019", "thirdparty/015",
    # no blank line before a delimiter
    "malformed/000", "malformed/007", "malformed/020", "malformed/021",
    # a message in base64, or one that is no message
    "rfc/008", "malformed/022", "multi-2gifs-base64", "bad-newlines-multiple-parts-base64",
    "base64encoded-rfc822message-nested",
    # truncated
    "malformed/014",
}  # fmt: skip
# Same tree, but a delimiter in place of the blank line, or after other text on its line, is seen otherwise.
OTHER_OFFSETS = {"malformed/005", "thirdparty/005", "thirdparty/011"}

Shape = list[Any]


def shape(part: Part) -> Shape:
    inner = part.children or ([part.message] if part.message else [])
    return [shape(child) for child in inner]


def offsets(part: Part) -> list[tuple[int, int]]:
    """Where the body of each part begins and ends, in their order."""
    inner = part.children or ([part.message] if part.message else [])
    return [(part.body_start, part.end), *(pair for child in inner for pair in offsets(child))]


def test_all_messages_can_be_read_and_described() -> None:
    for octets in torture().values():
        root = scan(octets)
        check_offsets(root)
        envelope_of(octets, root)
        body_of(octets, True, root)
        body_of(octets, False, root)
        normalize(header_text(octets, root) + body_text(octets, root, 100_000)).encode()
        preview(octets, root).encode()
        references(root)
        base_subject(root.fields.get(b"subject", b""))


def _stalwart(message: dict[str, Any], number: int = 0) -> tuple[Shape, list[tuple[int, int]]]:
    part = message["parts"][number]
    body = part["body"]
    found: tuple[Shape, list[tuple[int, int]]] = ([], [(part["offset_body"], part["offset_end"])])
    inner = []
    if isinstance(body, dict) and "Multipart" in body:
        inner = [_stalwart(message, child) for child in body["Multipart"]]
    elif isinstance(body, dict) and body.get("Message"):
        inner = [_stalwart(body["Message"])]
    for child, places in inner:
        found[0].append(child)
        found[1].extend(places)
    return found


def test_trees_and_offsets_as_in_stalwart_mail_parser() -> None:
    files = archive("mime-torture.tar.xz")
    for path, octets in torture().items():
        head, _, name = path.removesuffix(".eml").partition("stalwart-mail-parser/eml/")
        expected = files.get(f"{head}stalwart-mail-parser/eml/{name}.crlf.json")
        if not name or expected is None:
            continue
        root = scan(octets)
        tree, places = _stalwart(json.loads(expected))
        assert (shape(root) == tree) != (name in OTHER_TREE), name
        if name not in OTHER_TREE:
            assert (offsets(root) == places) != (name in OTHER_OFFSETS), name


def _mime4j(element: ElementTree.Element) -> Shape:
    for child in element:
        if child.tag == "multipart":
            return [_mime4j(part) for part in child if part.tag == "body-part"]
        if child.tag == "message":
            return [_mime4j(child)]
    return []


def test_trees_as_in_mime4j() -> None:
    for path, octets in archive("mime-torture.tar.xz").items():
        name = path.rpartition("/")[2].removesuffix(".xml")
        if "james-mime4j/" not in path or not path.endswith(".xml") or name.endswith("_decoded"):
            continue
        message = archive("mime-torture.tar.xz")[path.removesuffix(".xml") + ".msg"]
        try:
            document = ElementTree.fromstring(octets)
        except ElementTree.ParseError:
            document = ElementTree.fromstring(octets.decode("latin-1"))
        assert (shape(scan(to_crlf(message))) == _mime4j(document)) != (name in OTHER_TREE), name

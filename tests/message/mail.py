"""Messages for the tests: a few shapes, hostile sizes, and the corpus where there is one."""

from __future__ import annotations

import os
import tarfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from coromail.message import Part, to_crlf

# Sample mail is no part of the project. COROMAIL_CORPUS names a folder that has it; without it these tests
# have nothing to do.
CORPUS = Path(os.environ.get("COROMAIL_CORPUS", Path(__file__).parents[3] / "shared" / "corpus"))


@cache
def archive(name: str) -> dict[str, bytes]:
    """The files of a corpus archive by path; empty when it is not there."""
    path = CORPUS / name
    if not path.exists():
        return {}
    with tarfile.open(path) as tar:
        return {m.name: f.read() for m in tar if m.isfile() and (f := tar.extractfile(m)) is not None}


@cache
def torture() -> dict[str, bytes]:
    """The messages of the MIME collection by path, with CRLF line ends."""
    files = archive("mime-torture.tar.xz")
    manifest = files.get("mime-torture/MANIFEST.tsv", b"").decode().splitlines()
    if not manifest:
        return {}
    columns = manifest[0].split("\t")
    rows = [dict(zip(columns, line.split("\t"), strict=True)) for line in manifest[1:]]
    paths = [row["path"] for row in rows if row["role"] == "message"]
    return {path: to_crlf(files[path if path in files else f"mime-torture/{path}"]) for path in paths}


def crlf(text: str) -> bytes:
    """Text as octets with CRLF line ends."""
    return to_crlf(text.encode())


def multipart(boundary: str, *parts: str, subtype: str = "mixed") -> str:
    """A multipart entity of entities, with LF."""
    head = f'Content-Type: multipart/{subtype}; boundary="{boundary}"\n\n'
    return head + "".join(f"--{boundary}\n{part}\n" for part in parts) + f"--{boundary}--\n"


def walk(root: Part) -> Iterator[Part]:
    """All parts, outer ones first."""
    waiting = [root]
    while waiting:
        part = waiting.pop()
        yield part
        waiting += part.children
        if part.message:
            waiting.append(part.message)


def tree(root: Part) -> object:
    """The types of a tree as nested tuples: ("multipart/mixed", ["text/plain", …])."""
    name = f"{root.type.decode('latin-1')}/{root.subtype.decode('latin-1')}"
    if root.children:
        return (name, [tree(child) for child in root.children])
    if root.message:
        return (name, tree(root.message))
    return name

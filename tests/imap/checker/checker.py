"""The referee: every octet a server sends goes through `Checker.feed`, which parses it or refuses it."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.imap.checker import extension_data, mailbox_data, search_data
from tests.imap.checker.capability import capability_data, enable_data
from tests.imap.checker.fetch import msg_att
from tests.imap.checker.framing import Framer
from tests.imap.checker.scanner import TAG, GrammarError, Scanner
from tests.imap.checker.status import resp_text

CONDITIONS = frozenset({"OK", "NO", "BAD", "BYE", "PREAUTH"})

UNTAGGED: dict[str, Callable[[Scanner, str], Any]] = {
    "CAPABILITY": capability_data,
    "ENABLED": enable_data,
    "FLAGS": mailbox_data.flags,
    "LIST": mailbox_data.mailbox_list,
    "LSUB": mailbox_data.mailbox_list,
    "STATUS": mailbox_data.status,
    "NAMESPACE": mailbox_data.namespace,
    "SEARCH": search_data.search,
    "SORT": search_data.search,
    "ESEARCH": search_data.esearch,
    "THREAD": search_data.thread,
    "VANISHED": extension_data.vanished,
    "ACL": extension_data.acl,
    "LISTRIGHTS": extension_data.listrights,
    "MYRIGHTS": extension_data.myrights,
    "QUOTA": extension_data.quota,
    "QUOTAROOT": extension_data.quotaroot,
    "METADATA": extension_data.metadata,
    "ID": extension_data.id_params,
    "GENURLAUTH": extension_data.genurlauth,
    "URLFETCH": extension_data.urlfetch,
    "LANGUAGE": extension_data.language,
    "COMPARATOR": extension_data.comparator,
    "JMAPACCESS": extension_data.jmapaccess,
    "UIDBATCHES": search_data.uidbatches,
}


@dataclass(frozen=True, slots=True)
class Reply:
    """One reply of the server.

    `kind` is "untagged", "tagged" or "continuation". `name` is the condition or the data's name ("OK",
    "FETCH", "EXISTS"; "" for a continuation). `number` precedes EXISTS, RECENT, EXPUNGE, FETCH, UIDFETCH.
    `code` is (name, arguments) and `text` the human part of a status reply. `data` is what the name's
    production holds; for FETCH a dict by label; for a continuation the decoded base64, if it is that.
    """

    kind: str
    name: str
    raw: bytes
    tag: str | None = None
    number: int | None = None
    code: tuple[str, Any] | None = None
    text: str | None = None
    data: Any = None


class Checker:
    """Parses a server's output, in any pieces, and raises `GrammarError` at the first deviation.

    `rev2` and `utf8` are the modes that ENABLE IMAP4rev2 and ENABLE UTF8=ACCEPT bring; an untagged ENABLED
    in the stream turns them on. `enabled` holds all that is enabled: after QRESYNC or UIDONLY, EXPUNGE is
    refused (RFC 7162 section 3.2.3, RFC 9586), after UIDONLY also FETCH. `modseqs` says whether the selected
    mailbox has modification sequences; where it has none, QRESYNC changes nothing.
    """

    def __init__(self, rev2: bool = False, utf8: bool = False) -> None:
        self._framer = Framer()
        self.enabled: set[str] = set()
        self._texts = False  # whether texts are in UTF-8
        self.modseqs = True
        if rev2:
            self.enabled.add("IMAP4REV2")
        if utf8:
            self.enabled.add("UTF8=ACCEPT")

    def reset(self) -> None:
        """Forget what was enabled (UNAUTHENTICATE, RFC 8437 section 3)."""
        self.enabled.clear()
        self._texts = False

    def feed(self, data: bytes) -> list[Reply]:
        """Take octets, return the replies they complete."""
        self._framer.feed(data)
        replies = []
        while (raw := self._framer.take()) is not None:
            replies.append(self._reply(raw))
        return replies

    def finish(self) -> None:
        """The server has no more to say now: a reply begun must have ended."""
        if pending := self._framer.pending:
            raise GrammarError("response", pending[:200], "unfinished reply")

    def _reply(self, raw: bytes) -> Reply:
        rev2 = "IMAP4REV2" in self.enabled
        scanner = Scanner(raw, rev2=rev2, utf8=rev2 or "UTF8=ACCEPT" in self.enabled, texts=self._texts)
        if scanner.accept(b"+"):
            return _continuation(scanner)
        if not scanner.accept(b"*"):
            return _tagged(scanner)
        scanner.sp("response-data")
        reply = self._untagged(scanner)
        if not scanner.at_end():
            scanner.fail(f"response-data {reply.name}", "something after the end")
        if reply.name == "ENABLED":
            self.enabled.update(reply.data)
        elif reply.name == "LANGUAGE" and len(reply.data) == 1:  # RFC 5255 section 3.3
            self._texts = reply.data != [b"i-default"]
        return reply

    def _untagged(self, scanner: Scanner) -> Reply:
        if scanner.data[scanner.pos : scanner.pos + 1].isdigit():
            return self._numbered(scanner)
        name = scanner.word("response-data")
        if name in CONDITIONS:
            scanner.sp("resp-cond-state")
            code, text = resp_text(scanner, name, tagged=False)
            if code is not None and code[0] in {"HIGHESTMODSEQ", "NOMODSEQ"}:
                self.modseqs = code[0] == "HIGHESTMODSEQ"
            return Reply("untagged", name, scanner.data, code=code, text=text)
        if name not in UNTAGGED:
            scanner.fail("response-data", f"unknown untagged response {name}")
        return Reply("untagged", name, scanner.data, data=UNTAGGED[name](scanner, name))

    def _numbered(self, scanner: Scanner) -> Reply:
        number = scanner.number("message-data")
        scanner.sp("message-data")
        name = scanner.word("message-data")
        data = None
        if name in {"FETCH", "UIDFETCH"}:
            scanner.sp("message-data")
            data = msg_att(scanner)
        elif name not in {"EXISTS", "RECENT", "EXPUNGE"}:
            scanner.fail("message-data", f"unknown untagged response {name}")
        if number == 0 and name not in {"EXISTS", "RECENT"}:
            scanner.fail("message-data", "message number 0")
        self._allowed(scanner, name)
        return Reply("untagged", name, scanner.data, number=number, data=data)

    def _allowed(self, scanner: Scanner, name: str) -> None:
        """Refuse what the enabled extensions replace by something else."""
        if name == "RECENT" and "IMAP4REV2" in self.enabled:
            scanner.fail("message-data", "RECENT is gone from IMAP4rev2")
        vanishes = self.enabled & ({"QRESYNC", "UIDONLY"} if self.modseqs else {"UIDONLY"})
        if name == "EXPUNGE" and vanishes:
            scanner.fail("message-data", "EXPUNGE where VANISHED must be sent")
        if name == ("FETCH" if "UIDONLY" in self.enabled else "UIDFETCH"):
            scanner.fail("message-data", f"{name} does not fit ENABLE UIDONLY")


def _tagged(scanner: Scanner) -> Reply:
    tag = scanner.match(TAG, "tag").decode("ascii")
    scanner.sp("response-tagged")
    name = scanner.word("resp-cond-state")
    if name not in {"OK", "NO", "BAD"}:
        scanner.fail("resp-cond-state", f"{name} is not OK, NO or BAD")
    scanner.sp("response-tagged")
    code, text = resp_text(scanner, name, tagged=True)
    return Reply("tagged", name, scanner.data, tag=tag, code=code, text=text)


def _continuation(scanner: Scanner) -> Reply:
    """continue-req = "+" SP (resp-text / base64) CRLF; base64 may be empty."""
    scanner.expect(b" ", "continue-req")
    rest = scanner.data[scanner.pos :]
    try:
        return Reply(
            "continuation", "", scanner.data, data=base64.b64decode(rest, validate=True), text=rest.decode()
        )
    except (binascii.Error, ValueError):
        code, text = resp_text(scanner, "OK", tagged=False)
        return Reply("continuation", "", scanner.data, code=code, text=text)

"""A strict grammar checker of what an IMAP server sends: RFC 9051 and RFC 3501 section 9 and the extensions.

`Checker().feed(octets)` gives a list of `Reply` or raises `GrammarError`.
"""

from tests.imap.checker.body import Address, Body, Envelope
from tests.imap.checker.checker import Checker, Reply
from tests.imap.checker.extension_data import Vanished
from tests.imap.checker.mailbox_data import Listed
from tests.imap.checker.scanner import GrammarError
from tests.imap.checker.search_data import Esearch, Found

__all__ = [
    "Address",
    "Body",
    "Checker",
    "Envelope",
    "Esearch",
    "Found",
    "GrammarError",
    "Listed",
    "Reply",
    "Vanished",
]

"""IMAP4rev1 and IMAP4rev2 (RFC 3501, RFC 9051), without sockets."""

from coromail.imap.command import Command
from coromail.imap.state import State

__all__ = ["Command", "State"]

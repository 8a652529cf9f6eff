"""POP3: RFC 1939 with CAPA (2449), STLS (2595), response codes (3206), AUTH (5034), UTF8 and LANG (6856)."""

from coromail.pop3.command import Command, MessageCommand
from coromail.pop3.session import Session
from coromail.pop3.state import State

__all__ = ["Command", "MessageCommand", "Session", "State"]

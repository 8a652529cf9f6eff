"""LMTP: deliveries from a mail transfer agent (RFC 2033)."""

from coromail.lmtp.session import Session

__all__ = ["Session"]

"""EXAMINE."""

from __future__ import annotations

from coromail.imap.commands.select import Select


class Examine(Select):
    """EXAMINE: like SELECT, and nothing is changed. RFC 3501 section 6.3.2, RFC 9051 section 6.3.3."""

    name = "EXAMINE"
    read_only = True

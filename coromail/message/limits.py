"""How much of a message is understood. What lies beyond is stored and served as it is."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(slots=True)
class Understood:
    """Numbers, and sizes in octets. A message knows no server, so these hold for the whole process."""

    levels: int = 100  # of multiparts and messages within each other
    parts: int = 10_000  # of a message
    field: int = 1_000_000  # of one header field
    header: int = 10_000_000  # of one header


UNDERSTOOD = Understood()
"""What is in force now."""

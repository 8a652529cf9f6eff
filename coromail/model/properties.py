"""What is known of a mailbox or an account beside mail: rights, annotations, special use."""

from __future__ import annotations

from collections.abc import Mapping


class Properties:
    """Named octet strings that survive restarts where the store writes them down (`record_properties`)."""

    def __init__(self) -> None:
        self.properties: dict[str, bytes] = {}

    def set_properties(self, changes: Mapping[str, bytes | None]) -> None:
        """Set some, or remove those that become None. Durable after the store's `settle`."""
        self.record_properties(changes)
        for name, value in changes.items():
            if value is None:
                self.properties.pop(name, None)
            else:
                self.properties[name] = value

    def settle(self) -> None:
        """Wait until all that was recorded is durable."""

    def record_properties(self, changes: Mapping[str, bytes | None]) -> None:
        """Write changes down; raising means that nothing happens. No waiting."""

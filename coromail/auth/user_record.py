"""A `User` from a record of a database or directory."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from typing import Any

from coromail.auth.user_table import User
from coromail.errors import Unavailable

NETWORKS = ("allow_networks", "deny_networks")
TRUE = frozenset({True, "1", "t", "true", "yes", "y"})


def user_of(name: str, record: Mapping[str, Any]) -> User:
    """The user that a record describes: `password`, `master`, `protocols`, `allow_networks`, `deny_networks`,
    `groups`, and whatever else it has as rest. Lists may be text with commas. What is None counts as missing.

    Raises `Unavailable` for networks that are none: no rule at all would let everybody in.
    """
    rest = {key: value for key, value in record.items() if value is not None}
    stored = rest.pop("password", None)
    for key in ("protocols", *NETWORKS, "groups", "capabilities_off"):
        if key in rest:
            rest[key] = words(rest[key])
    try:
        allowed, denied = (
            tuple(ipaddress.ip_network(word, strict=False) for word in rest.get(key, ())) for key in NETWORKS
        )
    except ValueError:
        raise Unavailable("This user's record is damaged") from None
    master = rest.get("master", False)
    return User(
        name=name,
        stored=stored if isinstance(stored, str) and stored else None,
        master=(master.lower() if isinstance(master, str) else master) in TRUE,
        protocols=frozenset(rest.get("protocols", ())),
        networks=allowed,
        denied=denied,
        settings=rest,
    )


def words(value: object) -> list[str]:
    """A list from a list, or from text with commas."""
    parts = value.split(",") if isinstance(value, str) else value
    if not isinstance(parts, list | tuple | set | frozenset):
        raise Unavailable("This user's record is damaged")
    return [word for part in parts if (word := str(part).strip())]

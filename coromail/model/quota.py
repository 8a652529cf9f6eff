"""How much mail an account may hold (RFC 9208)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from coromail.errors import OverQuota

UNITS = {"": 1, "k": 2**10, "m": 2**20, "g": 2**30, "t": 2**40}
KEYS = {"storage": "STORAGE", "messages": "MESSAGE", "mailboxes": "MAILBOX"}
UNIT = 1024  # octets in one unit of STORAGE (RFC 9208 section 5.1)


def octets(value: object) -> int:
    """A size such as `500M`, in octets. Raises ValueError."""
    text = str(value).strip().lower().removesuffix("b")
    number, unit = (text, "") if text[-1:].isdigit() else (text[:-1], text[-1:])
    if not number.strip().isascii() or not number.strip().isdigit() or len(number) > 15 or unit not in UNITS:
        raise ValueError(f"{value!r} is no size; write 500M, or 10G")
    return int(number) * UNITS[unit]


def limits(setting: object) -> dict[str, int]:
    """Limits by the name of the resource, from the setting `quota` of a user: a size, or a mapping with the keys
    storage (a size), messages and mailboxes (numbers). Octets and numbers. Raises ValueError.
    """
    if setting is None:
        return {}
    if not isinstance(setting, Mapping):
        setting = {"storage": setting}
    found: dict[str, int] = {}
    for key, value in setting.items():
        if key not in KEYS:
            raise ValueError(f"{key!r} is none of {', '.join(KEYS)}")
        found[KEYS[key]] = octets(value) if key == "storage" else _number(value)
    return found


def _number(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise ValueError(f"{value!r} is no number")
    return value


def refuse_beyond(limits: Mapping[str, int], usage: Mapping[str, int], more: Mapping[str, int]) -> None:
    """Raise OverQuota if `more` beside what is used goes over a limit."""
    for resource, limit in limits.items():
        if resource in more and usage[resource] + more[resource] > limit:
            raise OverQuota("There is not enough room for this")

"""User names and passwords made comparable: RFC 8265 (PRECIS).

User names use the UsernameCaseMapped profile (section 3.3): "Alice" and "alice" are one user, as people
expect of mail. Passwords use OpaqueString (section 4.2): case and spaces count, compatible Unicode spellings
of the same text do not. ASCII, which is nearly everything, takes a path of a few hundred nanoseconds.
"""

from __future__ import annotations

from typing import Any

MAX_USER_NAME = 255  # octets; RFC 4616 section 2 asks for at least as many
MAX_PASSWORD = 4096  # octets
_profiles: dict[str, Any] = {}


def user_name(name: str) -> str | None:
    """`name` in its comparable form, or None when it can be nobody's name.

    Refused are empty names, more than 255 octets, control characters, what RFC 8265 disallows, and names that
    would be dangerous as a part of a path ("/" anywhere, "." and "..").
    """
    if not name or len(name) > MAX_USER_NAME or "/" in name or name in (".", ".."):
        return None
    if name.isascii():
        if not name.isprintable() or (" " in name and "" in name.split(" ")):
            return None
        return name.lower()
    # username = userpart *(1*SP userpart), section 3.1; the profile applies to each userpart
    parts = [_enforce("UsernameCaseMapped", part) for part in name.split(" ")]
    if not all(parts):
        return None
    prepared = " ".join(part for part in parts if part)
    return prepared if len(prepared.encode()) <= MAX_USER_NAME and "/" not in prepared else None


def password(text: str) -> str | None:
    """`text` in its comparable form, or None when it can be nobody's password (empty, control characters)."""
    if not text or len(text) > MAX_PASSWORD:
        return None
    if text.isascii():
        return text if text.isprintable() else None
    return _enforce("OpaqueString", text)


def _enforce(profile: str, text: str) -> str | None:
    if not text:
        return None
    if profile not in _profiles:
        import precis_i18n  # its tables take time and memory that most servers never need

        _profiles[profile] = precis_i18n.get_profile(profile)
    try:
        enforced: str = _profiles[profile].enforce(text)
    except UnicodeError:
        return None
    return enforced

"""What holds for one listener beside the limits that hold for all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

Certificates = Literal["none", "optional", "required"]


@dataclass(frozen=True, slots=True)
class Policy:
    """Who may connect to a listener, and how.

    `allow_networks` (empty: everybody) and `deny_networks` are judged by the client's own address. With
    `proxy_networks` every connection must come from one of these and begin with a PROXY header. Clients in
    `xclient_networks` may say before login whom they speak for (`coromail.origin`). `minimum_tls` is "1.2" or
    "1.3". `client_certificates` that are "optional" or "required" are verified by `client_ca`, a PEM file of
    authorities.
    """

    allow_networks: tuple[str, ...] = ()
    deny_networks: tuple[str, ...] = ()
    proxy_networks: tuple[str, ...] = ()
    xclient_networks: tuple[str, ...] = ()
    minimum_tls: str = "1.2"
    client_certificates: Certificates = "none"
    client_ca: Path | None = None


EVERYBODY = Policy()


def find(policies: Mapping[str, Policy], names: tuple[str, ...]) -> Policy:
    """The policy of a listener that settings know by `names`, its kind ("imaps") and then its port ("1993").

    That of the port replaces that of the kind.
    """
    return next((policies[name] for name in reversed(names) if name in policies), EVERYBODY)

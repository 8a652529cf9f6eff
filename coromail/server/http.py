"""The http listener: /healthz, /metrics and a status page. Meant for this machine, not for the world.

One request a connection (RFC 9112 section 9.6), a head of 8 kB at most, no bodies, nothing that changes anything.
"""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from coromail.server import metrics

if TYPE_CHECKING:
    from coromail.server.connection import Connection
    from coromail.server.server import Server

MAX_HEAD = 8 * 1024  # octets of a request
PATIENCE = 30.0  # seconds that a request may take

TEXT = "text/plain; charset=utf-8"
_REASONS = {200: "OK", 400: "Bad Request", 404: "Not Found", 405: "Method Not Allowed", 431: "Head Too Large"}
_STYLE = "body{font:1rem sans-serif;margin:2rem}td,th{text-align:left;padding:.2rem 1rem}"


class HttpSession:
    """One request and its answer."""

    user: str | None = None
    timeout: float | None = PATIENCE

    def __init__(self, server: Server, connection: Connection) -> None:
        self.server = server
        self.transport = connection
        self.closing = False
        self._head = bytearray()

    def greeting(self) -> None:
        """The client begins."""

    def receive(self, data: bytes) -> None:
        """Answer when the head of the request is complete."""
        self._head += data
        end = self._head.find(b"\r\n\r\n")
        if end < 0 and len(self._head) <= MAX_HEAD:
            return
        self.closing = True
        if end < 0 or end > MAX_HEAD:
            self._answer(431, "The request is too long\n")
            return
        method, _, rest = bytes(self._head[:end]).partition(b"\r\n")[0].partition(b" ")
        target, _, version = rest.partition(b" ")
        if not version.startswith(b"HTTP/1."):
            self._answer(400, "This is HTTP/1.1\n")
        elif method not in (b"GET", b"HEAD"):
            self._answer(405, "GET or HEAD\n", extra="Allow: GET, HEAD\r\n")
        else:
            self._serve(target.partition(b"?")[0], with_body=method == b"GET")

    def _serve(self, path: bytes, with_body: bool) -> None:
        if path == b"/healthz":
            self._answer(200, "ok\n", with_body=with_body)
        elif path == b"/metrics":
            self._answer(200, metrics.render(self.server), f"{TEXT}; version=0.0.4", with_body)
        elif path == b"/":
            self._answer(200, status_page(self.server), "text/html; charset=utf-8", with_body)
        else:
            self._answer(404, "There is /healthz, /metrics and /\n", with_body=with_body)

    def _answer(
        self, status: int, text: str, kind: str = TEXT, with_body: bool = True, extra: str = ""
    ) -> None:
        body = text.encode("utf-8", "replace")
        head = (
            f"HTTP/1.1 {status} {_REASONS[status]}\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n"
            f"Connection: close\r\nCache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\n"
            f"Content-Security-Policy: default-src 'none'; style-src 'unsafe-inline'\r\n{extra}\r\n"
        )
        self.transport.write(head.encode() + (body if with_body else b""))

    def send_news(self) -> None:
        """There is none."""

    def timed_out(self) -> None:
        """The request took too long."""
        self.closing = True

    def shutdown(self) -> None:
        """The server stops."""
        self.closing = True

    def closed(self) -> None:
        """The connection is gone."""
        self.closing = True


def status_page(server: Server) -> str:
    """Who is connected, as HTML."""
    rows = "".join(
        f"<tr><td>{one.kind}<td>{escape(one.peer or 'local')}<td>{escape(one.user or '')}"
        f"<td>{'yes' if one.encrypted else 'no'}"
        for one in sorted(server.connections, key=lambda one: (one.kind, one.peer))
        if one.kind != "http"
    )
    name, facts = escape(server.hostname), escape(metrics.about())
    return (
        f"<!DOCTYPE html><html lang=en><meta charset=utf-8><title>{name}</title><style>{_STYLE}</style>"
        f"<h1>{name}</h1><p>{facts}<p>{len(metrics.users(server))} users"
        f"<table><tr><th>protocol<th>address<th>user<th>TLS{rows}</table></html>\n"
    )

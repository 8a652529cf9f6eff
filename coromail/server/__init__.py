"""Sockets, greenlets and TLS: the only rooms, with `coromail.app`, where gevent lives."""

from coromail.server.server import Server

__all__ = ["Server"]

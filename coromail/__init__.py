"""coromail: an IMAP and POP3 server on gevent, and a framework that serves anything as mail."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from coromail.auth import Auth
    from coromail.errors import Bad, Bye, Err, No
    from coromail.model import Mailbox, Message, Model
    from coromail.plugins import Eat, Plugin
    from coromail.server import Server

__all__ = ["Auth", "Bad", "Bye", "Eat", "Err", "Mailbox", "Message", "Model", "No", "Plugin", "Server"]

__version__ = "0.1.0"

# Late: importing the server makes gevent's hub possible, which must not be before a daemon has forked.
_ROOMS = {
    "auth": ("Auth",),
    "errors": ("Bad", "Bye", "Err", "No"),
    "model": ("Mailbox", "Message", "Model"),
    "plugins": ("Eat", "Plugin"),
    "server": ("Server",),
}


def __getattr__(name: str) -> Any:
    for room, names in _ROOMS.items():
        if name in names:
            return getattr(import_module(f"coromail.{room}"), name)
    raise AttributeError(f"module 'coromail' has no attribute {name!r}")

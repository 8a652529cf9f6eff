"""coromail: an IMAP and POP3 server on gevent, and a framework that serves anything as mail."""

from typing import TYPE_CHECKING, Any

from coromail.auth import Auth
from coromail.errors import Bad, Bye, Err, No
from coromail.model import Mailbox, Message, Model

if TYPE_CHECKING:
    from coromail.plugins import Eat, Plugin
    from coromail.server import Server

__all__ = ["Auth", "Bad", "Bye", "Eat", "Err", "Mailbox", "Message", "Model", "No", "Plugin", "Server"]

__version__ = "0.1.0"


def __getattr__(name: str) -> Any:
    # Late: importing the server makes gevent's hub possible, which must not be before a daemon has forked.
    if name == "Server":
        from coromail.server import Server

        return Server
    if name in ("Eat", "Plugin"):
        from coromail import plugins

        return getattr(plugins, name)
    raise AttributeError(f"module 'coromail' has no attribute {name!r}")

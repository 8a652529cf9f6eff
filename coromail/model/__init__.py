"""What users subclass: `Model`, `Mailbox`, `Message`. No protocol is known here."""

from coromail.model.account import Account
from coromail.model.flags import Flags
from coromail.model.listener import Listener
from coromail.model.mailbox import Mailbox, NewMessage
from coromail.model.message import Message
from coromail.model.model import Model, Namespace

__all__ = [
    "Account",
    "Flags",
    "Listener",
    "Mailbox",
    "Message",
    "Model",
    "Namespace",
    "NewMessage",
]

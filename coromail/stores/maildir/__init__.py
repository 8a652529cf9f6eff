"""Mail in Maildir++ folders, shared with other programs; numbers and flags in a journal beside them."""

from coromail.stores.maildir.account import MaildirAccount
from coromail.stores.maildir.mailbox import MaildirMailbox
from coromail.stores.maildir.message import MaildirMessage
from coromail.stores.maildir.model import MaildirModel

__all__ = ["MaildirAccount", "MaildirMailbox", "MaildirMessage", "MaildirModel"]

"""Maildir++ as a model."""

from __future__ import annotations

from coromail.errors import StorageError
from coromail.model.account import Account
from coromail.model.model import Model
from coromail.stores.maildir.account import MaildirAccount
from coromail.stores.maildir.mailbox import MaildirMailbox


class MaildirModel(Model):
    """The mailboxes of a user in a Maildir.

    Settings: `path` (where the Maildir is; `{user}` becomes the user's name), `fsync` (`always` or `never`),
    `separator` (of the hierarchy, `/`).
    """

    mailbox_class = MaildirMailbox
    account_class = MaildirAccount
    account: MaildirAccount

    def make_account(self) -> Account:
        """The account; its files are opened by `init`."""
        account = super().make_account()
        assert isinstance(account, MaildirAccount)
        account.forget_me = lambda: self.context.forget(self._key)
        return account

    def init(self) -> None:
        """Open the account. May wait. Raises a storage error."""
        try:
            self.account.open()
        except StorageError:
            self.close()
            raise

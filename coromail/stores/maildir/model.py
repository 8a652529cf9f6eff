"""Maildir++ as a model."""

from __future__ import annotations

import logging
import os
from pathlib import Path

from coromail.errors import StorageError, Unavailable
from coromail.model.account import Account
from coromail.model.model import Model
from coromail.model.shares import Shares
from coromail.stores.maildir.account import MaildirAccount
from coromail.stores.maildir.mailbox import MaildirMailbox
from coromail.stores.shares_file import SharesFile

logger = logging.getLogger(__name__)


class MaildirModel(Model):
    """The mailboxes of a user in a Maildir.

    Settings: `path` (where the Maildir is; `{user}` becomes the user's name), `fsync` (`always` or `never`),
    `separator` (of the hierarchy, `/`), `old_layout` (`fs`: of what Dovecot left with `LAYOUT=fs`), `create` (false:
    Maildirs are made by somebody else, and one that is not there raises Unavailable).
    """

    sharing = True
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
            if self.account.fresh:
                self._make_fresh_account()
        except StorageError:
            self.close()
            raise

    def _make_fresh_account(self) -> None:
        """Make what a new user has. What fails is left to the next login."""
        self.account.fresh = False
        try:
            self.welcome(create=self.account.catalogue.is_new)
            self.account.welcomed()
        except StorageError as error:
            self.account.fresh = True
            if isinstance(error, Unavailable):
                raise
            logger.warning("%r does not have all mailboxes of a new user: %s", self.user, error)

    def make_shares(self) -> Shares:
        """Who shares with whom: a file beside the Maildirs."""
        template = os.fspath(self.context.path(str(self.context.settings.get("path", "/var/mail/{user}"))))
        return SharesFile(
            Path(template.partition("{")[0]).parent / ".coromail-shares.json", self.context.offload
        )

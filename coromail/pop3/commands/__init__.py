"""The POP3 commands, one file each."""

from __future__ import annotations

from coromail.pop3.commands.apop import Apop
from coromail.pop3.commands.auth import Auth
from coromail.pop3.commands.capa import Capa
from coromail.pop3.commands.dele import Dele
from coromail.pop3.commands.lang import Lang
from coromail.pop3.commands.list import List
from coromail.pop3.commands.noop import Noop
from coromail.pop3.commands.pass_ import Pass
from coromail.pop3.commands.quit import Quit
from coromail.pop3.commands.retr import Retr
from coromail.pop3.commands.rset import Rset
from coromail.pop3.commands.stat import Stat
from coromail.pop3.commands.stls import Stls
from coromail.pop3.commands.top import Top
from coromail.pop3.commands.uidl import Uidl
from coromail.pop3.commands.user import User
from coromail.pop3.commands.utf8 import Utf8
from coromail.pop3.commands.xclient import Xclient
from coromail.pop3.registry import Registry

BUILTIN = Registry(
    [
        # AUTHORIZATION
        User, Pass, Apop, Auth, Stls, Xclient,
        # TRANSACTION
        Stat, List, Retr, Dele, Noop, Rset, Top, Uidl,
        # both
        Capa, Lang, Utf8, Quit,
    ]
)  # fmt: skip

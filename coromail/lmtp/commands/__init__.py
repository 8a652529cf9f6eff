"""The LMTP commands, one file each."""

from __future__ import annotations

from coromail.lmtp.command import Command
from coromail.lmtp.commands.data import Data
from coromail.lmtp.commands.lhlo import Lhlo
from coromail.lmtp.commands.mail import Mail
from coromail.lmtp.commands.noop import Noop
from coromail.lmtp.commands.quit import Quit
from coromail.lmtp.commands.rcpt import Rcpt
from coromail.lmtp.commands.rset import Rset
from coromail.lmtp.commands.starttls import Starttls
from coromail.lmtp.commands.vrfy import Vrfy
from coromail.lmtp.commands.xclient import Xclient

COMMANDS: dict[str, type[Command]] = {
    command.name: command for command in (Lhlo, Mail, Rcpt, Data, Rset, Noop, Quit, Vrfy, Starttls, Xclient)
}

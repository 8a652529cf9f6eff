"""`coromail import` and `coromail export`: from the command line to the work."""

from __future__ import annotations

import argparse
import getpass
import imaplib
import poplib
import ssl
import sys
from collections.abc import Callable
from pathlib import Path

from coromail.app.admin_client import Failed
from coromail.app.checking import read_config
from coromail.app.privileges import CannotDrop
from coromail.app.transfer import remote
from coromail.app.transfer.item import Source
from coromail.app.transfer.maildir import MaildirSource
from coromail.app.transfer.mbox import MboxSource
from coromail.app.transfer.moving import export_all, import_all
from coromail.app.transfer.opening import opened

OK, FAILED = 0, 1
PORTS = {
    ("imap", "implicit"): 993,
    ("pop3", "implicit"): 995,
    ("imap", "starttls"): 143,
    ("pop3", "starttls"): 110,
}


def add_arguments(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Define both commands."""
    coming = commands.add_parser("import", help="bring mail in; what is there already is not brought again")
    going = commands.add_parser("export", help="write a user's mail to files")
    for form in ("mbox", "maildir"):
        _add(coming, form, _import_files).add_argument("path", type=Path, metavar="PATH")
        _add(going, form, _export).add_argument("path", type=Path, metavar="FOLDER")
    for protocol in ("imap", "pop3"):
        _add_server(_add(coming, protocol, _import_remote))


def _add(
    parser: argparse.ArgumentParser, form: str, run: Callable[[argparse.Namespace], int]
) -> argparse.ArgumentParser:
    if parser.get_default("forms") is None:
        parser.set_defaults(forms=parser.add_subparsers(required=True, metavar="FORM", dest="form"))
    one: argparse.ArgumentParser = parser.get_default("forms").add_parser(form)
    one.add_argument("-c", "--config", type=Path, required=True, metavar="FILE", help="the configuration")
    one.add_argument("-d", dest="user", required=True, metavar="USER", help="whose mail")
    if run is not _export and form in ("mbox", "pop3"):
        one.add_argument("--mailbox", default="INBOX", help="where it goes (default: %(default)s)")
    one.set_defaults(run=run)
    return one


def _add_server(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("host", metavar="HOST[:PORT]", help="the server to bring mail from")
    parser.add_argument("--login", required=True, metavar="NAME", help="the user's name there")
    parser.add_argument("--password-file", type=Path, metavar="FILE", help="its first line; default: ask")
    parser.add_argument("--tls", choices=("implicit", "starttls", "none"), default="implicit")
    parser.add_argument(
        "--ca", type=Path, metavar="FILE", help="trust the certificates in this PEM file only"
    )


def _import_files(options: argparse.Namespace) -> int:
    if not options.path.exists():
        return _fail(f"{options.path} does not exist")
    if options.form == "mbox":
        return _import(options, lambda: MboxSource(options.path, options.mailbox))
    return _import(options, lambda: MaildirSource(options.path))


def _import_remote(options: argparse.Namespace) -> int:
    host, _, port = options.host.partition(":") if options.host.count(":") < 2 else (options.host, "", "")
    if port and not (port.isascii() and port.isdigit() and len(port) < 6):
        return _fail(f"{options.host} is no HOST:PORT")
    number = int(port) if port else PORTS[options.form, "starttls" if options.tls == "none" else options.tls]
    context = ssl.create_default_context(cafile=options.ca)
    try:
        if options.password_file is None:
            password = getpass.getpass(f"Password of {options.login} on {host}: ")
        else:
            password = options.password_file.read_text().partition("\n")[0]
    except OSError as error:
        return _fail(f"{options.password_file}: {error.strerror}")
    there = (host, number, options.login, password, options.tls, context)
    if options.form == "imap":
        return _import(options, lambda: remote.ImapSource(lambda: remote.imap_client(*there)))
    return _import(options, lambda: remote.Pop3Source(remote.pop3_client(*there), options.mailbox))


def _import(options: argparse.Namespace, make_source: Callable[[], Source]) -> int:
    reading = read_config(options.config)
    try:
        source = make_source()
        with opened(reading, options.user) as client:
            left = import_all(client, source)
    except (Failed, CannotDrop, OSError, imaplib.IMAP4.error, poplib.error_proto) as error:
        return _fail(f"{error}; run it again to go on")
    return FAILED if left else OK


def _export(options: argparse.Namespace) -> int:
    reading = read_config(options.config)
    try:
        folder = options.path.absolute()
        with opened(reading, options.user) as client:
            export_all(client, options.form, folder)
    except (Failed, CannotDrop, OSError, imaplib.IMAP4.error) as error:
        return _fail(f"{error}; run it again to go on")
    return OK


def _fail(text: str) -> int:
    print(f"coromail: {text}", file=sys.stderr)
    return FAILED

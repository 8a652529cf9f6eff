"""The command line: `coromail demo | serve | check | passwd | deliver | mailbox | import | export`.

Exit status: 0 all is well, 1 something outside the configuration stands in the way (a port in use, another
server running), 2 a mistake in the configuration or in the arguments. `coromail deliver` has those of sysexits.h.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path

from coromail.app.checking import ConfigurationError
from coromail.app.transfer import command as transfer
from coromail.model.account import TASKS

OK, FAILED, MISCONFIGURED = 0, 1, 2
EX_USAGE = 64


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return the exit status."""
    try:
        options = _parser().parse_args(arguments)
    except SystemExit as wrong:
        if wrong.code == MISCONFIGURED and (arguments or sys.argv[1:])[:1] == ["deliver"]:
            return EX_USAGE
        raise
    try:
        status: int = options.run(options)
    except ConfigurationError as error:
        print(error, file=sys.stderr)
        return MISCONFIGURED
    except KeyboardInterrupt:
        return 130
    return status


class _Version(argparse.Action):
    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        parser.exit(message=f"coromail {version('coromail')}\n")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="coromail", description="An IMAP and POP3 server.")
    parser.add_argument("--version", action=_Version, nargs=0, help="print the version and stop")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    serve = commands.add_parser("serve", help="run the server")
    _add_config(serve)
    serve.add_argument("--daemon", action="store_true", help="go to the background once it serves")
    serve.set_defaults(run=_serve)

    check = commands.add_parser("check", help="name every mistake in a configuration")
    _add_config(check)
    check.set_defaults(run=_check)

    passwd = commands.add_parser("passwd", help="hash a password for users.yaml")
    passwd.add_argument("--stdin", action="store_true", help="read one line from standard input")
    passwd.add_argument(
        "--scheme",
        default="argon2id",
        help="argon2id, SHA512-CRYPT, SSHA512, SCRAM-SHA-256, SCRAM-SHA-1 or PLAIN (default: %(default)s)",
    )
    app = passwd.add_argument_group("app passwords", "made up here, and shown once")
    app.add_argument("--app", metavar="NAME", help="make one for this program or device")
    app.add_argument(
        "--protocol", action="append", default=[], help="imap or pop3, may be repeated; default: both"
    )
    app.add_argument("--expires", metavar="DAY", help="the last day, such as 2030-12-31; default: none")
    app.add_argument("--mailbox", metavar="MAILBOX", help="the only one that is seen, with those below it")
    passwd.set_defaults(run=_passwd)

    _add_work_on_mail(commands)

    demo = commands.add_parser("demo", help="serve two made-up users on this machine, until Ctrl-C")
    demo.add_argument(
        "--dir", type=Path, default=Path("coromail-demo"), metavar="DIR", help="default: %(default)s"
    )
    for kind, port in (("imap", 1143), ("imaps", 1993), ("pop3", 1110), ("pop3s", 1995)):
        demo.add_argument(
            f"--{kind}-port",
            type=_port,
            default=port,
            metavar="PORT",
            help="default: %(default)s; 0 = any free one",
        )
    demo.set_defaults(run=_demo)
    return parser


def _add_work_on_mail(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    deliver = commands.add_parser("deliver", help="deliver standard input to a user's INBOX")
    _add_config(deliver)
    deliver.add_argument(
        "-d", dest="user", required=True, metavar="USER", help="a user, or an address of one"
    )
    deliver.add_argument(
        "-f", dest="sender", metavar="SENDER", help='default: that of a first line "From ..."'
    )
    deliver.set_defaults(run=_deliver)

    mailbox = commands.add_parser("mailbox", help="check, repair or reindex users' mail, served or not")
    mailbox.add_argument(
        "task", choices=TASKS, help="repair also mends; reindex also works out again what can be"
    )
    _add_config(mailbox)
    mailbox.add_argument("users", nargs="+", metavar="USER")
    mailbox.set_defaults(run=_mailbox)
    transfer.add_arguments(commands)


def _add_config(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "-c", "--config", type=Path, required=True, metavar="FILE", help="the configuration, a YAML file"
    )


def _port(text: str) -> int:
    if text.isascii() and text.isdigit() and len(text) <= 5 and int(text) <= 65535:
        return int(text)
    raise argparse.ArgumentTypeError(f"{text[:20]!r} is not a port (0 to 65535)")


def _serve(options: argparse.Namespace) -> int:
    from coromail.app.start import serve

    return serve(options.config, daemon=options.daemon)


def _check(options: argparse.Namespace) -> int:
    from coromail.app.loading import check

    check(options.config)
    print(f"{options.config}: no mistakes found")
    return OK


def _passwd(options: argparse.Namespace) -> int:
    from coromail.app.passwd import Refused, app_password, hashed

    try:
        if options.app is not None:
            password, entry = app_password(options.app, options.protocol, options.expires, options.mailbox)
            print(f"# the password: {password}\n# under app_passwords: of the user in users.yaml:\n{entry}")
            return OK
        print(hashed(options.scheme, from_stdin=options.stdin))
    except Refused as refused:
        print(f"coromail passwd: {refused}", file=sys.stderr)
        return FAILED
    return OK


def _deliver(options: argparse.Namespace) -> int:
    from coromail.app.deliver import deliver

    return deliver(options.config, options.user, options.sender)


def _mailbox(options: argparse.Namespace) -> int:
    from coromail.app.mailbox import examine

    return examine(options.config, options.task, options.users)


def _demo(options: argparse.Namespace) -> int:
    from coromail.app.demo import demo

    ports = {kind: getattr(options, f"{kind}_port") for kind in ("imap", "imaps", "pop3", "pop3s")}
    return demo(options.dir, ports)

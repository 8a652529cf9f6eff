"""mutt and neomutt in batch mode: commands pushed from the command line, on a terminal that nobody looks at."""

from __future__ import annotations

import os
import pty
import subprocess

import pytest

from tests.clients import mails
from tests.clients.programs import in_maildir, needs, written
from tests.clients.site import USERS

MUTTS = [pytest.param(name, marks=needs(name)) for name in ("mutt", "neomutt")]
pytestmark = pytest.mark.timeout(300)


def mutt(program, site, user, home, keys, settings=""):
    """Open INBOX, press `keys`, leave; what was on the screen."""
    for folder in ("cache", "headers"):
        (home / folder).mkdir(parents=True, exist_ok=True)
    rc = written(
        home / "muttrc",
        f'set folder="imaps://{user}@localhost:{site.ports["imaps"]}/" spoolfile=+INBOX\n'
        f'set imap_user="{user}" imap_pass="{USERS.get(user, "")}" certificate_file="{site.certificate}"\n'
        f'set ssl_ca_certificates_file="{site.certificate}"\n'
        f'set header_cache="{home}/headers" message_cachedir="{home}/cache"\n'
        "set imap_qresync=yes imap_condstore=yes sleep_time=0 quit=yes delete=yes move=no copy=no record=''\n"
        "set wait_key=no confirmappend=no confirmcreate=no mark_old=no mbox_type=Maildir postponed=''\n"
        f'{settings}\npush "{keys}<quit>"\n',
    )
    terminal, inside = pty.openpty()
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(home),
        "TERM": "vt100",
        "LINES": "24",
        "COLUMNS": "80",
    }
    process = subprocess.Popen(
        [program, "-n", "-F", str(rc)], stdin=inside, stdout=inside, stderr=inside, env=environment, cwd=home,
        start_new_session=True,
    )  # fmt: skip
    os.close(inside)
    seen = b""
    try:
        while chunk := os.read(terminal, 65536):
            seen += chunk
    except OSError:  # the other side has closed the terminal
        pass
    finally:
        os.close(terminal)
        process.kill()
        process.wait(30)
    return seen.decode("utf-8", "replace")


@pytest.mark.parametrize("program", MUTTS)
def test_mutt_copies_everything(archive, tmp_path, program):
    mutt(
        program,
        archive,
        "bob",
        tmp_path,
        f"<tag-pattern>~A<enter><tag-prefix><copy-message>{tmp_path}/copy<enter>",
    )
    got = in_maildir(tmp_path / "copy")
    written_by_mutt = ("Content-Length", "Lines", "Status", "X-Status")
    wanted = mails.by_folder()[mails.MADE] + mails.by_folder()[""]
    mails.same(mails.without(got, *written_by_mutt), mails.without(wanted, *written_by_mutt))

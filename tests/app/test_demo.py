import imaplib
import poplib
import re
import ssl
import stat

import pytest

from coromail.app.demo import instructions, prepare
from tests.app import program

ANY_PORT = [word for kind in ("imap", "imaps", "pop3", "pop3s") for word in (f"--{kind}-port", "0")]
PORTS = {"imap": 1143, "imaps": 1993, "pop3": 1110, "pop3s": 1995}


@pytest.fixture
def demo(tmp_path):
    """The output of a running demo, as far as the last line of its instructions."""
    process = program.start("demo", "--dir", tmp_path / "d", *ANY_PORT)
    text = ""
    for line in process.stdout:
        text += line
        if line.startswith("Ctrl-C"):
            break
    yield text
    process.terminate()
    assert process.wait(20) == 0
    process.communicate()


def test_what_the_demo_prints_is_true(demo, tmp_path):
    ports = {kind: int(number) for kind, number in re.findall(r"(IMAPS?|POP3S?) +port (\d+)", demo)}
    users = dict(re.findall(r"^  (\w+) +([a-z2-9]{4}(?:-[a-z2-9]{4}){3})$", demo, re.MULTILINE))
    assert sorted(users) == ["alice", "bob"]
    trusting = ssl.create_default_context(cafile=str(tmp_path / "d/certs/server-cert.pem"))
    for user, password in users.items():
        imaps = imaplib.IMAP4_SSL("127.0.0.1", ports["IMAPS"], ssl_context=trusting)
        imaps.login(user, password)
        assert imaps.select("INBOX") == ("OK", [b"3"])
        imaps.logout()
    pop3 = poplib.POP3("127.0.0.1", ports["POP3"])
    pop3.stls(trusting)
    pop3.user("alice")
    pop3.pass_(users["alice"])
    assert pop3.stat()[0] == 3
    assert any(b"Welcome, alice" in line for line in pop3.retr(1)[1])
    pop3.quit()
    imap = imaplib.IMAP4("127.0.0.1", ports["IMAP"])
    with pytest.raises(imaplib.IMAP4.error):
        imap.login("alice", users["bob"])
    imap.starttls(trusting)
    imap.login("alice", users["alice"])
    imap.logout()


def test_a_second_run_keeps_users_certificate_and_mail(tmp_path):
    first = prepare(tmp_path, PORTS)
    kept = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    delivered = next((tmp_path / "mail/alice/new").iterdir())
    delivered.unlink()
    kept.pop(delivered)
    assert prepare(tmp_path, PORTS) == first
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == kept


def test_nobody_else_can_read_the_folder(tmp_path):
    prepare(tmp_path / "d", PORTS)
    for path in (tmp_path / "d").rglob("*"):
        assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0, path


def test_a_lost_password_file_makes_new_passwords(tmp_path):
    first = prepare(tmp_path, PORTS)
    (tmp_path / "passwords.txt").unlink()
    assert prepare(tmp_path, PORTS) != first


def test_every_user_and_port_is_in_the_instructions(tmp_path):
    text = instructions(tmp_path, PORTS, {"alice": "secret-a", "bob": "secret-b"})
    for expected in ("alice", "bob", "secret-a", "secret-b", *map(str, PORTS.values())):
        assert expected in text


def test_a_folder_that_cannot_be_made_is_told(tmp_path):
    (tmp_path / "file").write_text("")
    done = program.run("demo", "--dir", tmp_path / "file/demo", *ANY_PORT)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == f"cannot write {tmp_path}/file/demo: Not a directory\n"


def test_a_port_in_use_is_told_with_the_way_out(tmp_path):
    import socket

    with socket.create_server(("127.0.0.1", 0)) as taken:
        number = str(taken.getsockname()[1])
        done = program.run("demo", "--dir", tmp_path, *ANY_PORT[2:], "--imap-port", number)
    assert done.returncode == 1
    assert done.stderr == (
        f"cannot listen on 127.0.0.1:{number}: address in use (which other program?)\n"
        "other ports: coromail demo --imap-port 0 --imaps-port 0 --pop3-port 0 --pop3s-port 0\n"
    )


def test_of_another_failure_only_that_is_told(tmp_path):
    """A first run makes the folder; then somebody spoils the users."""
    from coromail.app.demo import prepare

    prepare(tmp_path, dict.fromkeys(("imap", "imaps", "pop3", "pop3s"), 1143))
    (tmp_path / "users.yaml").write_text("alice: {}\n")
    done = program.run("demo", "--dir", tmp_path)
    assert done.returncode == 2
    assert f"{tmp_path}/users.yaml:1: user alice: no password" in done.stderr
    assert "other ports" not in done.stderr

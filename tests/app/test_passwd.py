import pytest

from coromail.auth.passwords import verify
from tests.app import program


def test_a_line_of_standard_input_becomes_an_argon2id_hash():
    done = program.run("passwd", "--stdin", text="correct horse\n")
    assert (done.returncode, done.stderr) == (0, "")
    stored = done.stdout.removesuffix("\n")
    assert stored.startswith("$argon2id$")
    assert verify(stored, "correct horse")
    assert not verify(stored, "correct horse\n")


@pytest.mark.parametrize("scheme", ["SHA512-CRYPT", "SSHA512", "SCRAM-SHA-256", "SCRAM-SHA-1", "PLAIN"])
def test_other_schemes(scheme):
    done = program.run("passwd", "--stdin", "--scheme", scheme, text="correct horse")
    assert done.returncode == 0
    assert done.stdout.startswith("{" + scheme + "}")
    assert verify(done.stdout.strip(), "correct horse")


@pytest.mark.parametrize(
    ("arguments", "text", "why"),
    [
        (["--stdin"], "", "an empty password is no password"),
        (["--stdin", "--scheme", "ROT13"], "x", "cannot make passwords of scheme ROT13"),
        (["--stdin"], "a\x00b", "passwords must not be empty, too long or have control characters"),
        ([], "", "no password was typed; scripts use --stdin"),
    ],
)
def test_what_cannot_be_hashed(arguments, text, why):
    done = program.run("passwd", *arguments, text=text)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.endswith(f"coromail passwd: {why}\n")


def test_the_password_is_asked_twice(monkeypatch):
    from coromail.app.passwd import Refused, hashed

    answers = iter(["one", "two", "same", "same"])
    monkeypatch.setattr("getpass.getpass", lambda _: next(answers))
    with pytest.raises(Refused, match="differ"):
        hashed("PLAIN", from_stdin=False)
    assert hashed("PLAIN", from_stdin=False) == "{PLAIN}same"


def test_an_app_password_and_its_entry():
    import yaml

    from coromail.auth.app_password import read

    done = program.run(
        "passwd", "--app", "phone", "--protocol", "imap", "--expires", "2099-12-31", "--mailbox", "Ü: x"
    )
    assert (done.returncode, done.stderr) == (0, "")
    password = done.stdout.splitlines()[0].removeprefix("# the password: ")
    (entry,) = yaml.safe_load(done.stdout)
    made = read(entry)
    assert made.matches(password)
    assert (made.name, made.protocols, made.mailbox) == ("phone", {"imap"}, "Ü: x")


@pytest.mark.parametrize("option", [["--protocol", "smtp"], ["--expires", "soon"], ["--mailbox", ""]])
def test_an_app_password_that_cannot_be(option):
    done = program.run("passwd", "--app", "phone", *option)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("coromail passwd: ")

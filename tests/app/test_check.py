"""`coromail check`: what the configuration names is looked at too."""

import os
from pathlib import Path

import pytest
import trustme

from coromail.app.cli import main
from tests.app import program

USERS = "alice: {password: '{PLAIN}secret'}\n"


@pytest.fixture(autouse=True)
def _import_path(monkeypatch):
    """What `check` adds to the import path and imports from there is forgotten."""
    import sys

    monkeypatch.setattr(sys, "path", sys.path[:])
    yield
    for name in ("site_classes", "failing", "needy"):
        sys.modules.pop(name, None)


@pytest.fixture
def certificate(tmp_path):
    authority = trustme.CA()
    issued = authority.issue_cert("localhost")
    issued.private_key_pem.write_to_path(str(tmp_path / "key.pem"))
    issued.cert_chain_pems[0].write_to_path(str(tmp_path / "cert.pem"))
    authority.issue_cert("localhost").private_key_pem.write_to_path(str(tmp_path / "other.pem"))


def check(file, capsys):
    """Exit status and the lines of standard error, without the name of the file."""
    status = main(["check", "-c", str(file)])
    return status, [line.removeprefix(f"{file}:") for line in capsys.readouterr().err.splitlines()]


def test_no_mistakes(tmp_path, capsys):
    file = program.site(tmp_path)
    assert main(["check", "-c", str(file)]) == 0
    assert capsys.readouterr().out == f"{file}: no mistakes found\n"


def test_nothing_is_bound_or_written(tmp_path, capsys):
    file = program.site(tmp_path, listen='{imap: ["unix:sock"]}')
    assert check(file, capsys) == (0, [])
    assert set(os.listdir(tmp_path)) - {"__pycache__"} == {"coromail.yaml", "site_classes.py"}


def test_mistakes_in_the_text_and_in_what_it_names_come_together(tmp_path, capsys):
    (tmp_path / "users.yaml").write_text(USERS + "bob: {password: plain}\ncarol: {pasword: '{PLAIN}x'}\n")
    file = program.site(
        tmp_path,
        auth="{users_file: users.yaml}",
        store='{class: "nowhere.at:All"}',
        tls="{certificate: cert.pem, key: key.pem}",
        limits="{append: huge}",
        process="{user: no-such-user, group: no-such-group}",
    )
    status, lines = check(file, capsys)
    assert status == 2
    assert [line.split(": ")[:2] for line in lines if not line.startswith(str(tmp_path))] == [
        ["5", "store.class"],
        ["6", "tls.certificate"],
        ["6", "tls.key"],
        ["7", "limits.append"],
        ["8", "process.user"],
        ["8", "process.group"],
    ]
    users = [line for line in lines if line.startswith(f"{tmp_path}/users.yaml:")]
    assert [line.split(":")[1] for line in users] == ["2", "3", "3"]  # no scheme; unknown key, no password


@pytest.mark.parametrize(
    ("name", "fault"),
    [
        ("nowhere:All", "there is no module nowhere, neither beside this file nor among the installed packages"),
        ("nowhere.at:All", "there is no module nowhere, neither beside this file nor among the installed packages"),
        ("site_classes:Anybodi", "there is no Anybodi in site_classes; did you mean Anybody?"),
        ("pathlib:Path", "pathlib:Path is not a subclass of coromail.auth.Auth"),
        ("pathlib:os", "pathlib:os is not a subclass of coromail.auth.Auth"),
        ("failing:Auth", "failing cannot be imported: ZeroDivisionError: division by zero"),
        ("needy:Auth", "needy needs the module not_installed, which is not installed"),
    ],
)  # fmt: skip
def test_classes_that_cannot_be_had(tmp_path, capsys, name, fault):
    (tmp_path / "failing.py").write_text("1 / 0\n")
    (tmp_path / "needy.py").write_text("import not_installed\n")
    file = program.site(tmp_path, auth=f"{{class: '{name}'}}")
    assert check(file, capsys) == (2, [f"6: auth.class: {fault}"])


@pytest.mark.parametrize("where", ["commands: {imap: [X]}", "commands: {pop3: [X]}", "plugins: [X]"])
def test_commands_and_plugins_must_be_such(tmp_path, capsys, where):
    key, _, value = where.partition(": ")
    file = program.site(tmp_path, **{key: value.replace("X", '"site_classes:Anybody"')})
    status, (line,) = check(file, capsys)
    assert status == 2
    assert "site_classes:Anybody is not a subclass of coromail." in line


@pytest.mark.usefixtures("certificate")
@pytest.mark.parametrize(
    ("tls", "fault"),
    [
        ("{certificate: cert.pem, key: key.pem}", None),
        ("{certificate: cert.pem, key: other.pem}", "7: tls.key: {folder}/other.pem is not the key of {folder}/cert.pem"),
        ("{certificate: none.pem, key: key.pem}",
         "7: tls.certificate: {folder}/none.pem cannot be read: No such file or directory"),
        ("{certificate: key.pem, key: key.pem}",
         "7: tls: no usable certificate and unencrypted key in {folder}/key.pem and {folder}/key.pem (not PEM)"),
    ],
)  # fmt: skip
def test_certificates(tmp_path, capsys, tls, fault):
    expected = (0, []) if fault is None else (2, [fault.format(folder=tmp_path)])
    assert check(program.site(tmp_path, tls=tls), capsys) == expected


def test_a_key_with_a_passphrase_does_not_ask_at_the_terminal(tmp_path, capsys):
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, PrivateFormat

    locked = ec.generate_private_key(ec.SECP256R1()).private_bytes(
        Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"secret")
    )
    (tmp_path / "key.pem").write_bytes(locked)
    trustme.CA().cert_pem.write_to_path(str(tmp_path / "cert.pem"))
    status, (line,) = check(program.site(tmp_path, tls="{certificate: cert.pem, key: key.pem}"), capsys)
    assert status == 2
    assert "unencrypted key" in line


def test_a_missing_users_file(tmp_path, capsys):
    file = program.site(tmp_path, auth="{}")
    assert check(file, capsys) == (
        2,
        [f"6: auth.users_file: {tmp_path}/users.yaml does not exist; create it, or name the right file"],
    )


def test_a_missing_configuration(tmp_path, capsys):
    assert main(["check", "-c", str(tmp_path / "none.yaml")]) == 2
    assert "none.yaml: cannot be read: No such file or directory" in capsys.readouterr().err


@pytest.mark.parametrize("arguments", [[], ["chek"], ["serve"], ["check"], ["demo", "--imap-port", "65536"]])
def test_wrong_arguments_end_with_status_2(arguments, capsys):
    with pytest.raises(SystemExit) as end:
        main(arguments)
    assert end.value.code == 2
    assert capsys.readouterr().err.startswith("usage: coromail")


CONFIG = Path(__file__).parents[2] / "config"


@pytest.mark.parametrize("example", sorted(CONFIG.glob("*.yaml")), ids=lambda path: path.name)
def test_the_examples_have_no_mistakes(example, tmp_path, capsys, certificate):
    """With the certificate, the users and the accounts that they speak of."""
    if example.name == "users.yaml":
        from coromail.auth.users_file import check_users

        assert check_users(example) == []
        return
    driver = {"auth-ldap.yaml": "ldap", "auth-pam.yaml": "pam", "auth-oauth.yaml": "jwt"}.get(example.name)
    if driver is not None:
        pytest.importorskip(driver)
    certs = tmp_path / "certs"
    certs.mkdir()
    (tmp_path / "cert.pem").rename(certs / "server-cert.pem")
    (tmp_path / "key.pem").rename(certs / "server-key.pem")
    (tmp_path / "users.yaml").write_text(USERS)
    (tmp_path / "passwd").write_text("carol:{PLAIN}secret::::::acl_groups=staff userdb_quota=1G\n")
    file = tmp_path / example.name
    file.write_text(
        example.read_text().replace("/etc/coromail/", "").replace("user: coromail", "user: nobody")
    )
    assert check(file, capsys) == (0, [])

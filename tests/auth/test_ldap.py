"""Users in a real directory (slapd), where it is installed. C9: names in filters; C16: who exists."""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
import trustme
from hypothesis import given, settings
from hypothesis import strategies as st

from coromail.context import Context
from coromail.errors import Unavailable

from .peers import encrypted

pytest.importorskip("ldap")
from coromail.auth.ldap import Ldap, LdapSection, fill

SLAPD = shutil.which("slapd", path="/usr/sbin:/usr/bin:/usr/libexec:/usr/local/libexec")
needs_slapd = pytest.mark.skipif(SLAPD is None, reason="no slapd here")
BASE = "dc=example,dc=org"
CONFIG = """
include /etc/ldap/schema/core.schema
include /etc/ldap/schema/cosine.schema
include /etc/ldap/schema/inetorgperson.schema
modulepath /usr/lib/ldap
moduleload back_mdb
pidfile {folder}/slapd.pid
TLSCertificateFile {folder}/cert.pem
TLSCertificateKeyFile {folder}/key.pem
database mdb
suffix "{base}"
rootdn "cn=admin,{base}"
rootpw secret
directory {folder}/data
access to attrs=userPassword by anonymous auth by * none
access to * by dn.exact="cn=admin,{base}" read by * none
"""
ENTRIES = """
dn: dc=example,dc=org
objectClass: domain
dc: example

dn: uid=alice,dc=example,dc=org
objectClass: inetOrgPerson
uid: alice
uid: al
cn: Alice
sn: A
mail: alice@example.org
employeeType: 10M
userPassword: wonderland

dn: cn=star,dc=example,dc=org
objectClass: inetOrgPerson
uid: Bob
cn: star
sn: (B*)
mail: twice@example.org
userPassword: builder

dn: uid=twin,dc=example,dc=org
objectClass: inetOrgPerson
uid: twin
cn: twin
sn: t
mail: twice@example.org
userPassword: builder

dn: cn=Staff,dc=example,dc=org
objectClass: groupOfNames
cn: Staff
member: uid=alice,dc=example,dc=org
"""


class Slapd:
    """One server on two free ports, the second with TLS, with the entries above."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.ca = folder / "ca.pem"
        authority = trustme.CA()
        authority.cert_pem.write_to_path(self.ca)
        issued = authority.issue_cert("127.0.0.1")  # libldap takes "localhost" for the name of the machine
        issued.cert_chain_pems[0].write_to_path(folder / "cert.pem")
        issued.private_key_pem.write_to_path(folder / "key.pem")
        (folder / "data").mkdir()
        (folder / "slapd.conf").write_text(CONFIG.format(folder=folder, base=BASE))
        (folder / "entries.ldif").write_text(ENTRIES.strip())
        add = [str(SLAPD), "-T", "add", "-f", str(folder / "slapd.conf"), "-l", str(folder / "entries.ldif")]
        subprocess.run(add, check=True, capture_output=True)
        with socket.create_server(("127.0.0.1", 0)) as one, socket.create_server(("127.0.0.1", 0)) as other:
            self.port, tls_port = one.getsockname()[1], other.getsockname()[1]
        self.uri, self.tls_uri = f"ldap://127.0.0.1:{self.port}", f"ldaps://127.0.0.1:{tls_port}"
        self.start()

    def start(self) -> None:
        urls = f"{self.uri}/ {self.tls_uri}/"
        command = [str(SLAPD), "-d", "0", "-f", str(self.folder / "slapd.conf"), "-h", urls]
        self.process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
        for _ in range(1200):
            try:
                socket.create_connection(("127.0.0.1", self.port)).close()
            except OSError:
                time.sleep(0.05)
            else:
                return
        raise RuntimeError("slapd does not start")

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait()


@pytest.fixture(scope="module")
def slapd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Slapd]:
    server = Slapd(tmp_path_factory.mktemp("slapd"))
    yield server
    server.stop()


def ldap_auth(to: str, **more: Any) -> Any:
    section = {
        "uri": to,
        "bind_dn": f"cn=admin,{BASE}",
        "bind_password": "secret",
        "base": BASE,
        "filter": "(&(objectClass=inetOrgPerson)(|(uid={user})(mail={user})))",
        "attributes": {"quota": "employeeType", "mails": "mail"},
        "group_base": BASE,
        **more,
    }
    return encrypted(Ldap(Context({"ldap": section})))


@pytest.fixture
def auth(slapd: Slapd) -> Iterator[Any]:
    auth = ldap_auth(slapd.uri)
    yield auth
    auth.context.close()


@needs_slapd
def test_passwords_settings_and_groups(auth: Any) -> None:
    assert auth.login("alice", "wonderland")
    assert auth.user_settings("alice")["quota"] == "10M"
    assert auth.user_settings("alice")["groups"] == ["Staff"]
    assert auth.user_settings("bob")["groups"] == []
    assert not auth.login("alice", "builder")
    assert not auth.login("nobody", "wonderland")
    assert auth.knows("alice")
    assert not auth.knows("nobody")


@needs_slapd
def test_the_name_that_counts_is_that_of_the_entry(auth: Any) -> None:
    """C8: directories compare loosely, mailboxes do not."""
    assert auth.login("BOB", "builder")
    assert auth.user == "bob"
    assert auth.login("alice@example.org", "wonderland")
    assert auth.user == "alice"
    assert auth.login("al", "wonderland")
    assert auth.user == "al"
    assert not auth.login("twice@example.org", "builder")  # two entries


@needs_slapd
def test_rfc4513_5_1_2_no_password_is_no_login(auth: Any) -> None:
    from coromail.auth.attempt import Attempt

    assert not auth.login("alice", "")
    assert auth._holder.directory.check(Attempt("alice", "")) is None


@needs_slapd
@pytest.mark.parametrize(
    "name", ["*", "a*", "alice)(uid=*", "*)(|(uid=*", "alice\\", "\\2a", "(", ")", "{user}", "{dn}", "alíce"]
)
def test_c9_a_name_is_never_a_filter(auth: Any, name: str) -> None:
    assert not auth.knows(name)
    assert not auth.login(name, "wonderland")
    assert auth.login("alice", "wonderland")


@given(st.text(max_size=30))
@settings(deadline=None, max_examples=200)
def test_rfc4515_3_what_fills_a_filter_is_escaped(name: str) -> None:
    filled = fill("(uid={user})", {"user": name})
    inside = filled.removeprefix("(uid=").removesuffix(")")
    assert not set(inside) & set("*()\0")
    assert len(filled) == len("(uid=)") + len(inside)


@needs_slapd
def test_a_directory_away_and_back(tmp_path: Path) -> None:
    slapd = Slapd(tmp_path)
    try:
        auth = ldap_auth(slapd.uri, timeout=2)
        assert auth.login("alice", "wonderland")
        slapd.stop()
        with pytest.raises(Unavailable):
            auth.login("alice", "wonderland")
        slapd.start()
        assert auth.login("alice", "wonderland")
        slapd.stop()
        slapd.start()
        assert auth.login("alice", "wonderland")
        auth.context.close()
    finally:
        slapd.stop()


@needs_slapd
def test_tls_is_verified(slapd: Slapd, tmp_path: Path) -> None:
    """By StartTLS and from the beginning; a certificate of somebody else, or for another name, is no directory."""
    other = tmp_path / "other.pem"
    trustme.CA().cert_pem.write_to_path(other)
    for uri, starttls in ((slapd.uri, True), (slapd.tls_uri, False)):
        auth = ldap_auth(uri, starttls=starttls, ca=slapd.ca)
        assert auth.login("alice", "wonderland")
        assert not auth.login("alice", "builder")
        auth.context.close()
        for wrong in ({"ca": other}, {"uri": uri.replace("127.0.0.1", "localhost"), "ca": slapd.ca}):
            with pytest.raises(Unavailable):
                ldap_auth(uri, **{"starttls": starttls, **wrong}).login("alice", "wonderland")


@needs_slapd
def test_what_the_administrator_got_wrong_is_no_wrong_password(slapd: Slapd) -> None:
    for more in ({"bind_password": "wrong"}, {"filter": "(uid={user}"}, {"starttls": True}):
        auth = ldap_auth(slapd.uri, **more)
        with pytest.raises(Unavailable):
            auth.login("alice", "wonderland")
    assert not ldap_auth(slapd.uri, base="dc=nowhere").login("alice", "wonderland")


@pytest.mark.parametrize(
    ("section", "told"),
    [
        ({"uri": "http://x", "base": "b"}, "pattern"),
        ({"uri": "ldap://x"}, "Field required"),
        ({"uri": "ldap://x", "base": "b", "filter": "(uid=x)"}, "{user}"),
        ({"uri": "ldap://x", "base": "b", "bind": "x"}, "unknown key"),
    ],
)
def test_mistakes_in_the_settings(section: Any, told: str) -> None:
    assert any(told in problem.text for problem in Ldap.problems(Context({"ldap": section})))


def test_the_password_of_the_directory_is_not_shown() -> None:
    section = LdapSection(uri=f"ldap://{quote('x')}", base="b", bind_password="hidden")
    assert "hidden" not in repr(section)


def test_threads_that_ask_wait_for_each_other_by_locks_of_threads() -> None:
    """gevent's, which an import after patching makes, once left a login without an answer for good."""
    code = (
        "from gevent import monkey; monkey.patch_all()\n"
        "import coromail.auth.ldap, ldap\n"
        "for lock in ldap._ldap_module_lock, ldap.initialize('ldap://localhost')._ldap_object_lock:\n"
        "    print(type(lock._lock).__module__, type(lock._lock).__name__)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == ["_thread RLock"] * 2

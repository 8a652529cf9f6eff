"""Every class of mistake is named with its line and with what to write instead; all of them at once."""

from pathlib import Path

import pytest

from coromail.app.checking import ConfigurationError, examine, read_config
from coromail.app.config import Config

CLASS = 'write the class as "module:Class", such as "your.module:YourClass"'
TOP = list(Config.model_fields)
SECTION = "a section is expected here; write its keys on lines of their own, indented:"
CHROOT = "the configuration must lie in it, to be read again on SIGHUP; move it below /nowhere"
SECONDS = "write a number of seconds, such as 300, or 30s, 5m, 1h, 2d"
EVERYWHERE = 'for every address of the machine write "0.0.0.0:143" and "[::]:143"'
SERVES = 'listen: {imap: ["127.0.0.1:0"]}\n'


@pytest.fixture
def faults(tmp_path):
    def check(text: str | bytes) -> list[str]:
        file = tmp_path / "coromail.yaml"
        file.write_bytes(text if isinstance(text, bytes) else text.encode())
        try:
            read_config(file)
        except ConfigurationError as error:
            return [str(problem).removeprefix(f"{file}:") for problem in error.problems]
        return []

    return check


def test_no_mistakes(faults):
    assert faults(SERVES) == []


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("limitz: {}", "2: limitz: unknown key; did you mean limits?"),
        ("zzz: 1", f"2: zzz: unknown key; known are {', '.join(TOP)}"),
        ("limits:\n  unauth_comands: 1",
         "3: limits.unauth_comands: unknown key; did you mean unauth_commands?"),
        ("users_file: x", "2: users_file: unknown key; it belongs into auth"),
        ("limits: {plugins: []}", "2: limits.plugins: unknown key; it belongs to the top"),
        ("auth:\n  user_file: x", "3: auth.user_file: unknown key; did you mean users_file?"),
        ("store:\n\n  pth: x", "4: store.pth: unknown key; did you mean path?"),
        ("auth:\n  zzz: x",
         ("3: auth.zzz: unknown key; known are class, users_file, plaintext_without_tls, passwd_file, chain, "
         "mechanisms, pam, ldap, sql, oauth, cache, password_queue, master_separator, certificate_users")),
        ("store: {fsnc: never}", "2: store.fsnc: unknown key; did you mean fsync?"),
        ("pop3: {workarounds: [outlook]}",
         "2: pop3.workarounds[0]: 'outlook' is not known; write outlook-no-nuls"),
        ("hostname: 1", "2: hostname: 1 is not text; write it in quotes"),
        ("limits: {literals: many}", "2: limits.literals: 'many' is not a number; write one, such as 10"),
        ("limits: {literals: 1.5}", "2: limits.literals: 1.5 is not a whole number; write one, such as 10"),
        ("limits: {literals: -1}", "2: limits.literals: -1 is negative; write 0 or more (0 = no limit)"),
        ("limits: {append: big}",
         "2: limits.append: 'big': write a number of octets, such as 65536, 64k or 100M"),
        ("poll_every: often", f"2: poll_every: 'often': {SECONDS}"),
        ("limits:\n  exempt_networks:\n    - 127.0.0.1\n    - 10.0.0.1/8",
         ("5: limits.exempt_networks[1]: '10.0.0.1/8': the address has bits beyond the network; "
         'write "10.0.0.0/8"')),
        ("auth: {plaintext_without_tls: perhaps}",
         "2: auth.plaintext_without_tls: 'perhaps' is not a switch; write true or false"),
        ("auth: {class: your.module.Auth}",
         f"2: auth.class: 'your.module.Auth': {CLASS}"),
        ("plugins: your.module:Plugin",
         "2: plugins: 'your.module:Plugin' is not a list; write [\"your.module:Plugin\"]"),
        ("plugins: ['os; rm:x']",
         f"2: plugins[0]: 'os; rm:x': {CLASS}"),
        ("log: {level: inof}", "2: log.level: 'inof' is not known; write info"),
        ("log: {format: xml}", "2: log.format: 'xml' is not known; write text or json"),
        ("process: {umask: 027}", "2: process.umask: 23: write octal digits in quotes, such as \"027\""),
        ("process: {user: 33}", "2: process.user: 33 is not text; write it in quotes"),
        ("process: root", f"2: process: {SECTION} user:, group:, chroot:, umask:, pid_file:"),
        ("tls: {certificate: a.pem}", "2: tls: key is missing; add key: with its value"),
        ("poll_every: 1\npoll_every: 2", "3: poll_every: written twice, first in line 2; keep one"),
        ("store: {path: /var/mail/all}",
         "2: store.path: all users would share one mailbox; write {user} into the path"),
        ("process: {chroot: /nowhere}", f"2: process.chroot: {CHROOT}"),
        ("1: 2", "2: 1: a key must be text; write a name, or put it in quotes"),
        ("poll_every: 2001-99-99", "1: not valid YAML: month must be in 1..12"),
        ("log: [", "3: not valid YAML: did not find expected node content (while parsing a flow node)"),
        ("log:\n\tlevel: info", "3: indented with a tab; YAML wants spaces"),
        ("? [1]\n: 2", "2: not valid YAML: found unhashable key (while constructing a mapping)"),
        ("hostname: !!python/object/apply:os.system ['true']",
         ("2: not valid YAML: could not determine a constructor for the tag "
         "'tag:yaml.org,2002:python/object/apply:os.system'")),
    ],
)  # fmt: skip
def test_one_mistake_in_its_line(faults, text, fault):
    assert faults(SERVES + text) == [fault]


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("listen: {}", '1: listen: no address to listen on; write, say, imap: ["127.0.0.1:1143"]'),
        ("", '1: listen: no address to listen on; write, say, imap: ["127.0.0.1:1143"]'),
        ("listen:\n  imap: '127.0.0.1:1'",
         "2: listen.imap: '127.0.0.1:1' is not a list; write [\"127.0.0.1:1\"]"),
        ("listen:\n  imap:\n  - 127.0.0.1:1\n  pop3:\n  - 127.0.0.1:1",
         "5: listen.pop3[0]: 127.0.0.1:1 is taken by listen.imap already; write another port"),
        ("listen:\n  imaps: ['127.0.0.1:1']",
         "2: listen.imaps[0]: TLS needs a section tls: with certificate: and key:"),
        ("listen: {imap: ['*:143']}",
         f"1: listen.imap[0]: '*:143': {EVERYWHERE}"),
        ("listen: {smtp: []}", "1: listen.smtp: unknown key; did you mean lmtp?"),
        ("[]", f"1: {SECTION} {', '.join(key + ':' for key in TOP)}"),
        (b"hostname: x\nlog: {target: \xff}", "2: not UTF-8; save the file in that encoding"),
    ],
)  # fmt: skip
def test_one_mistake_in_a_whole_file(faults, text, fault):
    assert faults(text) == [fault]


def test_all_mistakes_at_once_in_the_order_of_their_lines(faults):
    found = faults(
        "listen:\n  imaps: ['127.0.0.1:1']\nhostname: []\nstore: {path: /mail}\nlog:\n  levl: info\n"
        "auth: {clas: x}\nplugins: [x]\nplugins: [y]\n"
    )
    assert [line.split(": ")[:2] for line in found] == [
        ["2", "listen.imaps[0]"],
        ["3", "hostname"],
        ["4", "store.path"],
        ["6", "log.levl"],
        ["7", "auth.clas"],
        ["9", "plugins"],
        ["9", "plugins[0]"],
    ]


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(ConfigurationError, match=r"none\.yaml: cannot be read: No such file"):
        read_config(tmp_path / "none.yaml")


def test_own_classes_may_have_settings_of_any_name(faults):
    assert (
        faults(SERVES + "auth: {class: 'a:B', users_fil: x, database: y}\nstore: {class: 'a:C', pth: x}")
        == []
    )


def test_with_chroot_paths_are_relative(faults, tmp_path):
    text = SERVES + f"process: {{chroot: {tmp_path}}}\nstore: {{path: '/mail/{{user}}'}}\n"
    assert faults(text) == [
        (
            "3: store.path: with process.chroot write a path relative to this file; "
            "it means the same inside and outside"
        )
    ]


def test_with_chroot_all_files_that_are_read_again_are_named(faults, tmp_path):
    text = f"""\
listen: {{imap: ["127.0.0.1:0"]}}
process: {{chroot: {tmp_path}}}
tls:
  certificate: /etc/a.pem
  key: here.pem
  more:
  - {{certificate: there.pem, key: /etc/b.key}}
listeners:
  993: {{client_certificates: optional, client_ca: /etc/ca.pem}}
auth:
  class: coromail.auth.chain:Chain
  chain:
  - {{class: "coromail.auth.passwd_file:PasswdFile", passwd_file: /etc/passwd}}
  - class: coromail.auth.ldap:Ldap
    ldap: {{uri: "ldaps://localhost", ca: /etc/ca.pem}}
"""
    found = [fault.split(": with process.chroot")[0] for fault in faults(text)]
    assert found == [
        "4: tls.certificate",
        "7: tls.more[0].key",
        "9: listeners.993.client_ca",
        "13: auth.chain[0].passwd_file",
        "15: auth.chain[1].ldap.ca",
    ]


def test_empty_sections_and_lists_are_defaults(faults):
    empty = "limits:\nprocess:\nlog:\nplugins:\ncommands:\n  imap:\nauth:\nstore:\n"
    assert faults("listen:\n  imap: ['127.0.0.1:0']\n  lmtp:\n" + empty) == []


def test_a_key_that_yaml_takes_for_a_switch_is_a_key(faults, tmp_path):
    assert faults(SERVES + "capabilities: {off: [IDLE], listeners: {993: [IDLE], imap: []}}") == []
    config = examine(tmp_path / "coromail.yaml").config
    assert config.capabilities.by_listener() == {"all": ["IDLE"], "993": ["IDLE"], "imap": []}


def test_an_anchor_that_holds_itself_is_told(faults):
    assert len(faults("listen: &a {imap: *a}")) == 1


def test_paths_start_at_the_folder_of_the_file(tmp_path, monkeypatch):
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub/c.yaml").write_text(
        "listen: {imap: ['unix:s']}\ntls: {certificate: c.pem, key: /k.pem}\nlog: {target: l}\n"
        "process: {pid_file: p}\n"
    )
    monkeypatch.chdir(tmp_path)
    config = examine(Path("sub/c.yaml")).config
    folder = tmp_path / "sub"
    assert config.directory == folder
    assert config.tls is not None
    assert (config.tls.certificate, config.tls.key) == (folder / "c.pem", Path("/k.pem"))
    assert (config.log.target, config.process.pid_file) == (str(folder / "l"), folder / "p")
    assert str(config.listen.imap[0]) == f"unix:{folder}/s"

"""The configuration: every setting with its default, its check and a sentence of help.

Nothing here imports what the configuration names: class names are only checked for their spelling, because
they are loaded after the process has become a daemon (`coromail.app.loading`).
"""

from __future__ import annotations

import socket
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainValidator,
    PrivateAttr,
    field_validator,
    model_validator,
)

from coromail.app.addresses import TCP, Address
from coromail.app.values import (
    Addresses,
    ClassName,
    ClassNames,
    ConfigPath,
    Count,
    Networks,
    Seconds,
    Size,
    Words,
    none_is_empty,
    none_is_empty_mapping,
    parse_log_target,
    parse_umask,
)
from coromail.limits import Limits
from coromail.listener_policy import Policy
from coromail.pop3_policy import Pop3Policy

KINDS = ("imap", "imaps", "pop3", "pop3s", "lmtp", "http", "admin")


def _setting(default: Any, description: str, **more: Any) -> Any:
    return Field(default=default, description=description, **more)


class Section(BaseModel):
    """Settings that belong together. A section whose every line is commented out is an empty one."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    @model_validator(mode="before")
    @classmethod
    def _nothing_is_empty(cls, value: object) -> object:
        return {} if value is None else value


class Listen(Section):
    """Where to listen: "host:port", "[v6]:port", "unix:/path" or "systemd:NAME"; port 0 = any free one."""

    imap: Addresses = _setting([], "IMAP; STARTTLS is offered when there is a certificate")
    imaps: Addresses = _setting([], "IMAP inside TLS (RFC 8314 prefers this)")
    pop3: Addresses = _setting([], "POP3; STLS is offered when there is a certificate")
    pop3s: Addresses = _setting([], "POP3 inside TLS")
    lmtp: Addresses = _setting([], "deliveries from the mail transfer agent; keep it local")
    http: Addresses = _setting([], "status page, /metrics and /healthz; keep it local")
    admin: Addresses = _setting([], "for our own commands while the server runs; only unix sockets")

    @field_validator("admin")
    @classmethod
    def _only_unix(cls, addresses: list[Address]) -> list[Address]:
        if any(isinstance(address, TCP) for address in addresses):
            raise ValueError('it asks for no password; write a unix socket, such as "unix:admin.sock"')
        return addresses

    def addresses(self) -> list[tuple[str, Address]]:
        """Every (kind, address) in the order of `KINDS`."""
        return [(kind, address) for kind in KINDS for address in getattr(self, kind)]


class Certificate(Section):
    """A certificate and its key; read again when the files change, and on SIGHUP."""

    certificate: ConfigPath = Field(description="PEM file: the server's certificate, then the chain")
    key: ConfigPath = Field(description="PEM file: the private key, readable by the server's user only")


class TLS(Certificate):
    """The certificates that clients see: this one unless they ask for a name of another (SNI)."""

    more: Annotated[list[Certificate], BeforeValidator(none_is_empty)] = _setting(
        [], "certificates for other names, or for the same with a key of another kind (ECDSA, RSA)"
    )

    def pairs(self) -> list[tuple[Path, Path]]:
        """All of them, as the server takes them."""
        return [(one.certificate, one.key) for one in (self, *self.more)]


class ListenerSettings(Section):
    """What holds for one listener beside the limits of all; see `coromail.listener_policy`."""

    allow_networks: Networks = _setting([], "addresses that may connect here; empty: all")
    deny_networks: Networks = _setting([], "addresses that may not connect here")
    proxy_networks: Networks = _setting(
        [], "proxies: all connections come from here and begin with a PROXY header (version 1 or 2)"
    )
    xclient_networks: Networks = _setting(
        [], "proxies that may say by XCLIENT (POP3, LMTP) or ID (IMAP) whom they speak for"
    )
    minimum_tls: Annotated[Literal["1.2", "1.3"], BeforeValidator(str)] = _setting(
        "1.2", "the oldest version of TLS that clients may speak"
    )
    client_certificates: Literal["none", "optional", "required"] = _setting(
        "none", "whether clients are asked for a certificate (for the mechanism EXTERNAL)"
    )
    client_ca: ConfigPath | None = _setting(None, "PEM file: the authorities of client certificates")

    @model_validator(mode="after")
    def _needs_authorities(self) -> ListenerSettings:
        if self.client_certificates != "none" and self.client_ca is None:
            raise ValueError("client certificates need client_ca, a PEM file of their authorities")
        return self

    def policy(self) -> Policy:
        """These settings as the server uses them."""
        return Policy(
            allow_networks=tuple(self.allow_networks),
            deny_networks=tuple(self.deny_networks),
            proxy_networks=tuple(self.proxy_networks),
            xclient_networks=tuple(self.xclient_networks),
            minimum_tls=self.minimum_tls,
            client_certificates=self.client_certificates,
            client_ca=self.client_ca,
        )


class OpenSection(Section):
    """A section that names a class. Keys beyond the known ones are settings of that class."""

    model_config = ConfigDict(extra="allow", frozen=True)

    @property
    def settings(self) -> dict[str, Any]:
        """The section as the class gets it, `Context.settings`: the keys as in the file."""
        return self.model_dump(by_alias=True)


class AuthSettings(OpenSection):
    """Who may log in."""

    class_: ClassName = _setting(
        "coromail.auth.users_file:UsersFile", 'the Auth class, "module:Class"', alias="class"
    )
    users_file: str = _setting("users.yaml", "for UsersFile: names and password hashes; read again on SIGHUP")
    plaintext_without_tls: bool = _setting(
        False, "true: LOGIN, USER/PASS and AUTH=PLAIN without TLS (tests, loopback)"
    )


class StoreSettings(OpenSection):
    """Where the mail is."""

    class_: ClassName = _setting(
        "coromail.stores.maildir:MaildirModel", 'the Model class, "module:Class"', alias="class"
    )
    path: str = _setting("/var/mail/{user}", "for MaildirModel: the Maildir of a user")
    mailboxes: Annotated[dict[str, str], BeforeValidator(none_is_empty_mapping)] = _setting(
        {name: f"\\{name}" for name in ("Drafts", "Sent", "Junk", "Trash", "Archive")},
        "mailboxes that new users get beside INBOX: a mapping of their names to special uses (RFC 6154), or null",
    )


# Settings of coromail's own classes beyond the fields above; for those classes any other key is a mistake.
OWN_SETTINGS = {
    "auth": {
        "passwd_file": "for coromail.auth.passwd_file:PasswdFile: the file, as Dovecot writes it",
        "chain": "for coromail.auth.chain:Chain: a list of sections like this one, asked one after the other",
        "mechanisms": "SASL mechanisms in order of preference, in place of all that the stored passwords allow",
        "pam": "for coromail.auth.pam:Pam: a section; for this and all below see docs/authentication.md",
        "ldap": "for coromail.auth.ldap:Ldap: a section",
        "sql": "for coromail.auth.sql:Sql: a section",
        "oauth": "for coromail.auth.oauth:OAuth: a section",
        "cache": "for Pam, Ldap, Sql, OAuth: seconds for which a right password or token is not judged again; default: 0",
        "password_queue": "passwords that are checked or wait for it at one time; more are put off; default: 1000",
        "master_separator": 'such as "*": "alice*root" with the password of root, a master user, is alice; default: none',
        "certificate_users": "for EXTERNAL: names in client certificates to users, by kind or port of a listener, or all",
    },
    "store": {
        "fsync": "for MaildirModel: always (an OK is durable) or never (faster; a crash may lose what was told OK)",
        "text_index": "for MaildirModel: true (an index of trigrams for SEARCH, made when first needed) or false",
        "old_layout": "for MaildirModel: fs (those of Dovecot with LAYOUT=fs become Maildir++ when first opened)",
        "create": "for MaildirModel: true or false (a user without a Maildir is to try later: its disk may be missing)",
        "separator": "for MaildirModel: between the levels of a mailbox name; default: /",
    },
}


class LimitSettings(Section):
    """What one client, one address and everybody together may use. 0 means no limit for numbers and times."""

    unauth_commands: Count = _setting(10, "command lines before login; then BYE")
    unauth_idle: Seconds = _setting(300, "seconds of silence before login; then BYE")
    auth_idle: Seconds = _setting(
        3600, "seconds of silence after login; RFC 9051 section 5.4 asks for 1800 at least"
    )
    idle_keepalive: Seconds = _setting(120, "seconds between two signs of life to a client that idles")
    handshake: Seconds = _setting(30, "seconds that a TLS handshake may take")
    write_timeout: Seconds = _setting(300, "seconds that a client may read nothing of a reply")
    bad_commands: Count = _setting(20, "syntax errors and unknown commands in a row; then BYE")
    login_failures: Count = _setting(3, "failed logins on one connection; then BYE")
    connections: Count = _setting(20_000, "connections at one time")
    connections_per_ip: Count = _setting(0, "connections at one time from one address")
    connections_per_user_and_ip: Count = _setting(20, "connections of one user from one address")
    unauth_line: Size = _setting(8 << 10, "octets of a command line before login")
    line: Size = _setting(64 << 10, "octets of a command line after login")
    unauth_literals_total: Size = _setting(4 << 10, "octets of all literals of a command before login")
    literal: Size = _setting(100 << 10, "octets of one literal that is not a message")
    literals: Count = _setting(1000, "literals in one command")
    literals_total: Size = _setting(1 << 20, "octets of all literals of a command, messages not counted")
    append: Size = _setting(100 << 20, "octets of one message, and of all in one APPEND")
    messages: Count = _setting(
        0, "messages that one command works on; clients that do not know RFC 9738 miss some"
    )
    messages_saved: Count = _setting(1_000_000, "messages that one COPY or APPEND may save")
    allow_networks: Networks = _setting([], "addresses that may connect; empty: all")
    deny_networks: Networks = _setting([], "addresses that may not connect, whatever allow_networks says")
    exempt_networks: Networks = _setting(
        [], "addresses under no connection limit and no delay after failed logins (monitoring, tests)"
    )
    mime_levels: Count = _setting(100, "levels of a message that are told apart; what is deeper is one part")
    mime_parts: Count = _setting(10_000, "parts of a message that are told apart; the last holds the rest")
    header_field: Size = _setting(1_000_000, "octets of a header field that are understood; all are served")
    header: Size = _setting(10_000_000, "octets of a header that are understood; all are served")

    def limits(self) -> Limits:
        """These settings as the sessions and the server use them."""
        return Limits(**self.model_dump())


class Process(Section):
    """What the process becomes once its sockets are open."""

    user: str | None = _setting(None, "user to become; the server must be started as root")
    group: str | None = _setting(None, "group to become; else the main group of the user")
    chroot: ConfigPath | None = _setting(
        None, "folder to be locked into; it must hold the configuration and all that it names"
    )
    umask: Annotated[int, PlainValidator(parse_umask)] = _setting(
        "077", "bits that new files do not get, in quotes", validate_default=True
    )
    pid_file: ConfigPath | None = _setting(None, "file for the process id, locked while the server runs")


class Log(Section):
    """One line for each record; control characters are escaped, so that no client can forge a line."""

    level: Literal["debug", "info", "warning", "error"] = _setting("info", "how much is logged")
    format: Literal["text", "json"] = _setting("text", "how a line looks")
    target: Annotated[str | None, BeforeValidator(parse_log_target)] = _setting(
        None, "stderr, syslog, or a file (opened anew on SIGHUP); default: stderr, with --daemon syslog"
    )


class Capabilities(Section):
    """IMAP extensions that are switched off. A user's own are in `capabilities_off` of the users file."""

    off: Words = _setting([], "for everybody, such as [UIDONLY]")
    listeners: dict[Annotated[str, BeforeValidator(str)], list[str]] = _setting(
        {}, 'for some listeners, by kind or port, such as {imaps: [UIDONLY], "1143": [IDLE]}'
    )

    def by_listener(self) -> dict[str, list[str]]:
        """Both, as the server keeps them."""
        return {**self.listeners, "all": self.off}


class UrlAuth(Section):
    """URLs that let others read a message (RFC 4467)."""

    enabled: bool = _setting(False, "whether users may make such URLs, and whether those made hold")
    submission_users: Words = _setting(
        [], "users who hand mail in for others: submission servers log in as these"
    )

    def policy(self) -> frozenset[str] | None:
        """As the server keeps it."""
        return frozenset(self.submission_users) if self.enabled else None


class ImapSettings(Section):
    """What a site decides about IMAP."""

    workarounds: list[Literal["delay-newmail", "raw-headers"]] = _setting(
        [], "bugs of clients to bear with; see docs/quirks.md"
    )


class Pop3Settings(Section):
    """What a site decides about POP3; see `coromail.pop3_policy`."""

    login_delay: Count = _setting(0, "seconds between two logins of a user (RFC 2449 section 6.5)")
    max_login_delay: Count | None = _setting(None, "the longest delay that a user may have of its own")
    expire: Count | None = _setting(None, "days that mail is kept at least; older mail goes at QUIT")
    min_expire: Count | None = _setting(None, "the smallest number of days that a user may have of its own")
    deleted_flag: str | None = _setting(None, "keyword that DELE sets; else it removes")
    workarounds: list[Literal["outlook-no-nuls", "oe-ns-eoh"]] = _setting([], "bugs of clients to bear with")
    welcome: str | None = _setting(None, "text of the greeting")

    def policy(self) -> Pop3Policy:
        """These settings as POP3 sessions use them."""
        return Pop3Policy(**self.model_dump() | {"workarounds": frozenset(self.workarounds)})


class Commands(Section):
    """Command classes that are added, or that replace those of the same name."""

    imap: ClassNames = _setting([], 'IMAP command classes, "module:Class"')
    pop3: ClassNames = _setting([], 'POP3 command classes, "module:Class"')


class Config(Section):
    """A whole configuration. `directory` is the folder of its file: relative paths start there."""

    hostname: str = Field(
        default_factory=socket.gethostname,
        description="name of the server in greetings; default: the machine's",
    )
    listen: Listen = Listen()
    listeners: dict[Annotated[str, BeforeValidator(str)], ListenerSettings] = _setting(
        {}, "what differs on some listeners, by kind or port; that of a port replaces that of its kind"
    )
    tls: TLS | None = None
    auth: AuthSettings = AuthSettings()
    store: StoreSettings = StoreSettings()
    poll_every: Seconds = _setting(
        0, "seconds between polls of the selected mailbox; 0 = after every command"
    )
    limits: LimitSettings = LimitSettings()
    capabilities: Capabilities = Capabilities()
    urlauth: UrlAuth = UrlAuth()
    imap: ImapSettings = ImapSettings()
    pop3: Pop3Settings = Pop3Settings()
    process: Process = Process()
    log: Log = Log()
    plugins: ClassNames = _setting([], 'plugin classes, "module:Class"')
    commands: Commands = Commands()

    _directory: Path = PrivateAttr(default=Path())

    def policies(self) -> dict[str, Policy]:
        """`listeners`, as the server keeps them."""
        return {name: settings.policy() for name, settings in self.listeners.items()}

    @property
    def directory(self) -> Path:
        """The folder of the configuration file."""
        return self._directory

    @classmethod
    def parse(cls, value: object, directory: Path) -> Config:
        """A configuration from what its YAML file says. pydantic.ValidationError holds all mistakes."""
        config = cls.model_validate(value, context={"directory": directory})
        config._directory = directory
        return config

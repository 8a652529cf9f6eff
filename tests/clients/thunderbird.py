"""Thunderbird without a screen, driven through its Marionette protocol: a length, ":", and a list in JSON."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.clients.programs import written

PATIENCE = 150  # seconds for anything that it has to do; it takes a few on an idle machine

ACCOUNT = """\
user_pref("mail.accountmanager.accounts", "account1");
user_pref("mail.accountmanager.defaultaccount", "account1");
user_pref("mail.account.account1.identities", "id1");
user_pref("mail.account.account1.server", "server1");
user_pref("mail.identity.id1.useremail", "{user}@localhost");
user_pref("mail.identity.id1.valid", true);
user_pref("mail.server.server1.type", "imap");
user_pref("mail.server.server1.hostname", "localhost");
user_pref("mail.server.server1.port", {port});
user_pref("mail.server.server1.userName", "{user}");
user_pref("mail.server.server1.name", "{user}");
user_pref("mail.server.server1.socketType", 3);
user_pref("mail.server.server1.authMethod", 3);
user_pref("mail.server.server1.offline_download", true);
user_pref("mail.server.server1.login_at_startup", false);
user_pref("mail.provider.suppress_dialog_on_startup", true);
user_pref("mailnews.start_page.enabled", false);
user_pref("datareporting.policy.dataSubmissionPolicyBypassNotification", true);
user_pref("app.update.auto", false);
user_pref("marionette.port", {marionette});
"""

COMMON = """
const {MailServices} = ChromeUtils.importESModule("resource:///modules/MailServices.sys.mjs");
const server = MailServices.accounts.accounts[0].incomingServer;
const inbox = () => server.rootFolder.getFolderWithFlags(Ci.nsMsgFolderFlags.Inbox);
const messages = () => inbox() ? [...inbox().messages] : [];
"""


class Thunderbird:
    """A running Thunderbird with one account, its home and profile in `home`. Closed by `with`."""

    def __init__(self, home: Path, user: str, password: str, port: int, authority: Path) -> None:
        self.profile = home / "profile"
        with socket.create_server(("127.0.0.1", 0)) as listener:
            marionette: int = listener.getsockname()[1]
        written(self.profile / "user.js", ACCOUNT.format(user=user, port=port, marionette=marionette))
        options = ("--headless", "--marionette", "--remote-allow-system-access", "--no-remote")
        environment = {"PATH": os.environ["PATH"], "HOME": str(home), "MOZ_HEADLESS": "1"}
        self._process = subprocess.Popen(
            ["thunderbird", *options, "--profile", str(self.profile)],
            env=environment, cwd=home, stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        self._buffer = b""
        self._number = 0
        try:
            self._socket = self._connected(marionette)
            self._receive()  # its greeting
            self._do("WebDriver:NewSession")
            self._do("Marionette:SetContext", value="chrome")
            self._trust(authority)
            self._remember(user, password)
        except BaseException:
            self._end()
            raise

    def __enter__(self) -> Thunderbird:
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.close()
        self._end()

    def _end(self) -> None:
        self._process.kill()
        self._process.wait(30)

    def _connected(self, port: int) -> socket.socket:
        deadline = time.monotonic() + PATIENCE
        while True:
            try:
                return socket.create_connection(("127.0.0.1", port), PATIENCE)
            except OSError:
                assert self._process.poll() is None, "Thunderbird has ended"
                assert time.monotonic() < deadline, "Thunderbird does not start"
                time.sleep(0.1)

    def run(self, script: str, *arguments: object) -> Any:
        """What a script returns, or the promise that it returns."""
        body = (
            f"const done = arguments[arguments.length - 1]; (async () => {{{COMMON}{script}}})().then(done)"
        )
        timeout = PATIENCE * 1000
        found = self._do(
            "WebDriver:ExecuteAsyncScript",
            script=body,
            args=list(arguments),
            sandbox="system",
            scriptTimeout=timeout,
        )
        return found["value"]

    def until(self, script: str, holds: Callable[[Any], bool]) -> Any:
        """What a script returns as soon as it is what is wanted."""
        deadline = time.monotonic() + PATIENCE
        while not holds(found := self.run(script)):
            assert time.monotonic() < deadline, found
            time.sleep(0.2)
        return found

    def _trust(self, authority: Path) -> None:
        certificate = authority.read_text().split("-----")[2]
        self.run(
            """Cc["@mozilla.org/security/x509certdb;1"].getService(Ci.nsIX509CertDB)
                .addCertFromBase64(arguments[0], "CT,C,C");""",
            certificate.replace("\n", ""),
        )

    def _remember(self, user: str, password: str) -> None:
        self.run(
            """const login = Cc["@mozilla.org/login-manager/loginInfo;1"].createInstance(Ci.nsILoginInfo);
            login.init("imap://localhost", null, "imap://localhost", arguments[0], arguments[1], "", "");
            await Services.logins.addLoginAsync(login);""",
            user, password,
        )  # fmt: skip

    def _do(self, command: str, **parameters: object) -> Any:
        self._number += 1
        message = json.dumps([0, self._number, command, parameters]).encode()
        self._socket.sendall(b"%d:%b" % (len(message), message))
        _, number, error, result = self._receive()
        assert (number, error) == (self._number, None)
        return result

    def _receive(self) -> Any:
        while b":" not in self._buffer:
            self._read()
        length, _, self._buffer = self._buffer.partition(b":")
        while len(self._buffer) < int(length):
            self._read()
        message, self._buffer = self._buffer[: int(length)], self._buffer[int(length) :]
        return json.loads(message)

    def _read(self) -> None:
        data = self._socket.recv(65536)
        assert data, "Thunderbird has closed"
        self._buffer += data

"""Load what the configuration names: classes, certificate, users. Happens after the process is a daemon."""

from __future__ import annotations

import difflib
import grp
import importlib
import pwd
import ssl
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from coromail.app.checking import ConfigurationError, Reading, examine
from coromail.app.config import Certificate, Config
from coromail.app.source import Place, Source
from coromail.auth.auth import Auth
from coromail.auth.problem import Problem
from coromail.context import Context

# The class that each named class must be derived from.
BASES = {
    "auth": "coromail.auth:Auth",
    "store": "coromail.model:Model",
    "plugins": "coromail.plugins:Plugin",
    "imap": "coromail.imap:Command",
    "pop3": "coromail.pop3:Command",
}


class NotLoaded(Exception):
    """A named class cannot be had; the text says why."""


def check(file: Path) -> None:
    """Look at everything: the text, and what it names. Raises ConfigurationError with every mistake."""
    reading = examine(file)
    _, problems = _load(reading)
    if reading.problems or problems:
        raise ConfigurationError(reading.problems + problems)


def load(reading: Reading) -> Config:
    """The configuration with classes in place of their names. Raises ConfigurationError."""
    config, problems = _load(reading)
    if problems:
        raise ConfigurationError(problems)
    return config


def _load(reading: Reading) -> tuple[Config, list[Problem]]:
    config, source, problems = reading.config, reading.source, list[Problem]()
    if str(config.directory) not in sys.path:
        sys.path.append(str(config.directory))  # so that a module of one's own may lie beside the file

    def one(place: Place, named: str | type[Any], base: str) -> str | type[Any]:
        try:
            return load_class(named, BASES[base])
        except NotLoaded as error:
            problems.append(source.problem(place, str(error)))
            return named

    def each(place: Place, names: list[str | type[Any]], base: str) -> list[str | type[Any]]:
        return [one((*place, index), name, base) for index, name in enumerate(names)]

    auth = config.auth.model_copy(update={"class_": one(("auth", "class"), config.auth.class_, "auth")})
    store = config.store.model_copy(update={"class_": one(("store", "class"), config.store.class_, "store")})
    commands = config.commands.model_copy(
        update={
            kind: each(("commands", kind), getattr(config.commands, kind), kind) for kind in ("imap", "pop3")
        }
    )
    plugins = each(("plugins",), config.plugins, "plugins")
    loaded = config.model_copy(
        update={"auth": auth, "store": store, "commands": commands, "plugins": plugins}
    )
    problems += _other_files(loaded, source, reading.broken)
    return loaded, problems


def load_class(named: str | type[Any], base: str) -> type[Any]:
    """The class `named` ("module:Class", or the class itself), derived from `base`. Raises NotLoaded."""
    found = _import(named) if isinstance(named, str) else named
    wanted = _import(base)
    if not (isinstance(found, type) and issubclass(found, wanted)):
        raise NotLoaded(f"{named} is not a subclass of {base.replace(':', '.')}")
    return found


def _import(name: str) -> Any:
    module_name, _, attribute = name.partition(":")
    try:
        module = importlib.import_module(module_name)
    except ModuleNotFoundError as error:
        if error.name and (module_name + ".").startswith(error.name + "."):
            raise NotLoaded(
                f"there is no module {error.name}, neither beside this file nor among the installed packages"
            ) from None
        raise NotLoaded(f"{module_name} needs the module {error.name}, which is not installed") from None
    except Exception as error:  # a user's module may fail in any way; all of them are told here
        raise NotLoaded(f"{module_name} cannot be imported: {type(error).__name__}: {error}") from error
    try:
        return getattr(module, attribute)
    except AttributeError:
        near = difflib.get_close_matches(attribute, dir(module), 1)
        hint = f"; did you mean {near[0]}?" if near else ""
        raise NotLoaded(f"there is no {attribute} in {module_name}{hint}") from None


def _other_files(config: Config, source: Source, broken: frozenset[str]) -> Iterator[Problem]:
    if config.tls is not None:
        for index, pair in enumerate((config.tls, *config.tls.more)):
            yield from _certificate(pair, source, ("tls", "more", index - 1) if index else ("tls",))
    for name, listener in config.listeners.items():
        if listener.client_ca is not None:
            yield from _authorities(listener.client_ca, source, ("listeners", name, "client_ca"))
    if "process" not in broken:
        yield from _account(config, source)
    if "auth" not in broken:
        yield from _users(config, source)


def _authorities(file: Path, source: Source, place: Place) -> Iterator[Problem]:
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_verify_locations(file)
    except OSError as error:  # which an SSLError is too
        why = "no PEM certificates" if isinstance(error, ssl.SSLError) else error.strerror
        yield source.problem(place, f"{file} cannot be read: {why}")


def _certificate(tls: Certificate, source: Source, place: Place) -> Iterator[Problem]:
    missing = False
    for key, file in (("certificate", tls.certificate), ("key", tls.key)):
        try:
            file.open("rb").close()
        except OSError as error:
            missing = True
            yield source.problem((*place, key), f"{file} cannot be read: {error.strerror}")
    if missing:
        return
    try:
        # The password function keeps OpenSSL from asking at the terminal.
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(tls.certificate, tls.key, password=lambda: "")
    except (ssl.SSLError, ValueError) as error:
        reason = getattr(error, "reason", None) or "not PEM"
        if reason == "KEY_VALUES_MISMATCH":
            yield source.problem((*place, "key"), f"{tls.key} is not the key of {tls.certificate}")
        else:
            text = f"no usable certificate and unencrypted key in {tls.certificate} and {tls.key} ({reason})"
            yield source.problem(place, text)


def _account(config: Config, source: Source) -> Iterator[Problem]:
    process = config.process
    known: list[tuple[str, str | None, Callable[[str], object]]] = [
        ("user", process.user, pwd.getpwnam),
        ("group", process.group, grp.getgrnam),
    ]
    for key, name, look_up in known:
        try:
            if name is not None:
                look_up(name)
        except KeyError:
            text = f"this machine has no {key} {name}; write one that it has, or create it"
            yield source.problem(("process", key), text)
    if process.chroot is not None and not process.chroot.is_dir():
        yield source.problem(("process", "chroot"), f"{process.chroot} is not a folder")


def _users(config: Config, source: Source) -> Iterator[Problem]:
    """Ask the Auth class what is wrong with its settings, and with its file if it reads one."""
    class_ = config.auth.class_
    if not (isinstance(class_, type) and issubclass(class_, Auth)):
        return
    for found in class_.problems(Context(config.auth.settings, config.directory)):
        if found.setting is None:
            yield found
        else:
            yield source.problem(("auth", *found.setting), found.text)

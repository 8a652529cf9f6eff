"""The running server, and what signals and systemd do to it. Imported when gevent has patched everything."""

from __future__ import annotations

import gc
import logging
import sys
from pathlib import Path
from typing import Any, cast

import gevent

from coromail.app import logs, privileges, signals, systemd
from coromail.app.checking import ConfigurationError, Reading, read_config
from coromail.app.config import Config
from coromail.app.listeners import Listener
from coromail.app.loading import load
from coromail.app.renewal import Renewal
from coromail.auth.auth import Auth
from coromail.model.model import Model
from coromail.plugins import Pipeline, Plugin
from coromail.server.server import Server

GRACE = 10.0  # seconds that clients get to finish their command and read the BYE
TURN = 0.0005  # seconds until a thread of the pool gives the interpreter to the event loop, which asks often

# What a running process cannot change: its sockets, its classes, its user.
FIXED = (
    "listen",
    "auth",
    "store",
    "plugins",
    "commands",
    "process",
    "log.format",
    "log.target",
)

logger = logging.getLogger("coromail")


class Service:
    """A server made from a configuration file."""

    def __init__(self, file: Path, reading: Reading) -> None:
        """Load everything, give up root, make the server. Raises ConfigurationError or CannotDrop."""
        config = load(reading)
        process = config.process
        logs.hand_over(privileges.identity(process), process.chroot)
        privileges.drop(process)
        self.source = reading.source
        self.file = privileges.inside(process.chroot, file)
        self.jailed = process.chroot is not None
        self.config = _read(self.file, jailed=True) if self.jailed else config
        self.server = make_server(self.config)

    def start(self, listeners: list[Listener]) -> None:
        """Serve these sockets; log and tell systemd that it is so."""
        for listener in listeners:
            try:
                self.server.listen(listener.kind, listener.socket)
            except ValueError as error:
                place = ("listen", listener.kind)
                raise ConfigurationError([self.source.problem(place, f"{error}; leave it empty")]) from None
        self.server.start()
        for listener in listeners:
            logger.info("listening %s", listener)
        signals.install(self.stop, self.reload)
        if self.config.tls is not None:
            gevent.spawn(Renewal(self._certificates, self.server.use_certificates).run)
        if (interval := systemd.watchdog_interval()) is not None:
            gevent.spawn(_watchdog, interval)
        quieten_collector()
        sys.setswitchinterval(TURN)
        systemd.ready("serving")

    def _certificates(self) -> list[tuple[Path, Path]]:
        return self.config.tls.pairs() if self.config.tls else []

    def run(self) -> None:
        """Return when the server has stopped."""
        self.server.run_until_stopped()
        logger.info("stopped")

    def stop(self, at_once: bool) -> None:
        """Say BYE to everybody and stop."""
        logger.info("stopping at once" if at_once else "stopping")
        systemd.stopping()
        self.server.stop(0 if at_once else GRACE)

    def reload(self) -> None:
        """Read users, certificates and limits again. With mistakes in the files all stays as it is."""
        systemd.reloading()
        logs.reopen()
        try:
            # In a thread: files may be large, and clients are being served.
            fresh = gevent.get_hub().threadpool.apply(_read, (self.file,), {"jailed": self.jailed})
            for name in _changed(self.config, fresh):
                logger.warning("%s has changed; that needs a restart", name)
            logging.getLogger().setLevel(fresh.log.level.upper())
            _adjust(self.server, fresh)
            self.server.reload(
                limits=fresh.limits.limits(), certificates=fresh.tls.pairs() if fresh.tls else ()
            )
            self.config = fresh
            logger.info("reloaded %s", self.file)
        except ConfigurationError as error:
            for problem in error.problems:
                logger.error("not reloaded: %s", problem)  # noqa: TRY400 - no fault of ours
        except Exception:
            logger.exception("not reloaded")
        finally:
            systemd.ready("serving")


def make_server(config: Config) -> Server:
    """A server with the classes and settings of a configuration that `load` has returned."""
    server = Server(
        cast("type[Auth]", config.auth.class_),
        cast("type[Model]", config.store.class_),
        auth_settings=config.auth.settings,
        model_settings=config.store.settings,
        directory=config.directory,
        limits=config.limits.limits(),
        hostname=config.hostname,
    )
    server.plaintext_without_tls = config.auth.plaintext_without_tls
    _adjust(server, config)
    if config.tls is not None:
        server.use_certificates(config.tls.pairs())
    for command in (*config.commands.imap, *config.commands.pop3):
        server.add_command(cast("type[Any]", command))
    for plugin in config.plugins:
        _add_plugin(server, cast("type[Plugin]", plugin))
    problems = server.auth_class.reload(server.auth_context)
    if problems:
        raise ConfigurationError(problems)
    return server


def _adjust(server: Server, config: Config) -> None:
    """Put those settings in force that a running server can take."""
    server.hostname = config.hostname
    server.poll_every = config.poll_every
    server.imap_workarounds = frozenset(config.imap.workarounds)
    server.pop3 = config.pop3.policy()
    server.policies = config.policies()
    server.urlauth = config.urlauth.policy()
    server.capabilities_off = config.capabilities.by_listener()


def _add_plugin(server: Server, class_: type[Plugin]) -> None:
    """Put a plugin behind the others, its class name being its alias."""
    if server.plugins is None:
        server.plugins = Pipeline()
    server.plugins.add(class_.__name__, class_())


def _read(file: Path, *, jailed: bool) -> Config:
    return load(read_config(file, jailed=jailed))


def _changed(old: Config, new: Config) -> list[str]:
    def value(config: Config, name: str) -> object:
        found: object = config
        for step in name.split("."):
            found = getattr(found, step)
        return found

    return [name for name in FIXED if value(old, name) != value(new, name)]


def quieten_collector() -> None:
    """Cyclic garbage is rare here, and looking for it among 100,000 messages stops everybody for 100 ms.

    What is in memory by now stays for ever and is left out. New objects are looked through in small heaps, at most
    10,000 at once (half a millisecond), all of them once in 50 million.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(2000, 5, 5000)


def _watchdog(interval: float) -> None:
    while True:
        systemd.alive()
        gevent.sleep(interval)

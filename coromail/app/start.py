"""Start and end the server process.

The order is forced by libev, which does not survive python-daemon's closing of its descriptors: read the
configuration, bind with plain sockets, daemonise, patch, import the server and the users' classes, give up
root, serve. So this module imports nothing of gevent before `_run`.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable
from pathlib import Path

from coromail.app import logs
from coromail.app.addresses import Unix
from coromail.app.checking import ConfigurationError, Reading, read_config
from coromail.app.config import Config
from coromail.app.daemon import Launch, daemonise
from coromail.app.listeners import CannotListen, Listener, open_all
from coromail.app.pid_file import AlreadyRunning, NoPidFile, PidFile
from coromail.app.privileges import CannotDrop

OK, FAILED, MISCONFIGURED = 0, 1, 2

logger = logging.getLogger("coromail")

Announce = Callable[[list[Listener]], None]


def serve(
    file: Path, *, daemon: bool = False, announce: Announce | None = None, other_ports: str = ""
) -> int:
    """Run the server until it is told to stop; return the exit status of the command.

    `announce` is called with the listeners once the server serves. `other_ports` is printed where an address is
    taken: how to choose others. Raises ConfigurationError for mistakes
    that the text of the configuration shows.
    """
    file = file.absolute()  # a daemon works in /
    reading = read_config(file)
    config = reading.config
    os.umask(
        config.process.umask
    )  # before the first file: log and pid file are nobody else's business either
    launch: Launch = Launch()
    try:
        pid_file = _acquire(config)
        listeners = open_all(config)
    except (AlreadyRunning, NoPidFile) as error:
        return launch.failed(str(error), FAILED)
    except CannotListen as error:
        return launch.failed(f"{error}\n{other_ports}".rstrip(), FAILED)
    if daemon:
        if logs.goes_nowhere(config.log, daemon=True):
            print("the log goes nowhere; name a file in log.target", flush=True)
        keep = [listener.socket.fileno() for listener in listeners]
        launch = daemonise(keep + ([pid_file.fileno()] if pid_file else []), config.process.umask)
    try:
        if pid_file is not None:
            pid_file.write()
        # Before patching: a blocked log must never switch greenlets in the middle of a change to a mailbox.
        logs.configure(config.log, daemon=daemon)
        _run(file, reading, listeners, launch, announce)
    except ConfigurationError as error:
        return launch.failed(str(error), MISCONFIGURED)
    except (logs.LogUnavailable, CannotDrop) as error:
        return launch.failed(str(error), FAILED)
    except Exception:
        logger.exception("the server has failed")
        return launch.failed("the server has failed; its log has the traceback", FAILED)
    finally:
        _clean_up(config, pid_file)
    return OK


def _acquire(config: Config) -> PidFile | None:
    if config.process.pid_file is None:
        return None
    pid_file = PidFile(config.process.pid_file)
    pid_file.acquire()
    return pid_file


def _run(
    file: Path, reading: Reading, listeners: list[Listener], launch: Launch, announce: Announce | None
) -> None:
    from gevent import monkey

    monkey.patch_all()

    from coromail.app.service import Service

    service = Service(file, reading)
    service.start(listeners)
    launch.ready()
    if announce is not None:
        announce(listeners)
    service.run()


def _clean_up(config: Config, pid_file: PidFile | None) -> None:
    for _, address in config.listen.addresses():
        if isinstance(address, Unix):
            try:
                address.path.unlink(missing_ok=True)
            except OSError:
                logger.debug("%s stays behind; the next start removes it", address)
    if pid_file is not None:
        pid_file.release()

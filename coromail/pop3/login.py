"""From a name and its proof to an open maildrop (RFC 1939 section 4)."""

from __future__ import annotations

import time
from logging import INFO
from typing import TYPE_CHECKING

from coromail.errors import Bye, Err
from coromail.host import Host
from coromail.pop3.login_times import LoginTimes
from coromail.pop3.maildrop import Maildrop

if TYPE_CHECKING:
    from coromail.pop3.session import Session


def delay(session: Session, user: str) -> None:
    """Wait as long as failures from this address, or for this user, have earned."""
    seconds = session.host.login_delay(user, session.transport.peer)
    if seconds:
        session.flush()
        session.host.sleep(seconds)


def failed(session: Session, user: str) -> None:
    """Note a failed login and raise Err (RFC 3206 section 5), or Bye when there were too many."""
    host, peer = session.host, session.transport.peer
    host.login_done(user, peer, False)
    host.log(INFO, f"pop3 login failed user={user!r} address={peer}")
    session.login_failures += 1
    if host.limits.login_failures and session.login_failures >= host.limits.login_failures:
        raise Bye("Too many failed logins", code="AUTH")
    raise Err("Wrong name or password", code="AUTH")


def succeeded(session: Session) -> None:
    """`session.auth` was convinced: lock and open the maildrop, and answer.

    Raises:
        Err: LOGIN-DELAY, IN-USE (RFC 2449 section 8.1), or too many connections.
    """
    auth, host, peer = session.auth, session.host, session.transport.peer
    user = auth.user or ""
    host.login_done(user, peer, True)
    if not host.may_log_in(user, peer):
        raise Err("Too many connections of this user from this address", code="SYS/TEMP")
    policy = host.pop3.for_user(auth.user_settings(user))
    times = host.auth_context.shared("pop3 login times", LoginTimes)
    if times.too_soon(user, time.monotonic()):
        raise Err("Your last login was too short a time ago", code="LOGIN-DELAY")
    if user in locks(host):
        raise Err("Somebody else has this maildrop open", code="IN-USE")
    locks(host).add(user)
    try:
        model = host.make_model(auth)
        try:
            session.open(model, Maildrop(model.select("INBOX"), policy))
        except BaseException:
            model.close()
            raise
    except BaseException:
        locks(host).discard(user)
        raise
    session.locked = user
    if policy.login_delay:
        times.logged_in(user, policy.login_delay, time.monotonic())
    host.logged_in(user, peer)
    session.ok("%d messages", session.maildrop.count)


def locks(host: Host) -> set[str]:
    """The users whose maildrops are open by POP3."""
    users: set[str] = host.model_context.shared("pop3 locks", set)
    return users

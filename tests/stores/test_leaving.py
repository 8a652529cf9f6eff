"""An account that leaves memory while somebody comes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import gevent
import pytest
from gevent.lock import BoundedSemaphore

from coromail.context import Context
from coromail.stores.maildir import MaildirModel, indexing
from tests.stores.maildir_home import append, subjects


class Pool:
    """An `offload` that lets others go on; somebody visits in the middle of call number `at`."""

    def __init__(self) -> None:
        self.calls = 0
        self.at = 0
        self.visit: Callable[[], MaildirModel]
        self.visitor: gevent.Greenlet[[], MaildirModel] | None = None

    def __call__(self, function: Callable[..., Any], *args: Any) -> Any:
        self.calls += 1
        if self.calls == self.at:
            self.visitor = gevent.spawn(self.visit)
        gevent.sleep(0)
        return function(*args)


def later(seconds: float, function: Callable[[], None]) -> None:
    """The `call_later` of a server, where nothing comes by itself."""


def test_who_comes_while_an_account_leaves_has_it_open_and_is_not_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whenever it is: the account stays, or another is opened; never two at once on one journal."""
    monkeypatch.setattr(indexing, "WORTH", 1)
    last = tried = 0
    while tried <= last:
        tried += 1
        pool = Pool()
        settings = {"path": str(tmp_path / str(tried) / "{user}"), "fsync": "never"}
        context = Context(settings, offload=pool, call_later=later, make_lock=BoundedSemaphore)

        def login(context: Context = context) -> MaildirModel:
            auth = SimpleNamespace(user="alice", user_settings=lambda _: {})
            return MaildirModel(auth, context)  # type: ignore[arg-type]

        model = login()
        inbox = model.select("INBOX")
        append(inbox, "one", "two", "three")
        list(inbox.may_hold("hello", [1, 2, 3]))
        model.account.texts.step()
        inbox.expunge([2])
        model.close()

        def visit(login: Callable[[], MaildirModel] = login) -> MaildirModel:
            visiting = login()
            append(visiting.select("INBOX"), "four")
            return visiting

        pool.calls, pool.at, pool.visit = 0, tried, visit
        model.account.leave()
        last, pool.at = pool.calls, 0
        if pool.visitor is not None:
            visiting = pool.visitor.get(timeout=10)
            next_one = login()
            assert next_one.account is visiting.account
            assert subjects(next_one.select("INBOX")) == ["one", "three", "four"], f"call {tried}"
        context.close()
    assert last > 4

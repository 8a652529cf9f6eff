"""Several sources of users, asked one after the other."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any, TypeVar

from coromail.auth.auth import Auth
from coromail.auth.problem import Problem, UsersError, in_settings
from coromail.auth.sasl.exchange import method_name
from coromail.auth.scram_keys import ScramKeys
from coromail.context import Context

T = TypeVar("T")
WITHOUT_PASSWORD = frozenset({"EXTERNAL", "OAUTHBEARER", "XOAUTH2"})


class Chain(Auth):
    """The setting `chain` lists the sources: each a mapping with `class` and the settings of that class.

    The first source that accepts a user answers all later questions about it. Mechanisms for passwords are those
    of every source that takes passwords, in the order of the first one: who picks a mechanism must not pick a
    source with it. Tokens and certificates are taken where any source takes them.
    """

    def __init__(self, context: Context | None = None) -> None:
        super().__init__(context)
        self.links = [class_(link) for class_, link in links(self.context)]
        self._answering: Auth | None = None

    @classmethod
    def problems(cls, context: Context) -> list[Problem]:
        try:
            asked = [class_.problems(link) for class_, link in links(context)]
        except UsersError as error:
            return error.problems
        return [
            found if found.setting is None else replace(found, setting=("chain", place, *found.setting))
            for place, link in enumerate(asked)
            for found in link
        ]

    @classmethod
    def reload(cls, context: Context) -> list[Problem]:
        return [problem for class_, link in links(context) for problem in class_.reload(link)]

    def _asked(self) -> Iterator[Auth]:
        for link in self.links:
            link.connection = self.connection
            yield link

    def prepare_user(self, name: str) -> str | None:
        return self.links[0].prepare_user(name)

    def auth_plain(self, user: str, password: str) -> bool:
        self._answering = None
        for link in self._asked():
            link.user = None
            if link.takes_passwords() and link.auth_plain(user, password):
                self._answering = link
                self.user = link.user
                return True
        return False

    def sasl_provides(self) -> list[str]:
        provided = [link.sasl_provides() for link in self.links]
        tokens = [name for names in provided for name in names if name in WITHOUT_PASSWORD]
        secret = [[name for name in names if name not in WITHOUT_PASSWORD] for names in provided]
        first, *others = [names for names in secret if names] or [[]]
        common = [name for name in first if all(name in other for other in others)]
        return [name for name in dict.fromkeys(tokens + common) if hasattr(self, method_name(name))]

    @property
    def provides_plain(self) -> bool:  # type: ignore[override]
        """Whether any source takes passwords."""
        return any(link.takes_passwords() for link in self.links)

    @property
    def provides_apop(self) -> bool:  # type: ignore[override]
        """Whether every source that takes passwords can do APOP."""
        asked = [link.provides_apop for link in self.links if link.takes_passwords()]
        return bool(asked) and all(asked)

    def secret(self, user: str) -> str | None:
        return self._first(lambda link: link.secret(user))

    def scram_keys(self, user: str, mechanism: str) -> ScramKeys | None:
        return self._first(lambda link: link.scram_keys(user, mechanism))

    def decoy_scram_keys(self, user: str, mechanism: str) -> ScramKeys:
        able = [link for link in self.links if mechanism in link.sasl_provides()] or self.links
        return able[self.scram_salt(user, mechanism)[0] % len(able)].decoy_scram_keys(user, mechanism)

    def check_token(self, token: str, user: str | None) -> str | None:
        return self._first(lambda link: link.check_token(token, user))

    def token_failure(self) -> Mapping[str, str]:
        takers = [link for link in self.links if "OAUTHBEARER" in link.sasl_provides()]
        return takers[0].token_failure() if takers else super().token_failure()

    def external_user(self, names: list[str]) -> str | None:
        return self._first(lambda link: link.external_user(names))

    def anonymous_user(self) -> str | None:
        return self._first(lambda link: link.anonymous_user())

    def knows(self, user: str) -> bool:
        return bool(self._first(lambda link: link.knows(user) or None))

    def may_log_in(self, user: str) -> bool:
        return self._answering is not None and self._answering.may_log_in(user)

    def may_act_as(self, user: str, other: str) -> bool:
        """Masters of one source act as the users of all; the source that knows `other` answers from now on."""
        answering = self._answering
        if answering is None:
            return False
        return answering.may_act_as(user, other) or (answering.is_master(user) and self.knows(other))

    def user_settings(self, user: str) -> Mapping[str, Any]:
        return self._answering.user_settings(user) if self._answering is not None else {}

    def _first(self, ask: Callable[[Auth], T | None]) -> T | None:
        """The answer of the first source that has one; that source answers from now on."""
        self._answering = None
        for link in self._asked():
            answer = ask(link)
            if answer is not None:
                self._answering = link
                return answer
        return None


def links(context: Context) -> list[tuple[type[Auth], Context]]:
    """The classes of a chain with a context for each, the same ones every time. Raises `UsersError`."""

    def make() -> list[tuple[type[Auth], Context]]:
        chain = context.settings.get("chain")
        if not isinstance(chain, list) or not chain or not all(isinstance(link, dict) for link in chain):
            raise UsersError([in_settings("write a list of mappings, each with a class", "chain")])
        return [(_class(link), _context(context, link)) for link in chain]

    return context.shared("coromail.auth.chain", make)


def _class(link: Mapping[str, Any]) -> type[Auth]:
    module, _, name = str(link.get("class", "")).partition(":")
    try:
        class_ = getattr(importlib.import_module(module), name)
    except (ImportError, AttributeError, ValueError):
        class_ = None
    if "master_separator" in link:
        raise UsersError(
            [in_settings("write it beside chain:, for all sources", "chain", "master_separator")]
        )
    if not isinstance(class_, type) or not issubclass(class_, Auth):
        raise UsersError([in_settings(f'"{link.get("class", "")}" is no Auth class', "chain")])
    return class_


def _context(context: Context, link: Mapping[str, Any]) -> Context:
    inherited = ("plaintext_without_tls", "password_queue")
    settings = {key: context.settings[key] for key in inherited if key in context.settings} | dict(link)
    return Context(
        settings,
        context.directory,
        context.offload,
        context.watch,
        context.call_soon,
        context.call_later,
        context.make_lock,
        context.sync,
    )

"""Read a configuration and say everything that is wrong with it: file, line, what to write instead."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from coromail.app.addresses import TCP, Address
from coromail.app.config import OWN_SETTINGS, Config
from coromail.app.source import Place, Source, Unreadable, leaves, read
from coromail.auth.problem import Problem

OWN = "coromail."
MAILDIR = "coromail.stores.maildir:MaildirModel"
FILES = (
    frozenset(  # section and last key of the settings that name files which are read while the server runs
        [
            ("tls", "certificate"),
            ("tls", "key"),
            ("listeners", "client_ca"),
            ("auth", "users_file"),
            ("auth", "passwd_file"),
            ("auth", "ca"),
            ("auth", "sqlite"),
            ("store", "path"),
            ("log", "target"),
        ]
    )
)


class ConfigurationError(Exception):
    """A configuration with mistakes; holds all the `problems` that were found."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = sorted(problems, key=lambda problem: (str(problem.file), problem.line))
        super().__init__("\n".join(map(str, self.problems)))


@dataclass(frozen=True, slots=True)
class Reading:
    """What a file holds; in `config` the sections with mistakes (`broken`) are left at their defaults."""

    config: Config
    source: Source
    broken: frozenset[str]
    problems: list[Problem]


def read_config(file: Path, *, jailed: bool = False) -> Reading:
    """The configuration in `file`. Raises ConfigurationError with every mistake that the text shows.

    `jailed` leaves the section `process` out: it has been obeyed, and its names mean nothing inside a chroot.
    """
    reading = examine(file, jailed=jailed)
    if reading.problems:
        raise ConfigurationError(reading.problems)
    return reading


def examine(file: Path, *, jailed: bool = False) -> Reading:
    """Read `file` as far as it can be understood. Raises ConfigurationError if it is no YAML mapping."""
    try:
        source = read(file)
    except Unreadable as unreadable:
        raise ConfigurationError([unreadable.problem]) from None
    if jailed and isinstance(source.value, dict):
        source.value.pop("process", None)
    directory = file.absolute().parent
    problems = [*source.repeated, *_misspelt_settings(source)]
    broken: frozenset[str] = frozenset()
    try:
        config = Config.parse(source.value, directory)
    except ValidationError as error:
        details = error.errors(include_url=False)
        problems += [_explain(detail, source) for detail in details]
        if any(not detail["loc"] for detail in details):
            raise ConfigurationError(problems) from None
        broken = frozenset(str(detail["loc"][0]) for detail in details)
        rest = {key: value for key, value in source.value.items() if str(key) not in broken}
        config = Config.parse(rest, directory)
    problems += _contradictions(config, source, broken)
    return Reading(config, source, broken, problems)


def _explain(detail: ErrorDetails, source: Source) -> Problem:
    place: Place = tuple(detail["loc"])
    kind = detail["type"]
    if kind == "extra_forbidden":
        return source.problem(place, _unknown_key(place, _keys(_section(place[:-1]))))
    if kind == "invalid_key":
        place = (*place[:-1], str(place[-1]).strip("'[]"))
        return source.problem(place, "a key must be text; write a name, or put it in quotes")
    if kind == "missing":
        return source.problem(place[:-1], f"{place[-1]} is missing; add {place[-1]}: with its value")
    if kind in ("model_type", "model_attributes_type", "dict_type"):
        return source.problem(place, _expected_section(place))
    return source.problem(place, _ADVICE.get(kind, _own_words)(detail))


def _own_words(detail: ErrorDetails) -> str:
    return detail["msg"].removeprefix("Value error, ")


def _one_of(detail: ErrorDetails) -> str:
    words = detail["ctx"]["expected"].replace("'", "").replace(" or ", ", ").split(", ")
    return (
        f"{_shown(detail)} is not known; write {_nearest(str(detail['input']), words) or ' or '.join(words)}"
    )


def _shown(detail: ErrorDetails) -> str:
    return repr(detail["input"])[:60]


_ADVICE: dict[str, Callable[[ErrorDetails], str]] = {
    "value_error": lambda detail: f"{_shown(detail)}: {_own_words(detail)}",
    "literal_error": _one_of,
    "string_type": lambda detail: f"{_shown(detail)} is not text; write it in quotes",
    "bool_type": lambda detail: f"{_shown(detail)} is not a switch; write true or false",
    "bool_parsing": lambda detail: f"{_shown(detail)} is not a switch; write true or false",
    "int_type": lambda detail: f"{_shown(detail)} is not a number; write one, such as 10",
    "int_parsing": lambda detail: f"{_shown(detail)} is not a number; write one, such as 10",
    "int_from_float": lambda detail: f"{_shown(detail)} is not a whole number; write one, such as 10",
    "greater_than_equal": lambda detail: f"{_shown(detail)} is negative; write 0 or more (0 = no limit)",
    "list_type": lambda detail: f"{_shown(detail)} is not a list; write [{_quoted(detail['input'])}]",
}


def _quoted(value: object) -> str:
    return f'"{value}"' if isinstance(value, str) else "..."


def _section(place: Place) -> type[BaseModel] | None:
    """The model of the section at `place`."""
    model: type[BaseModel] = Config
    named = False  # the next step is a name or number that the user chose
    for step in place:
        if named:
            named = False
            continue
        field = next((f for name, f in model.model_fields.items() if (f.alias or name) == step), None)
        found = [a for a in (field.annotation, *get_args(field.annotation)) if _is_model(a)] if field else []
        if not found:
            return None
        model, named = found[0], get_origin(field.annotation if field else None) in (dict, list)
    return model


def _is_model(annotation: Any) -> bool:
    return isinstance(annotation, type) and issubclass(annotation, BaseModel)


def _keys(model: type[BaseModel] | None) -> list[str]:
    return [field.alias or name for name, field in model.model_fields.items()] if model else []


def _expected_section(place: Place) -> str:
    keys = ", ".join(f"{key}:" for key in _keys(_section(place)))
    return f"a section is expected here; write its keys on lines of their own, indented: {keys}"


def _nearest(word: str, known: Iterable[str]) -> str | None:
    return next(iter(difflib.get_close_matches(word.lower(), list(known), 1, 0.6)), None)


def _unknown_key(place: Place, known: list[str]) -> str:
    name = str(place[-1])
    for section in ((), *((key,) for key in _keys(Config))):
        if section != place[:-1] and name in _keys(_section(section)):
            return (
                f"unknown key; it belongs into {section[0]}"
                if section
                else "unknown key; it belongs to the top"
            )
    if near := _nearest(name, known):
        return f"unknown key; did you mean {near}?"
    return f"unknown key; known are {', '.join(known)}"


def _contradictions(config: Config, source: Source, broken: frozenset[str]) -> Iterator[Problem]:
    """Mistakes that no setting has by itself. Nothing is said about sections that are `broken` anyway."""
    if "listen" not in broken:
        yield from _listening(config, source, tls_missing=config.tls is None and "tls" not in broken)
    if config.store.class_ == MAILDIR and "{" not in config.store.path:
        yield source.problem(
            ("store", "path"), "all users would share one mailbox; write {user} into the path"
        )
    if config.process.chroot is not None:
        yield from _locked_in(config.process.chroot, config, source)


def _locked_in(chroot: Path, config: Config, source: Source) -> Iterator[Problem]:
    """Paths must mean the same before and after chroot()."""
    if not config.directory.is_relative_to(chroot):
        text = f"the configuration must lie in it, to be read again on SIGHUP; move it below {chroot}"
        yield source.problem(("process", "chroot"), text)
    for place, value in leaves(source.value):
        if (place[0], place[-1]) in FILES and str(value).startswith("/"):
            text = (
                "with process.chroot write a path relative to this file; it means the same inside and outside"
            )
            yield source.problem(place, text)


def _listening(config: Config, source: Source, *, tls_missing: bool) -> Iterator[Problem]:
    if not config.listen.addresses():
        yield source.problem(("listen",), 'no address to listen on; write, say, imap: ["127.0.0.1:1143"]')
    seen: dict[Address, str] = {}
    for kind, addresses in config.listen:
        for index, address in enumerate(addresses):
            place: Place = ("listen", kind, index)
            if address in seen:
                text = f"{address} is taken by {seen[address]} already; write another port"
                yield source.problem(place, text)
            if not (isinstance(address, TCP) and address.port == 0):
                seen.setdefault(address, f"listen.{kind}")
            if kind in ("imaps", "pop3s") and tls_missing:
                yield source.problem(place, "TLS needs a section tls: with certificate: and key:")


def _misspelt_settings(source: Source) -> Iterator[Problem]:
    """`auth` and `store` take any settings of the user's own class; those of our classes are known."""
    for name, own in OWN_SETTINGS.items():
        written = source.value.get(name) if isinstance(source.value, dict) else None
        if not isinstance(written, dict) or not str(written.get("class", OWN)).startswith(OWN):
            continue
        known = [*_keys(_section((name,))), *own]
        for key in written:
            if str(key) not in known:
                yield source.problem((name, str(key)), _unknown_key((name, str(key)), known))

"""The kinds of values that settings have, and how each is checked."""

from __future__ import annotations

import ipaddress
import re
from pathlib import Path
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field, PlainValidator, ValidationInfo

from coromail.app.addresses import Address, parse_address
from coromail.app.units import parse_duration, parse_size

_CLASS_NAME = re.compile(r"[^\W\d]\w*(?:\.[^\W\d]\w*)*:[^\W\d]\w*")
_UMASK = re.compile(r"(?:0o)?([0-7]{1,4})")


def _directory(info: ValidationInfo) -> Path:
    directory: Path = (info.context or {}).get("directory", Path())
    return directory


def _class_name(value: object) -> str | type[Any]:
    if isinstance(value, type) or (isinstance(value, str) and _CLASS_NAME.fullmatch(value)):
        return value
    raise ValueError('write the class as "module:Class", such as "your.module:YourClass"')


def parse_umask(value: object) -> int:
    if isinstance(value, str) and (match := _UMASK.fullmatch(value)):
        return int(match[1], 8)
    raise ValueError('write octal digits in quotes, such as "027"')


def _network(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError('write an address or network in quotes, such as "192.0.2.0/24"')  # noqa: TRY004
    try:
        return str(ipaddress.ip_network(value))
    except ValueError:
        pass
    try:
        whole = ipaddress.ip_network(value, strict=False)
    except ValueError:
        raise ValueError('write an address or network, such as "192.0.2.0/24" or "2001:db8::/32"') from None
    raise ValueError(f'the address has bits beyond the network; write "{whole}"')


def _address(value: object, info: ValidationInfo) -> Address:
    return parse_address(value, _directory(info))


def none_is_empty(value: object) -> object:
    return [] if value is None else value


def none_is_empty_mapping(value: object) -> object:
    return {} if value is None else value


def _resolve(value: Path, info: ValidationInfo) -> Path:
    return _directory(info) / value


def parse_log_target(value: object, info: ValidationInfo) -> object:
    if isinstance(value, str) and value not in ("stderr", "syslog"):
        return str(_directory(info) / value)
    return value


Size = Annotated[int, PlainValidator(parse_size)]
Seconds = Annotated[float, PlainValidator(parse_duration)]
Count = Annotated[int, Field(ge=0)]
ClassName = Annotated[str | type[Any], PlainValidator(_class_name)]
Network = Annotated[str, PlainValidator(_network)]
Networks = Annotated[list[Network], BeforeValidator(none_is_empty)]
ListenAddress = Annotated[Address, PlainValidator(_address)]
Addresses = Annotated[list[ListenAddress], BeforeValidator(none_is_empty)]
ClassNames = Annotated[list[ClassName], BeforeValidator(none_is_empty)]
Words = Annotated[list[str], BeforeValidator(none_is_empty)]
ConfigPath = Annotated[Path, AfterValidator(_resolve)]

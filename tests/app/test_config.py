import dataclasses

import pytest

from coromail.app.config import Config
from coromail.limits import Limits


def config(**sections):
    from pathlib import Path

    return Config.parse(sections, Path("/etc/coromail"))


def test_defaults_are_the_contracted_ones():
    default = config()
    assert default.auth.settings == {
        "class": "coromail.auth.users_file:UsersFile",
        "users_file": "users.yaml",
        "plaintext_without_tls": False,
    }
    assert default.store.settings == {
        "class": "coromail.stores.maildir:MaildirModel",
        "path": "/var/mail/{user}",
    }
    assert default.poll_every == 0
    assert default.listen.addresses() == []
    assert (default.process.umask, default.log.level, default.log.format) == (0o077, "info", "text")


def test_limits_are_those_of_the_server():
    settings = config().limits
    assert settings.limits() == Limits()
    assert set(type(settings).model_fields) == {field.name for field in dataclasses.fields(Limits)}


def test_sizes_durations_and_networks_are_parsed():
    limits = config(
        limits={"append": "2M", "auth_idle": "45m", "exempt_networks": ["::1", "10.0.0.0/8"]}
    ).limits
    assert (limits.append, limits.auth_idle) == (2 << 20, 2700)
    assert limits.limits().exempt_networks == ["::1/128", "10.0.0.0/8"]


def test_further_keys_reach_the_class():
    assert config(auth={"class": "a:B", "database": {"host": "x"}}).auth.settings["database"] == {"host": "x"}


def test_a_class_itself_may_stand_for_its_name():
    assert config(store={"class": dict}).store.class_ is dict


def every_setting(model=Config, prefix=""):
    for name, field in model.model_fields.items():
        key = prefix + (field.alias or name)
        inner = [
            t
            for t in (field.annotation, *getattr(field.annotation, "__args__", ()))
            if hasattr(t, "model_fields")
        ]
        if inner:
            yield from every_setting(inner[0], key + ".")
        else:
            yield key, field


@pytest.mark.parametrize(("key", "field"), list(every_setting()))
def test_every_setting_has_a_sentence_of_help(key, field):
    assert field.description, key

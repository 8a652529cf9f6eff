import dataclasses
import re
from pathlib import Path

import pytest

from coromail.app.config import OWN_SETTINGS, Config
from coromail.limits import Limits
from coromail.pop3_policy import Pop3Policy
from tests.app.settings_table import DOCUMENT, every_setting, table


def config(**sections):
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
        "mailboxes": {name: f"\\{name}" for name in ("Drafts", "Sent", "Junk", "Trash", "Archive")},
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


@pytest.mark.parametrize(("key", "field"), list(every_setting()))
def test_every_setting_has_a_sentence_of_help(key, field):
    assert field.description, key


def test_the_documentation_has_every_setting():
    """Else run `python -m tests.app.settings_table`."""
    assert DOCUMENT.read_text().endswith(table())


def test_the_full_example_has_every_setting():
    example = (DOCUMENT.parents[1] / "config/coromail.yaml").read_text()
    own_files = {
        f"auth.{key}" for key in ("passwd_file", "chain", "mechanisms", "pam", "ldap", "sql", "oauth")
    }
    for key, _ in every_setting():
        if key not in own_files:
            assert re.search(rf"\b{key.rpartition('.')[2]}:", example), key


def test_pop3_policy_is_that_of_the_sessions():
    settings = config().pop3
    assert settings.policy() == Pop3Policy()
    assert set(type(settings).model_fields) == {field.name for field in dataclasses.fields(Pop3Policy)}
    assert config(pop3={"workarounds": ["oe-ns-eoh"]}).pop3.policy().workarounds == {"oe-ns-eoh"}


PACKAGE = Path(__file__).parents[2] / "coromail"
READ = re.compile(
    r"""context\.settings(?:\.get\(|\[)"(\w+)"|\bsettings\.get\("(\w+)", |setting: ClassVar\[str\] = "(\w+)\""""
)


@pytest.mark.parametrize(("section", "folders"), [("auth", ["auth"]), ("store", ["model", "stores"])])
def test_every_setting_that_our_classes_read_is_a_known_key(section, folders):
    files = [file for folder in folders for file in (PACKAGE / folder).rglob("*.py")]
    read = {name for file in files for match in READ.findall(file.read_text()) for name in match if name}
    users = {"master", "password", "app_passwords"}  # settings of a user, not of the class
    known = set(OWN_SETTINGS[section]) | set(getattr(config(), section).settings)
    assert read - users <= known
    assert read, "the pattern finds nothing"

import json
import logging

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coromail.app import logs
from coromail.app.config import Log


@pytest.fixture
def log_to(tmp_path):
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    root.handlers[:] = []
    path = tmp_path / "log"

    def configure(**settings):
        logs.configure(Log(target=str(path), **settings))
        return path

    yield configure
    for handler in root.handlers[:]:
        handler.close()
    root.handlers[:], root.level = handlers, level


logger = logging.getLogger("coromail.test")

HOSTILE = "x\r\n2026-01-01T00:00:00 info coromail: forged\x1b[2J\x00\x85\u2028\u202e\udc80é"


def test_a_client_cannot_forge_a_line_in_text(log_to):
    path = log_to()
    logger.info("user %s", HOSTILE)
    content = path.read_text()
    assert content.count("\n") == 1
    assert content.rstrip("\n").isprintable()
    assert content.endswith(
        r"info coromail.test: user x\r\n2026-01-01T00:00:00 info coromail: forged\x1b[2J\x00\x85"
        r"\u2028\u202e\udc80é" + "\n"
    )


def test_a_client_cannot_forge_a_line_in_json(log_to):
    path = log_to(format="json")
    logger.warning("user %s", HOSTILE)
    content = path.read_text()
    assert content.count("\n") == 1
    assert content.rstrip("\n").isprintable()
    line = json.loads(content)
    assert line.pop("time")
    assert line == {"level": "warning", "logger": "coromail.test", "message": "user " + HOSTILE}


@pytest.mark.parametrize("form", ["text", "json"])
def test_a_traceback_is_on_one_line(log_to, form):
    path = log_to(format=form)
    try:
        int("a\nb")
    except ValueError:
        logger.exception("oops")
    content = path.read_text()
    assert content.count("\n") == 1
    assert "test_logs.py" in content


def test_level(log_to):
    path = log_to(level="warning")
    logger.info("quiet")
    logger.warning("loud")
    assert [line.rpartition(" ")[2] for line in path.read_text().splitlines()] == ["loud"]


def test_rotation_is_followed(log_to):
    path = log_to()
    logger.info("one")
    path.rename(path.with_name("log.1"))
    logger.info("two")
    logs.reopen()
    logger.info("three")
    assert path.with_name("log.1").read_text().count("\n") == 2
    assert path.read_text().endswith("three\n")


def test_when_the_new_file_cannot_be_opened_the_old_one_stays(log_to):
    path = log_to()
    moved = path.with_name("log.1")
    path.rename(moved)
    path.mkdir()
    logs.reopen()
    logger.info("still here")
    assert "cannot reopen" in moved.read_text()
    assert "still here" in moved.read_text()


def test_a_log_in_a_missing_folder_is_told(tmp_path):
    with pytest.raises(logs.LogUnavailable, match=r"cannot log to .*: No such file or directory"):
        logs.configure(Log(target=str(tmp_path / "none/log")))


@given(st.text())
def test_escaped_text_is_printable(text):
    escaped = logs.escape(text)
    assert escaped.isprintable()
    assert not text.isprintable() or escaped == text

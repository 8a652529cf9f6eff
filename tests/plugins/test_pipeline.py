"""The pipeline: order, hooks, what is eaten, what goes wrong."""

from __future__ import annotations

import logging

import pytest

from coromail.plugins import Eat, Event, Pipeline, Plugin
from coromail.plugins import pipeline as pipeline_module


class Noting(Plugin):
    """Appends its name to the event's arguments and returns what it was told to."""

    def __init__(self, name: str, result: object = None) -> None:
        self.name = name
        self.result = result
        self.gone = False

    def pop3d_cmd_stat(self, event: Event) -> Eat | None:
        event.arguments.append(self.name)
        return self.result  # type: ignore[return-value]

    def plugin_unregister(self, pipeline: Pipeline) -> None:
        self.gone = True


def stat(pipeline: Pipeline) -> tuple[Eat, list[str]]:
    event = Event("cmd_stat")
    return pipeline.process("pop3d", event), event.arguments


def filled(**results: object) -> Pipeline:
    pipeline = Pipeline()
    for name, result in results.items():
        pipeline.push(name, Noting(name, result))
    return pipeline


# Order


def test_an_empty_pipeline_is_false() -> None:
    pipeline = Pipeline()
    assert not pipeline
    pipeline.push("a", Noting("a"))
    assert pipeline
    pipeline.pop()
    assert not pipeline
    pipeline.listeners.register(print, "all")
    assert pipeline


def test_push_pop_shift_unshift() -> None:
    pipeline = filled(a=None, b=None)
    pipeline.unshift("z", Noting("z"))
    assert pipeline.order() == ["z", "a", "b"]
    assert stat(pipeline) == (Eat.NONE, ["z", "a", "b"])
    last, first = pipeline.pop(), pipeline.shift()
    assert isinstance(last, Noting)
    assert isinstance(first, Noting)
    assert (last.name, first.name) == ("b", "z")
    assert last.gone
    assert [alias for alias, _ in pipeline] == ["a"]
    assert len(pipeline) == 1


def test_insert_replace_remove_get() -> None:
    pipeline = filled(a=None, c=None)
    pipeline.insert_after("a", "b", Noting("b"))
    pipeline.insert_before("a", "0", Noting("0"))
    assert pipeline.order() == ["0", "a", "b", "c"]
    old = pipeline.replace("b", "B", Noting("B"))
    assert isinstance(old, Noting)
    assert old.gone
    assert stat(pipeline)[1] == ["0", "a", "B", "c"]
    found = pipeline.get("a")
    assert pipeline.get(found) is found
    assert pipeline.get_index(found) == 1
    assert pipeline.remove(found) is found
    for call in (pipeline.get, pipeline.remove, pipeline.get_index):
        with pytest.raises(KeyError):
            call("a")


def test_bump_up_and_down() -> None:
    pipeline = filled(a=None, b=None, c=None, d=None)
    assert pipeline.bump_up("c") == 1
    assert pipeline.order() == ["a", "c", "b", "d"]
    assert pipeline.bump_down("a", 2) == 2
    assert pipeline.order() == ["c", "b", "a", "d"]
    assert pipeline.bump_up("d", 99) == 0
    assert pipeline.bump_down("d", 99) == 3
    assert stat(pipeline)[1] == ["c", "b", "a", "d"]


def test_no_alias_and_no_plugin_twice() -> None:
    pipeline = filled(a=None, b=None)
    with pytest.raises(ValueError, match="already"):
        pipeline.push("a", Noting("x"))
    with pytest.raises(ValueError, match="already"):
        pipeline.push("x", pipeline.get("a"))
    with pytest.raises(ValueError, match="already"):
        pipeline.replace("a", "b", Noting("x"))
    pipeline.replace("a", "a", Noting("x"))
    assert stat(pipeline)[1] == ["x", "b"]


def test_the_pipeline_tells_who_comes_and_goes() -> None:
    pipeline = Pipeline()
    heard: list[tuple[str, str]] = []
    pipeline.listeners.register(
        lambda event: heard.append((event.name, event.arguments[0])), "plugin_add", "plugin_del"
    )
    pipeline.push("a", Noting("a"))
    pipeline.remove("a")
    assert heard == [("plugin_add", "a"), ("plugin_del", "a")]


# Who eats what


def test_eating() -> None:
    assert stat(filled(a=None, b=Eat.NONE)) == (Eat.NONE, ["a", "b"])
    assert stat(filled(a=Eat.CLIENT, b=None)) == (Eat.CLIENT, ["a", "b"])
    assert stat(filled(a=Eat.PLUGIN, b=None)) == (Eat.PLUGIN, ["a"])
    assert stat(filled(a=Eat.ALL, b=None)) == (Eat.ALL, ["a"])
    assert stat(filled(a=Eat.CLIENT, b=Eat.PLUGIN, c=None)) == (Eat.ALL, ["a", "b"])


def test_what_is_eaten_reaches_no_listener() -> None:
    for result, count in ((Eat.NONE, 1), (Eat.PLUGIN, 1), (Eat.CLIENT, 0), (Eat.ALL, 0)):
        pipeline = filled(a=result)
        heard: list[Event] = []
        pipeline.listeners.register(heard.append, "cmd_stat")
        pipeline.send_event(Event("cmd_stat"), "pop3d")
        assert len(heard) == count


@pytest.mark.parametrize("result", [7, True, "CLIENT", Eat])
def test_an_invalid_result_counts_as_none(result: object, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.CRITICAL):
        assert stat(filled(bad=result, b=None)) == (Eat.NONE, ["bad", "b"])


def test_a_plugin_that_raises_is_logged_by_name_and_skipped(caplog: pytest.LogCaptureFixture) -> None:
    class Broken(Plugin):
        def pop3d_cmd_stat(self, event: Event) -> None:
            raise ZeroDivisionError

    pipeline = filled(a=None)
    pipeline.unshift("broken one", Broken())
    errors: list[Event] = []
    pipeline.listeners.register(errors.append, "plugin_error")
    assert stat(pipeline) == (Eat.NONE, ["a"])
    assert "broken one" in caplog.text
    assert errors[0].arguments[0] == "broken one"
    assert isinstance(errors[0].arguments[2], ZeroDivisionError)


def test_a_plugin_that_cannot_register(caplog: pytest.LogCaptureFixture) -> None:
    class Broken(Plugin):
        def plugin_register(self, pipeline: Pipeline) -> None:
            raise ZeroDivisionError

    pipeline = filled(a=None)
    pipeline.push("broken", Broken())
    assert stat(pipeline) == (Eat.NONE, ["a"])
    assert "broken" in caplog.text


# Who is asked


def test_default_gets_what_has_no_method() -> None:
    class Watching(Plugin):
        def __init__(self) -> None:
            self.seen: list[str] = []

        def _default(self, event: Event) -> None:
            self.seen.append(event.name)

        def imapd_cmd_fetch(self, event: Event) -> None:
            self.seen.append("my own " + event.name)

    pipeline = Pipeline()
    watching = Watching()
    pipeline.push("watching", watching)
    pipeline.process("pop3d", Event("cmd_stat"))
    pipeline.process("pop3c", Event("response"))
    pipeline.process("imapd", Event("cmd_fetch"))
    assert watching.seen == ["cmd_stat", "response", "my own cmd_fetch"]


def test_register_and_unregister_by_hand() -> None:
    class Shy(Plugin):
        def __init__(self) -> None:
            self.seen: list[str] = []

        def plugin_register(self, pipeline: Pipeline) -> None:
            pipeline.register(self, "POP3D", "cmd_list")

        def _default(self, event: Event) -> None:
            self.seen.append(event.name)

    pipeline = Pipeline()
    shy = Shy()
    pipeline.push("shy", shy)

    def happen() -> list[str]:
        shy.seen.clear()
        for name in ("cmd_stat", "cmd_list"):
            pipeline.process("pop3d", Event(name))
        return shy.seen

    assert happen() == ["cmd_list"]
    pipeline.register(shy, "pop3d")
    assert happen() == ["cmd_stat", "cmd_list"]
    pipeline.unregister(shy, "pop3d", "all")
    assert happen() == ["cmd_list"]
    pipeline.unregister(shy)
    assert happen() == []


def test_listeners() -> None:
    pipeline = Pipeline()
    heard: list[str] = []

    def some(event: Event) -> None:
        heard.append("some " + event.name)

    def every(event: Event) -> None:
        heard.append("every " + event.name)

    def broken(event: Event) -> None:
        raise ZeroDivisionError

    listeners = pipeline.listeners
    listeners.register(broken)
    listeners.register(some, "connection", "disconnected")
    listeners.register(some, "connection")
    listeners.register(every, "all")
    logging.disable(logging.CRITICAL)
    try:
        for name in ("connection", "registered"):
            pipeline.send_event(Event(name), "imapd")
    finally:
        logging.disable(logging.NOTSET)
    assert heard == ["some connection", "every connection", "every registered"]
    for listener in (some, every, broken):
        listeners.unregister(listener)
    listeners.unregister(some, "connection")
    assert not pipeline


def test_events_do_not_show_what_they_hold() -> None:
    assert "secret" not in repr(Event("cmd_pass", None, [b"secret"]))


def test_verbs_that_clients_invent_are_not_remembered_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pipeline_module, "MAX_NAMES", 10)
    pipeline = filled(a=None)
    for number in range(100):
        pipeline.process("pop3d", Event(f"cmd_{number}"))
    assert len(pipeline._handlers) == 10
    assert stat(pipeline)[1] == ["a"]

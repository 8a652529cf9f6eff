"""The benchmarks run, and their answers are right: a few operations on a few messages."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.__main__ import main
from benchmarks.corpus import Corpus, mail


def test_the_corpus_is_the_same_every_time(tmp_path: Path) -> None:
    assert mail(33).octets == mail(33).octets
    assert b"\r" not in mail(3).octets
    facts = Corpus(tmp_path, 60).facts(60)
    assert (facts.count, facts.subject, facts.text) == (60, 2, 2)
    assert facts.octets == sum(path.stat().st_size for path in (tmp_path / "crlf/cur").iterdir())


def test_every_kind_of_workload_gets_right_answers(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    report = tmp_path / "performance.md"
    names = ["noop1000", "login-tls", "bodies", "search-text", "append20", "pop3-uidl", "fan-out"]
    options = ["--rounds", "1", "--messages", "60", "--scale", "0.02", "--no-dovecot", "--dir", str(tmp_path)]
    status = main([*options, "--report", str(report), "--only", *names])
    assert status == 0, capsys.readouterr().out
    assert report.read_text().count("\n| ") > len(names)

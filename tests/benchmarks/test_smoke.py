"""The benchmarks run, and their answers are right: a few operations on a few messages."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks import report, soak
from benchmarks.__main__ import main
from benchmarks.corpus import Corpus, mail
from benchmarks.run import WORKLOADS, Sample


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
    names = [
        "noop1000",
        "login-tls",
        "bodies",
        "first-open-10k",
        "search-text",
        "append20",
        "pop3-uidl",
        "fan-out",
    ]
    options = ["--rounds", "1", "--messages", "60", "--scale", "0.02", "--no-dovecot", "--dir", str(tmp_path)]
    status = main([*options, "--report", str(report), "--only", *names])
    assert status == 0, capsys.readouterr().out
    assert report.read_text().count("\n| ") > len(names)


def test_the_report_keeps_the_notes_and_names_what_was_missed(tmp_path: Path) -> None:
    path = tmp_path / "performance.md"
    path.write_text("# Performance\n\nold figures\n\n## Notes\n\nBy hand.\n")
    results = {
        name: {"coromail": [Sample(1, cpu)], "Dovecot": [Sample(1, 1.0)]}
        for name, cpu in (("noop", 0.9), ("noop50", 0.9))
    }
    report.write(path, results, [], 1)
    text = path.read_text()
    assert "old figures" not in text
    assert text.endswith("\n## Notes\n\nBy hand.\n")
    assert f"{WORKLOADS['noop50'].title}: 0.9 for 0.5." in text
    assert f"{WORKLOADS['noop'].title}: 0.9" not in text


def test_a_soak_of_some_seconds_finds_no_error(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.argv", ["soak", "--minutes", "0.05", "--clients", "6"])
    assert soak.main() == 0, capsys.readouterr().out

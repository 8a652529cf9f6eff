"""The measurements of growth run, and their answers are right: on a few messages, mailboxes and connections."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks import growth, growth_work
from benchmarks.growth_report import BEGIN, END, slope, write


def test_the_slope_of_figures() -> None:
    assert slope({10: 5.0, 100: 50.0, 1000: 500.0}) == pytest.approx(1.0)
    assert slope({10: 5.0, 1000: 5.0}) == pytest.approx(0.0)
    assert slope({10: 5.0}) is None


def test_only_what_is_between_the_marks_is_written_anew(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(f"# Page\n{BEGIN}\nold\n{END}\nrest\n")
    write(page, "new\n")
    assert page.read_text() == f"# Page\n{BEGIN}\nnew\n{END}\nrest\n"
    page.write_text("# Page\n")
    with pytest.raises(ValueError, match="growth"):
        write(page, "new\n")


@pytest.mark.timeout(300)  # it starts four servers
@pytest.mark.parametrize(
    ("sizes", "works"),
    [
        ("--messages 120 --mailboxes --connections", growth_work.MAILBOX),
        ("--messages --mailboxes 4 --connections 3", growth_work.MAILBOXES + growth_work.CONNECTIONS),
    ],
)
def test_everything_is_measured(
    sizes: str, works: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(growth_work, "REST", 0.1)
    monkeypatch.setattr(growth_work, "AFTER", 0.1)
    page = tmp_path / "page.md"
    page.write_text(f"{BEGIN}\n{END}\n")
    options = ["--no-dovecot", "--dir", str(tmp_path / "work"), "--report", str(page)]
    assert growth.main([*sizes.split(), *options]) == 0
    text = page.read_text()
    for work in works:
        assert f"| {work} | " in text

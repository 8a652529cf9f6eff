"""What was measured at several sizes, as tables with the exponent of growth."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

BEGIN, END = "<!-- growth: begin -->", "<!-- growth: end -->"
OWN = "coromail"

Figures = dict[str, dict[str, dict[str, float]]]  # work, server, size: a figure

HEAD = """\
Written by `python -m benchmarks.growth`: what depends on how much there is, on one and the same Maildir by
coromail and Dovecot 2.3 (`service_count = 0`) in turns; answers are checked. Messages have 2 kB, each a text of its own
with words as frequent as in a language. Figures are milliseconds of CPU time of all processes of the server for one
operation, medians of three turns where it can be repeated, unless the unit says otherwise; searches find the mail
in the page cache. The index of texts is built at one go for this; in a server it rests four times as long.
*Exponent* is the slope of the figures on a double logarithmic scale: 0 does not grow, 1 grows as the number does.
"""


def slope(figures: Mapping[int, float]) -> float | None:
    """The exponent of growth by least squares; None for fewer than two sizes, or where nothing was needed."""
    points = [(math.log(size), math.log(value)) for size, value in figures.items() if value > 0]
    if len(points) < 2:
        return None
    middle = [sum(axis) / len(points) for axis in zip(*points, strict=True)]
    across = sum((x - middle[0]) ** 2 for x, _ in points)
    together = sum((x - middle[0]) * (y - middle[1]) for x, y in points)
    return float(together / across)


def shown(value: float | None) -> str:
    """Three digits, or a dash."""
    if value is None:
        return "-"
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def table(title: str, works: Sequence[str], figures: Figures) -> Iterator[str]:
    """The figures of some works, one line each; `title` says what the sizes count."""
    known = [work for work in works if work in figures]
    sizes = sorted({int(size) for work in known for values in figures[work].values() for size in values})
    servers = sorted({server for work in known for server in figures[work]}, key=lambda name: name != OWN)
    if not known:
        return
    heads = _heads(servers, sizes)
    yield f"| {title} | " + " | ".join(heads) + " |"
    yield "| --- |" + " ---: |" * len(heads)
    for work in known:
        cells: list[str] = []
        for server in servers:
            values = {int(size): value for size, value in figures[work].get(server, {}).items()}
            cells += [shown(values.get(size)) for size in sizes]
            cells.append("-" if (grows := slope(values)) is None else f"{grows:.2f}")
        yield f"| {work} | " + " | ".join(cells) + " |"


def _heads(servers: Sequence[str], sizes: Sequence[int]) -> list[str]:
    return [name for server in servers for name in (*(f"{server} {size:,}" for size in sizes), "exponent")]


def section(tables: Sequence[tuple[str, Sequence[str]]], figures: Figures, where: str) -> str:
    """The text between the marks."""
    parts = [HEAD, f"Measured {datetime.now(UTC).date()}, {where}.", ""]
    for title, works in tables:
        parts += [*table(title, works, figures), ""]
    return "\n".join(parts)


def write(path: Path, text: str) -> None:
    """Put the section between its marks on a page; ValueError when they are not there."""
    page = path.read_text()
    before, begin, rest = page.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"{path} has no {BEGIN} … {END}")
    path.write_text(f"{before}{BEGIN}\n{text}{END}{after}")

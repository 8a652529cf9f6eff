"""Tables and plots of what was measured."""

from __future__ import annotations

import platform
import subprocess
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

from benchmarks.fairness import Fairness
from benchmarks.run import WORKLOADS, Sample, Workload
from benchmarks.servers import ROOT

Results = dict[str, dict[str, list[Sample]]]  # workload, server
OWN = "coromail"
FACTORS = {"kB": 1 / 1024, "ms": 1000.0}  # others are in µs

HEAD = """\
# Performance

Written by `python -m benchmarks`, which starts coromail and, where it is installed, Dovecot 2.3 on copies of the same
Maildir, lets them do the same work in turns and checks each answer. The figures are CPU time (user and system, of all
processes of the server) for one operation, unless the unit says otherwise; *HP* is Dovecot's high-performance mode
(`service_count = 0`). All servers are as durable as they are by default. Figures of different machines or hours say
nothing side by side; **the ratio**, coromail's figure divided by the better Dovecot's, is what lasts. Below 1 coromail
is ahead. *Goal* is the ratio that is aimed at, or, with a unit, coromail's figure.
"""


def figure(workload: Workload, results: Results, server: str) -> float | None:
    """The median of what a server needed, in the unit of the workload; None if it was not measured."""
    samples = results.get(workload.name, {}).get(server)
    if not samples:
        return None
    return median(sample.cost for sample in samples) * FACTORS.get(workload.unit, 1e6)


def ratio(workload: Workload, results: Results) -> float | None:
    """coromail's figure divided by that of the better other server; None when there is none."""
    own = figure(workload, results, OWN)
    others = [figure(workload, results, server) for server in results.get(workload.name, {}) if server != OWN]
    known = [other for other in others if other]
    return own / min(known) if own is not None and known else None


def aim(workload: Workload) -> str:
    """The goal as it is shown."""
    return f"{workload.goal} {workload.unit}" if workload.absolute else str(workload.goal)


def _judged(workload: Workload, results: Results) -> float | None:
    return figure(workload, results, OWN) if workload.absolute else ratio(workload, results)


def reached(workload: Workload, results: Results) -> bool | None:
    """Whether coromail reaches its goal; None where that is not known."""
    own = _judged(workload, results)
    return None if own is None else own <= workload.goal


def _servers(results: Results) -> list[str]:
    return list(dict.fromkeys(server for by_server in results.values() for server in by_server))


def _shown(value: float | None) -> str:
    if value is None:
        return "-"
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def line(workload: Workload, results: Results) -> str:
    """One workload for the terminal."""
    figures = [f"{server} {_shown(figure(workload, results, server))}" for server in _servers(results)]
    return (
        f"{workload.title:62} {workload.unit:12} {'  '.join(figures)}"
        f"  ratio {_shown(ratio(workload, results))} (goal {aim(workload)})"
    )


def table(results: Results) -> Iterable[str]:
    """The table in Markdown."""
    servers = _servers(results)
    yield "| work | unit | " + " | ".join(servers) + " | ratio | goal |"
    yield "| --- | --- |" + " ---: |" * (len(servers) + 2)
    for name in results:
        workload = WORKLOADS[name]
        figures = " | ".join(_shown(figure(workload, results, server)) for server in servers)
        own = ratio(workload, results)
        shown = f"**{_shown(own)}**" if reached(workload, results) else _shown(own)
        yield f"| {workload.title} | {workload.unit} | {figures} | {shown} | {aim(workload)} |"


def missed(results: Results) -> str:
    """The lines of the table whose goal was not reached, as one sentence; empty when all were."""
    late = [WORKLOADS[name] for name in results if reached(WORKLOADS[name], results) is False]
    found = [f"{one.title}: {_shown(_judged(one, results))} for {aim(one)}" for one in late]
    return f"Goals missed in this run (the notes say why): {'; '.join(found)}." if found else ""


def _circumstances(rounds: int) -> str:
    commit = subprocess.run(
        ["git", "describe", "--always", "--dirty"], cwd=ROOT, capture_output=True, text=True, check=False
    ).stdout.strip()
    date = datetime.now(UTC).date()
    python = f"{platform.python_implementation()} {platform.python_version()}"
    return f"Medians of {rounds} runs in turns, {date}, commit {commit or 'unknown'}, {python}, {platform.machine()}."


def write(path: Path, results: Results, stalls: Iterable[Fairness], rounds: int) -> None:
    """Write the report; what stands below the line "## Notes" in an older one is kept."""
    notes = ""
    if path.exists():
        _, mark, kept = path.read_text().partition("\n## Notes\n")
        notes = mark + kept
    parts = [HEAD, _circumstances(rounds), "", *table(results), "", missed(results), ""]
    if plotted := plot(path.with_name("performance.svg"), results):
        parts += [f"![ratios]({plotted.name})", ""]
    parts += ["## Fairness", "", "One client says NOOP every 2 ms while another keeps the server busy.", ""]
    parts += ["| meanwhile | median | p99 | worst |", "| --- | ---: | ---: | ---: |"]
    parts += [f"| {s.load} | {s.median:.2f} ms | {s.late:.1f} ms | {s.worst:.1f} ms |" for s in stalls]
    path.write_text("\n".join(parts) + "\n" + notes)


def plot(path: Path, results: Results) -> Path | None:
    """The ratios as bars; None when matplotlib is not installed or there is nothing to compare."""
    bars = [(WORKLOADS[name], value) for name in results if (value := ratio(WORKLOADS[name], results))]
    try:
        import matplotlib.pyplot as plt  # type: ignore[import-not-found,unused-ignore]
    except ImportError:
        return None
    if not bars:
        return None
    figure_, axes = plt.subplots(figsize=(9, 0.3 * len(bars) + 1))
    places = range(len(bars), 0, -1)
    axes.barh(places, [value for _, value in bars], color=["#47a" if v <= 1 else "#c75" for _, v in bars])
    goals = [(one.goal, place) for (one, _), place in zip(bars, places, strict=True) if not one.absolute]
    axes.plot([goal for goal, _ in goals], [place for _, place in goals], "k|", markersize=9, label="goal")
    axes.axvline(1, color="gray", linewidth=0.8)
    axes.set_yticks(places, [workload.title for workload, _ in bars], fontsize=7)
    axes.set_xlabel("coromail divided by the better Dovecot; less is better")
    axes.legend()
    figure_.tight_layout()
    figure_.savefig(path)
    plt.close(figure_)
    return path

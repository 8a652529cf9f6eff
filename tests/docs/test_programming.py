"""docs/programming.md, README.md and docs/testing.md: the code in them runs as it stands there."""

from __future__ import annotations

import imaplib
import poplib
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.app.program import ROOT, environment, run
from tests.examples.serving import program

DOCUMENT = ROOT / "docs" / "programming.md"
NAME = re.compile(r"# (\w+\.py)")


def blocks(document: Path, language: str) -> list[str]:
    """The fenced blocks of a language in a document."""
    return re.findall(rf"^```{language}\n(.*?)^```$", document.read_text(), re.MULTILINE | re.DOTALL)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The files of docs/programming.md: each block goes to the end of the file that its first line names."""
    for block in blocks(DOCUMENT, "python"):
        found = NAME.match(block)
        assert found, block
        with (tmp_path / found[1]).open("a") as file:
            file.write(block)
    (config,) = blocks(DOCUMENT, "yaml")
    (tmp_path / "news.yaml").write_text(re.sub(r"(127\.0\.0\.1):\d+", r"\1:0", config))
    return tmp_path


def look(ports: dict[str, int]) -> None:
    """What the page promises of its server."""
    imaplib.Commands["XTOPICS"] = ("AUTH", "SELECTED")
    with imaplib.IMAP4("127.0.0.1", ports["imap"], timeout=60) as client:
        assert client.login("alice", "wonderland")[1][0].endswith(b"Welcome")
        assert client.xatom("XTOPICS", "W")[0] == "OK"
        assert client.response("XTOPICS")[1] == [b"Weather 2"]
        assert client.delete("Traffic") == ("NO", [b"[NOPERM] Topics stay"])
        assert client.select("Traffic") == ("OK", [b"1"])
        _, data = client.fetch("1", "(BODY[])")
        assert data[0][1].endswith(b"A jam on the A7.\r\n")
        client.store("1", "+FLAGS", "\\Deleted")
        assert client.expunge() == ("OK", [b"1"])
    pop = poplib.POP3("127.0.0.1", ports["pop3"], timeout=60)
    pop.user("alice")
    pop.pass_("wonderland")
    assert pop._shortcmd("XCOUNT") == b"+OK 0 of them"
    pop.quit()


def test_served_with_a_configuration(folder: Path) -> None:
    checked = run("check", "-c", folder / "news.yaml")
    assert checked.returncode == 0, checked.stderr
    with program("-m", "coromail", "serve", "-c", str(folder / "news.yaml"), kinds=2) as ports:
        look(ports)


def test_served_by_a_program(folder: Path) -> None:
    with program(str(folder / "serve.py"), kinds=2) as ports:
        look(ports)


def test_the_tests_of_the_page_pass(folder: Path) -> None:
    """In a project of its own, with no other configuration of pytest than that coromail is installed."""
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:randomly", str(folder)],
        cwd=folder, env=environment(), capture_output=True, text=True, timeout=50, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout


def test_all_python_of_the_documents_compiles() -> None:
    for document in (ROOT / "README.md", *(ROOT / "docs").glob("*.md")):
        for block in blocks(document, "python"):
            compile(block, document.name, "exec")


def test_links_between_documents_lead_somewhere() -> None:
    documents = [ROOT / "README.md", *(ROOT / "docs").glob("*.md"), *ROOT.glob("*/README.md")]
    for document in documents:
        for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", document.read_text()):
            assert (document.parent / target).exists(), f"{document.name}: {target}"


def test_documents_that_settings_and_code_name_are_there() -> None:
    for file in (*(ROOT / "coromail").rglob("*.py"), *(ROOT / "config").glob("*.yaml")):
        for name in re.findall(r"\bdocs/\w+\.md", file.read_text()):
            assert (ROOT / name).exists(), f"{file.name}: {name}"

"""`coromail serve` as a program: start, reload, stop, in the foreground and as a daemon."""

import os
import pwd
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.app import program


@pytest.fixture
def serving(tmp_path):
    """Start a server in the foreground; it is gone after the test."""
    running = []

    def start(file, **more):
        running.append(program.start("serve", "-c", file, **more))
        return running[-1]

    yield start
    for process in running:
        process.kill()
        process.communicate()


def ended(process):
    out, err = process.communicate(timeout=20)
    return process.returncode, out, err


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGQUIT])
def test_stop_says_bye_and_ends_well(tmp_path, serving, number):
    process = serving(program.site(tmp_path))
    address = ("127.0.0.1", program.port(tmp_path / "log"))
    with socket.create_connection(address, timeout=60) as client, client.makefile() as lines:
        assert lines.readline().startswith("* OK")
        process.send_signal(number)
        assert lines.readline().startswith("* BYE")
    assert ended(process) == (0, "", "")
    assert not (tmp_path / "pid").exists()


def test_reload_disconnects_nobody(tmp_path, serving):
    file = program.site(tmp_path)
    process = serving(file)
    log = tmp_path / "log"
    with (
        socket.create_connection(("127.0.0.1", program.port(log)), timeout=60) as client,
        client.makefile() as lines,
    ):
        lines.readline()
        log.rename(tmp_path / "log.1")
        program.site(tmp_path, limits="{append: 1M}", hostname="second.example")
        process.send_signal(signal.SIGHUP)
        program.wait_for(log, f"reloaded {file}")
        client.sendall(b"a NOOP\r\n")
        assert lines.readline().startswith("a OK")


def test_reload_with_mistakes_changes_nothing_and_logs_them(tmp_path, serving):
    file = program.site(tmp_path)
    process = serving(file)
    number = program.port(tmp_path / "log")
    program.site(tmp_path, limitz="{}", log="{levl: x}")
    process.send_signal(signal.SIGHUP)
    program.wait_for(tmp_path / "log", r"not reloaded: .*coromail.yaml:\d: limitz: unknown key")
    program.wait_for(tmp_path / "log", r"not reloaded: .*coromail.yaml:\d: log.levl: unknown key")
    assert program.greeting(number).startswith("* OK")


def test_reload_names_what_needs_a_restart(tmp_path, serving):
    process = serving(program.site(tmp_path))
    program.port(tmp_path / "log")
    program.site(tmp_path, listen='{imap: ["127.0.0.1:0"], pop3: ["127.0.0.1:0"]}')
    process.send_signal(signal.SIGHUP)
    program.wait_for(tmp_path / "log", "listen has changed; that needs a restart")


def test_the_log_goes_to_standard_error_by_default(tmp_path, serving):
    process = serving(program.site(tmp_path, log="{format: json}"))
    line = process.stderr.readline()
    assert '"message": "listening imap 127.0.0.1:' in line


def test_daemon_serves_when_the_command_returns(tmp_path):
    done = program.run("serve", "-c", program.site(tmp_path), "--daemon")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    try:
        process = int((tmp_path / "pid").read_text())
        assert os.getsid(process) != os.getsid(0)
        assert os.readlink(f"/proc/{process}/cwd") == "/"
        assert program.greeting(program.port(tmp_path / "log")).startswith("* OK")
        again = program.run("serve", "-c", tmp_path / "coromail.yaml", "--daemon")
        assert again.returncode == 1
        assert again.stderr == (
            f"a server is running already: process {process} holds the pid file {tmp_path}/pid\n"
        )
    finally:
        program.stop_daemon(tmp_path / "pid")


def test_daemon_tells_the_terminal_what_was_found_after_it_was_detached(tmp_path):
    file = program.site(tmp_path, auth='{class: "site_classes:Nobody"}')
    done = program.run("serve", "-c", file, "--daemon")
    assert done.returncode == 2
    assert done.stderr == (
        f"{file}:6: auth.class: there is no Nobody in site_classes; did you mean Anybody?\n"
    )


@pytest.mark.parametrize("how", [[], ["--daemon"]])
def test_a_class_that_fails_leaves_a_traceback_in_the_log(tmp_path, how):
    file = program.site(tmp_path, auth='{class: "site_classes:Broken"}')
    done = program.run("serve", "-c", file, *how)
    assert (done.returncode, done.stderr) == (1, "the server has failed; its log has the traceback\n")
    assert "broken on purpose" in (tmp_path / "log").read_text()
    assert not (tmp_path / "pid").exists()


def test_a_port_in_use_is_named(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        number = taken.getsockname()[1]
        done = program.run("serve", "-c", program.site(tmp_path, listen=f'{{imap: ["127.0.0.1:{number}"]}}'))
    assert (done.returncode, done.stderr) == (
        1,
        f"cannot listen on 127.0.0.1:{number}: address in use (which other program?)\n",
    )


def test_mistakes_in_the_configuration_end_with_status_2(tmp_path):
    done = program.run("serve", "-c", program.site(tmp_path, lisn="{}"))
    assert done.returncode == 2
    assert "lisn: unknown key; did you mean listen?" in done.stderr


def test_a_unix_socket_is_removed_at_the_end(tmp_path, serving):
    process = serving(program.site(tmp_path, listen='{imap: ["unix:sock"]}'))
    program.wait_for(tmp_path / "log", f"listening imap unix:{tmp_path}/sock")
    process.terminate()
    assert ended(process)[0] == 0
    assert not (tmp_path / "sock").exists()


def test_systemd_is_told_of_start_reload_and_stop_and_that_all_is_well(tmp_path, serving):
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.settimeout(20)
        manager.bind(str(tmp_path / "notify"))
        file = program.site(tmp_path)
        process = serving(file, NOTIFY_SOCKET=str(tmp_path / "notify"), WATCHDOG_USEC="400000")
        heard = {}

        def hear(key):
            while key not in heard:
                heard.update(line.split("=", 1) for line in manager.recv(1000).decode().splitlines())
            return heard.pop(key)

        assert hear("READY") == "1"
        assert heard.pop("MAINPID") == str(process.pid)
        assert hear("WATCHDOG") == "1"
        process.send_signal(signal.SIGHUP)
        assert hear("RELOADING") == "1"
        assert hear("READY") == "1"
        assert hear("WATCHDOG") == "1"
        process.terminate()
        assert hear("STOPPING") == "1"
        assert ended(process)[0] == 0


def test_a_socket_of_systemd_is_served(tmp_path, serving):
    wrapper = tmp_path / "wrapper.py"
    wrapper.write_text(
        "import os, socket, sys\n"
        "listening = socket.create_server(('127.0.0.1', 0))\n"
        "os.dup2(listening.fileno(), 3)\n"
        "os.set_inheritable(3, True)\n"
        "os.environ |= {'LISTEN_PID': str(os.getpid()), 'LISTEN_FDS': '1', 'LISTEN_FDNAMES': 'mail'}\n"
        "os.execv(sys.executable, [sys.executable, '-m', 'coromail', 'serve', '-c', sys.argv[1]])\n"
    )
    file = program.site(tmp_path, listen='{imap: ["systemd:mail"]}')
    with subprocess.Popen([sys.executable, wrapper, file], env=program.environment()) as process:
        assert program.greeting(program.port(tmp_path / "log")).startswith("* OK")
        process.terminate()
        assert process.wait(20) == 0


needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")


@needs_root
def test_the_process_gives_up_root(tmp_path, serving):
    nobody = pwd.getpwnam("nobody")
    process = serving(program.site(tmp_path, process='{user: nobody, umask: "027", pid_file: pid}'))
    program.port(tmp_path / "log")
    status = Path(f"/proc/{process.pid}/status").read_text()
    fields = dict(line.split(":\t", 1) for line in status.splitlines())
    assert set(fields["Uid"].split()) == {str(nobody.pw_uid)}
    assert set(fields["Gid"].split()) == {str(nobody.pw_gid)}
    assert fields["Umask"] == "0027"
    assert fields["CapEff"].strip("0") == ""
    assert (tmp_path / "log").stat().st_uid == nobody.pw_uid


@needs_root
def test_chroot_locks_the_process_in_and_reload_still_works(tmp_path, serving):
    file = program.site(tmp_path, process=f"{{chroot: {tmp_path}}}")
    process = serving(file)
    number = program.port(tmp_path / "log")
    assert os.readlink(f"/proc/{process.pid}/root") == str(tmp_path)
    process.send_signal(signal.SIGHUP)
    program.wait_for(tmp_path / "log", "reloaded /coromail.yaml")
    assert program.greeting(number).startswith("* OK")


def test_a_user_who_is_not_root_cannot_become_another(tmp_path):
    file = program.site(tmp_path, process="{user: no-such-user}")
    done = program.run("serve", "-c", file)
    assert (done.returncode, done.stderr) == (
        2,
        f"{file}:6: process.user: this machine has no user no-such-user; write one that it has, or create it\n",
    )

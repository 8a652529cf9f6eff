import os
import subprocess
import sys

import pytest

from coromail.app.pid_file import AlreadyRunning, NoPidFile, PidFile

HOLD = """
import sys, time
from pathlib import Path
from coromail.app.pid_file import PidFile
held = PidFile(Path(sys.argv[1]))
held.acquire()
held.write()
print("held", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def path(tmp_path):
    return tmp_path / "coromail.pid"


def test_holds_the_process_id_and_goes_away(path):
    pid_file = PidFile(path)
    pid_file.acquire()
    pid_file.write()
    assert path.read_text() == f"{os.getpid()}\n"
    pid_file.release()
    assert not path.exists()


def test_a_second_start_is_told_who_runs(path):
    first = PidFile(path)
    first.acquire()
    first.write()
    with pytest.raises(AlreadyRunning, match=rf"process {os.getpid()} holds the pid file {path}"):
        PidFile(path).acquire()
    first.release()
    second = PidFile(path)
    second.acquire()
    second.release()


def test_a_file_left_by_a_killed_process_is_no_obstacle(path):
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    with holder:
        assert holder.stdout.readline() == b"held\n"
        with pytest.raises(AlreadyRunning, match=f"process {holder.pid} "):
            PidFile(path).acquire()
        holder.kill()
    assert path.exists()
    pid_file = PidFile(path)
    pid_file.acquire()
    pid_file.release()


def test_an_id_that_belongs_to_another_program_now_is_no_obstacle(path):
    path.write_text("1\n")
    pid_file = PidFile(path)
    pid_file.acquire()
    pid_file.write()
    assert path.read_text() == f"{os.getpid()}\n"
    pid_file.release()


def test_a_symbolic_link_is_not_followed(path, tmp_path):
    target = tmp_path / "precious"
    target.write_text("precious")
    path.symlink_to(target)
    with pytest.raises(NoPidFile, match="cannot open the pid file"):
        PidFile(path).acquire()
    assert target.read_text() == "precious"


def test_a_missing_folder_is_told(tmp_path):
    with pytest.raises(NoPidFile, match="No such file or directory"):
        PidFile(tmp_path / "none/pid").acquire()

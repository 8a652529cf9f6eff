"""The files in systemd/, as far as they can be judged without a running manager."""

import configparser
import os
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

FOLDER = Path(__file__).parents[2] / "systemd"
ANALYZE = shutil.which("systemd-analyze")


def unit(name):
    parser = configparser.RawConfigParser(strict=False)
    parser.optionxform = str
    parser.read(FOLDER / name)
    return parser


def test_a_mistake_in_the_configuration_is_not_tried_again():
    assert unit("coromail.service")["Service"]["RestartPreventExitStatus"] == "2"


def test_the_example_configuration_takes_what_the_socket_unit_opens():
    lines = (FOLDER / "coromail.socket").read_text().splitlines()
    opened = {line.rpartition(":")[2] for line in lines if line.startswith("ListenStream=")}
    listen = yaml.safe_load((FOLDER.parent / "config/systemd.yaml").read_text())["listen"]
    assert opened == {
        address.removeprefix("systemd:") for addresses in listen.values() for address in addresses
    }


@pytest.mark.skipif(ANALYZE is None, reason="needs systemd-analyze")
class TestAnalyze:
    def run(self, *arguments):
        environment = os.environ | {"SYSTEMD_UNIT_PATH": f"{FOLDER}:"}
        return subprocess.run(
            [ANALYZE, *arguments], capture_output=True, text=True, check=False, env=environment, timeout=50
        )

    @pytest.mark.parametrize("name", ["coromail.service", "coromail.socket"])
    def test_verify(self, name):
        done = self.run("verify", FOLDER / name)
        assert (done.returncode, done.stderr) == (0, "")

    def test_exposure(self):
        done = self.run("security", "--offline=yes", "--threshold=15", FOLDER / "coromail.service")
        assert done.returncode == 0, done.stdout

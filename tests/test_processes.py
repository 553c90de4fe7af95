"""Starting everything: busy ports are said, nothing outlives its parent, every process is watched."""

from __future__ import annotations

import configparser
import os
import signal
import socket
import subprocess
import sys
from dataclasses import replace

import pytest

from lifecycle import processes
from lifecycle.errors import Invalid
from lifecycle.settings import load, running


@pytest.fixture
def settings(tmp_path):
    return load({"LIFECYCLE_HOME": str(tmp_path)})


@pytest.fixture
def busy():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        yield taken.getsockname()[1]


def test_a_busy_port_is_said_with_the_way_out(busy):
    with pytest.raises(Invalid, match=f"Port {busy} .*PORT={busy + 1} make run"):
        processes.require_free("127.0.0.1", busy)


def test_a_busy_internal_port_is_replaced_by_a_free_one(busy):
    assert processes.free_port(busy) != busy


def test_every_process_of_a_home_is_told_the_same_addresses(settings):
    ours = processes.environment(settings, {"RASA_URL": "http://127.0.0.1:5999"})
    assert ours["RASA_URL"] == "http://127.0.0.1:5999" == running(settings.home)["RASA_URL"]
    assert load({"LIFECYCLE_HOME": str(settings.home)}).rasa_url == ours["RASA_URL"]


@pytest.mark.parametrize("address, more", [("", set()), ("http://127.0.0.1:5055", {"actions"})])
def test_every_process_is_started_again_when_it_dies(settings, address, more):
    written = configparser.ConfigParser(interpolation=None)
    written.read_string(processes.configuration(replace(settings, actions_url=address)))
    watched = {name.removeprefix("program:") for name in written.sections() if name.startswith("program:")}
    assert watched == {"web", "rasa", "worker"} | more
    assert all(written[f"program:{name}"]["autorestart"] == "true" for name in watched)


def test_a_child_does_not_outlive_a_killed_parent(tmp_path):
    child = (
        "import os, time; from lifecycle.processes import die_with_parent; die_with_parent();"
        f"open({str(tmp_path / 'child')!r}, 'w').write(str(os.getpid())); time.sleep(60)"
    )
    parent = subprocess.Popen(
        [sys.executable, "-c", f"import subprocess, sys; subprocess.run([sys.executable, '-c', {child!r}])"]
    )
    while not (tmp_path / "child").exists() or not (tmp_path / "child").read_text():
        assert parent.poll() is None
    pid = int((tmp_path / "child").read_text())
    descriptor = os.pidfd_open(pid)
    os.kill(parent.pid, signal.SIGKILL)
    parent.wait()
    import select

    assert select.select([descriptor], [], [], 10)[0], "the child is still there after ten seconds"

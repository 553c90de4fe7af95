"""Starting everything: busy ports are said, nothing outlives its parent, every process is watched."""

from __future__ import annotations

import configparser
import os
import signal
import socket
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

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


def test_two_that_start_at_once_take_two_ports():
    first = processes.free_port(0)
    assert processes.free_port(first) != first  # where nobody listens yet


def test_a_port_is_kept_by_what_a_process_becomes_and_left_when_that_ends():
    number = 1_000_000 + os.getpid()  # of no port: nothing else of this machine meets it
    watcher = "print('here', flush=True); input()"
    says = (
        f"import os, sys; from lifecycle import processes; held = processes._claim({number});"
        f"os.execv(sys.executable, [sys.executable, '-c', {watcher!r}])"
    )
    with subprocess.Popen([sys.executable, "-c", says], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as up:
        assert up.stdout.readline() == b"here\n"
        with pytest.raises(OSError, match="in use"):
            processes._claim(number)
        up.communicate(b"\n")
    processes._claim(number).close()


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


def test_what_python_compiled_is_kept_though_the_environment_says_not_to(monkeypatch):
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    asked = [sys.executable, "-c", "import sys; print(sys.dont_write_bytecode)"]
    assert subprocess.check_output(asked, text=True).strip() == "True"
    processes.keep_bytecode()
    assert subprocess.check_output(asked, text=True).strip() == str(sys.dont_write_bytecode) == "False"


def test_a_child_does_not_outlive_a_killed_parent(tmp_path):
    child = (
        "import os, time; from lifecycle.processes import die_with_parent; die_with_parent();"
        f"open({str(tmp_path / 'child')!r}, 'w').write(str(os.getpid())); time.sleep(600)"
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

    assert select.select([descriptor], [], [], 120)[0], "the child is still there"


def test_the_watcher_says_ready_when_all_answers_and_ends_everything_when_stopped(tmp_path):
    addresses = tmp_path / "addresses"
    addresses.write_text("RASA_URL=http://127.0.0.1:1\n")
    child = (
        "import http.server as s, os\n"
        "class H(s.BaseHTTPRequestHandler):\n"
        "    def do_GET(self): self.send_response(200); self.end_headers()\n"
        "    def log_message(self, *_): pass\n"
        "made = s.HTTPServer(('127.0.0.1', 0), H)\n"
        f"open({str(tmp_path / 'made')!r}, 'w').write(f'{{made.server_port}} {{os.getpid()}}')\n"
        f"os.rename({str(tmp_path / 'made')!r}, {str(tmp_path / 'port')!r})\n"
        "made.serve_forever()"
    )
    starter = (
        "import os, pathlib, subprocess, sys\n"
        "from lifecycle import processes\n"
        f"port = pathlib.Path({str(tmp_path / 'port')!r})\n"
        f"first = subprocess.Popen([sys.executable, '-c', {child!r}])\n"
        "while not port.exists(): pass\n"
        "number, _ = port.read_text().split()\n"
        "first.kill(); first.wait(); port.unlink()\n"
        f"again = {child!r}.replace(\"('127.0.0.1', 0)\", f\"('127.0.0.1', {{number}})\")\n"
        "plan = processes.Plan([sys.executable, '-c', again], [f'http://127.0.0.1:{number}/'], 'Ready. secret', 'log', "
        f"{str(addresses)!r})\n"
        "processes.become(plan, dict(os.environ))"
    )
    watcher = subprocess.Popen(
        [sys.executable, "-c", starter], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert watcher.stdout.readline() == "Ready. secret\n"
    child_id = int((tmp_path / "port").read_text().split()[1])
    assert b"secret" not in Path(f"/proc/{watcher.pid}/cmdline").read_bytes()
    watcher.send_signal(signal.SIGINT)
    _, said = watcher.communicate(timeout=120)
    assert watcher.returncode == 0 and "Stopped." in said
    assert not addresses.exists()
    with pytest.raises(ProcessLookupError):
        os.kill(child_id, 0)

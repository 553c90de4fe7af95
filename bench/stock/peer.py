"""Stock Rasa to measure against: its own environment with TensorFlow, the bot of `rasa init`, its plain REST channel.

Made on first use under .tools/stock (2.5 GB, some minutes) and kept.  Conversations in memory, as `rasa run` has them.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import httpx

from bench.stack import PROJECT, _free_port, resident_mb
from bench.wire import Wire

HOME = PROJECT / ".tools" / "stock"
BOT = HOME / "bot"
PYTHON = HOME / "env" / "bin" / "python"
REQUIREMENTS = Path(__file__).parent / "requirements.txt"
START_SECONDS = 300
_ENV = {"RASA_TELEMETRY_ENABLED": "false", "PYTHONWARNINGS": "ignore", "TF_CPP_MIN_LOG_LEVEL": "3"}

_MEASURED = """
import resource, subprocess, sys
code = subprocess.call(sys.argv[1:])
print("most memory", resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss, file=sys.stderr)
sys.exit(code)
"""


@dataclass(frozen=True)
class Cost:
    """What a command took: seconds of the clock, and the most memory, MB."""

    seconds: float
    memory_mb: float


class Peer:
    """A running stock bot; `say` is one turn of a new or known sender."""

    def __init__(self) -> None:
        self.port = _free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.process: subprocess.Popen[bytes] | None = None
        self._wire = Wire(self.url)

    def start(self) -> float:
        """Start it; returns seconds until it answers.  Raises RuntimeError when it does not."""
        prepare()
        began = time.monotonic()
        self.process = subprocess.Popen(
            [str(PYTHON), "-m", "rasa", "run", "-i", "127.0.0.1", "-p", str(self.port), "--endpoints", "endpoints.yml"],
            cwd=BOT,
            env=_environment(),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        while time.monotonic() - began < START_SECONDS and self.process.poll() is None:
            try:
                if httpx.get(f"{self.url}/webhooks/rest/", trust_env=False).status_code == 200:
                    return time.monotonic() - began
            except httpx.TransportError:
                time.sleep(0.1)
        self.stop()
        raise RuntimeError("stock Rasa did not start")

    def say(self, sender: str, text: str, wire: Wire | None = None) -> None:
        """One turn; each thread needs a wire of its own."""
        if not (wire or self._wire).post("/webhooks/rest/webhook", {"sender": sender, "message": text}):
            raise RuntimeError("stock Rasa did not answer")

    def memory_mb(self) -> float:
        assert self.process is not None
        return resident_mb(self.process.pid)

    def stop(self) -> None:
        self._wire.close()
        if self.process is not None and self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGTERM)
            try:
                self.process.wait(timeout=30)
            except subprocess.TimeoutExpired:
                os.killpg(self.process.pid, signal.SIGKILL)


def prepare() -> None:
    """Environment and trained bot, made when they are missing or the requirements changed."""
    stamp = HOME / ".ready"
    wanted = REQUIREMENTS.read_text(encoding="utf-8")
    if stamp.exists() and stamp.read_text(encoding="utf-8") == wanted:
        return
    print("Making stock Rasa's environment and bot in .tools/stock (once, some minutes) ...", file=sys.stderr)
    shutil.rmtree(HOME, ignore_errors=True)
    BOT.mkdir(parents=True)
    uv = shutil.which("uv") or str(PROJECT / ".tools" / "bin" / "uv")
    base = Path(sys.base_prefix) / "bin" / "python3.10"
    trusting = {"UV_SYSTEM_CERTS": "true", "UV_NATIVE_TLS": "true", **os.environ}
    for command in (
        ["venv", "--no-config", "--quiet", "--python", str(base), str(HOME / "env")],
        ["pip", "install", "--no-config", "--quiet", "--python", str(PYTHON), "-r", str(REQUIREMENTS)],
    ):
        subprocess.run([uv, *command], check=True, env=trusting)
    spent([str(PYTHON), "-m", "rasa", "init", "--no-prompt"], BOT)
    stamp.write_text(wanted, encoding="utf-8")


def train() -> Cost:
    """What training the bot anew takes."""
    prepare()
    return spent([str(PYTHON), "-m", "rasa", "train", "--force", "--out", str(HOME / "again")], BOT)


def spent(command: list[str], folder: Path) -> Cost:
    """Run a command to its end and say what it took; raises RuntimeError with its last words."""
    began = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-c", _MEASURED, *command],
        cwd=folder,
        env=_environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise RuntimeError(f"{' '.join(command[:4])}: {done.stderr[-500:]}")
    found = re.search(r"most memory (\d+)", done.stderr)
    return Cost(time.monotonic() - began, int(found[1]) / 1024 if found else 0.0)


def _environment() -> dict[str, str]:
    return {**{key: value for key, value in os.environ.items() if not key.startswith("LIFECYCLE")}, **_ENV}

"""The processes of one machine: what each one runs, and `lifecycle up`, which starts and watches them all.

supervisord does the watching: a process that dies is started again, Ctrl-C stops all of them.  `lifecycle up` itself
becomes `python -m lifecycle.processes`, which imports next to nothing: preparing took a hundred megabytes that nothing
needs while the shop is open.
"""

from __future__ import annotations

import ctypes
import json
import logging
import os
import shlex
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import NoReturn
from urllib.parse import urlparse

from lifecycle import logs
from lifecycle.errors import Invalid, LifecycleError, Unavailable
from lifecycle.settings import PROJECT, Settings

log = logging.getLogger("lifecycle.processes")

READY_SECONDS = 120
_PR_SET_PDEATHSIG = 1
_ENDED_AS_ASKED = (0, -2, -15, 130, 143)


@dataclass(frozen=True)
class Plan:
    """What to start, the addresses that answer 200 once it is ready, what to say then, what to remove at the end."""

    command: list[str]
    answering: list[str]
    ready: str
    logs: str
    remove: str


def die_with_parent() -> None:
    """Ask the kernel to stop this process when its parent dies, so that no port stays taken (Linux only)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


def free_port(preferred: int) -> int:
    """The preferred port of the loopback interface, or another one when something listens there already.

    It is this process's and what it becomes as long as that lives: two that start at once get two ports.
    """
    for candidate in (preferred, *[0] * 10):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", candidate))
                port = int(probe.getsockname()[1])
                _claims.append(_claim(port))
            except OSError:
                continue
            return port
    raise Unavailable("No free port could be found on this machine.")


_claims: list[socket.socket] = []


def _claim(port: int) -> socket.socket:
    """What nobody else has while this process and the one it becomes live (on Linux); raises OSError when somebody has.

    A port itself cannot be kept for a server that starts in a few seconds: whoever holds it keeps it from the server.
    """
    name = socket.socket(socket.AF_UNIX)
    name.set_inheritable(True)
    try:
        if sys.platform == "linux":
            name.bind(f"\0lifecycle port {port}")
    except OSError:
        name.close()
        raise
    return name


def require_free(host: str, port: int) -> None:
    """Raise Invalid when something listens on the port customers would use."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise Invalid(
                f"Port {port} on {host} cannot be used ({error.strerror}); stop what runs there or choose another, "
                f"for example PORT={port + 1} make run."
            ) from error


def environment(settings: Settings, env: Mapping[str, str]) -> dict[str, str]:
    """What every process of this machine gets: the same home, and internal addresses nobody else uses."""
    ours = dict(env)
    ours["LIFECYCLE_HOME"] = str(settings.home)
    ours["RASA_TELEMETRY_ENABLED"] = "false"
    ours["PYTHONUNBUFFERED"] = "1"
    ours["PYTHONWARNINGS"] = "ignore"
    ours.setdefault("MALLOC_ARENA_MAX", "2")  # glibc keeps a heap for each of many threads; these share what they free
    ours["RASA_URL"] = env.get("RASA_URL") or f"http://127.0.0.1:{free_port(5005)}"
    (settings.home / "addresses").write_text(f"RASA_URL={ours['RASA_URL']}\n", encoding="utf-8")
    return ours


def keep_bytecode() -> None:
    """Let this process and its children keep what Python compiled, where an environment says not to (images often do).

    Two thousand modules are compiled anew at every start otherwise, in each process: half of the time to start.
    """
    sys.dont_write_bytecode = False
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)


def configuration(settings: Settings) -> str:
    """supervisord's configuration: one section per process, logs under the home, restarts without end.

    The actions are a process of their own only when ACTIONS_URL says where.
    """
    program = [sys.executable, "-m", "lifecycle"]
    commands = {
        **({"actions": [*program, "serve", "actions"]} if settings.actions_url else {}),
        "rasa": [*program, "serve", "rasa"],
        "web": [*program, "serve", "web"],
        "worker": [*program, "work"],
    }
    lines = [
        "[supervisord]",
        "nodaemon=true",
        "silent=true",
        f"logfile={settings.logs / 'supervisord.log'}",
        f"pidfile={settings.home / 'supervisord.pid'}",
        "loglevel=warn",
        *(["user=root"] if os.geteuid() == 0 else []),
    ]
    for name, command in commands.items():
        lines += [
            f"[program:{name}]",
            f"command={shlex.join(command)}".replace("%", "%%"),
            f"directory={PROJECT}",
            f'environment={logs.FILE}="{settings.logs / name}.log"'.replace("%", "%%"),
            "autorestart=true",
            "startsecs=1",
            "startretries=1000000",
            "stopasgroup=true",
            "killasgroup=true",
            "stopwaitsecs=10",
            f"stdout_logfile={settings.logs / f'{name}.log'}",
            "redirect_stderr=true",
            "stdout_logfile_maxbytes=20MB",
            "stdout_logfile_backups=3",
        ]
    return "\n".join(lines) + "\n"


def run(settings: Settings, env: Mapping[str, str], *, ready: str) -> NoReturn:
    """Become the watcher that starts everything, says `ready` once all of it answers, and stays until stopped."""
    settings.logs.mkdir(parents=True, exist_ok=True)
    path = settings.home / "supervisord.conf"
    path.write_text(configuration(settings), encoding="utf-8")
    ours = environment(settings, env)
    plan = Plan(
        command=[sys.executable, "-m", "supervisor.supervisord", "-c", str(path)],
        answering=[f"{ours['RASA_URL']}/webhooks/lifecycle/", f"http://{_reachable(settings)}/readyz"],
        ready=ready,
        logs=str(settings.logs),
        remove=str(settings.home / "addresses"),
    )
    become(plan, ours)


def _reachable(settings: Settings) -> str:
    return f"{'127.0.0.1' if settings.host == '0.0.0.0' else settings.host}:{settings.port}"


def serve_actions(settings: Settings) -> None:
    """Run the action server on the address of ACTIONS_URL, which nobody outside this machine reaches by default."""
    address = urlparse(settings.actions_url or "http://127.0.0.1:5055")
    os.environ["SANIC_HOST"] = settings.internal_host or address.hostname or "127.0.0.1"
    from rasa_sdk.endpoint import run as serve

    logs.configure(settings.log_format)
    for noisy in ("rasa_sdk", "sanic.access", "sanic.root"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    warm_up()
    serve("actions", port=address.port or 5055, cors_origins=None)


def warm_up() -> None:
    """Load the index and the vocabulary now, not in the first shopper's turn; without a database that can wait."""
    from lifecycle import db, needs, search

    try:
        with db.reading() as session:
            needs.store_words(session)
            search.search(session, "ready", limit=1)  # a large index is made by a process of its own
    except LifecycleError as error:
        log.warning("not warmed up: %s", error)


# --- the watcher: what stays of `lifecycle up` ---


def become(plan: Plan, env: dict[str, str]) -> NoReturn:
    """Replace this process by a watcher of this plan, with the same process id and without what it had imported.

    The plan goes through a pipe: a ready message has a password that no list of processes should show.
    """
    reading, writing = os.pipe()
    os.set_inheritable(reading, True)
    os.write(writing, json.dumps(asdict(plan)).encode())
    os.close(writing)
    sys.stdout.flush()
    sys.stderr.flush()
    os.execve(sys.executable, [sys.executable, "-m", "lifecycle.processes", str(reading)], env)


def main() -> int:
    with os.fdopen(int(sys.argv[1]), "rb") as file:
        plan = Plan(**json.load(file))
    supervisor = subprocess.Popen(plan.command, preexec_fn=die_with_parent)
    for name in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(name, lambda *_: supervisor.terminate())
    try:
        if _ready(plan, supervisor):
            print(plan.ready, flush=True)
        code = supervisor.wait()
    finally:
        if supervisor.poll() is None:
            supervisor.terminate()
            supervisor.wait(timeout=30)
        Path(plan.remove).unlink(missing_ok=True)
    print("Stopped.", file=sys.stderr)
    return 0 if code in _ENDED_AS_ASKED else code


def _ready(plan: Plan, supervisor: subprocess.Popen[bytes]) -> bool:
    """Poll until everything answers; False when the supervisor ended first.  Says where to look when it takes long."""
    deadline = time.monotonic() + READY_SECONDS
    warned = False
    while supervisor.poll() is None:
        if all(map(_answers, plan.answering)):
            return True
        if time.monotonic() > deadline and not warned:
            print(f"Still not ready after {READY_SECONDS} s; see the logs in {plan.logs}.", file=sys.stderr, flush=True)
            warned = True
        time.sleep(0.1)
    return False


def _answers(url: str) -> bool:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))  # a proxy knows nothing of this machine
    try:
        with opener.open(url, timeout=5) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError, ValueError):
        return False


if __name__ == "__main__":
    sys.exit(main())

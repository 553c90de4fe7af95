"""The HTTP API under a fuzzer: every operation of OpenAPI, with wrong and right input, as a stranger and as a shopper.

    python -m bench.fuzz [--examples 100]

Schemathesis (schemathesis.io) reads /openapi.json of a running assistant and makes the requests.  It needs a newer
jsonschema than Rasa allows, so it is installed apart, under .tools.  Prints the answers that were a mistake of ours
(5xx) and those that OpenAPI does not tell.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

from bench.stack import PROJECT, Shopper, Stack, figure

FUZZER = "schemathesis==4.30.1"
CHECKS = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance"


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    options.add_argument("--examples", type=int, default=100, help="per operation")
    given = options.parse_args()
    fuzzer = installed()
    with tempfile.TemporaryDirectory() as home:
        stack = Stack(Path(home), MESSAGE_RATE_PER_MINUTE="0", ADDRESS_RATE_PER_MINUTE="0")
        stack.start()
        try:
            shopper = Shopper(stack.url)
            shopper.say("hello")
            stranger = run(fuzzer, stack, Path(home) / "stranger", given.examples)
            known = run(fuzzer, stack, Path(home) / "shopper", given.examples, shopper)
        finally:
            stack.stop()
    figures = [
        figure("website.fuzz_5xx", stranger["5xx"] + known["5xx"], 0),
        figure("website.fuzz_undocumented", stranger["undocumented"] + known["undocumented"], 0),
        figure("website.fuzz_requests", stranger["requests"] + known["requests"], 500, most=False),
    ]
    return 0 if all(figures) else 1


def installed() -> Path:
    """The fuzzer's own environment, made once."""
    folder = PROJECT / ".tools" / "fuzzer"
    command = folder / "bin" / "schemathesis"
    if not command.is_file():
        print("installing the fuzzer apart (once) ...", file=sys.stderr)
        subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
        pip = [str(folder / "bin" / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", FUZZER]
        subprocess.run(pip, check=True)
    return command


def run(fuzzer: Path, stack: Stack, folder: Path, examples: int, shopper: Shopper | None = None) -> dict[str, int]:
    """One run; with a shopper, every operation of a conversation is tried on theirs."""
    folder.mkdir()
    command = [str(fuzzer), "--no-color"]
    if shopper:
        config = f'[parameters]\n"path.conversation_id" = "{shopper.thread_id}"\n'
        (folder / "schemathesis.toml").write_text(config, encoding="utf-8")
        command += ["--config-file", str(folder / "schemathesis.toml")]
    command += ["run", f"{stack.url}/openapi.json", "--checks", CHECKS, "--max-examples", str(examples)]
    command += ["--seed", "1", "--continue-on-failure", "--report", "json,har"]
    command += ["--report-json-path", "report.json", "--report-har-path", "requests.har"]
    if shopper:
        command += ["--header", f"Authorization: Bearer {shopper.token}", "--exclude-method", "DELETE"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if not (folder / "report.json").is_file():
        raise SystemExit(f"the fuzzer did not run:\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
    report = json.loads((folder / "report.json").read_text(encoding="utf-8"))
    answers = json.loads((folder / "requests.har").read_text(encoding="utf-8"))["log"]["entries"]
    if report["failures"] or report["errors"]:
        print(done.stdout[-6000:], file=sys.stderr)
    statuses = Counter(each["response"]["status"] for each in answers)
    told = ", ".join(f"{status}: {number}" for status, number in sorted(statuses.items()))
    print(f"as {folder.name}: {len(answers)} requests, answered {told}", file=sys.stderr)
    return {
        "requests": len(answers),
        "5xx": sum(each["response"]["status"] >= 500 for each in answers),
        "undocumented": sum(each["count"] for each in report["failures"]) + len(report["errors"]),
    }


if __name__ == "__main__":
    sys.exit(main())

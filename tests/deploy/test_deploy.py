"""What cannot be run here is at least right on paper: the image, the compose file, the Kubernetes manifests."""

from __future__ import annotations

import importlib.util
import json
import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from click.testing import CliRunner

from lifecycle.cli import cli
from lifecycle.settings import PROJECT

COMPOSE = yaml.safe_load((PROJECT / "compose.yaml").read_text(encoding="utf-8"))
MANIFESTS = list(yaml.safe_load_all((PROJECT / "deploy" / "kubernetes.yaml").read_text(encoding="utf-8")))
KNOWN = set(re.findall(r"^\| `([A-Z_]+)`", (PROJECT / "docs" / "configuration.md").read_text(encoding="utf-8"), re.M))
# The schemas come with packages that need a later jsonschema than Rasa allows: only their files are used.
COMPOSE_SCHEMA = "check_jsonschema", "builtin_schemas/vendor/compose-spec.json"
KUBERNETES_SCHEMAS = "kubernetes_validate", "kubernetes-json-schema/v1.31.0-local-strict"
DEFINITIONS = "https://kubernetes.io/api/_definitions.json"
SECRET = {"DATABASE_URL", "REDIS_URL", "SECRET_KEY", "IDENTITY_SECRET", "ORDER_WEBHOOK_SECRET", "WEBHOOK_SECRET"}


def shipped(package: str, path: str) -> Path:
    spec = importlib.util.find_spec(package)
    assert spec is not None and spec.origin is not None
    return Path(spec.origin).parent / path


def names_in(schema: dict[str, Any], part: dict[str, Any]) -> set[str]:
    """The properties a part of a schema knows, those of the parts it is made of included."""
    found = set(part.get("properties", ()))
    for each in part.get("allOf", ()):
        found |= names_in(schema, schema["$defs"][each["$ref"].rpartition("/")[2]] if "$ref" in each else each)
    return found


def of(kind: str) -> dict[str, dict[str, Any]]:
    found = {each["metadata"]["name"].removeprefix("lifecycle-"): each for each in MANIFESTS if each["kind"] == kind}
    assert found, kind
    return found


def pod(name: str) -> dict[str, Any]:
    return dict(of("Deployment")[name]["spec"]["template"]["spec"])


def test_the_compose_file_is_one():
    schema = json.loads(shipped(*COMPOSE_SCHEMA).read_text(encoding="utf-8"))
    jsonschema.Draft7Validator(schema).validate(COMPOSE)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.Draft7Validator(schema).validate({**COMPOSE, "secrets": {"secret_key": {"flie": "x"}}})
    known = names_in(
        schema, schema["$defs"]["service"]
    )  # "unevaluatedProperties" is of a later draft than this checker
    for service in COMPOSE["services"].values():
        assert set(service) <= known


@pytest.mark.parametrize("manifest", MANIFESTS, ids=lambda each: f"{each['kind']}-{each['metadata']['name']}")
def test_a_manifest_is_what_kubernetes_takes(manifest):
    folder = shipped(*KUBERNETES_SCHEMAS)
    group, _, version = manifest["apiVersion"].rpartition("/")
    name = "-".join(filter(None, (manifest["kind"].lower(), group.split(".")[0], version)))
    schema = json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))
    shared = json.loads((folder / "_definitions.json").read_text(encoding="utf-8"))
    resolver = jsonschema.RefResolver.from_schema(schema, store={DEFINITIONS: shared})
    jsonschema.Draft7Validator(schema, resolver=resolver).validate(manifest)


def test_a_mistake_would_be_seen():
    wrong = {**of("Service")["web"], "spec": {"ports": [{"prot": 80}]}}
    with pytest.raises(jsonschema.ValidationError):
        test_a_manifest_is_what_kubernetes_takes(wrong)


def test_every_setting_named_is_a_setting_and_no_secret_is_written_down():
    compose = COMPOSE["services"]["web"]["environment"]
    config = of("ConfigMap")["lifecycle"]["data"]
    for names in (compose, config):
        assert {name.removesuffix("_FILE") for name in names} <= KNOWN
    assert not {name for name in compose if name in SECRET - {"REDIS_URL"}}
    assert not set(config) & SECRET
    assert SECRET - {"REDIS_URL"} <= {name.removesuffix("_FILE") for name in compose if name.endswith("_FILE")}


def test_every_process_runs_the_command_there_is():
    commands = [
        service["command"] for service in COMPOSE["services"].values() if service["image"] == "lifecycle-assistant"
    ]
    for deployment in of("Deployment").values():
        spec = deployment["spec"]["template"]["spec"]
        commands += [container["command"] for container in (*spec["initContainers"], *spec["containers"])]
    assert len(commands) == 13
    for command in commands:
        assert command[0] == "lifecycle"
        help_of = CliRunner().invoke(cli, [*command[1:2], *(command[2:] if command[1] == "db" else ()), "--help"])
        assert help_of.exit_code == 0, command


def test_only_web_is_reached_from_outside():
    assert [name for name, service in COMPOSE["services"].items() if "ports" in service] == ["web"]
    assert COMPOSE["networks"]["inside"] == {"internal": True}
    for name in ("rasa", "actions", "postgres", "redis"):
        assert COMPOSE["services"][name]["networks"] == ["inside"]
    assert {service["spec"]["type"] for service in of("Service").values()} == {"ClusterIP"}
    assert of("NetworkPolicy")["closed"]["spec"] == {
        "podSelector": {"matchLabels": {"app": "lifecycle"}},
        "policyTypes": ["Ingress"],
    }


def who_reaches(part: str) -> set[str] | None:
    """Parts a network policy lets in; None: everybody."""
    (rule,) = of("NetworkPolicy")[part]["spec"]["ingress"]
    assert [port["port"] for port in rule["ports"]] == [pod(part)["containers"][0]["ports"][0]["containerPort"]]
    if "from" not in rule:
        return None
    (source,) = rule["from"]
    assert set(source) == {"podSelector"}
    wanted = source["podSelector"].get("matchLabels") or {
        each["key"]: each["values"] for each in source["podSelector"]["matchExpressions"]
    }
    parts = wanted["part"]
    return set(parts) if isinstance(parts, list) else {parts}


def test_rasa_is_private_to_web_and_worker_and_actions_to_rasa():
    assert who_reaches("web") is None
    assert who_reaches("rasa") == {"web", "worker"}
    assert who_reaches("actions") == {"rasa"}


def test_every_container_is_probed_locked_down_and_waits_for_the_schema():
    for name in of("Deployment"):
        spec = pod(name)
        (container,) = spec["containers"]
        assert "readinessProbe" in container and container["resources"]["limits"]["memory"]
        assert spec["securityContext"]["runAsNonRoot"] and not spec["automountServiceAccountToken"]
        for each in (*spec["initContainers"], container):
            assert each["securityContext"]["readOnlyRootFilesystem"]
            assert each["securityContext"]["capabilities"] == {"drop": ["ALL"]}
            assert each["image"] == "lifecycle-assistant:0.1.0"
        assert spec["initContainers"][0]["command"] == ["lifecycle", "db", "upgrade"]
    for service in COMPOSE["services"].values():
        if service["image"] == "lifecycle-assistant" and service["command"][1] != "db":
            assert service["depends_on"]["schema"]["condition"] == "service_completed_successfully"

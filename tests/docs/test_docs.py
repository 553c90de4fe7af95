"""The documentation says what is there: every command, setting, column and file it names exists, and the reverse."""

from __future__ import annotations

import re
from pathlib import Path

import click
import pytest
import sqlalchemy as sa

from lifecycle import views
from lifecycle.cli import cli

PROJECT = Path(__file__).resolve().parent.parent.parent
PAGES = [PROJECT / "README.md", PROJECT / "CONTRIBUTING.md", *sorted((PROJECT / "docs").glob("*.md"))]
SETTINGS = (PROJECT / "lifecycle" / "settings.py").read_text(encoding="utf-8")


def commands(group: click.Group, path: tuple[str, ...] = ()) -> set[tuple[str, ...]]:
    found: set[tuple[str, ...]] = set()
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        found |= commands(command, (*path, name)) if isinstance(command, click.Group) else {(*path, name)}
    return found


def command_at(path: tuple[str, ...]) -> click.Command:
    found: click.Command = cli
    for name in path:
        assert isinstance(found, click.Group)
        found = found.get_command(click.Context(found), name) or found
    return found


def code(page: Path) -> str:
    text = page.read_text(encoding="utf-8")
    return "\n".join(re.findall(r"```[a-z]*\n(.*?)```", text, re.DOTALL) + re.findall(r"`([^`\n]+)`", text))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_command_a_page_names_exists(page):
    for line in re.findall(r"(?:^|[\s/])lifecycle ((?:[a-z][a-z-]*)(?: [a-z][a-z-]*)*)", code(page), re.MULTILINE):
        words = tuple(line.split())
        known = commands(cli)
        assert any(words[: len(path)] == path for path in known), f"{page.name}: lifecycle {line}"
    for target in re.findall(r"make ([a-z]+)", code(page)):
        assert re.search(rf"^{target}:", (PROJECT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE), target


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_option_a_page_gives_a_command_exists(page):
    known = commands(cli)
    for words, options in re.findall(r"lifecycle ((?:[a-z][a-z-]* )+)([^\n|&]*--[^\n|&]*)", code(page)):
        path = next((path for path in known if tuple(words.split())[: len(path)] == path), None)
        if path is not None:
            named = {name for option in command_at(path).params for name in option.opts}
            assert set(re.findall(r"(?<!\S)(--[a-z][a-z-]*)", options)) <= {*named, "--help"}, f"{page.name}: {path}"


def test_every_command_is_documented():
    text = "\n".join(page.read_text(encoding="utf-8") for page in PAGES)
    missing = [" ".join(path) for path in sorted(commands(cli)) if f"lifecycle {' '.join(path)}" not in text]
    assert missing == []


def test_every_setting_is_documented_and_every_documented_setting_exists():
    known = set(re.findall(r'env, "([A-Z_]+)"|env\.get\("([A-Z_]+)"', SETTINGS))
    known_names = {name for pair in known for name in pair if name}
    page = (PROJECT / "docs" / "configuration.md").read_text(encoding="utf-8")
    assert set(re.findall(r"^\| `([A-Z_]+)`", page, re.MULTILINE)) == known_names


def test_every_column_of_the_read_contract_is_documented(database):
    page = (PROJECT / "docs" / "database.md").read_text(encoding="utf-8")
    documented: dict[str, set[str]] = {}
    for name, body in re.findall(r"^## `(v_\w+)`(.*?)(?=^## |\Z)", page, re.MULTILINE | re.DOTALL):
        documented[name] = set(re.findall(r"^\| `(\w+)`", body, re.MULTILINE))
    inspector = sa.inspect(database)
    real = {name: {column["name"] for column in inspector.get_columns(name)} for name in views.VIEWS}
    assert documented == real


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_file_a_page_links_to_exists(page):
    for target in re.findall(r"\]\(([^)#]+)[^)]*\)", page.read_text(encoding="utf-8")):
        if "://" not in target:
            assert (page.parent / target).exists(), f"{page.name}: {target}"

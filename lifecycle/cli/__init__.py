"""The command line.  Results go to stdout (`--json` for programs), progress and errors to stderr in one sentence."""

from __future__ import annotations

import importlib
import sys
import warnings
from collections.abc import Iterator

import click

from lifecycle import __version__
from lifecycle.errors import LifecycleError

_MODULES = ("operations", "education", "aftercare", "conversations", "people")


class _Modules(click.Group):
    """Loads a module of commands when none of those before it has the command: a process starts with what it needs."""

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        return next((command for command in self._commands() if command.name == cmd_name), None)

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(command.name or "" for command in self._commands())

    def _commands(self) -> Iterator[click.Command]:
        for name in _MODULES:
            yield from importlib.import_module(f"lifecycle.cli.{name}").COMMANDS


@click.group(cls=_Modules, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="lifecycle")
def cli() -> None:
    """A store assistant for the education and post-purchase stages of the customer lifecycle."""


def main() -> None:
    """Run a command; what goes wrong is told in one sentence, without a trace."""
    # Rasa's dependencies deprecate each other at length, and some of them put the filters back.
    warnings.showwarning = lambda *_args, **_kwargs: None
    try:
        cli(standalone_mode=False)
    except click.exceptions.Exit as stop:
        sys.exit(stop.exit_code)
    except click.Abort:
        sys.exit(130)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except LifecycleError as error:
        click.echo(f"lifecycle: {error}", err=True)
        sys.exit(1)
    except BrokenPipeError:
        sys.exit(0)

"""The command line.  Results go to stdout (`--json` for programs), progress and errors to stderr in one sentence."""

from __future__ import annotations

import sys
import warnings

import click

from lifecycle import __version__
from lifecycle.cli import aftercare, conversations, education, operations, people
from lifecycle.errors import LifecycleError


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="lifecycle")
def cli() -> None:
    """A store assistant for the education and post-purchase stages of the customer lifecycle."""


for module in (operations, education, aftercare, conversations, people):
    for command in module.COMMANDS:
        cli.add_command(command)


def main() -> None:
    """Run a command; what goes wrong is told in one sentence, without a trace."""
    warnings.simplefilter("ignore")  # Rasa's dependencies deprecate each other at length
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

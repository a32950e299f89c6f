"""The ``lantian`` command: one group whose subcommands are loaded when they are called.

Exit codes: 0 done, 1 problem found, 2 wrong use.
"""

import gc
import os
import sys
from importlib import import_module

import click

from lantian.kernel.errors import LantianError

COMMANDS = {
    "air": "daily indices and annual evaluation of hourly files or of the lake",
    "areas": "import official boundaries",
    "assessment": "show yearly and final assessments, verify or compute them again from their snapshots",
    "bulletin": "set a bulletin in official form, or compute one again from its snapshot",
    "complaints": "change the keys that seal who reported",
    "draw": "draw at random, or verify the record of a draw",
    "evidence": "export and verify the chain of frames",
    "gateway": "listen to devices",
    "observations": "import hourly observations into the lake",
    "pack": "check and show policy packs",
    "plan": "read the official text of a plan into articles, tasks and quantities",
    "ranking": "rank streets and bodies by a month, quarter or year, and take files of results in",
    "simulate": "play a district of devices over real sockets",
    "up": "start web, gateway, worker and writer and keep them running",
    "web": "serve the pages",
    "worker": "run jobs",
    "writer": "keep the lake: roll-ups and maintenance",
}

ALLOCATIONS = 100_000
"""After so many the search for garbage runs; the many modules of a start leave none, and their search took a tenth."""


class LazyGroup(click.Group):
    """A group whose commands live in ``lantian.project.commands.NAME`` and are imported on use."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = import_module(f"lantian.project.commands.{cmd_name}").command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(sorted(COMMANDS.items()))


@click.group(cls=LazyGroup)
@click.version_option(package_name="lantian")
def group() -> None:
    """Lantian 蓝天: run a district's air-pollution action plan."""


def language() -> str:
    """Return the language of diagnostics: LANTIAN_LANG, else LANG, else Chinese."""
    return os.environ.get("LANTIAN_LANG") or ("en" if os.environ.get("LANG", "zh").startswith("en") else "zh")


def main() -> None:
    """Run the command; a LantianError becomes one sentence on standard error and exit code 1."""
    gc.set_threshold(ALLOCATIONS)
    try:
        group.main()
    except LantianError as error:
        click.echo(error.text.in_language(language()), err=True)
        sys.exit(1)

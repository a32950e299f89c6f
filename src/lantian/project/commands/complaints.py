"""``lantian complaints``: the keys that seal who reported."""

import click

from lantian.kernel.errors import Text
from lantian.kernel.plurals import counted
from lantian.project.cli import language
from lantian.project.commands.records import open_records
from lantian.project.start import use_environment


@click.group()
def command() -> None:
    """Keep the records of who reported."""


@command.command("rotate-keys")
@click.option("--data-dir", type=click.Path(file_okay=False), help="where everything is kept [LANTIAN_DATA_DIR, ./var]")
def rotate_keys(*, data_dir: str | None) -> None:
    """Seal every reporter with a new key and take out keys that seal nothing any more."""
    use_environment(data_dir=data_dir)
    open_records()
    from lantian.apps.complaints.services import rotate_keys as seal_anew  # noqa: PLC0415 - needs Django

    done = seal_anew()
    dropped = ", ".join(done.dropped) or "—"
    said = Text(
        f"密钥 {done.key}：重新封存 {done.records} 条，移除密钥 {dropped}",
        f"key {done.key}: {counted(done.records, 'record')} sealed anew, keys taken out: {dropped}",
    )
    click.echo(said.in_language(language()))

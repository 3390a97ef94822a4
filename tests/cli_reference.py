"""docs/cli.md from the help of the commands: ``make docs`` writes it, and a test says when it is out of date."""

from collections.abc import Iterator

import click

from pipelines.cli import main
from pipelines.settings import PROJECT_FOLDER

DOCUMENT = PROJECT_FOLDER / "docs" / "cli.md"

_WIDTH = 100
_HEAD = """# Commands

Written by `make docs` from `--help`. `sww` stands for `.venv/bin/sww`.
"""


def commands() -> Iterator[tuple[str, click.Command]]:
    """Every command that does something, by its words, in alphabetical order; groups stand for their members."""
    for context in _contexts(_top()):
        yield context.command_path, context.command


def _top() -> click.Context:
    settings = {**main.context_settings, "terminal_width": _WIDTH, "max_content_width": _WIDTH}
    return click.Context(main, info_name="sww", **settings)


def _contexts(context: click.Context) -> Iterator[click.Context]:
    command = context.command
    if not isinstance(command, click.Group):
        yield context
        return
    for name in command.list_commands(context):
        member = command.get_command(context, name)
        assert member is not None
        yield from _contexts(click.Context(member, parent=context, info_name=name, **member.context_settings))


def text() -> str:
    """The document as it should be."""
    sections = [f"## {context.command_path}\n\n```text\n{context.get_help()}\n```\n" for context in _contexts(_top())]
    return "\n".join([_HEAD, *sections])


if __name__ == "__main__":
    DOCUMENT.write_text(text(), "utf-8")

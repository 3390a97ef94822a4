"""Writes the files of a new feed, and never over an existing one."""

import pathlib
from collections.abc import Iterable, Mapping

import yaml

from pipelines.contracts import Column, Contract
from pipelines.scaffolding.examples import Example

_LINE_CHARACTERS = 118


class WouldOverwrite(FileExistsError):
    """The feed has files already. The message names them."""


def write(contract: Contract, example: Example, project: pathlib.Path) -> list[pathlib.Path]:
    """Writes the files of a new feed into the project, and returns their paths.

    Raises:
        WouldOverwrite: one of them is there; then none is written.
    """
    texts = contents(contract, example)
    if there := [path.as_posix() for path in texts if (project / path).exists()]:
        raise WouldOverwrite(f"nothing was written, since there is already: {', '.join(there)}")
    for path, text in texts.items():
        (project / path).parent.mkdir(parents=True, exist_ok=True)
        (project / path).write_text(text, "utf-8")
    return list(texts)


def contents(contract: Contract, example: Example) -> dict[pathlib.Path, str]:
    """The text of each file of a feed, by its path in the project."""
    feed, folder = contract.feed, contract.usual_provider
    tests = pathlib.Path("tests", "feeds", feed)
    return {
        pathlib.Path("pipelines", "defs", folder, feed, "defs.yaml"): declaration(contract),
        pathlib.Path("dbt_project", "models", "staging", folder, f"stg_{feed}.sql"): f"{{{{ staged('{feed}') }}}}\n",
        tests / example.file_name: example.delivery,
        tests / "expected.yaml": _expected(example.expected),
    }


def declaration(contract: Contract) -> str:
    """The contract as ``defs.yaml`` declares it, a line or two for each column."""
    head = {
        "feed": contract.feed,
        "title_zh": contract.title_zh,
        "description": contract.description,
        "owner": contract.owner,
        "domain": contract.domain,
        "providers": list(contract.providers),
        "medium": contract.medium,
        "mode": contract.mode,
        "cadence": contract.cadence,
    }
    lines = ["type: pipelines.components.feed.FeedComponent", "attributes:"]
    lines += [f"  {name}: {_inline(value)}" for name, value in head.items()]
    lines += ["  columns:", *(_column(column) for column in contract.columns)]
    return "\n".join(lines) + "\n"


def _column(column: Column) -> str:
    said = column.model_dump(mode="json", exclude_defaults=True)
    description = {"description": said.pop("description", f"{column.header}.")}
    return _wrapped("    - {", [f"{name}: {_inline(value)}" for name, value in (said | description).items()])


def _expected(expected: Mapping[str, object]) -> str:
    lines = []
    for name, value in expected.items():
        if isinstance(value, list):
            lines += [f"{name}:", *(f"  - {_inline(item)}" for item in value)]
        elif isinstance(value, Mapping):
            lines += [f"{name}:"]
            for key, cells in value.items():
                lines.append(_wrapped(f"  {key}: {{", [f"{column}: {_inline(cell)}" for column, cell in cells.items()]))
        else:
            lines.append(f"{name}: {_inline(value)}")
    return "\n".join(lines) + "\n"


def _wrapped(opening: str, items: Iterable[str]) -> str:
    """The opening and the items in braces, on as many lines as needed."""
    indent = " " * (len(opening))
    lines, line = [], opening
    for number, item in enumerate(items):
        separated = item if number == 0 else f", {item}"
        if len(line) + len(separated) > _LINE_CHARACTERS and number:
            lines.append(f"{line},")
            line = indent + item
        else:
            line += separated
    return "\n".join([*lines, f"{line}}}"])


def _inline(value: object) -> str:
    text = yaml.safe_dump(value, allow_unicode=True, default_flow_style=True, width=10_000, sort_keys=False)
    return text.removesuffix("\n").removesuffix("\n...")

"""Whose file it is by what stands above its header."""

import re
from collections.abc import Iterable

from pipelines.districts import DISTRICTS, stem
from pipelines.providers import Provider, Register

_UNIT = re.compile(r"(?:填报|填表|编报|报送|上报|编制|制表|报表)?(?:单位|部门|机构)(?:名称)?(?:\([^()]*\))?:([^:]+)")


def other_named(titles: Iterable[str], provider: Provider, register: Register) -> str | None:
    """The name of another provider of the same type that the file says it is of; None where it names its own, or none.

    A line 填报单位：… decides; where there is none, a title with the whole name of a provider does. ``titles`` are the
    texts above the header, without spaces.
    """
    titles = tuple(titles)
    if not titles:
        return None
    names = register.names(provider.type)
    lines = [unit for title in titles for unit in _UNIT.findall(title)]
    spellings = {code: _spellings(code, name) for code, name in names.items()}
    for texts, by_code in ((lines, spellings), (titles, {code: (name,) for code, name in names.items()})):
        named = [code for code, spelt in by_code.items() if any(each in text for text in texts for each in spelt)]
        if named:
            return None if provider.code in named else names[named[0]]
    return None


def _spellings(code: str, name: str) -> tuple[str, ...]:
    """How a line may name a provider: of a district also 南山, as in 南山民政局."""
    return (name, stem(name)) if code in DISTRICTS else (name,)

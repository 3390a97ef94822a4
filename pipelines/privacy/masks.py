"""What anybody may see of a text or an identifier: numbers of persons are replaced by stars."""

import pandas as pd

from pipelines.privacy import numbers

_HIDDEN = "*"


def scrub(values: pd.Series) -> pd.Series:
    """The texts with every character of a person's number replaced by ``*``; null stays null."""
    texts = values.astype("str")
    suspects = numbers.suspects(texts)
    if suspects.empty:
        return texts
    clean = {text: scrubbed(text) for text in suspects.unique()}
    texts = texts.copy()
    texts.loc[suspects.index] = suspects.map(clean)
    return texts


def mask(value: str) -> str:
    """What may be shown of an identifier, as ``4403************12``; nothing of a name.

    At most a quarter of it (no more than four digits) is shown at the start, and an eighth (no more than two digits) at
    the end. Only digits are shown.
    """
    folded = numbers.folded(value)
    head, tail = min(4, len(folded) // 4), len(folded) - min(2, len(folded) // 8)
    return "".join(
        character if character.isdecimal() and not head <= position < tail else _HIDDEN
        for position, character in enumerate(folded)
    )


def scrubbed(text: str) -> str:
    """The text with stars for every digit of a person's number."""
    characters = list(text)
    for start, end in numbers.places(text):
        characters[start:end] = _HIDDEN * (end - start)
    return "".join(characters)

"""One person has one pseudonym, and only the holder of the key can make it."""

import pandas as pd
import pytest

from pipelines.privacy import Pseudonymiser

PSEUDONYMISER = Pseudonymiser(b"key of the tests")


def test_a_pseudonym_is_the_head_of_the_keyed_hash() -> None:
    # printf 44030119900307123X | openssl dgst -sha256 -hmac 'key of the tests'
    assert PSEUDONYMISER.pseudonyms(pd.Series(["44030119900307123x"])).tolist() == ["09309d0da435c2c2e0086a72a9807010"]


def test_one_person_has_one_pseudonym_however_the_number_is_written() -> None:
    written = pd.Series(
        ["44030119900307123X", "44030119900307123x", " ４４０３０１１９９００３０７１２３Ｘ", "440301-19900307-123X"]
    )
    assert PSEUDONYMISER.pseudonyms(written).nunique() == 1


def test_another_person_or_another_key_has_another_pseudonym() -> None:
    person, other = pd.Series(["440301199003071234"]), pd.Series(["440301199003071235"])
    made = {
        PSEUDONYMISER.pseudonyms(person).iloc[0],
        PSEUDONYMISER.pseudonyms(other).iloc[0],
        Pseudonymiser(b"another key").pseudonyms(person).iloc[0],
    }
    assert len(made) == 3


def test_null_has_no_pseudonym_and_the_index_stays() -> None:
    made = PSEUDONYMISER.pseudonyms(pd.Series([None, "1", None, "1"], index=[5, 1, 1, 0], name="id_card"))
    assert made.isna().tolist() == [True, False, True, False]
    assert made.index.tolist() == [5, 1, 1, 0]
    assert made.name == "id_card"
    assert made.iloc[1] == made.iloc[3]


def test_an_empty_key_is_refused() -> None:
    with pytest.raises(ValueError, match="empty"):
        Pseudonymiser(b"")

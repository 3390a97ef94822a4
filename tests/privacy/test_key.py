"""The key of the pseudonyms is made once, and no other is used after it."""

import pytest

from pipelines.home import Home
from pipelines.privacy import OtherKey, check_key, key_of


@pytest.fixture(autouse=True)
def no_key_is_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SWW_PII_KEY", raising=False)


def test_a_key_is_made_on_first_use_for_its_owner_alone(home: Home) -> None:
    made = key_of(home)
    assert len(bytes.fromhex(made.decode())) == 32
    assert home.key_file.stat().st_mode & 0o777 == 0o600
    assert key_of(home) == made


def test_the_key_that_the_operator_sets_counts_and_none_is_made(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SWW_PII_KEY", "of the operator")
    assert key_of(home) == b"of the operator"
    assert not home.key_file.exists()


def test_the_key_that_was_used_first_is_the_lakes(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    check_key(home)
    check_key(home)
    monkeypatch.setenv("SWW_PII_KEY", "another")
    with pytest.raises(OtherKey, match="is not the one that the lake was made with"):
        check_key(home)


def test_a_key_that_is_gone_is_missed_and_no_new_one_is_made(home: Home) -> None:
    check_key(home)
    home.key_file.unlink()
    with pytest.raises(OtherKey, match="is gone"):
        check_key(home)
    assert not home.key_file.exists()

"""Who must deliver: the register of a home."""

import datetime

import pytest

from pipelines import providers
from pipelines.home import Home
from pipelines.providers import Provider


def test_an_empty_home_has_the_eleven_districts_and_the_department(home: Home) -> None:
    providers.initialise(home)
    registered = [each.provider for each in providers.registered(home)]
    assert len(registered) == 12
    assert registered[-1] == Provider("municipal", "sz")
    assert Provider("district", "4403SS") in registered
    assert providers.platforms(home) == {}


def test_making_a_home_again_leaves_the_register_alone(home: Home) -> None:
    providers.initialise(home)
    only = home.providers_file.read_text("utf-8").splitlines()[:2]
    home.providers_file.write_text("\n".join(only) + "\n", "utf-8")
    providers.initialise(home)
    assert len(providers.registered(home)) == 1


def test_a_provider_delivers_from_its_first_to_its_last_day() -> None:
    provider = providers.RegisteredProvider(
        provider_type="association",
        provider_code="51440300MJ00000000",
        name_zh="某协会",
        active_from=datetime.date(2025, 1, 1),
        active_to=datetime.date(2025, 6, 30),
    )
    days = [(2024, 12, 31), (2025, 1, 1), (2025, 6, 30), (2025, 7, 1)]
    assert [provider.is_active(datetime.date(*day)) for day in days] == [False, True, True, False]


def test_a_line_that_is_not_right_is_named(home: Home) -> None:
    providers.initialise(home)
    with home.providers_file.open("a", encoding="utf-8") as stream:
        stream.write("district,440399,某区,yesterday,\n")
    with pytest.raises(providers.UnusableRegister, match=r"providers\.csv, line 14: [\s\S]*active_from"):
        providers.registered(home)


def test_a_register_saved_by_excel_in_the_office_encoding_is_named(home: Home) -> None:
    providers.initialise(home)
    home.providers_file.write_bytes(home.providers_file.read_text("utf-8").encode("gb18030"))
    with pytest.raises(providers.UnusableRegister, match=r"providers\.csv is not UTF-8"):
        providers.registered(home)


@pytest.mark.parametrize(
    "content", [b"i: {base_url: [", "一: {base_url: 二}".encode("gb18030")], ids=["cut off", "gbk"]
)
def test_platforms_that_are_no_yaml_are_refused(home: Home, content: bytes) -> None:
    providers.initialise(home)
    home.platforms_file.write_bytes(content)
    with pytest.raises(providers.UnusableRegister, match=r"platforms\.yaml"):
        providers.platforms(home)


def test_a_platform_without_address_is_refused(home: Home) -> None:
    providers.initialise(home)
    home.platforms_file.write_text("i: {token_env: TOKEN}\n")
    with pytest.raises(providers.UnusableRegister, match=r"platforms\.yaml"):
        providers.platforms(home)

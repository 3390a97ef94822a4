"""Who must deliver: the register of a home."""

import datetime
from collections.abc import Callable

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


@pytest.mark.parametrize(
    "saved",
    [
        pytest.param(lambda text: text.encode("gb18030"), id="GBK"),
        pytest.param(lambda text: text.replace("\n", "\r\n").encode("utf-8-sig"), id="a byte order mark"),
        pytest.param(lambda text: text.replace(",", "\t").encode("utf-16"), id="Unicode text"),
        pytest.param(lambda text: text.replace(",", ";").encode(), id="semicolons"),
        pytest.param(lambda text: text.replace("2020-01-01", "2020/1/1").encode(), id="days with slashes"),
        pytest.param(lambda text: text.replace("440303", "４４０３０３ ").encode(), id="wide digits and spaces"),
        pytest.param(lambda text: f"{text}\n,,,,\n\n".encode(), id="empty lines"),
        pytest.param(lambda text: text.replace("\r\n", ",\r\n").encode(), id="an empty column"),
        pytest.param(lambda text: (text + text.splitlines()[1]).encode(), id="a line twice"),
        pytest.param(lambda text: text.replace(",active_to", "").replace(",\r\n", "\r\n").encode(), id="no last days"),
    ],
)
def test_a_register_is_read_as_excel_saves_it(home: Home, saved: Callable[[str], bytes]) -> None:
    providers.initialise(home)
    as_written = providers.registered(home)
    home.providers_file.write_bytes(saved(home.providers_file.read_bytes().decode()))
    assert providers.registered(home) == as_written


def test_a_register_without_its_header_is_told(home: Home) -> None:
    providers.initialise(home)
    lines = home.providers_file.read_text("utf-8").splitlines()
    home.providers_file.write_text("\n".join(lines[1:]), "utf-8")
    with pytest.raises(
        providers.UnusableRegister, match=r"providers\.csv, line 1: the header has no column provider_type"
    ):
        providers.registered(home)


def test_a_register_in_no_encoding_is_told(home: Home) -> None:
    providers.initialise(home)
    home.providers_file.write_bytes(home.providers_file.read_bytes() + b"\xff\xff")
    with pytest.raises(providers.UnusableRegister, match=r"neither UTF-8 nor GBK"):
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

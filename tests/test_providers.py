"""Who must deliver: the register of a home."""

import datetime
import re
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


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("district,440399,某区,yesterday,", "active_from 是“yesterday”，应当是日期，如 2025-01-01"),
        ("district,440399,某区,2025-02-30,", "active_from 是“2025-02-30”，应当是日期"),
        ("区,440399,某区,2025-01-01,", "provider_type 是“区”，应当是 district、"),
        ("district,,某区,2025-01-01,", "provider_code 是“”，应当是区划代码"),
        ("district,4.40399E+05,某区,2025-01-01,", "provider_code 是“4.40399E+05”，应当是区划代码"),
        ("district,440399", "name_zh 是“”，应当是名称；active_from 是“”，应当是日期"),
        ("district,440399,某区,2025-01-01,2024-12-31", "active_to 2024-12-31 早于 active_from 2025-01-01"),
    ],
)
def test_a_line_that_is_not_right_is_named(home: Home, line: str, told: str) -> None:
    providers.initialise(home)
    with home.providers_file.open("a", encoding="utf-8") as stream:
        stream.write(f"{line}\n")
    with pytest.raises(providers.UnusableRegister, match="^" + re.escape(f"providers.csv 第 14 行：{told}")):
        providers.registered(home)


@pytest.mark.parametrize(
    ("header", "told"),
    [
        ("provider_type,provider_code,name_zh,active_from,active_to,remark", "表头中的“remark”多余"),
        ("provider_type,provider_code,name_zh,active_from,active_from", "表头中的“active_from”多余"),
        ("provider_type,name_zh,active_from,active_to", "表头缺少 provider_code"),
    ],
)
def test_a_header_that_is_not_right_is_told(home: Home, header: str, told: str) -> None:
    providers.initialise(home)
    home.providers_file.write_text(f"{header}\ndistrict,440303,罗湖区,2020-01-01,\n", "utf-8")
    with pytest.raises(providers.UnusableRegister, match="^" + re.escape(f"providers.csv 第 1 行：{told}")):
        providers.registered(home)


@pytest.mark.parametrize(
    "saved",
    [
        pytest.param(lambda text: text.encode("gb18030"), id="GBK"),
        pytest.param(lambda text: text.replace("\n", "\r\n").encode("utf-8-sig"), id="a byte order mark"),
        pytest.param(lambda text: text.replace(",", "\t").encode("utf-16"), id="Unicode text"),
        pytest.param(lambda text: text.replace(",", ";").encode(), id="semicolons"),
        pytest.param(lambda text: text.replace("2020-01-01", "2020/1/1").encode(), id="days with slashes"),
        pytest.param(lambda text: text.replace("2020-01-01", "2020/1/1 0:00").encode(), id="days with midnight"),
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
    with pytest.raises(providers.UnusableRegister, match=r"providers\.csv 第 1 行：表头缺少 provider_type"):
        providers.registered(home)


def test_a_register_in_no_encoding_is_told(home: Home) -> None:
    providers.initialise(home)
    home.providers_file.write_bytes(home.providers_file.read_bytes() + b"\xff\xff")
    with pytest.raises(providers.UnusableRegister, match=r"providers\.csv：既不是 UTF-8 也不是 GBK"):
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


TWO = (
    "\ufeffizyz:\n  base_url: https://izyz.example/api\n  token_env: IZYZ_TOKEN\n"
    "'007':\n  base_url: http://10.0.0.7:8080\n  token_env: T7\n"
)


@pytest.mark.parametrize(
    "saved",
    [
        pytest.param(TWO.encode(), id="a byte order mark"),
        pytest.param(TWO.removeprefix("\ufeff").encode("gb18030") + "# 平台\n".encode("gb18030"), id="GBK"),
        pytest.param(TWO.removeprefix("\ufeff").encode("utf-16"), id="Unicode text"),
        pytest.param(TWO.replace("\n", "\r\n").encode(), id="line ends of Windows"),
        pytest.param(TWO.replace("  ", "\t").encode(), id="tabs"),
        pytest.param(TWO.replace("env: ", "env:\t").encode(), id="a tab behind the colon"),
        pytest.param(TWO.replace("'007'", "007").encode(), id="a code of digits"),
        pytest.param(TWO.replace("  token_env: ", "  token_env：").encode(), id="a wide colon"),
        pytest.param(TWO.replace("T7", "“T7”").encode(), id="typographic quotes"),
        pytest.param(TWO.replace("/api", "/api/").encode(), id="a slash at the end"),
        pytest.param(TWO.replace("izyz:", "ｉｚｙｚ:").replace("base_url", "BASE_URL").encode(), id="wide and large"),
    ],
)
def test_platforms_are_read_as_people_save_them(home: Home, saved: bytes) -> None:
    providers.initialise(home)
    home.platforms_file.write_bytes(saved)
    assert {code: tuple(each.model_dump().values()) for code, each in providers.platforms(home).items()} == {
        "izyz": ("https://izyz.example/api", "IZYZ_TOKEN"),
        "007": ("http://10.0.0.7:8080", "T7"),
    }


GOOD = "izyz:\n  base_url: https://izyz.example/api\n  token_env: IZYZ_TOKEN\n"


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (GOOD.replace("https://", ""), "第 2 行：平台“izyz”的 base_url 应以 http:// 或 https:// 开头"),
        (GOOD.replace("https", "ftp"), "第 2 行：平台“izyz”的 base_url 应以 http:// 或 https:// 开头"),
        (GOOD.replace("izyz.example/api", ""), "第 2 行：平台“izyz”的 base_url 不是完整的地址"),
        (GOOD.replace("example", "example:port"), "第 2 行：平台“izyz”的 base_url 不是完整的地址"),
        (GOOD.replace("/api", "/api?key=1"), "第 2 行：平台“izyz”的 base_url 中不应有“?”或“#”"),
        (GOOD.replace("  base_url: https://izyz.example/api\n", ""), "第 1 行：平台“izyz”缺少 base_url"),
        (GOOD.replace("  token_env: IZYZ_TOKEN\n", ""), "第 1 行：平台“izyz”缺少 token_env"),
        (GOOD.replace("IZYZ_TOKEN", ""), "第 3 行：平台“izyz”的 token_env 应当是一个值"),
        (GOOD.replace("IZYZ_TOKEN", "[A, B]"), "第 3 行：平台“izyz”的 token_env 应当是一个值"),
        (GOOD.replace("IZYZ_TOKEN", "sk-secret-9"), "第 3 行：平台“izyz”的 token_env 应当是环境变量的名字"),
        (GOOD.replace("token_env", "token"), "第 3 行：平台“izyz”没有“token”这一项；只应有 base_url 和 token_env"),
        (f"{GOOD}\n{GOOD}", "第 5 行：平台“izyz”在第 1 行已经写过；请只保留一处"),
        (f"{GOOD}  token_env: OTHER\n", "第 4 行：平台“izyz”的 token_env 写了两次"),
        (GOOD.replace("  token", "   token"), "第 3 行：不是有效的 YAML"),
        (GOOD.replace("api", "'api"), "第 2 行：平台“izyz”的 base_url 不是完整的地址"),
        (f'{GOOD}x: "\n', "YAML"),
        ("izyz: https://izyz.example/api\n", "第 1 行：平台“izyz”应写成三行"),
        ("izyz:\n", "第 1 行：平台“izyz”应写成三行"),
        (f"- {GOOD.replace(chr(10), chr(10) + '  ')}", "第 1 行：应写成三行"),
        ("没有平台", "第 1 行：应写成三行"),
        (GOOD.replace("izyz:", "../izyz:"), "第 1 行：平台代码“../izyz”只能用字母"),
        (f"{GOOD}\0", "含有不能显示的字符"),
    ],
)
def test_what_is_wrong_with_a_platform_is_told_with_its_line(home: Home, content: str, expected: str) -> None:
    providers.initialise(home)
    home.platforms_file.write_text(content, "utf-8")
    with pytest.raises(providers.UnusableRegister) as raised:
        providers.platforms(home)
    assert str(raised.value).startswith("platforms.yaml ")
    assert expected in str(raised.value)
    assert "sk-secret" not in str(raised.value)


def test_platforms_in_no_encoding_are_told(home: Home) -> None:
    providers.initialise(home)
    home.platforms_file.write_bytes(GOOD.encode() + b"\xff\xff")
    with pytest.raises(providers.UnusableRegister, match=r"platforms\.yaml：既不是 UTF-8 也不是 GBK"):
        providers.platforms(home)

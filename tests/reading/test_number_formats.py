"""What number formats show, against what Excel shows for them."""

import pytest

from pipelines.reading.number_formats import number_format


@pytest.mark.parametrize(
    ("code", "number", "shown"),
    [
        ("000", 1, "001"), ('"NS-"0000', 2, "NS-0002"), ("0%", 0.95, "95%"), ("0.0%", -0.5, "-50.0%"),
        ('0.0"折"', 9.5, "9.5折"),
        ('0!.0,"万"', 500000, "50.0万"), ('0.0000,"万"', 1, "0.0010万"), ("#,##0.00", 1234.5, "1,234.50"),
        ("#,##0,", 1234567, "1,235"),
        ('_ * #,##0.00_ ;_ * -#,##0.00_ ;_ * "-"??_ ;_ @_ ', -1234.5, "-1,234.50"),
        ('_ * #,##0.00_ ;_ * -#,##0.00_ ;_ * "-"??_ ;_ @_ ', 0, "-"),
        ('[>=10000]0!.0,"万";0', 500000, "50.0万"), ('[>=10000]0!.0,"万";0', 50, "50"), (";;;", 5, ""),
        ("0.##", 1.5, "1.5"),
        ("00-00-00", 123456, "12-34-56"), ("000-0000-0000", 13800138000, "138-0013-8000"), ("#", 0, ""),
        ("0_);[Red]\\(0\\)", -5, "(5)"),
        ("[$¥-804]#,##0.00", 1234567.8, "¥1,234,567.80"), ('"第"0"号"', 3, "第3号"), ("0000\\-00", 202503, "2025-03"),
        ('"1"000', 5, "1005"), ('G/通用格式"元"', 5, "5元"), ('0;-0;"无"', 0, "无"),
        ("0.00E+00", 5, None), ("# ?/?", 0.5, None), ("[DBNum1]0", 3, None), ("yyyy-mm-dd", 3, None),
        ("General", 3, None), ("0", 2.5, "3"), ("0.0", 0.25, "0.3"), ("0.00", 1.005, "1.01"), ("0", -0.5, "-1"),
    ],
)  # fmt: skip
def test_what_is_shown(code: str, number: float, shown: str | None) -> None:
    assert number_format(200, code).shown(number) == shown


@pytest.mark.parametrize(
    "code", ["yyyy/m/d", 'm"月"d"日"', "[h]:mm", "h:mm AM/PM", "[$-804]aaaa", "[$-F800]dddd", "上午/下午h:mm"]
)
def test_dates_and_times(code: str) -> None:
    assert number_format(200, code).is_date


@pytest.mark.parametrize("code", ["0.00", '0"d"', "\\d0", '"year "0', "[Red]0", "#,##0_);(#,##0)", "General"])
def test_numbers(code: str) -> None:
    assert not number_format(200, code).is_date


@pytest.mark.parametrize(
    ("number", "is_date"), [(14, True), (22, True), (31, True), (57, True), (46, True), (2, False), (10, False)]
)
def test_formats_that_a_file_names_by_number_alone(number: int, is_date: bool) -> None:
    assert number_format(number, None).is_date is is_date


@pytest.mark.parametrize("code", ["0%", "0,", '0.0"折"', '0"万元"', ";;;", '"1"0', '0"."0'])
def test_formats_that_change_the_number(code: str) -> None:
    assert not number_format(200, code).keeps_value


@pytest.mark.parametrize("code", ["0", "0.00", "#,##0", '0"元"', "¥0.00", "0.00_ ", "0;-0;;@", "00000"])
def test_formats_that_keep_the_number(code: str) -> None:
    assert number_format(200, code).keeps_value


@pytest.mark.parametrize(
    ("number", "is_kept"), [(500_000, False), (50, True)]
)  # the first in ten thousands, the other as it is
def test_a_format_may_keep_some_numbers(number: float, is_kept: bool) -> None:
    assert number_format(200, '[>=10000]0!.0,"万";0').keeps(number) is is_kept

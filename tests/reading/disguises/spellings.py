"""Ways to write a value that is known: as people type it, as programs save it, and so that nobody can be sure of it.

Each way says what may become of a row that is written so, which is the model that the fuzz holds reading against.
"""

import datetime
import decimal
import enum
import unicodedata
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from pipelines.contracts import Column
from tests.reading.disguises.plain_books import Cell


class Fate(enum.IntEnum):
    """What may become of something beside being read as what it means: nothing, its row quarantined, the file refused.

    It is never read as something else.
    """

    READ = 0
    DOUBTED = 1
    REFUSED = 2


class Way(NamedTuple):
    """A way to write a value; ``write`` gives None for a value that can't be written so.

    ``of_books``: only a workbook can store it.
    """

    fate: Fate
    write: Callable[[Any, Column], Cell | str | None]
    of_books: bool = False


READ, DOUBTED, REFUSED = Fate

Value = str | int | decimal.Decimal | datetime.date | datetime.datetime | bool | None

EPOCH = datetime.datetime(1899, 12, 30)  # noqa: DTZ001 - local, as in a sheet
_FULL_WIDTH = str.maketrans({chr(code): chr(code + 0xFEE0) for code in range(0x21, 0x7F)})
_WEEKDAYS = "一二三四五六日"


def fit(text: str) -> str:
    """The text in full-width characters."""
    return text.translate(_FULL_WIDTH)


def digits(value: int | decimal.Decimal) -> str:
    return f"{value:f}"


def serial(moment: datetime.date) -> float:
    """The number of a day, and its fraction, that a sheet stores since 1900."""
    full = moment if isinstance(moment, datetime.datetime) else datetime.datetime.combine(moment, datetime.time())
    length = full - EPOCH
    return length.days + length.seconds / 86_400


def _where(is_so: bool, cell: Cell | str) -> Cell | str | None:
    return cell if is_so else None


def _formed(code: str, scale: float = 1) -> Callable[[Any, Column], Cell]:
    return lambda value, _: Cell(float(value) * scale, form=code)


def _unit(column: Column) -> str:
    return "元" if "元" in column.header else ""


_BROKEN = (
    Way(DOUBTED, lambda _, __: Cell("#REF!", is_error=True), of_books=True),
    Way(DOUBTED, lambda _, __: Cell("#N/A", is_error=True, formula="VLOOKUP(A1,B:B,1,0)"), of_books=True),
    Way(DOUBTED, lambda _, __: "#VALUE!"),
    Way(DOUBTED, lambda _, __: "########"),
    Way(DOUBTED, lambda _, __: "????"),
    Way(DOUBTED, lambda _, __: "同上"),
    Way(DOUBTED, lambda _, __: "〃"),
    Way(REFUSED, lambda _, __: Cell(formula="A1&B1", is_due=True), of_books=True),
)
"""Ways that leave nothing of the value."""


def _of_texts(plain: Callable[[Any], str]) -> tuple[Way, ...]:
    """Ways to write what is text; ``plain`` is the value as text."""
    return (
        Way(READ, lambda value, _: Cell(plain(value), formula='CONCAT("",A9)'), of_books=True),
        Way(READ, lambda value, _: Cell(plain(value), form="@"), of_books=True),
        Way(READ, lambda value, _: Cell(runs=((plain(value)[:1], "plain"), (plain(value)[1:], "bold"))), of_books=True),
        Way(DOUBTED, lambda value, _: Cell(plain(value), is_struck=True), of_books=True),
        Way(DOUBTED, lambda value, _: Cell(runs=(("7", "struck"), (plain(value), "plain"))), of_books=True),
    )


_NUMBERS = (
    Way(READ, lambda value, _: digits(value)),
    Way(READ, lambda value, _: f"{value:,f}"),
    Way(READ, lambda value, _: fit(digits(value))),
    Way(READ, lambda value, _: fit(f"{value:,f}")),
    Way(READ, lambda value, _: f"'{digits(value)}"),
    Way(READ, lambda value, _: f'="{digits(value)}"'),
    Way(READ, lambda value, _: _where("." not in digits(value), f"{digits(value)}.0")),
    Way(READ, lambda value, _: Cell(float(value)), of_books=True),
    *(Way(READ, _formed(code), of_books=True) for code in (
        "#,##0.00", "0.0000", "0", "@", "_ * #,##0.00_ ;_ * -#,##0.00_ ;_ * \"-\"??_ ;_ @_ ", "0_);(0)", "# ??/??",
        "[Red]0.00", "#,##0;[Red]-#,##0", "G/通用格式", "[>=100]#,##0;0.0000",
    )),
    Way(READ, lambda value, _: Cell(float(value), formula="SUM(H1:H9)"), of_books=True),
    Way(READ, lambda value, column: Cell(float(value), form=f'#,##0.0000"{_unit(column)}"'), of_books=True),
    Way(READ, lambda value, _: Cell(digits(value), form="0%"), of_books=True),
    *(Way(DOUBTED, lambda value, _, mark=mark: f"{digits(value)}{mark}") for mark in (
        "①", "¹", "⑴", "*", "元", "万", "左右", "%", "㎡", "₂", "½", "？",
    )),
    *(Way(DOUBTED, lambda value, _, mark=mark: f"{mark}{digits(value)}") for mark in (
        "约", "¥", "$", "≥", "注1 ", "①",
    )),
    Way(DOUBTED, lambda value, _: f"{value:,f}".replace(",", " ")),
    Way(DOUBTED, lambda value, _: f"{value:,f}".replace(",", "'")),
    Way(DOUBTED, lambda value, _: f"{float(value):.14E}"),
    Way(DOUBTED, lambda value, _: digits(value / decimal.Decimal(10_000)) + "万"),
    Way(DOUBTED, lambda value, _: Cell(runs=((digits(value), "plain"), ("1", "superscript"))), of_books=True),
    Way(DOUBTED, lambda value, _: Cell(runs=((digits(value), "plain"), ("2", "subscript"))), of_books=True),
    Way(DOUBTED, lambda value, _: Cell(runs=(("9", "struck"), (digits(value), "plain"))), of_books=True),
    Way(DOUBTED, lambda value, _: Cell(float(value), is_struck=True), of_books=True),
    Way(DOUBTED, lambda value, _: Cell(float(value) / 100, form="0%"), of_books=True),
    Way(DOUBTED, lambda value, _: Cell(float(value) / 100, form="0.00%"), of_books=True),
    Way(DOUBTED, lambda value, _: Cell(float(value) / 10, form='0"0"'), of_books=True),
    Way(DOUBTED, lambda value, _: Cell(float(value) * 1000, form="#,##0.0000,"), of_books=True),
    Way(REFUSED, lambda value, _: Cell(float(value) / 10_000, form='0.0000"万"'), of_books=True),
    Way(DOUBTED, lambda value, _: Cell(float(value) / 1000, form='#,##0.000"千"'), of_books=True),
    *(Way(DOUBTED, _formed(code), of_books=True) for code in (
        ";;;", '0!.0,"万"', '0!.0,"万元"', "0.00E+00", "[DBNum1]0", "[DBNum2][$-804]0", "yyyy-mm-dd", "[h]:mm",
        '0"%"', "mm:ss",
    )),
    Way(DOUBTED, lambda value, _: _where(value in {0, 1}, Cell(bool(value)))),
    Way(REFUSED, lambda value, column: (
        Cell(float(value) / 10_000, form='0.0000"万元"') if _unit(column) else None
    ), of_books=True),
)  # fmt: skip

_DATE_FORMS = (
    "yyyy-mm-dd", "yyyy/m/d", 'yyyy"年"m"月"d"日"', 'yyyy"年"m"月"', 'm"月"d"日"', "[$-804]aaaa", "d-mmm-yy", "mmm-yy",
    "[$-F800]dddd, mmmm dd, yyyy", "yyyy-mm-dd;@", "[DBNum1][$-804]yyyy年m月d日", "yyyy\\-mm\\-dd hh:mm", "m/d/yy h:mm",
    "e-m-d",
)  # fmt: skip

_DATES = (
    *(Way(READ, lambda day, _, form=form: form.format(day)) for form in (
        "{:%Y-%m-%d}", "{0:%Y}/{0.month}/{0.day}", "{0:%Y}.{0.month}.{0.day}", "{0:%Y}年{0.month}月{0.day}日",
        "{0:%Y} 年 {0.month} 月 {0.day} 日", "{:%Y%m%d}", "{:%Y%m%d}.0", "{:%Y-%m-%d} 00:00:00", "{:%Y/%m/%d} 0:00",
        "{:%Y—%m—%d}", "{:%Y %m %d}", "'{:%Y-%m-%d}", "{:%Y-%m-%dT00:00:00}", "{:%Y-%m-%d} 09:30",
        "{:%Y/%m/%d} 下午3:30",
        "{:%Y-%m-%d}T00:00:00+08:00", "{:%Y-%m-%dT%H:%M:%S}.000", "{:%Y-%m-%d} 09:30:00",
        "{0.year}.{0.month}.{0.day} 9:30",
    )),
    Way(READ, lambda day, _: fit(f"{day:%Y-%m-%d}")),
    Way(READ, lambda day, _: f"{day - datetime.timedelta(days=1):%Y-%m-%d}T16:00:00Z"),
    Way(READ, lambda day, _: f"{day - datetime.timedelta(days=1):%Y-%m-%d} 16:00:00+00:00"),
    Way(READ, lambda day, _: f"{day:%Y-%m-%d}（星期{_WEEKDAYS[day.weekday()]}）"),
    Way(READ, lambda day, _: f"{day.year}年{day.month}月{day.day}日 星期{_WEEKDAYS[day.weekday()]}"),
    *(Way(READ, lambda day, _, code=code: Cell(serial(day), form=code), of_books=True) for code in _DATE_FORMS),
    *(Way(READ, lambda day, _, code=code: Cell(serial(day), form=code), of_books=True) for code in (None, "0", "@")),
    Way(READ, lambda day, _: Cell(float(f"{day:%Y%m%d}")), of_books=True),
    Way(READ, lambda day, _: Cell(serial(day), form="yyyy-mm-dd", formula="TODAY()"), of_books=True),
    Way(READ, lambda day, _: Cell(serial(day) + 0.4, form="yyyy-mm-dd"), of_books=True),
    Way(READ, lambda day, _: Cell(serial(day) - 1e-9, form="yyyy-mm-dd"), of_books=True),
    *(Way(DOUBTED, lambda day, _, form=form: form.format(day)) for form in (
        "{0.month}/{0.day}/{0.year}", "{0.day}/{0.month}/{0.year}", "{:%y-%m-%d}", "{:%y/%m/%d}",
        "{0.year}年{0.month}月",
        "{0.month}月{0.day}日", "{:%Y-%m-%d}①", "{0:%Y-%m-%d}至{0:%Y-%m-%d}", "{:%Y-%m-%d}?", "约{:%Y-%m-%d}",
        "{0.year}",
        "{:%Y%m}", "{0.year}-{0.month}", "民国{0.year}年", "{:%d%m%Y}", "{:%y%m%d}", "{:%Y-%m-%d} 24:00", "{0.day}",
        "{0:%Y-%m-%d}、{0:%Y-%m-%d}",
    )),
    Way(DOUBTED, lambda day, _: f"{serial(day):.0f}"),
    Way(DOUBTED, lambda day, _: f"{day:%Y-%m-%d}（星期{_WEEKDAYS[day.weekday() - 1]}）"),
    Way(DOUBTED, lambda day, _: f"{day - datetime.timedelta(days=1):%Y-%m-%d} 23:59:17"),
    Way(DOUBTED, lambda day, _: Cell(serial(day) - 43 / 86_400, form="yyyy-mm-dd"), of_books=True),
    Way(DOUBTED, lambda day, _: Cell(serial(day) - 43 / 86_400), of_books=True),
    Way(DOUBTED, lambda day, _: Cell(serial(day), form="[h]:mm:ss"), of_books=True),
    Way(DOUBTED, lambda day, _: Cell(serial(day), form="0%"), of_books=True),
    Way(DOUBTED, lambda day, _: Cell(serial(day), is_struck=True, form="yyyy-mm-dd"), of_books=True),
    Way(DOUBTED, lambda day, _: Cell(float(day.year)), of_books=True),
    Way(DOUBTED, lambda day, _: Cell(float(f"{day:%Y%m}")), of_books=True),
    Way(DOUBTED, lambda day, _: Cell(float(day.year) + day.month / 100), of_books=True),
)  # fmt: skip

_MOMENTS = (
    *(Way(READ, lambda moment, _, form=form: form.format(moment)) for form in (
        "{:%Y-%m-%d %H:%M}", "{:%Y-%m-%dT%H:%M:%S}", "{:%Y-%m-%d %H:%M:%S.000}", "{0:%Y}/{0.month}/{0.day} {0:%H:%M}",
        "{:%Y年%m月%d日 %H时%M分}", "{:%Y年%m月%d日%H:%M}", "{:%Y%m%d%H%M%S}", "{:%Y%m%d%H%M}",
        "{:%Y-%m-%dT%H:%M:%S+08:00}",
        "{:%Y.%m.%d %H:%M:%S}",
    )),
    Way(READ, lambda moment, _: f"{moment - datetime.timedelta(hours=8):%Y-%m-%dT%H:%M:%SZ}"),
    Way(READ, lambda moment, _: fit(f"{moment:%Y-%m-%d}") + "\u3000" + fit(f"{moment:%H:%M}")),
    *(Way(READ, lambda moment, _, code=code: Cell(serial(moment), form=code), of_books=True) for code in (
        None, "yyyy-mm-dd hh:mm", "yyyy/m/d h:mm", "yyyy-mm-dd", 'yyyy"年"m"月"d"日" h"时"mm"分"', "@",
    )),
    *(Way(DOUBTED, lambda moment, _, form=form: form.format(moment)) for form in (
        "{0.month}/{0.day}/{0.year} {0:%H:%M}", "{:%y-%m-%d %H:%M}", "{:%H:%M}", "{:%Y-%m-%d %H:%M}①",
        "{:%Y-%m-%d %H点}",
        "{:%Y-%m-%d %I:%M %p}", "{:%Y-%m-%d %H.%M}",
    )),
    Way(DOUBTED, lambda moment, _: f"{serial(moment):.8f}"),
)  # fmt: skip

_ANSWERS = (
    *(Way(READ, lambda is_so, _, yes=yes, no=no: yes if is_so else no) for yes, no in (
        ("是", "否"), ("有", "无"), ("Y", "N"), ("yes", "no"), ("1", "0"), ("√", "×"), ("TRUE", "FALSE"), ("Ｙ", "Ｎ"),
        ("✓", "✗"), ("对", "错"), ("１", "０"),
    )),
    Way(READ, lambda is_so, _: Cell(is_so), of_books=True),
    Way(READ, lambda is_so, _: Cell(float(is_so)), of_books=True),
    Way(READ, lambda is_so, _: Cell(float(is_so), form="0.00"), of_books=True),
    *(Way(DOUBTED, lambda is_so, _, yes=yes, no=no: yes if is_so else no) for yes, no in (
        ("已", "未"), ("■", "□"), ("是①", "否①"), ("是（有）", "否（无）"), ("是/否", "是/否"), ("①", "②"), ("2", "3"),
    )),
    *(Way(DOUBTED, lambda is_so, _, code=code: Cell(float(is_so), form=code), of_books=True) for code in (
        '"是";;"否"', '"√";"×";"×"', ";;;", '[=1]"是";"否"', "0%", "yyyy-mm-dd",
    )),
    Way(DOUBTED, lambda is_so, _: Cell(0.0 if is_so else 1.0, form='"否";;"是"'), of_books=True),
    Way(DOUBTED, lambda is_so, _: Cell("是" if is_so else "否", is_struck=True), of_books=True),
)  # fmt: skip


def _tail(code: str) -> tuple[str, str]:
    """A code, and the digits at its end."""
    head = code.rstrip("0123456789")
    return head, code[len(head) :]


def _counted(code: str, column: Column) -> Cell | None:
    """A code as the number that its format shows with what stands before it, and with its leading zeros."""
    head, number = _tail(code)
    if column.enumeration or not 0 < len(number) <= 12 or '"' in head:
        return None
    return Cell(float(number), form=(f'"{head}"' if head else "") + "0" * len(number))


def _as_number(code: str, form: str | None) -> Cell | None:
    """A code as a plain number, if it has nothing to lose."""
    return Cell(float(code), form=form) if code.isdecimal() and code[0] != "0" and len(code) <= 15 else None


_CODES = (
    Way(READ, lambda code, _: fit(code)),
    Way(READ, lambda code, _: f"'{code}"),
    Way(READ, lambda code, _: f"{code}`"),
    Way(READ, lambda code, _: f'="{code}"'),
    Way(READ, lambda code, _: f"“{code}”"),
    Way(READ, lambda code, _: f'"{code}"'),
    Way(READ, lambda code, _: f"{code}\t"),
    Way(READ, lambda code, _: f"\u202d{code}\u202c"),
    Way(READ, lambda code, column: _where(code.isdecimal() and not column.enumeration, f"{code}.0")),
    Way(READ, _counted, of_books=True),
    *(Way(READ, lambda code, _, form=form: _as_number(code, form), of_books=True) for form in (
        None, "0", "@", "0_ ", "#,##0", "G/通用格式", "General",
    )),
    Way(READ, lambda code, column: _where(not column.enumeration, code.lower()) if code.islower() else None),
    *(Way(DOUBTED, lambda code, _, mark=mark: f"{code}{mark}") for mark in (
        "①", "²", "*", "†", "?", "”", "㈠", "1️⃣", "\ufffd", "⁽¹⁾", "\U0001d7cf",
    )),
    Way(DOUBTED, lambda code, _: Cell(runs=((code, "plain"), ("1", "superscript"))), of_books=True),
    Way(DOUBTED, lambda code, _: Cell(runs=((code, "plain"), ("3", "subscript"))), of_books=True),
    Way(DOUBTED, lambda code, _: f"{int(code):,}" if code.isdecimal() and int(code) > 999 else None),
    Way(DOUBTED, lambda code, _: f"{float(code):.5E}" if code.isdecimal() and len(code) > 11 else None),
    Way(DOUBTED, lambda code, _: f"{float(code):.3G}" if code.isdecimal() and len(code) > 11 else None),
    Way(DOUBTED, lambda code, _: Cell(float(code)) if code.isdecimal() and len(code) > 15 else None, of_books=True),
    Way(DOUBTED, lambda code, _: (
        Cell(float(code), form="0") if code.isdecimal() and len(code) > 15 else None
    ), of_books=True),
    Way(DOUBTED, lambda code, _: (
        Cell(float(code), form="0.00E+00") if code.isdecimal() and code[0] != "0" else None
    ), of_books=True),
    *(Way(DOUBTED, lambda code, _, form=form: _as_date(code, form), of_books=True) for form in (
        'm"月"d"日"', "yyyy-mm-dd", "d-mmm", "mmm-yy", "m-d",
    )),
    *(Way(DOUBTED, lambda code, _, form=form: _as_date_text(code, form)) for form in (
        "{0.month}月{0.day}日", "{:%Y-%m-%d}", "{:%Y/%m/%d}", "{:%Y-%m-%d} 00:00:00", "{:%d-%b}", "{:%b-%d}",
    )),
    *(Way(DOUBTED, lambda code, _, form=form: (
        Cell(float(code), form=form) if code.isdecimal() and len(code) < 12 else None
    ), of_books=True) for form in (";;;", "[DBNum1]0", "yyyy-mm-dd", "[h]:mm", "aaaa")),
)  # fmt: skip


def _date_of(code: str) -> datetime.datetime | None:
    """The date that Excel makes of a code such as 3-1."""
    month, _, day = code.partition("-")
    if not (month.isdecimal() and day.isdecimal() and 0 < int(month) < 13 and 0 < int(day) < 29):
        return None
    return datetime.datetime(2025, int(month), int(day))  # noqa: DTZ001


def _as_date(code: str, form: str) -> Cell | None:
    day = _date_of(code)
    return Cell(serial(day), form=form) if day else None


def _as_date_text(code: str, form: str) -> str | None:
    day = _date_of(code)
    return form.format(day) if day else None


_DISTRICTS = {"440303": "罗湖区", "4403SS": "深汕特别合作区", "440311": "光明区"}
_PLACES = (
    *(Way(READ, lambda code, _, form=form: form.format(_DISTRICTS[code])) for form in (
        "{}", "深圳市{}", "广东省深圳市{}", " {} ", "{}\u200b",
    )),
    Way(READ, lambda code, _: _where(code.isdecimal(), _DISTRICTS[code].removesuffix("区"))),
    Way(READ, lambda code, _: f"{code}000000" if code.isdecimal() else None),
    Way(READ, lambda code, _: Cell(float(code)) if code.isdecimal() else None, of_books=True),
    Way(READ, lambda code, _: fit(code)),
    Way(READ, lambda code, _: f"'{code}"),
    *(Way(DOUBTED, lambda code, _, mark=mark: f"{_DISTRICTS[code]}{mark}") for mark in ("①", "*", "²")),
)  # fmt: skip

_IDENTIFIERS = (
    *(Way(READ, lambda code, _, form=form: form.format(code)) for form in ("'{}", '="{}"', "\t{}", "\u202d{}\u202c")),
    Way(READ, lambda code, _: fit(code)),
    Way(READ, lambda code, _: code.lower()),
    Way(READ, lambda code, _: f"{code[:8]} {code[8:]}"),
    Way(READ, lambda code, _: f"{code[:8]}\n{code[8:]}"),
    Way(DOUBTED, lambda code, _: Cell(float(code)) if code.isdecimal() else None, of_books=True),
    Way(DOUBTED, lambda code, _: Cell(float(code), form="0") if code.isdecimal() else None, of_books=True),
    Way(DOUBTED, lambda code, _: f"{float(code):.5E}" if code.isdecimal() else None),
    *(Way(DOUBTED, lambda code, _, mark=mark: f"{code}{mark}") for mark in ("①", "*", "¹")),
)  # fmt: skip

_MEMBERS = (
    Way(READ, lambda member, _: "\u3000".join(member)),
    Way(READ, lambda member, _: " ".join(member)),
    Way(READ, lambda member, _: "\n".join(member)),
    Way(READ, lambda member, _: f"“{member}”"),
    *(Way(DOUBTED, lambda member, _, mark=mark: f"{member}{mark}") for mark in ("①", "类", "*", "（略）")),
)

_TEXTS = (
    Way(READ, lambda text, _: f"\u202a{text}\u202c"),
    Way(READ, lambda text, _: f"{text}\u3000\u3000"),
    Way(READ, lambda text, _: _as_number(text, None), of_books=True),
    Way(READ, lambda text, _: _as_number(text, "0"), of_books=True),
)

WAYS: dict[str, Sequence[Way]] = {
    "text": (*_of_texts(str), *_TEXTS, *_BROKEN),
    "code": (*_of_texts(str), *_CODES, *_BROKEN),
    "district": (*_of_texts(str), *_PLACES, *_BROKEN),
    "uscc": (*_of_texts(str), *_IDENTIFIERS, *_BROKEN),
    "member": (*_of_texts(str), *_MEMBERS, *_BROKEN),
    "int": (*_NUMBERS, *_BROKEN),
    "decimal": (*_NUMBERS, *_BROKEN),
    "date": (*_DATES, *_BROKEN),
    "datetime": (*_MOMENTS, *_BROKEN),
    "bool": (*_ANSWERS, *_BROKEN),
}

BLANKS: Sequence[Cell | str] = ("", " ", "\u3000", "-", "—", "/", "N/A", "null", "\u200b", "--", "\u00a0", "／", "－")
"""Ways to say that nothing is said, in every type."""


def plain(value: Value, column: Column) -> Cell:
    """The value as it stands in a clean file."""
    if value is None:
        return Cell()
    if column.type == "bool":
        return Cell("是" if value else "否")
    if isinstance(value, datetime.datetime):
        return Cell(f"{value:%Y-%m-%d %H:%M}")
    if isinstance(value, (int, decimal.Decimal)):
        return Cell(digits(value))
    return Cell(str(value))


def ways_of(column: Column) -> Sequence[Way]:
    if column.references:
        return WAYS["district"]
    return WAYS["member" if column.enumeration else column.type]


def is_seen(cell: Cell) -> bool:
    """Whether a person sees something in the cell."""
    texts = [text for text, _ in cell.runs] or ([cell.stored] if isinstance(cell.stored, str) else [])
    if cell.is_due or (not texts and cell.stored is not None):
        return True
    return any(unicodedata.category(sign) not in {"Cf", "Cc", "Zs", "Zl", "Zp"} for text in texts for sign in text)

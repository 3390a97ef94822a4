"""Who must deliver, and since when: the home's ``providers.csv`` and ``platforms.yaml``, kept by hand."""

import codecs
import collections
import csv
import datetime
import io
import pathlib
import re
import unicodedata
from collections.abc import Iterable
from typing import NamedTuple, get_args

import pydantic

from pipelines import platforms_file
from pipelines.contracts import ProviderType
from pipelines.districts import DISTRICTS
from pipelines.home import Home

MUNICIPAL_CODE = "sz"
_DAY = re.compile(r"^(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?: 0?0:00(?::00)?)?$")
_FIRST_DAY = datetime.date(2020, 1, 1)


class Provider(NamedTuple):
    """Who delivers: the type and, within it, the code (GB/T 2260 for a district, GB 32100 for an association)."""

    type: str
    code: str


class UnusableRegister(ValueError):
    """``providers.csv`` or ``platforms.yaml`` can't be used. The message names the file, the line and the reason."""


class RegisteredProvider(pydantic.BaseModel, extra="forbid", frozen=True):
    """A provider, and the time in which it must deliver. ``active_to`` is the last day, or None for no end.

    A field's description says to who keeps the register what should stand there.
    """

    provider_type: ProviderType = pydantic.Field(description=f"应当是 {'、'.join(get_args(ProviderType))} 之一")
    provider_code: str = pydantic.Field(
        pattern=r"^[\w-][\w.-]*$",
        description="应当是区划代码、统一社会信用代码或平台代码；在 Excel 中请把这一列设为文本",
    )
    name_zh: str = pydantic.Field(description="应当是名称")
    active_from: datetime.date = pydantic.Field(description="应当是日期，如 2025-01-01")
    active_to: datetime.date | None = pydantic.Field(default=None, description="应当是日期，如 2025-12-31，或留空")

    @pydantic.field_validator("active_to", mode="before")
    @classmethod
    def _empty_is_open(cls, value: object) -> object:
        return value or None

    @property
    def provider(self) -> Provider:
        return Provider(self.provider_type, self.provider_code)

    def is_active(self, on: datetime.date) -> bool:
        return self.active_from <= on and (self.active_to is None or on <= self.active_to)


class Register:
    """The registered providers of a home: who must deliver, and when."""

    def __init__(self, providers: Iterable[RegisteredProvider]) -> None:
        self._times: collections.defaultdict[Provider, list[RegisteredProvider]] = collections.defaultdict(list)
        for each in providers:
            self._times[each.provider].append(each)

    def names(self, provider_type: str) -> dict[str, str]:
        """The names of all providers of the type that were ever registered, by code."""
        return {
            provider.code: times[-1].name_zh
            for provider, times in self._times.items()
            if provider.type == provider_type and times[-1].name_zh
        }

    def is_active(self, provider: Provider, on: datetime.date) -> bool:
        """Whether the provider is registered and must deliver on that day."""
        return any(each.is_active(on) for each in self._times.get(provider, ()))


class Platform(pydantic.BaseModel, extra="forbid", frozen=True):
    """Where a volunteer platform answers, and which environment variable holds its token."""

    base_url: str
    token_env: str


def registered(home: Home) -> list[RegisteredProvider]:
    """Every filled line of ``providers.csv``, once, also as Excel saves it.

    That is in UTF-8, UTF-16 or GBK, with commas, tabs or semicolons, and with days as 2025/1/1.

    Raises:
        UnusableRegister: a line is not as it should be.
    """
    name = home.providers_file.name
    text = _text(home.providers_file, "在 Excel 中另存为“CSV UTF-8”")
    delimiter = max(",\t;", key=text.partition("\n")[0].count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    fields = [_plain(cell) for cell in next(reader, [])]
    expected = RegisteredProvider.model_fields
    if lacking := [field for field in expected if field not in fields and field != "active_to"]:
        raise UnusableRegister(f"{name} 第 1 行：表头缺少 {'、'.join(lacking)}；应当是 {','.join(expected)}")
    if others := [field for field in fields if field and (field not in expected or fields.count(field) > 1)]:
        raise UnusableRegister(f"{name} 第 1 行：表头中的“{others[0][:40]}”多余；应当是 {','.join(expected)}")
    found: dict[RegisteredProvider, None] = {}
    for cells in reader:
        line = {field: _plain(cell) for field, cell in zip(fields, cells, strict=False) if field}
        if any(line.values()):
            found[_registered(line, f"{name} 第 {reader.line_num} 行")] = None
    return list(found)


def _text(path: pathlib.Path, way_to_save: str) -> str:
    content = path.read_bytes()
    marks = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
    for encoding in ("utf-16",) if content.startswith(marks) else ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise UnusableRegister(f"{path.name}：既不是 UTF-8 也不是 GBK；请{way_to_save}")


def _plain(cell: str) -> str:
    return unicodedata.normalize("NFKC", cell).strip()


def _registered(line: dict[str, str], where: str) -> RegisteredProvider:
    days = {field: _DAY.sub(_iso_day, line[field]) for field in ("active_from", "active_to") if field in line}
    try:
        found = RegisteredProvider.model_validate(line | days)
    except pydantic.ValidationError as error:
        fields = dict.fromkeys(str(each["loc"][0]) for each in error.errors())
        told = [
            f"{field} 是“{line.get(field, '')[:40]}”，{RegisteredProvider.model_fields[field].description}"
            for field in fields
        ]
        raise UnusableRegister(f"{where}：{'；'.join(told)}") from error
    if found.active_to and found.active_to < found.active_from:
        raise UnusableRegister(f"{where}：active_to {found.active_to} 早于 active_from {found.active_from}")
    return found


def _iso_day(match: re.Match[str]) -> str:
    year, month, day = match.groups()
    return f"{year}-{int(month):02}-{int(day):02}"


def write_register(path: pathlib.Path, providers: Iterable[RegisteredProvider]) -> None:
    """Writes ``providers.csv``."""
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, fieldnames=list(RegisteredProvider.model_fields))
        writer.writeheader()
        writer.writerows(provider.model_dump() for provider in providers)


def platforms(home: Home) -> dict[str, Platform]:
    """The platforms to ask, by code; none where there is no ``platforms.yaml``.

    Raises:
        UnusableRegister: the file is not as it should be.
    """
    if not home.platforms_file.exists():
        return {}
    name = home.platforms_file.name
    text = _text(home.platforms_file, "用记事本打开，另存为 UTF-8")
    try:
        return {code: Platform(**fields) for code, fields in platforms_file.declared(text).items()}
    except platforms_file.Unusable as error:
        raise UnusableRegister(f"{name} {error}") from error


def initial_providers(active_from: datetime.date) -> list[RegisteredProvider]:
    """The eleven districts and the department itself."""
    districts = [
        RegisteredProvider(provider_type="district", provider_code=code, name_zh=name, active_from=active_from)
        for code, name in DISTRICTS.items()
    ]
    department = RegisteredProvider(
        provider_type="municipal", provider_code=MUNICIPAL_CODE, name_zh="市委社会工作部", active_from=active_from
    )
    return [*districts, department]


def is_kept_by_hand(home: Home) -> bool:
    """Whether somebody has changed ``providers.csv`` since the home was made."""
    return home.providers_file.exists() and registered(home) != initial_providers(_FIRST_DAY)


def initialise(home: Home) -> None:
    """Makes an empty home; a register that is there stays as it is."""
    home.make_folders()
    if not home.providers_file.exists():
        write_register(home.providers_file, initial_providers(_FIRST_DAY))
    if not home.platforms_file.exists():
        home.platforms_file.write_text("{}\n", "utf-8")

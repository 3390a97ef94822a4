"""``platforms.yaml`` as people save it: every platform with its address and the variable that holds its token."""

import re
import unicodedata
import urllib.parse
from collections.abc import Iterator
from typing import NoReturn

import yaml

_SIGNS = str.maketrans({"\t": "  ", "：": ": ", "“": '"', "”": '"', "\u3000": "  ", "\xa0": " "})
_FIELDS = ("base_url", "token_env")
_EXAMPLE = "应写成三行：平台代码加冒号，下面缩进两格写 base_url: 和 token_env:"


class Unusable(ValueError):
    """What is written can't be used. The message has the line and the reason, in Chinese, and no value of a token."""


def declared(text: str) -> dict[str, dict[str, str]]:
    """The fields of each platform, by code, as they are written: a code of digits keeps its zeros.

    Raises:
        Unusable: something is missing, is there twice, or is not what it should be.
    """
    try:
        root = yaml.compose(text.translate(_SIGNS), Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        raise Unusable(
            f"第 {line} 行：不是有效的 YAML；冒号后面要有空格，同一层的缩进要对齐，引号和括号要成对"
        ) from error
    except yaml.YAMLError as error:
        raise Unusable("含有不能显示的字符；请用记事本打开，删去后另存为 UTF-8") from error
    if root is None or (isinstance(root, yaml.ScalarNode) and root.value in ("", "null", "~")):
        return {}
    found: dict[str, tuple[int, dict[str, str]]] = {}
    for key, node in _pairs(root, _EXAMPLE):
        code = _plain(key)
        if not re.fullmatch(r"[\w-][\w.-]*", code):
            _refuse(key, f"平台代码“{code[:40]}”只能用字母、数字、“-”和“_”")
        if code in found:
            _refuse(key, f"平台“{code}”在第 {found[code][0]} 行已经写过；请只保留一处")
        found[code] = (key.start_mark.line + 1, _fields(code, key, node))
    return {code: fields for code, (_, fields) in found.items()}


def _fields(code: str, key: yaml.Node, node: yaml.Node) -> dict[str, str]:
    fields: dict[str, str] = {}
    for name_node, value_node in _pairs(node, f"平台“{code}”{_EXAMPLE}"):
        name = _plain(name_node).casefold()
        if name not in _FIELDS:
            _refuse(name_node, f"平台“{code}”没有“{name[:40]}”这一项；只应有 {' 和 '.join(_FIELDS)}")
        if name in fields:
            _refuse(name_node, f"平台“{code}”的 {name} 写了两次；请只保留一处")
        value = _plain(value_node) if isinstance(value_node, yaml.ScalarNode) else ""
        if not value or value in ("null", "~"):
            _refuse(value_node, f"平台“{code}”的 {name} 应当是一个值")
        fields[name] = _address(code, value_node, value) if name == "base_url" else _variable(code, value_node, value)
    if lacking := [name for name in _FIELDS if name not in fields]:
        _refuse(key, f"平台“{code}”缺少 {'、'.join(lacking)}")
    return fields


def _address(code: str, node: yaml.Node, value: str) -> str:
    what = f"平台“{code}”的 base_url"
    try:
        parts = urllib.parse.urlsplit(value)
        is_complete = bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        is_complete = False
    if not re.match("https?://", value, re.IGNORECASE):
        _refuse(node, f"{what} 应以 http:// 或 https:// 开头")
    if not is_complete or re.search(r"[\s\\'\"<>,;]", value):
        _refuse(node, f"{what} 不是完整的地址，应当像 https://izyz.example/api")
    if "?" in value or "#" in value:
        _refuse(node, f"{what} 中不应有“?”或“#”，请只写到路径为止")
    return value.rstrip("/")


def _variable(code: str, node: yaml.Node, value: str) -> str:
    if not re.fullmatch("[A-Za-z_][A-Za-z0-9_]*", value):  # it may be the token itself, so it is not shown
        _refuse(node, f"平台“{code}”的 token_env 应当是环境变量的名字（字母、数字、“_”），不是令牌本身")
    return value


def _pairs(node: yaml.Node, expected: str) -> Iterator[tuple[yaml.Node, yaml.Node]]:
    if not isinstance(node, yaml.MappingNode):
        _refuse(node, expected)
    for key, value in node.value:
        if not isinstance(key, yaml.ScalarNode):
            _refuse(key, expected)
        yield key, value


def _plain(node: yaml.Node) -> str:
    return unicodedata.normalize("NFKC", node.value).strip()


def _refuse(node: yaml.Node, reason: str) -> NoReturn:
    raise Unusable(f"第 {node.start_mark.line + 1} 行：{reason}")

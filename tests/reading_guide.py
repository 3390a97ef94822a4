"""docs/reading.md from the guide's entries: ``make docs`` writes it, and a test says when it is out of date."""

from pipelines.reading import guide
from pipelines.settings import PROJECT_FOLDER

DOCUMENT = PROJECT_FOLDER / "docs" / "reading.md"

_HEAD = """# 读取说明

What becomes of a delivered file, written for those who send it: by `make docs`, from `pipelines/reading/guide.py`. The
reasons in 退回清单 name the entries of this table, and for each entry a test shows that this is what is done.

每个单元格，要么按常人所见的意思读取，要么该行退回，要么整份文件退回；表头以下每个有内容的行，要么是一条记录，要么（标题、不完整的合计、签名、说明）不计入记录并单独计数。

| 项目 | 常见情形 | 处理 | 请这样做 |
| --- | --- | --- | --- |
"""

_FOOT = """
## 更正、撤销和被退回的行

- **更正**：事件类数据流中，同一编号以后再次报送而内容不同，以最新的一次为准；内容相同的不重复计算。
- **撤销**：事件类数据流可以加一列“撤销”。填“是”的行撤回该编号的记录，其他各列可以不填；整份文件都是撤销的，只要编号和“撤销”两列；以后再次报送该编号，记录即恢复。名单和台账不用此列，删去该行即可。
- **名单中被退回的行**：一行被退回，而上一份名单中有这条记录，则该记录按上一份的内容继续有效，直到下一份；指标中标为“沿用”。
"""  # noqa: E501


def text() -> str:
    """The document as it should be."""
    lines = ((each.title_zh, each.cases_zh, each.done_zh, each.advice_zh) for each in guide.ENTRIES)
    return _HEAD + "".join(f"| {' | '.join(cells)} |\n" for cells in lines) + _FOOT


if __name__ == "__main__":
    DOCUMENT.write_text(text(), "utf-8")

"""The page at the root of the docs that ``sww ui`` serves: where to look, in Chinese and English."""

import pathlib

from pipelines.home import Home

_PAGE = """<!DOCTYPE html>
<html lang="zh-CN">
<head>
<meta charset="utf-8">
<title>社会工作数据仓库</title>
<style>
body {{ margin: 3rem auto; max-width: 44rem; font: 16px/1.6 "Noto Sans CJK SC", "Microsoft YaHei", sans-serif; }}
a {{ color: #0b5fa5; }}
li {{ margin: 1rem 0; }}
</style>
</head>
<body>
<h1>社会工作数据仓库</h1>
<p>本页列出数据仓库的说明文档。The documentation of the social-work data warehouse.</p>
<ul>
{entries}
</ul>
</body>
</html>
"""


def write(home: Home) -> pathlib.Path:
    """The page, with links to the documentation that is there by now."""
    places = (
        (
            home.data_docs / "index.html",
            "数据质量报告 Data quality",
            "每个台账最近一次校验的结果。What the last validation of each feed found.",
        ),
        (
            home.model_docs,
            "数据模型文档 Data models",
            "每张表、每个字段的含义、检验和来源。Every table and column, its tests, and where it comes from.",
        ),
    )
    entries = []
    for page, title, text in places:
        name = f'<a href="{page.relative_to(home.docs)}">{title}</a>' if page.exists() else title
        missing = "" if page.exists() else " 尚未生成：请先运行夜间作业。Not made yet: run the nightly job first."
        entries.append(f"<li>{name}<br>{text}{missing}</li>")
    home.docs.mkdir(parents=True, exist_ok=True)
    entrance = home.docs / "index.html"
    entrance.write_text(_PAGE.format(entries="\n".join(entries)), "utf-8")
    return entrance

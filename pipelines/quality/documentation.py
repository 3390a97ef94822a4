"""Data Docs: what the suites last said of every feed, as pages for people."""

import dataclasses
import pathlib
import re
from typing import Any

from pipelines import contracts, made
from pipelines.contracts import Contract
from pipelines.home import Home
from pipelines.lake import ledger, standing
from pipelines.lake.standing import Standing
from pipelines.quality.declarations import EXPECTATIONS_FOLDER
from pipelines.quality.suites import Suites
from pipelines.settings import PROJECT_FOLDER

STYLES_FOLDER = pathlib.Path(__file__).parent / "styles"

# The templates of Great Expectations fetch styles, scripts and a logo from the internet. A department's pages don't:
# they have styles of their own, and nothing that needs a script.
FETCHED = re.compile(
    r"""<script\b.*?</script>|<link\b[^>]*>|<img\b[^>]*>|url\(['"]https?:[^)]*\)|<footer\b.*?</footer>""", re.DOTALL
)

# They link to pages on suites, too, which there are not, and to what a script would unfold, which is in sight.
_DEAD_LINK = re.compile(r'<a\b[^>]*href="(?:(?:\.\./)+expectations/|#[^"]*-collapse-body-)[^>]*>(.*?)</a>', re.DOTALL)

_SOURCES = {".py", ".yaml", ".css"}

_HEADERS = (
    "台账 Feed",
    "最近校验 Last validated",
    "报送单位 Providers",
    "行数 Rows",
    "规则 Rules",
    "未通过 Broken",
    "其中隔离 Quarantining",
)


@dataclasses.dataclass(frozen=True)
class _Page:
    """A feed's line in the index, and its page: None where no row of it was ever validated."""

    contract: Contract
    now: Standing
    result: Any


def write(home: Home) -> pathlib.Path:
    """The index of the pages on the last validation of every feed: of the latest delivery of each of its providers.

    They are made of what the lake keeps: counts alone, so they can't show a cell of a delivery. A feed of which no row
    was ever validated is in the index, without a page. Pages that are of the lake and the project as they are stay.

    Raises:
        ledger.UnreadableBatch: what a batch says of its deliveries is damaged.
    """
    index, state = home.data_docs / "index.html", _state(home)
    if made.is_of(index, state):
        return index
    _render(home)
    made.note(index, state)
    return index


def _state(home: Home) -> str:
    """What the pages are made of: the batches of the lake, which never change, and the project."""
    batches = [f"{feed}/{batch.name}" for feed in contracts.all_contracts() for batch in ledger.batches(home, feed)]
    folders = (PROJECT_FOLDER / "pipelines", EXPECTATIONS_FOLDER)
    sources = (path for folder in folders for path in folder.rglob("*") if path.suffix in _SOURCES)
    return made.digest(PROJECT_FOLDER, sources, *batches)


def _render(home: Home) -> None:
    # Great Expectations takes seconds to import, and this module is imported with the package.
    from great_expectations.render.renderer import ValidationResultsPageRenderer
    from great_expectations.render.view import DefaultJinjaPageView

    home.data_docs.mkdir(parents=True, exist_ok=True)
    renderer: Any = ValidationResultsPageRenderer()
    view: Any = DefaultJinjaPageView(custom_styles_directory=str(STYLES_FOLDER))
    suites = Suites()
    pages = [_page(home, contract, suites) for contract in contracts.all_contracts().values()]
    documents = {page.contract.feed: renderer.render(page.result) for page in pages if page.result}
    for name, document in {**documents, "index": _index(pages)}.items():
        text = _DEAD_LINK.sub(r"\1", FETCHED.sub("", view.render(document)))
        text = text.replace("../../../../index.html", "index.html").replace('href="#"', 'href="../index.html"')
        (home.data_docs / f"{name}.html").write_text(text, "utf-8")


def _page(home: Home, contract: Contract, suites: Suites) -> _Page:
    now = standing.of_feed(home, contract)
    if now.validated_on is None:
        return _Page(contract, now, None)
    rows = sum(said.rows for said in now.latest_validations)
    return _Page(contract, now, suites.told_again(contract.feed, rows, now.broken, now.validated_on))


def _index(pages: list[_Page]) -> Any:
    """The document that lists the feeds."""
    from great_expectations import render

    table = render.RenderedTableContent(
        content_block_type="table",
        header="数据质量 Data quality",
        header_row=list(_HEADERS),
        table=[*map(_line, pages)],
    )
    return render.RenderedDocumentContent(
        renderer_type="SiteIndexPageRenderer",
        page_title="数据质量",
        sections=[render.RenderedSectionContent(section_name="数据质量", content_blocks=[table])],
        utm_medium=None,
    )


def _line(page: _Page) -> list[Any]:
    from great_expectations import render

    title = f"{page.contract.title_zh} {page.contract.feed}"
    if page.result is None:
        return [title, "尚未校验 never", *["–"] * (len(_HEADERS) - 2)]
    link = render.RenderedStringTemplateContent(
        content_block_type="string_template",
        string_template={
            "template": "$title",
            "params": {"title": title},
            "tag": "a",
            "styling": {"attributes": {"href": f"{page.contract.feed}.html"}},
        },
    )
    broken = [each.expectation_config.severity for each in page.result.results if not each.success]
    rows = page.result.results[0].result["element_count"]
    quarantining = sum(severity == "critical" for severity in broken)
    return [
        link,
        str(page.now.validated_on),
        len(page.now.latest_validations),
        rows,
        len(page.result.results),
        len(broken),
        quarantining,
    ]

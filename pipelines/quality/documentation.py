"""Data Docs: what the suites said about a night, as pages for people."""

import pathlib
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from pipelines.contracts import contract_of

if TYPE_CHECKING:
    from great_expectations.core import ExpectationSuiteValidationResult

STYLES_FOLDER = pathlib.Path(__file__).parent / "styles"

# The templates of Great Expectations fetch styles, scripts and a logo from the internet. A department's pages don't:
# they have styles of their own, and nothing that needs a script.
FETCHED = re.compile(
    r"""<script\b.*?</script>|<link\b[^>]*>|<img\b[^>]*>|url\(['"]https?:[^)]*\)|<footer\b.*?</footer>""", re.DOTALL
)


def build_data_docs(results: Mapping[str, "ExpectationSuiteValidationResult"], folder: pathlib.Path) -> pathlib.Path:
    """The index of the pages written to ``folder``: one page for each feed, by its name, and ``index.html``.

    The results are those of ``Suites.validate``: counts alone, so the pages can't show a cell of a delivery.
    """
    # Great Expectations takes seconds to import, and this module is imported with the package.
    from great_expectations.render.renderer import ValidationResultsPageRenderer
    from great_expectations.render.view import DefaultJinjaPageView

    folder.mkdir(parents=True, exist_ok=True)
    renderer: Any = ValidationResultsPageRenderer()
    view: Any = DefaultJinjaPageView(custom_styles_directory=str(STYLES_FOLDER))
    documents = {feed: renderer.render(result) for feed, result in results.items()}
    for name, document in {**documents, "index": _index(results)}.items():
        page = FETCHED.sub("", view.render(document)).replace("../../../../index.html", "index.html")
        (folder / f"{name}.html").write_text(page, "utf-8")
    return folder / "index.html"


def _index(results: Mapping[str, "ExpectationSuiteValidationResult"]) -> Any:
    """The document that lists the feeds: links to their pages, how many rules each has and how many are broken."""
    from great_expectations import render

    def link(feed: str) -> Any:
        return render.RenderedStringTemplateContent(
            content_block_type="string_template",
            string_template={
                "template": "$title",
                "params": {"title": f"{contract_of(feed).title_zh} {feed}"},
                "tag": "a",
                "styling": {"attributes": {"href": f"{feed}.html"}},
            },
        )

    table = render.RenderedTableContent(
        content_block_type="table",
        header="数据质量",
        header_row=["台账", "规则数", "未通过", "其中隔离"],
        table=[[link(feed), len(result.results), *_broken(result)] for feed, result in sorted(results.items())],
    )
    return render.RenderedDocumentContent(
        renderer_type="SiteIndexPageRenderer",
        page_title="数据质量",
        sections=[render.RenderedSectionContent(section_name="数据质量", content_blocks=[table])],
        utm_medium=None,
    )


def _broken(result: "ExpectationSuiteValidationResult") -> tuple[int, int]:
    """How many of the suite's expectations rows have broken, and how many of these are critical."""
    broken = [each.expectation.severity for each in result.results if not each.success]
    return len(broken), sum(severity == "critical" for severity in broken)

"""Data Docs: every feed with its last validation, readable without the internet, in the provider's words."""

import datetime
import pathlib
import re
import subprocess
import sys
import textwrap

import pytest

from pipelines import providers, settings
from pipelines.contracts import all_contracts, contract_of
from pipelines.home import Home
from pipelines.intake import Intake
from pipelines.publishing import entrance
from pipelines.quality import documentation
from tests.lake.appeals import appeal, land

_FIRST, _SECOND = datetime.date(2025, 3, 1), datetime.date(2025, 3, 2)


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    """The docs of a home to which two districts delivered appeals, one of them twice, and nobody anything else.

    Luohu's first delivery had two unknown sources, its second one of two rows; Futian's has an unreadable date.
    """
    home = settings.home(tmp_path_factory.mktemp("documented"))
    providers.initialise(home)
    land(home, "2025-03-01.csv", appeal(1, source="传真"), appeal(2, source="传真"))
    land(home, "2025-03-01.csv", appeal(3).replace("2025-03-31", "三月末"), district="440304")
    Intake(home, _FIRST).take(contract_of("appeals"))
    land(home, "2025-03-02.csv", appeal(4), appeal(5, source="传真"))
    Intake(home, _SECOND).take(contract_of("appeals"))
    Intake(home, _SECOND).take(contract_of("appeals"))  # a run that finds nothing new
    return documentation.write(home).parent


def text_of(page: pathlib.Path) -> str:
    return " ".join(re.sub("<[^>]*>", " ", page.read_text("utf-8")).split())


def test_the_index_has_every_feed_and_leads_to_the_last_validation_of_each(pages: pathlib.Path) -> None:
    index = (pages / "index.html").read_text("utf-8")
    assert len(all_contracts()) > 30
    assert [contract.feed for contract in all_contracts().values() if contract.title_zh not in index] == []
    links = re.findall('href="([a-z_]+).html"', index)
    assert set(links) == {"appeals"}
    # Today, two districts, Luohu's two rows and Futian's one; of the rules two are broken and quarantine.
    rules = len(re.findall(r"\((?:critical|warning);", text_of(pages / "appeals.html")))
    assert f"诉求建议台账 appeals {settings.today()} 2 3 {rules} 2 2" in text_of(pages / "index.html")


def test_a_feed_of_which_nothing_was_ever_validated_says_so_and_has_no_link(pages: pathlib.Path) -> None:
    assert "小区台账 compounds 尚未校验 never – – – – –" in text_of(pages / "index.html")
    assert not (pages / "compounds.html").exists()


def test_a_page_tells_reason_severity_and_source_of_each_rule_and_how_many_rows_broke_it(pages: pathlib.Path) -> None:
    text = text_of(pages / "appeals.html")
    rule = "“诉求来源”只能填写党员、党组织、网上平台、热线、走访之一，请更正。 (critical; contract: enumeration)"
    assert f"{rule} 1 unexpected values found. ≈33.33% of 3 total rows." in text  # not those of the delivery before
    assert 'href="index.html"' in (pages / "appeals.html").read_text("utf-8")
    assert str(settings.today()) in text


def test_a_required_cell_that_can_not_be_read_is_not_told_as_an_empty_one(pages: pathlib.Path) -> None:
    text = text_of(pages / "appeals.html")
    assert "2025年3月1日 (critical; contract: type date) 1 unexpected values found. ≈33.33% of 3 total rows." in text
    assert "“办理时限”为必填项，请补填。 (critical; contract: required) 100% not null" in text


def test_every_link_leads_somewhere(pages: pathlib.Path) -> None:
    entrance.write(Home(pages.parents[2]))
    for page in [*pages.glob("*.html"), pages.parent / "index.html"]:
        text = page.read_text("utf-8")
        links = [link for link in re.findall('href="([^"]*)"', text) if not link.startswith("https:")]
        assert links
        places = [link for link in links if not link.startswith("#")]
        assert [link for link in places if not (page.parent / link).is_file()] == []
        assert [link for link in links if link.startswith("#") and f'id="{link[1:]}"' not in text] == []


def test_pages_fetch_nothing(pages: pathlib.Path) -> None:
    for page in pages.glob("*.html"):
        text = page.read_text("utf-8")
        assert re.findall(r"<(?:script|link|img|iframe)\b|url\(|@import", text) == []
        assert "数据质量" in text or page.name != "index.html"


def test_no_cell_of_a_delivery_is_on_a_page(pages: pathlib.Path) -> None:
    assert [page.name for page in pages.glob("*.html") if re.search("传真|三月末", page.read_text("utf-8"))] == []


def test_an_empty_home_has_an_index_without_links(initialised: Home) -> None:
    assert re.findall('href="[a-z_]+.html"', documentation.write(initialised).read_text("utf-8")) == []


def test_pages_are_made_again_when_something_has_arrived_and_else_stay(initialised: Home) -> None:
    land(initialised, "2025-03-01.csv", appeal(1))
    Intake(initialised, _FIRST).take(contract_of("appeals"))
    index = documentation.write(initialised)
    made_first = index.stat().st_mtime_ns
    assert documentation.write(initialised).stat().st_mtime_ns == made_first
    land(initialised, "2025-03-02.csv", appeal(2), appeal(3))
    Intake(initialised, _SECOND).take(contract_of("appeals"))
    documentation.write(initialised)
    assert f"诉求建议台账 appeals {settings.today()} 1 2 " in text_of(index)


def test_a_night_without_arrivals_does_not_load_great_expectations(initialised: Home) -> None:
    documentation.write(initialised)
    quiet = f"""
        import datetime, sys
        import pipelines.definitions
        from pipelines import contracts, settings
        from pipelines.night import begin
        with begin(settings.home({str(initialised.root)!r}), "test", datetime.date(2025, 3, 1)) as night:
            for contract in contracts.all_contracts().values():
                night.take(contract)
            night.write_data_docs()
        print([name for name in ("dagster", "great_expectations") if name in sys.modules])
    """
    told = subprocess.run([sys.executable, "-c", textwrap.dedent(quiet)], capture_output=True, text=True, check=True)
    assert told.stdout.splitlines()[-1] == "['dagster']"

"""What a data engineer does in the browser: each action does what it says."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from pipelines import contracts, settings
from pipelines.lake import ledger
from pipelines.publishing import versions
from tests.ui.serving import ServedHome, waited_for

_DAYS = ("2025-03-20", "2025-03-21", "2025-03-22")


@pytest.fixture
def known(city: ServedHome, first_night: str) -> set[str]:
    """The runs before the action of a test."""
    return city.run_ids()


def materialize(page: Page, asset: str) -> None:
    page.goto(f"/assets/{asset}")
    page.get_by_role("button", name="Materialize").first.click()


def dialog(page: Page) -> Locator:
    """The dialog in which delivery days are chosen, showing all of them."""
    found = page.get_by_role("dialog")
    found.get_by_text("Show all partitions").click()
    return found


def clicked(page: Page, asset: str) -> Page:
    """The documentation to which an asset's page links."""
    page.goto(f"/assets/quality/{asset}?view=overview")
    link = page.get_by_role("link", name=f"{asset}/index.html")
    with page.context.expect_page() as opened:
        link.first.click()
    return opened.value


def tags(city: ServedHome, run_id: str) -> dict[str, str]:
    found = next(run for run in city.runs() if run["id"] == run_id)
    return {tag["key"]: tag["value"] for tag in found["tags"]}


def test_a_night_of_the_command_line_is_in_the_timeline_and_says_what_launched_it(page: Page, first_night: str) -> None:
    page.goto("/overview/timeline")
    page.get_by_role("button", name="1hr").click()
    page.locator(".chunk-popover-target").first.hover()
    expect(page.locator(f'a[href="/runs/{first_night}"]').first).to_be_visible()
    page.goto("/runs")
    expect(page.get_by_text("sww nightly").first).to_be_visible()
    expect(page.get_by_text("sww/launched_by: cli").first).to_be_visible()


def test_a_run_shows_how_long_each_layer_took(page: Page, city: ServedHome, first_night: str) -> None:
    took = city.steps(first_night)
    layers = {"staging", "intermediate", "marts"}
    assert layers <= took.keys()
    assert sum(took[layer] for layer in layers) > max(took[layer] for layer in layers)
    page.goto(f"/runs/{first_night}")
    page.get_by_text("Succeeded (41)").click()
    for layer in layers:
        expect(page.get_by_text(layer, exact=True).first).to_be_attached()


def test_the_search_finds_a_feed_by_its_chinese_title(page: Page, first_night: str) -> None:
    page.goto("/runs")
    page.get_by_text("Search", exact=True).last.click()
    page.keyboard.type("诉求建议")
    page.get_by_text("诉求建议台账").first.click()
    expect(page).to_have_url(re.compile("/assets/landing/"))
    expect(page.get_by_text("party_coverage").first).to_be_visible()


def test_partitions_begin_with_the_first_delivery_and_are_filled_to_the_night(
    page: Page, city: ServedHome, first_night: str
) -> None:
    # The code location was loaded before anything had landed; it is loaded anew after the first night.
    def first() -> bool | None:
        return city.partitions("raw", "appeals")[0] == _DAYS[0] or None

    waited_for(first, "the reload of the code location", 60)
    for feed in contracts.all_contracts():
        assert city.partitions("raw", feed)[2] == 12  # 20 to 31 March
    page.goto("/assets/raw/appeals?view=partitions")
    expect(page.get_by_text("Materialized (12)")).to_be_visible()
    page.goto("/assets/marts/fct_appeals")
    expect(page.get_by_text("Columns", exact=True).first).to_be_visible()
    expect(page.get_by_text("Partitions", exact=True)).to_have_count(0)


def test_one_feed_alone_is_read_for_today_and_keeps_its_verdicts_and_its_row_count(
    page: Page, city: ServedHome, known: set[str]
) -> None:
    checks, rows = city.checks("raw", "appeals"), city.figures("raw", "appeals")["dagster/row_count"]
    assert (sorted(status for status, _ in checks.values()), rows) == (["FAILED"] * 3 + ["SUCCEEDED"] * 2, 4)
    materialize(page, "raw/appeals")
    days = dialog(page)
    days.get_by_role("button", name="Latest").click()
    days.get_by_role("button", name="Launch 1 run").click()
    run_id = city.next_run(known)
    assert city.ended(run_id) == "SUCCESS"
    assert tags(city, run_id)["sww/launched_by"] == "ui"
    today = city.figures("raw", "appeals", partition=settings.today().isoformat())
    assert (today["run"], today["dagster/row_count"], today["rows_read_by_this_run"]) == (run_id, rows, 0)
    assert city.checks("raw", "appeals") == checks
    page.goto("/assets/raw/appeals?view=partitions")
    expect(page.get_by_text("Missing (0)")).to_be_visible()


def test_a_backfill_of_three_days_reports_each_with_its_own_figures(
    page: Page, city: ServedHome, known: set[str]
) -> None:
    materialize(page, "raw/appeals")
    days = dialog(page)
    days.get_by_role("textbox").first.fill(f"[{_DAYS[0]}...{_DAYS[-1]}]")
    page.keyboard.press("Tab")
    days.get_by_role("button", name="Launch backfill").click()
    run_id = city.next_run(known)
    assert city.ended(run_id) == "SUCCESS"
    assert tags(city, run_id)["sww/launched_by"] == "backfill"
    figures = [city.figures("raw", "appeals", partition=day) for day in _DAYS]
    assert [each["run"] for each in figures] == [run_id] * 3
    assert [each["rows_read"] for each in figures] == [3, 2, 0]
    assert [each["rows_read_by_this_run"] for each in figures] == [3, 2, 0]
    assert [each["dagster/partition_row_count"] for each in figures] == [3, 1, 0]
    assert [each["deliveries_rejected"] for each in figures] == [0, 0, 1]


def test_the_launchpad_reads_one_delivery_again(page: Page, city: ServedHome, known: set[str]) -> None:
    chosen = next(each for each in ledger.outcomes(city.home, "appeals") if each.delivery.provider.code == "440304")
    page.goto("/assets/raw/appeals")
    page.get_by_role("button", name="Materialize").first.click(modifiers=["Shift"])
    launchpad = page.get_by_role("dialog")
    expect(launchpad.get_by_text("The home, locked against other writers")).to_be_visible()  # what it takes is told
    launchpad.get_by_placeholder("Partition").fill(_DAYS[-1])
    page.keyboard.press("Enter")
    launchpad.locator(".CodeMirror").first.click()
    page.keyboard.press("Control+a")
    page.keyboard.type(f"resources: {{night: {{config: {{replay_delivery: '{chosen.delivery.delivery_id}'}}}}}}")
    launchpad.get_by_role("button", name="Materialize").click()
    run_id = city.next_run(known)
    assert city.ended(run_id) == "SUCCESS"
    figures = city.figures("raw", "appeals", partition=_DAYS[1])
    assert (figures["run"], figures["rows_read_by_this_run"]) == (run_id, 2)
    assert city.figures("raw", "appeals", partition=_DAYS[0])["run"] != run_id


def test_one_mart_alone_publishes_a_new_version(page: Page, city: ServedHome, known: set[str]) -> None:
    before = versions.current(city.home)
    materialize(page, "marts/fct_appeals")
    run_id = city.next_run(known)
    assert city.ended(run_id) == "SUCCESS"
    assert city.steps(run_id).keys() == {"marts"}
    assert city.figures("marts", "fct_appeals")["dagster/row_count"] == 4
    assert versions.current(city.home) != before
    assert city.figures("published", "warehouse")["run"] == run_id


def test_the_published_warehouse_alone_is_built_and_published(page: Page, city: ServedHome, known: set[str]) -> None:
    before = versions.current(city.home)
    materialize(page, "published/warehouse")
    run_id = city.next_run(known)
    assert city.ended(run_id) == "SUCCESS"
    assert city.steps(run_id).keys() == {"published__warehouse"}
    assert versions.current(city.home) != before
    assert city.checks("published", "warehouse").keys() == {"claims_hold", "deliveries_on_time"}


def test_data_docs_alone_list_every_feed_with_its_last_validation(
    page: Page, city: ServedHome, known: set[str]
) -> None:
    materialize(page, "quality/data_docs")
    assert city.ended(city.next_run(known)) == "SUCCESS"
    docs = clicked(page, "data_docs")
    docs.goto(docs.url.removesuffix("data_docs/index.html"))
    expect(docs.get_by_text("社会工作数据仓库")).to_be_visible()
    expect(docs.get_by_text("The documentation of the social-work data warehouse")).to_be_visible()
    docs.get_by_role("link", name="数据质量报告").click()
    for contract in contracts.all_contracts().values():
        expect(docs.get_by_role("cell", name=f"{contract.title_zh} {contract.feed}")).to_be_visible()
    appeals = docs.get_by_role("row").filter(has=docs.get_by_text("诉求建议台账 appeals"))
    expect(appeals.get_by_text(re.compile(r"^\d{4}-\d\d-\d\d$"))).to_be_visible()
    docs.get_by_role("link", name="诉求建议台账").click()
    expect(docs.get_by_text("只能填写党员、党组织、网上平台、热线、走访之一").first).to_be_visible()


@pytest.mark.parametrize(("asset", "shown"), [("data_docs", "诉求建议"), ("model_docs", "More information")])
def test_the_docs_are_a_click_away(page: Page, first_night: str, asset: str, shown: str) -> None:
    expect(clicked(page, asset).get_by_text(shown).first).to_be_visible()

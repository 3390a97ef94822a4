"""Data Docs: readable without the internet, in the provider's words."""

import re

from pipelines import quality
from tests.quality.suite_rows import UNREADABLE, verdicts


def test_the_index_leads_to_a_page_for_each_feed(tmp_path):
    results = {feed: verdicts(feed, {}).results for feed in ("appeals", "recognitions")}
    index = quality.build_data_docs(results, tmp_path / "docs")
    text = index.read_text("utf-8")
    assert index.name == "index.html"
    for feed, title in (("appeals", "诉求建议台账"), ("recognitions", "荣誉与典型案例台账")):
        assert f'href="{feed}.html"' in text
        assert title in text
        assert (index.parent / f"{feed}.html").is_file()


def test_a_page_tells_reason_severity_and_source_of_each_rule_and_how_many_rows_broke_it(tmp_path):
    results = verdicts("appeals", {}, {"source_channel": "传真"}).results
    quality.build_data_docs({"appeals": results}, tmp_path)
    text = (tmp_path / "appeals.html").read_text("utf-8")
    assert "“诉求来源”只能填写党员、党组织、网上平台、热线、走访之一，请更正。" in text
    assert "(critical; contract: enumeration)" in text
    assert "1 unexpected values found" in text
    assert 'href="index.html"' in text


def test_a_required_cell_that_can_not_be_read_is_not_told_as_an_empty_one(tmp_path):
    results = verdicts("appeals", {}, {"due_date": UNREADABLE}).results
    quality.build_data_docs({"appeals": results}, tmp_path)
    text = " ".join(re.sub("<[^>]*>", " ", (tmp_path / "appeals.html").read_text("utf-8")).split())
    assert "2025年3月1日 (critical; contract: type date) 1 unexpected values found. 50% of 2 total rows." in text
    assert "“办理时限”为必填项，请补填。 (critical; contract: required) 100% not null" in text


def test_pages_fetch_nothing(tmp_path):
    quality.build_data_docs({"appeals": verdicts("appeals", {}).results}, tmp_path)
    for page in tmp_path.glob("*.html"):
        text = page.read_text("utf-8")
        assert re.findall(r"<(?:script|link|img|iframe)\b|url\(|@import", text) == []
        assert "数据质量" in text or page.name != "index.html"

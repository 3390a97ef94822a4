"""Reading a platform that does whatever platforms do: nothing is lost, nothing half-read counts, everything ends."""

import datetime
import email.utils
import gzip
import json
import logging
import os
import pathlib
import random
import signal
import ssl
import subprocess
import sys
import time

import pytest

from pipelines.landing import platform
from pipelines.landing.cursor import Cursor
from pipelines.landing.platform import FetchSummary, Limits, PlatformFault
from tests.landing.misbehaving_platform import Answer, MisbehavingPlatform, Question, Row, Script, page, pages_of

pytestmark = pytest.mark.fault(
    "Hostile and failing platforms",
    "a real HTTP server: 429, 500, cut connections, drops, repeated and endless pages, totals that lie, wrong "
    "JSON, errors with status 200, redirects to another host, a self-signed certificate, a reader killed half-way",
    "asked again where that helps, given up in time where not; no row lost, no token shown or sent elsewhere",
)

TOKEN = "a-token-nobody-may-see"
NIGHT = datetime.date(2025, 3, 2)
QUICK = Limits(first_wait_seconds=0.01, longest_wait_seconds=0.5, request_seconds=4, silence_seconds=2, attempts=3)
MIDNIGHT = datetime.datetime(2025, 3, 1, tzinfo=datetime.UTC)


def row(number: int, minute: int | None = None) -> Row:
    moment = MIDNIGHT + datetime.timedelta(minutes=number if minute is None else minute)
    return {"request_id": f"R{number:03}", "updated_at": moment.isoformat()}


def fetch(
    served: MisbehavingPlatform, folder: pathlib.Path, limits: Limits = QUICK, page_size: int = 2
) -> FetchSummary:
    destination = folder / "2025-03-02.json.gz"
    return platform.fetch(
        served.url, "help_requests", TOKEN, Cursor(), destination, NIGHT, page_size=page_size, limits=limits
    )


def fetched(script: Script, folder: pathlib.Path, **options: object) -> tuple[FetchSummary, list[str]]:
    """The summary and the keys of the rows in the page set that was stored."""
    with MisbehavingPlatform(script) as served:
        summary = fetch(served, folder, **options)
    return summary, stored_keys(summary.path)


def stored_keys(path: pathlib.Path) -> list[str]:
    _, *pages = gzip.decompress(path.read_bytes()).splitlines()
    return [row["request_id"] for line in pages for row in json.loads(line)["data"] or []]


def refused(script: Script, folder: pathlib.Path, limits: Limits = QUICK) -> tuple[str, list[Question]]:
    """The reason of the fault and the questions that were asked; nothing may be left of the attempt."""
    with MisbehavingPlatform(script) as served, pytest.raises(PlatformFault) as raised:
        fetch(served, folder, limits)
    assert list(folder.iterdir()) == []
    assert TOKEN not in raised.value.reason_zh
    assert f"{served.url}/help_requests" in raised.value.reason_zh
    return raised.value.reason_zh, served.questions


THREE = [row(1), row(2), row(3)]


# ── the page set ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_page_set_holds_the_request_and_every_page_as_delivered(tmp_path: pathlib.Path) -> None:
    with MisbehavingPlatform(lambda question: pages_of(THREE, question)) as served:
        summary = platform.fetch(
            served.url + "/", "help_requests", TOKEN, Cursor(MIDNIGHT), tmp_path / "a.json.gz", NIGHT, page_size=2
        )

    lines = gzip.decompress((tmp_path / "a.json.gz").read_bytes()).splitlines()
    assert [json.loads(line) for line in lines] == [
        {
            "request": {
                "feed": "help_requests",
                "updated_since": "2025-03-01T00:00:00+00:00",
                "delivered_on": "2025-03-02",
            }
        },
        {"data": THREE[:2], "page": 1, "pages": 2, "total": 3},
        {"data": THREE[2:], "page": 2, "pages": 2, "total": 3},
    ]
    assert summary == FetchSummary(
        path=tmp_path / "a.json.gz",
        rows=3,
        pages=2,
        requests=4,  # how many pages there are, a look at the last, and the two
        retries=0,
    )
    assert {(each.path, each.authorization) for each in served.questions} == {
        ("/izyz/help_requests", f"Bearer {TOKEN}")
    }
    assert {each.updated_since for each in served.questions} == {"2025-03-01T00:00:00+00:00"}


def test_only_the_owner_can_read_a_page_set(tmp_path: pathlib.Path) -> None:
    summary, _ = fetched(lambda question: pages_of(THREE, question), tmp_path)
    assert summary.path.stat().st_mode & 0o777 == 0o600


def test_the_same_answers_make_the_same_bytes(tmp_path: pathlib.Path) -> None:
    def falters(question: Question) -> Answer:
        return Answer(status=500) if question.number == 2 else pages_of(THREE, question)

    summary, _ = fetched(lambda question: pages_of(THREE, question), tmp_path)
    before = summary.path.read_bytes()
    summary, _ = fetched(falters, tmp_path)
    assert summary.path.read_bytes() == before
    assert summary.retries == 1


def test_line_breaks_in_a_body_are_only_space_and_a_byte_order_mark_is_nothing(tmp_path: pathlib.Path) -> None:
    body = json.dumps({"data": [{"request_id": "R1", "n": 12345678901234567890123}], "page": 1, "pages": 1, "total": 1})
    pretty = b"\xef\xbb\xbf" + body.replace(", ", ",\r\n").encode()

    summary, keys = fetched(lambda _: Answer(pretty), tmp_path)

    assert keys == ["R1"]
    assert b'"n": 12345678901234567890123}' in gzip.decompress(summary.path.read_bytes())


@pytest.mark.parametrize("pages", [0, 1])
def test_a_night_without_news_is_an_empty_page_set(tmp_path: pathlib.Path, pages: int) -> None:
    summary, keys = fetched(lambda _: page([], 1, pages, 0), tmp_path)
    assert (summary.rows, summary.pages, summary.requests, keys) == (0, 1, 1, [])


# ── answers that are no pages ───────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("<!DOCTYPE html><title>登录</title>", "平台给出的是网页，不是数据，可能要求登录；请核对地址和令牌"),
        ('{"code": 401, "msg": "token expired"}', "缺少 data、page、pages、total，而有 code、msg；请核对地址和令牌"),
        (f'{{"{TOKEN}": 1}}', "而有 …"),
        ('{"list": [], "page": 1, "pages": 1, "total": 0}', "缺少 data，而有 list"),
        ('{"data": {"list": []}, "page": 1, "pages": 1, "total": 0}', "data 不是由对象组成的列表"),
        ('{"data": [null], "page": 1, "pages": 1, "total": 1}', "data 不是由对象组成的列表"),
        ('{"data": null, "page": 1, "pages": 1, "total": 5}', "data 不是由对象组成的列表"),
        ('{"data": [], "page": 1, "pages": "1", "total": 0}', "page、pages、total 不是数字"),
        ('{"data": [], "page": 1, "pages": 1}', "缺少 total"),
        ('{"data": [], "page": 1, "pages": 0, "total": 5}', "平台称共 5 行，从后往前重取仍只有 0 行"),
        ("[]", "不是约定的格式"),
        ("", "不是有效的 JSON"),
    ],
)
def test_an_answer_that_is_no_page_is_told_with_what_to_do(tmp_path: pathlib.Path, body: str, expected: str) -> None:
    reason, _ = refused(lambda _: Answer(body.encode()), tmp_path)
    assert expected in reason


def test_an_empty_list_may_be_null(tmp_path: pathlib.Path) -> None:
    summary, keys = fetched(lambda _: Answer(b'{"data": null, "page": 1, "pages": 0, "total": 0}'), tmp_path)
    assert (summary.rows, keys) == (0, [])


IN_CHINESE = json.dumps(
    {"data": [row(1) | {"topic": "社区志愿服务，帮助老人和儿童"}], "page": 1, "pages": 1, "total": 1},
    ensure_ascii=False,
)


@pytest.mark.parametrize("charset", ["GBK", "gb2312", "GB18030"])
@pytest.mark.parametrize("encoding", ["gb18030", "utf-8"], ids=["as it says", "though it is not"])
def test_an_answer_in_the_gbk_that_it_names_is_kept_in_utf8(
    tmp_path: pathlib.Path, charset: str, encoding: str
) -> None:
    headers = (("Content-Type", f"application/json; charset={charset}"),)
    summary, _ = fetched(lambda _: Answer(IN_CHINESE.encode(encoding), headers=headers), tmp_path)
    assert "社区志愿服务，帮助老人和儿童".encode() in gzip.decompress(summary.path.read_bytes())


@pytest.mark.parametrize(
    ("body", "charset", "expected"),
    [
        (IN_CHINESE.encode("gb18030"), "utf-8", "不是有效的 UTF-8；请平台以 UTF-8 给出"),
        (IN_CHINESE.encode("utf-16"), "utf-16", "不是有效的 UTF-8"),
        (IN_CHINESE.encode().replace("老".encode(), b"\xe8\x80"), "gbk", "不是有效的 UTF-8"),  # a byte is lost
        (IN_CHINESE.replace("社区志愿服务，帮助老人和儿童", "路").encode("gb18030"), "gbk", "无法判断"),  # as UTF-8: ·
    ],
    ids=["another", "utf-16", "damaged", "either"],
)
def test_an_answer_in_an_encoding_that_is_not_sure_is_refused(
    tmp_path: pathlib.Path, body: bytes, charset: str, expected: str
) -> None:
    headers = (("Content-Type", f"application/json; charset={charset}"),)
    reason, _ = refused(lambda _: Answer(body, headers=headers), tmp_path)
    assert expected in reason


# ── platforms in trouble ────────────────────────────────────────────────────────────────────────────────────────────


def test_an_answer_nested_deeper_than_can_be_kept_is_a_fault(tmp_path: pathlib.Path) -> None:
    nested = f'{{"data": [{{"request_id": "R1", "x": {"[" * 300}{"]" * 300}}}], "page": 1, "pages": 1, "total": 1}}'
    reason, _ = refused(lambda _: Answer(nested.encode()), tmp_path)
    assert "嵌套过深" in reason


@pytest.mark.parametrize(
    "trouble",
    [
        Answer(status=500),
        Answer(status=502, body=b"<html>bad gateway</html>"),
        Answer(status=503, headers=(("Retry-After", "0"),)),
        Answer(status=429, headers=(("Retry-After", "nonsense"),)),
        Answer(status=429, headers=(("Retry-After", f"Wed, 21 Oct 2015 07:28:00 +{'9' * 20}"),)),
        Answer(body=b'{"data": [{"request_id": "R1"', cut_after_bytes=20),
        Answer(body=b'{"data": [', headers=(("Content-Encoding", "gzip"),)),
        Answer(body=b'{"data": ['),
        Answer(body='{"data": ["深圳"]}'.encode("gb18030")),
        Answer(body=b'{"error": "database is down"}'),
        Answer(body=b"[]"),
        page([row(9)], 7, 2, 3),
        Answer(b'{"data": [], "page": 2, "pages": "2", "total": 3}'),
        Answer(b'{"data": ["R1"], "page": 2, "pages": 2, "total": 3}'),
        Answer(b'{"data": [], "page": 2, "pages": -1, "total": true}'),
        page(THREE[:2], 2, 2, 3),  # the first page again
    ],
    ids=str,
)
class TestPassingTrouble:
    def test_is_asked_again_and_nothing_is_lost_or_doubled(self, tmp_path: pathlib.Path, trouble: Answer) -> None:
        def script(question: Question) -> Answer:
            return trouble if question.number in (2, 5) else pages_of(THREE, question)

        summary, keys = fetched(script, tmp_path)
        assert keys == ["R001", "R002", "R003"]
        assert summary.retries == 2

    def test_is_a_fault_if_it_stays(self, tmp_path: pathlib.Path, trouble: Answer) -> None:
        reason, questions = refused(
            lambda question: trouble if question.page == 2 else pages_of(THREE, question), tmp_path
        )
        assert "第 2 页" in reason
        repeats_the_first_page = trouble == page(THREE[:2], 2, 2, 3)  # rows may have moved: it is read backwards, too
        assert len(questions) == (2 * (1 + QUICK.attempts) if repeats_the_first_page else 1 + QUICK.attempts)


@pytest.mark.parametrize("slow_from", ["head", "body"])
def test_an_answer_in_drops_is_given_up_in_time(tmp_path: pathlib.Path, slow_from: str) -> None:
    started = time.monotonic()
    reason, questions = refused(lambda _: Answer(b" " * 1_000, slow_from=slow_from), tmp_path)
    assert "超时" in reason
    assert len(questions) == QUICK.attempts
    assert time.monotonic() - started < QUICK.attempts * (QUICK.request_seconds + QUICK.longest_wait_seconds) + 1


def test_a_platform_that_is_not_there_is_a_fault(tmp_path: pathlib.Path) -> None:
    with MisbehavingPlatform(lambda _: Answer()) as served:
        pass
    with pytest.raises(PlatformFault, match="连接失败"):
        fetch(served, tmp_path)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("form", ["seconds", "date"])
def test_retry_after_is_waited_for(tmp_path: pathlib.Path, form: str) -> None:
    asked_at: list[float] = []

    def script(question: Question) -> Answer:
        asked_at.append(time.time())
        after = "2" if form == "seconds" else email.utils.formatdate(time.time() + 3, usegmt=True)
        return Answer(status=429, headers=(("Retry-After", after),)) if question.number == 1 else page([], 1, 1, 0)

    fetched(script, tmp_path, limits=Limits(first_wait_seconds=0.01))
    assert asked_at[1] - asked_at[0] >= 1.9


def test_retry_after_is_not_waited_for_without_end(tmp_path: pathlib.Path) -> None:
    def script(question: Question) -> Answer:
        return Answer(status=429, headers=(("Retry-After", "86400"),)) if question.number == 1 else page([], 1, 1, 0)

    started = time.monotonic()
    fetched(script, tmp_path)
    assert time.monotonic() - started < 5


@pytest.mark.parametrize(("status", "reason"), [(401, "令牌"), (403, "令牌"), (404, "拒绝"), (400, "拒绝")])
def test_a_refusal_is_final(tmp_path: pathlib.Path, status: int, reason: str) -> None:
    said, questions = refused(lambda _: Answer(status=status, body=TOKEN.encode()), tmp_path)
    assert reason in said
    assert f"HTTP {status}" in said
    assert len(questions) == 1


# ── rows that move while one reads ──────────────────────────────────────────────────────────────────────────────────


def test_pages_that_are_added_while_reading_are_read_too(tmp_path: pathlib.Path) -> None:
    rows = list(THREE)

    def script(question: Question) -> Answer:
        if question.number in (4, 6):
            rows.extend([row(len(rows) + 1), row(len(rows) + 2)])
        return pages_of(rows, question)

    _, keys = fetched(script, tmp_path)
    assert keys == [f"R{number:03}" for number in range(1, 8)]


def test_a_row_that_slips_to_a_page_already_read_is_not_lost(tmp_path: pathlib.Path) -> None:
    rows = [row(number) for number in range(1, 8)]

    def script(question: Question) -> Answer:
        if question.number == 4:  # the first page is read: its first row is updated and goes to the end
            rows.append(rows.pop(0) | row(1, minute=99))
        return pages_of(rows, question)

    summary, keys = fetched(script, tmp_path)
    assert set(keys) == {f"R{number:03}" for number in range(1, 8)}
    assert row(1, minute=99)["updated_at"].encode() in gzip.decompress(summary.path.read_bytes())


def test_a_row_that_slips_while_the_pages_grow_is_not_lost(tmp_path: pathlib.Path) -> None:
    rows = [row(number) for number in range(1, 5)]

    def script(question: Question) -> Answer:
        if question.number == 4:  # the second and last page is being read: a third appears
            rows.extend([row(5), row(6)])
        if question.number == 5:  # before the third is looked at, its first row slips to the second
            rows.append(rows.pop(0) | row(1, minute=99))
        return pages_of(rows, question)

    _, keys = fetched(script, tmp_path)
    assert set(keys) == {f"R{number:03}" for number in range(1, 7)}


def test_pages_that_vanish_while_reading_lose_no_other_row(tmp_path: pathlib.Path) -> None:
    rows = [row(number) for number in range(1, 8)]

    def script(question: Question) -> Answer:
        if question.number == 4:
            del rows[:2]
        return pages_of(rows, question)

    _, keys = fetched(script, tmp_path)
    assert set(keys) >= {f"R{number:03}" for number in range(3, 8)}


@pytest.mark.parametrize("order", ["oldest update first", "newest update first", "by key"])
@pytest.mark.parametrize("seed", range(12))
def test_no_row_that_stays_as_it_is_is_ever_lost(tmp_path: pathlib.Path, order: str, seed: int) -> None:
    """Rows are changed and added at random moments of the reading, on platforms of every usual order."""
    chance = random.Random(seed)  # noqa: S311  no secret
    rows = [row(number * 10) for number in range(1, chance.randint(2, 40))]
    untouched = {each["request_id"] for each in rows}

    def happens() -> None:
        now = 1_000 + len(served.questions)
        if chance.random() < 0.3:
            rows.append(row(chance.randint(0, 400) * 10 + chance.randint(1, 9), minute=now))
        if chance.random() < 0.3:
            changed = chance.choice(rows)
            changed["updated_at"] = (MIDNIGHT + datetime.timedelta(minutes=now)).isoformat()
            untouched.discard(changed["request_id"])

    def script(question: Question) -> Answer:
        if question.number < 30:
            happens()
        column = "request_id" if order == "by key" else "updated_at"
        return pages_of(sorted(rows, key=lambda each: each[column], reverse=order == "newest update first"), question)

    served = MisbehavingPlatform(script)
    with served:
        summary = fetch(served, tmp_path, page_size=5)
    assert untouched <= set(stored_keys(summary.path))


# ── platforms that lie or never end ─────────────────────────────────────────────────────────────────────────────────


def test_fewer_rows_than_promised_are_a_fault(tmp_path: pathlib.Path) -> None:
    reason, _ = refused(lambda question: page(THREE[question.page - 1 :][:1], question.page, 3, 300), tmp_path)
    assert "共 300 行" in reason
    assert "只有 3 行" in reason


def test_more_rows_than_promised_are_kept(tmp_path: pathlib.Path) -> None:
    _, keys = fetched(lambda question: page([row(question.page)], question.page, 3, 1), tmp_path)
    assert keys == ["R001", "R002", "R003"]


def test_a_platform_that_gives_the_first_page_for_every_page_is_a_fault(tmp_path: pathlib.Path) -> None:
    reason, _ = refused(lambda question: page(THREE, question.page, 3, 9), tmp_path)
    assert "重复给出第 1 页" in reason


def test_pages_without_end_end_at_the_limit(tmp_path: pathlib.Path) -> None:
    limits = Limits(pages=20)
    reason, questions = refused(
        lambda question: page([row(question.page)], question.page, question.page + 1, question.page), tmp_path, limits
    )
    assert "超过上限 20 页" in reason
    assert len(questions) < 100


@pytest.mark.parametrize(
    ("limits", "expected"),
    [
        (Limits(page_bytes=1_000), "一页超过 1000 字节"),
        (Limits(received_bytes=5_000), "累计收到超过 5000 字节"),
        (Limits(stored_bytes=100), "页集压缩后超过 100 字节"),
        (Limits(seconds=0.3, request_seconds=60), "秒内没有取完"),
    ],
    ids=["page", "received", "stored", "seconds"],
)
def test_no_platform_takes_more_than_its_limit(tmp_path: pathlib.Path, limits: Limits, expected: str) -> None:
    random_texts = random.Random(1)  # noqa: S311  no secret
    rows = [row(number) | {"text": random_texts.randbytes(60_000).hex()} for number in range(10)]

    def script(question: Question) -> Answer:
        return Answer(b" " * 1_000, slow_from="body") if limits.seconds < 1 else pages_of(rows, question)

    reason, _ = refused(script, tmp_path, limits)
    assert expected in reason


# ── the token ───────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_redirect_is_not_followed_and_the_other_host_sees_nothing(tmp_path: pathlib.Path) -> None:
    with MisbehavingPlatform(lambda _: page([], 1, 1, 0)) as other:
        reason, questions = refused(lambda _: Answer(status=302, headers=(("Location", other.url),)), tmp_path)
    assert other.questions == []
    assert "转到 127.0.0.1" in reason
    assert len(questions) == 1


def test_the_token_is_in_no_log_line_even_when_all_goes_wrong(
    tmp_path: pathlib.Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    refused(lambda _: Answer(status=500, body=TOKEN.encode()), tmp_path)
    logged = [record for record in caplog.records if record.name.startswith("pipelines")]
    assert "attempt 1 failed" in logged[0].getMessage()
    assert TOKEN not in caplog.text


@pytest.mark.parametrize("token", ["two words", "line\nbreak", "密钥"])
def test_a_token_that_no_header_can_carry_is_refused_without_being_told(tmp_path: pathlib.Path, token: str) -> None:
    with pytest.raises(PlatformFault) as raised:
        platform.fetch("http://127.0.0.1:9/izyz", "help_requests", token, Cursor(), tmp_path / "a.json.gz", NIGHT)
    assert "令牌含有" in raised.value.reason_zh
    assert token not in raised.value.reason_zh


@pytest.mark.parametrize("base_url", ["ftp://127.0.0.1/izyz", "izyz.example", "http://", "http://127.0.0.1:port/izyz"])
def test_an_address_that_is_none_is_a_fault(tmp_path: pathlib.Path, base_url: str) -> None:
    with pytest.raises(PlatformFault, match="平台地址无效"):
        platform.fetch(base_url, "help_requests", TOKEN, Cursor(), tmp_path / "a.json.gz", NIGHT)
    assert list(tmp_path.iterdir()) == []


def test_a_password_in_the_address_is_not_shown(tmp_path: pathlib.Path) -> None:
    with pytest.raises(PlatformFault) as raised:
        platform.fetch(
            "http://user:secret@127.0.0.1:9/izyz", "help_requests", TOKEN, Cursor(), tmp_path / "a", NIGHT, limits=QUICK
        )
    assert "secret" not in raised.value.reason_zh


def test_a_platform_with_a_certificate_of_its_own_making_is_not_trusted(tmp_path: pathlib.Path) -> None:
    certificate, key = tmp_path / "certificate.pem", tmp_path / "key.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "1",
         "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", key, "-out", certificate],
        check=True,
        capture_output=True,
    )  # fmt: skip
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(certificate, key)
    with MisbehavingPlatform(lambda _: page([], 1, 1, 0), tls) as served, pytest.raises(PlatformFault, match="证书"):
        fetch(served, tmp_path)
    assert served.questions == []


# ── killed while reading ────────────────────────────────────────────────────────────────────────────────────────────


def test_a_killed_reading_leaves_nothing_that_counts_and_does_not_hinder_the_next(tmp_path: pathlib.Path) -> None:
    destination = tmp_path / "2025-03-02.json.gz"
    program = (
        "import datetime, pathlib, sys; from pipelines.landing import cursor, platform;"
        "platform.fetch(sys.argv[1], 'help_requests', 'token', cursor.Cursor(), pathlib.Path(sys.argv[2]),"
        " datetime.date(2025, 3, 2), page_size=2)"
    )

    def script(question: Question) -> Answer:
        if question.number == 4:
            os.kill(reader.pid, signal.SIGKILL)
        return pages_of(THREE, question)

    with MisbehavingPlatform(script) as served:
        reader = subprocess.Popen([sys.executable, "-c", program, served.url, str(destination)])
        assert reader.wait(60) == -signal.SIGKILL
        assert [each.name for each in tmp_path.iterdir() if not each.name.startswith(".")] == []
        fetch(served, tmp_path)
    assert [each.name for each in tmp_path.iterdir()] == [destination.name]
    assert stored_keys(destination) == ["R001", "R002", "R003"]

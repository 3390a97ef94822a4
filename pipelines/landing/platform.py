"""Reads from a volunteer platform everything that changed since a moment, and stores it as one page set.

**What a platform answers**: ``GET <base>/<feed>?updated_since=<ISO 8601>&page=<k>&page_size=<n>`` gives ``{"data":
[rows], "page": k, "pages": n, "total": t}``. The platform cuts its pages anew for each request. So rows can move from
page to page while we read. Rows that we read twice do no harm, because the warehouse drops them. Rows that we miss do
harm. Why we miss none:

- *Rows move to later pages* when new or changed rows are put before them. That happens on platforms that do not sort
  by the time of the update. Reading from the first page to the last finds these rows again. It misses only the rows
  that were put on pages already read. They changed after the reading began, and :meth:`Cursor.after` makes the next
  request start before that.
- *Rows move to earlier pages* when rows are deleted, or when the platform sorts by the time of the update and a row
  that was read is changed (it goes to the end). Reading forwards would miss rows. So we look at the last page first.
  When we come to it, its unchanged rows must stand where they stood, or further down: then no row before them has
  gone. If they stand further up, or fewer rows came than ``total`` says, we read all pages once more, from the last to
  the first: now rows can only move to pages that we have not read yet. The rows read forwards stay in the page set.

If a platform deletes rows and inserts others between the rest at the same time, no reading by pages is sure to find
all. Then only ``total`` is left as a check: fewer rows than that, after both readings, are a fault, and nothing is
stored.
"""

import asyncio
import dataclasses
import datetime
import email.utils
import logging
import pathlib
from types import TracebackType
from typing import Self

import httpx
import tenacity

from pipelines.landing.cursor import LONGEST_READING, Cursor
from pipelines.landing.page import NoPage, Page
from pipelines.landing.page_set_writer import PageSetWriter
from pipelines.reading.refusals import FILE_BYTES_LIMIT, MEGABYTE, PAGE_BYTES_LIMIT

_LOG = logging.getLogger(__name__)


class PlatformFault(Exception):
    """A platform could not be read, and nothing was stored. ``reason_zh`` names platform, feed and page."""

    def __init__(self, reason_zh: str) -> None:
        super().__init__(reason_zh)
        self.reason_zh = reason_zh


class _PassingFault(PlatformFault):
    """A fault that may be gone at the next try, which should wait for at least ``retry_after_seconds``."""

    def __init__(self, reason_zh: str, retry_after_seconds: float = 0) -> None:
        super().__init__(reason_zh)
        self.retry_after_seconds = retry_after_seconds


class _RepeatedPage(_PassingFault):
    """A page with exactly the rows of another page: the platform made a mistake, or all of them moved together."""


@dataclasses.dataclass(frozen=True)
class Limits:
    """The limits for reading a platform; the defaults are enough for a first reading of nine million rows.

    ``seconds`` and ``received_bytes`` (unpacked) are for one page set, including repeated requests.
    """

    seconds: float = LONGEST_READING.total_seconds()
    received_bytes: int = 16 * 1024 * MEGABYTE
    stored_bytes: int = FILE_BYTES_LIMIT
    pages: int = 20_000
    page_bytes: int = PAGE_BYTES_LIMIT
    request_seconds: float = 120
    connect_seconds: float = 10
    silence_seconds: float = 30
    attempts: int = 5
    first_wait_seconds: float = 1
    longest_wait_seconds: float = 60


@dataclasses.dataclass(frozen=True)
class FetchSummary:
    """What a page set holds, and the requests it needed."""

    path: pathlib.Path
    rows: int
    pages: int
    requests: int
    retries: int


def fetch(  # noqa: PLR0917 - four say what is asked, two say where it goes
    base_url: str,
    feed: str,
    token: str,
    cursor: Cursor,
    destination: pathlib.Path,
    delivered_on: datetime.date,
    *,
    page_size: int = 5_000,
    limits: Limits = Limits(),
) -> FetchSummary:
    """A new file with everything that the platform at ``base_url`` has changed in ``feed`` since the cursor.

    The file is gzip of JSON lines: ``{"request": …}``, then each page's body as delivered. The same answers give the
    same bytes. The file gets its name only when it is complete and on the disk. The token is sent to ``base_url``
    alone, redirects are not followed, and memory holds a few pages at a time.

    Raises:
        PlatformFault: the platform can't be reached, gives no valid answer, or exceeds a limit.
        OSError: the page set can't be stored.
    """
    since = cursor.parameter
    request = {"feed": feed, "updated_since": since, "delivered_on": delivered_on.isoformat()}
    with PageSetWriter(destination, request) as page_set:
        platform = _Platform(base_url, feed, token, since=since, page_size=page_size, limits=limits)
        asyncio.run(_read(platform, page_set, limits))
        page_set.publish()
    return FetchSummary(destination, page_set.rows, page_set.pages, platform.requests, platform.retries)


async def _read(platform: "_Platform", page_set: PageSetWriter, limits: Limits) -> None:
    try:
        async with asyncio.timeout(limits.seconds), platform:
            if await _read_forwards(platform, page_set):
                return
            _LOG.warning("%s: rows moved between pages while they were read; reading backwards", platform.name)
            platform.forget()
            await _read_backwards(platform, page_set)
    except TimeoutError as error:
        raise PlatformFault(f"{platform.name}：{limits.seconds:.0f} 秒内没有取完") from error


async def _read_forwards(platform: "_Platform", page_set: PageSetWriter) -> bool:
    """Stores all pages, first to last; false if a row may have moved to a page that was already read."""
    try:
        return await _store_while_rows_stay(platform, page_set)
    except _RepeatedPage:
        return False


async def _store_while_rows_stay(platform: "_Platform", page_set: PageSetWriter) -> bool:
    answer = await platform.answer(1)
    if answer.pages <= 1:
        platform.store(answer, page_set)
        return page_set.rows >= answer.total
    stored_page, stored = 0, answer
    while stored_page < answer.pages:
        marked_page = answer.pages
        marked = await platform.answer(marked_page)
        if stored_page and not (await platform.answer(stored_page)).holds_in_place(stored):
            return False
        for page in range(stored_page + 1, marked_page + 1):
            answer = await platform.answer(page)
            platform.store(answer, page_set)
        if not answer.holds_in_place(marked):
            return False
        stored_page, stored = marked_page, answer
    return page_set.rows >= answer.total


async def _read_backwards(platform: "_Platform", page_set: PageSetWriter) -> None:
    last_page = 1
    last = await platform.answer(last_page)
    while last.pages > last_page:
        last_page = last.pages
        last = await platform.answer(last_page)
    platform.store(last, page_set)
    rows = last.rows
    for page in range(last_page - 1, 0, -1):
        answer = await platform.answer(page)
        platform.store(answer, page_set)
        rows += answer.rows
    if rows < last.total:
        raise PlatformFault(f"{platform.name}：平台称共 {last.total} 行，从后往前重取仍只有 {rows} 行")


class _Platform:
    """One feed of a platform, page by page. Asks again where that may help, and keeps the limits."""

    def __init__(
        self, base_url: str, feed: str, token: str, *, since: str | None, page_size: int, limits: Limits
    ) -> None:
        self.name = f"平台数据流 {feed}"
        try:
            self._url = httpx.URL(f"{base_url.rstrip('/')}/{feed}")
        except httpx.InvalidURL as error:
            raise PlatformFault(f"{self.name}：平台地址无效") from error
        if self._url.scheme not in ("http", "https") or not self._url.host:
            raise PlatformFault(f"{self.name}：平台地址无效，应以 http:// 或 https:// 开头")
        self.name = f"平台 {self._url.copy_with(userinfo=b'', query=None, fragment=None)}"
        if not (token.isascii() and token.isprintable() and " " not in token):
            raise PlatformFault(f"{self.name}：访问令牌含有空格、换行或其他不能发送的字符")
        self._token = token or "…"
        self._question = {"page_size": str(page_size)} | ({"updated_since": since} if since else {})
        self._limits = limits
        self._received_bytes = 0
        self._page_of_rows: dict[bytes, int] = {}
        self.requests = 0
        self.retries = 0
        timeouts = httpx.Timeout(limits.silence_seconds, connect=limits.connect_seconds)
        headers = {"Authorization": f"Bearer {token}", "Accept": "application/json"}
        self._client = httpx.AsyncClient(headers=headers, timeout=timeouts, follow_redirects=False)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, raised: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self._client.aclose()

    async def answer(self, page: int) -> Page:
        """The platform's answer for one page, checked to be well-formed and of that page.

        Raises:
            PlatformFault: after the last attempt, or at once where another attempt can't help.
        """
        limits = self._limits
        attempts = tenacity.AsyncRetrying(
            retry=tenacity.retry_if_exception_type(_PassingFault),
            stop=tenacity.stop_after_attempt(limits.attempts),
            wait=self._seconds_to_wait,
            before_sleep=self._count_retry,
            reraise=True,
        )
        return await attempts(self._ask, page)

    def store(self, answer: Page, page_set: PageSetWriter) -> None:
        page_set.add(answer)
        if page_set.stored_bytes() > self._limits.stored_bytes:
            raise PlatformFault(f"{self.name}：页集压缩后超过 {self._limits.stored_bytes} 字节")

    def forget(self) -> None:
        """Forgets which rows stood on which page. After rows have moved, they may stand on another page."""
        self._page_of_rows.clear()

    async def _ask(self, page: int) -> Page:
        where = f"{self.name} 第 {page} 页"
        self.requests += 1
        try:
            async with asyncio.timeout(self._limits.request_seconds):
                body, charset = await self._body(page, where)
        except (httpx.TimeoutException, TimeoutError) as error:
            raise _PassingFault(f"{where}：等候回答超时") from error
        except httpx.TransportError as error:
            if "CERTIFICATE_VERIFY_FAILED" in str(error):
                raise PlatformFault(f"{where}：平台的 TLS 证书无法验证") from error
            raise _PassingFault(f"{where}：连接失败或中断（{type(error).__name__}）") from error
        except httpx.DecodingError as error:
            raise _PassingFault(f"{where}：回答的压缩数据无法解开") from error
        answer = self._understood(body, charset, page, where)
        self._demand_unseen(answer, page, where)
        return answer

    async def _body(self, page: int, where: str) -> tuple[bytes, str | None]:
        """The body of the answer, and the encoding that its head names."""
        question = self._question | {"page": str(page)}
        async with self._client.stream("GET", self._url, params=question) as response:
            _demand_success(response, where)
            body = bytearray()
            async for chunk in response.aiter_bytes():
                body += chunk
                self._received_bytes += len(chunk)
                if len(body) > self._limits.page_bytes:
                    raise PlatformFault(f"{where}：一页超过 {self._limits.page_bytes} 字节")
                if self._received_bytes > self._limits.received_bytes:
                    raise PlatformFault(f"{where}：累计收到超过 {self._limits.received_bytes} 字节")
            return bytes(body), response.charset_encoding

    def _understood(self, body: bytes, charset: str | None, page: int, where: str) -> Page:
        try:
            answer = Page.of(body, charset)
        except NoPage as error:
            reason = f"{where}：{error.reason_zh.replace(self._token, '…')}"
            raise (_PassingFault if error.may_pass else PlatformFault)(reason) from error
        if answer.number != page:
            raise _PassingFault(f"{where}：平台答的是第 {answer.number} 页")
        if answer.pages > self._limits.pages:
            raise PlatformFault(f"{where}：平台称共 {answer.pages} 页，超过上限 {self._limits.pages} 页")
        return answer

    def _demand_unseen(self, answer: Page, page: int, where: str) -> None:
        if not answer.rows:
            return
        first_page = self._page_of_rows.setdefault(answer.content, page)
        if first_page != page:
            raise _RepeatedPage(f"{where}：平台重复给出第 {first_page} 页的内容")

    def _seconds_to_wait(self, state: tenacity.RetryCallState) -> float:
        limits = self._limits
        first, longest = limits.first_wait_seconds, limits.longest_wait_seconds
        grown = tenacity.wait_exponential_jitter(multiplier=first, max=longest, jitter=first)(state)
        fault = state.outcome.exception() if state.outcome else None
        asked_for = fault.retry_after_seconds if isinstance(fault, _PassingFault) else 0
        return min(max(grown, asked_for), longest)

    def _count_retry(self, state: tenacity.RetryCallState) -> None:
        self.retries += 1
        seconds = state.next_action.sleep if state.next_action else 0
        fault = state.outcome.exception() if state.outcome else None
        _LOG.info("%s; attempt %d failed, next in %.1f s", fault, state.attempt_number, seconds)


def _demand_success(response: httpx.Response, where: str) -> None:
    status = response.status_code
    if response.is_success:
        return
    if response.is_redirect:
        host = response.next_request.url.host if response.next_request else "未知地址"
        raise PlatformFault(f"{where}：平台要求转到 {host}，未跟随（HTTP {status}）")
    if status in (401, 403):
        raise PlatformFault(f"{where}：平台不接受访问令牌（HTTP {status}）")
    if status in (408, 429) or response.is_server_error:
        raise _PassingFault(f"{where}：平台暂时不能回答（HTTP {status}）", _retry_after_seconds(response))
    raise PlatformFault(f"{where}：平台拒绝了请求（HTTP {status}）")


def _retry_after_seconds(response: httpx.Response) -> float:
    """The seconds from now that Retry-After gives (RFC 9110: seconds or a date); 0 if missing or invalid."""
    text: str = response.headers.get("Retry-After", "").strip()
    if text.isdecimal() and text.isascii():
        return float(text[:9])
    try:
        moment = email.utils.parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return 0
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=datetime.UTC)
    return max(0.0, (moment - datetime.datetime.now(datetime.UTC)).total_seconds())

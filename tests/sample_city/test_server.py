import datetime
import pathlib
from collections.abc import Iterator

import httpx
import pandas
import pytest

from pipelines.contracts import contract_of
from pipelines.home import Home
from pipelines.landing.cursor import Cursor
from pipelines.landing.platform import fetch
from pipelines.providers import platforms
from pipelines.reading import read_table
from pipelines.settings import home
from sample_city import server
from sample_city.store import folder_of, shelve

REQUESTS = pandas.DataFrame(
    {
        "request_id": ["R3", "R1", "R2"],
        "kind": ["邻里守望", "意愿达", "邻里守望"],
        "beneficiary": ["一老", "一小", "一困"],
        "district_code": ["440303", None, "4403DP"],
        "requested_at": pandas.to_datetime(["2025-03-01 08:00", "2025-01-01 09:30", "2025-02-01 10:00"]),
        "matched_at": pandas.to_datetime(["2025-03-02 08:00", None, "2025-02-01 11:00"]),
        "done_at": pandas.to_datetime(["2025-03-03 08:00", None, None]),
        "updated_at": pandas.to_datetime(["2025-03-03 08:00", "2025-01-01 09:30", "2025-02-01 11:00"]),
    }
)


@pytest.fixture
def city(tmp_path: pathlib.Path) -> Home:
    made = home(tmp_path)
    shelve(folder_of(made), "izyz", contract_of("help_requests"), [REQUESTS])
    server.declare(made, ["izyz"])
    return made


@pytest.fixture
def client(city: Home) -> Iterator[httpx.Client]:
    with server.running(city), _client(city) as client:
        yield client


def _client(city: Home) -> httpx.Client:
    return httpx.Client(base_url=platforms(city)["izyz"].base_url, headers={"Authorization": f"Bearer {server.TOKEN}"})


def test_rows_come_in_the_order_of_their_update_with_chinese_offsets(client: httpx.Client) -> None:
    answer = client.get("/help_requests").json()

    assert {key: answer[key] for key in ("page", "pages", "total")} == {"page": 1, "pages": 1, "total": 3}
    assert [row["request_id"] for row in answer["data"]] == ["R1", "R2", "R3"]
    assert answer["data"][0] == {
        "request_id": "R1",
        "kind": "意愿达",
        "beneficiary": "一小",
        "district_code": None,
        "requested_at": "2025-01-01T09:30:00+08:00",
        "matched_at": None,
        "done_at": None,
        "updated_at": "2025-01-01T09:30:00+08:00",
    }


def test_pages_are_cut_from_what_was_updated_at_or_after_the_moment_asked_for(client: httpx.Client) -> None:
    question = {"updated_since": "2025-02-01T03:00:00+00:00", "page_size": "1"}
    answers = [client.get("/help_requests", params={**question, "page": str(page)}).json() for page in (1, 2, 3)]

    assert [[row["request_id"] for row in answer["data"]] for answer in answers] == [["R2"], ["R3"], []]
    assert {(answer["pages"], answer["total"]) for answer in answers} == {(2, 2)}


def test_a_page_may_span_the_row_groups_of_the_store(city: Home) -> None:
    rows = pandas.DataFrame(
        {
            "record_id": [f"H{number:06d}" for number in range(70_000)],
            "volunteer_id": "V1",
            "activity_id": "A1",
            "category": "环保",
            "district_code": "440303",
            "served_on": pandas.Timestamp("2025-01-01"),
            "hours": 1.5,
            "updated_at": pandas.Timestamp("2025-01-01") + pandas.to_timedelta(range(70_000), unit="s"),
        }
    )
    shelve(folder_of(city), "izyz", contract_of("volunteer_hours"), [rows])
    with server.running(city), _client(city) as client:
        pages = [
            client.get("/volunteer_hours", params={"page": page, "page_size": 9_999}).json() for page in range(1, 9)
        ]
        seen = [row["record_id"] for page in pages for row in page.get("data", [])]

    missing_page_six = [f"H{number:06d}" for number in range(70_000) if not 5 * 9_999 <= number < 6 * 9_999]
    assert seen == missing_page_six  # the sixth request of a server's life is the one that meets a 503


def test_some_requests_are_refused_and_served_when_they_are_repeated(client: httpx.Client) -> None:
    answers = [client.get("/help_requests") for _ in range(20)]

    refused = {number: answer.status_code for number, answer in enumerate(answers, 1) if answer.status_code != 200}
    assert refused == {6: 503, 19: 429}
    assert answers[18].headers["Retry-After"] == "1"


def test_the_client_gets_every_row_through_the_refusals(city: Home, tmp_path: pathlib.Path) -> None:
    url, page_set = platforms(city)["izyz"].base_url, tmp_path / "2025-03-31.json.gz"
    requests = pandas.concat([REQUESTS.assign(request_id=REQUESTS["request_id"] + f"-{copy}") for copy in range(10)])
    shelve(folder_of(city), "izyz", contract_of("help_requests"), [requests])
    with server.running(city):
        fetch(url, "help_requests", server.TOKEN, Cursor(), page_set, datetime.date(2025, 3, 31), page_size=1)
    delivered = read_table(page_set.read_bytes(), page_set.name, contract_of("help_requests"))

    assert sorted(delivered.rows["request_id"]) == sorted(requests["request_id"])


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/help_requests?page=0", 400),
        ("/help_requests?page=one", 400),
        ("/help_requests?page_size=10001", 400),
        ("/help_requests?updated_since=yesterday", 400),
        ("/help_requests?updated_since=2025-01-01T00:00:00", 400),
        ("/volunteers", 404),
        ("/..%2Fizyz", 404),
    ],
)
def test_a_wrong_question_is_refused_with_its_reason(client: httpx.Client, path: str, expected: int) -> None:
    answer = client.get(path)

    assert answer.status_code == expected
    assert answer.json()["error"]


def test_nothing_is_shown_without_the_token(client: httpx.Client) -> None:
    assert client.get("/help_requests", headers={"Authorization": ""}).status_code == 401
    assert client.get("/help_requests", headers={"Authorization": "Bearer wrong"}).status_code == 401


def test_a_taken_port_is_an_error_and_not_a_silent_second_server(city: Home) -> None:
    with server.running(city), pytest.raises(OSError, match="in use"), server.running(city):
        pass


def test_the_platforms_answer_beside_a_night_of_a_home_that_then_says_it_is_a_sample(city: Home) -> None:
    assert not city.notice_file.exists()  # as in a sample home that an earlier version made

    with server.beside(city), _client(city) as client, server.beside(city):  # the second finds them answering
        assert client.get("/help_requests").status_code == 200

    assert "样例数据" in city.notice_file.read_text("utf-8")


def test_nothing_answers_beside_a_night_of_a_real_home(home: Home) -> None:
    with server.beside(home):
        assert list(home.root.glob("*.md")) == []


def test_two_homes_have_ports_of_their_own(tmp_path: pathlib.Path) -> None:
    urls = set()
    for name in ("one", "other"):
        (tmp_path / name).mkdir()
        server.declare(home(tmp_path / name), ["izyz"])
        urls.add(platforms(home(tmp_path / name))["izyz"].base_url)

    assert len(urls) == 2


def test_the_stored_bytes_are_the_same_each_time(city: Home) -> None:
    path = folder_of(city) / "izyz" / "help_requests.parquet"
    before = path.read_bytes()
    shelve(folder_of(city), "izyz", contract_of("help_requests"), [REQUESTS.iloc[::-1]])

    assert path.read_bytes() == before

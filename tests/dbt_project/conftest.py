import datetime

import pytest

from tests.dbt_project.building import Build, empty_build

LUOHU = {"provider_type": "district", "provider_code": "440303", "name_zh": "罗湖区", "active_from": "2024-12-01"}
FUTIAN = {"provider_type": "district", "provider_code": "440304", "name_zh": "福田区", "active_from": "2024-12-01"}


def enterprise(uscc: str, party_org_founded: str | None) -> dict[str, object]:
    qualifies = {"has_licence": True, "has_premises": True, "has_members": True}
    return {"uscc": uscc, "name": "某企业", "party_org_founded": party_org_founded, **qualifies}


def appeal(appeal_id: str, closed_at: str | None) -> dict[str, object]:
    return {
        "appeal_id": appeal_id,
        "received_at": "2025-01-31 15:59:59",  # one second to midnight in Shenzhen
        "source_channel": "热线",
        "category": "停车",
        "due_date": "2025-02-07",
        "closed_at": closed_at,
    }


@pytest.fixture(scope="session")
def built(first_build: tuple[Build, dict[str, str]]) -> Build:
    """The warehouse of two districts in early 2025; Futian's enterprises never came again after January."""
    return first_build[0]


@pytest.fixture(scope="session")
def statuses(first_build: tuple[Build, dict[str, str]]) -> dict[str, str]:
    """What became of each node of that build, by its name."""
    return first_build[1]


@pytest.fixture(scope="session")
def first_build(tmp_path_factory: pytest.TempPathFactory) -> tuple[Build, dict[str, str]]:
    build = empty_build(tmp_path_factory.mktemp("build"), datetime.date(2025, 3, 31))
    build.insert("ops.providers", [LUOHU, FUTIAN])
    build.deliver("enterprises", "440303", "2025-01-31", [enterprise("a", "2020-01-01"), enterprise("b", None)])
    build.deliver("enterprises", "440304", "2025-02-03", [enterprise("c", None), enterprise("a", None)])
    build.deliver("enterprises", "440303", "2025-03-01", [enterprise("b", None), enterprise("b", "2025-02-10")])
    build.deliver("appeals", "440303", "2025-01-31", [appeal("1", None), appeal("2", None)])
    build.deliver("appeals", "440303", "2025-02-05", [appeal("1", "2025-02-04 02:00:00")])
    build.deliver("review_sessions", "sz", "2025-02-05", [{"session_id": "S1", "level": "市级"}], "municipal")
    orders = [{"order_id": "1", "appeal_id": "1"}, {"order_id": "2", "session_id": "S1", "appeal_id": "another"}]
    build.deliver("review_orders", "440303", "2025-02-05", orders)
    build.deliver("review_orders", "sz", "2025-02-05", [{**orders[1], "appeal_id": "2"}], "municipal")
    members = [
        {"chain_id": "C1", "uscc": uscc, "district_code": code} for uscc, code in (("a", "440303"), ("b", "广州"))
    ]
    build.deliver("chain_members", "sz", "2025-02-05", members)
    first_move = {"id_card_pseudonym": "m", "applied_on": "2025-01-06", "completed_on": "2025-01-20"}
    build.deliver("member_transfers", "440303", "2025-02-05", [first_move])
    second_move = {"id_card_pseudonym": "m", "applied_on": "2025-02-10", "completed_on": "2025-02-20"}
    build.deliver("member_transfers", "440303", "2025-03-05", [second_move])
    statuses = {name: str(result.status) for name, result in build.dbt("build").items()}
    assert [name for name, status in statuses.items() if status in ("error", "fail")] == []
    return build, statuses

"""Pilot zones and communities in the districts."""

import pandas

from pipelines.districts import DISTRICTS
from sample_city import places
from sample_city.city import SENIOR_SOCIAL_WORKERS_2024, City, days_from
from sample_city.delivery import FeedPlan, district_providers, planned_states, states_of

WORKERS_AND_VOLUNTEERS = "专业社工加志愿服务试点社区"
PROPERTY_MANAGEMENT = "物业管理指导监督试点"
PILOTS = {"两社三中心试点区": 6, "社区运营试点社区": 13, WORKERS_AND_VOLUNTEERS: 30}


def plan(city: City) -> dict[str, FeedPlan]:
    """The plan of the pilots: every district tries the supervision of property management, some the others."""
    kinds = [kind for kind, size in PILOTS.items() for _ in range(size)] + [PROPERTY_MANAGEMENT] * len(DISTRICTS)
    few = [city.districts(f"pilots {kind}", size) for kind, size in PILOTS.items()]
    districts = pandas.concat([*few, pandas.Series(list(DISTRICTS), dtype="str")], ignore_index=True)
    count = len(kinds)
    generator = city.random("pilots")
    communities = places.communities()
    chosen = communities["community"].iloc[city.within("pilots", districts, communities["district_code"])]
    pilots = pandas.DataFrame(
        {
            "provider_type": "district",
            "provider_code": districts,
            "pilot_id": [f"{code}-SD{number:03d}" for number, code in enumerate(districts, start=1)],
            "pilot": kinds,
            "name": chosen.to_numpy(),
            "started_on": days_from("2024-06-01", generator.integers(0, 480, count)),
        }
    )
    is_everywhere = pilots["pilot"].eq(PROPERTY_MANAGEMENT)
    pilots["started_on"] = pilots["started_on"].mask(is_everywhere, pandas.Timestamp("2024-07-01"))
    return {"pilots": planned_states(city, "pilots", _with_seniors(city, pilots), district_providers())}


def _with_seniors(city: City, pilots: pandas.DataFrame) -> pandas.DataFrame:
    """The states of the pilots; a community is given a senior social worker of its own within two months."""
    takes_part = pilots["pilot"].eq(WORKERS_AND_VOLUNTEERS)
    seniors = city.social_workers["social_worker_id"].iloc[:SENIOR_SOCIAL_WORKERS_2024]
    generator = city.random("pilots' seniors")
    pilots["senior_social_worker_id"] = pandas.Series([None] * len(pilots), dtype="str")
    pilots.loc[takes_part, "senior_social_worker_id"] = generator.permutation(seniors)[: takes_part.sum()]
    assigned_on = (
        pilots["started_on"] + pandas.to_timedelta(generator.integers(0, 60, len(pilots)), unit="D").to_numpy()
    )
    states = states_of(city, "pilots", pilots.assign(assigned_on=assigned_on), "started_on")
    is_assigned = states["assigned_on"].le(states["state_on"])
    return states.assign(senior_social_worker_id=states["senior_social_worker_id"].where(is_assigned))

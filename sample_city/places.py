"""The city's streets and communities: the public names, so that the made records read like the city."""

import functools
import pathlib

import pandas
import yaml

# Shares of the residents, roughly as in the census of 2020: what is made per head is spread by them.
RESIDENT_SHARES = {
    "440303": 0.065,
    "440304": 0.088,
    "440305": 0.102,
    "440306": 0.254,
    "440307": 0.226,
    "440308": 0.012,
    "440309": 0.143,
    "440310": 0.032,
    "440311": 0.062,
    "4403DP": 0.009,
    "4403SS": 0.007,
}

PLATFORMS = {"izhiyuan": "i志愿（样例）", "zhiyuanshenzhen": "志愿深圳（样例）", "yiyuanda": "意愿达（样例）"}

# Longitude and latitude of the middle of each district, in degrees (WGS 84), to a few kilometres.
CENTRES = {
    "440303": (114.13, 22.56),
    "440304": (114.05, 22.54),
    "440305": (113.94, 22.54),
    "440306": (113.88, 22.68),
    "440307": (114.22, 22.70),
    "440308": (114.26, 22.58),
    "440309": (114.03, 22.69),
    "440310": (114.34, 22.69),
    "440311": (113.94, 22.76),
    "4403DP": (114.47, 22.60),
    "4403SS": (114.65, 22.79),
}

_PLACES_FILE = pathlib.Path(__file__).with_name("places.yaml")


def streets(district_code: str) -> tuple[str, ...]:
    """The streets of a district."""
    return tuple(_communities_by_street()[district_code])


@functools.cache
def communities() -> pandas.DataFrame:
    """Every community of the city: district_code, street, community."""
    return pandas.DataFrame(
        [
            (district, street, community)
            for district, by_street in _communities_by_street().items()
            for street, names in by_street.items()
            for community in names
        ],
        columns=["district_code", "street", "community"],
        dtype="str",
    )


@functools.cache
def _communities_by_street() -> dict[str, dict[str, list[str]]]:
    by_district: dict[str, dict[str, list[str]]] = yaml.safe_load(_PLACES_FILE.read_text("utf-8"))
    return by_district

"""A feed is the same files all over the tree, linked by its name, and nothing in the tree is without its feed."""

import pathlib
import re
import shutil
from collections.abc import Iterator

import dagster as dg
import pytest
import yaml

from pipelines import contracts
from pipelines.components.feed import FeedComponent
from pipelines.contracts import Contract
from pipelines.settings import PROJECT_FOLDER

FOLDERS_OF_FEEDS = (
    "pipelines/defs/*/*/*",
    "expectations/*",
    "dbt_project/models/staging/*/*",
    "tests/feeds/*/*",
)
NOT_OF_FEEDS = re.compile(r".*/__pycache__/.*|dbt_project/models/staging/ops/.*")
STAGED_FEED = re.compile(r"(?:staged\(|contract_of\(|source\('raw', )'(\w+)'")


def pieces(contract: Contract) -> list[str]:
    """The files that a feed consists of."""
    feed, folder = contract.feed, contract.usual_provider
    return [
        f"pipelines/defs/{folder}/{feed}/defs.yaml",
        f"dbt_project/models/staging/{folder}/stg_{feed}.sql",
        f"tests/feeds/{feed}/delivery.{'json' if contract.is_fetched else 'csv'}",
        f"tests/feeds/{feed}/expected.yaml",
    ]


def extra_pieces(contract: Contract) -> list[str]:
    """The files that a feed has only where it has rules of its own: their suite, and the tests of its staging model."""
    feed, folder = contract.feed, contract.usual_provider
    return [f"expectations/{feed}.yaml", f"dbt_project/models/staging/{folder}/stg_{feed}.yml"]


def faults(project: pathlib.Path) -> list[str]:
    """What is missing in the tree, what belongs to no feed, and, of a whole tree, what links to another name."""
    declared = [contracts.parse(path) for path in sorted(project.glob("pipelines/defs/*/*/defs.yaml"))]
    wanted = {piece for contract in declared for piece in pieces(contract)}
    allowed = {piece for contract in declared for piece in extra_pieces(contract)}
    found = {path.relative_to(project).as_posix() for pattern in FOLDERS_OF_FEEDS for path in project.glob(pattern)}
    there = {path for path in found if not NOT_OF_FEEDS.fullmatch(path)}
    astray = [f"missing: {path}" for path in sorted(wanted - there)]
    astray += [f"of no feed: {path}" for path in sorted(there - wanted - allowed)]
    return astray or [fault for contract in declared for fault in wrong_links(project, contract)]


_PRIVATE = re.compile(
    r"^\s*(?:from|import) ("
    r"(?:dagster|dagster_dbt|great_expectations)\.(?:\w+\.)*_\w+"
    r"|dagster_shared|dagster_dbt\.\w+|dbt\.(?:adapters|contracts)\.\S+)",
    re.MULTILINE,
)


def private_imports(project: pathlib.Path) -> dict[str, list[str]]:
    """Where the production code imports what Dagster and dbt do not promise to keep."""
    found = {
        path.relative_to(project).as_posix(): _PRIVATE.findall(path.read_text("utf-8"))
        for path in sorted(project.glob("pipelines/**/*.py"))
    }
    return {path: names for path, names in found.items() if names}


def wrong_links(project: pathlib.Path, contract: Contract) -> Iterator[str]:
    feed = contract.feed
    model, model_tests = pieces(contract)[1], extra_pieces(contract)[1]
    if set(STAGED_FEED.findall((project / model).read_text("utf-8"))) != {feed}:
        yield f"{model}: does not stage {feed} alone"
    if (project / model_tests).exists():
        tested = yaml.safe_load((project / model_tests).read_text("utf-8"))["unit_tests"]
        if {each["model"] for each in tested} != {f"stg_{feed}"}:
            yield f"{model_tests}: does not test stg_{feed} alone"


@pytest.fixture
def small_tree(tmp_path: pathlib.Path) -> pathlib.Path:
    """The tree of a project with one feed, ``appeals``."""
    appeals = contracts.contract_of("appeals")
    for piece in pieces(appeals) + extra_pieces(appeals):
        (tmp_path / piece).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(PROJECT_FOLDER / piece, tmp_path / piece)
    return tmp_path


def test_every_feed_is_whole_and_nothing_is_left_over():
    assert contracts.all_contracts()
    assert faults(PROJECT_FOLDER) == []


def test_private_parts_are_imported_by_workarounds_alone_and_each_says_when_it_can_go():
    importing = private_imports(PROJECT_FOLDER)
    assert {path.rpartition("/")[0] for path in importing} == {"pipelines/workarounds"}
    for path in PROJECT_FOLDER.glob("pipelines/workarounds/[a-z]*.py"):
        told = path.read_text("utf-8").split('"""')[1]
        assert "Works around:" in told
        assert "It can go when" in told


def test_a_private_import_elsewhere_is_seen(tmp_path: pathlib.Path):
    (tmp_path / "pipelines").mkdir()
    lines = ["from dagster._core.errors import DagsterError", "    import dbt.adapters.factory", "import dagster as dg"]
    (tmp_path / "pipelines" / "running.py").write_text("\n".join(lines), "utf-8")
    assert private_imports(tmp_path) == {"pipelines/running.py": ["dagster._core", "dbt.adapters.factory"]}


def test_a_tree_of_one_feed_is_whole(small_tree: pathlib.Path):
    assert faults(small_tree) == []


@pytest.mark.parametrize("piece", pieces(contracts.contract_of("appeals"))[1:])
def test_a_missing_piece_is_seen(small_tree: pathlib.Path, piece: str):
    (small_tree / piece).unlink()
    assert faults(small_tree) == [f"missing: {piece}"]


def test_a_feed_without_rules_of_its_own_is_whole(small_tree: pathlib.Path):
    for piece in extra_pieces(contracts.contract_of("appeals")):
        (small_tree / piece).unlink()
    assert faults(small_tree) == []


def test_without_a_contract_every_other_piece_is_left_over(small_tree: pathlib.Path):
    appeals = contracts.contract_of("appeals")
    contract, *others = pieces(appeals)
    (small_tree / contract).unlink()
    assert faults(small_tree) == [f"of no feed: {piece}" for piece in sorted(others + extra_pieces(appeals))]


def test_a_contract_in_the_folder_of_another_kind_of_provider_is_seen(small_tree: pathlib.Path):
    (small_tree / "pipelines/defs/district").rename(small_tree / "pipelines/defs/municipal")
    assert faults(small_tree) == [
        "missing: pipelines/defs/district/appeals/defs.yaml",
        "of no feed: pipelines/defs/municipal/appeals/defs.yaml",
    ]


@pytest.mark.parametrize(
    ("piece", "right", "wrong", "fault"),
    [
        (
            "dbt_project/models/staging/district/stg_appeals.sql",
            "staged('appeals')",
            "staged('suggestions')",
            "does not stage appeals alone",
        ),
        (
            "dbt_project/models/staging/district/stg_appeals.yml",
            "model: stg_appeals",
            "model: stg_suggestions",
            "does not test stg_appeals alone",
        ),
    ],
)
def test_a_link_to_another_name_is_seen(small_tree: pathlib.Path, piece: str, right: str, wrong: str, fault: str):
    text = (small_tree / piece).read_text("utf-8")
    assert right in text
    (small_tree / piece).write_text(text.replace(right, wrong), "utf-8")
    assert faults(small_tree) == [f"{piece}: {fault}"]


@pytest.mark.filterwarnings("ignore::dagster_shared.utils.warnings.BetaWarning")  # of the assets' backfill policy
@pytest.mark.parametrize("feed", contracts.all_contracts())
def test_a_feed_is_the_asset_of_its_name(feed: str):
    context = dg.ComponentTree.for_test().load_context
    assets = FeedComponent.load(contracts.contract_of(feed), context).build_defs(context).assets
    keys = [dg.AssetKey(["landing", contracts.contract_of(feed).title_zh]), dg.AssetKey(["raw", feed])]
    assert [asset.key for asset in assets] == keys

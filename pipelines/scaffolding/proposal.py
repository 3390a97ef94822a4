"""Proposes a contract from what a provider sent, and says what a person should check."""

import collections
import dataclasses
from collections.abc import Iterator, Mapping, Sequence

from pipelines import contracts, privacy
from pipelines.contracts import Cadence, Column, Contract, Mode, ProviderType
from pipelines.scaffolding import inference, keys, rhythm
from pipelines.scaffolding.doubts import Doubt
from pipelines.scaffolding.inference import Facts
from pipelines.scaffolding.tables import NoTable, Table
from pipelines.scaffolding.vocabulary import Named, Vocabulary

_FEW_ROWS = 30
"""With fewer rows than this, a column may be unique, filled or of few members only by chance."""

_SHOWN_CELLS = 3

_SAID_OF_A_HEADER = (
    "description", "minimum", "maximum", "exclusive_minimum", "exclusive_maximum", "hint_zh", "warn_below",
)  # fmt: skip
"""What is the same for a header in all feeds, if the type is the same."""

_CURSOR = "updated_at"
"""What a platform is asked by, and what every row of it must have."""

_OF_ANYTHING = frozenset({"编号", "编码", "代码", "记录编号"})
"""Headers of keys that do not say what they are the key of."""


@dataclasses.dataclass(frozen=True)
class Wishes:
    """What the person who adds the feed knows already; None is guessed. ``names``: names of columns, by header."""

    mode: Mode | None = None
    cadence: Cadence | None = None
    title_zh: str | None = None
    domain: str | None = None
    owner: str | None = None
    names: Mapping[str, str] = dataclasses.field(default_factory=dict)


@dataclasses.dataclass(frozen=True)
class Proposal:
    """A contract, and the doubts about it: those of the feed first, then column by column."""

    contract: Contract
    doubts: tuple[Doubt, ...]


def propose(
    feed: str, provider_type: ProviderType, table: Table, known: Sequence[Contract], wishes: Wishes
) -> Proposal:
    """The contract of a feed as its provider's rows suggest it; words are learned from the ``known`` ones.

    Raises:
        NoTable: what should be the header is a row.
    """
    vocabulary = Vocabulary(known)
    facts = inference.facts_of(table.cells)
    _refuse_row_for_header(facts, vocabulary)
    names = _names(table.labels, vocabulary, wishes)
    columns = {label: _column(facts[label], names[label].name, vocabulary) for label in table.labels}
    title = wishes.title_zh or table.title or feed
    key = keys.key_of(table, facts, columns)
    mode = wishes.mode or rhythm.mode_of(feed, title, table, facts, key.labels)
    if mode != "snapshot":
        key = keys.with_day(key, table, facts, columns)
    final = tuple(_placed(column, facts[label], key, known) for label, column in columns.items())
    domain, owner = _domain_and_owner(table.labels, known, wishes)
    contract = Contract(
        feed=feed,
        title_zh=title,
        description=f"{title}: one row per {' and '.join(columns[label].name for label in key.labels)}.",
        owner=owner,
        domain=domain,
        providers=(provider_type,),
        medium=table.medium,
        mode=mode,
        cadence=wishes.cadence or rhythm.cadence_of(table, facts, columns, mode),
        columns=final,
    )
    of_columns = (
        doubt
        for label, column in zip(table.labels, final, strict=True)
        for doubt in _doubts_of_column(column, facts[label])
    )
    return Proposal(contract, (*_doubts_of_feed(contract, table, key, wishes), *_doubts_of_names(names), *of_columns))


def _refuse_row_for_header(facts: Mapping[str, Facts], vocabulary: Vocabulary) -> None:
    """No header has a person's number in it; nor, where no word of it is known, a name or a cell of its own column."""
    has_number = any(privacy.scrubbed(label) != label for label in facts)
    is_known = any(vocabulary.knows(label) for label in facts)
    has_name = any(inference.is_a_persons_name(label) for label in facts)
    has_cell = any((each.texts == label).any() for label, each in facts.items())
    if has_number or (not is_known and (has_name or has_cell)):
        raise NoTable("the line taken for the header looks like a row: put the header above it")


def _names(labels: Sequence[str], vocabulary: Vocabulary, wishes: Wishes) -> dict[str, Named]:
    """A different name for each header: a name that is taken already gets a number."""
    named: dict[str, Named] = {}
    taken: collections.Counter[str] = collections.Counter()
    for position, label in enumerate(labels, start=1):
        wish = wishes.names.get(label)
        choices = [Named(wish, "learned")] if wish else vocabulary.named(label, position)
        choice = next((choice for choice in choices if not taken[choice.name]), choices[0])
        taken[choice.name] += 1
        number = taken[choice.name]
        named[label] = choice if number == 1 else Named(f"{choice.name}_{number}", "composed")
    return named


def _column(facts: Facts, name: str, vocabulary: Vocabulary) -> Column:
    """The column by itself. Whether it is a key or a reference can only be seen beside the other columns."""
    known = vocabulary.columns(facts.label)
    column_type = inference.type_of(facts, known)
    like = next((column for column in known if column.type == column_type), None)
    said = {} if like is None else {field: getattr(like, field) for field in _SAID_OF_A_HEADER}
    return Column.model_validate(
        {
            **said,
            "name": name,
            "header": vocabulary.header_of(name) or facts.label if facts.label == name else facts.label,
            "type": column_type,
            "required": inference.is_required(facts, known),
            "pii": inference.is_personal(facts, column_type),
            "enumeration": _enumeration(facts, like) if column_type == "code" else None,
            "happened": column_type in ("date", "datetime") and inference.has_happened(facts.label),
        }
    )


def _enumeration(facts: Facts, like: Column | None) -> str | tuple[str, ...] | None:
    """The members found in the cells, or the enumeration of a column with this header, or a shared one, if it fits."""
    if like and like.members and facts.share(facts.texts.isin(like.members)) >= inference.FITS:
        return like.enumeration
    found = inference.members_of(facts)
    if found is None:
        return None
    shared = (name for name, members in contracts.enumerations().items() if set(found) <= set(members))
    return next(shared, found)


def _placed(column: Column, facts: Facts, key: keys.Key, known: Sequence[Contract]) -> Column:
    """The column as it stands among the others: whether it is part of the key, and what it refers to."""
    is_key = facts.label in key.labels
    return column.model_copy(
        update={
            "key": is_key,
            "required": column.required and not is_key,
            "references": None if key.labels == (facts.label,) else _referred(column, facts, known),
        }
    )


def _referred(column: Column, facts: Facts, known: Sequence[Contract]) -> str | None:
    """The feed whose keys a column's values are, as other contracts say of its header, or because it names the key."""
    if column.type != "code":
        return None
    if inference.are_districts(facts):
        return contracts.DISTRICTS
    said = {other.references for contract in known for other in contract.columns if other.header == column.header}
    if told := said - {None}:
        return told.pop()
    keyed = [
        contract.feed
        for contract in known
        if [key.type for key in contract.keys] == ["code"] and _says_which(contract.keys[0].header, column.header)
    ]
    return keyed[0] if len(keyed) == 1 else None


def _says_which(header_of_key: str, header: str) -> bool:
    return header_of_key not in _OF_ANYTHING and header.endswith(header_of_key)


def _domain_and_owner(labels: Sequence[str], known: Sequence[Contract], wishes: Wishes) -> tuple[str, str]:
    """The domain and the owner of the contract that shares most headers."""
    nearest = max(known, key=lambda contract: len({column.header for column in contract.columns}.intersection(labels)))
    domain = wishes.domain or nearest.domain
    of_domain = next((contract.owner for contract in known if contract.domain == domain), nearest.owner)
    return domain, wishes.owner or of_domain


def _doubts_of_feed(contract: Contract, table: Table, key: keys.Key, wishes: Wishes) -> Iterator[Doubt]:
    yield from table.doubts
    if len(table.cells) < _FEW_ROWS:
        yield Doubt(
            "file", f"it has only {len(table.cells)} rows", "give a larger one, or several: much below may be chance"
        )
    if not wishes.title_zh and not table.has_title:
        taken = f"{contract.title_zh}, since no title stands above the header"
        yield Doubt("title_zh", taken, "what do the providers call this list?")
    if not wishes.mode:
        yield Doubt("mode", f"{contract.mode} is a guess", rhythm.QUESTION[contract.mode])
    if not wishes.cadence:
        yield Doubt("cadence", f"{contract.cadence} is a guess", "how often must it be delivered?")
    if not (wishes.domain and wishes.owner):
        yield Doubt(
            "domain, owner", f"{contract.domain}, {contract.owner}, after the feed most like it", "who answers for it?"
        )
    if (
        contract.is_fetched
        and contract.mode != "snapshot"
        and _CURSOR not in {column.name for column in contract.columns}
    ):
        yield Doubt(_CURSOR, "no key is called so", "a platform is asked for rows by the time of their last change")
    key_names = " + ".join(column.name for column in contract.keys)
    yield Doubt("key", f"{key_names}: {key.reason}", "can two rows of one provider ever have the same?")


def _doubts_of_names(named: Mapping[str, Named]) -> Iterator[Doubt]:
    for origin, taken, check in (
        ("unknown", "no English is known for", "rename them, or start again with --name {label}=…"),
        ("composed", "put together from words:", "do they say what stands there?"),
    ):
        of_origin = {label: name for label, (name, its_origin) in named.items() if its_origin == origin}
        if of_origin:
            listed = ", ".join(f"{name} ({label})" for label, name in of_origin.items())
            yield Doubt("names", f"{taken} {listed}", check.format(label=next(iter(of_origin))))


def _doubts_of_column(column: Column, facts: Facts) -> Iterator[Doubt]:
    subject = f"{column.name} ({facts.label})"
    if not len(facts.filled):
        yield Doubt(subject, f"no cell is filled; {column.type} is a guess", "what should stand there?")
    misfits = facts.misfits[column.type]
    if misfits:
        share = f"{len(misfits)} of {len(facts.filled)}"
        shown = _shown(column, facts, misfits)
        yield Doubt(subject, f"{column.type}, though {share} cells are not{shown}", "slips, or another type?")
    if isinstance(column.enumeration, str):
        yield Doubt(subject, f"its cells are members of {column.enumeration}", "is it that enumeration?")
    elif column.enumeration:
        left_out = sorted(set(facts.filled) - set(column.enumeration))
        without = f"; left out as slips: {'、'.join(left_out)}" if left_out else ""
        yield Doubt(
            subject, f"only {'、'.join(column.enumeration)}{without}", "are these all? Any other value refuses its row"
        )
    yield from _doubts_of_persons(column, facts, subject)
    if column.references:
        yield Doubt(subject, f"refers to {column.references}", "are its values keys of that feed?")


def _doubts_of_persons(column: Column, facts: Facts, subject: str) -> Iterator[Doubt]:
    if column.pii and column.type not in ("idcard", "phone"):
        yield Doubt(subject, "taken for a person's, so nothing of it is kept", "pii: false if it is an organisation's")
    elif column.pii and inference.may_be_an_organisations(facts.label):
        yield Doubt(subject, "taken for a person's number", "pii: false if it is an organisation's")


def _shown(column: Column, facts: Facts, misfits: Sequence[int]) -> str:
    """A few cells that are not of the column's type, in brackets; none of a person's."""
    if column.pii:
        return ""
    cells = dict.fromkeys(privacy.scrubbed(facts.texts[position]) for position in misfits)
    return f" ({'、'.join(list(cells)[:_SHOWN_CELLS])})"

"""What a comparison found, as sentences."""

from collections.abc import Iterator

from harness.parity.explanation import Change, Difference, Roots
from harness.words import counted

_KINDS = {
    "changed": "{rows} changed ({changed})",
    "missing": "{rows} missing from {candidate}",
    "extra": "{rows} only in {candidate}",
    "moved": "{rows} moved ({moved})",
    "duplicate_key": "{keys} not unique",
}


def difference_in_words(
    modes: tuple[str, str], difference: Difference, *, entity: str | None, same_counts: bool
) -> tuple[str, ...]:
    """What differs, in the order in which a reader wants to know it; the first sentence is a headline.

    `entity` is the column that says whom a row is about.
    """
    kinds = [_kind(kind, number, modes[1], difference) for kind, number in difference.keys.items() if number]
    if not kinds:
        return ("nothing differs by more than the tolerances allow",)
    return (
        ", ".join(kinds),
        *_about_counts(modes, difference, entity, same_counts=same_counts),
        *(sentence for change in difference.changes for sentence in _about_change(change)),
        *_about_moves(difference),
        *_about_roots(difference.roots, entity, truncated=difference.truncated),
    )


def _ranked(numbers: dict[str, int]) -> str:
    """Names with their numbers, the largest first."""
    largest_first = sorted(numbers.items(), key=lambda item: -item[1])
    return ", ".join(
        f"{name.replace('_', ' ') if name == 'duplicate_key' else name} {n:,}×" for name, n in largest_first
    )


def _kind(kind: str, number: int, candidate: str, difference: Difference) -> str:
    return _KINDS[kind].format(
        changed=_ranked(difference.columns),
        moved=f"other {' and '.join(difference.moved)}",
        rows=counted(number, "row"),
        keys=counted(number, "key"),
        candidate=candidate,
    )


def _about_counts(
    modes: tuple[str, str], difference: Difference, entity: str | None, *, same_counts: bool
) -> Iterator[str]:
    ours, theirs = difference.only_in_reference, difference.only_in_candidate
    if same_counts and (ours or theirs):
        yield (
            f"Counts agree, {'people' if entity == 'employee_id' else 'rows'} do not: "
            f"every year has as many rows on both sides, but rows of {ours or 0:,} {entity} exist only in {modes[0]}, "
            f"rows of {theirs or 0:,} only in {modes[1]}."
        )
    elif same_counts:
        yield "Every year has as many rows on both sides."


def _about_change(change: Change) -> Iterator[str]:
    if change.pattern:
        yield f"{change.column}: {change.pattern}."
    elif change.largest_abs is not None:
        yield f"{change.column}: no common pattern; the largest distance is {change.largest_abs}."
    if change.ulp_only and not (change.pattern and "ulp" in change.pattern):
        yield (
            f"{change.column}: {change.ulp_only:,} of {change.rows:,} changes are float noise, "
            "no more than 4 units in the last place."
        )


def _about_moves(difference: Difference) -> Iterator[str]:
    for column, rows in difference.moved.items():
        yield f"{counted(rows, 'row')} {'stands' if rows == 1 else 'stand'} under another {column}, otherwise the same."


def _about_roots(roots: Roots | None, entity: str | None, *, truncated: bool) -> Iterator[str]:
    if roots is None or not roots.cascade_rows:
        return
    within = " among those taken apart" if truncated else ""
    yield (
        f"{roots.entities:,} {entity} diverge{'s' if roots.entities == 1 else ''}{within}, "
        f"first in {_ranked(roots.columns)}; {counted(roots.cascade_rows, 'later row')} may follow from that."
    )

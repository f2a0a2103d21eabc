"""The findings of a comparison as sentences."""

from collections.abc import Mapping

_KINDS = {
    "changed": "{rows} changed ({changed})",
    "missing": "{rows} missing from {candidate}",
    "extra": "{rows} only in {candidate}",
    "duplicate_key": "{keys} not unique",
}


def difference_in_words(
    modes: tuple[str, str],
    keys: Mapping[str, int],
    columns: Mapping[str, int],
    *,
    entity: str | None,
    people: tuple[int | None, ...],
    same_counts: bool,
) -> tuple[str, ...]:
    """What differs, in the order in which a reader wants to know it."""
    reference, candidate = modes
    ranked = sorted(columns.items(), key=lambda item: -item[1])
    changed = ", ".join(f"{name} {number:,}×" for name, number in ranked)
    parts = [_kind(kind, number, candidate, changed) for kind, number in keys.items() if number]
    sentences = [", ".join(parts)]
    if same_counts and any(people):
        ours, theirs = people
        sentences.append(
            f"Counts agree, {'people' if entity == 'employee_id' else 'rows'} do not: "
            f"every year has as many rows on both sides, but rows of {ours:,} {entity} exist only in {reference}, "
            f"rows of {theirs:,} only in {candidate}."
        )
    elif same_counts:
        sentences.append("Every year has as many rows on both sides.")
    return tuple(sentences)


def _kind(kind: str, number: int, candidate: str, changed: str) -> str:
    return _KINDS[kind].format(
        changed=changed, rows=counted(number, "row"), keys=counted(number, "key"), candidate=candidate
    )


def counted(number: int, noun: str) -> str:
    """A number with its noun, whose plural adds an s."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"

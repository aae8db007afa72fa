"""Sets and failed clips enter; what is wrong with the filming leaves, in a few kinds, counted per person."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from lookfeel.batch.team.rows import SetRow
from lookfeel.batch.team.settings import FilmingKind, TeamSettings
from lookfeel.report.wording import VIEW_WORDS

NO_NAME = "No name"


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """One kind of trouble of one person. clips: those that show it, in their order."""

    words: str
    remedy: str
    clips: tuple[SetRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Who films so. n_clips: all of this person; n_lost: failed or not judged."""

    name: str
    n_clips: int
    n_lost: int
    troubles: tuple[Trouble, ...]


def people_with_trouble(sets: Sequence[SetRow], settings: TeamSettings) -> list[Person]:
    """Everybody with any trouble, who lost most clips first; clips without a name are one person, 'No name'."""
    by_name: dict[str, list[SetRow]] = {}
    for one in sets:
        by_name.setdefault(one.athlete or NO_NAME, []).append(one)
    people = [_person(name, clips, settings) for name, clips in by_name.items()]
    return sorted((one for one in people if one.troubles), key=_gravity)


def _gravity(person: Person) -> tuple[int, int, str]:
    return -person.n_lost, -sum(len(trouble.clips) for trouble in person.troubles), person.name


def _person(name: str, clips: Sequence[SetRow], settings: TeamSettings) -> Person:
    by_kind: dict[tuple[str, str], list[SetRow]] = {}
    for clip in clips:
        for kind in kinds_of(clip, settings):
            by_kind.setdefault(kind, []).append(clip)
    troubles = [Trouble(words=words, remedy=remedy, clips=tuple(those)) for (words, remedy), those in by_kind.items()]
    return Person(
        name=name,
        n_clips=len(clips),
        n_lost=sum(not clip.is_judged for clip in clips),
        troubles=tuple(sorted(troubles, key=lambda trouble: -len(trouble.clips))),
    )


def most_common(sets: Sequence[SetRow], settings: TeamSettings) -> tuple[str, str] | None:
    """Words and remedy of the trouble that most of the lost clips have; the first of equal ones."""
    counts = Counter(kind for one in sets if not one.is_judged for kind in kinds_of(one, settings))
    return counts.most_common(1)[0][0] if counts else None


def kinds_of(one: SetRow, settings: TeamSettings) -> list[tuple[str, str]]:
    """Words and remedy of every kind of trouble that a clip has."""
    said = {_kind_of(text, settings) for text in _texts(one)}
    found = [(kind.words, kind.remedy) for kind in settings.filming if kind.id in said or _has(one, kind)]
    found += _told_otherwise(one)
    if found or one.is_judged:
        return found
    other = settings.unexplained
    return [(other.unjudged, other.unjudged_remedy) if one.is_ok else (other.failed, other.failed_remedy)]


def _has(one: SetRow, kind: FilmingKind) -> bool:
    return one.view in kind.views if one.is_ok else one.error_code in kind.codes


def _texts(one: SetRow) -> Iterator[str]:
    yield from one.warnings
    if not one.is_judged:
        yield from (text for text in (one.looks_reason, one.error_message) if text)


def _kind_of(text: str, settings: TeamSettings) -> str | None:
    """The first kind that a text tells of: the feet that are cut off are not 'hidden joints' as well."""
    return next((kind.id for kind in settings.filming if any(part in text.lower() for part in kind.texts)), None)


def _told_otherwise(one: SetRow) -> list[tuple[str, str]]:
    """A view that the coach told and that the picture contradicts: then clips or rows may be mixed up."""
    told, seen = _side(one.view_told), _side(one.view)
    if not one.is_ok or told is None or seen is None or told == seen:
        return []
    words = f"said to be from {_from(one.view_told)}, seen from {_from(one.view)}"
    return [(words, "Check that the clip is in the right row, and where the phone stood.")]


def _from(view: str | None) -> str:
    return VIEW_WORDS.get(view or "", f"the {view}")


def _side(view: str | None) -> str | None:
    """Front, rear or side; None for what lies between, which either may be called."""
    return next((side for side in ("front", "rear", "side") if view and view.startswith(side)), None)

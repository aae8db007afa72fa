"""The library of movements: a movement and a sore place go in, ranked suggestions with their reasons come out."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Collection
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Literal, get_args

from pydantic import Field, model_validator

from lookfeel.errors import ConfigError, UnknownExercise, UnknownMovement
from lookfeel.exercises.loading import LIBRARY_FILE, read_toml, resolve_exercise, validate_toml
from lookfeel.exercises.spec import Evidence, StrictModel
from lookfeel.types import Experience

Region = Literal["knee", "back", "hip", "ankle"]
REGIONS: tuple[Region, ...] = get_args(Region)

Pattern = Literal[
    "squat",
    "hold",
    "leg_press",
    "split_squat",
    "lunge",
    "single_leg",
    "step",
    "hinge",
    "bridge",
    "leg_curl",
    "calf",
    "balance",
    "jump",
    "hop",
    "bound",
    "sprint",
]
PATTERNS: tuple[Pattern, ...] = get_args(Pattern)

Focus = Literal["knee_dominant", "hip_dominant", "single_leg", "balance", "hamstrings", "calf", "power", "reactive"]
Implement = Literal[
    "none",
    "support",
    "box",
    "dumbbell",
    "kettlebell",
    "barbell",
    "safety_bar",
    "trap_bar",
    "belt",
    "machine",
    "band",
    "rope",
    "slider",
    "slope",
]
Amount = Literal[0, 1, 2, 3]


class Loads(StrictModel):
    """How much a movement asks of each region, in order only: 0 hardly, 1 little, 2 some, 3 most."""

    knee: Amount
    back: Amount
    hip: Amount
    ankle: Amount

    def on(self, region: Region) -> int:
        """The amount on one region."""
        return {"knee": self.knee, "back": self.back, "hip": self.hip, "ankle": self.ankle}[region]


class Movement(StrictModel):
    """One entry of the library.

    title: as it stands within a sentence. focus: what it trains, the main thing first. implement: any one of them will
    do. difficulty: 1 to 10 within the library. chain: versions of one movement share it. swap_for: regions for whose
    sake coaches usually change to it. names: names of an exercise that mean this movement. judged_as: the name under
    which it can be filmed and judged here. is_usual: the bare name of the exercise may mean it. source, evidence: of
    `why`; difficulty and loads are our choice throughout.
    """

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    title: str = Field(min_length=1)
    pattern: Pattern
    chain: str | None = None
    focus: tuple[Focus, ...] = Field(min_length=1)
    implement: tuple[Implement, ...] = Field(min_length=1)
    difficulty: int = Field(ge=1, le=10)
    is_loadable: bool = False
    max_load_kg: float | None = Field(default=None, gt=0)
    is_explosive: bool = False
    loads: Loads
    swap_for: tuple[Region, ...] = ()
    names: tuple[str, ...] = ()
    judged_as: str | None = None
    is_usual: bool = False
    how: str = Field(min_length=1)
    why: str = Field(min_length=1)
    source: str = Field(min_length=1)
    evidence: Evidence

    def spares(self, region: Region, *, than: Movement) -> bool:
        """Whether it asks less of a region than another movement does."""
        return self.loads.on(region) < than.loads.on(region)

    def carries(self, load_kg: float) -> bool:
        """Whether it can be done with so much load; 0 = without."""
        if load_kg == 0:
            return True
        return self.is_loadable and (self.max_load_kg is None or load_kg <= self.max_load_kg)

    def can_be_done_with(self, available: Collection[Implement]) -> bool:
        """Whether it needs nothing, or something of what is there."""
        return "none" in self.implement or any(implement in available for implement in self.implement)

    @model_validator(mode="after")
    def _consistent(self) -> Movement:
        if self.max_load_kg is not None and not self.is_loadable:
            raise ValueError("max_load_kg makes no sense where is_loadable is false")
        if any(self.loads.on(region) == 3 for region in self.swap_for):
            raise ValueError("swap_for names a region that the movement loads most")
        if self.is_usual and not self.names:
            raise ValueError("is_usual needs names: only what has a name of an exercise can be its usual meaning")
        return self


class ExplosiveRule(StrictModel):
    """Hardest explosive movement to offer to each level of experience."""

    max_difficulty: dict[Experience, int]

    @model_validator(mode="after")
    def _every_level(self) -> ExplosiveRule:
        missing = [level for level in get_args(Experience) if level not in self.max_difficulty]
        if missing:
            raise ValueError(f"max_difficulty says nothing for {missing}")
        return self


class Places(StrictModel):
    """The words by which athletes name a region; see library.toml."""

    fillers: tuple[str, ...]
    ignored: tuple[str, ...]
    knee: tuple[str, ...]
    back: tuple[str, ...]
    hip: tuple[str, ...]
    ankle: tuple[str, ...]

    def meanings(self) -> dict[str, Region | None]:
        """Every entry -> its region, None for the ignored ones."""
        known: dict[Region, tuple[str, ...]] = {
            "knee": self.knee,
            "back": self.back,
            "hip": self.hip,
            "ankle": self.ankle,
        }
        table: dict[str, Region | None] = dict.fromkeys(self.ignored)
        return table | {word: region for region, words in known.items() for word in words}

    @model_validator(mode="after")
    def _each_once(self) -> Places:
        entries = [*self.ignored, *self.knee, *self.back, *self.hip, *self.ankle]
        twice = sorted({entry for entry in entries if entries.count(entry) > 1})
        if twice:
            raise ValueError(f"entries mean two things or stand twice: {twice}")
        return self


class Library(StrictModel):
    """library.toml: the movements, what is explosive enough for whom, and the words for regions."""

    explosive: ExplosiveRule
    places: Places
    movement: tuple[Movement, ...]

    @model_validator(mode="after")
    def _cross_check(self) -> Library:
        ids = [entry.id for entry in self.movement]
        twice = sorted({entry for entry in ids if ids.count(entry) > 1})
        if twice:
            raise ValueError(f"movement ids are used twice: {twice}")
        for name in sorted({entry.chain for entry in self.movement if entry.chain is not None}):
            rungs = [entry.difficulty for entry in self.movement if entry.chain == name]
            if len(rungs) < 2 or len(set(rungs)) < len(rungs):
                raise ValueError(f"chain {name!r} needs two entries or more, of different difficulty; it has {rungs}")
        return self


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """A movement to change to. reason: why this one, in short, such as 'same focus; spares the knee'."""

    movement: Movement
    reason: str


def parse_library(text: str, *, origin: str) -> Library:
    """Read a library from TOML text.

    Raises
        ConfigError: the text is not TOML, a key is unknown, a value makes no sense, or an exercise that it
            names does not exist.
    """
    library = validate_toml(read_toml(text, origin=origin), Library, origin=origin)
    for entry in library.movement:
        for name in entry.names if entry.judged_as is None else (*entry.names, entry.judged_as):
            try:
                resolve_exercise(name)
            except UnknownExercise as error:
                raise ConfigError(f"{origin}: {entry.id}: {error.message}") from error
    return library


@cache
def load_library() -> Library:
    """The library that comes with the program."""
    text = (files("lookfeel.exercises") / LIBRARY_FILE).read_text(encoding="utf-8")
    return parse_library(text, origin=LIBRARY_FILE)


def library_sha256() -> str:
    """Hash of everything that suggestions are made from; goes into each report."""
    values = load_library().model_dump(mode="json")
    canonical = json.dumps(values, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).hexdigest()


def movement(movement_id: str) -> Movement:
    """The movement of this id.

    Raises
        UnknownMovement: the library has none.
    """
    for entry in load_library().movement:
        if entry.id == movement_id:
            return entry
    raise UnknownMovement(f"the library has no movement {movement_id!r}")


def movement_of(exercise: str, variant: str | None = None, *, load_kg: float | None = None) -> Movement:
    """The movement that an exercise is, so that others can be compared with it.

    Where it may be several, as a bare 'squat' may, it is the easiest of those that can carry the load: nothing harder
    than what the athlete does is then ever suggested. A load that was not said counts as none.

    Parameters
        exercise, variant: as in ExerciseGuess.
    Raises
        UnknownExercise: no exercise has this name.
    """
    exercise = resolve_exercise(exercise)[0].name
    kinds = {entry.id: _kinds(entry) for entry in load_library().movement}
    same = [entry for entry in load_library().movement if exercise in {name for name, _ in kinds[entry.id]}]
    named = [entry for entry in same if variant is not None and (exercise, variant) in kinds[entry.id]]
    pool = named or [entry for entry in same if entry.is_usual]
    carrying = [entry for entry in pool if entry.carries(load_kg or 0.0)]
    return min(carrying or pool, key=lambda entry: entry.difficulty)


def _kinds(entry: Movement) -> set[tuple[str, str | None]]:
    """Exercise and variant of each of a movement's names."""
    return {(spec.name, variant) for spec, variant in map(resolve_exercise, entry.names)}


def region_of(text: str | None) -> Region | None:
    """The region that an athlete's words mean, None when no word is known: 'back of my left knee' gives 'knee'."""
    if text is None:
        return None
    places = load_library().places
    words = re.findall(r"[a-z]+", text.lower())
    said = " ".join(word for word in words if word not in places.fillers)
    meanings = places.meanings()
    entries = "|".join(re.escape(entry) for entry in sorted(meanings, key=len, reverse=True))
    found = (meanings[match[0]] for match in re.finditer(rf"\b(?:{entries})\b", said))
    return next((region for region in found if region is not None), None)


def substitutes(
    current: Movement,
    *,
    spares: Region | None = None,
    exclude: Collection[str] = (),
    available: Collection[Implement] | None = None,
) -> tuple[Suggestion, ...]:
    """Movements to change to, the most fitting first.

    Only what shares a focus, is not harder, is not explosive where the current one is not, can be done with what is
    there and, where a region is sore, asks less of it. Ranked by: same pattern or chain, or a usual swap for the
    sore region, before the rest; same main focus; same pattern or chain; usual swap; number of shared focuses; nearest
    difficulty; can be filmed here; place in the file. Of the versions of one movement only the best ranked is given.

    Parameters
        spares: the sore region. exclude: ids that are no longer wanted, such as those already tried.
        available: implements at hand; None = everything.
    """
    fitting = [
        other
        for other in load_library().movement
        if other.id not in {current.id, *exclude}
        and set(other.focus) & set(current.focus)
        and other.difficulty <= current.difficulty
        and (current.is_explosive or not other.is_explosive)
        and (available is None or other.can_be_done_with(available))
        and (spares is None or other.spares(spares, than=current))
    ]
    ranked = sorted(fitting, key=_rank_after(current, spares))
    first_of_chain = {other.chain or other.id: other for other in reversed(ranked)}
    return tuple(
        Suggestion(movement=other, reason=_reason(other, current, spares))
        for other in ranked
        if first_of_chain[other.chain or other.id] is other
    )


def _rank_after(current: Movement, spares: Region | None) -> Callable[[Movement], tuple[bool | int, ...]]:
    """The key of the ranking that `substitutes` documents; lower comes first."""

    def rank(other: Movement) -> tuple[bool | int, ...]:
        is_same_pattern = other.pattern == current.pattern or other in _chain(current)
        is_swap = spares in other.swap_for
        return (
            not (is_same_pattern or is_swap),
            other.focus[0] != current.focus[0],
            not is_same_pattern,
            not is_swap,
            -len(set(other.focus) & set(current.focus)),
            current.difficulty - other.difficulty,
            other.judged_as is None,
        )

    return rank


def _reason(other: Movement, current: Movement, spares: Region | None) -> str:
    """Why this one: its focus, what it spares, how hard it is, whether it can be filmed here."""
    focus = "same focus" if other.focus[0] == current.focus[0] else "shares part of the focus"
    parts = (
        focus,
        f"spares the {spares}" if spares is not None else "",
        "easier" if other.difficulty < current.difficulty else "about as hard",
        "you can film it here" if other.judged_as is not None else "",
    )
    return "; ".join(part for part in parts if part)


def easier(current: Movement) -> Movement | None:
    """The next easier version of the same movement, None at the end of its chain."""
    below = [other for other in _chain(current) if other.difficulty < current.difficulty]
    return max(below, key=lambda other: other.difficulty, default=None)


def harder(current: Movement) -> Movement | None:
    """The next harder version of the same movement, None at the end of its chain."""
    above = [other for other in _chain(current) if other.difficulty > current.difficulty]
    return min(above, key=lambda other: other.difficulty, default=None)


def _chain(current: Movement) -> list[Movement]:
    """All versions of a movement, itself among them; only itself where it has no chain."""
    if current.chain is None:
        return [current]
    return [other for other in load_library().movement if other.chain == current.chain]


def explosive_for(experience: Experience | None) -> tuple[Movement, ...]:
    """Explosive movements for a runner of this experience, from easy to hard; unknown experience counts as novice."""
    library = load_library()
    hardest = library.explosive.max_difficulty[experience or "novice"]
    fitting = [entry for entry in library.movement if entry.is_explosive and entry.difficulty <= hardest]
    return tuple(sorted(fitting, key=lambda entry: entry.difficulty))

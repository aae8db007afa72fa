"""Numbers, units and names enter; the words an athlete reads leave."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from lookfeel.types import UNIT_OF_SUFFIX

MINUS = "\N{MINUS SIGN}"
NO_BREAK = "\N{NO-BREAK SPACE}"
NOT_VISIBLE = "not visible from this view"


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """How a unit is shown: number times factor, so many decimals, then the sign."""

    factor: float
    sign: str
    decimals: int


SHOWN_UNITS: Mapping[str, Shown] = MappingProxyType(
    {
        "deg": Shown(factor=1, sign="°", decimals=0),
        "m": Shown(factor=100, sign=" cm", decimals=1),
        "ratio": Shown(factor=1, sign="", decimals=2),
        "s": Shown(factor=1, sign=" s", decimals=1),
        "m/s": Shown(factor=1, sign=" m/s", decimals=2),
        "kg": Shown(factor=1, sign=" kg", decimals=1),
        "count": Shown(factor=1, sign="", decimals=0),
        "px": Shown(factor=1, sign=" px", decimals=0),
    }
)

ACTION_WORDS: Mapping[str, str] = MappingProxyType(
    {
        "stop": "Stop",
        "ask": "Tell us more",
        "film_again": "Film again",
        "progress": "Go up",
        "repeat": "Repeat",
        "continue_and_watch": "Continue and watch",
        "cue": "Think of one thing",
        "hold": "Keep as it is",
        "cap_reps": "Fewer reps",
        "limit_range": "Shorter range",
        "slow_tempo": "Slower",
        "reduce_load": "Less load",
        "reduce_volume": "Less volume",
        "substitute": "Another exercise",
        "regress": "An easier version",
    }
)
LOOKS_WORDS: Mapping[str, str] = MappingProxyType(
    {"good": "Looks good", "uncertain": "Uncertain", "bad": "Needs work", "not_assessable": "Not assessable"}
)
FEELS_WORDS: Mapping[str, str] = MappingProxyType(
    {"good": "Feels good", "bad": "Feels bad", "stop": "Warning sign", "unknown": "Feel not told"}
)
SEVERITY_WORDS: Mapping[str, str] = MappingProxyType({"watch": "Watch", "bad": "Work on it", "zero": "First of all"})
THRESHOLD_WORDS: Mapping[str, str] = MappingProxyType(
    {
        "reached": "Form breaks down in this set",
        "not_reached": "Form holds to the end of this set",
        "not_estimable": "Whether form breaks down cannot be told",
    }
)
VIEW_WORDS: Mapping[str, str] = MappingProxyType(
    {
        "front": "the front",
        "rear": "behind",
        "side_left": "the left side",
        "side_right": "the right side",
        "oblique_front_left": "the front left",
        "oblique_front_right": "the front right",
        "oblique_rear_left": "the rear left",
        "oblique_rear_right": "the rear right",
        "unknown": "an unknown side",
    }
)
PHASE_WORDS: Mapping[str, str] = MappingProxyType(
    {"eccentric": "on the way down", "bottom": "at the bottom", "concentric": "on the way up"}
)
CLEAR_SDS = 2.0
"""SDs beyond the limit from which a fault is clearly beyond it: 98 % sure for a normal error (chosen by us)."""
STRICTNESS_ENDS: Mapping[float, str] = MappingProxyType(
    {0.0: "whatever, just squat", 0.5: "the rubric as written", 1.0: "perfection is key"}
)
LENGTH_WORDS: Mapping[bool, str] = MappingProxyType(
    {True: "lengths from the athlete's height", False: "lengths of an average adult, because no height was given"}
)
"""By BodyMotion.is_metric."""
SIDE_LETTERS: Mapping[str, str] = MappingProxyType({"left": "L", "right": "R"})


def number_text(value: float, decimals: int) -> str:
    """A rounded number with a true minus sign and no negative zero."""
    text = f"{value:.{decimals}f}"
    if float(text) == 0:
        text = text.lstrip("-")
    return text.replace("-", MINUS)


def value_text(value: float, unit: str) -> str:
    """A figure with its unit in the athlete's units: 0.031 m is '3.1 cm'."""
    shown = SHOWN_UNITS[unit]
    return number_text(value * shown.factor, shown.decimals) + shown.sign


def value_and_sd_text(value: float, sd: float, unit: str) -> str:
    """'3.1 ± 0.8 cm': a figure and its standard deviation."""
    shown = SHOWN_UNITS[unit]
    both = f"{number_text(value * shown.factor, shown.decimals)} ± {number_text(sd * shown.factor, shown.decimals)}"
    return both + shown.sign


def apart_text(rms_m: float) -> str:
    """How far the fitted joints lie from the landmarks in the picture, as the end of a sentence."""
    return f"{value_text(rms_m, 'm')} (root mean square) from the landmarks in the picture"


def percent_text(share: float) -> str:
    """0.75 is '75 %'."""
    return f"{number_text(100 * share, 0)} %"


def tempo_text(seconds: Sequence[float | None]) -> str:
    """'1.6 · 0.2 · 1.1 · 0.6': down, pause, up, top; breaks in the middle only; a dash for what is unknown."""
    down, pause, up, top = (number_text(value, 1) if value is not None else "–" for value in seconds)
    dot = f"{NO_BREAK}·{NO_BREAK}"
    return f"{down}{dot}{pause}{NO_BREAK}· {up}{dot}{top}"


def because(reason: str | None) -> str:
    """A reason as the end of a sentence, to which the page adds the full stop."""
    return (reason or NOT_VISIBLE).rstrip(". ")


def name_words(name: str) -> str:
    """'split_squat' is 'Split squat'."""
    words = name.replace("_", " ").strip()
    return words[:1].upper() + words[1:]


def exercise_words(name: str, variant: str | None) -> str:
    """'Lunge, alternating': the exercise and, when known, its variant."""
    words = name_words(name)
    return words if variant is None else f"{words}, {variant.replace('_', ' ')}"


def parameter_text(name: str, value: float) -> tuple[str, str]:
    """Label and figure of one parameter of an action; a factor is shown as the change that it makes."""
    stem, _, suffix = name.rpartition("_")
    if suffix == "factor":
        return f"{name_words(stem)} change", _change_text(value - 1)
    if suffix in UNIT_OF_SUFFIX and stem:
        return name_words(stem), value_text(value, UNIT_OF_SUFFIX[suffix])
    return name_words(name), number_text(value, 0 if value == round(value) else 2)


def _change_text(share: float) -> str:
    if abs(share) < 0.0005:
        return "none"
    text = number_text(100 * share, 0 if abs(100 * share - round(100 * share)) < 0.05 else 1)
    return f"{'+' if share > 0 else ''}{text} %"


def sureness_text(over_sd: float | None) -> str:
    """'clearly' or 'probably' beyond the limit, by how many SDs it lies beyond."""
    return "clearly" if over_sd is None or over_sd >= CLEAR_SDS else "probably"


def size_text(over_sd: float | None) -> str:
    """How far a fault lies beyond its limit against the measuring error, as the end of a sentence."""
    by = "" if over_sd is None else f", by {number_text(over_sd, 1)} times the measuring error"
    return f"{sureness_text(over_sd)} beyond the limit{by}"


def strictness_text(strictness: float, *, tightening: float) -> str:
    """'strictness 0.5 of 1: the rubric as written'; tightening: how many times as near the limits are as written."""
    if strictness in STRICTNESS_ENDS:
        words = STRICTNESS_ENDS[strictness]
    elif tightening > 1:
        words = f"limits {number_text(tightening, 1)} times as tight as written"
    else:
        words = f"limits {number_text(1 / tightening, 1)} times as wide as written"
    return f"strictness {strictness:g} of 1: {words}"


def views_text(first: str, second: str | None) -> str:
    """'the front', or 'the front and the left side' for two clips."""
    return VIEW_WORDS[first] if second is None else f"{VIEW_WORDS[first]} and {VIEW_WORDS[second]}"

"""Every figure of the simulation with its unit, its meaning and where it comes from, in one frozen object."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from typing import Any

from lookfeel.types import Experience

EXPERIENCES: tuple[Experience, ...] = ("novice", "intermediate", "advanced")
"""Order of figures that are given once for each experience."""

CHOICE = "choice"


def _figure(value: float | tuple[float, float, float], unit: str, meaning: str, source: str = CHOICE) -> Any:
    return field(default=value, metadata={"unit": unit, "meaning": meaning, "source": source})


@dataclass(frozen=True, slots=True, kw_only=True)
class Assumptions:
    """What is taken for true of athletes and training.

    Spreads are SDs between athletes unless the meaning says otherwise. 'Share' without more is a share of the athlete's
    true one-rep max of the moment. Figures whose source is 'choice' are ours: no study gives them.
    """

    # who trains
    experience_share: tuple[float, float, float] = _figure(
        (0.5, 0.35, 0.15), "share", "novices, intermediates, advanced"
    )
    one_rm_kg: tuple[float, float, float] = _figure((60.0, 100.0, 140.0), "kg", "median one-rep max at the start")
    one_rm_spread: float = _figure(0.2, "log", "spread of the one-rep max")
    estimate_sd: float = _figure(0.05, "share", "error of the one-rep max that everybody starts from and of retests")
    days_between: float = _figure(3.5, "days", "between sessions: two a week", "dose >= 2 a week: ACSM 2026")

    # strength
    gain: tuple[float, float, float] = _figure(
        (0.012, 0.006, 0.003), "of first 1RM", "gain of one session of full stimulus, at the start"
    )
    potential: tuple[float, float, float] = _figure(
        (0.5, 0.25, 0.12), "of first 1RM", "gain that is approached and not reached"
    )
    gain_spread: float = _figure(0.3, "log", "spread of the gain")
    load_floor: float = _figure(0.4, "share", "load from which strength is stimulated at all")
    load_full: float = _figure(0.8, "share", "load of full stimulus", ">= 80 % 1RM: ACSM 2026")
    reserve_full: float = _figure(3.0, "reps", "up to so many reps in reserve a set counts in full")
    reserve_least: float = _figure(10.0, "reps", "from so many reps in reserve on it counts least")
    effort_least: float = _figure(0.5, "share", "stimulus of a set with so many reps in reserve")
    sets_full: float = _figure(3.0, "sets", "sets of full stimulus; fewer count by their root", "2-3 sets: ACSM 2026")
    form_on_gain: float = _figure(0.1, "share", "stimulus lost when form is broken down completely")
    loss_untrained: float = _figure(0.002, "share", "one-rep max lost by a session that is missed")
    useful_stimulus: float = _figure(0.6, "of full", "a session below it counts as below useful stimulus")
    readiness_sd: float = _figure(0.03, "share", "one-rep max from day to day")
    set_fatigue: float = _figure(0.02, "share", "one-rep max lost from set to set")

    # technique
    threshold: tuple[float, float, float] = _figure(
        (0.7, 0.77, 0.83), "share", "load at which the third rep scores just 'good'"
    )
    threshold_spread: float = _figure(0.1, "share", "spread of the technique threshold")
    threshold_most: float = _figure(0.95, "share", "threshold that practice approaches")
    score_slope: float = _figure(150.0, "points", "score lost for a whole 1RM of load above the threshold")
    score_best: float = _figure(97.0, "points", "highest true score")
    rep_fatigue: float = _figure(0.01, "share", "threshold lost from rep to rep")
    day_form_sd: float = _figure(4.0, "points", "true score from day to day")
    rep_form_sd: float = _figure(3.0, "points", "true score from rep to rep")
    practice_rate: float = _figure(0.01, "of the rest", "threshold gained by a session of well-placed practice")
    practice_near: float = _figure(0.15, "share", "practice counts in full up to so far below the threshold")
    practice_far: float = _figure(0.4, "share", "so far below, and so far as practice_near above, it counts nothing")
    cue_taken: float = _figure(0.6, "chance", "that a cue works on a day")
    cue_points: float = _figure(5.0, "points", "true score that a working cue adds on that day")
    cue_practice: float = _figure(1.5, "factor", "practice with a working cue")
    easier_margin: float = _figure(0.1, "share", "threshold gained by an easier version of the exercise")

    # pain; a dose of 1 is three sets of five at 75 % of the first one-rep max
    tolerance: float = _figure(
        1.5, "doses", "median dose that is tolerated at the start: pain above 5 is then rare under 'percentage'"
    )
    tolerance_spread: float = _figure(0.25, "log", "spread of the tolerance")
    dose_power: float = _figure(2.0, "power", "of the load in the dose: heavy counts more than long")
    adapt_to: float = _figure(1.2, "doses", "tolerance that a habitual dose of 1 leads to")
    adapt_up: float = _figure(0.05, "of the rest", "tolerance gained in a session without strong pain")
    adapt_down: float = _figure(0.01, "of the rest", "tolerance lost in a session of less dose")
    irritability: float = _figure(6.0, "pain", "median pain of a dose twice the tolerated one, 0-10")
    irritability_spread: float = _figure(0.5, "log", "spread of the irritability")
    pain_day_sd: float = _figure(0.3, "log", "pain from day to day")
    spike_free: float = _figure(
        0.1, "share", "step over the heaviest load of four weeks that does no harm", "ACSM 2009"
    )
    spike_gain: float = _figure(2.0, "factor", "tolerance lost for each step beyond that, in shares")
    form_on_pain: float = _figure(0.15, "share", "dose added when form is broken down completely")
    form_broken_at: float = _figure(30.0, "points", "below 'good' at which form is broken down completely")
    pain_kept: float = _figure(0.7, "share", "new pain that is still there after the session")
    pain_decay: float = _figure(0.9, "a day", "share of the irritation that a day leaves")
    ache_chance: float = _figure(0.03, "chance", "a session, of an ache that training did not cause")
    ache_pain: float = _figure(2.5, "pain", "mean of such an ache")
    stop_pain: float = _figure(
        5.0, "pain", "above it everybody stops the session, or does not begin", "Silbernagel 2007"
    )
    sore_relief: float = _figure(0.5, "share", "dose left when the range or the speed that hurts is left out")
    other_relief: float = _figure(0.9, "share", "dose left when the range or the speed is changed that does not hurt")
    short_range_gain: float = _figure(0.85, "share", "stimulus of a limited range")
    easier_gain: float = _figure(0.8, "share", "stimulus of an easier version, at its load")
    other_gain: float = _figure(0.5, "of full", "stimulus of another exercise with the same focus")
    other_dose: float = _figure(0.4, "doses", "dose of another exercise on what is sore")

    # what the phone sees and the athlete says
    score_sd: float = _figure(6.0, "points", "measured score", "stated 90 % interval of this project's golden clip")
    lasting_share: float = _figure(0.5, "of variance", "of a clip's error that stays with athlete and camera")
    stated_share: float = _figure(1.0, "share", "of its error that the program states")
    said_share: float = _figure(1.0, "share", "of the pain that is said")
    said_sd: float = _figure(0.5, "pain", "of what is said")
    reserve_bias: float = _figure(-0.95, "reps", "said less true reps in reserve", "Halperin 2022")
    reserve_sd: float = _figure(1.0, "reps", "of said reps in reserve, within athletes")

    def at(self, name: str, experience: Experience) -> float:
        """A figure that is given once for each experience."""
        values: tuple[float, float, float] = getattr(self, name)
        return values[EXPERIENCES.index(experience)]


def listed(assumptions: Assumptions) -> Iterator[tuple[str, str, str, str, str]]:
    """Name, value, unit, meaning and source of every figure."""
    for figure in fields(assumptions):
        value, about = getattr(assumptions, figure.name), figure.metadata
        text = " / ".join(f"{v:g}" for v in value) if isinstance(value, tuple) else f"{value:g}"
        yield figure.name, text, about["unit"], about["meaning"], about["source"]


MECHANISMS = (
    """Strength: each session adds gain x stimulus, less the closer the athlete is to the potential. Stimulus rises with
    load up to 80 % of the one-rep max, with effort (few reps in reserve) and with sets; broken form takes a little off.
    Reps that are possible at a load follow Epley's formula, 1RM = load x (1 + reps / 30).""",
    """Technique: every athlete has a load, the hidden threshold, up to which form is good; above it the score falls
    in a straight line. Practice just below the threshold raises it slowly; far below and far above it teaches
    nothing.""",
    """Pain: a session's dose is reps x load squared. What exceeds the athlete's tolerance hurts, by irritability; a
    jump in load lowers the tolerance for that day; broken form adds to the dose. Tolerance follows the habitual dose
    slowly. Some aches come without any cause in training.""",
    """What the policies disagree on, the part that form has in pain and in strength, is set low, so that the main table
    does not rest on it; the sensitivity takes it away and makes it large.""",
    """Everybody stops above pain 5, under every policy, and does not train while that much is left.""",
    """Who decides sees only what the athlete shows: reps done, the measured score with its error, what is said of pain
    and effort. Nobody sees threshold, tolerance, irritability or the true one-rep max.""",
    """Not simulated: injuries, red flags, sessions missed for other reasons, bad filming, athletes who do not do as
    told, more than one fault at a time, fatigue that lasts from one session to the next.""",
)
"""How the figures work together, in words."""

"""The policy of this project: what the athlete shows goes through `lookfeel.matrix.decide`, and its action is done.

What was shown and decided is kept as the program's own history keeps it, and decide() reads it; what an action's words
leave open is done as told here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from statistics import median

from benchmarks.policies.athletes import MAX_REPS
from benchmarks.policies.policies import LEAST_KG, REPS, SETBACK, STEP_KG, Known, first_plan, to_plates
from benchmarks.policies.showing import EXERCISE, Film, Shown, faultless, squat
from benchmarks.policies.training import Kind, Plan
from lookfeel.exercises import AS_WRITTEN
from lookfeel.matrix import decide
from lookfeel.matrix.memory import KEEPS
from lookfeel.threshold import find_load_threshold, safe_load_kg
from lookfeel.types import Decision, Feels, PastSet, TrainingContext

EXTRA_REPS = 2
"""Tried in the last set beyond the plan: the two of '2 for 2' (NSCA)."""
GOOD_SESSIONS = 2
"""In a row that feel good, and look good where filmed, before another exercise is left again (chosen by us)."""
AFTER_STOP = 0.8
"""Load of the session after a stop, for which the rule names no figure (chosen by us, as after strong pain)."""
EASIER = 0.7
"""Load of an easier version over the load before (chosen by us)."""
USUAL_SESSIONS = 4
"""Whose pain is 'usual' (chosen by us)."""
CAP_SESSIONS = 4
"""After which the load up to which form has held is worked out anew (chosen by us: it takes long)."""


class LookFeel:
    """Ours: every filmed set goes through lookfeel.matrix.decide, and its action is done with its own figures.

    The last set of a session is filmed; it goes on for two more reps where they are there and no limit ends it.
    """

    def __init__(
        self,
        known: Known,
        *,
        sees: bool = True,
        hears: bool = True,
        strictness: float = AS_WRITTEN,
        has_cap: bool = False,
    ) -> None:
        """Begin with `plan`; `rules` counts how often each rule decides.

        The switches show what each part is worth: a policy that does not see is told of a faultless set, one that does
        not hear of a good one, whatever is said; has_cap: decide() is told the load up to which form has held.
        """
        self._sees, self._hears, self._strictness, self._has_cap = sees, hears, strictness, has_cap
        self.rules: Counter[str] = Counter()
        self.plan = replace(first_plan(known), extra_reps=EXTRA_REPS)
        self._known = known
        self._training = self.plan  # what is done on a training day
        self._usual_reps = REPS  # of a set without a limit
        self._days_a_week = known.sessions_per_week
        self._n_slots = 0  # since the first session, trained or not
        self._history: list[tuple[int, PastSet]] = []  # squats, each with its slot
        self._cap_kg: float | None = None
        self._return_kg = self.plan.load_kg  # to squat with after another exercise or an easier version
        self._n_good = 0  # sessions in a row away from the squat

    def after(self, shown: Shown) -> Plan:
        """Decide on what was shown, do what the decision says."""
        self._n_slots += 1
        was_rest = self.plan.kind == "rest"
        if shown.is_trained:
            self._learn(shown)
        is_day_off = not was_rest and self._days_a_week < self._known.sessions_per_week
        self.plan = replace(self._training, kind="rest") if is_day_off else self._training
        return self.plan

    def _learn(self, shown: Shown) -> None:
        film, feels = shown.film(), shown.feels
        if not self._hears:
            feels = Feels(overall="good", reps_in_reserve=feels.reps_in_reserve)
        if film is None:  # another exercise
            self._perhaps_return(is_good=feels.overall == "good")
            return
        film = film if self._sees else faultless(film.n_reps)
        decision = self._decide(film, feels)
        self.rules[decision.rule_id] += 1
        if self._training.kind == "squat":
            self._history.append((self._n_slots, _past_set(film, feels, decision, self._training.load_kg)))
            self._find_cap()
        self._act(decision)

    # --- what decide() is told ---------------------------------------------------------------------------------------

    def _decide(self, film: Film, feels: Feels) -> Decision:
        """The program's own decision: the one place where it is asked."""
        plan, history = self._training, self._past()
        pains = [past.pain for past in history[-USUAL_SESSIONS:] if past.pain is not None]
        return decide(
            film.looks,
            feels=replace(feels, usual_pain=median(pains) if pains else 0.0),
            context=TrainingContext(
                experience=self._known.experience,
                load_kg=plan.load_kg,
                sessions_per_week=self._days_a_week,
                sets_per_session=plan.sets,
                planned_reps=plan.reps,
                load_step_kg=STEP_KG,
                min_load_kg=LEAST_KG,
            ),
            threshold=film.threshold,
            n_reps=film.n_reps,
            spec=squat(),
            rep_looks=film.rep_looks,
            history=history,
            strictness=self._strictness,
            load_cap_kg=self._cap_kg,
        )

    def _past(self) -> tuple[PastSet, ...]:
        """The history as of today."""
        days = self._known.days_between
        return tuple(replace(past, days_ago=(self._n_slots - slot) * days) for slot, past in self._history)

    def _find_cap(self) -> None:
        """The load up to which form has held, every few sessions."""
        if self._has_cap and len(self._history) % CAP_SESSIONS == 0:
            self._cap_kg = safe_load_kg(find_load_threshold(self._past()))

    # --- what is done about it ---------------------------------------------------------------------------------------

    def _act(self, decision: Decision) -> None:
        """Do the action with its own figures."""
        plan = self._training
        if plan.kind == "easier":
            self._perhaps_return(is_good=decision.feels == "good" and decision.looks == "good")
            return
        is_cued = decision.cue is not None or (plan.is_cued and decision.action in KEEPS)
        plan = replace(plan, is_cued=is_cued)
        if decision.action == "stop":
            self._training = replace(plan, load_kg=to_plates(AFTER_STOP * plan.load_kg))
        elif decision.action in ("substitute", "regress"):
            self._leave("other" if decision.action == "substitute" else "easier")
        elif decision.action in KEEPS:
            self._training = plan
        else:
            self._training = self._with_figures(plan, decision.parameters)

    def _with_figures(self, plan: Plan, figures: Mapping[str, float]) -> Plan:
        """The plan with what is in force now; a limit that the decision no longer names is over.

        Fewer sets or days are for good: no rule gives them back.
        """
        self._usual_reps = min(MAX_REPS - EXTRA_REPS, self._usual_reps + int(figures.get("extra_reps", 0.0)))
        self._days_a_week = figures.get("sessions_per_week", self._days_a_week)
        most = int(figures.get("max_reps", self._usual_reps + EXTRA_REPS))
        reps = min(self._usual_reps, most)
        return replace(
            plan,
            load_kg=max(LEAST_KG, figures.get("load_kg", plan.load_kg)),
            reps=reps,
            extra_reps=min(EXTRA_REPS, most - reps),
            sets=int(figures.get("sets_per_session", plan.sets)),
            depth_limit_deg=figures.get("max_knee_flexion_deg"),
            is_slow="eccentric_s" in figures or "concentric_s" in figures,
        )

    def _leave(self, kind: Kind) -> None:
        """For another exercise or an easier version."""
        self._return_kg = to_plates(SETBACK * self._training.load_kg)
        self._training = Plan(kind=kind, load_kg=to_plates(EASIER * self._training.load_kg))
        self._n_good = 0

    def _perhaps_return(self, *, is_good: bool) -> None:
        """To the squat, once it was good twice."""
        self._n_good = self._n_good + 1 if is_good else 0
        if self._n_good >= GOOD_SESSIONS:
            self._training = Plan(load_kg=self._return_kg, reps=self._usual_reps, extra_reps=EXTRA_REPS)


def _past_set(film: Film, feels: Feels, decision: Decision, load_kg: float) -> PastSet:
    """A set as the program's history keeps it."""
    looks = film.looks
    return PastSet(
        session="",
        exercise=EXERCISE,
        load_kg=load_kg,
        n_reps=film.n_reps,
        looks=looks.state,
        score=looks.score,
        low=looks.low,
        high=looks.high,
        findings=tuple(dict.fromkeys(finding.item for finding in looks.findings)),
        threshold_rep=film.threshold.rep_index,
        feels=decision.feels,
        pain=feels.pain,
        reps_in_reserve=feels.reps_in_reserve,
        rule_id=decision.rule_id,
        action=decision.action,
        cue=decision.cue,
        parameters=decision.parameters,
    )

"""The policy of this project: what the athlete shows goes through `lookfeel.matrix.decide`, and its action is done.

What an action's words leave open is done as its rule's own 'would change' says, or as told here.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from statistics import median

from benchmarks.policies.athletes import MAX_REPS, MAX_SETS
from benchmarks.policies.policies import LEAST_KG, REPS, SETBACK, Known, first_plan, to_plates
from benchmarks.policies.showing import Film, Shown, faultless, squat
from benchmarks.policies.training import EPLEY_REPS, Kind, Plan
from lookfeel.matrix import decide
from lookfeel.types import Decision, Feels, TrainingContext

EXTRA_REPS = 2
"""Tried in the last set beyond the plan: the two of '2 for 2' (NSCA)."""
TARGETS = 2
"""Sessions in a row whose target was beaten before that counts (NSCA)."""
CUE_SESSIONS = 2
"""For which a cue is kept in mind (chosen by us; the rule says 'the next sets')."""
GOOD_SESSIONS = 2
"""In a row that feel good before a limit is eased, or another exercise is left again (matrix.toml: 'two sessions')."""
DEPTH_STEP_DEG, WHOLE_DEPTH_DEG = 5.0, 115.0
"""Knee bend that is given back at a time (matrix.toml), and from which the range is whole (about parallel)."""
AFTER_STOP = 0.8
"""Load of the session after a stop, for which the rule names no figure (chosen by us, as after strong pain)."""
EASIER = 0.7
"""Load of an easier version over the load before (chosen by us)."""
USUAL_SESSIONS = 4
"""Whose pain is 'usual' (chosen by us)."""
NEWEST = 0.3
"""Weight of the newest session in the estimate of the one-rep max (chosen by us)."""
SLOW_TEMPO_S = (3.0, 1.0, 3.0, 0.0)
"""Of matrix.toml, told back while it is kept."""
DOSE_CHANGES = frozenset({"cap_reps", "limit_range", "slow_tempo", "reduce_load", "reduce_volume"})
"""Of which 'so many were tried' counts those in a row that did not make it feel good."""
CHANGES = DOSE_CHANGES | {"substitute", "regress", "stop"}
"""Actions that take something away; all others but 'progress' keep everything as it is."""


class LookFeel:
    """Ours: every filmed set goes through lookfeel.matrix.decide, and its action is done with its own figures.

    The last set goes on for two more reps where they are there; the set before it is filmed, and the last one, too,
    when the first film leaves it open.
    """

    def __init__(self, known: Known, *, sees: bool = True, hears: bool = True, targets: int = TARGETS) -> None:
        """Begin with `plan`; `rules` counts how often each rule decides.

        Two switches and a figure show what each part is worth: a policy that does not see is told of a faultless set,
        one that does not hear of a good one, whatever is said; targets: beaten in a row before decide() is told so.
        """
        self._sees, self._hears, self._targets = sees, hears, targets
        self.rules: Counter[str] = Counter()
        self.plan = replace(first_plan(known), extra_reps=EXTRA_REPS)
        self._known = known
        self._training = self.plan  # what is done on a training day, without the cue
        self._return_kg = self.plan.load_kg  # to squat with after another exercise or an easier version
        self._days_a_week = known.sessions_per_week
        self._n_slots = 0  # since the last session that was trained
        self._max_kg = known.told_max_kg
        self._pains: list[float] = []
        self._n_tried = 0  # changes that did not help
        self._n_good = 0  # sessions in a row
        self._n_beaten = 0  # targets in a row
        self._n_cued = 0  # sessions for which the cue still holds

    def after(self, shown: Shown) -> Plan:
        """Decide on what was shown, do what the decision says."""
        self._n_slots += 1
        was_rest = self.plan.kind == "rest"
        if shown.is_trained:
            self._learn(shown)
            if self.plan.kind == "other":
                self._count_good(shown.feels.overall == "good")
                self._perhaps_return()
            else:
                self._act(self._decision(shown))
            self._pains.append(shown.feels.pain or 0.0)
            self._n_slots = 0
        day = replace(self._training, is_cued=self._n_cued > 0)
        is_day_off = not was_rest and self._days_a_week < self._known.sessions_per_week
        self.plan = replace(day, kind="rest") if is_day_off else day
        return self.plan

    # --- what decide() is told ---------------------------------------------------------------------------------------

    def _learn(self, shown: Shown) -> None:
        """What the session says of the one-rep max and of the target; only the squat itself says it."""
        plan, reserve = self.plan, shown.feels.reps_in_reserve
        if plan.kind != "squat" or reserve is None:
            self._n_beaten = 0
            return
        is_beaten = len(shown.reps) == plan.sets and shown.reps[-1] >= plan.reps + EXTRA_REPS
        self._n_beaten = self._n_beaten + 1 if is_beaten else 0
        filmed_reps = shown.reps[max(0, len(shown.reps) - 2)]
        estimate_kg = plan.load_kg * (1.0 + (filmed_reps + reserve) / EPLEY_REPS)
        self._max_kg += NEWEST * (estimate_kg - self._max_kg)

    def _decision(self, shown: Shown) -> Decision:
        """By the first film; by the second where the first asks for another and there is one."""
        feels = shown.feels if self._hears else Feels(overall="good", reps_in_reserve=shown.feels.reps_in_reserve)
        first = next(shown.films)
        decision = self._decide(first if self._sees else faultless(first.n_reps), feels)
        again = next(shown.films, None) if decision.action == "film_again" else None
        if again is not None:
            decision = self._decide(again, feels)
        self.rules[decision.rule_id] += 1
        return decision

    def _decide(self, film: Film, feels: Feels) -> Decision:
        """The program's own decision: the one place where it is asked."""
        plan, usual_pain = self.plan, float(median(self._pains[-USUAL_SESSIONS:])) if self._pains else 0.0
        return decide(
            film.looks,
            feels=replace(feels, usual_pain=usual_pain, n_changes_tried=self._n_tried),
            context=TrainingContext(
                experience=self._known.experience,
                load_kg=plan.load_kg,
                one_rm_kg=max(self._max_kg, plan.load_kg),
                sessions_per_week=self._days_a_week,
                sets_per_session=plan.sets,
                planned_reps=plan.reps,
                prescribed_tempo_s=SLOW_TEMPO_S if plan.is_slow else None,
                target_met_twice=self._n_beaten >= self._targets,
                days_since_last=self._n_slots * self._known.days_between,
            ),
            threshold=film.threshold,
            n_reps=film.n_reps,
            spec=squat(),
            rep_looks=film.rep_looks,
        )

    # --- what is done about it ---------------------------------------------------------------------------------------

    def _act(self, decision: Decision) -> None:
        """Do the action; a set that feels good first gives a limit back, then load."""
        is_easier = self.plan.kind == "easier"
        self._n_cued = CUE_SESSIONS if decision.cue is not None else max(0, self._n_cued - 1)
        self._count_good(decision.feels == "good" and (decision.looks == "good" or not is_easier))
        if decision.action in DOSE_CHANGES and decision.feels == "bad":
            self._n_tried += 1
        if decision.action in CHANGES:
            self._change(decision)
        elif is_easier:
            self._perhaps_return()
        elif decision.feels == "good" and self._is_limited():
            self._ease()
        elif decision.action == "progress":
            self._progress(decision)

    def _count_good(self, is_good: bool) -> None:
        self._n_good = self._n_good + 1 if is_good else 0
        self._n_tried = 0 if is_good else self._n_tried

    def _progress(self, decision: Decision) -> None:
        """More load, or a rep more where the plates are too coarse."""
        plan, figures = self._training, decision.parameters
        reps = min(MAX_REPS - EXTRA_REPS, plan.reps + int(figures.get("extra_reps", 0.0)))
        self._training = replace(plan, load_kg=figures.get("load_kg", plan.load_kg), reps=reps)
        self._n_beaten = 0

    def _change(self, decision: Decision) -> None:
        """Less, other or nothing, with the decision's own figures."""
        plan, figures = self._training, decision.parameters
        load_kg = max(LEAST_KG, figures.get("load_kg", plan.load_kg))
        if decision.action == "stop":
            load_kg = to_plates(AFTER_STOP * plan.load_kg)
        reps = min(plan.reps, int(figures.get("max_reps", plan.reps)))
        self._training = replace(
            plan,
            load_kg=load_kg,
            reps=reps,
            extra_reps=EXTRA_REPS if reps >= REPS else 0,
            sets=int(figures.get("sets_per_session", plan.sets)),
            depth_limit_deg=figures.get("max_knee_flexion_deg", plan.depth_limit_deg),
            is_slow=plan.is_slow or decision.action == "slow_tempo",
        )
        self._days_a_week = figures.get("sessions_per_week", self._days_a_week)
        self._n_beaten = 0
        if decision.action in ("substitute", "regress"):
            self._leave("other" if decision.action == "substitute" else "easier")

    def _leave(self, kind: Kind) -> None:
        """For another exercise or an easier version; from an easier version only its load goes down further."""
        plan = self._training
        if plan.kind == "squat":
            self._return_kg = to_plates(SETBACK * plan.load_kg)
        self._training = Plan(kind=kind, load_kg=to_plates(EASIER * plan.load_kg))
        self._n_good = self._n_tried = 0

    def _perhaps_return(self) -> None:
        """To the squat, once it was good twice."""
        if self._n_good >= GOOD_SESSIONS:
            self._training = Plan(load_kg=self._return_kg, reps=REPS, extra_reps=EXTRA_REPS)
            self._n_good = 0

    def _is_limited(self) -> bool:
        plan = self._training
        is_less = plan.reps < REPS or plan.sets < MAX_SETS or self._days_a_week < self._known.sessions_per_week
        return is_less or plan.is_slow or plan.depth_limit_deg is not None

    def _ease(self) -> None:
        """Give one limit back: a rep a session; the others one after the other, each after two good sessions."""
        plan = self._training
        if plan.reps < REPS:
            reps = plan.reps + 1
            self._training = replace(plan, reps=reps, extra_reps=EXTRA_REPS if reps >= REPS else 0)
            return
        if self._n_good < GOOD_SESSIONS:
            return
        self._n_good = 0
        if plan.depth_limit_deg is not None:
            deg = plan.depth_limit_deg + DEPTH_STEP_DEG
            self._training = replace(plan, depth_limit_deg=None if deg >= WHOLE_DEPTH_DEG else deg)
        elif plan.is_slow:
            self._training = replace(plan, is_slow=False)
        elif plan.sets < MAX_SETS:
            self._training = replace(plan, sets=plan.sets + 1)
        else:
            self._days_a_week = self._known.sessions_per_week

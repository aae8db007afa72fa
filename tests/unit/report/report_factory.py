"""Made-up but plausible SetReports, the same on every machine, for the tests of the report room."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from lookfeel.types import (
    BODY_JOINTS,
    BodyMotion,
    CameraView,
    Decision,
    DecodeSummary,
    ExerciseGuess,
    Feels,
    Finding,
    ItemScore,
    Looks,
    Metric,
    PinholeCamera,
    PoseTrack,
    Provenance,
    Rep,
    RepMetrics,
    SecondView,
    SetReport,
    Signals,
    Skeleton,
    TechniqueThreshold,
    TrainingContext,
    VideoInfo,
    unit_of,
)

FPS = 30
FIRST_START_S = 1.0
PERIOD_S = 3.5
ECCENTRIC_S, PAUSE_S, CONCENTRIC_S = 1.6, 0.2, 1.1
N_WHOLE = 5
N_FRAMES = 590
HOSTILE = "<script>alert('x')</script>\"=cmd|' /C calc'!A0 \u202egnp.exe 🏋️ & <img src=http://evil.example/x>"

NOT_FROM_SIDE = "filmed from the side: the knee's path over the foot is not visible"
NOT_PRESCRIBED = "no tempo was prescribed"


def times() -> np.ndarray:
    """Presentation times with the jitter of a phone."""
    return np.round(np.arange(N_FRAMES) / FPS + 0.002 * (np.arange(N_FRAMES) % 3), 6)


def reps() -> tuple[Rep, ...]:
    """Five whole reps, then one that the end of the clip cuts off."""
    return (*(_rep(n) for n in range(1, N_WHOLE + 1)), _cut_rep())


def _rep(number: int) -> Rep:
    start_s = FIRST_START_S + (number - 1) * PERIOD_S
    slower = 0.08 * (number - 1)
    moments = np.cumsum([start_s, ECCENTRIC_S, PAUSE_S, CONCENTRIC_S + slower])
    start, bottom_start, ascent_start, end = (round(moment * FPS) for moment in moments)
    bottom = bottom_start + 2
    return Rep(
        index=number,
        start=start,
        bottom_start=bottom_start,
        bottom=bottom,
        ascent_start=ascent_start,
        end=end,
        start_s=round(start / FPS, 4),
        bottom_s=round(bottom / FPS, 4),
        end_s=round(end / FPS, 4),
        side="both",
        is_partial=False,
        partial_reason=None,
        eccentric_s=ECCENTRIC_S,
        bottom_pause_s=PAUSE_S,
        concentric_s=round(CONCENTRIC_S + slower, 3),
        top_pause_s=round(PERIOD_S - ECCENTRIC_S - PAUSE_S - CONCENTRIC_S - slower, 3) if number < N_WHOLE else None,
        confidence=0.97,
    )


def _cut_rep() -> Rep:
    return replace(
        _rep(1),
        index=0,
        start=555,
        bottom_start=588,
        bottom=589,
        ascent_start=590,
        end=590,
        start_s=18.5,
        bottom_s=19.6333,
        end_s=19.6667,
        is_partial=True,
        partial_reason="the clip ends before the rep does",
        eccentric_s=None,
        bottom_pause_s=None,
        concentric_s=None,
        top_pause_s=None,
        confidence=0.8,
    )


def _depth_share() -> np.ndarray:
    """(T,) 0 standing, 1 at the bottom."""
    share = np.zeros(N_FRAMES)
    for rep in reps():
        down = np.arange(rep.start, rep.bottom_start)
        share[down] = (1 - np.cos(np.pi * (down - rep.start) / max(1, rep.bottom_start - rep.start))) / 2
        share[rep.bottom_start : rep.ascent_start] = 1.0
        up = np.arange(rep.ascent_start, rep.end)
        share[up] = (1 + np.cos(np.pi * (up - rep.ascent_start) / max(1, rep.end - rep.ascent_start))) / 2
    return share


def signals(*, is_side: bool = False) -> Signals:
    """Knee, thigh and knee-over-foot signals; nobody seen at first; from the side the far leg is hidden."""
    share = _depth_share()
    wave = 0.6 * np.sin(np.arange(N_FRAMES) / 4)
    growth = np.interp(np.arange(N_FRAMES), [0, N_FRAMES], [0.2, 1.0])
    values = {
        "knee_flexion_left_deg": 6 + 112 * share + wave,
        "knee_flexion_right_deg": 7 + 109 * share - wave,
        "thigh_angle_left_deg": 86 - 88 * share + wave,
        "thigh_angle_right_deg": 86 - 86 * share - wave,
        "shank_tilt_left_deg": 4 + 30 * share,
        "trunk_lean_deg": 3 + 35 * share,
        "knee_over_foot_left_m": 0.004 + 0.055 * share * growth,
        "knee_over_foot_right_m": 0.002 + 0.028 * share * growth,
        "hip_height_ratio": 1 - 0.45 * share,
    }
    for name, row in values.items():
        row[:12] = np.nan
        if is_side and ("right" in name or name.startswith("knee_over_foot")):
            row[:] = np.nan
        values[name] = np.round(row, 7)
    scale = {"deg": 4.0, "m": 0.012, "ratio": 0.02}
    sd = {name: np.where(np.isnan(row), np.nan, scale[unit_of(name)]) for name, row in values.items()}
    return Signals(time_s=times(), values=values, sd=sd)


def _ok(value: float, sd: float, unit: str, frame: int | None = None) -> Metric:
    return Metric(value=value, sd=sd, unit=unit, status="ok", frame=frame)


def _hidden(unit: str, reason: str = NOT_FROM_SIDE) -> Metric:
    return Metric(value=None, sd=None, unit=unit, status="not_assessable", reason=reason)


def rep_metrics(*, is_side: bool = False) -> tuple[RepMetrics, ...]:
    """Figures of the whole reps: the left knee falls in more and more."""
    return tuple(RepMetrics(rep_index=r.index, metrics=_metrics(r, is_side)) for r in reps() if not r.is_partial)


def _metrics(rep: Rep, is_side: bool) -> dict[str, Metric]:
    k = rep.index - 1
    thigh_sd = 3.5 if is_side else 6.0
    thigh = Metric(
        value=-2.5 + 0.9 * k,
        sd=thigh_sd,
        unit="deg",
        status="ok" if is_side else "approximate",
        reason=None if is_side else "from the front, depth comes from the 3-D fit alone",
        frame=rep.bottom,
    )
    figures: dict[str, Metric] = {
        "depth_thigh_angle_deg": thigh,
        "depth_knee_flexion_deg": _ok(118.0 - 0.8 * k, 5.0, "deg", rep.bottom),
        "thigh_angle_min_left_deg": _ok(-2.5 + 0.9 * k, thigh_sd, "deg", rep.bottom),
        "depth_shortfall_deg": _ok(max(0.0, -2.5 + 0.9 * k), thigh_sd, "deg", rep.bottom),
        "eccentric_s": _ok(rep.eccentric_s or 0.0, 0.03, "s"),
        "bottom_pause_s": _ok(rep.bottom_pause_s or 0.0, 0.03, "s"),
        "concentric_s": _ok(rep.concentric_s or 0.0, 0.03, "s"),
        "top_pause_s": _hidden("s", "the last rep has no pause after it")
        if rep.top_pause_s is None
        else _ok(rep.top_pause_s, 0.03, "s"),
        "tempo_error_ratio": _hidden("ratio", NOT_PRESCRIBED),
        "concentric_speed_mps": _ok(0.52 - 0.03 * k, 0.03, "m/s"),
        "knee_reversals_count": _ok(0.0, 0.0, "count"),
    }
    if is_side:
        unseen = ("knee_over_foot_left_m", "knee_over_foot_right_m", "knee_over_foot_shank_ratio", "kasr_min_ratio")
        return figures | {name: _hidden(unit_of(name)) for name in unseen}
    return figures | {
        "knee_over_foot_left_m": _ok(0.018 + 0.009 * k, 0.008, "m", rep.bottom + 3),
        "knee_over_foot_right_m": _ok(-0.004 + 0.004 * k, 0.008, "m", rep.bottom + 3),
        "knee_over_foot_shank_ratio": _ok(0.045 + 0.0225 * k, 0.02, "ratio", rep.bottom + 3),
        "kasr_min_ratio": _ok(0.97 - 0.05 * k, 0.05, "ratio", rep.bottom + 3),
    }


def _item(item: str, label: str, weight: float, score: float | None, reason: str | None = None) -> ItemScore:
    if score is None:
        return ItemScore(
            item=item,
            label=label,
            weight=weight,
            score=None,
            low=None,
            high=None,
            p_watch=None,
            p_bad=None,
            reason=reason,
        )
    return ItemScore(
        item=item,
        label=label,
        weight=weight,
        score=score,
        low=round(max(0.0, score - 0.12), 3),
        high=round(min(1.0, score + 0.1), 3),
        p_watch=round(1 - score, 3),
        p_bad=round((1 - score) ** 2, 3),
        reason=None,
    )


def _front_items(k: int) -> tuple[ItemScore, ...]:
    return (
        _item("knee_in", "Knees stay over the feet", 0.35, round(0.92 - 0.13 * k, 3)),
        _item("kasr_drop", "Knees hold their width on the way up", 0.25, round(0.9 - 0.08 * k, 3)),
        _item("hip_shift", "Hips stay in the middle", 0.20, 0.94),
        _item("lateral_lean", "Trunk stays upright sideways", 0.15, 0.97),
        _item("hip_tilt", "Hip line stays level", 0.05, 0.99),
        _item("heel_rise", "Heels stay down", 0.15, None, "filmed from the front: heel rise is hidden behind the toes"),
        _item(
            "trunk_shank",
            "Trunk and shins stay parallel",
            0.20,
            None,
            "filmed from the front: forward lean is foreshortened",
        ),
    )


def _side_items(k: int) -> tuple[ItemScore, ...]:
    return (
        _item("depth", "Depth as prescribed", 0.30, round(0.95 - 0.03 * k, 3)),
        _item("trunk_shank", "Trunk and shins stay parallel", 0.20, 0.9),
        _item("pitch_gain", "Chest stays up on the way up", 0.20, 0.93),
        _item("heel_rise", "Heels stay down", 0.15, 0.96),
        _item("knee_in", "Knees stay over the feet", 0.35, None, NOT_FROM_SIDE),
        _item("tempo", "Tempo as prescribed", 0.15, None, NOT_PRESCRIBED),
    )


def _knee_finding(rep: Rep, severity: str = "bad") -> Finding:
    k = rep.index - 1
    return Finding(
        item="knee_in",
        severity=severity,  # type: ignore[arg-type]
        text="The left knee falls inward over the big toe.",
        metric="knee_over_foot_left_m",
        value=0.018 + 0.009 * k,
        sd=0.008,
        unit="m",
        probability=round(0.7 + 0.06 * k, 3),
        rep_index=rep.index,
        frame=rep.bottom + 3,
        time_s=round((rep.bottom + 3) / FPS, 4),
        side="left",
    )


def _merged_knee_finding() -> Finding:
    """The knee's fault over the set, at its worst rep, as the looks room merges it."""
    text = "The left knee falls inward over the big toe from rep 3 on (at worst 5.4 ± 0.8 cm)."
    return replace(_knee_finding(reps()[N_WHOLE - 1]), text=text)


def rep_looks(*, is_side: bool = False) -> tuple[Looks, ...]:
    """Looks of the whole reps: from the front they get worse, from the side they stay good."""
    return tuple(_rep_looks(rep, is_side) for rep in reps() if not rep.is_partial)


def _rep_looks(rep: Rep, is_side: bool) -> Looks:
    k = rep.index - 1
    score = 91.0 - 1.5 * k if is_side else 88.0 - 9.5 * k
    is_faulty = not is_side and k >= 2
    return Looks(
        rep_index=rep.index,
        state="bad" if is_faulty else "good",
        score=score,
        low=score - 9.0,
        high=score + 7.0,
        coverage=0.85 if is_side else 0.75,
        items=_side_items(k) if is_side else _front_items(k),
        findings=(_knee_finding(rep, "watch" if k == 2 else "bad"),) if is_faulty else (),
    )


def _set_looks(of_reps: tuple[Looks, ...], *, is_side: bool) -> Looks:
    return Looks(
        rep_index=None,
        state="good" if is_side else "bad",
        score=88.0 if is_side else 69.0,
        low=80.0 if is_side else 58.5,
        high=94.0 if is_side else 77.0,
        coverage=of_reps[0].coverage,
        items=_side_items(2) if is_side else _front_items(2),
        findings=() if is_side else (_merged_knee_finding(),),
        worst_rep_index=N_WHOLE,
        slope_per_rep=-1.5 if is_side else -9.5,
    )


def _decision(**changes: Any) -> Decision:
    base = Decision(
        action="cue",
        rule_id="bad_looks_good_feels.points_3_5",
        text="Keep the load and think: push your knees out over your little toes.",
        reasons=(
            "The left knee falls inward from rep 3 on, more with each rep.",
            "It feels good, so there is no reason to stop.",
            "At 75 % of your best single, form is worth a set or two of attention first.",
        ),
        alternatives=("Stop the set at rep 3, before the knee falls in.", "Take 10 % off the bar for the next set."),
        would_change=(
            "If it hurts more than 3 of 10, the dose changes first.",
            "If the knee still falls in after two sets with the cue, take 10 % off.",
        ),
        questions=("How many more reps could you have done?",),
        cue="Push the floor apart with your feet.",
        parameters={"load_factor": 1.0, "max_reps": 3.0},
        feels="good",
        looks="bad",
    )
    return replace(base, **changes)


def _skeleton() -> Skeleton:
    return Skeleton(name="toy", keypoints=("left_hip", "right_hip"), edges=((0, 1),))


def _track(view: CameraView) -> PoseTrack:
    return PoseTrack(
        skeleton=_skeleton(),
        time_s=times(),
        xy_px=np.zeros((N_FRAMES, 2, 2)),
        confidence=np.ones((N_FRAMES, 2)),
        was_filled=np.zeros((N_FRAMES, 2), dtype=bool),
        world_m=np.zeros((N_FRAMES, 2, 3)),
        width_px=1080,
        height_px=1920,
        view=view,
        person=0,
        n_people=1,
        warnings=("12 frames at the start show nobody.",),
    )


def _body() -> BodyMotion:
    n_joints = len(BODY_JOINTS)
    return BodyMotion(
        time_s=times(),
        joints=BODY_JOINTS,
        position_m=np.full((N_FRAMES, n_joints, 3), np.nan),
        covariance_m2=np.full((N_FRAMES, n_joints, 3, 3), np.nan),
        segment_m={"thigh": 0.43, "shank": 0.44},
        method="lifted from the pose network's own 3-D",
        is_metric=False,
        warnings=("No height was given: lengths assume an average adult of 1.70 m.",),
    )


def front_squat() -> SetReport:
    """Five front-view squats, valgus growing, a sixth cut off by the end of the clip."""
    of_reps = rep_looks()
    return SetReport(
        video=VideoInfo(
            path="clips/front squat 80 kg.mp4",
            sha256="ab" * 32,
            size_bytes=4_321_000,
            container="mov,mp4,m4a,3gp,3g2,mj2",
            codec="hevc",
            pixel_format="yuv420p10le",
            bit_depth=10,
            width_px=1080,
            height_px=1920,
            rotation_deg=90,
            nominal_fps=29.97,
            capture_fps=None,
            slowmo_factor=1.0,
            duration_s=19.67,
            n_frames_declared=590,
        ),
        decode=DecodeSummary(
            n_frames=N_FRAMES, duration_s=19.67, is_partial=False, is_variable_rate=True, median_fps=29.94
        ),
        track=_track(CameraView(name="front", yaw_deg=4.0, yaw_sd_deg=6.0, confidence=0.93)),
        body=_body(),
        signals=signals(),
        exercise=ExerciseGuess(
            name="squat",
            variant=None,
            confidence=0.96,
            was_given=False,
            reasons=("Both knees bend together.", "The feet stay where they are."),
        ),
        reps=reps(),
        rep_metrics=rep_metrics(),
        rep_looks=of_reps,
        looks=_set_looks(of_reps, is_side=False),
        threshold=TechniqueThreshold(
            status="reached", rep_index=4, reason="Reps 4 and 5 score below 67, the mean of reps 1-3 minus 11 points."
        ),
        feels=Feels(overall="good", pain=1.0, reps_in_reserve=2.0),
        context=TrainingContext(experience="intermediate", load_kg=80.0, one_rm_kg=107.0, planned_reps=5),
        decision=_decision(),
        provenance=Provenance(
            lookfeel_version="0.1.0",
            python_version="3.11.2",
            library_versions={"av": "18.1.0", "numpy": "2.4.6"},
            backend="blazepose",
            weights_sha256=("cd" * 32, "ef" * 32),
            rubric_sha256="12" * 32,
            matrix_sha256="34" * 32,
            library_sha256="56" * 32,
            video_sha256="ab" * 32,
            settings={
                "exercise": "auto",
                "slowmo_factor": None,
                "person": None,
                "max_side_px": 1280,
                "strictness": 0.5,
            },
            rubric="squat",
        ),
        warnings=("Depth from the front is approximate: film from the side to judge it.",),
    )


def side_squat() -> SetReport:
    """The same set from the athlete's left: depth is sure, valgus is not assessable, looks and feels are good."""
    of_reps = rep_looks(is_side=True)
    return replace(
        front_squat(),
        track=_track(CameraView(name="side_left", yaw_deg=88.0, yaw_sd_deg=5.0, confidence=0.98)),
        signals=signals(is_side=True),
        rep_metrics=rep_metrics(is_side=True),
        rep_looks=of_reps,
        looks=_set_looks(of_reps, is_side=True),
        threshold=TechniqueThreshold(
            status="not_reached", rep_index=None, reason="No rep falls below the first three."
        ),
        decision=_decision(
            action="progress",
            rule_id="good_looks_good_feels.two_for_two",
            text="Add 2.5 kg next time.",
            reasons=("It looks good and feels good.", "You beat the target by two reps in two sessions."),
            cue=None,
            parameters={"load_factor": 1.025},
            looks="good",
        ),
        warnings=(),
    )


def two_views() -> SetReport:
    """The front squat with a second clip from the left; depth and a heel that lifts are from there; it is uncertain."""
    base = front_squat()
    heel = Finding(
        item="heel_rise",
        severity="watch",
        text="Your left heel lifts by up to 3 ± 1 cm on the way up from rep 4 on.",
        metric="heel_rise_left_m",
        value=0.03,
        sd=0.008,
        unit="m",
        probability=0.9,
        rep_index=4,
        frame=412,
        time_s=13.7333,
        side="left",
        phase="concentric",
        over_sd=1.25,
        clip=2,
    )
    items = tuple(
        replace(item, score=0.6, reason=None, clip=2) if item.item == "heel_rise" else replace(item, clip=1)
        for item in base.looks.items
        if item.item != "trunk_shank"
    )
    looks = replace(
        base.looks,
        state="uncertain",
        items=items,
        findings=(heel,),
        coverage=0.9,
        reason="“Heels stay down” leaves it open: it is off, but not clearly bad. Another set shows whether it grows.",
    )
    metrics = tuple(
        replace(row, metrics={name: replace(m, clip=2 if "depth" in name else 1) for name, m in row.metrics.items()})
        for row in base.rep_metrics
    )
    second = SecondView(
        video=replace(base.video, path="clips/side squat 80 kg.mp4", sha256="ef" * 32),
        decode=replace(base.decode, n_frames=600, duration_s=20.0),
        view=CameraView(name="side_left", yaw_deg=88.0, yaw_sd_deg=5.0, confidence=0.98),
        reps=tuple(rep for rep in base.reps if not rep.is_partial),
    )
    return replace(base, looks=looks, rep_metrics=metrics, second=second)


def phone() -> PinholeCamera:
    """A level phone 3 m ahead and to the left of the athlete, 1 m above the floor, that films upright in full HD."""
    yaw = np.radians(40)
    away = np.array([-np.cos(yaw), -np.sin(yaw), 0.0])
    right = np.array([-np.sin(yaw), np.cos(yaw), 0.0])
    return PinholeCamera(
        focal_px=1400.0,
        centre_px=np.array([540.0, 960.0]),
        position_m=np.array([0, 0, 1.0]) - 3 * away,
        axes=np.stack([right, [0, 0, -1], away]),
    )


def squatting_m() -> np.ndarray:
    """(T, J, 3) metres: the skeleton of the reps, feet flat on the floor; nobody seen in the first twelve frames."""
    share = _depth_share()
    zero = np.zeros(N_FRAMES)
    forward_and_up = {
        "shoulder": (0.02 + 0.14 * share, 1.42 - 0.48 * share),
        "hip": (-0.02 - 0.26 * share, 0.93 - 0.47 * share),
        "knee": (0.02 + 0.22 * share, 0.50 - 0.04 * share),
        "ankle": (zero - 0.02, zero + 0.09),
        "heel": (zero - 0.06, zero + 0.02),
        "toe": (zero + 0.16, zero + 0.01),
    }
    out = {"shoulder": 0.18, "hip": 0.09, "knee": 0.16, "ankle": 0.15, "heel": 0.14, "toe": 0.20}
    joints = []
    for name in BODY_JOINTS:
        side, part = name.split("_")
        sideways = np.full(N_FRAMES, out[part] if side == "left" else -out[part])
        joints.append(np.stack([forward_and_up[part][0], sideways, forward_and_up[part][1]], axis=1))
    position = np.stack(joints, axis=1)
    position[:12] = np.nan
    return position


def fitted_squat() -> SetReport:
    """The front squat with a fitted body; its landmarks lie 6 pixels beside the joints, and others were seen too."""
    base = front_squat()
    position = squatting_m()
    known = np.isfinite(position[..., :1])[..., None]
    seen = phone().project(position) + np.array([6.0, 0.0])
    nose = np.full((N_FRAMES, 1, 2), 500.0)
    names = ("nose", *BODY_JOINTS)
    track = PoseTrack(
        skeleton=Skeleton(name="named", keypoints=names, edges=((2, 3), (8, 9))),
        time_s=times(),
        xy_px=np.concatenate([nose, seen], axis=1),
        confidence=np.ones((N_FRAMES, len(names))),
        was_filled=np.zeros((N_FRAMES, len(names)), dtype=bool),
        world_m=np.zeros((N_FRAMES, len(names), 3)),
        width_px=1080,
        height_px=1920,
        view=base.track.view,
        person=0,
        n_people=1,
    )
    body = replace(
        base.body,
        position_m=position,
        covariance_m2=np.where(known, np.diag([0.0004, 0.0009, 0.0001]), np.nan),
        method="fitted over the whole clip",
        is_metric=True,
        camera=phone(),
        warnings=(),
    )
    return replace(base, track=track, body=body)


def no_reps() -> SetReport:
    """Somebody stands about for twenty seconds."""
    base = no_score()
    still = {name: np.full(N_FRAMES, 5.0) for name in ("knee_flexion_left_deg", "knee_flexion_right_deg")}
    return replace(
        base,
        signals=Signals(time_s=times(), values=still, sd={name: np.full(N_FRAMES, 4.0) for name in still}),
        exercise=ExerciseGuess(name="none", variant=None, confidence=0.9, was_given=False, reasons=("Nothing moves.",)),
        reps=(),
        rep_metrics=(),
        rep_looks=(),
        looks=replace(base.looks, coverage=0.0, items=()),
        decision=_decision(
            action="film_again",
            rule_id="no_reps",
            text="Film again: no squat or lunge was found in this clip.",
            reasons=("Nobody goes down and up again.",),
            alternatives=(),
            would_change=(),
            cue=None,
            parameters={},
            feels="unknown",
            looks="not_assessable",
        ),
    )


def no_score() -> SetReport:
    """An oblique view from which too little can be judged for a score."""
    base = front_squat()
    bare = [
        replace(looks, state="not_assessable", score=None, low=None, high=None, coverage=0.4, findings=())
        for looks in base.rep_looks
    ]
    return replace(
        base,
        track=_track(CameraView(name="unknown", yaw_deg=None, yaw_sd_deg=None, confidence=0.3)),
        rep_looks=tuple(bare),
        looks=replace(bare[0], rep_index=None),
        threshold=TechniqueThreshold(status="not_estimable", rep_index=None, reason="No rep has a score."),
        feels=Feels(),
        decision=_decision(
            action="ask",
            rule_id="unknown_feels",
            text="Tell us how it felt, and film from the front.",
            reasons=("This view shows too little for a score.",),
            cue=None,
            parameters={},
            feels="unknown",
            looks="not_assessable",
        ),
    )


def hostile() -> SetReport:
    """Text that tries to break out of every format, in every field that a person or a file can fill."""
    base = front_squat()
    finding = replace(base.looks.findings[0], text=HOSTILE)
    partial = replace(base.reps[-1], partial_reason='=HYPERLINK("http://evil.example")')
    return replace(
        base,
        video=replace(base.video, path=f"clips/{HOSTILE.replace('/', '')}\udcff.mp4"),
        exercise=replace(base.exercise, name="=squat", variant=HOSTILE, reasons=(HOSTILE,)),
        reps=(*base.reps[:-1], partial),
        looks=replace(base.looks, findings=(finding,)),
        rep_looks=tuple(replace(looks, findings=()) for looks in base.rep_looks),
        feels=Feels(where=HOSTILE, red_flags=(HOSTILE,)),
        decision=_decision(
            text=HOSTILE, cue=HOSTILE, reasons=(HOSTILE,), questions=(HOSTILE,), alternatives=(HOSTILE,)
        ),
        provenance=replace(base.provenance, settings={HOSTILE: HOSTILE, "gap": float("nan"), "steps": (1, 2.5)}),
        warnings=(HOSTILE,),
    )


def everything() -> dict[str, SetReport]:
    """All of them by name."""
    return {
        "front_squat": front_squat(),
        "side_squat": side_squat(),
        "fitted_squat": fitted_squat(),
        "two_views": two_views(),
        "no_reps": no_reps(),
        "no_score": no_score(),
        "hostile": hostile(),
    }

"""Nothing enters; the cases of sample_videos/ leave: what each shows, for whom, and how it was filmed."""

from __future__ import annotations

from scripts.render_samples.cases import Case, Film, Movement, Outfit, Phone, Physique, Room

_MAN = Physique(masculine=1.0, muscle=0.7, weight=0.5, stature_m=1.80, skin=0.35)
_WOMAN = Physique(masculine=0.0, muscle=0.55, weight=0.45, stature_m=1.67, skin=0.25, hair="tail")
_TALL = Physique(masculine=0.9, muscle=0.5, weight=0.42, stature_m=1.88, skin=0.75, hair="none")
_STOUT = Physique(masculine=0.1, muscle=0.5, weight=0.72, stature_m=1.63, skin=0.6, hair="tail")

_TIGHTS = Outfit(looseness=0.05, legs="long", top="vest", top_rgb=(0.45, 0.08, 0.12), legs_rgb=(0.05, 0.06, 0.09))
_SHORTS = Outfit(looseness=0.35, legs="shorts", top="shirt")
_LOOSE = Outfit(looseness=0.8, legs="long", top="sweater", top_rgb=(0.30, 0.33, 0.30), legs_rgb=(0.16, 0.17, 0.22))
_GREEN = Outfit(looseness=0.3, legs="shorts", top="vest", top_rgb=(0.10, 0.36, 0.20), legs_rgb=(0.20, 0.20, 0.24))

_AT_LEFT = Phone(yaw_deg=90.0, distance_m=3.0, height_m=0.9)
_AHEAD = Phone(yaw_deg=0.0, distance_m=3.0, height_m=1.0)

SAMPLES: tuple[Case, ...] = (
    Case(
        name="squat_front_good",
        about="three barbell squats to parallel from the front, knees over the feet",
        seed=11,
        physique=_MAN,
        outfit=_SHORTS,
        movement=Movement(load="barbell", thigh_deg=2.0, toe_out_deg=18.0, stance_m=0.38),
        phone=_AHEAD,
    ),
    Case(
        name="squat_front_valgus",
        about="five squats from the front; the knees fall in further with each",
        seed=12,
        physique=_WOMAN,
        outfit=_TIGHTS,
        movement=Movement(
            n_reps=5, thigh_deg=25.0, valgus_m=(0.0, -0.01), valgus_growth_m=(0.02, 0.015), tempo_s=(1.3, 0.2, 1.0, 0.6)
        ),
        phone=_AHEAD,
    ),
    Case(
        name="squat_side_deep",
        about="four goblet squats below parallel from the athlete's left",
        seed=13,
        physique=_MAN,
        outfit=_SHORTS,
        movement=Movement(n_reps=4, load="goblet", thigh_deg=-12.0, tempo_s=(1.5, 0.4, 1.0, 0.6)),
        phone=_AT_LEFT,
    ),
    Case(
        name="squat_side_shallow",
        about="three barbell squats that stop well above parallel, from the athlete's right",
        seed=14,
        physique=_TALL,
        outfit=_LOOSE,
        movement=Movement(load="barbell", thigh_deg=32.0, tempo_s=(1.2, 0.2, 0.9, 0.7)),
        phone=Phone(yaw_deg=-74.0, distance_m=3.4, height_m=1.2),
    ),
    Case(
        name="squat_oblique",
        about="three squats to parallel, filmed by hand from 45 degrees left of straight ahead",
        seed=15,
        physique=_STOUT,
        outfit=_SHORTS,
        movement=Movement(thigh_deg=0.0, valgus_m=(0.02, 0.02)),
        phone=Phone(yaw_deg=45.0, distance_m=3.1, height_m=1.2, roll_deg=1.5, shake_m=0.004, shake_deg=0.25),
        film=Film(crf=28),
    ),
    Case(
        name="lunge_side",
        about="three split squats from the athlete's left, the left leg in front",
        seed=16,
        physique=_WOMAN,
        outfit=_GREEN,
        movement=Movement(exercise="split_squat", arms="hips", thigh_deg=8.0, tempo_s=(1.3, 0.3, 1.0, 0.6)),
        phone=_AT_LEFT,
    ),
    Case(
        name="lunge_front",
        about="three forward lunges on the right leg from the front; the knee drifts inside the foot",
        seed=17,
        physique=_WOMAN,
        outfit=_TIGHTS,
        movement=Movement(
            exercise="forward_lunge", side="right", arms="hips", thigh_deg=12.0, valgus_m=(0.0, 0.05), step_m=0.74
        ),
        phone=Phone(yaw_deg=0.0, distance_m=3.4, height_m=0.9),
    ),
    Case(
        name="lunge_alternating",
        about="four lunges, left and right in turn, from 40 degrees right of straight ahead",
        seed=18,
        physique=_MAN,
        outfit=_GREEN,
        movement=Movement(exercise="alternating_lunge", n_reps=4, thigh_deg=10.0, tempo_s=(1.1, 0.2, 0.9, 0.5)),
        phone=Phone(yaw_deg=-40.0, distance_m=3.4, height_m=1.0),
    ),
    Case(
        name="single_leg_squat_front",
        about="three squats on the left leg from the front, the hip dropping and the knee drifting in",
        seed=19,
        physique=_WOMAN,
        outfit=_TIGHTS,
        movement=Movement(
            exercise="single_leg_squat", thigh_deg=38.0, valgus_m=(0.04, 0.0), asymmetry_deg=-4.0, arms="ahead"
        ),
        phone=_AHEAD,
    ),
    Case(
        name="squat_side_heels",
        about="three bodyweight squats from the athlete's left; the heels come up 4 cm",
        seed=20,
        physique=_STOUT,
        outfit=_GREEN,
        movement=Movement(thigh_deg=5.0, heel_rise_m=0.04),
        phone=_AT_LEFT,
    ),
    Case(
        name="squat_breakdown",
        about="eight barbell squats from the front; from the sixth on the knees cave in and the way up slows",
        seed=21,
        physique=_TALL,
        outfit=_SHORTS,
        movement=Movement(
            n_reps=8,
            load="barbell",
            thigh_deg=12.0,
            tempo_s=(1.0, 0.1, 0.8, 0.4),
            lead_in_s=0.7,
            lead_out_s=0.5,
            breaks_from_rep=6,
            break_valgus_m=0.03,
            break_shift_m=0.01,
            break_slower=0.35,
        ),
        phone=Phone(yaw_deg=0.0, distance_m=3.3, height_m=1.1),
        film=Film(crf=25),
    ),
    Case(
        name="squat_side_slowmo",
        about="one squat from the athlete's left, filmed at 100 and played at 25 frames a second",
        seed=22,
        physique=_TALL,
        outfit=_TIGHTS,
        movement=Movement(n_reps=1, thigh_deg=0.0, tempo_s=(1.2, 0.2, 0.8, 0.5), lead_in_s=0.5, lead_out_s=0.4),
        phone=Phone(yaw_deg=84.0, distance_m=3.0, height_m=0.9),
        room=Room(light=1.0, clutter=2),
        film=Film(fps=100.0, slowmo=4.0, crf=25),
    ),
)

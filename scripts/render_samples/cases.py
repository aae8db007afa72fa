"""Nothing enters; what can be asked of a rendered clip leaves: athlete, movement, phone, room and film.

Every field has a default, so that a case names only what makes it special. Angles in degrees, lengths in metres, times
in seconds of the movement; left and right are the athlete's.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

Pair = tuple[float, float]  # (left, right)
ExerciseName = Literal[
    "squat", "single_leg_squat", "split_squat", "forward_lunge", "reverse_lunge", "alternating_lunge", "sit_to_stand"
]
LoadName = Literal["none", "goblet", "barbell"]
ArmsName = Literal["ahead", "hips", "sides", "load"]


@dataclass(frozen=True, kw_only=True)
class Physique:
    """Who. stature_m: barefoot. masculine, muscle, weight, age: 0-1 as MakeHuman's sliders; weight .5 is average."""

    masculine: float = 1.0
    muscle: float = 0.6
    weight: float = 0.5
    age: float = 0.5
    stature_m: float = 1.75
    skin: float = 0.4  # 0 = palest, 1 = darkest
    hair: Literal["none", "short", "tail"] = "short"


@dataclass(frozen=True, kw_only=True)
class Outfit:
    """What they wear. looseness: 0 = tights and a tight top, 1 = baggy trousers and a wide shirt; colours 0-1 RGB."""

    looseness: float = 0.2
    legs: Literal["shorts", "long"] = "shorts"
    top: Literal["vest", "shirt", "sweater"] = "shirt"
    top_rgb: tuple[float, float, float] = (0.20, 0.32, 0.55)
    legs_rgb: tuple[float, float, float] = (0.12, 0.12, 0.14)
    shoes_rgb: tuple[float, float, float] = (0.85, 0.85, 0.85)
    hair_rgb: tuple[float, float, float] = (0.12, 0.08, 0.06)


@dataclass(frozen=True, kw_only=True)
class Movement:
    """Doing what. What happens at the bottom grows with depth on the way down and shrinks on the way up.

    thigh_deg: the working thigh against the horizontal at the bottom, 0 = parallel, negative = deeper. valgus_m: knee
    medial of the foot's plane at the bottom (negative = outside), per leg; in single-leg work only the working leg's
    counts. trunk_lean_deg: at the bottom; None lets the lean keep the centre of mass over the feet. shift_m: pelvis to
    the left. heel_rise_m: at the bottom, both heels (of the front foot in a lunge). asymmetry_deg: pelvis drops to the
    left by so much at the bottom. tempo_s: eccentric, bottom pause, concentric, top pause. variation: SD of each rep's
    depth and tempo, as a share. breaks_from_rep: counted from 1; from it on each rep adds break_valgus_m,
    break_lean_deg, break_shift_m, takes break_depth_deg off the depth (thigh higher), and slows the way up by the share
    break_slower, all growing linearly with each further rep. valgus_growth_m: added per rep from the second on.
    side: the leg that leads or stands; alternating lunges begin with it. step_m: length of a lunge, ankle to ankle.
    """

    exercise: ExerciseName = "squat"
    load: LoadName = "none"
    arms: ArmsName = "ahead"
    side: Literal["left", "right"] = "left"
    n_reps: int = 3
    thigh_deg: float = 0.0
    valgus_m: Pair = (0.0, 0.0)
    valgus_growth_m: Pair = (0.0, 0.0)
    trunk_lean_deg: float | None = None
    shift_m: float = 0.0
    heel_rise_m: float = 0.0
    asymmetry_deg: float = 0.0
    stance_m: float = 0.36
    toe_out_deg: float = 15.0
    step_m: float = 0.78
    tempo_s: tuple[float, float, float, float] = (1.5, 0.3, 1.1, 0.7)
    variation: float = 0.04
    lead_in_s: float = 1.0
    lead_out_s: float = 0.8
    breaks_from_rep: int | None = None
    break_valgus_m: float = 0.0
    break_lean_deg: float = 0.0
    break_shift_m: float = 0.0
    break_depth_deg: float = 0.0
    break_slower: float = 0.0


@dataclass(frozen=True, kw_only=True)
class Phone:
    """Filmed from where. yaw_deg: 0 = straight ahead of the athlete, +90 = at the athlete's left side, 180 = behind.

    distance_m, height_m: of the lens from the athlete's mid-stance on the floor. aim_m: height of the point of the
    athlete that the picture's centre shows when pitch_deg is None; otherwise the lens looks up by pitch_deg.
    field_of_view_deg: along the picture's long side. shake_m, shake_deg: SD of the hand's sway, 0 = on a stand.
    """

    yaw_deg: float = 0.0
    distance_m: float = 3.0
    height_m: float = 1.0
    aim_m: float = 0.90
    pitch_deg: float | None = None
    roll_deg: float = 0.0
    field_of_view_deg: float = 66.0
    shake_m: float = 0.0
    shake_deg: float = 0.0


@dataclass(frozen=True, kw_only=True)
class Room:
    """Where. light: 1 = a bright gym, 0.15 = dim; clutter: how many pieces of equipment stand around; bystanders: other
    people, standing; has_mirror: one wall shows the athlete's mirror image."""

    light: float = 1.0
    clutter: int = 3
    bystanders: int = 0
    has_mirror: bool = False


@dataclass(frozen=True, kw_only=True)
class Film:
    """Recorded how. fps is of the movement; slowmo: filmed rate over played rate (fps 100 and slowmo 4 play at 25).

    crf: H.264 quality, higher = smaller and rougher. noise: SD of sensor noise in 8-bit steps at full light. shutter:
    share of a frame's time that the shutter is open (0 = frozen). rolling_s: readout time of the sensor. is_variable:
    frame times jitter and frames drop as phones do. rotation_deg: 0, 90, 180 or 270: pixels stored turned, metadata
    says how.
    """

    width_px: int = 540
    height_px: int = 960
    fps: float = 25.0
    slowmo: float = 1.0
    crf: int = 23
    noise: float = 1.5
    shutter: float = 0.0
    rolling_s: float = 0.0
    is_variable: bool = False
    rotation_deg: int = 0


@dataclass(frozen=True, kw_only=True)
class Case:
    """One clip. The seed decides everything that chance decides."""

    name: str
    about: str = ""
    seed: int = 0
    physique: Physique = field(default_factory=Physique)
    outfit: Outfit = field(default_factory=Outfit)
    movement: Movement = field(default_factory=Movement)
    phone: Phone = field(default_factory=Phone)
    room: Room = field(default_factory=Room)
    film: Film = field(default_factory=Film)

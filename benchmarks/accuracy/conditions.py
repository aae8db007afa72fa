"""How a clip was filmed enters; the groups that it counts in leave."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

VIEWS = ("front", "oblique", "side", "rear")


def view_of(yaw_deg: float) -> str:
    """Front, side and rear within 22.5 degrees; oblique between. By the true camera, whatever a program calls it."""
    size = abs((yaw_deg + 180.0) % 360.0 - 180.0)
    if size <= 22.5:
        return "front"
    if size >= 157.5:
        return "rear"
    return "side" if 67.5 <= size <= 112.5 else "oblique"


def conditions_of(case: Mapping[str, Any], slowmo: float) -> tuple[str, ...]:
    """Names of what is special, and of where on each scale the clip lies."""
    phone, outfit, room, film = case["phone"], case["outfit"], case["room"], case["film"]
    body, movement = case["physique"], case["movement"]
    height = _level(phone["height_m"], (0.45, "0.3 m"), (0.8, "0.6 m"), (1.25, "1.0 m"), (9, "1.5 m"))
    found = [
        f"camera height {height}",
        f"distance {_level(phone['distance_m'], (2.5, '2 m'), (4.0, '3 m'), (99, '5 m'))}",
        f"clothing {_level(outfit['looseness'], (0.34, 'tight'), (0.67, 'medium'), (9, 'baggy'))}",
        f"light {_level(room['light'], (0.5, 'dim'), (9, 'bright'))}",
        f"body {_level(body['weight'], (0.35, 'slim'), (0.65, 'average'), (9, 'heavy'))}",
        f"sex {'man' if body['masculine'] >= 0.5 else 'woman'}",
        f"skin {_level(body['skin'], (0.34, 'pale'), (0.67, 'brown'), (9, 'dark'))}",
    ]
    special = {
        "phone shake": phone["shake_m"] > 0 or phone["shake_deg"] > 0,
        "tilted phone": abs(phone["roll_deg"]) >= 2.0,
        "wide lens": phone["field_of_view_deg"] >= 75.0,
        "motion blur": film["shutter"] > 0,
        "variable frame rate": film["is_variable"],
        "slow motion": slowmo != 1.0,
        "rolling shutter": film["rolling_s"] > 0,
        "rotation in metadata": film["rotation_deg"] != 0,
        "strong compression": film["crf"] >= 32,
        "small picture": min(film["width_px"], film["height_px"]) < 400,
        "60 frames a second": film["fps"] >= 50 and slowmo == 1.0,
        "bystander": room["bystanders"] > 0,
        "mirror": room["has_mirror"],
        "barbell": movement["load"] == "barbell",
        "goblet": movement["load"] == "goblet",
        "valgus": max(*movement["valgus_m"], *movement["valgus_growth_m"], movement["break_valgus_m"]) > 0,
        "heel lift": movement["heel_rise_m"] > 0,
        "hip shift": movement["shift_m"] != 0 or movement["break_shift_m"] != 0,
        "form breaks down": movement["breaks_from_rep"] is not None,
    }
    return (*found, *(name for name, is_so in special.items() if is_so))


def _level(value: float, *levels: tuple[float, str]) -> str:
    return next(name for border, name in levels if value < border)

"""A physique and an outfit enter; a dressed Athlete at rest leaves."""

from __future__ import annotations

from scripts.render_samples.cases import Outfit, Physique
from scripts.render_samples.clothes import dress
from scripts.render_samples.physique import build_body
from scripts.render_samples.shapes import Athlete


def build_athlete(physique: Physique, outfit: Outfit, seed: int = 0) -> Athlete:
    """Fetches MakeHuman's assets when they are not here yet; the seed varies proportions and folds."""
    body = build_body(physique, seed)
    return Athlete(
        joints_m=body.joints_m,
        landmarks=body.landmarks,
        surfaces=dress(body, physique, outfit, seed),
        stature_m=physique.stature_m,
    )

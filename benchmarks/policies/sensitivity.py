"""Other things that may be true: changes of the assumptions, one at a time and a few together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from benchmarks.policies.assumptions import Assumptions


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A name and what is other than in the main table; weeks: None = as there."""

    name: str
    changes: Mapping[str, Any] = field(default_factory=dict)
    weeks: int | None = None

    def assumptions(self, base: Assumptions) -> Assumptions:
        """The changed figures."""
        return replace(base, **self.changes)


NO_FORM = {"form_on_pain": 0.0, "form_on_gain": 0.0}
FORM = {"form_on_pain": 0.5, "form_on_gain": 0.5}
NOISY = {"score_sd": 12.0}

CASES = (
    Case(name="as in the main table"),
    Case(name="form has no part in pain", changes={"form_on_pain": 0.0}),
    Case(name="broken form: half more dose", changes={"form_on_pain": 0.5}),
    Case(name="form has no part in strength", changes={"form_on_gain": 0.0}),
    Case(name="broken form: half the gain", changes={"form_on_gain": 0.5}),
    Case(name="threshold never limits", changes={"threshold": (2.0, 2.0, 2.0), "threshold_most": 2.0}),
    Case(name="threshold 0.1 lower", changes={"threshold": (0.6, 0.67, 0.73)}),
    Case(name="cues do not work", changes={"cue_taken": 0.0}),
    Case(name="no measuring error", changes={"score_sd": 0.0}),
    Case(name="error x 2, stated", changes=NOISY),
    Case(name="error x 2, not stated", changes={**NOISY, "stated_share": 0.5}),
    Case(name="tolerance a third lower", changes={"tolerance": 1.0}),
    Case(name="tolerance a third higher", changes={"tolerance": 2.0}),
    Case(name="irritability x 2", changes={"irritability": 12.0}),
    Case(name="half of the pain is said", changes={"said_share": 0.5}),
    Case(name="strength at 60 % 1RM", changes={"load_full": 0.6, "load_floor": 0.3}),
    Case(name="12 weeks", weeks=12),
    Case(name="24 weeks", weeks=24),
    Case(name="form no matter, error x 2", changes={**NO_FORM, **NOISY}),
    Case(name="form no matter, tough", changes={**NO_FORM, "tolerance": 2.0, "irritability": 3.0}),
    Case(name="form matters much, frail", changes={**FORM, "tolerance": 1.0, "irritability": 12.0}),
    Case(name="frail, says half", changes={"tolerance": 1.0, "irritability": 12.0, "said_share": 0.5}),
)
"""All sizes are choices: about as far from the main table as a critic of it might go."""

# %% [markdown]
# # From a clip to the next action, in Python
# Every cell can be run by itself in an editor that knows `# %%`. Names end in their unit; what is missing is None.

# %%
import random
import sys
from dataclasses import replace
from pathlib import Path

import lookfeel

clip = Path(__file__).parents[1] / "sample_videos" / "squat_side_shallow.mp4"
results = Path(sys.argv[1] if len(sys.argv) > 1 else "results")

# %% [markdown]
# ## Measure a set

# %%
report = lookfeel.analyze(clip, context=lookfeel.TrainingContext(load_kg=60.0, height_m=1.75))
print(f"{report.exercise.name} from {report.view.name}: {len(report.reps)} reps, looks {report.looks.state}")
for finding in report.looks.findings:
    print(f"  rep {finding.rep_index} at {finding.time_s:.1f} s: {finding.text}")

# %% [markdown]
# ## Its reps as a table
# Each figure has its standard deviation, or the reason why this view does not show it.

# %%
COLUMNS = ("depth_thigh_angle_deg", "depth_knee_flexion_deg", "trunk_lean_bottom_deg", "eccentric_s", "kasr_min_ratio")
print("rep", *COLUMNS, sep="\t")
for rep in report.rep_metrics:
    figures = [rep.metrics[name] for name in COLUMNS]
    print(rep.rep_index, *(m.reason if m.value is None else f"{m.value:.1f} ± {m.sd:.1f}" for m in figures), sep="\t")

# %% [markdown]
# ## Decide anew with what the athlete says

# %%
felt = lookfeel.Feels(overall="bad", pain=4.0, usual_pain=1.0, where="knee", bad_from_rep=3)
decision = lookfeel.decide(report, feels=felt)
print(f"{decision.action}: {decision.text}")
milder = lookfeel.decide(report, feels=replace(felt, overall="good", pain=0.0, usual_pain=0.0, bad_from_rep=None))
print(f"without pain: {milder.action}: {milder.text}")

# %% [markdown]
# ## The load at which form breaks down
# Made-up sets: good up to about 90 kg, and each a little different.

# %%
chance = random.Random(1)
past = [
    lookfeel.PastSet(
        session=f"2026-10-{day:02d}",
        exercise="squat",
        load_kg=load_kg,
        score=(score := max(0.0, min(100.0, 85.0 - max(0.0, load_kg - 85.0) * 1.5 + chance.gauss(0.0, 4.0)))),
        looks="good" if score >= 75.0 else "uncertain",
    )
    for day in (1, 5, 9, 13)
    for load_kg in (60.0, 75.0, 90.0, 105.0)
]
threshold = lookfeel.fit_threshold(past)
print(f"{threshold.status}: {threshold.load_kg} kg ({threshold.low_kg} to {threshold.high_kg}). {threshold.reason}")

# %% [markdown]
# ## Write everything down

# %%
folder = lookfeel.write_outputs(replace(report, feels=felt, decision=decision), results, overlay=False)
print(*sorted(path.name for path in folder.iterdir()))

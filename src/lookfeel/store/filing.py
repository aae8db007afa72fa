"""What was measured of a set enters; its rows leave: the report, and the figures that lists and the history read."""

from __future__ import annotations

from lookfeel.kept.judgement import Judgement, dump_judgement
from lookfeel.report import ReportDocument, median_metric
from lookfeel.store.models import Report, TrainingSet


def file_report(training_set: TrainingSet, document: ReportDocument, judgement: Judgement) -> None:
    """Write a report into the rows of its set, in the place of an earlier one."""
    kept = {"document": document.model_dump(mode="json"), "judgement": dump_judgement(judgement)}
    if training_set.report is None:
        training_set.report = Report(**kept)
    else:
        training_set.report.document, training_set.report.judgement = kept["document"], kept["judgement"]
    looks = document.looks
    training_set.video_sha256 = document.provenance.video_sha256
    training_set.exercise, training_set.variant = document.exercise.name, document.exercise.variant
    training_set.n_reps, training_set.depth_deg = document.n_reps, median_metric(document, "depth_thigh_angle_deg")
    training_set.looks, training_set.score = looks.state, looks.score
    training_set.low, training_set.high = looks.low, looks.high
    training_set.findings = list(dict.fromkeys(finding.item for finding in looks.findings))
    training_set.threshold_rep = document.technique_threshold.rep_index


def want_as_measured(training_set: TrainingSet) -> None:
    """Want of a set what its report was measured with, exercise and person; nothing changes without a report."""
    if training_set.report is None:
        return
    settings = training_set.report.document["provenance"]["settings"]
    training_set.exercise_wanted = str(settings.get("exercise", "auto"))
    person = settings.get("person")
    training_set.person_wanted = person if isinstance(person, int) else None

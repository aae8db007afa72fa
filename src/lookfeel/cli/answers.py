"""What an athlete or coach can say of a set: options of a command enter, Feels and TrainingContext leave."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass, fields, replace
from functools import wraps
from inspect import Parameter, signature
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

from lookfeel.cli.app import FEEL, MOVEMENT, TRAINING, option

if TYPE_CHECKING:
    from lookfeel.types import Feels, TrainingContext

    Answers = TypeVar("Answers", Feels, TrainingContext)

FEELS_WORDS = ("good", "bad")


@dataclass(frozen=True, slots=True, kw_only=True)
class SaidOfFeels:
    """Options about how the set felt, each in the place of a keyword of make_feels."""

    pain: Annotated[float | None, option(FEEL, "Pain now, 0-10.", metavar="N")] = None
    usual_pain: Annotated[float | None, option(FEEL, "Usual pain, 0-10.", metavar="N")] = None
    where: Annotated[str | None, option(FEEL, "Where it hurts.", metavar="TEXT")] = None
    is_unstable: Annotated[
        bool | None, option(FEEL, "It feels unstable or wrong, or does not.", "--unstable/--stable")
    ] = None
    bad_from_rep: Annotated[int | None, option(FEEL, "The first rep that felt bad.", metavar="REP")] = None
    bad_below_deg: Annotated[float | None, option(FEEL, "Knee flexion from which it feels bad.", metavar="DEG")] = None
    bad_phase: Annotated[
        str | None, option(FEEL, "Where in the rep: eccentric (down), bottom or concentric (up).", metavar="PHASE")
    ] = None
    is_worse_when_fast: Annotated[
        bool | None, option(FEEL, "It is worse when fast, or is not.", "--worse-when-fast/--fast-is-fine")
    ] = None
    is_worse_next_morning: Annotated[
        bool | None,
        option(FEEL, "After last time: worse the next morning, or settled.", "--worse-next-morning/--settled"),
    ] = None
    red_flags: Annotated[
        list[str] | None,
        option(FEEL, "swelling, locking, giving_way or night_pain (repeat it); or none.", "--red-flag", metavar="SIGN"),
    ] = None
    reps_in_reserve: Annotated[float | None, option(FEEL, "Reps left at the end of the set.", metavar="N")] = None
    rpe: Annotated[float | None, option(FEEL, "Effort instead: 10 is no rep left, 8 is two.", metavar="1-10")] = None
    n_changes_tried: Annotated[
        int | None, option(FEEL, "Changes already tried against it.", "--changes-tried", metavar="N")
    ] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SaidOfTraining:
    """Options about the training around the set, each in the place of a keyword of make_context."""

    height_cm: Annotated[
        float | None, option(MOVEMENT, "Body height; without it lengths are of an average adult.", metavar="CM")
    ] = None
    is_low_bar: Annotated[bool | None, option(TRAINING, "Bar low on the back: more lean is normal.", "--low-bar")] = (
        None
    )
    prescribed_depth: Annotated[
        str | None, option(TRAINING, "Depth asked for: 'parallel' or the thigh's degrees.", metavar="DEPTH")
    ] = None
    tempo: Annotated[
        str | None, option(TRAINING, "Down-bottom-up-top in seconds, such as 3-1-X-0.", metavar="TEMPO")
    ] = None
    weight_unit: Annotated[
        str | None, option(TRAINING, "kg or lb, for --load, --one-rm, --bar, --plate-step.", "--unit", metavar="UNIT")
    ] = None
    load: Annotated[float | None, option(TRAINING, "Load on the bar or in the hands.", metavar="N")] = None
    one_rm: Annotated[float | None, option(TRAINING, "The most that goes up once.", metavar="N")] = None
    load_kg: Annotated[float | None, option(TRAINING, "Load in kg, whatever the unit.", metavar="KG")] = None
    one_rm_kg: Annotated[float | None, option(TRAINING, "The same for the most.", metavar="KG")] = None
    plate_step: Annotated[float | None, option(TRAINING, "Smallest change of the load there is.", metavar="N")] = None
    bar: Annotated[float | None, option(TRAINING, "Least load there is, the empty bar.", metavar="N")] = None
    experience: Annotated[str | None, option(TRAINING, "novice, intermediate or advanced.", metavar="LEVEL")] = None
    sessions_per_week: Annotated[float | None, option(TRAINING, "Sessions a week with this exercise.", metavar="N")] = (
        None
    )
    days_since_last: Annotated[float | None, option(TRAINING, "Days since this exercise.", metavar="N")] = None
    sets_per_session: Annotated[int | None, option(TRAINING, "Sets a session.", "--sets", metavar="N")] = None
    planned_reps: Annotated[int | None, option(TRAINING, "Reps planned for this set.", "--reps", metavar="N")] = None
    rep_range: Annotated[str | None, option(TRAINING, "Target range, such as 6-8.", metavar="LOW-HIGH")] = None
    target_met_twice: Annotated[
        bool | None, option(TRAINING, "Two reps over target in two sessions.", "--target-met-twice/--target-not-met")
    ] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """All that was said of a set. word: --feels, 'good', 'bad' or a TOML file."""

    word: str | None
    feels: SaidOfFeels
    training: SaidOfTraining

    def over(self, feels: Feels, context: TrainingContext) -> dict[str, Any]:
        """Keywords `feels` and `context`: these two, or those of the file, with what the options say in their place.

        Raises
            LookfeelError: the file cannot be read, or a value makes no sense.
        """
        from lookfeel.matrix.intake import load_session_file, make_context, make_feels

        is_word = self.word is None or self.word in FEELS_WORDS
        if not is_word:
            feels, context = load_session_file(str(self.word))
        said = make_feels(overall=self.word if is_word else None, **asdict(self.feels))
        training = asdict(self.training)
        training["weight_unit"] = training["weight_unit"] or context.weight_unit
        if training["rep_range"] is not None:
            training["rep_range"] = _whole_numbers(training["rep_range"])
        told = make_context(**training)  # the unit at its default must come before the file's too
        return {
            "feels": _overlaid(feels, said),
            "context": replace(_overlaid(context, told), weight_unit=told.weight_unit),
        }


def _overlaid(base: Answers, said: Answers) -> Answers:
    """`base` with what `said` says in its place; a field at its default says nothing."""
    changes = {field.name: getattr(said, field.name) for field in fields(said)}
    return replace(
        base, **{field.name: changes[field.name] for field in fields(said) if changes[field.name] != field.default}
    )


def _whole_numbers(text: str) -> list[int | str]:
    """'6-8' -> [6, 8]; what is no number stays text, for the check of allowed values to name it."""
    return [int(part) if part.strip().isdecimal() else part for part in text.split("-")]


def takes_answers(command: Callable[..., None]) -> Callable[..., None]:
    """The command with an option for every answer, which reach it together as its keyword `said`.

    Each option is declared once, as a field above, and stands in the help where the command has `said`.
    """
    of_feels, of_training = (_parameters(kind) for kind in (SaidOfFeels, SaidOfTraining))
    asked = [FEELS_OPTION, *of_feels, *of_training]
    own = signature(command, eval_str=True)
    listed = [part for mine in own.parameters.values() for part in (asked if mine.name == "said" else [mine])]

    @wraps(command)
    def run(**given: Any) -> None:
        said = Said(
            word=given.pop("feels"),
            feels=SaidOfFeels(**{part.name: given.pop(part.name) for part in of_feels}),
            training=SaidOfTraining(**{part.name: given.pop(part.name) for part in of_training}),
        )
        command(**given, said=said)

    run.__signature__ = own.replace(parameters=listed)  # type: ignore[attr-defined]
    run.__annotations__ = {part.name: part.annotation for part in listed}
    return run


def _parameters(kind: type) -> list[Parameter]:
    return list(signature(kind, eval_str=True).parameters.values())


FEELS_OPTION = Parameter(
    "feels",
    Parameter.KEYWORD_ONLY,
    default=None,
    annotation=Annotated[str | None, option(FEEL, "good or bad; or a TOML file with all of it.", metavar="FEELS")],
)

"""What somebody else's exercise file may say, and the packages that bring one: their texts enter, a spec leaves."""

from __future__ import annotations

from importlib.metadata import EntryPoint, entry_points

from pydantic import Field

from lookfeel.errors import ConfigError
from lookfeel.exercises.spec import ExerciseSpec, RubricItem, Variant

ENTRY_POINT_GROUP = "lookfeel.exercises"
"""Other packages add an exercise under this group: an entry point to a function without arguments that gives the text
of a TOML file."""


class OwnExercise(Variant):
    """An exercise that does not come with this program: a variant of one that does.

    base: 'squat', 'lunge' or 'single_leg_squat', by which its reps are found and whose rubric judges it, with what
    `overrides` change and with the items of `rubric` besides; each view's list is then scaled to add up to 1.
    """

    name: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    base: str
    rubric: tuple[RubricItem, ...] = ()

    def over(self, base: ExerciseSpec) -> ExerciseSpec:
        """The exercise on its base's own rubric.

        Raises
            ValueError: the overrides or the items do not fit.
        """
        kind = Variant.model_validate(self.model_dump(exclude={"base", "rubric"}))
        return base.with_variant(kind).for_variant(kind.name, more=self.rubric)


def installed_texts() -> dict[str, str]:
    """TOML text of each exercise that an installed package brings, by 'entry point of package', in order of names.

    Raises
        ConfigError: a package cannot be asked.
    """
    points = sorted(entry_points(group=ENTRY_POINT_GROUP), key=lambda point: point.name)
    return {_origin(point): _text(point) for point in points}


def _origin(point: EntryPoint) -> str:
    package = "?" if point.dist is None else f"{point.dist.name} {point.dist.version}"
    return f"exercise {point.name!r} of {package}"


def _text(point: EntryPoint) -> str:
    try:
        text = point.load()()
    except (ImportError, AttributeError, TypeError, OSError) as error:
        raise ConfigError(f"{_origin(point)}: {error}", hint="Repair that package, or uninstall it.") from error
    if not isinstance(text, str):
        raise ConfigError(f"{_origin(point)}: gives {type(text).__name__}, not the text of a TOML file")
    return text

"""The error tree: what can go wrong enters, a code, a message and the next step leave.

Every class that is raised states how a process ends (`exit_code`) and what a web client is told (`http_status`).
Poor visibility is a finding ("not assessable"), not an error; a bug is neither and propagates.
"""


class LookfeelError(Exception):
    """Base of every error that a user can do something about.

    Parameters
        message: what is wrong, with the offending value.
        hint: what to do next; the class's own hint when not given.
    """

    code = "error"
    exit_code = 1
    http_status = 500
    default_hint = "Run 'lookfeel doctor' and read what it says."

    def __init__(self, message: str, *, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint if hint is not None else self.default_hint

    def __reduce__(self) -> tuple[object, ...]:
        """Rebuild across process borders; exceptions pickle their positional arguments only."""
        return (_rebuild, (type(self), self.message, self.hint))


def error_of(code: str, message: str, *, hint: str) -> LookfeelError:
    """The error that another process named; a plain one when no class here has this code."""
    kinds = [LookfeelError]
    for kind in kinds:
        kinds += kind.__subclasses__()
    return next((kind for kind in kinds if kind.code == code), LookfeelError)(message, hint=hint)


def _rebuild(kind: type[LookfeelError], message: str, hint: str) -> LookfeelError:
    return kind(message, hint=hint)


class InputError(LookfeelError):
    """The given file or value cannot be used; another one could."""

    code = "input"
    exit_code = 2
    http_status = 422
    default_hint = "Check the file and try again."


class FileMissing(InputError):
    """No such file, or it may not be read."""

    code = "file_missing"
    default_hint = "Check the path and that you may read the file."


class UnreadableVideo(InputError):
    """The file is not a video that we decode."""

    code = "unreadable_video"
    default_hint = "Give an .mp4, .mov or .webm straight from the phone (H.264, HEVC, VP9 or AV1)."


class DecoderDied(InputError):
    """Reading the video ended the process that was set apart for it."""

    code = "decoder_died"
    default_hint = "The file is damaged or made to do harm. Copy the video from the phone again, or film it anew."


class VideoTooLarge(InputError):
    """Pixels, frames, seconds or bytes are above the limits."""

    code = "video_too_large"
    default_hint = "Trim the clip to the set, or raise the limit if you trust the file."


class TooShort(InputError):
    """Too few frames to see a movement."""

    code = "too_short"
    default_hint = "Film the whole set, from standing to standing."


class NoPerson(InputError):
    """Nobody was found in the frames."""

    code = "no_person"
    default_hint = "Film one person, whole body in the frame, with light on them."


class UnmatchedViews(InputError):
    """Two clips that are to show the same set do not show the same number of reps."""

    code = "unmatched_views"
    default_hint = "Trim both clips to the same reps, from standing to standing, or analyse each by itself."


class InvalidValue(InputError):
    """An option, a row or a field has a value that makes no sense."""

    code = "invalid_value"
    default_hint = "See 'lookfeel analyze --help' for what is allowed."


class UnreadableReport(InputError):
    """The file is not a report.json, or not a list of sets, that we read."""

    code = "unreadable_report"
    default_hint = "Analyse the clip again with this version, or leave the file out."


class UnreadableModel(InputError):
    """The file is not a pose network of the kind that this backend runs."""

    code = "unreadable_model"
    default_hint = "Give the .onnx file of an RTMPose or other SimCC network, as mmdeploy exports it."


class StoreMissing(InputError):
    """Nothing was kept at this place so far."""

    code = "store_missing"
    default_hint = (
        "Bring sets in with 'lookfeel history import RUN' or 'lookfeel serve', or name the place with --data."
    )


class ConfigError(LookfeelError):
    """A settings, rubric or matrix file is wrong."""

    code = "config"
    exit_code = 2
    http_status = 422
    default_hint = "Correct the named key; unknown keys are refused on purpose."


class UnknownExercise(ConfigError):
    """No exercise has this name."""

    code = "unknown_exercise"
    default_hint = "Run 'lookfeel exercises' for all names, variants such as 'split_squat' among them."


class UnknownMovement(ConfigError):
    """The library has no movement of this id."""

    code = "unknown_movement"
    default_hint = "Run 'lookfeel exercises --library' for all movements."


class MissingKeypoint(ConfigError):
    """The skeleton of this pose backend lacks a joint that is needed."""

    code = "missing_keypoint"
    default_hint = "Use a pose backend with hips, knees, ankles, heels and toes, such as 'blazepose'."


class BackendError(LookfeelError):
    """A part that we rely on is missing or broken."""

    code = "backend"
    exit_code = 3
    http_status = 503
    default_hint = "Run 'lookfeel doctor' and reinstall what it names."


class ModelAltered(BackendError):
    """A model file does not have the hash in the registry."""

    code = "model_altered"
    default_hint = "Reinstall lookfeel; never use a model file that fails its hash."


class ModelMissing(BackendError):
    """A model file is not where the registry says."""

    code = "model_missing"
    default_hint = "Reinstall lookfeel, or build the file with the script that the registry names."


class BackendUnavailable(BackendError):
    """This pose backend needs an optional extra that is not installed."""

    code = "backend_unavailable"
    default_hint = "Use '--backend blazepose', or install the extra."


class WorkerDied(BackendError):
    """The work on a clip ended without an answer, as often as it was tried."""

    code = "worker_died"
    default_hint = "Copy the clip from the phone again; if it happens with every clip, run 'lookfeel doctor'."


class TookTooLong(InputError):
    """The work on a clip did not come to an end."""

    code = "took_too_long"
    default_hint = "Trim the clip to the set, and analyse it by itself."


class StoreError(LookfeelError):
    """Results could not be written."""

    code = "store"
    exit_code = 4
    http_status = 500
    default_hint = "Check free space and permissions of the output folder."

"""A backend's name enters; a `PoseBackend`, which turns frames into people, leaves."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from importlib.metadata import entry_points
from typing import Any, Protocol, cast

from lookfeel.errors import BackendUnavailable, InvalidValue
from lookfeel.types import Frame, PersonPose, Skeleton

ENTRY_POINT_GROUP = "lookfeel.pose_backends"
"""Other packages add a backend under this group: an entry point to a callable that returns a `PoseBackend`."""

_BUILT_IN = {
    "blazepose": "lookfeel.pose.blazepose:BlazePose",
    "mediapipe": "lookfeel.pose.mediapipe_tasks:MediaPipeTasks",
}
"""Module paths rather than classes, so that a backend's libraries are imported only when it is asked for."""


class PoseBackend(Protocol):
    """Finds people in one clip's frames, which are given once, in order; it may carry tracks from frame to frame.

    A backend is made for one clip: identities never span two. All pass tests/contracts/test_pose_backends.py.
    """

    @property
    def name(self) -> str:
        """Name that `create_backend` knows it by."""

    @property
    def skeleton(self) -> Skeleton:
        """Order of the keypoints it gives."""

    @property
    def weights_sha256(self) -> tuple[str, ...]:
        """Hashes of the model files in use."""

    def process(self, frame: Frame) -> tuple[PersonPose, ...]:
        """People in one frame, in pixels of the full-size upright picture; () when nobody is seen."""

    def close(self) -> None:
        """Free what it holds; using it afterwards is an error."""


def backend_names() -> tuple[str, ...]:
    """Names that `create_backend` takes, installed or not."""
    return (*_BUILT_IN, *sorted(_third_party()))


def create_backend(name: str = "blazepose", **options: Any) -> PoseBackend:
    """Make a pose backend for one clip.

    Parameters
        name: one of `backend_names()`.
        options: as the backend's class documents, such as `max_people=1` or `threads=2` of 'blazepose'.
    Raises
        InvalidValue: no backend has this name.
        BackendUnavailable: its extra is not installed.
        ModelMissing, ModelAltered: its weights are not what the registry says.
    """
    return _factory(name)(**options)


def _third_party() -> dict[str, str]:
    return {point.name: point.value for point in entry_points(group=ENTRY_POINT_GROUP) if point.name not in _BUILT_IN}


def _factory(name: str) -> Callable[..., PoseBackend]:
    target = (_BUILT_IN | _third_party()).get(name)
    if target is None:
        raise InvalidValue(f"no pose backend is called {name!r}", hint=f"Use one of: {', '.join(backend_names())}.")
    module, _, attribute = target.partition(":")
    try:
        return cast(Callable[..., PoseBackend], getattr(import_module(module), attribute))
    except ImportError as error:
        raise BackendUnavailable(f"pose backend {name!r} cannot be imported: {error}") from error

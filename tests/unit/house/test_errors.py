"""Every error says how a process ends, what a web client is told, and what to do next."""

from __future__ import annotations

import pickle

import pytest

from lookfeel import errors
from lookfeel.errors import LookfeelError


def family(kind: type[LookfeelError]) -> list[type[LookfeelError]]:
    return [kind, *(member for child in kind.__subclasses__() for member in family(child))]


FAMILY = [kind for kind in family(LookfeelError) if kind.__module__ == errors.__name__]
BRANCHES = (LookfeelError, errors.InputError, errors.ConfigError, errors.BackendError)
LEAVES = [kind for kind in FAMILY if kind not in BRANCHES]
"""All that are raised; one of them may be the finer case of another."""


def test_the_tree_is_found():
    assert {errors.UnreadableVideo, errors.ModelAltered, errors.StoreError} <= set(LEAVES)


@pytest.mark.parametrize("kind", LEAVES, ids=lambda kind: kind.__name__)
def test_a_leaf_says_how_it_ends_and_what_to_do(kind):
    assert kind.exit_code in {2, 3, 4}
    assert kind.http_status in {422, 500, 503}
    assert len(kind.default_hint) > 10
    assert kind.default_hint.endswith(".")
    assert kind.__doc__


def test_codes_are_unique():
    codes = [kind.code for kind in FAMILY]

    assert len(set(codes)) == len(codes)


@pytest.mark.parametrize(
    ("branch", "exit_code", "status"), [("InputError", 2, 422), ("ConfigError", 2, 422), ("BackendError", 3, 503)]
)
def test_a_branch_ends_the_same_way(branch, exit_code, status):
    ends = {(kind.exit_code, kind.http_status) for kind in family(getattr(errors, branch)) if kind in FAMILY}

    assert ends == {(exit_code, status)}


@pytest.mark.parametrize("kind", FAMILY, ids=lambda kind: kind.__name__)
def test_an_error_survives_the_way_to_another_process(kind):
    error = pickle.loads(pickle.dumps(kind("clip.mp4 is empty", hint="Copy it again.")))

    assert type(error) is kind
    assert (error.message, error.hint, str(error)) == ("clip.mp4 is empty", "Copy it again.", "clip.mp4 is empty")


def test_the_hint_of_the_class_stands_in():
    assert errors.TooShort("3 frames").hint == errors.TooShort.default_hint

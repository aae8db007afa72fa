"""The check with others' readers: one that is absent is said to be, one that objects is a refusal."""

from __future__ import annotations

from pathlib import Path

from benchmarks.exports.readers import READERS, Files, Reader, told_by

NOWHERE = Files(trc=Path("no.trc"), mot=Path("no.mot"), c3d=Path("no.c3d"))


def test_a_reader_that_is_not_installed_is_named_as_not_tried():
    told = told_by(Reader(module="no_such_reader", ask=READERS["c3d"].ask), NOWHERE)

    assert (told.lines, told.is_refused) == (("not installed: not tried",), False)


def test_a_reader_that_objects_is_a_refusal_with_its_words():
    told = told_by(READERS["ezc3d"], NOWHERE)

    assert told.is_refused
    assert told.lines[-1].startswith("REFUSED: ")


def test_what_is_said_before_an_objection_is_kept():
    def ask(package, files):
        yield "first"
        raise ValueError("no")

    told = told_by(Reader(module="json", ask=ask), NOWHERE)

    assert told.lines == ("first", "REFUSED: ValueError: no")

"""Marker and motion files: what is read, and how a damaged file is refused."""

from __future__ import annotations

import contextlib
import pickle

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lookfeel.errors import FileMissing, InvalidValue
from lookfeel.export import read_mot, read_trc


def trc(
    rows: list[str] | None = None, *, units: str = "mm", n_frames: int | str = 3, n_markers: int | str = 2, rate="100"
) -> str:
    """Two markers at three moments; the second one is missing in the second."""
    rows = rows or ["1\t0.00\t1\t2\t3\t4\t5\t6", "2\t0.01\t1\t2\t3\t\t\t", "3\t0.02\t10\t20\t30\t40\t50\t60"]
    head = [
        "PathFileType\t4\t(X/Y/Z)\tsquat.trc",
        "DataRate\tCameraRate\tNumFrames\tNumMarkers\tUnits\tOrigDataRate\tOrigDataStartFrame\tOrigNumFrames",
        f"{rate}\t100\t{n_frames}\t{n_markers}\t{units}\t100\t1\t3",
        "Frame#\tTime\tr.ASIS\t\t\tL.ASIS\t\t\t",
        "\t\tX1\tY1\tZ1\tX2\tY2\tZ2",
        "",
    ]
    return "\n".join([*head, *rows, ""])


def mot(rows: list[str] | None = None, *, head: tuple[str, ...] = ("version=1", "nRows=2", "inDegrees=yes")) -> str:
    rows = rows or ["  0.0\t 10.0\t 0.5", "  0.1\t 20.0\tnan"]
    return "\n".join(["Coordinates", *head, "", "Units are S.I. units", "endheader", "time\tknee\tty", *rows, ""])


@pytest.fixture
def write(tmp_path):
    def _write(text: str, name: str = "file.trc"):
        path = tmp_path / name
        path.write_bytes(text.encode())
        return path

    return _write


class TestMarkers:
    def test_places_are_in_metres_and_a_missing_marker_is_nan(self, write):
        motion = read_trc(write(trc()))

        assert motion.markers == ("r.ASIS", "L.ASIS")
        assert motion.rate_hz == 100.0
        np.testing.assert_allclose(motion.time_s, [0.0, 0.01, 0.02])
        np.testing.assert_allclose(motion.marker("r.ASIS")[0], [0.001, 0.002, 0.003])
        assert np.isnan(motion.marker("L.ASIS")[1]).all()

    @pytest.mark.parametrize(("units", "metres"), [("m", 60.0), ("cm", 0.6), ("mm", 0.06), ("MM", 0.06)])
    def test_the_unit_of_the_header_counts(self, write, units, metres):
        assert read_trc(write(trc(units=units))).marker("L.ASIS")[2, 2] == pytest.approx(metres)

    def test_one_missing_coordinate_is_a_missing_marker(self, write):
        rows = ["1\t0\t1\tNaN\t3\t4\t5\t6", "2\t1\t1\t2\t3\t4\t5\t6", "3\t2\t1\t2\t3\t4\t5\t6"]

        motion = read_trc(write(trc(rows)))

        assert np.isnan(motion.position_m[0, 0]).all()
        assert np.isfinite(motion.position_m[1:]).all()

    @pytest.mark.parametrize(
        "change",
        [
            lambda text: text.replace("\n", "\r\n"),
            lambda text: text.replace("\n", "\r"),
            lambda text: "\ufeff" + text,
            lambda text: text.replace("\n", "\t\t\n"),
            lambda text: text.replace("\n", "\n\n"),
            lambda text: text.replace("\t\t\t\n", "\t\t\t\t\t\n"),
        ],
        ids=["crlf", "cr", "bom", "trailing tabs", "blank lines", "more trailing tabs"],
    )
    def test_how_lines_end_does_not_matter(self, write, change):
        plain, other = read_trc(write(trc())), read_trc(write(change(trc()), "other.trc"))

        assert other.markers == plain.markers
        np.testing.assert_array_equal(other.position_m, plain.position_m)

    def test_spaces_do_for_tabs(self, write):
        text = trc(["1\t0\t1\t2\t3\t4\t5\t6"], n_frames=1).replace("\t", "   ")

        assert read_trc(write(text)).marker("L.ASIS")[0, 2] == pytest.approx(0.006)

    @pytest.mark.parametrize(
        ("text", "said"),
        [
            ("", "line 1"),
            ("endheader\n1 2 3", "not a .trc file"),
            (trc(n_frames=4), "3 rows where the header says 4"),
            (trc(n_markers=3), "2 marker names where the header says 3"),
            (trc(n_frames="many"), "NumFrames is 'many'"),
            (trc(units="furlong"), "unit 'furlong'"),
            (trc(rate="-1"), "DataRate is '-1'"),
            (trc().replace("r.ASIS", "L.ASIS"), "named more than once"),
            (trc().replace("\t\tX1", "\t\tQ1"), "line 5: the line of axes"),
            (trc().replace("\t20\t", "\t2O\t"), "line 9: cell 3 is '2O'"),
            (trc().replace("\t20\t", "\tinf\t"), "cell 3 is 'inf'"),
            (trc().replace("\t20\t", "\t2_0\t"), "cell 3 is '2_0'"),
            (trc().replace("2\t0.01", "2\t-1"), "line 8: time -1 s does not follow 0 s"),
            (trc().replace("2\t0.01", "2\t"), "line 8: the time is missing"),
            (trc().replace("\t40\t50\t60", "\t40\t50"), "line 9: 7 cells where 8 are needed"),
            (trc().replace("\t40\t50\t60", "\t40\t50\t60\t70"), "line 9: 9 cells where 8 are needed"),
            (trc().replace("NumMarkers", "Markers"), "does not say NumMarkers"),
        ],
    )
    def test_a_damaged_file_is_refused_with_its_line(self, write, text, said):
        with pytest.raises(InvalidValue) as caught:
            read_trc(write(text))

        assert said in caught.value.message
        assert "file.trc, line " in caught.value.message
        assert caught.value.hint.endswith(".")


class TestMotion:
    def test_columns_times_and_the_unit_of_angles(self, write):
        table = read_mot(write(mot(), "a.mot"))

        assert (table.name, table.columns, table.is_in_degrees) == ("Coordinates", ("knee", "ty"), True)
        np.testing.assert_allclose(table.time_s, [0.0, 0.1])
        np.testing.assert_allclose(table.angle_rad("knee"), np.radians([10.0, 20.0]))
        assert np.isnan(table.column("ty")[1])

    @pytest.mark.parametrize(
        ("head", "expected"),
        [(("inDegrees=no",), False), (("inDegrees=YES",), True), (("datarows 2", "datacolumns 3"), None)],
    )
    def test_headers_old_and_new(self, write, head, expected):
        table = read_mot(write(mot(head=head), "a.sto"))

        assert table.is_in_degrees is expected
        np.testing.assert_allclose(table.angle_rad("knee")[0], 10.0 if expected is False else np.radians(10.0))

    @pytest.mark.parametrize(
        ("text", "said"),
        [
            ("", "no 'endheader'"),
            ("Coordinates\nendheader\ntime\tknee\n", "no column names and rows"),
            (mot(head=("nRows=7",)), "2 rows where the header says 7"),
            (mot(head=("nColumns=2",)), "3 columns where the header says 2"),
            (mot(head=("nRows=two",)), "number of rows is 'two'"),
            (mot(head=("inDegrees=perhaps",)), "inDegrees is 'perhaps'"),
            (mot().replace("time\t", "frame\t"), "first column is 'frame'"),
            (mot().replace("\tty", "\tknee"), "named more than once"),
            (mot().replace("\tnan", ""), "2 cells where 3 are needed"),
            (mot().replace("20.0", "20,0"), "cell 2 is '20,0'"),
            (mot().replace("0.1\t", "0.0\t"), "does not follow"),
        ],
    )
    def test_a_damaged_file_is_refused_with_its_line(self, write, text, said):
        with pytest.raises(InvalidValue) as caught:
            read_mot(write(text, "a.mot"))

        assert said in caught.value.message
        assert "a.mot, line " in caught.value.message


@pytest.mark.parametrize("read", [read_trc, read_mot])
def test_a_file_that_is_not_there(read, tmp_path):
    with pytest.raises(FileMissing):
        read(tmp_path / "none")
    with pytest.raises(FileMissing):
        read(tmp_path)


def test_what_was_read_is_frozen_and_goes_to_another_process(write):
    motion, table = read_trc(write(trc())), read_mot(write(mot(), "a.mot"))

    for thing in (motion, table):
        again = pickle.loads(pickle.dumps(thing))
        assert not again.time_s.flags.writeable
        np.testing.assert_array_equal(again.time_s, thing.time_s)
    with pytest.raises(KeyError):
        motion.marker("nobody")
    with pytest.raises(KeyError):
        table.column("nothing")


PIECES = st.sampled_from(
    ["", "\t", "\n", "\r\n", " ", "nan", "-1", "1e999", "0.5", "m", "X1", "endheader", "time", "\0"]
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_damage_never_ends_in_anything_but_a_clear_error(tmp_path, data):
    read, whole = data.draw(st.sampled_from([(read_trc, trc()), (read_mot, mot())]))
    first = data.draw(st.integers(0, len(whole)))
    last = data.draw(st.integers(first, min(len(whole), first + 12)))
    path = tmp_path / "damaged"
    path.write_bytes((whole[:first] + data.draw(PIECES) + whole[last:]).encode())

    with contextlib.suppress(InvalidValue):  # anything else would be a traceback for the user
        assert np.all(np.diff(read(path).time_s) > 0)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=200))
def test_any_bytes_are_refused_politely(tmp_path, noise):
    path = tmp_path / "noise"
    path.write_bytes(noise)

    for read in (read_trc, read_mot):
        with pytest.raises(InvalidValue):
            read(path)

"""What is done when, how often, and after what; on an engine that does its orders at once, in this process."""

from __future__ import annotations

from collections import Counter, deque
from datetime import date
from pathlib import Path

import pytest

from lookfeel.batch import history
from lookfeel.batch.driver import MAX_TRIES, PER_SLOT, AtWork, Driver, Lost, Outcome
from lookfeel.batch.history import DoneSet, History
from lookfeel.batch.rows import Row
from lookfeel.batch.run_folder import RunFolder
from lookfeel.batch.settings import BatchSettings, Loaded
from lookfeel.errors import LookfeelError, StoreError
from lookfeel.workers.messages import Died, Done, Failed, Progressed
from tests.unit.batch import fake_work

DAY = date(2026, 3, 1)


class Engine:
    """Does orders in the order in which they came, one whenever an event is asked for, and remembers them."""

    def __init__(self, n_slots=2, *, dies=(), hangs=()):
        self.n_slots, self.dies, self.hangs = n_slots, Counter(dies), set(hangs)
        self.orders, self.waiting, self.most_waiting = [], deque(), 0

    def submit(self, order):
        self.orders.append(order)
        self.waiting.append(order)
        self.most_waiting = max(self.most_waiting, len(self.waiting))

    def events(self):
        while True:
            order = self.waiting.popleft()
            yield Progressed(id=order.id, slot=0, stage="pose", done=1, total=2)
            yield self.end(order)

    def end(self, order):
        kind = order.id.split()[0]
        is_hanging = kind in self.hangs
        if is_hanging or self.dies[kind] > 0:
            self.dies[kind] -= 1
            return Died(id=order.id, slot=0, reason="signal 9", is_hanging=is_hanging, log="trace")
        try:
            return Done(id=order.id, slot=0, result=fake_work.run(order.arguments, lambda *_: None))
        except LookfeelError as error:
            return Failed(id=order.id, slot=0, code=error.code, message=error.message, hint=error.hint)

    def close(self):
        pass

    def kinds(self):
        return [order.id.split()[0] for order in self.orders]

    def of(self, kind):
        return [order.arguments["task"] for order in self.orders if order.id.startswith(kind)]


@pytest.fixture
def do(tmp_path, a_report):
    """Drives rows to their end; gives the outcomes by index, and everything that was told."""

    def run(rows, engine=None, *, earlier=()):
        told = []
        Driver(
            rows,
            folder=RunFolder(str(tmp_path / "run")),
            loaded=Loaded(settings=BatchSettings(), weights_sha256=("w",)),
            engine=engine or Engine(),
            history=History(earlier),
            told=told.append,
            function=fake_work.FUNCTION,
        ).run()
        outcomes = {moment.row.index: moment for moment in told if isinstance(moment, Outcome)}
        assert len(outcomes) == len(rows) == sum(isinstance(moment, Outcome) for moment in told)
        return outcomes, told

    return run


@pytest.fixture
def rows(tmp_path):
    """Rows from (clip, more that is told), each clip another video unless it is named again."""

    def make(*told, modes=None):
        made = []
        for index, (name, more) in enumerate(told):
            path = tmp_path / "clips" / name
            if not path.exists():
                fake_work.clip(path, (modes or {}).get(name, "ok"), mark=name)
            made.append(Row(index=index, clip=name, source=str(path), **more))
        return made

    return make


def test_a_set_is_read_watched_and_judged(do, rows):
    engine = Engine()
    outcomes, told = do(rows(("a.mp4", {})), engine)

    assert engine.kinds() == ["hash", "watch", "judge"]
    assert outcomes[0].folder.startswith("a-")
    assert outcomes[0].summary["score"] == 90.0
    assert AtWork(slot=0, clip="a.mp4", stage="pose", done=1, total=2) in told


def test_results_come_before_the_next_clips_and_few_orders_are_under_way(do, rows):
    engine = Engine(n_slots=2)
    _, told = do(rows(*((f"{n:03}.mp4", {}) for n in range(100))), engine)

    assert engine.most_waiting == PER_SLOT * 2
    finished = [n for n, moment in enumerate(told) if isinstance(moment, Outcome)]
    assert finished[0] < 20
    kinds = engine.kinds()
    for n in range(1, len(kinds)):
        ahead = kinds[:n].count("hash") - kinds[:n].count("judge")
        assert ahead <= 3 * PER_SLOT * 2


def test_the_same_video_is_watched_once_and_equal_rows_are_judged_once(do, rows, tmp_path):
    made = rows(("a.mp4", {}), ("a.mp4", {}), ("a.mp4", {"exercise": "lunge"}), ("b.mp4", {}))
    fake_work.clip(tmp_path / "clips" / "b.mp4", mark="a.mp4")
    engine = Engine()
    outcomes, _ = do(made, engine)

    assert Counter(engine.kinds()) == {"hash": 2, "watch": 1, "judge": 3}
    assert outcomes[0].folder == outcomes[1].folder
    assert len({outcomes[n].folder for n in (0, 2, 3)}) == 3


def test_two_clips_of_a_set_are_watched_before_it_is_judged(do, rows, tmp_path):
    second = fake_work.clip(tmp_path / "clips" / "side.mp4", mark="side")
    engine = Engine()
    outcomes, _ = do(rows(("a.mp4", {"second_clip": "side.mp4", "second_source": str(second)})), engine)

    assert sorted(engine.kinds()) == ["hash", "hash", "judge", "watch", "watch"]
    assert len(outcomes[0].watched) == len(engine.of("judge")[0]["watched"]) == 2
    assert engine.of("judge")[0]["names"] == ["a.mp4", "side.mp4"]


def test_what_was_done_is_not_done_again(do, rows):
    made = rows(("a.mp4", {}), ("b.mp4", {}))
    first, _ = do(made)
    engine = Engine()
    again, _ = do(made, engine)

    assert set(engine.kinds()) == {"hash"}
    assert all(outcome.was_there for outcome in again.values())
    assert [again[n].folder for n in (0, 1)] == [first[n].folder for n in (0, 1)]


def test_the_past_of_an_athlete_is_judged_first_in_the_order_of_dates(do, rows):
    ann, bea = {"athlete": "Ann"}, {"athlete": "Bea"}
    made = rows(
        ("third.mp4", {**ann, "date": date(2026, 3, 9)}),
        ("first.mp4", {**ann, "date": date(2026, 3, 1)}),
        ("second.mp4", {**ann, "date": date(2026, 3, 1)}),
        ("other.mp4", {**bea, "date": date(2026, 3, 2)}),
        ("undated.mp4", ann),
    )
    engine = Engine(n_slots=1)
    outcomes, _ = do(made, engine)

    tasks = {task["folder"]: task for task in engine.of("judge")}
    past = {n: [(one["folder"], one["days_ago"]) for one in tasks[outcomes[n].folder]["earlier"]] for n in range(5)}
    assert past[1] == past[3] == past[4] == []
    assert past[2] == [(outcomes[1].folder, 0)]
    assert past[0] == [(outcomes[1].folder, 8), (outcomes[2].folder, 8)]


@pytest.mark.parametrize("mode", ["missing", "bad", "die"])
@pytest.mark.parametrize("n_slots", [1, 2, 8])
def test_a_row_that_fails_between_two_cuts_no_chain(do, rows, mode, n_slots):
    """Found by kills: what came after took its turn at once, and whether it then knew the first set was luck."""
    do(rows(("last.mp4", {})))  # it was watched before the run was killed
    ann = {"athlete": "Ann"}
    made = rows(
        ("first.mp4", {**ann, "date": date(2026, 3, 1)}),
        ("between.mp4", {**ann, "date": date(2026, 3, 5)}),
        ("last.mp4", {**ann, "date": date(2026, 3, 8)}),
        modes={"between.mp4": "bad"},
    )
    if mode == "missing":
        Path(made[1].source).unlink()
    engine = Engine(n_slots)
    if mode == "die":
        fake_work.clip(Path(made[1].source), mark="between.mp4")
        engine.end = lambda order, end=engine.end: (
            Died(id=order.id, slot=0, reason="signal 9", is_hanging=False, log="")
            if order.arguments["task"].get("source") == made[1].source and order.id.startswith("watch")
            else end(order)
        )
    outcomes, _ = do(made, engine)

    assert outcomes[1].failure is not None
    tasks = {task["folder"]: task for task in engine.of("judge")}
    assert [one["folder"] for one in tasks[outcomes[2].folder]["earlier"]] == [outcomes[0].folder]


def test_what_came_before_changes_the_name_of_what_comes_after(do, rows):
    made = rows(("1.mp4", {"athlete": "A", "date": DAY}), ("2.mp4", {"athlete": "A", "date": date(2026, 3, 2)}))
    both, _ = do(made)
    alone, _ = do([Row(index=0, clip="2.mp4", source=made[1].source, athlete="A", date=made[1].date)])

    assert alone[0].folder != both[1].folder


def test_sets_of_earlier_runs_are_history_too(do, rows, tmp_path):
    other = RunFolder(str(tmp_path / "other"))
    with other.opened():
        other.write("clips/old-1/report.json", b"{}")
    old = DoneSet(athlete="A", date=date(2026, 2, 1), video_sha256="x", run=other.place, folder="old-1")
    later = DoneSet(athlete="A", date=date(2027, 2, 1), video_sha256="y", run=other.place, folder="old-2")
    engine = Engine()
    engine.end = lambda order, end=engine.end: (
        end(order) if "judge" not in order.id else Done(id=order.id, slot=0, result={})
    )
    do(rows(("1.mp4", {"athlete": "A", "date": DAY})), engine, earlier=[later, old])

    (task,) = engine.of("judge")
    assert [(one["run"], one["folder"], one["days_ago"]) for one in task["earlier"]] == [(other.place, "old-1", 28)]


def test_a_clip_is_no_past_of_itself_and_counts_once():
    sets = [
        DoneSet(athlete="A", date=date(2026, 1, day), video_sha256=sha, run="r", folder=f"{sha}-{day}")
        for day, sha in ((1, "x"), (2, "y"), (3, "y"), (3, "z"))
    ]
    row = Row(index=0, clip="c", source="c", athlete="A", date=date(2026, 1, 3))

    past = History(sets).before(row, video_sha256="z")

    assert [one.folder for one in past] == ["x-1", "y-2"]
    assert history.predecessors([row]) == {}


def test_a_clip_that_fails_is_a_row_and_leaves_the_others_alone(do, rows):
    dated = [{"athlete": "A", "date": date(2026, 3, day)} for day in (1, 2, 3)]
    made = rows(("1.mp4", dated[0]), ("bad.mp4", dated[1]), ("3.mp4", dated[2]), modes={"bad.mp4": "bad"})
    made += [
        Row(index=3, clip="gone.mp4", source="/none/gone.mp4"),
        Row(index=4, clip="x/bad.mp4", source=made[1].source),
    ]
    engine = Engine()
    outcomes, _ = do(made, engine)

    assert outcomes[1].failure.code == "unreadable_video"
    assert outcomes[1].failure.message == "bad.mp4 is no video"
    assert outcomes[4].failure.message == "x/bad.mp4 is no video"
    assert outcomes[3].failure.code == "file_missing"
    assert Counter(engine.kinds())["watch"] == 3
    third = next(task for task in engine.of("judge") if task["folder"] == outcomes[2].folder)
    assert [one["folder"] for one in third["earlier"]] == [outcomes[0].folder]


@pytest.mark.parametrize("kind", ["hash", "watch", "judge"])
def test_what_kills_its_worker_is_tried_three_times(do, rows, kind):
    engine = Engine(dies={kind: MAX_TRIES})
    outcomes, told = do(rows(("a.mp4", {})), engine)

    assert engine.kinds().count(kind) == MAX_TRIES
    assert outcomes[0].failure.code == "worker_died"
    assert "3 times" in outcomes[0].failure.message
    assert sum(isinstance(moment, Lost) for moment in told) == MAX_TRIES


def test_a_worker_that_dies_by_chance_costs_nothing(do, rows):
    outcomes, _ = do(rows(("a.mp4", {})), Engine(dies={"watch": MAX_TRIES - 1}))

    assert outcomes[0].failure is None


def test_what_hangs_is_not_tried_again(do, rows):
    engine = Engine(hangs={"watch"})
    outcomes, _ = do(rows(("a.mp4", {})), engine)

    assert engine.kinds() == ["hash", "watch"]
    assert outcomes[0].failure.code == "took_too_long"


def test_a_full_disk_is_nobody_s_clip_and_stops_the_run(do, rows):
    engine = Engine()
    engine.end = lambda order: Failed(id=order.id, slot=0, code=StoreError.code, message="disk full", hint="Make room.")

    with pytest.raises(StoreError, match="disk full"):
        do(rows(("a.mp4", {}), ("b.mp4", {})), engine)

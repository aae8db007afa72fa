"""Batches on a Ray cluster of two nodes: one is lost while it works, and the same bytes come out."""

from __future__ import annotations

import pytest
import report_factory

from lookfeel.batch.driver import AtWork
from lookfeel.batch.engine import create_engine
from lookfeel.errors import InvalidValue, StoreError
from lookfeel.report import write_json
from tests.unit.batch import fake_work
from tests.unit.batch.fake_team import hashes, make_team, run

ray = pytest.importorskip("ray", reason="the extra 'cluster' is not installed")

STORE_BYTES = 80 * 2**20


@pytest.fixture
def cluster(tmp_path, monkeypatch):
    """A head that does no work, and two nodes of one CPU each."""
    from ray.cluster_utils import Cluster

    report = write_json(report_factory.front_squat(), tmp_path / "report.json")
    monkeypatch.setenv(fake_work.REPORT, str(report))
    monkeypatch.setenv("RAY_USAGE_STATS_ENABLED", "0")
    head = {"num_cpus": 0, "include_dashboard": False, "object_store_memory": STORE_BYTES}
    found = Cluster(initialize_head=True, head_node_args=head)
    nodes = [found.add_node(num_cpus=1, object_store_memory=STORE_BYTES) for _ in range(2)]
    yield found, nodes
    ray.shutdown()
    found.shutdown()


def test_a_lost_node_costs_nothing_but_time(cluster, tmp_path):
    found, nodes = cluster
    team = make_team(tmp_path / "clips")
    run(team, tmp_path / "here", n_workers=1)
    watching = []

    def lose_one(moment):
        """While both nodes work on a clip."""
        if isinstance(moment, AtWork):
            watching.append(moment.slot)
            if len(set(watching)) == 2 and len(nodes) == 2:
                found.remove_node(nodes.pop())

    summary = run(team, tmp_path / "there", n_workers=None, engine="ray", address=found.address, told=lose_one)

    assert len(nodes) == 1
    assert (summary.n_ok, summary.n_failed) == (6, 3)
    assert hashes(tmp_path / "there") == hashes(tmp_path / "here")


def test_a_cluster_that_is_not_there_is_said_so():
    with pytest.raises(StoreError, match="no Ray cluster answers"):
        create_engine("ray", address="127.0.0.1:1")
    with pytest.raises(InvalidValue, match="has no address"):
        create_engine("local", address="127.0.0.1:1")

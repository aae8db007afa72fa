"""What tests of the store share; each file has a `database` of its own."""

from __future__ import annotations

import pytest

from lookfeel.store.models import Athlete


@pytest.fixture
def athlete(database):
    with database.writing() as rows:
        athlete = Athlete(name="Ann", settings={})
        rows.add(athlete)
    return athlete

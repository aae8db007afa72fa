"""History of athletes: sets, what was said and decided, and the queue of work leave; rows and files stay."""

from lookfeel.store.database import Database
from lookfeel.store.deletion import delete_athlete, delete_set, sweep
from lookfeel.store.folder import DataFolder
from lookfeel.store.history import history, past_set

__all__ = ["DataFolder", "Database", "delete_athlete", "delete_set", "history", "past_set", "sweep"]

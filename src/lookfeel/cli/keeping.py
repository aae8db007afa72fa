"""Where everything is kept: the options that name a store enter, its open database and its folder leave."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from lookfeel.cli.app import option
from lookfeel.errors import StoreMissing

if TYPE_CHECKING:
    from lookfeel.store import Database, DataFolder

STORE = "What is kept"

Data = Annotated[
    Path | None, option(STORE, "Folder of everything; a folder of your account when not given.", metavar="DIR")
]
DatabaseUrl = Annotated[
    str | None,
    option(
        STORE,
        "Rows in PostgreSQL: postgresql+psycopg://user:password@host/name. Files stay in --data.",
        metavar="URL",
    ),
]


def default_data_folder() -> Path:
    """Where this system keeps data of programs for one user."""
    home = Path.home()
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or home / "AppData" / "Local") / "lookfeel"
    if sys.platform == "darwin":
        return home / "Library" / "Application Support" / "lookfeel"
    return Path(os.environ.get("XDG_DATA_HOME") or home / ".local" / "share") / "lookfeel"


@contextmanager
def open_store(data: Path | None, database_url: str | None) -> Iterator[Database]:
    """The rows of the store that these options of `lookfeel serve` name.

    Raises
        StoreMissing: there is none, and none is made by looking for it. StoreError: it cannot be opened.
    """
    from lookfeel.store import Database
    from lookfeel.store.database import is_made

    folder = _folder(data)
    url = database_url or folder.database_url
    if not is_made(url):
        where = repr(str(folder.root)) if database_url is None else "this database"
        raise StoreMissing(f"nothing is kept in {where} yet")
    with closing(Database(url)) as database:
        yield database


@contextmanager
def make_store(data: Path | None, database_url: str | None) -> Iterator[tuple[Database, DataFolder]]:
    """The rows and the folder of the store that these options name, made when there is none. It is not held as a server
    holds it, so that one may run meanwhile.

    Raises
        StoreError: it cannot be made, or its files belong to another database.
    """
    from lookfeel.store import Database
    from lookfeel.store.database import database_name
    from lookfeel.store.folder import OWN_DATABASE

    folder = _folder(data)
    folder.make()
    folder.hold_for(OWN_DATABASE if database_url is None else database_name(database_url))
    with closing(Database(database_url or folder.database_url)) as database:
        yield database, folder


def _folder(data: Path | None) -> DataFolder:
    from lookfeel.store import DataFolder

    return DataFolder(data or default_data_folder())

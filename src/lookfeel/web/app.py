"""Settings enter; the web application leaves, with its database open and its workers ready to start."""

from __future__ import annotations

import logging
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import quote

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.middleware.gzip import GZipMiddleware
from fastapi.staticfiles import StaticFiles
from fastapi.templating import Jinja2Templates
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, RedirectResponse

from lookfeel.errors import LookfeelError
from lookfeel.store import Database, DataFolder
from lookfeel.store.database import database_name
from lookfeel.store.folder import OWN_DATABASE
from lookfeel.web import accounts
from lookfeel.web.dispatcher import Dispatcher
from lookfeel.web.problems import NotFound, SignInFirst, WebError
from lookfeel.web.routes import account, home, sending, sets, team
from lookfeel.web.security import HEADERS, Guard, Throttle
from lookfeel.web.settings import Settings
from lookfeel.web.site import STATIC, TEMPLATES, Site, page, static_path

log = logging.getLogger(__name__)


def create_app(settings: Settings) -> FastAPI:
    """The application of one server; its lifespan holds the data folder, the database and the workers.

    Raises, when it starts
        StoreError: the folder or the database cannot be used. ConfigError: the URL is none.
    """

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        with DataFolder(settings.data) as folder:
            site = await run_in_threadpool(_open, settings, folder)
            app.state.site, app.state.busy = site, sending.Busy()
            try:
                yield
            finally:
                site.is_closing.set()
                await run_in_threadpool(site.dispatcher.stop)
                site.database.close()

    app = FastAPI(
        title="lookfeel",
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
    )
    for router in (account.open_router, account.router, home.router, sending.router, sets.router, team.router):
        app.include_router(router)
    app.mount(static_path(), GZipMiddleware(StaticFiles(directory=STATIC)), name="static")
    app.add_middleware(Guard, is_local=settings.is_local)
    app.add_exception_handler(LookfeelError, _say_error)
    app.add_exception_handler(HTTPException, _say_http)
    app.add_exception_handler(RequestValidationError, _say_http)
    app.add_exception_handler(Exception, _say_bug)
    return app


def _open(settings: Settings, folder: DataFolder) -> Site:
    url = settings.database_url
    folder.hold_for(OWN_DATABASE if url is None else database_name(url))
    database = Database(url or folder.database_url)
    database.hold()
    with database.writing() as rows:
        accounts.ready_owner(rows, settings.passphrase)
    dispatcher = Dispatcher(settings, database, folder)
    dispatcher.start()
    return Site(
        settings=settings,
        database=database,
        folder=folder,
        dispatcher=dispatcher,
        throttle=Throttle(),
        templates=Jinja2Templates(directory=TEMPLATES),
        is_closing=threading.Event(),
    )


def _say_error(request: Request, error: Exception) -> Response:
    """One of our errors as a page, or as JSON for a script."""
    assert isinstance(error, LookfeelError)
    if isinstance(error, SignInFirst) and request.method == "GET" and _wants_page(request):
        wanted = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        return RedirectResponse(f"/login?next={quote(wanted)}", status_code=303)
    told = {"code": error.code, "message": error.message, "hint": error.hint}
    if not _wants_page(request):
        return JSONResponse(told, status_code=error.http_status)
    return page(request, "error.html", None, status=error.http_status, error=told, status_code=error.http_status)


def _wants_page(request: Request) -> bool:
    return "text/html" in request.headers.get("accept", "")


def _say_http(request: Request, error: Exception) -> Response:
    """What the framework refuses, in our words."""
    status = error.status_code if isinstance(error, HTTPException) else 422
    if status == NotFound.http_status:
        return _say_error(request, NotFound())
    refused = WebError("This request is not understood.")
    refused.http_status = status
    return _say_error(request, refused)


def _say_bug(request: Request, error: Exception) -> Response:
    """A bug: the log has it, the visitor is not shown it."""
    log.error("%s %s", request.method, request.url.path, exc_info=error)
    answer = _say_error(request, _Bug("Something went wrong on our side."))
    answer.headers.update(HEADERS)  # it is answered outside the guard
    return answer


class _Bug(WebError):
    """An exception that nobody named."""

    code = "bug"
    http_status = 500
    default_hint = "Try again; if it happens again, tell us what you did, with the lines that the server printed."

"""Settings enter; a server that answers until it is told to stop leaves nothing behind but its data."""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
import os
import signal
import socket
from collections.abc import Callable
from pathlib import Path

from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.log import LogLevels
from granian.server.embed import Server

from lookfeel.errors import LookfeelError, StoreError
from lookfeel.web.app import create_app
from lookfeel.web.memory import share_one_pool
from lookfeel.web.settings import Settings

HEADER_TIMEOUT_MS = 15_000
"""For the headers of a request; a connection that is slower is closed. Chosen by us."""

WAITING_CONNECTIONS, MAX_CONNECTIONS = 1024, 900
"""Connections that wait to be taken, and that are open at once: below the 1,024 files that systems let a process have
open, and well above what a few hundred stalled ones take. With 128, which is the server's own choice, they kept
everybody out until they were closed."""

DATA_HINT = "Give another folder with --data."

SIGNALS = (signal.SIGINT, signal.SIGTERM)


class CannotListen(LookfeelError):
    """The address cannot be used."""

    code = "cannot_listen"
    exit_code = 4
    default_hint = "Give another one with --host or --port."


def check_address(settings: Settings) -> None:
    """Refuse an address that is taken or not ours, before anything is started.

    Raises
        CannotListen: says which.
    """
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            settings.host, settings.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
            probe.listen()
    except OSError as error:
        raise CannotListen(
            f"{settings.host}, port {settings.port}, cannot be used: {error.strerror or error}"
        ) from error


def address(settings: Settings) -> str:
    """URL at which the server can be reached, for people: the machine's own address in place of 'all'."""
    host = settings.host
    with contextlib.suppress(ValueError):
        if ipaddress.ip_address(host).is_unspecified:
            host = _own_address()
    shown = f"[{host}]" if ":" in host else host
    return f"http://{shown}:{settings.port}/"


def _own_address() -> str:
    """This machine's address in the local network: that from which it would go elsewhere. Nothing is sent."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe, contextlib.suppress(OSError):
        probe.connect(("192.0.2.1", 9))  # an address kept for documentation (RFC 5737)
        return str(probe.getsockname()[0])
    return "127.0.0.1"


def private_text(folder: Path, name: str, *, make: Callable[[], str]) -> str:
    """The text of a file in the data folder that only its user may read; made when there is none.

    Raises
        StoreError: it can be neither read nor written.
    """
    path = folder / name
    try:
        if not path.exists():
            folder.mkdir(parents=True, exist_ok=True)
            with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
                file.write(make())
        return path.read_text().strip()
    except OSError as error:
        raise StoreError(f"{str(path)!r} cannot be used: {error.strerror or error}", hint=DATA_HINT) from error


def serve(settings: Settings, *, on_ready: Callable[[], None]) -> None:
    """Serve until Ctrl-C or SIGTERM. on_ready: called once it does.

    Raises
        LookfeelError: the address, the folder or the database cannot be used.
    """
    check_address(settings)
    share_one_pool()
    asyncio.run(_serve(settings, on_ready))


async def _serve(settings: Settings, on_ready: Callable[[], None]) -> None:
    app = create_app(settings)
    async with app.router.lifespan_context(app):  # here, so that its errors reach the command line
        server = Server(
            app,
            address=settings.host,
            port=settings.port,
            interface=Interfaces.ASGINL,
            http=HTTPModes.http1,
            http1_settings=HTTP1Settings(header_read_timeout=HEADER_TIMEOUT_MS),
            websockets=False,
            backlog=WAITING_CONNECTIONS,
            backpressure=MAX_CONNECTIONS,
            log_level=LogLevels.error,
        )
        loop = asyncio.get_running_loop()
        for number in SIGNALS:  # not add_signal_handler, which Windows lacks
            signal.signal(number, lambda *_: loop.call_soon_threadsafe(_stop, app, server))
        on_ready()
        await server.serve()


def _stop(app: object, server: Server) -> None:
    """End the streams, then the server."""
    app.state.site.is_closing.set()  # type: ignore[attr-defined]
    server.stop()  # type: ignore[no-untyped-call]

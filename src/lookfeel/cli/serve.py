"""`lookfeel serve`: an address and a folder enter; the athlete's page is served until Ctrl-C."""

from __future__ import annotations

import logging
import secrets
import sys
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from lookfeel.cli.app import app, option, show_failure
from lookfeel.cli.keeping import STORE, Data, DatabaseUrl, default_data_folder
from lookfeel.errors import FileMissing, InvalidValue, LookfeelError

if TYPE_CHECKING:
    from lookfeel.web.settings import Settings

ADDRESS = "The address"
DEFAULT_HOST = "127.0.0.1"
DEFAULT_PORT = 8000
PASSPHRASE_FILE = "passphrase"
PASSPHRASE_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
"""Without those that look alike."""
PASSPHRASE_GROUPS, GROUP_LETTERS = 4, 4
"""79 random bits, typed on a phone once."""


@app.command()
def serve(
    *,
    host: Annotated[
        str,
        option(ADDRESS, "Who can reach it: this machine only when not given; 0.0.0.0 for the Wi-Fi.", metavar="HOST"),
    ] = DEFAULT_HOST,
    port: Annotated[int, option(ADDRESS, "8000 when not given.", metavar="PORT", min=1, max=65535)] = DEFAULT_PORT,
    passphrase_file: Annotated[
        Path | None,
        option(ADDRESS, "File with the passphrase; one is made up when not given and --host is.", metavar="FILE"),
    ] = None,
    is_https: Annotated[
        bool, option(ADDRESS, "A proxy in front of it speaks HTTPS: cookies for HTTPS only.", "--https")
    ] = False,
    data: Data = None,
    database_url: DatabaseUrl = None,
    video_days: Annotated[
        int, option(STORE, "Days that videos are kept; 90 when not given, 0 for good.", metavar="N", min=0, max=36500)
    ] = 90,
    workers: Annotated[
        int, option(STORE, "Clips that are measured at once; 1 when not given.", metavar="N", min=1, max=64)
    ] = 1,
) -> None:
    """Serve the page for uploads, replay, the next action and history. Ctrl-C stops it; nothing is lost."""
    from lookfeel.web.serve import serve as run
    from lookfeel.web.settings import Settings

    logging.basicConfig(format="%(message)s", level=logging.WARNING)
    folder = data or default_data_folder()
    settings = Settings(
        data=folder,
        database_url=database_url,
        host=host,
        port=port,
        n_workers=workers,
        is_https=is_https,
        video_life=timedelta(days=video_days) if video_days else None,
    )
    try:
        if not settings.is_local:
            settings = _with_passphrase(settings, passphrase_file)
        run(settings, on_ready=lambda: _greet(settings))
    except LookfeelError as error:
        show_failure(error, is_json=False)
        raise typer.Exit(error.exit_code) from None


def _with_passphrase(settings: Settings, file: Path | None) -> Settings:
    """The settings with the passphrase of the file, or with one that is made up once and kept in the data folder."""
    from dataclasses import replace

    from lookfeel.web.accounts import MIN_PASSPHRASE
    from lookfeel.web.serve import private_text

    if file is None:
        return replace(settings, passphrase=private_text(settings.data, PASSPHRASE_FILE, make=make_passphrase))
    try:
        passphrase = file.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise FileMissing(f"the passphrase file {str(file)!r} cannot be read: {error}") from error
    if len(passphrase) < MIN_PASSPHRASE:
        raise InvalidValue(
            f"the passphrase in {str(file)!r} is shorter than {MIN_PASSPHRASE} characters", hint="Choose a longer one."
        )
    return replace(settings, passphrase=passphrase)


def make_passphrase() -> str:
    """A random passphrase such as 'k7mp-x2fa-...'."""
    groups = (
        "".join(secrets.choice(PASSPHRASE_LETTERS) for _ in range(GROUP_LETTERS)) for _ in range(PASSPHRASE_GROUPS)
    )
    return "-".join(groups)


def _greet(settings: Settings) -> None:
    """Say where the page is, and for a phone show it as a QR code that signs in too."""
    from lookfeel.web.serve import address

    console, url = Console(highlight=False), address(settings)
    console.print(f"lookfeel is at [bold]{url}[/bold]   (Ctrl-C stops it)")
    console.print(f"Everything is kept in {settings.data}", style="dim")
    if settings.passphrase is not None:
        import segno

        console.print(f"Passphrase: [bold]{settings.passphrase}[/bold]")
        console.print("On a phone in the same Wi-Fi, point the camera here:")
        # After the '#', which browsers do not send: it reaches no log.
        segno.make(f"{url}login#{settings.passphrase}", error="l").terminal(sys.stdout, compact=True)
        console.print("There is no encryption on this way: use it in a Wi-Fi that you trust.", style="dim")

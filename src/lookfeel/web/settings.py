"""What a server is told when it starts; the environment and files are read in cli, not here."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

LOCALHOST = "127.0.0.1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """One server.

    data: folder of all files. database_url: None = SQLite in that folder. passphrase: of the owner; needed when others
    can reach the address. n_workers: analyses at once. job: 'module:function' that a worker runs. is_https: a proxy in
    front speaks HTTPS. The rest are limits, all chosen by us: 500 MB and 120 s as everywhere in lookfeel; a coach's
    whole squad fits into 20 waiting sets; a guest's 50 GB are three sets of 100 MB a week for three years; an analysis
    that takes half an hour hangs; spare_bytes of the disk are kept free of clips, so that what was accepted is measured
    though no more is taken; with less than job_room_bytes, some times what an analysis writes, jobs wait; a part of an
    upload that brings nothing for stalled_s is closed, as is a form without a clip that takes longer, and one with a
    clip after form_s, in which 3.5 Mbit/s bring 500 MB. video_life: how long a set's video is kept, None = until
    somebody deletes it; a block of training lasts about three months, and no figure is lost with it.
    """

    data: Path
    database_url: str | None = None
    host: str = LOCALHOST
    port: int = 8000
    passphrase: str | None = None
    n_workers: int = 1
    job: str = "lookfeel.web.analysis:run"
    is_https: bool = False
    max_upload_bytes: int = 500_000_000
    max_duration_s: float = 120.0
    max_waiting: int = 20
    max_open_uploads: int = 10
    max_guest_bytes: int = 50_000_000_000
    max_job_s: float = 1800.0
    max_job_memory_bytes: int = 3_000_000_000
    max_job_file_bytes: int = 1_000_000_000
    spare_bytes: int = 200_000_000
    job_room_bytes: int = 20_000_000
    stalled_s: float = 20.0
    form_s: float = 1200.0
    upload_life: timedelta = timedelta(hours=24)
    session_life: timedelta = timedelta(days=30)
    video_life: timedelta | None = timedelta(days=90)

    @property
    def is_local(self) -> bool:
        """Whether only this machine can reach the server; then nobody signs in. A proxy lets others in."""
        return is_loopback(self.host) and not self.is_https


def is_loopback(host: str) -> bool:
    """Whether an address or name, with or without brackets, is this machine's own."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False

"""A folder enters; the page over it, in this process, with somebody who visits it leaves."""

from __future__ import annotations

import base64
import random
import re
from pathlib import Path

from starlette.testclient import TestClient

from benchmarks.faults.marked import START as START
from lookfeel.web.app import create_app
from lookfeel.web.settings import Settings

FORM = "application/x-www-form-urlencoded"
PART = "application/offset+octet-stream"
MULTIPART = "multipart/form-data; boundary=b"


class Browser:
    """The owner of a page whose analyses fail at once: nothing is measured here."""

    def __init__(self, data: Path) -> None:
        settings = Settings(data=data, job="benchmarks.faults.page:refuse", spare_bytes=0, max_waiting=10**6)
        self.client = TestClient(create_app(settings), base_url="http://localhost:8000", raise_server_exceptions=True)
        self.client.__enter__()
        self.csrf = self._word()

    def open_anew(self) -> None:
        """Load a page again, as one does when the session ran out."""
        self.csrf = self._word()

    def _word(self) -> str:
        found = re.search(r'name="csrf" value="([^"]*)"', self.client.get("/settings").text)
        assert found is not None
        return found[1]

    def requests(self) -> list[tuple[str, str, str, bytes]]:
        """Every kind of request that brings something: method, path, content type and a good body."""
        set_id = self._send()
        made = self.client.post("/uploads", headers=self._tus() | {"upload-length": "1000000"})
        upload = made.headers["location"]
        file = (
            b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.mp4"\r\n\r\n' + START + b"\r\n--b--\r\n"
        )
        return [
            ("POST", f"/sets/{set_id}/feels", FORM, b"pain=3&rpe=8&fatigue=2&feels=good&symptoms=knee"),
            ("POST", f"/sets/{set_id}/context", FORM, b"load=80&planned_reps=5&experience=novice&height_cm=180"),
            ("POST", f"/sets/{set_id}/notes", FORM, b"text=hello"),
            ("POST", f"/sets/{set_id}/helped", FORM, b"helped=yes"),
            ("POST", f"/sets/{set_id}/again", FORM, b"exercise=squat"),
            ("POST", f"/sets/{set_id}/override", FORM, b"action=keep&reason=because"),
            ("POST", "/settings", FORM, b"name=Ann&unit=kg&strictness=0.5&language=en&theme=dark&height_cm=170"),
            ("POST", "/team/athletes", FORM, b"name=Bea"),
            ("POST", "/login", FORM, b"name=Ann&passphrase=secret&next=%2F"),
            ("POST", "/sets", MULTIPART, file),
            ("POST", "/uploads", FORM, b""),
            ("PATCH", upload, PART, START + b"more"),
        ]

    def tus(self, path: str, chance: random.Random) -> dict[bytes, bytes]:
        """Headers of an upload, some of them bent."""
        if not path.startswith("/uploads"):
            return {}
        name = base64.b64encode(chance.randbytes(chance.randrange(12)))
        lengths = (b"12", b"0", b"-1", b"1e3", b"9" * 30, b"\xb2", b"", b" 5", b"\xd9\xa3")
        told = (b"filename " + name, b"filename", b",,,", b"filename =", b"exercise c3F1YXQ=")
        return {
            b"tus-resumable": b"1.0.0",
            b"upload-metadata": chance.choice(told),
            b"upload-length": chance.choice(lengths),
            b"upload-offset": chance.choice((b"0", *lengths)),
        }

    def _tus(self) -> dict[str, str]:
        return {"tus-resumable": "1.0.0", "x-csrf-token": self.csrf}

    def _send(self) -> str:
        answer = self.client.post(
            "/sets", data={"csrf": self.csrf}, files={"file": ("a.mp4", START, "video/mp4")}, follow_redirects=False
        )
        return str(answer.headers["location"]).removeprefix("/sets/")


def refuse(*_: object) -> None:
    """The job."""

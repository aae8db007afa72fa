"""A server under slow connections enters; how long it keeps them, and what others notice, leaves as a row."""

from __future__ import annotations

import socket
import statistics
import time
from collections.abc import Iterator

from benchmarks.faults.table import Row, Trial
from benchmarks.web.__main__ import STAND_IN, Server, page_times
from lookfeel.web.serve import HEADER_TIMEOUT_MS

CLOSED_S = 30.0
PAGE_P95_MS = 500.0


def check(trial: Trial) -> Iterator[Row]:
    """Check 21."""
    server = Server(trial.room("slow") / "data", job=STAND_IN)
    began = time.monotonic()
    headers = [_stalled(server, b"GET / HTTP/1.1\r\nHost: localhost\r\nX-Slow: ") for _ in range(trial.of(500))]
    body = (
        f"POST /sets HTTP/1.1\r\nHost: localhost:{server.port}\r\nContent-Type: multipart/form-data; boundary=b\r\n"
        f"X-CSRF-Token: {server.csrf}\r\nContent-Length: 100000\r\n\r\n--b\r\n"
    ).encode()
    bodies = [_stalled(server, body) for _ in range(trial.of(50))]
    p95 = statistics.quantiles(page_times(server, 5.0), n=20)[-1]
    n_closed = sum(_is_closed(one, began + CLOSED_S) for one in headers)
    server.kill()
    figure = f"closed within {HEADER_TIMEOUT_MS / 1000:.0f} to {CLOSED_S:.0f} s; "
    figure += f"p95 of a page meanwhile {p95:.0f} ms, beside {len(bodies)} slow bodies"
    is_quick = p95 < PAGE_P95_MS
    yield Row(
        check=21,
        name="connections that send half a header",
        n_tried=len(headers),
        n_survived=n_closed if is_quick else 0,
        figure=figure,
    )


def _stalled(server: Server, start: bytes) -> socket.socket:
    one = socket.create_connection(("127.0.0.1", server.port))
    one.sendall(start)
    return one


def _is_closed(one: socket.socket, until_s: float) -> bool:
    one.settimeout(max(0.1, until_s - time.monotonic()))
    try:
        while one.recv(4096):
            pass
    except ConnectionError:
        return True
    except TimeoutError:
        return False
    return True

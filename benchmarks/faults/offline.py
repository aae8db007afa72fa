"""The command line and the page in a namespace without a network enter; what they tried to reach leaves as rows."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from benchmarks.faults.clips import SAMPLE
from benchmarks.faults.table import Row, Trial, cannot

PAGE = """
import fcntl, socket, struct, sys
from pathlib import Path
with socket.socket() as probe:  # 'lo' up: SIOCSIFFLAGS with IFF_UP | IFF_RUNNING
    fcntl.ioctl(probe, 0x8914, struct.pack("16sh", b"lo", 0x41))
from benchmarks.web.__main__ import PAGES, REAL, Server
server = Server(Path(sys.argv[2]), job=REAL)
set_id = server.send(Path(sys.argv[1]))
server.wait(set_id)
for path in (*PAGES, f"/sets/{set_id}", f"/sets/{set_id}/replay.json", f"/sets/{set_id}/poster.jpg"):
    server.client.get(path).raise_for_status()
server.kill()
"""
OUTWARD = re.compile(
    r"(connect|sendto|sendmsg)\(\d+, .*?(sin_addr=inet_addr\(\"(?!127\.)|inet_pton\(AF_INET6, \"(?!::1\"))"
)


def check(trial: Trial) -> Iterator[Row]:
    """Check 30."""
    tools = [tool for tool in ("unshare", "strace") if shutil.which(tool) is None]
    if tools or subprocess.run(["unshare", "-n", "true"], check=False, capture_output=True).returncode:
        yield cannot(30, "no network", f"no {' and '.join(tools) or 'right to make a namespace'}")
        return
    room = trial.room("offline")
    command = [sys.executable, "-m", "lookfeel", "analyze", str(SAMPLE), "-o", str(room / "out"), "-q"]
    yield _row("command line without a network", command, room / "command.txt")
    page = [sys.executable, "-c", PAGE, str(SAMPLE), str(room / "data")]
    yield _row("page without a network: upload, analysis, every page", page, room / "page.txt")


def _row(name: str, command: list[str], log: Path) -> Row:
    done = subprocess.run(
        ["unshare", "-n", "strace", "-f", "-qq", "-e", "trace=connect,sendto,sendmsg", "-o", str(log), *command],
        check=False, capture_output=True, text=True,
    )  # fmt: skip
    lines = log.read_text(errors="replace").splitlines() if log.exists() else []
    outward = [line for line in lines if OUTWARD.search(line)]
    for line in outward[:5]:
        print(f"    {line[:160]}")
    if done.returncode:
        print(f"    {done.stderr[-500:]}")
    ending = "well" if done.returncode == 0 else "badly"
    figure = f"{len(outward)} attempts to reach another address (strace); ended {ending}"
    return Row(check=30, name=name, n_tried=1, n_survived=int(done.returncode == 0 and not outward), figure=figure)

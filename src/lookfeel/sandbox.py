"""A process that is ready to read a stranger's file enters; one that can open, send and start nothing leaves.

On Linux the kernel refuses every call that is not on a short list (seccomp): files that are open already can be read
and written, memory taken and threads started, and that is all. Elsewhere the limits on memory, time, file size and open
files are left, and `confine` says so. The filter is a program of classic BPF, put together here.
"""

from __future__ import annotations

import contextlib
import ctypes
import errno
import platform
import struct
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

Confinement = Literal["seccomp", "limits", "nothing"]
"""What holds a process: the kernel's filter and the limits, the limits alone, or nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Guards:
    """Most that a confined process may use. Chosen by us: four times what a 4K clip was seen to take.

    memory_bytes: of address space. cpu_s: of all threads together, None for no end. file_bytes: of one file written.
    n_files: open at once.
    """

    memory_bytes: int = 3_000_000_000
    cpu_s: int | None = 7200
    file_bytes: int = 1_000_000_000
    n_files: int = 32


def confine(guards: Guards) -> Confinement:
    """Hold this process, all its threads and those to come to `guards`, and let it open, send and start nothing more.

    Whatever is needed must be there before: modules imported, networks loaded, files opened. It cannot be undone.
    """
    has_limits = limit(guards)
    if why_no_filter() is None and _refuse_calls(_MACHINES[platform.machine()]):
        return "seccomp"
    return "limits" if has_limits else "nothing"


def limit(guards: Guards) -> bool:
    """Hold this process to what of `guards` the system knows; False when it knows none."""
    if sys.platform == "win32":
        return False
    import resource

    limits = {
        resource.RLIMIT_AS: guards.memory_bytes,
        resource.RLIMIT_FSIZE: guards.file_bytes,
        resource.RLIMIT_NOFILE: guards.n_files,
        resource.RLIMIT_CORE: 0,
    }
    if guards.cpu_s is not None:
        limits[resource.RLIMIT_CPU] = guards.cpu_s
    for kind, most in limits.items():
        _, hard = resource.getrlimit(kind)
        lowest = most if hard == resource.RLIM_INFINITY else min(most, hard)
        with contextlib.suppress(ValueError, OSError):  # macOS refuses RLIMIT_AS
            resource.setrlimit(kind, (lowest, lowest))
    if guards.cpu_s is not None:
        soft_s = max(1, guards.cpu_s - 1)  # below the hard limit, or the signal that says why never comes
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_CPU, (soft_s, resource.getrlimit(resource.RLIMIT_CPU)[1]))
    return True


def why_no_filter() -> str | None:
    """Why this system cannot refuse calls, in words; None when it can. Nothing is changed by asking."""
    if sys.platform != "linux":
        return "only Linux has it"
    if platform.machine() not in _MACHINES:
        return f"not written for {platform.machine()}"
    if struct.calcsize("P") != 8:
        return "not written for 32-bit programs"
    number = _MACHINES[platform.machine()].seccomp
    action = ctypes.c_uint32(_RET_ERRNO)
    if _libc().syscall(number, _SECCOMP_GET_ACTION_AVAIL, 0, ctypes.byref(action)) != 0:
        return "the kernel has it switched off"
    return None


def end_with_parent() -> None:
    """Have the kernel end this process when the thread that started it ends, where it can."""
    if sys.platform == "linux":
        import signal

        _libc().prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)


# Numbers of linux/prctl.h, linux/seccomp.h and linux/audit.h.
_PR_SET_PDEATHSIG, _PR_SET_NO_NEW_PRIVS = 1, 38
_SECCOMP_SET_MODE_FILTER, _SECCOMP_GET_ACTION_AVAIL, _FILTER_FLAG_TSYNC = 1, 2, 1
_RET_KILL_PROCESS, _RET_ERRNO, _RET_ALLOW = 0x80000000, 0x00050000, 0x7FFF0000
# Where struct seccomp_data keeps the call's number, the machine and the low halves of its arguments (little-endian).
_NUMBER, _ARCHITECTURE, _ARGUMENTS, _ARGUMENT_BYTES = 0, 4, 16, 8
# Instructions of classic BPF, linux/filter.h.
_LOAD, _IS_EQUAL, _HAS_BITS, _RETURN = 0x20, 0x15, 0x45, 0x06
# Of sched.h, fcntl.h and mman-common.h.
_CLONE_THREAD, _AT_EMPTY_PATH, _PROT_EXEC = 0x00010000, 0x1000, 4


@dataclass(frozen=True, slots=True, kw_only=True)
class _Machine:
    """The numbers of one processor's system calls, as its unistd.h has them.

    allowed: name -> number of what may be called with any arguments. clone, clone3, fstatat, mmap, mprotect: of those
    that depend on an argument.
    """

    audit: int
    seccomp: int
    allowed: dict[str, int]
    clone: int
    clone3: int
    fstatat: int
    mmap: int
    mprotect: int


# What Python, numpy, OpenCV, onnxruntime and FFmpeg were seen to call while they watch a clip, and what threads and the
# end of a process need. Whatever takes a path, an address of another process or a program is not among them.
_MACHINES = {
    "x86_64": _Machine(
        audit=0xC000003E,
        seccomp=317,
        allowed={
            "read": 0,
            "write": 1,
            "close": 3,
            "fstat": 5,
            "lseek": 8,
            "munmap": 11,
            "brk": 12,
            "rt_sigaction": 13,
            "rt_sigprocmask": 14,
            "rt_sigreturn": 15,
            "pread64": 17,
            "pwrite64": 18,
            "readv": 19,
            "writev": 20,
            "sched_yield": 24,
            "mremap": 25,
            "madvise": 28,
            "nanosleep": 35,
            "getpid": 39,
            "exit": 60,
            "gettimeofday": 96,
            "getrusage": 98,
            "sysinfo": 99,
            "sigaltstack": 131,
            "gettid": 186,
            "time": 201,
            "futex": 202,
            "sched_getaffinity": 204,
            "restart_syscall": 219,
            "clock_gettime": 228,
            "clock_getres": 229,
            "clock_nanosleep": 230,
            "exit_group": 231,
            "set_robust_list": 273,
            "getcpu": 309,
            "getrandom": 318,
            "membarrier": 324,
            "rseq": 334,
        },
        clone=56,
        clone3=435,
        fstatat=262,
        mmap=9,
        mprotect=10,
    ),
    "aarch64": _Machine(
        audit=0xC00000B7,
        seccomp=277,
        allowed={
            "close": 57,
            "lseek": 62,
            "read": 63,
            "write": 64,
            "readv": 65,
            "writev": 66,
            "pread64": 67,
            "pwrite64": 68,
            "fstat": 80,
            "exit": 93,
            "exit_group": 94,
            "futex": 98,
            "set_robust_list": 99,
            "nanosleep": 101,
            "clock_gettime": 113,
            "clock_getres": 114,
            "clock_nanosleep": 115,
            "sched_getaffinity": 123,
            "sched_yield": 124,
            "restart_syscall": 128,
            "sigaltstack": 132,
            "rt_sigaction": 134,
            "rt_sigprocmask": 135,
            "rt_sigreturn": 139,
            "getrusage": 165,
            "getcpu": 168,
            "gettimeofday": 169,
            "getpid": 172,
            "gettid": 178,
            "sysinfo": 179,
            "brk": 214,
            "munmap": 215,
            "mremap": 216,
            "madvise": 233,
            "getrandom": 278,
            "membarrier": 283,
            "rseq": 293,
        },
        clone=220,
        clone3=435,
        fstatat=79,
        mmap=222,
        mprotect=226,
    ),
}


class _Program(ctypes.Structure):
    """struct sock_fprog."""

    _fields_ = (("length", ctypes.c_ushort), ("instructions", ctypes.c_char_p))


def _refuse_calls(machine: _Machine) -> bool:
    """Install the filter in all threads there are, those of the networks among them; False when the kernel will not."""
    code = _filter_of(machine)
    libc, program = _libc(), _Program(len(code) // 8, code)
    if libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0:
        return False
    mode, flags = _SECCOMP_SET_MODE_FILTER, _FILTER_FLAG_TSYNC
    return bool(libc.syscall(machine.seccomp, mode, flags, ctypes.byref(program)) == 0)


def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None)


def _filter_of(machine: _Machine) -> bytes:
    """The program: a foreign architecture ends the process, what is on the list is let through, the rest refused with
    EPERM, which a library takes for a file that it may not read."""
    refuse, absent = _returned(_RET_ERRNO | errno.EPERM), _returned(_RET_ERRNO | errno.ENOSYS)
    allow = _returned(_RET_ALLOW)
    code = [
        _step(_LOAD, _ARCHITECTURE),
        _step(_IS_EQUAL, machine.audit, if_true=1),
        _returned(_RET_KILL_PROCESS),
        _step(_LOAD, _NUMBER),
    ]
    for number in machine.allowed.values():
        code += _when(number, [allow])
    code += _when(machine.clone3, [absent])  # its flags lie in memory; told that there is none, libc takes clone
    code += _when(machine.clone, _if_bits(0, _CLONE_THREAD, allow, refuse))
    code += _when(machine.fstatat, _if_bits(3, _AT_EMPTY_PATH, allow, refuse))  # how libc asks of an open file
    for number in (machine.mmap, machine.mprotect):
        code += _when(number, _if_bits(2, _PROT_EXEC, refuse, allow))
    return b"".join([*code, refuse])


def _when(number: int, body: list[bytes]) -> Iterable[bytes]:
    """Do the body, which returns, when the call is this one."""
    return [_step(_IS_EQUAL, number, if_false=len(body)), *body]


def _if_bits(argument: int, bits: int, then: bytes, otherwise: bytes) -> list[bytes]:
    """Look at the low half of an argument, where all bits that we ask for are."""
    place = _ARGUMENTS + _ARGUMENT_BYTES * argument
    return [_step(_LOAD, place), _step(_HAS_BITS, bits, if_false=1), then, otherwise]


def _returned(value: int) -> bytes:
    return _step(_RETURN, value)


def _step(code: int, value: int, *, if_true: int = 0, if_false: int = 0) -> bytes:
    """struct sock_filter: what to do, how many steps to pass over, and a number."""
    return struct.pack("<HBBI", code, if_true, if_false, value)

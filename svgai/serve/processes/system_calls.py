"""
A system call filter (seccomp) for processes that only compute: they can use open file descriptors only.

Any other call fails with EPERM: no file is opened, no program or thread started, no connection made, no other process
signalled. The serving image has no library for it, and the kernel's interface is two calls and a table.
"""

import ctypes
import platform
import struct

_PR_SET_NO_NEW_PRIVS, _PR_SET_SECCOMP = 38, 22
_FILTER_MODE = 2

_LOAD, _JUMP_IF_EQUAL, _RETURN = 0x20, 0x15, 0x06  # instructions of the kernel's packet filter
_NUMBER_AT, _ARCHITECTURE_AT = 0, 4
_ALLOW, _REFUSE = 0x7FFF0000, 0x00050000 | 1  # EPERM

_NAMES = (
    *("read", "write", "readv", "writev", "pread64", "close", "fstat", "lseek", "poll", "ppoll"),
    *("sendto", "recvfrom", "sendmsg", "recvmsg"),
    *("mmap", "mprotect", "munmap", "mremap", "madvise", "brk"),
    *("rt_sigaction", "rt_sigprocmask", "rt_sigreturn", "sigaltstack", "restart_syscall"),
    *("getitimer", "setitimer", "nanosleep", "clock_nanosleep", "clock_gettime", "gettimeofday", "getrusage"),
    *("futex", "sched_yield", "sched_getaffinity", "getpid", "gettid", "getrandom", "membarrier", "rseq"),
    *("exit", "exit_group"),
)
_NUMBERS = {
    "x86_64": (
        0xC000003E,
        (
            *(0, 1, 19, 20, 17, 3, 5, 8, 7, 271, 44, 45, 46, 47, 9, 10, 11, 25, 28, 12, 13, 14, 15, 131, 219),
            *(36, 38, 35, 230, 228, 96, 98, 202, 24, 204, 39, 186, 318, 324, 334, 60, 231),
        ),
    ),
    "aarch64": (
        0xC00000B7,
        (
            *(
                63,
                64,
                65,
                66,
                67,
                57,
                80,
                62,
                73,
                73,
                206,
                207,
                211,
                212,
                222,
                226,
                215,
                216,
                233,
                214,
                134,
                135,
                139,
                132,
            ),
            *(139, 132, 128, 102, 103, 101, 115, 113, 169, 165, 98, 124, 123, 172, 178, 278, 283, 293, 93, 94),
        ),
    ),
}
"""By machine: its number in the kernel's audit, and those of _NAMES (aarch64 has no poll, whose place ppoll takes)."""


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("instructions", ctypes.c_void_p))


def allow_computing_alone() -> bool:
    """Apply the filter to this process, permanently. False if the kernel or the machine does not support it."""
    if platform.machine() not in _NUMBERS:
        return False
    architecture, numbers = _NUMBERS[platform.machine()]
    program = ctypes.create_string_buffer(_filter(architecture, numbers))
    header = _Program(len(program) // 8, ctypes.addressof(program))
    prctl = ctypes.CDLL(None, use_errno=True).prctl
    prctl.argtypes = [ctypes.c_int, *([ctypes.c_ulong] * 4)]
    return bool(
        prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0
        and prctl(_PR_SET_SECCOMP, _FILTER_MODE, ctypes.addressof(header), 0, 0) == 0
    )


def _filter(architecture: int, numbers: tuple[int, ...]) -> bytes:
    """The table: a call of another architecture, or with any other number, is rejected."""
    count = len(numbers)
    table = [
        _instruction(_LOAD, _ARCHITECTURE_AT),
        _instruction(_JUMP_IF_EQUAL, architecture, 0, count + 1),
        _instruction(_LOAD, _NUMBER_AT),
        *(_instruction(_JUMP_IF_EQUAL, number, count - place, 0) for place, number in enumerate(numbers)),
        _instruction(_RETURN, _REFUSE),
        _instruction(_RETURN, _ALLOW),
    ]
    return b"".join(table)


def _instruction(code: int, value: int, if_true: int = 0, if_false: int = 0) -> bytes:
    return struct.pack("<HBBI", code, if_true, if_false, value)

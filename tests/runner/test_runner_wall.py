"""The wall by itself: its numbers of system calls, the filter made of them, and what an answer tries against it."""

from __future__ import annotations

import ctypes
import errno
import os
import platform
import re
import struct
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from ptcards.runner import libraries, sandbox
from ptcards.runner.interpreter import own
from ptcards.runner.protocol import Why
from ptcards.runner.runner import Runner
from tests.runner.runner_cases import plain_job

OURS = re.findall(r"\b([a-z]\w+)/(\d*)/(\d*)", Path(sandbox.__file__).read_text(encoding="utf-8"))
NUMBERS = {
    machine: {name: int(numbers[column]) for name, *numbers in OURS if numbers[column]}
    for column, machine in enumerate(("x86_64", "aarch64"))
}
HEADERS = {
    "x86_64": "/usr/include/x86_64-linux-gnu/asm/unistd_64.h",
    "aarch64": "/usr/include/asm-generic/unistd.h",
}
GENERAL = {"fstatat": "newfstatat"}  # what that file calls otherwise
Program = list[tuple[int, int, int, int]]
SHARED = 424  # from this number on calls have one everywhere; headers may not know the newest


@pytest.mark.parametrize("machine", HEADERS)
def test_the_numbers_of_calls_are_the_kernels(machine: str) -> None:
    if not (header := Path(HEADERS[machine])).exists():
        pytest.skip("the kernel's headers are not installed")
    found = re.findall(r"#define __NR(?:3264)?_(\w+) (\d+)\n", header.read_text())
    known = {GENERAL.get(name, name) if machine == "aarch64" else name: int(number) for name, number in found}
    ours = {name: number for name, number in NUMBERS[machine].items() if name in known or number < SHARED}
    assert len(OURS) == len({name for name, *_ in OURS}) > 180
    assert ours == {name: known.get(name) for name in ours}
    assert [name for name, *_ in OURS if name in known and name not in ours] == []


@pytest.fixture(scope="module")
def programs() -> dict[str, Program]:
    """Of both machines, for the process 1234."""
    made = {}
    with pytest.MonkeyPatch.context() as patch:
        for machine in NUMBERS:
            patch.setattr(os, "uname", lambda machine=machine: SimpleNamespace(machine=machine))
            sandbox.call_rules.cache_clear()
            whole = sandbox.call_rules().replace(struct.pack("I", sandbox.ME), struct.pack("I", 1234))
            made[machine] = list(struct.iter_unpack("HBBI", whole))
        patch.setattr(os, "uname", lambda: SimpleNamespace(machine="riscv64"))
        sandbox.call_rules.cache_clear()
        with pytest.raises(OSError, match="no list of them for this processor"):
            sandbox.call_rules()
    sandbox.call_rules.cache_clear()
    return made


def result(program: Program, arch: int, number: int, arguments: list[int]) -> int:
    """What the kernel would make of a call: its interpreter, as far as the program uses it."""
    data = struct.pack("<IIQ6Q", number, arch, 0, *[*arguments, 0, 0, 0, 0, 0, 0][:6])
    held = at = 0
    while True:
        what, yes, no, value = program[at]
        at += 1
        if what == sandbox.RETURN:
            return value
        if what == sandbox.LOAD:
            held = struct.unpack_from("<I", data, value)[0]
        elif what == sandbox.AND:
            held &= value
        else:
            at += yes if (held == value if what == sandbox.EQUAL else held >= value) else no


ARCH = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7, "i386": 0x40000003, "arm": 0x40000028}
OTHERS = {"x86_64": ("i386", "aarch64"), "aarch64": ("arm", "x86_64")}
CALLS = """
read: allow; execve 0: EPERM; clone3: ENOSYS; openat2: ENOSYS; rseq_slice_yield: ENOSYS; 472: EPERM
fchmodat: 0; fallocate: ENOTSUP; getxattr: ENOTSUP; prlimit64 0: allow; prlimit64 1234: allow; prlimit64 1: EPERM
kill 1234: allow; kill 1235: EPERM; kill 0: EPERM; kill 0x1000004d2: EPERM
clone 0x3d0f00: allow; clone 17: EPERM; clone 0x1000000000011: EPERM
sendto 3 0 1 0 0: allow; sendto 3 0 1 0 0x100000000: EPERM
socketpair 1: allow; socketpair 2: EPERM; socketpair 0x100000001: EPERM
fcntl 1 3: allow; fcntl 1 8: EPERM; fcntl 1 0x100000003: EPERM
ioctl 0 0x5413: allow; ioctl 0 0x100005413: allow; ioctl 0 0x5412: EPERM
prctl 15: allow; prctl 22: EPERM; prctl 0x10000000f: EPERM
openat 0 0 0: allow; openat 0 0 0x200: EPERM; openat 0 0 0x201: allow; openat 0 0 0x242: allow
"""
"""What comes of a call with its first arguments."""


@pytest.mark.parametrize("machine", NUMBERS)
def test_the_filter_answers_as_its_list_says(machine: str, programs: dict[str, Program]) -> None:
    def asked(number: int, *arguments: int, arch: str = machine) -> str:
        found = result(programs[machine], ARCH[arch], number, [*arguments])
        known = {sandbox.ALLOW: "allow", sandbox.KILL: "kill", sandbox.ERRNO: "0"}
        return known.get(found) or errno.errorcode[found ^ sandbox.ERRNO].replace("EOPNOTSUPP", "ENOTSUP")

    numbers = NUMBERS[machine] | {"execve": {"x86_64": 59, "aarch64": 221}[machine]}
    for row in CALLS.strip().replace("\n", "; ").split("; "):
        call, wanted = row.split(": ")
        name, *arguments = call.split()
        number = int(name) if name.isdecimal() else numbers[name]
        found = asked(number, *(int(one, 0) for one in arguments))
        assert f"{call}: {found}" == f"{call}: {wanted}"
    others = [asked(number, arch=other) for other in OTHERS[machine] for number in (*range(500), 0x40000000)]
    assert {*others} == {"kill"}
    x32 = {asked(0x40000000 | number) for number in range(600)}
    assert x32 == {"kill" if machine == "x86_64" else "EPERM"}
    assert asked(0xFFFFFFFF) == "EPERM"


LANDLOCK = """
1: 1fff 0 0, 2: 3fff 0 0, 3: 7fff 0 0, 4: 7fff 3 0, 5: ffff 3 0, 6: ffff 3 3, 7: ffff 3 3, 9: 1ffff 3 3, 10: 1ffff f 3
"""
"""By its version: the rights that are taken away, to files, network and other processes."""


@pytest.mark.parametrize("row", LANDLOCK.strip().split(", "))
def test_no_kernel_is_asked_for_rights_that_it_does_not_know(
    row: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    version, rights = row.split(": ")
    asked = list[Any]()

    def syscall(number: ctypes.c_long, *arguments: Any) -> int:
        if arguments[-1].value == 1:
            return int(version)
        if number.value == sandbox.CREATE_RULESET:
            asked.append(tuple(arguments[0]))
            return os.open(os.devnull, os.O_RDONLY)
        asked.append(
            struct.unpack("=Qi", arguments[2])[0] if number.value == sandbox.ADD_RULE else "restricted"
        )
        return 0

    monkeypatch.setattr(sandbox, "LIBC", SimpleNamespace(syscall=syscall, prctl=lambda *_: 0))
    removed = tmp_path / "environment"  # while the app runs
    removed.mkdir()
    assert (str(removed), True) in libraries.readable((*own().folders, str(removed)))
    removed.rmdir()
    sandbox.restrict_files(str(tmp_path), [*own().folders, str(removed)])
    handled, *allowed, last = asked
    assert (" ".join(f"{one:x}" for one in handled), last) == (rights, "restricted")
    assert {one & ~handled[0] for one in allowed} == {0}


def test_the_profile_for_macos_allows_what_landlock_does_and_no_more(tmp_path: Path) -> None:
    (scratch := tmp_path / 'a "quoted" 卡').mkdir()
    profile = sandbox.seatbelt(str(scratch), list(own().folders))
    quoted = str(scratch.resolve()).replace('"', '\\"')
    assert f'(allow file-read* file-write* (subpath "{quoted}"))' in profile
    allowed = re.findall(r"^\(allow (.*?) \((?:subpath|literal|target)", profile, re.MULTILINE)
    assert profile.startswith("(version 1)\n(deny default)\n")
    assert {one for line in allowed for one in line.split()} == {
        *("signal", "process-info*", "file-read*", "file-map-executable", "file-write*", "file-write-data")
    }
    assert profile.count("(allow ") == 5
    for path, folder in libraries.readable(own().folders):
        assert f'({"subpath" if folder else "literal"} "{Path(path).resolve()}")' in profile
    read = re.findall(r'\(subpath "(.*?)"\)', profile)
    assert not [
        one for one in read if Path("/root/.ssh").is_relative_to(one) or Path("/home/me").is_relative_to(one)
    ]
    assert [profile.count(one) for one in ("network", "process-exec", "process-fork", "mach", "ipc")] == [
        0
    ] * 5


WORD = "0x100000000 | "
TRIED = f"""
425 8 B; 426 3 1; 427 3; 101 16 PARENT; 101 0; 310 PARENT B 1 B 1; 311 PARENT B 1 B 1; 57; 58; 56 17; 56 0x1000000000011
59 B; 322 3 B; 319 B; 250 0; 248 B B; 323 1; 321 0 B 64; 298 B 0 -1 -1; 165 B B B; 166 B; 308 3 0; 272 0x10000000
303 -100 B B B; 304 3 B; 434 PARENT; 434 ME; 438 3 0; 424 3 0; 440 3 B 1 4; 41 1 1; 41 2 1; 41 16 3; 42 3 B 16; 49 3 B 16
43 3; 46 3 B; 47 3 B; 307 3 B 1; 86 B B; 265 -100 B -100 B; 88 B B; 266 B -100 B; 133 B 0o10644; 161 B; 155 B B
300 0; 253; 246; 175 B; 313 3; 172 3; 173 0 1 1; 167 B; 169 0; 170 B 1; 163 B; 105 0; 106 0; 117 0 0 0; 116 0; 126 B B
317 1 0 B; 135 0; 154 1 B 16; 302 PARENT 7; 312 ME ME 0; 29 0 4096 0o1600; 68 0; 64 0 1; 240 B 0o102; 222 0 B B
129 PARENT 9 B; 297 PARENT PARENT 9 B; 200 PARENT 9; 62 PARENT 9; 62 -1 9; 62 {WORD}ME 0; 442; 428 -100 B; 430 B; 429
279 PARENT; 256 PARENT; 188 B B B 1; 278 1 B 1; 275; 276; 109 0 PARENT; 112; 141 0 0 19; 314 0 B; 251 1 0; 76 B 0; 447 0
103 3 B 8; 53 2 1; 44 1 B 1 0 B 16; 72 1 8 ME; 72 1 1024 1; 72 1 {WORD}1 1; 16 0 0x5412 B; 16 0 0x541C B; 451; 462 B 1
157 22 2 B; 157 4 1; 157 35 9 B; 157 0x59616d61 -1; 157 47 2; 157 8 1; 157 36 1; 157 28 1; 157 59 1; 157 {WORD}15 B
444 B 24; 445 3; 446 3; 437 -100 B B 24; 435 B 88; 2 B 0x200; 257 -100 B 0x200
"""
"""System calls of x86_64 and arguments (B is the address of zeros)."""
ANSWER = f"""
import ctypes, errno, os
libc, buffer, through = ctypes.CDLL(None, use_errno=True), ctypes.create_string_buffer(4096), []
known = dict(B=ctypes.addressof(buffer), PARENT=os.getppid(), ME=os.getpid())
for call in {TRIED!r}.strip().replace(chr(10), ';').split(';'):
    ctypes.set_errno(0)
    number, *arguments = [eval(word.replace('|', ' | '), known) for word in call.replace(' | ', '|').split()]
    found = libc.syscall(ctypes.c_long(number), *[ctypes.c_long(one) for one in (arguments + [0] * 6)[:6]])
    if found >= 0 or ctypes.get_errno() not in (errno.EPERM, errno.ENOSYS):
        through.append((call, found, errno.errorcode.get(ctypes.get_errno())))
for path in ('self/mem', 'self/maps', 'self/environ', 'self/fd', f'{{os.getppid()}}/mem', '1/root', 'kcore', 'sys/kernel'):
    try: os.open('/proc/' + path, os.O_RDONLY); through.append(path)
    except OSError: pass
through
"""
OTHER_CALLS = {
    "x32": "import ctypes\nctypes.CDLL(None).syscall(ctypes.c_long(0x40000000 | 39))",
    "int 0x80": "import ctypes, mmap\ncode = mmap.mmap(-1, 4096, prot=7)\n"
    "code.write(bytes.fromhex('b814000000cd80c3'))\n"
    "ctypes.CFUNCTYPE(ctypes.c_int)(ctypes.addressof(ctypes.c_char.from_buffer(code)))()",
}


@pytest.mark.skipif(platform.machine() != "x86_64", reason="the numbers are those of x86_64")
def test_no_call_gets_through_that_computing_does_not_need(bare: Runner) -> None:
    outcome = bare.run(plain_job(ANSWER, "assert answer == [], answer", "[]"))
    assert outcome.passed, outcome.message
    for code in OTHER_CALLS.values():
        ended = bare.run(plain_job(code))
        assert (ended.why, "SIGSYS" in ended.message) == (Why.SIGNAL, True), ended

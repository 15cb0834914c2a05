"""Machine code is never that of other sources, whoever starts which program."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from config.environment import ROOT

CALLEE = """from {package}.compiled import {how}

@{how}
def answer(question: int) -> int:
    return question + 1
"""
CALLER = """from {package}.callee import answer
from {package}.compiled import {how}

@{how}
def ask(question: int) -> int:
    return answer(question)
"""
PURE = {"routing.engine": "lean", "territories.cutting": "compiled"}
MONTH_S = 31 * 24 * 3600


@pytest.fixture(params=PURE)
def package(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The name of a pure package, of which a copy of two functions is installed in `tmp_path`."""
    name: str = request.param
    folder = tmp_path / name.replace(".", "/")
    folder.mkdir(parents=True)
    shutil.copy(ROOT / name.replace(".", "/") / "compiled.py", folder)
    for module, text in (("callee", CALLEE), ("caller", CALLER)):
        (folder / f"{module}.py").write_text(text.format(package=name, how=PURE[name]))
    return name


def ask(installed: Path, package: str, **environment: str) -> int:
    """What `ask(1)` gives in a new process."""
    return int(run(installed, f"from {package}.caller import ask; print(ask(1))", **environment))


def run(installed: Path, program: str, **environment: str) -> str:
    """What a program prints in a new process, which leaves no bytecode behind."""
    kept = {name: given for name, given in os.environ.items() if not name.startswith("NUMBA")}
    return subprocess.run(
        [sys.executable, "-B", "-c", program],
        cwd=installed,
        env=kept | environment,
        capture_output=True,
        text=True,
        check=True,
    ).stdout


def change(installed: Path, package: str, by: int) -> None:
    """Change the file of the function that is called; that of its caller stays as it is."""
    callee = installed / package.replace(".", "/") / "callee.py"
    callee.write_text(re.sub(r"\+ \d", f"+ {by}", callee.read_text()))


def test_what_a_function_calls_is_never_that_of_older_sources(tmp_path: Path, package: str) -> None:
    """After an upgrade in place, and after going back, the result is that of the sources."""
    assert ask(tmp_path, package) == 2
    change(tmp_path, package, by=2)
    assert ask(tmp_path, package) == 3
    change(tmp_path, package, by=1)
    assert ask(tmp_path, package) == 2


def test_the_same_sources_are_compiled_once(tmp_path: Path, package: str) -> None:
    """A second process writes nothing, below NUMBA_CACHE_DIR or wherever else."""
    codes = tmp_path / "codes"
    ask(tmp_path, package, NUMBA_CACHE_DIR=str(codes))
    written = {each: each.stat().st_mtime_ns for each in tmp_path.rglob("*.nb[ci]")}
    assert len(written) == 4
    assert all(each.is_relative_to(codes) for each in written)
    ask(tmp_path, package, NUMBA_CACHE_DIR=str(codes))
    assert {each: each.stat().st_mtime_ns for each in tmp_path.rglob("*.nb[ci]")} == written


def test_what_has_not_been_used_for_a_month_goes(tmp_path: Path, package: str) -> None:
    """The folders of other sources do; younger ones, the one in use and what others keep stay."""
    codes = tmp_path / "codes"
    ask(tmp_path, package, NUMBA_CACHE_DIR=str(codes))
    (used,) = codes.iterdir()
    old, young, foreign = (codes / name for name in (f"{package}-0", f"{package}-1", "engine_0"))
    for folder in (old, young, foreign):
        (folder / "engine_0").mkdir(parents=True)
    for folder in (old, used, foreign):
        os.utime(folder, (time.time() - MONTH_S,) * 2)
    ask(tmp_path, package, NUMBA_CACHE_DIR=str(codes))
    assert set(codes.iterdir()) == {used, young, foreign}


def test_who_compiles_is_alone(tmp_path: Path, package: str) -> None:
    """Others wait meanwhile, so that no two processes write the same file, or compile the same."""
    program = f"""
import fcntl
from {package}.compiled import FOLDER, alone
with (FOLDER / "lock").open("w") as file:
    with alone():
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print("waits")
    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    print("goes on")
"""
    assert run(tmp_path, program).split("\n") == ["waits", "goes on", ""]


def test_where_nothing_can_be_written_each_process_compiles(tmp_path: Path, package: str) -> None:
    """The program runs all the same."""
    nowhere = tmp_path / "file"
    nowhere.touch()
    assert ask(tmp_path, package, NUMBA_CACHE_DIR=str(nowhere)) == 2


def test_nothing_compiles_in_another_way() -> None:
    """All machine code is that of the pure packages, each of which says in one file how."""
    folders = [ROOT / name for name in ("accounts", "benchmarks", "canvass", "common", "config")]
    folders += [ROOT / name for name in ("routing", "territories", "tests")]
    using = {
        path.relative_to(ROOT).as_posix()
        for folder in folders
        for path in folder.rglob("*.py")
        if re.search(r"^\s*(from|import) numba\b", path.read_text(encoding="utf-8"), re.MULTILINE)
    }
    assert using == {"routing/engine/compiled.py", "territories/cutting/compiled.py"}

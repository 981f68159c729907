import shutil
import subprocess
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]


def program(folder: Path, name: str, script: str) -> None:
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(f"#!/bin/sh\n{script}\n")
    (folder / name).chmod(0o755)


@pytest.fixture
def ci(tmp_path: Path) -> Path:
    """A folder with `.ci/run`, and in `commands` all programs that it may find; `make test` exits with 7."""
    (tmp_path / ".ci").mkdir()
    shutil.copy(REPOSITORY / ".ci" / "run", tmp_path / ".ci")
    commands = tmp_path / "commands"
    for name in ("chromium", "initdb"):
        program(commands, name, "exit 0")
    program(commands, "make", 'echo "make $*${UV_PROGRAM:+ by uv}"; [ "$1" != test ] || exit 7')
    program(commands, "python3", "exit 0")
    program(commands, "sudo", 'shift; exec "$@"')
    program(commands, "apt-get", 'echo "apt-get $*"; exit 1')
    for name in ("bash", "dirname", "id", "mktemp", "rm", "sh"):
        (commands / name).symlink_to(str(shutil.which(name)))
    return tmp_path


def run_ci(folder: Path) -> subprocess.CompletedProcess[str]:
    environment = {"PATH": str(folder / "commands"), "CI": "true"}
    return subprocess.run(
        ["bash", ".ci/run"], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )


def test_ci_exits_with_the_status_of_make_test(ci):
    done = run_ci(ci)
    assert (done.returncode, done.stdout) == (7, "make dev-environment by uv\nmake test\n")


@pytest.mark.parametrize(
    ("name", "script", "said"),
    [
        ("python3", "exit 1", "Could not install uv; pip installs.\n"),
        ("make", '[ "$1" = test ] && echo "make $*" && exit 7; exit 2', "uv could not install; pip does.\n"),
    ],
)
def test_where_uv_cannot_install_make_test_does_it_with_pip(ci, name, script, said):
    program(ci / "commands", name, script)
    done = run_ci(ci)
    assert (done.returncode, done.stdout) == (7, f"{said}make test\n")


def test_ci_goes_on_when_a_missing_program_cannot_be_installed(ci):
    (ci / "commands" / "chromium").unlink()
    done = run_ci(ci)
    assert "Could not install chromium" in done.stdout
    assert done.stdout.endswith("make test\n")
    assert done.returncode == 7


def test_ci_installs_only_what_is_missing(ci):
    (ci / "commands" / "chromium").unlink()
    program(ci / "commands", "apt-get", 'echo "apt-get $*"')
    done = run_ci(ci)
    commands = [line for line in done.stdout.splitlines() if line.startswith("apt-get")]
    assert commands[0].startswith("apt-get update")
    assert commands[1].startswith("apt-get install")
    assert "chromium" in commands[1]
    assert "postgresql" not in commands[1]
    assert done.returncode == 7

import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path
from types import ModuleType, SimpleNamespace

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
needs_make = pytest.mark.skipif(shutil.which("make") is None, reason="make is not installed")

PYPROJECT = """\
[build-system]
requires = []
build-backend = "backend"
backend-path = ["."]
[project]
name = "tiny"
version = "1.0"
optional-dependencies = { dev = [] }
"""

BACKEND = """\
import zipfile

def get_requires_for_build_editable(config_settings=None):
    return []

def make_wheel(folder, name):
    info = f"{name}-1.0.dist-info"
    files = {
        f"{name}.py": "",
        f"{info}/METADATA": f"Metadata-Version: 2.1\\nName: {name}\\nVersion: 1.0\\nProvides-Extra: dev\\n",
        f"{info}/WHEEL": "Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n",
    }
    files[f"{info}/RECORD"] = "".join(f"{path},,\\n" for path in files)
    with zipfile.ZipFile(f"{folder}/{name}-1.0-py3-none-any.whl", "w") as wheel:
        for path, text in files.items():
            wheel.writestr(path, text)
    return f"{name}-1.0-py3-none-any.whl"

def build_editable(folder, config_settings=None, metadata_directory=None):
    return make_wheel(folder, "tiny")
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    folder.mkdir()
    for name in ("setup_env.py", "Makefile"):
        shutil.copy(REPOSITORY / name, folder)
    (folder / "pyproject.toml").write_text(PYPROJECT)
    (folder / "constraints.txt").write_text("six==1.17.0\n")
    (folder / "backend.py").write_text(BACKEND)
    return folder


@pytest.fixture
def setup_env(project: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("setup_env_of_project", project / "setup_env.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class Machine:
    """Stands in for running commands: notes them, makes a folder for `-m venv`, and fails when told to."""

    def __init__(self, project: Path) -> None:
        self.venv = project / ".venv"
        self.commands: list[str] = []
        self.pip_raises: BaseException | None = None

    def run(self, command: list[str]) -> None:
        self.commands.append(" ".join(command[1:]).replace(str(self.venv), "VENV"))
        if "venv" in command:
            (self.venv / "bin").mkdir()
        elif self.pip_raises is not None:
            (self.venv / "half-installed").mkdir()
            raise self.pip_raises


@pytest.fixture
def machine(project: Path, setup_env: ModuleType, monkeypatch: pytest.MonkeyPatch) -> Machine:
    machine = Machine(project)
    monkeypatch.setattr(setup_env, "run", machine.run)
    return machine


@pytest.fixture(autouse=True)
def pip_installs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("UV_PROGRAM", raising=False)


def prepare(module: ModuleType, machine: Machine, *pip_args: str, dev: bool = False) -> None:
    machine.commands.clear()
    module.prepare(machine.venv, dev=dev, pip_args=list(pip_args), need_gb=0.001)


PIP = "-m pip install -c constraints.txt"
MAKE_ANEW = ["-m venv VENV", f"{PIP} torch", f"{PIP} -e ."]


def test_a_fresh_folder_gets_an_environment_and_a_second_call_does_nothing(setup_env, machine):
    prepare(setup_env, machine)
    assert machine.commands == MAKE_ANEW
    prepare(setup_env, machine)
    assert machine.commands == []


@pytest.mark.parametrize("name", ["constraints.txt", "pyproject.toml"])
def test_a_changed_file_installs_again_into_the_same_environment(setup_env, machine, project, name):
    prepare(setup_env, machine)
    with (project / name).open("a") as file:
        file.write("# changed\n")
    prepare(setup_env, machine)
    assert machine.commands == [f"{PIP} -e ."]


def test_other_pip_arguments_install_again_and_are_not_written_down(setup_env, machine):
    prepare(setup_env, machine)
    prepare(setup_env, machine, "--index-url", "secret")
    assert machine.commands == [f"{PIP} --index-url secret -e ."]
    assert "secret" not in (machine.venv / setup_env.STAMP).read_text()


def test_a_uv_that_is_named_installs_the_same(setup_env, machine, monkeypatch):
    monkeypatch.setenv("UV_PROGRAM", "/tools/uv")
    prepare(setup_env, machine, dev=True)
    uv = "pip install --python VENV/bin/python -c constraints.txt"
    assert machine.commands == ["-m venv VENV", f"{uv} torch", f"{uv} -e .[dev]"]


def test_the_dev_extra_is_added_to_an_environment_and_serves_the_study_too(setup_env, machine):
    prepare(setup_env, machine)
    prepare(setup_env, machine, dev=True)
    assert machine.commands == [f"{PIP} -e .[dev]"]
    prepare(setup_env, machine)
    assert machine.commands == []


@pytest.mark.parametrize("how", [KeyboardInterrupt(), ValueError("pip failed")])
def test_an_installation_that_broke_off_is_thrown_away_and_made_anew(setup_env, machine, how):
    machine.pip_raises = how
    with pytest.raises(type(how)):
        prepare(setup_env, machine)
    assert not (machine.venv / setup_env.STAMP).exists()
    machine.pip_raises = None
    prepare(setup_env, machine)
    assert machine.commands == MAKE_ANEW
    assert not (machine.venv / "half-installed").exists()


def test_an_update_that_broke_off_is_thrown_away_too(setup_env, machine):
    prepare(setup_env, machine)
    machine.pip_raises = KeyboardInterrupt()
    with pytest.raises(KeyboardInterrupt):
        prepare(setup_env, machine, dev=True)
    machine.pip_raises = None
    prepare(setup_env, machine)
    assert machine.commands == MAKE_ANEW


def test_another_python_makes_the_environment_anew(setup_env, machine, monkeypatch):
    prepare(setup_env, machine)
    monkeypatch.setattr(sys, "_base_executable", "/elsewhere/python3.12")
    prepare(setup_env, machine)
    assert machine.commands == MAKE_ANEW


def test_a_folder_that_is_not_ours_is_refused_and_kept(setup_env, machine):
    machine.venv.mkdir()
    (machine.venv / "thesis.tex").write_text("all of it")
    with pytest.raises(setup_env.SetupError, match=r"was not made by this Makefile.*make study VENV="):
        prepare(setup_env, machine)
    with pytest.raises(setup_env.SetupError, match="was not made by this Makefile"):
        setup_env.remove(machine.venv)
    assert (machine.venv / "thesis.tex").read_text() == "all of it"
    assert machine.commands == []


def test_removal_takes_the_whole_environment_and_not_what_links_in_it_point_to(setup_env, machine, tmp_path):
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "kept").touch()
    prepare(setup_env, machine)
    (machine.venv / "link").symlink_to(outside)
    setup_env.remove(machine.venv)
    assert not machine.venv.exists()
    assert (outside / "kept").exists()


def test_an_old_python_is_told_what_is_needed(setup_env):
    with pytest.raises(
        setup_env.SetupError, match=r"Python 3\.10\.12 \(/usr/bin/python3\) is too old.*3\.11"
    ):
        setup_env.check_python((3, 10, 12), "/usr/bin/python3")
    setup_env.check_python((3, 11, 0), "/usr/bin/python3")


def test_a_python_without_ensurepip_names_the_package_and_makes_no_folder(setup_env, machine, monkeypatch):
    monkeypatch.setitem(sys.modules, "ensurepip", None)
    package = f"apt install python3.{sys.version_info[1]}-venv"
    with pytest.raises(setup_env.SetupError, match=package.replace(".", r"\.")):
        prepare(setup_env, machine)
    assert not machine.venv.exists()


def test_too_little_disk_is_refused_with_both_amounts_and_ways_out(setup_env, machine, monkeypatch):
    monkeypatch.setattr(shutil, "disk_usage", lambda folder: SimpleNamespace(free=8e9))
    with pytest.raises(setup_env.SetupError, match=r"(?s)8\.0 GB are free.*needs 9 GB.*VENV=.*NEED_GB="):
        setup_env.prepare(machine.venv, dev=False, pip_args=[], need_gb=9)
    assert not machine.venv.exists()
    setup_env.prepare(machine.venv, dev=False, pip_args=[], need_gb=8)
    setup_env.prepare(machine.venv, dev=True, pip_args=[], need_gb=9)


def test_the_announcement_says_where_and_how_large(setup_env, machine, capsys):
    prepare(setup_env, machine)
    announcement = capsys.readouterr().out
    assert str(machine.venv) in announcement
    assert "2.8 GB to download and 7 GB on disk" in announcement


def test_pip_arguments_are_split_as_in_a_shell_and_a_bad_quotation_is_refused(setup_env, monkeypatch):
    monkeypatch.setenv("PIP_ARGS", "--find-links 'my wheels'")
    assert setup_env.read_pip_args() == ["--find-links", "my wheels"]
    monkeypatch.setenv("PIP_ARGS", "--password 'secret")
    with pytest.raises(setup_env.SetupError, match="PIP_ARGS") as refusal:
        setup_env.read_pip_args()
    assert "secret" not in str(refusal.value)


def shell(*command: str, folder: Path, path: str | None = None) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if name in ("HOME", "PATH", "TMPDIR", "LANG")}
    environment = kept if path is None else kept | {"PATH": path}
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)


def program(folder: Path, name: str, script: str) -> None:
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(f"#!/bin/sh\n{script}\n")
    (folder / name).chmod(0o755)


def old_python(folder: Path, name: str) -> None:
    """Put a Python on PATH that says it is 3.9.2."""
    lie = "import sys, runpy; sys.version_info = (3, 9, 2, 'final', 0); sys.argv = sys.argv[1:]; "
    check = f'exec "{sys.executable}" -c "{lie} exec(sys.argv[0])" "$2"'
    file = f'exec "{sys.executable}" -c "{lie} runpy.run_path(sys.argv[0], run_name=\'__main__\')" "$@"'
    program(folder, name, f'if [ "$1" = -c ]; then {check}; fi\n{file}')


@needs_make
def test_make_takes_the_first_python_that_runs_and_is_new_enough(project, tmp_path):
    commands = tmp_path / "commands"
    old_python(commands, "python3")
    program(commands, "python3.12", "exit 127")
    program(commands, "python3.13", f'exec "{sys.executable}" "$@"')
    shown = shell("make", "-n", "environment", folder=project, path=f"{commands}:/usr/bin:/bin")
    assert '"python3.13" setup_env.py' in shown.stdout


@needs_make
def test_make_refuses_an_old_python_in_one_sentence(project, tmp_path):
    old_python(tmp_path / "commands", "python3.9")
    path = f"{tmp_path / 'commands'}:/usr/bin:/bin"
    refused = shell("make", "environment", "PYTHON=python3.9", folder=project, path=path)
    assert refused.returncode != 0
    assert "Python 3.9.2" in refused.stderr
    assert "needs Python 3.11 or newer" in refused.stderr
    assert "Traceback" not in refused.stderr
    assert not (project / ".venv").exists()


@needs_make
def test_make_says_what_to_do_where_the_named_python_does_not_run(project):
    refused = shell("make", "environment", "PYTHON=/no/python", folder=project)
    assert refused.returncode != 0
    assert "/no/python does not run. Install Python 3.11 or newer" in refused.stderr


@needs_make
@pytest.mark.skipif(importlib.util.find_spec("ensurepip") is None, reason="this Python has no ensurepip")
def test_make_sets_up_a_real_environment_once_and_again_after_a_change(project, tmp_path):
    wheels = tmp_path / "some wheels"
    wheels.mkdir()
    make_torch = f"import backend; backend.make_wheel({str(wheels)!r}, 'torch')"
    shell(sys.executable, "-c", make_torch, folder=project)
    settings = ("NEED_GB=0.1", f"PIP_ARGS=--no-index --find-links '{wheels}'")

    def make(target: str, python: str = sys.executable) -> subprocess.CompletedProcess[str]:
        return shell("make", target, f"PYTHON={python}", *settings, folder=project)

    first = make("environment")
    assert first.returncode == 0, first.stdout + first.stderr
    python = project / ".venv" / "bin" / "python"
    assert shell(str(python), "-c", "import tiny, torch", folder=tmp_path).returncode == 0

    second = make("environment", python=str(python))
    assert (second.returncode, second.stdout) == (0, "")

    (project / "constraints.txt").write_text("six==1.16.0\n")
    third = make("environment")
    assert third.returncode == 0
    assert "Successfully installed tiny-1.0" in third.stdout

    (project / "constraints.txt").write_text("tiny==2.0\n")
    fourth = make("environment")
    assert fourth.returncode != 0
    assert "failed with status" in fourth.stderr
    assert not (project / ".venv" / "lrstudy-installed.json").exists()

    cleaned = make("clean")
    assert cleaned.returncode == 0, cleaned.stderr
    assert not (project / ".venv").exists()

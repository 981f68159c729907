"""Make the virtual environment that `make` works in, or find it finished and leave it alone.

The Makefile starts this with whatever Python the machine has. So it needs the standard library only, and
parses under old Pythons, which are told what is wrong with them.
"""

import argparse
import hashlib
import importlib.util
import json
import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import List, Tuple

ROOT = Path(__file__).resolve().parent
OLDEST_PYTHON = (3, 11)
MARKER = "made-by-lrstudy-make"
STAMP = "lrstudy-installed.json"
SIZES = """\
  Linux: about 2.8 GB to download and 7 GB on disk, 5 GB of it PyTorch's CUDA build. pip's cache keeps the
  downloads, too, unless PIP_NO_CACHE_DIR=1 is set.
  Without an NVIDIA GPU, PyTorch's CPU build will do: about 0.5 GB to download and 2 GB on disk. For it, add
  PIP_ARGS="--extra-index-url ADDRESS" NEED_GB=3 to the make command; the address is that of PyTorch's CPU
  index, which pytorch.org/get-started/locally names."""


class SetupError(ValueError):
    """Something that only the user can change; the message says what and how."""


def check_python(version: Tuple[int, ...], executable: str) -> None:
    """Refuse a Python that is too old for lrstudy.

    Raises:
        SetupError: If the version is below 3.11.
    """
    if version >= OLDEST_PYTHON:
        return
    found = ".".join(map(str, version))
    raise SetupError(
        f"Python {found} ({executable}) is too old: lrstudy needs Python 3.11 or newer. Install one, or name "
        "one that you have: make study PYTHON=/path/to/python3.12"
    )


def check_venv_works() -> None:
    """Refuse a Python without ensurepip, with which `python -m venv` would stop halfway.

    Raises:
        SetupError: If ensurepip is missing; names the Debian package that brings it.
    """
    if importlib.util.find_spec("ensurepip") is not None:
        return
    package = f"python{sys.version_info[0]}.{sys.version_info[1]}-venv"
    raise SetupError(
        f"{sys.executable} can't make virtual environments, its ensurepip is missing. On Debian and Ubuntu: "
        f"apt install {package}. Or name another Python: make study PYTHON=/path/to/python3.12"
    )


def check_disk(venv: Path, *, need_gb: float) -> None:
    """Refuse to fill a disk.

    Args:
        venv: Folder of the environment, which need not exist.
        need_gb: Gigabytes (1e9 bytes) that must be free where it will be.

    Raises:
        SetupError: If less is free.
    """
    folder = next(place for place in (venv, *venv.parents) if place.exists())
    free_gb = shutil.disk_usage(str(folder)).free / 1e9
    if free_gb >= need_gb:
        return
    raise SetupError(
        f"{free_gb:.1f} GB are free in {folder}, and the installation needs {need_gb:g} GB. Make room, or "
        f"name another place: make study VENV=/path/on/a/larger/disk\n{SIZES}"
    )


def base_python() -> str:
    """Return the installed Python that runs this, also where this runs in some virtual environment."""
    executable: str = sys._base_executable  # type: ignore[attr-defined]  # what `venv` itself goes by
    return os.path.realpath(executable)


def identity(venv: Path) -> str:
    """Return what an environment can't survive a change of: its place and the Python under it."""
    return f"{venv}\n{base_python()}\n{sys.version_info[0]}.{sys.version_info[1]}\n"


def digest(pip_args: List[str]) -> str:
    """Return a hash of what decides what is installed: a hash, since pip's arguments may hold passwords."""
    parts = [(ROOT / name).read_bytes() for name in ("pyproject.toml", "constraints.txt")]
    parts += [text.encode() for text in (str(ROOT), sys.version, *pip_args)]
    return hashlib.sha256(b"".join(hashlib.sha256(part).digest() for part in parts)).hexdigest()


def is_installed(venv: Path, *, dev: bool, pip_args: List[str]) -> bool:
    """Return whether a sound environment has all that is asked for; one with the dev extra serves both."""
    installed = json.loads((venv / STAMP).read_text())
    return installed["digest"] == digest(pip_args) and (installed["dev"] or not dev)


def is_sound(venv: Path) -> bool:
    """Return whether the environment is of this place and Python, and no installation broke off in it."""
    marker = venv / MARKER
    return marker.exists() and marker.read_text() == identity(venv) and (venv / STAMP).exists()


def remove(venv: Path) -> None:
    """Remove an environment that this file made; a missing or empty folder is left as it is.

    Raises:
        SetupError: If the folder holds anything else.
    """
    if not venv.exists() or (venv.is_dir() and not any(venv.iterdir())):
        return
    if not (venv / MARKER).exists():
        raise SetupError(
            f"{venv} was not made by this Makefile, so it stays as it is. Move it away, or name another "
            "folder: make study VENV=/path/of/a/new/folder"
        )
    (venv / STAMP).unlink(missing_ok=True)
    for folder in [entry for entry in venv.iterdir() if entry.is_dir() and not entry.is_symlink()]:
        shutil.rmtree(folder)  # before the marker, so that an interrupted removal can go on
    shutil.rmtree(venv)


def run(command: List[str]) -> None:
    """Run a command in the project's folder.

    Raises:
        SetupError: If it fails; its own output says why.
    """
    status = subprocess.run(command, cwd=str(ROOT), check=False).returncode
    if status != 0:
        raise SetupError(
            f"`{shlex.join(command[:4])} ...` failed with status {status}; its messages are above. Nothing "
            "half-installed will be used: the same make command starts anew."
        )


def installer(python: str) -> List[str]:
    """Return the command that installs packages for a Python: its pip, or the uv that UV_PROGRAM names."""
    uv = os.environ.get("UV_PROGRAM")
    return [uv, "pip", "install", "--python", python] if uv else [python, "-m", "pip", "install"]


def pip_install(venv: Path, arguments: List[str]) -> None:
    """Install into the environment at the pinned versions; other settings are those of the user's pip, or of uv."""
    run([*installer(str(venv / "bin" / "python")), "-c", "constraints.txt", *arguments])


def make_anew(venv: Path, *, pip_args: List[str], need_gb: float) -> None:
    """Make an environment with PyTorch, in place of a broken one of ours; say how large it gets."""
    check_venv_works()
    remove(venv)
    check_disk(venv, need_gb=need_gb)
    print(f"Installing lrstudy and its packages into {venv}, with {base_python()}.\n{SIZES}", flush=True)
    venv.mkdir(parents=True, exist_ok=True)
    (venv / MARKER).write_text(identity(venv))
    run([base_python(), "-m", "venv", str(venv)])
    # Alone first: pip keeps its downloads until all is installed, and 9 GB would be too few for all.
    pip_install(venv, [*pip_args, "torch"])


def install(venv: Path, *, dev: bool, pip_args: List[str]) -> None:
    """Install lrstudy, editable, at the pinned versions. The stamp goes first and comes back last."""
    stamp = venv / STAMP
    stamp.unlink(missing_ok=True)
    pip_install(venv, [*pip_args, "-e", ".[dev]" if dev else "."])
    beside = stamp.with_suffix(".writing")
    beside.write_text(json.dumps({"digest": digest(pip_args), "dev": dev}))
    beside.replace(stamp)


def prepare(venv: Path, *, dev: bool, pip_args: List[str], need_gb: float) -> None:
    """Leave a finished environment in `venv`.

    Args:
        venv: Absolute path of the environment, free of links.
        dev: Whether to install what checks and tests need, too.
        pip_args: More arguments for `pip install`.
        need_gb: Gigabytes that must be free to make an environment anew.

    Raises:
        SetupError: If the machine lacks something, or a command fails.
    """
    if not is_sound(venv):
        make_anew(venv, pip_args=pip_args, need_gb=need_gb)
    elif is_installed(venv, dev=dev, pip_args=pip_args):
        return
    else:
        print(f"Bringing {venv} up to date; pip says what it downloads, and how large it is.", flush=True)
    install(venv, dev=dev, pip_args=pip_args)


def parse_arguments() -> argparse.Namespace:
    """Read the command line, as the Makefile writes it."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--venv", default=".venv", help="folder of the environment (default: %(default)s)")
    parser.add_argument("--dev", action="store_true", help="install what checks and tests need, too")
    parser.add_argument("--need-gb", type=float, default=9.0, help="free disk to ask for (%(default)s)")
    parser.add_argument("--remove", action="store_true", help="remove the environment instead")
    return parser.parse_args()


def read_pip_args() -> List[str]:
    """Return PIP_ARGS, split as a shell would.

    Raises:
        SetupError: If a quotation is not closed. The message leaves the value out, it may hold a password.
    """
    try:
        return shlex.split(os.environ.get("PIP_ARGS", ""))
    except ValueError as error:
        raise SetupError(f"PIP_ARGS can't be split into arguments: {error}") from error


def main() -> int:
    """Prepare the environment; return the exit status."""
    arguments = parse_arguments()
    try:
        check_python(sys.version_info[:3], sys.executable)
        venv = (ROOT / arguments.venv).expanduser().resolve()
        if arguments.remove:
            remove(venv)
            return 0
        prepare(venv, dev=arguments.dev, pip_args=read_pip_args(), need_gb=arguments.need_gb)
    except SetupError as error:
        print(f"lrstudy's set-up: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nInterrupted. The same make command starts anew.", file=sys.stderr)
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""What is printed is text."""

import io
import subprocess
import sys

from study.cli import main

PROGRAM = """
import sys
from pathlib import Path
from study.tuning.session import quiet
with quiet(Path(sys.argv[1])) as console:
    console.print("[/red] [bold]x :cat: caf\\udce9", highlight=False, soft_wrap=True)
"""


def test_the_users_console_reads_no_markup_and_writes_what_is_no_utf8(tmp_path):
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(tmp_path / "log")],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout == "[/red] [bold]x :cat: caf\\udce9\n"


def test_the_command_line_says_what_is_wrong_in_any_encoding(monkeypatch):
    written = io.BytesIO()
    monkeypatch.setattr(sys, "stderr", io.TextIOWrapper(written, encoding="ascii", write_through=True))
    assert main(["report", "/caf\udce9\x1b[31m-ä"]) == 1
    assert b"/caf\\xe9\\x1b[31m-\\xe4: the folder's name" in written.getvalue()

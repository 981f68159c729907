"""MLflow is imported whole, whichever threads ask for it at once."""

import subprocess
import sys

import pytest

PROGRAM = """
import sys, threading
from study.importing_mlflow import import_mlflow
failed = []
def ask(*modules):
    try:
        import_mlflow(*modules)
        from mlflow.tracking import MlflowClient
        assert sys.modules["mlflow"].version
    except Exception as error:
        failed.append(repr(error))
asked = [("mlflow.tracking",), ("mlflow.tracking", "mlflow.pytorch"), ("mlflow.models",)]
threads = [threading.Thread(target=ask, args=modules) for modules in asked]
for thread in threads: thread.start()
for thread in threads: thread.join()
print(failed)
"""


@pytest.mark.slow
def test_threads_that_import_it_at_once_see_all_of_it() -> None:
    ended = subprocess.run(
        [sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True, timeout=240
    )
    assert ended.stdout.strip() == "[]"

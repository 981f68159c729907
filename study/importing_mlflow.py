"""MLflow's import, by one thread at a time.

Its modules import one another in circles: where the thread that sends and the one that exports models import it at the
same time, as after a short study on a busy machine, one of them sees a half of it and fails.
"""

import importlib
import threading

_LOCK = threading.Lock()


def import_mlflow(*modules: str) -> None:
    """Import modules of MLflow before they are named in an import of their own; waits for a thread that does the same.

    Args:
        modules: Such as "mlflow.tracking".
    """
    with _LOCK:
        for module in modules:
            importlib.import_module(module)

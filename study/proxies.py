"""Proxies of the environment, and what must be reached without them."""

import contextlib
import os
import socket


def reach_this_machine() -> None:
    """Let Ray and MLflow on this machine be reached past a proxy that the environment names."""
    own = ["localhost", "127.0.0.1", "::1", socket.gethostname()]
    with contextlib.suppress(OSError):  # a machine whose name has no address
        own.append(socket.gethostbyname(socket.gethostname()))
    for name in ("no_proxy", "NO_PROXY"):
        known = [host for host in os.environ.get(name, "").split(",") if host]
        os.environ[name] = ",".join(dict.fromkeys([*known, *own]))

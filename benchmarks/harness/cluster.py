"""A Ray cluster of several nodes on this machine, each a node by its own account: its processes, its store, one CPU."""

import contextlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from typing import Any

STORE_BYTES = 200_000_000


@contextlib.contextmanager
def cluster_of(nodes: int) -> Iterator[Any]:
    """Start the nodes and yield Ray's `Cluster`; its `address` is what RAY_ADDRESS takes. They end with the context.

    Ray leaves the address of the latest cluster in its folder, where every program that names none finds it; this one
    has a folder of its own.
    """
    from ray.cluster_utils import Cluster

    folder = tempfile.mkdtemp(prefix="ray")
    before = os.environ.get("RAY_TMPDIR")
    os.environ["RAY_TMPDIR"] = folder
    cluster = Cluster()
    try:
        for _ in range(nodes):
            cluster.add_node(num_cpus=1, num_gpus=0, object_store_memory=STORE_BYTES)
        cluster.wait_for_nodes()
        yield cluster
    finally:
        cluster.shutdown()
        os.environ.pop("RAY_TMPDIR")
        if before is not None:
            os.environ["RAY_TMPDIR"] = before
        shutil.rmtree(folder, ignore_errors=True)

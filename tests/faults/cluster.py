"""A Ray cluster of several nodes on this machine, each a node by its own account: its processes, its store, one CPU."""

import contextlib
from collections.abc import Iterator
from typing import Any

STORE_BYTES = 200_000_000


@contextlib.contextmanager
def cluster_of(nodes: int) -> Iterator[Any]:
    """Start the nodes and yield Ray's `Cluster`; its `address` is what RAY_ADDRESS takes. They end with the context."""
    from ray.cluster_utils import Cluster

    cluster = Cluster()
    try:
        for _ in range(nodes):
            cluster.add_node(num_cpus=1, num_gpus=0, object_store_memory=STORE_BYTES)
        cluster.wait_for_nodes()
        yield cluster
    finally:
        cluster.shutdown()

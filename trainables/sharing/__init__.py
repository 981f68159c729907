"""The cache that runs and studies share: kept by content, under locks and leases."""

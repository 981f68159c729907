"""Trial schedulers: which search trials are stopped early."""

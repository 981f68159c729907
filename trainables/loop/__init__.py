"""The training loop: phases epoch by epoch, evaluation, metrics."""

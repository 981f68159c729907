"""Confirmation runs written by hand."""

from tests.support.synthetic_study import Run


def confirm(arm, seed, values, **more):
    return Run(arm=arm, stage="confirm", name=f"{arm}-confirm-{seed}", seed=seed, values=values, **more)


def three_pairs(**adapted):
    """Finals of fixed 0.7, 0.75, 0.8, so targets 0.775, 0.75, 0.725."""
    runs = [confirm("fixed", s, [0.5, f, f], seconds_per_epoch=10.0) for s, f in enumerate([0.7, 0.75, 0.8])]
    return runs + [confirm("adapted", s, [0.5, 0.8, 0.8], seconds_per_epoch=4.0, **adapted) for s in range(3)]

"""How often "depends on what is held equal" is said.

`python -m benchmarks.experiments.simulations.equal_budget_alarms` prints it.
"""

import numpy as np

from analysis.findings.contrasts.equal_budget import EQUAL_BUDGETS, opposed_budgets
from analysis.findings.contrasts.judging import verdict_on
from analysis.findings.pairs import find_pairings
from analysis.statistics.looks import ONE_LOOK
from benchmarks.experiments.command import run_command
from benchmarks.experiments.simulations.simulated_arms import SimulatedArm, simulate

ALPHA = 0.05
CELLS = {
    "A/A": (0.0, 1.0),
    "0.02 better": (0.02, 1.0),
    "0.02 better, 1.3 times as slow an epoch: it does depend": (0.02, 1.3),
}


def said(gain: float, slower: float, num_seeds: int, *, num_studies: int, seed: int) -> tuple[float, float]:
    """Return how often "depends" is said of annealed arms whose seconds vary by 15 %: by the check, and before it.

    Before it, verdicts that differed in any way were dependence: one that shows no difference, too.
    """
    generator = np.random.default_rng(seed)
    arms = {
        "arm": SimulatedArm(annealed=True, seconds_sd=0.15, level=0.8 + gain, seconds=10.0 * slower),
        "fixed": SimulatedArm(annealed=True, seconds_sd=0.15),
    }
    now, before = 0, 0
    for _ in range(num_studies):
        data = simulate(arms, reference="fixed", num_seeds=num_seeds, generator=generator)
        pairing = find_pairings(data)[0]
        found = {each.name: each.measure(data, pairing) for each in EQUAL_BUDGETS}
        measured = {name: each for name, each in found.items() if each is not None}
        now += bool(opposed_budgets([measured], alpha=ALPHA, looks=[ONE_LOOK])[0])
        estimates = [each.estimate for each in measured.values()]
        # by differences alone, as it was: none is called practically the same
        verdicts = {
            verdict_on(each, None if each is None else each.p, 1.0, alpha=ALPHA) for each in estimates
        }
        before += len(verdicts) > 1
    return now / num_studies, before / num_studies


def print_cells(num_studies: int, seed: int) -> None:
    """Print one row a cell."""
    print(f"{num_studies} studies a cell, annealed arms, seconds that vary by 15 %")
    print("| arm | seeds | said to depend | before: verdicts differ |")
    print("|---|---:|---:|---:|")
    for name, (gain, slower) in CELLS.items():
        for num_seeds in (5, 10):
            now, before = said(gain, slower, num_seeds, num_studies=num_studies, seed=seed)
            print(f"| {name} | {num_seeds} | {100 * now:.1f} | {100 * before:.1f} |", flush=True)


if __name__ == "__main__":
    run_command(__doc__, print_cells)

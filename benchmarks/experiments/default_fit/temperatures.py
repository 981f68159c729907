"""Log loss of temperatures found on few images, by the images alone and with the prior: simulated answers.

    python -m benchmarks.experiments.default_fit.temperatures [--quick]

True logits of four classes are normal (deviation 3), and labels are drawn from their softmax; a network gives them T
times as large. The logarithm of T is normal with the deviation in the table, and nobody knows T. The table has the mean
loss on fresh images above that of T itself, in thousandths of a nat, over so many sets of validation images.
"""

from collections.abc import Callable, Iterator

import numpy as np
from scipy import special

from benchmarks.experiments.command import run_command
from study.fitting.temperature import fit_temperature, log_loss, tempered

NUM_TEST, NUM_CLASSES, SPREAD_OF_LOGITS = 2000, 4, 3.0
WAYS: dict[str, Callable[[np.ndarray, np.ndarray], float]] = {
    "none (1)": lambda probabilities, labels: 1.0,
    "images alone": lambda probabilities, labels: fit_temperature(probabilities, labels, spread=None),
    "with the prior": fit_temperature,
}


def drawn(num: int, temperature: float, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Return probabilities as a network gives them, (N, K), and labels as they really fall, (N,)."""
    true = rng.normal(scale=SPREAD_OF_LOGITS, size=(num, NUM_CLASSES))
    labels = (rng.random((num, 1)) > special.softmax(true, axis=1).cumsum(1)).sum(1)
    return special.softmax(true * temperature, axis=1), np.minimum(labels, NUM_CLASSES - 1)


def losses(num_val: int, spread: float, rng: np.random.Generator) -> list[float]:
    """Return, for each way, what it loses on fresh images against the true temperature, in nats."""
    temperature = float(np.exp(rng.normal(scale=spread)))
    val, test = drawn(num_val, temperature, rng), drawn(NUM_TEST, temperature, rng)
    best = log_loss(tempered(test[0], temperature), test[1])
    return [log_loss(tempered(test[0], way(*val)), test[1]) - best for way in WAYS.values()]


def rows(num_sets: int, seed: int) -> Iterator[str]:
    """Yield the rows of the table."""
    rng = np.random.default_rng(seed)
    yield f"| deviation of log T | validation images | {' | '.join(WAYS)} |"
    yield "|---|---|---|---|---|"
    for spread in (0.2, 0.5, 0.9):
        for num_val in (10, 30, 100, 300):
            found = 1000 * np.array([losses(num_val, spread, rng) for _ in range(num_sets)])
            errors = found.std(axis=0, ddof=1) / np.sqrt(num_sets)
            cells = [f"{mean:.0f} ± {error:.0f}" for mean, error in zip(found.mean(0), errors, strict=True)]
            yield f"| {spread} | {num_val} | {' | '.join(cells)} |"


def main() -> None:
    """Print the table."""
    run_command((__doc__ or "").splitlines()[0], lambda num, seed: print("\n".join(rows(num, seed))))


if __name__ == "__main__":
    main()

"""Ways of telling how much each searched setting matters, held against simulated surfaces with as few trials.

    python -m benchmarks.experiments.importances [--quick] [--studies 40]

Each study has a response surface of its own over four settings, whose weights are drawn at random, searched by TPE as a
study does it. The truth is the share of the surface's variance over the whole space that goes with each setting (total
effects, scaled to 1). Told are the mean absolute error of the four shares, and how often the setting that matters most
is found.
"""

import argparse
import itertools
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import optuna
from optuna.importance import FanovaImportanceEvaluator, PedAnovaImportanceEvaluator

from analysis.findings.searching.arm_search import floor_of
from analysis.findings.searching.importances import NUM_POINTS as NUM_FOREST_POINTS
from analysis.statistics.searching.importance import Importances, forest_importances
from analysis.statistics.searching.response_surface import Observed, fit_surface

NOISE, NAMES = 0.018, ("a", "b", "c", "d")
TRIALS = (6, 12, 24)
NUM_POINTS = 64
"""Pairs of points that a Gaussian process's effects are taken from."""

CHOICES = 4
"""Values of the last setting; the others are continuous."""


@dataclass(frozen=True, kw_only=True)
class Bowl:
    """A surface: how steep it is along each setting, where its top is, and where the first one's cliff is."""

    steepness: np.ndarray
    top: np.ndarray
    cliff: float

    def at(self, points: np.ndarray) -> np.ndarray:
        """Return accuracies at points, shape (points,)."""
        off = (self.steepness * (points - self.top) ** 2).sum(axis=1)
        return np.where(points[:, 0] > self.cliff, 0.3, 0.3 + 0.6 * np.exp(-off))


def drawn_bowl(generator: np.random.Generator, *, cliff: bool) -> Bowl:
    """Return a surface drawn at random, with or without a cliff, as a rate has from which on training fails."""
    top = generator.uniform(0.2, 0.8, 4)
    steepness = np.exp(generator.normal(-0.5, 1.2, 4))
    return Bowl(steepness=steepness, top=top, cliff=top[0] + 0.3 if cliff else np.inf)


def true_shares(bowl: Bowl, generator: np.random.Generator) -> np.ndarray:
    """Return the settings' total effects, scaled to 1 (Saltelli et al. 2010, Jansen's estimator)."""
    left, right = (_uniform(4096, generator) for _ in range(2))
    base = bowl.at(left)
    effects = []
    for setting in range(4):
        mixed = left.copy()
        mixed[:, setting] = right[:, setting]
        effects.append(((base - bowl.at(mixed)) ** 2).mean() / 2)
    return np.array(effects) / sum(effects)


def _uniform(num: int, generator: np.random.Generator) -> np.ndarray:
    points = generator.random((num, 4))
    points[:, 3] = np.floor(CHOICES * points[:, 3]) / (CHOICES - 1)
    return points


def searched(bowl: Bowl, num_trials: int, seed: int) -> optuna.Study:
    """Return a study that TPE made."""
    generator = np.random.default_rng(seed)
    sampler = optuna.samplers.TPESampler(seed=seed, n_startup_trials=min(10, max(4, num_trials // 3)))
    study = optuna.create_study(direction="maximize", sampler=sampler)
    grid = [step / (CHOICES - 1) for step in range(CHOICES)]
    for _ in range(num_trials):
        trial = study.ask()
        point = [trial.suggest_float(name, 0, 1) for name in NAMES[:3]]
        point.append(trial.suggest_categorical("d", grid))
        study.tell(trial, float(bowl.at(np.array([point]))[0] + generator.normal(0, NOISE)))
    return study


def arrays_of(study: optuna.Study) -> tuple[np.ndarray, np.ndarray]:
    """Return a study's points and values."""
    points = np.array([[trial.params[name] for name in NAMES] for trial in study.trials])
    return points, np.array([trial.value for trial in study.trials], dtype=float)


def importances_of(study: optuna.Study) -> Importances:
    """Return the shares as the report has them, with their intervals."""
    points, values = arrays_of(study)
    generator = np.random.default_rng(0)
    space = (_uniform(NUM_FOREST_POINTS, generator), _uniform(NUM_FOREST_POINTS, generator))
    found = forest_importances(points, np.maximum(values, floor_of(values)), space=space, confidence=0.95)
    return found or Importances(shares=np.full(4, 0.25), low=np.zeros(4), high=np.ones(4))


def by_surface(study: optuna.Study) -> np.ndarray:
    """Return shares by the total effects of a Gaussian process over the whole space (Jansen's estimator)."""
    points, values = arrays_of(study)
    observed = Observed(
        points=points,
        categorical=np.zeros(4, dtype=bool),
        values=np.maximum(values, floor_of(values)),
        seeds=np.zeros(len(values)),
    )
    generator = np.random.default_rng(0)
    left, right = (_uniform(NUM_POINTS, generator) for _ in range(2))
    mixed = [np.where(np.arange(4) == setting, right, left) for setting in range(4)]
    drawn = fit_surface(observed).draw(np.concatenate([left, *mixed]), each=2, generator=generator)
    base, *moved = np.split(drawn, 5, axis=1)
    effects = np.stack([((base - each) ** 2).mean(axis=1) for each in moved], axis=1)
    return np.asarray((effects / effects.sum(axis=1, keepdims=True)).mean(axis=0))


def by_optuna(study: optuna.Study, evaluator: optuna.importance.BaseImportanceEvaluator) -> np.ndarray:
    """Return shares by one of Optuna's evaluators; equal ones where it fails."""
    found = optuna.importance.get_param_importances(study, evaluator=evaluator, normalize=False)
    shares = np.array([max(found.get(name, 0.0), 0.0) for name in NAMES])
    return shares / shares.sum() if shares.sum() > 0 else np.full(4, 0.25)


OURS = "random forest, total effects"
WAYS: dict[str, Callable[[optuna.Study], np.ndarray]] = {
    "Gaussian process, total effects": by_surface,
    "fANOVA (Optuna)": lambda study: by_optuna(study, FanovaImportanceEvaluator(seed=0)),
    "PED-ANOVA (Optuna)": lambda study: by_optuna(study, PedAnovaImportanceEvaluator()),
    "equal shares": lambda _: np.full(4, 0.25),
}


def rows(num_studies: int) -> Iterator[str]:
    """Yield the table, a row for each kind of surface, number of trials and way."""
    yield "| surface | trials | way | mean error of a share | finds what matters most | its 95 % interval covers |"
    yield "|---|---|---|---|---|---|"
    for cliff, num_trials in itertools.product((False, True), TRIALS):
        errors: dict[str, list[float]] = {way: [] for way in (OURS, *WAYS)}
        found: dict[str, list[bool]] = {way: [] for way in (OURS, *WAYS)}
        covered = []
        for number in range(num_studies):
            generator = np.random.default_rng([num_trials, number])
            bowl = drawn_bowl(generator, cliff=cliff)
            truth = true_shares(bowl, generator)
            study = searched(bowl, num_trials, number)
            ours = importances_of(study)
            covered.append(((ours.low <= truth) & (truth <= ours.high)).mean())
            for way, shares in [(OURS, ours.shares), *((way, of(study)) for way, of in WAYS.items())]:
                errors[way].append(float(np.abs(shares - truth).mean()))
                found[way].append(bool(shares.argmax() == truth.argmax()))
        for way, of_way in errors.items():
            half = 1.96 * np.std(of_way, ddof=1) / len(of_way) ** 0.5
            interval = f"{100 * np.mean(covered):.0f} %" if way == OURS else ""
            yield (
                f"| {'cliff' if cliff else 'smooth'} | {num_trials} | {way} | {np.mean(of_way):.3f} ± {half:.3f} | "
                f"{100 * np.mean(found[way]):.0f} % | {interval} |"
            )


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--quick", action="store_true", help="few studies")
    parser.add_argument("--studies", type=int, default=40)
    arguments = parser.parse_args()
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    warnings.simplefilter("ignore", optuna.exceptions.ExperimentalWarning)
    for row in rows(2 if arguments.quick else arguments.studies):
        print(row, flush=True)


if __name__ == "__main__":
    main()

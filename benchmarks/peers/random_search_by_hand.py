"""Random search over two methods until its winner's mean over fresh seeds reaches a level: plain Ray Tune.

No trial is stopped early. A round draws so many configurations of each method; the best of all rounds, those
left out that have missed the level already, is trained on fresh seeds. Prints a JSON object on the last line.
"""

import json

import sweep_by_hand as by_hand
from reaching import reaches

import ray  # isort: skip - after sweep_by_hand, which says where workers find things
from ray import tune  # isort: skip

METHODS = ("adaptation", "fixed_rate")
SPACE = {
    "recipe": tune.grid_search(list(METHODS)),
    "lr": tune.loguniform(1e-4, 1e-1),
    "stem_to_head": tune.loguniform(1e-4, 1.0),
    "cycle_len": tune.choice([1, 2]),
    "cycle_mult": tune.choice([1, 1.5, 2, 3]),
}
"""lrstudy's default spaces of both recipes; a fixed rate uses `lr` alone."""

FIRST_FRESH_SEED = 1000


def final_accuracy(result: tune.Result) -> float:
    """Return the validation accuracy after the last epoch."""
    return float(result.metrics_dataframe["accuracy"].iloc[-1])


def main() -> None:
    """Draw, confirm, and draw again until the level is reached or the rounds are over."""
    parser = by_hand.parser_of(__doc__)
    parser.add_argument("--trials", type=int, required=True, help="of each method in a round")
    parser.add_argument("--rounds", type=int, required=True)
    parser.add_argument("--seeds", type=int, required=True, help="of a confirmation")
    parser.add_argument("--search-seed", type=int, required=True)
    parser.add_argument("--level", type=float, nargs="+", required=True, help="its accuracies, one a seed")
    arguments = parser.parse_args()
    common = by_hand.common_of(arguments)
    ray.init(include_dashboard=False, log_to_driver=False)
    found, reached, rounds = [], False, 0
    while rounds < arguments.rounds and not reached:
        seed = arguments.search_seed * arguments.rounds + rounds
        found += by_hand.run_trials(
            {**common, **SPACE}, folder=arguments.folder, num_samples=arguments.trials, seed=seed
        )
        best = max(found, key=final_accuracy)
        found = [each for each in found if each is not best]
        first = FIRST_FRESH_SEED + rounds * arguments.seeds
        fresh = tune.grid_search(list(range(first, first + arguments.seeds)))
        runs = by_hand.run_trials({**best.config["trial"], "seed": fresh}, folder=arguments.folder)
        values = [final_accuracy(run) for run in runs]
        reached = reaches(values, arguments.level)
        rounds += 1
    ray.shutdown()
    print(json.dumps({"reached": reached, "rounds": rounds, "accuracies": values}))


if __name__ == "__main__":
    main()

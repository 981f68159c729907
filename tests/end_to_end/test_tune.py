"""`adapt` in other people's hands: a plain Tuner, Optuna alone, a reused worker."""

import os
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from trainables.data import PreparedData


def run_python(code: str, folder: Path) -> str:
    """Run a script as a user would, in a folder of their own; warnings of Ray's are not ours."""
    script = folder / "script.py"
    script.write_text(textwrap.dedent(code))
    done = subprocess.run(  # noqa: PLW1510 - the output is shown where it fails
        [sys.executable, str(script)],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=240,
        env=dict(os.environ),
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.slow
def test_adapt_runs_in_a_plain_tuner_without_any_of_study(digits: PreparedData, tmp_path: Path) -> None:
    printed = run_python(
        f"""
        import sys
        import ray
        from ray import tune
        from search_spaces import space
        from trainables import adapt

        ray.init(num_cpus=2, include_dashboard=False, log_to_driver=False)
        tuner = tune.Tuner(
            tune.with_resources(adapt, {{"cpu": 1}}),
            param_space={{"recipe": "adaptation", "data": {digits.key!r}, "epochs": 4, "width": 4,
                          "num_threads": 1, **space("adaptation"), "seed": tune.grid_search([1, 1, 2])}},
            tune_config=tune.TuneConfig(metric="val_objective", mode="max", reuse_actors=True),
            run_config=tune.RunConfig(name="plain", storage_path={str(tmp_path / "ray")!r}, verbose=0),
        )
        results = tuner.fit()
        assert not results.errors, results.errors
        for result in results:
            assert result.metrics["status"] == "finished"
            assert result.metrics["epoch"] == 4
            assert result.checkpoint is not None
        best = results.get_best_result(metric="objective")
        ours = [name for name in sys.modules if name.split(".")[0] in ("study", "analysis")]
        print("modules of study:", ours)
        finals = [result.metrics["objective"] for result in results]
        assert all(0 <= final <= 1 for final in finals)
        print("best:", best.metrics["objective"] == max(finals))
        """,
        tmp_path,
    )
    assert "modules of study: []" in printed
    assert "best: True" in printed


@pytest.mark.slow
def test_a_reused_worker_gives_bitwise_the_run_of_this_process(digits: PreparedData, tmp_path: Path) -> None:
    printed = run_python(
        f"""
        import ray
        from ray import tune
        from trainables import adapt, train

        config = {{"recipe": "adaptation", "data": {digits.key!r}, "epochs": 3, "width": 4, "num_threads": 1}}
        ray.init(num_cpus=1, include_dashboard=False, log_to_driver=False)
        tuner = tune.Tuner(
            tune.with_resources(adapt, {{"cpu": 1}}),
            param_space={{**config, "seed": tune.grid_search([1, 2, 1])}},
            tune_config=tune.TuneConfig(reuse_actors=True),
            run_config=tune.RunConfig(name="reused", storage_path={str(tmp_path / "ray")!r}, verbose=0),
        )
        names = ("train_loss", "val_loss", "pid")
        found = [(r.config["seed"], *(r.metrics[name] for name in names)) for r in tuner.fit()]
        assert len({{pid for *_, pid in found}}) == 1, "one worker ran them all"
        for seed, train_loss, val_loss, _ in found:
            last = list(train({{**config, "seed": seed}}))[-1]
            assert (train_loss, val_loss) == (last.train_loss, last.val_loss), seed
        print("same")
        """,
        tmp_path,
    )
    assert "same" in printed


def test_optuna_alone_drives_the_iterator(digits: PreparedData, tmp_path: Path) -> None:
    printed = run_python(
        f"""
        import sys
        import optuna
        from trainables import train

        def objective(trial):
            config = {{"recipe": "adaptation", "data": {digits.key!r}, "epochs": 4, "width": 4, "num_threads": 1,
                       "lr": trial.suggest_float("lr", 1e-3, 0.3, log=True),
                       "cycle_mult": trial.suggest_categorical("cycle_mult", [1, 1.5, 2])}}
            for record in train(config):
                if record.judged:
                    trial.report(record.objective, record.epoch)
            return record.objective

        study = optuna.create_study(direction="maximize", sampler=optuna.samplers.TPESampler(seed=0))
        study.optimize(objective, n_trials=3)
        assert all(t.intermediate_values for t in study.trials)
        heavy = [name for name in ("ray", "mlflow", "study", "analysis") if name in sys.modules]
        print("best:", study.best_value > 0.2, "imported:", heavy)
        """,
        tmp_path,
    )
    assert "best: True imported: []" in printed

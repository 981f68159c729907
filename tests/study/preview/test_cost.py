from study.preparation.prepare import prepare_study
from study.preview.cost import epoch_seconds, num_epochs
from study.spec.study_file import load_spec


def test_epochs_are_counted_part_by_part() -> None:
    spec = load_spec(
        "digits"
    )  # 3 arms, 12 trials, 15 epochs; 3 of each arm on 2 seeds, 10 seeds for each winner
    assert num_epochs(spec, num_architectures=1) == {
        "pre-training": 15,
        "search": 3 * 12 * 15,
        "selection": 3 * 3 * 2 * 15,
        "confirmation": 3 * 10 * 15,
    }


def test_an_epoch_is_measured_whatever_is_searched() -> None:
    training = (
        "training={batch_size: 16, precision: {choice: [float32, bfloat16]}, momentum: {uniform: [0, 0.9]}}"
    )
    prepared = prepare_study(load_spec("digits", overrides=[training, "model.width=4"]))
    assert epoch_seconds(prepared, "small_resnet", num_threads=1, device="cpu") > 0

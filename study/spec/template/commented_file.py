"""A commented study file for a folder or a list of images: what `lrstudy new` writes."""

import re
from pathlib import Path
from string import Template

from study.spec.template.images_section import ImagesSummary, images_lines, images_summary, quoted

DEFAULT_SIDE = 224
"""Side in pixels at which torchvision's weights were trained; larger images are scaled down to it."""


def study_template(name: str, place: str, *, summary: ImagesSummary | None = None) -> str:
    """Return a study file: the arms adapted, cosine and fixed, every key explained in plain words.

    Args:
        name: Name of the study.
        place: The images, as the file shall have it: absolute, or relative to the file.
        summary: What is known of the images; without it they are taken at 224 pixels.
    """
    side = _image_size(summary.shorter_side if summary else None)
    return _TEMPLATE.substitute(name=quoted(name), images=images_lines(place, summary), side=side)


def write_template(path: str | Path, images: str | Path) -> Path:
    """Write a study file named after itself and return its path.

    Args:
        path: The file to write; its folder must exist.
        images: Folder, archive or list of images, relative to the current folder.

    Raises:
        ValueError: If the file exists, or there are no such images or no folder to write to.
    """
    path, place = Path(path).expanduser(), Path(images).expanduser().absolute()
    summary = images_summary(place)
    if not path.parent.is_dir():
        raise ValueError(
            f"{path.parent}, where {path.name} is to be written, does not exist; an existing folder"
        )
    text = study_template(_study_name(path), str(place), summary=summary)
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError as error:
        raise ValueError(
            f"{path} exists already; a name that is not taken (nothing is overwritten)"
        ) from error
    except OSError as error:
        raise ValueError(f"{path} can't be written ({error.strerror})") from error
    return path


def _image_size(shorter_side: int | None) -> int:
    """Return a side that the images have: a multiple of 32 up to 224, or that of smaller images."""
    if shorter_side is None or shorter_side >= DEFAULT_SIDE:
        return DEFAULT_SIDE
    return shorter_side if shorter_side < 32 else shorter_side // 32 * 32


def _study_name(path: Path) -> str:
    """Return a file's name as a study may be called."""
    name = re.sub(r"[^\w.-]+", "-", path.stem).lstrip("-.")[:80]
    return name or "study"


_TEMPLATE = Template("""\
# A study for lrstudy: which learning rates are best for these images, and is adapting them worth it?
#
#   lrstudy plan FILE                     what would be run
#   lrstudy run FILE --preset quick       a look at how it goes; it measures no test images
#   lrstudy run FILE                      the study; Ctrl-C keeps what is done
#   lrstudy resume FILE                   goes on with it
#   lrstudy run FILE -s budget.trials=8   with one key changed
#
# A value is a constant, `auto` (a range test before training suggests the rate), or one of
#   {log_uniform: [1e-4, 1e-1]}   between the two, each factor of ten alike: for rates and ratios
#   {uniform: [0, 1]}             between the two
#   {int: [1, 4]}                 a whole number, both ends included
#   {choice: [a, b, c]}           one of these
#   {auto_times: [0.1, 10]}       a multiple of what `auto` suggests
# Paths are relative to this file, and ~ is your home folder. A key that is left out takes its default.

name: $name

data:
  target:
$images
    image_size: $side             # pixels; images become squares of this side
    # fit: pad                    # what are no squares: crop (the centre), pad, or squash; `lrstudy plan` draws it
    # window: [0, 4095]           # what becomes black and white where images have more than 8 bits; else what they use
    # background: black           # shows where images are transparent: white, black or [red, green, blue]
    # pages: first                # of files with several pages or frames the first; else such files are refused
    # val_fraction: 0.2           # where a validation or test split has to be cut
    # test_fraction: 0.2
    # train_per_class: 100        # use fewer training images
  # source: {folder: other-images}   # only for `weights: source`: trained on these first, once

# The network and the weights that it starts from, the same in every arm.
model:
  architecture: resnet18          # any classification model of torchvision, or small_resnet
  # architecture: {choice: [resnet18, densenet121]}   # searched in every arm
  weights: IMAGENET1K_V1          # downloaded once; or none, source, or a file of weights
  # weights: none
  # normalisation: weights        # as the weights were trained; or data: by the images' own; or {mean: 0.5, std: 0.5}

# What every run of every arm has in common, or searches in common.
training:
  batch_size: 32
  augment: crop_flip              # or crop, flip, none: are your images as good when mirrored?
  momentum: 0.9
  weight_decay: 5e-4
  # optimizer: adamw              # momentum where it is left out; or sgd, nag, adagrad, adadelta, adam
  # label_smoothing: 0.1
  # And every other key of Training in trainables/plan/training.py: loss, mixup, class_weights, dropout, colour, ...
  # Each is a constant, or searched by all arms alike:
  # dropout: {choice: [0, 0.2, 0.5]}

# What is compared. Every arm gets the same number of trials and epochs; the rate has the same range in all.
arms:
  adapted:                        # the head first, then all layers; restarts, lower rates for early layers
    recipe: adaptation
    head_epochs: 1                # epochs of the head alone
    search:
      lr: {log_uniform: [1e-4, 1e-1]}
      # lr: {auto_times: [0.1, 10]}
      stem_to_head: {log_uniform: [1e-4, 1]}   # the first layers' rate divided by the last one's
      cycle_len: {choice: [1, 2]}              # epochs of the first cycle
      cycle_mult: {choice: [1, 1.5, 2, 3]}     # growth of the cycles: 1 restarts at even steps
  cosine:                         # one cosine from start to end: what any claim for restarts has to face
    recipe: cosine
    search: {lr: {log_uniform: [1e-4, 1e-1]}}
  fixed:                          # one rate from start to end
    recipe: fixed_rate
    search: {lr: {log_uniform: [1e-4, 1e-1]}}

budget:
  trials: 24                      # for each arm
  epochs: 15                      # for each trial, all phases together
  # minutes: 240                  # the search starts no trial after that

search:
  algorithm: tpe                  # or random; quasi_random; grid takes only choices; or package.module:name
  seed: 0
  # trial_scheduler: median_stopping   # or asha: ends trials that fall behind their arm, at the ends of their cycles;
                                  # or one of your own: package.module:name
  # repeats: 5                    # independent searches of each arm, each with all the trials and a winner of its own:
                                  # compares the methods, not only what one search found; 5 times the cost

# The best trials of each arm run on more seeds before its winner is chosen: one seed's best is partly luck.
selection: {top: 3, seeds: 2}

# The winners run on fresh seeds, and only these runs see the test images. Under 5 the interval is wide.
confirm: {seeds: 5}               # or as many as it takes: {seeds: {min: 5, max: 30}, until: decided}

compare:
  reference: fixed                # the arm that the others are compared with
  objective: auto                 # accuracy, or balanced_accuracy where classes differ in size
  # objective: auroc              # or macro_f1, mean_average_precision, sensitivity@0.95 (at that specificity)
  # positive: NAME                # the class that a sensitivity is of; of two classes the last unless named
  confidence: 0.95
  margin: 0.01                    # a difference of the objective that does not matter to you
  # cost_per_hour: 2.50           # of the whole machine, in your currency

# For each trial; as many trials run at once as fit.
resources:
  cpus: 1
  gpus: 0                         # or 1, or a share such as 1/2
  layout: auto                    # in memory: probed once on this machine, or contiguous, or channels_last
  precision: float32              # or bfloat16, which changes results; auto: where a probe of this CPU finds it faster

# tracking: {uri: "http://mlflow.example:5000", experiment: lesions}   # left out: a local store
# tracking: {csv: tables}           # instead of MLflow a table of every epoch, for a spreadsheet
# storage: ~/lrstudy-results      # left out: results/ beside this file

presets:
  quick:
    budget: {trials: 2, epochs: 4}
    confirm: {seeds: 0, until: null}
""")

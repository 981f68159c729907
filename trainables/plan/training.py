"""Training settings of a phase: optimizer, loss, augmentation, precision. Every phase of a plan carries its own."""

from dataclasses import dataclass, replace
from typing import Literal

from trainables.errors import refused
from trainables.identity import stored_as
from trainables.limits import Batches, Fraction, NotNegative, Positive, ReferenceBatch, Share, Views
from trainables.settings import check_bounds

OptimizerName = Literal["sgd", "momentum", "nag", "adagrad", "adadelta", "adam", "adamw"]
Decay = Literal["own", "l2", "decoupled"]
Loss = Literal["cross_entropy", "bce"]
Augment = Literal["none", "flip", "crop", "crop_flip", "resized_crop", "resized_crop_flip"]
Sampling = Literal["shuffle", "balanced"]
Precision = Literal["float32", "bfloat16", "float16"]
Place = Literal["images", "activations"]

LEAST_CHANNELS_LAST = 16
"""Fewest channels that a strided 1x1 convolution may take in with `channels_last` on a CPU.

With fewer than a vector has numbers (16 with AVX-512, 8 with AVX2), oneDNN's `jit_1x1` writes past the end of its
memory as it computes the gradient of the weights: seen with PyTorch 2.11 and 2.15, for any threads and batches;
in bfloat16 on a CPU without AMX, too. The bound is that of the widest vector: a study may train elsewhere than it is
checked.
"""


@stored_as("Training")
@dataclass(frozen=True, kw_only=True)
class Training:
    """Settings of training. In a flat configuration they hold for all phases, unless the recipe differs.

    Attributes:
        optimizer: "sgd" has no momentum, "momentum" has it, "nag" has Nesterov's (Sutskever et al., 2013).
        momentum: Of "momentum" and "nag", in [0, 1); the others have none.
        weight_decay: Coefficient; biases and norms have none.
        decay: "l2" adds it to the gradient, "decoupled" shrinks the weights by rate times coefficient in each
            step (Loshchilov & Hutter, 2019), "own" is what the optimizer's authors meant: decoupled for
            "adamw", L2 for the others.
        reference_batch: Batch size that the rates are given for: they are multiplied by the images of an
            optimizer step over it (Goyal et al., 2017); suggested rates are not. None takes rates as given.
        loss: "bce" is the mean binary cross-entropy with logits against one-hot targets, times the number of
            classes. Images with several labels have it alone, against their label sets.
        label_smoothing: Share of the target spread evenly over all classes, in [0, 1); with several labels an image,
            of each label's target over "there" and "not there".
        mixup: Parameter of the Beta distribution that two images are mixed by (Zhang et al., 2018); 0: none.
        class_weights: "balanced" weighs a class's loss inversely to its images, the mean weight being 1; with several
            labels an image, the images that have a label so that they count for as much as those that have it not.
        sampling: "balanced" draws every class equally often, with replacement, N images an epoch; not for several
            labels an image.
        dropout: Probability that a feature is dropped before the head, in [0, 1). A network's own dropout (in
            AlexNet, VGG, SqueezeNet, GoogLeNet, EfficientNet, MobileNet, MNASNet and others) stays beside it.
        augment: Geometry. "crop" pads by an eighth of the side and crops; "resized_crop" takes a box of
            random area and aspect (3/4 to 4/3) and resizes it; "_flip" mirrors half of the images.
        min_crop_area: Least area of a resized crop, as a share of the image, in (0, 1]; the sources' is 0.08.
        colour: Brightness and saturation are scaled by factors from 1 - colour to 1 + colour, and the hue is
            turned by up to half a circle times it, in [0, 1); the sources' is 0.4.
        pca_noise: Deviation of noise along the principal components of the training images' colours
            (Krizhevsky et al., 2012), 0 or more; the sources' is 0.1.
        image_scale: Side of the images in training, as a share of the data's, in (0, 1]. Validation sees the
            data's own size.
        precision: Of forward and backward in training; weights and evaluation stay float32. On GPUs of Ampere and
            later, PyTorch computes float32 convolutions with TF32's shorter mantissa.
        channels_last: Whether images and weights lie with their channels last in memory.
        compile: Whether the module is compiled, once a phase, which counts as training. Validation is not.
        accumulate: Batches of one optimizer step, at least 1.
        clip_norm: Largest norm of all gradients together; None does not clip.
        batch_norm: "fixed" keeps the running statistics of norms in frozen groups and uses them; "update"
            has them follow the batches, as torch does when nothing is done about it.
        activation_views: Augmented views of each image that are cached where a phase trains on activations; 0
            caches the image as it is.
    """

    optimizer: OptimizerName = "momentum"
    momentum: Fraction = 0.9
    weight_decay: NotNegative = 5e-4
    decay: Decay = "own"
    reference_batch: ReferenceBatch | None = None
    loss: Loss = "cross_entropy"
    label_smoothing: Fraction = 0.0
    mixup: NotNegative = 0.0
    class_weights: Literal["none", "balanced"] = "none"
    sampling: Sampling = "shuffle"
    dropout: Fraction = 0.0
    augment: Augment = "crop_flip"
    min_crop_area: Share = 0.08
    colour: Fraction = 0.0
    pca_noise: NotNegative = 0.0
    image_scale: Share = 1.0
    precision: Precision = "float32"
    channels_last: bool = False
    compile: bool = False
    accumulate: Batches = 1
    clip_norm: Positive | None = None
    batch_norm: Literal["fixed", "update"] = "fixed"
    activation_views: Views = 0

    def __post_init__(self) -> None:
        check_bounds(self)
        if self.optimizer == "nag" and self.momentum == 0:
            raise refused("momentum", self.momentum, "above 0", but="optimizer is 'nag'")
        if self.optimizer == "adamw" and self.decay == "l2":
            raise refused(
                "decay",
                self.decay,
                "own, decoupled, or optimizer adam",
                but="optimizer is 'adamw', whose decay is decoupled",
            )

    def as_read(self, on: Place) -> "Training":
        """Return the settings with those at their defaults that a phase on images or activations does not read."""
        unused = {"activation_views"} if on == "images" else {"mixup", "image_scale", "batch_norm"}
        if on == "activations" and self.activation_views == 0:
            unused |= {"augment", "min_crop_area", "colour", "pca_noise"}
        if not self.augment.startswith("resized_crop"):
            unused.add("min_crop_area")
        if self.optimizer not in ("momentum", "nag"):
            unused.add("momentum")
        if self.weight_decay == 0 and self.optimizer != "adamw":
            unused.add("decay")
        return replace(self, **{name: getattr(Training, name) for name in unused})

    @property
    def decoupled(self) -> bool:
        """Whether weights are shrunk directly, instead of through the gradient."""
        return self.decay == "decoupled" or self.optimizer == "adamw"

"""Which layout in memory each network of a study trains with: probed once, written down, the same for every run."""

from dataclasses import replace

from study.prepare import Prepared
from study.spec import StudySpec
from study.spec_models import Layout
from trainables.architectures import SMALL_RESNET
from trainables.config import LEAST_CHANNELS_LAST

WORTH = 1.1
"""How many times faster a layout has to be to be taken instead of PyTorch's own: probes differ by some per cent."""

PROBE_SECONDS = 10.0


def with_layouts(prepared: Prepared, before: StudySpec | None = None) -> Prepared:
    """Return a study with a layout for each of its networks, and a note of what was probed.

    Where the file sets or searches `training.channels_last`, that decides, and the layout stays "auto".

    Args:
        prepared: A study, whose file may leave the layout to "auto".
        before: The study as it was begun, whose layouts are taken; None probes.
    """
    spec = prepared.spec
    if spec.resources.layout != "auto" or spec.training.values["channels_last"] is not False:
        return prepared
    if before is not None:
        return _with(prepared, before.resources.layout)
    found = {architecture: _probed(prepared, architecture) for architecture in prepared.architectures}
    notes = tuple(note for _, note in found.values() if note)
    layouts: dict[str, Layout] = {architecture: layout for architecture, (layout, _) in found.items()}
    return replace(_with(prepared, layouts), notes=(*prepared.notes, *notes))


def is_channels_last(spec: StudySpec, architecture: str) -> bool:
    """Return whether a network's runs lay their channels last because of `resources.layout`."""
    layout = spec.resources.layout
    return (layout if isinstance(layout, str) else layout.get(architecture)) == "channels_last"


def _with(prepared: Prepared, layout: Layout | dict[str, Layout] | str) -> Prepared:
    resources = prepared.spec.resources.model_copy(update={"layout": layout})
    return replace(prepared, spec=prepared.spec.model_copy(update={"resources": resources}))


def _probed(prepared: Prepared, architecture: str) -> tuple[Layout, str]:
    """Return the layout to train with, and a sentence where it is not PyTorch's own."""
    spec, target = prepared.spec, prepared.target
    is_narrow = architecture == SMALL_RESNET and spec.model.width < LEAST_CHANNELS_LAST
    if is_narrow or spec.resources.gpus or spec.training.values["precision"] != "float32":
        return "contiguous", ""
    from trainables.probe import seconds_a_step

    try:
        seconds = seconds_a_step(
            architecture,
            num_classes=len(target.classes),
            image_size=target.image_size,
            channels=target.channels,
            width=spec.model.width,
            batch_size=spec.training.batch_size,
            num_threads=max(1, int(spec.resources.cpus)),
            budget_seconds=PROBE_SECONDS,
        )
    except (MemoryError, RuntimeError) as error:  # a network too large here may fit where it trains
        return "contiguous", f"layout: {architecture} could not be probed here: {str(error).splitlines()[0]}"
    ratio = seconds["contiguous"] / seconds["channels_last"]
    if ratio < WORTH:
        return "contiguous", ""
    return "channels_last", f"layout: {architecture} trains {ratio:.2f} times faster here with channels last"

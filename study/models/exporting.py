"""Networks as files that run without our code, each asked about real images and held against the one in memory."""

import importlib.util
import json
import logging
import warnings
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn

from trainables.data.decoding.decode import Bytes

logger = logging.getLogger(__name__)

PT2, ONNX = "model.pt2", "model.onnx"
INPUT, OUTPUT = "images", "probabilities"
"""Names in the files: uint8 (N, C, H, W) in, float32 (N, K) out; N is free."""

TOLERANCE = 1e-4
"""Greatest difference of a probability that kernels of other libraries may make; seen are 1e-7 to 1e-5."""

NUM_COMPARED = 100
"""Images that the files are asked about, where there are as many."""

_BATCH = 50
"""Of those, at once: two batches and more of different sizes show that the size is free."""

_ONNX_PACKAGES = ("onnx", "onnxruntime", "onnxscript")

Program = torch.export.ExportedProgram
Answers = Callable[[Tensor], npt.NDArray[np.float32]]


class DisagreementError(ValueError):
    """A file that does not say what the network says."""


def export_pt2(network: nn.Module, images: Bytes, file: Path) -> tuple[Program, float]:
    """Write a network with torch.export; return the program, and its greatest difference from the network.

    Args:
        network: Takes uint8 (N, C, H, W), and returns a probability for each class.
        images: Of that form, at least one.
        file: Takes the program.

    Raises:
        DisagreementError: If the two differ by more than `TOLERANCE`.
        Exception: Almost anything, for what torch.export can't trace.
    """
    # An example of one image would have the exporter take the batch's size for fixed.
    example = torch.from_numpy(np.concatenate([images[:1], images[:1]]))
    with warnings.catch_warnings(), torch.inference_mode(False), torch.no_grad():
        warnings.simplefilter("ignore")  # the exporter's, on its own insides
        program = torch.export.export(network, (example,), dynamic_shapes=({0: torch.export.Dim.DYNAMIC},))
        torch.export.save(program, file)
        loaded = torch.export.load(file).module()
    return program, _difference(network, _of_torch(loaded), images, file)


def export_onnx(
    program: Program, network: nn.Module, images: Bytes, file: Path, *, metadata: Mapping[str, object]
) -> float:
    """Write an exported program as ONNX, and return its greatest difference from the network.

    Args:
        program: Of `export_pt2`.
        network: What it was made of.
        images: See `export_pt2`.
        file: Takes the model, weights included.
        metadata: Goes into its metadata_props, each value as JSON.

    Raises:
        DisagreementError: If the two differ by more than `TOLERANCE`.
        Exception: Almost anything, for what ONNX can't say.
    """
    import onnxruntime

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # likewise
        made = torch.onnx.export(
            program, dynamo=True, input_names=[INPUT], output_names=[OUTPUT], verbose=False
        )
    assert made is not None
    made.model.metadata_props.update(
        {key: json.dumps(value, ensure_ascii=False) for key, value in metadata.items()}
    )
    made.save(file)
    session = onnxruntime.InferenceSession(file, providers=["CPUExecutionProvider"])

    def ask(batch: Tensor) -> npt.NDArray[np.float32]:
        answers: npt.NDArray[np.float32] = session.run([OUTPUT], {INPUT: batch.numpy()})[0]
        return answers

    return _difference(network, ask, images, file)


def missing_for_onnx() -> tuple[str, ...]:
    """Return which packages of the extra `onnx` are not installed."""
    return tuple(name for name in _ONNX_PACKAGES if importlib.util.find_spec(name) is None)


def _of_torch(network: nn.Module) -> Answers:
    def ask(batch: Tensor) -> npt.NDArray[np.float32]:
        with torch.inference_mode():
            answers: npt.NDArray[np.float32] = network(batch).numpy()
        return answers

    return ask


def _difference(network: nn.Module, ask: Answers, images: Bytes, file: Path) -> float:
    largest, expected = 0.0, _of_torch(network)
    for batch in torch.from_numpy(images[:NUM_COMPARED]).split(_BATCH):
        largest = max(largest, float(np.abs(ask(batch) - expected(batch)).max()))
        # A single image, too: a batch's size that was taken for fixed shows.
        largest = max(largest, float(np.abs(ask(batch[:1]) - expected(batch[:1])).max()))
    if not largest <= TOLERANCE:
        raise DisagreementError(
            f"{file.name} differs from the network by {largest:.2g}; up to {TOLERANCE:g} is let pass"
        )
    logger.info("%s differs from the network by %.2g at most", file, largest)
    return largest

"""A model's folder: written beside its place and renamed, once its files have been seen to agree."""

import importlib.metadata
import io
import logging
import shutil
import warnings
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PIL import Image
from torch import nn

from study.errors import first_line
from study.importing_mlflow import import_mlflow
from study.models.description import DESCRIPTION, Agreement, ModelDescription
from study.models.exporting import (
    NUM_COMPARED,
    ONNX,
    PT2,
    TOLERANCE,
    Program,
    export_onnx,
    export_pt2,
    missing_for_onnx,
)
from study.models.served import ERROR, IMAGE, PREFIX
from study.models.shipped_code import PREPROCESS, preprocess_script, ship_code
from trainables.data.decoding.decode import Bytes

if TYPE_CHECKING:
    import pandas as pd
    from mlflow.models import ModelSignature

logger = logging.getLogger(__name__)

REQUIRED = ("mlflow", "numpy", "pandas", "pillow", "torch")
PLUG_INS = (
    "imagecodecs", "pillow-avif-plugin", "pillow-heif", "pillow-jxl-plugin", "pydicom", "pyjpegls", "pylibjpeg",
    "pylibjpeg-openjpeg", "tifffile",
)  # fmt: skip
"""Read more formats; a model asks for those that were installed when it was written."""

CODE = "code"


def write_model(
    folder: Path, network: nn.Module, description: ModelDescription, *, images: Bytes, split: str = "val"
) -> tuple[str, ...]:
    """Write a network as a model that MLflow, ONNX and torch.export's users load without lrstudy.

    What is in the folder is replaced, once all of the new model is there.

    Args:
        folder: Of the model.
        network: Takes uint8 images (N, C, H, W) and returns a probability for each class, (N, K); on the CPU, in
            evaluation mode.
        description: Of it; versions and agreement are filled in.
        images: Images that the files are compared on, as they are stored: uint8 (N, H, W, C), at least one.
        split: Where they are from.

    Returns:
        Sentences on what is not there, such as ONNX where its packages are not installed.

    Raises:
        Exception: Almost anything, for a network that torch.export can't trace; nothing is written then.
    """
    unfinished = folder.with_name(f".{folder.name}.part")
    shutil.rmtree(unfinished, ignore_errors=True)
    folder.parent.mkdir(parents=True, exist_ok=True)
    try:
        lacking = _write(unfinished, network, description, images=images, split=split)
    except BaseException:  # Ctrl-C, too: nothing half-written stays; it is raised again
        shutil.rmtree(unfinished, ignore_errors=True)
        raise
    shutil.rmtree(folder, ignore_errors=True)
    unfinished.rename(folder)
    return lacking


def _write(
    folder: Path, network: nn.Module, description: ModelDescription, *, images: Bytes, split: str
) -> tuple[str, ...]:
    compared = images[:NUM_COMPARED].transpose(0, 3, 1, 2).copy()
    described = replace(description, versions=_versions())
    _save_for_mlflow(folder, described, example=images[0])
    program, difference = export_pt2(network, compared, folder / PT2)
    largest = {PT2: difference}
    lacking = _try_onnx(program, network, compared, folder / ONNX, described=described, largest=largest)
    agreement = Agreement(num_images=len(compared), split=split, tolerance=TOLERANCE, largest=largest)
    text = replace(described, agreement=agreement).as_json()
    (folder / DESCRIPTION).write_text(text, encoding="utf-8")
    return lacking


def _try_onnx(
    program: Program,
    network: nn.Module,
    images: Bytes,
    file: Path,
    *,
    described: ModelDescription,
    largest: dict[str, float],
) -> tuple[str, ...]:
    """Write the ONNX file, or say why there is none; the model stands without."""
    if missing := missing_for_onnx():
        return (f"no {ONNX}, since {', '.join(missing)} is not installed: pip install 'lrstudy[onnx]'",)
    try:
        largest[ONNX] = export_onnx(program, network, images, file, metadata=_onnx_metadata(described))
    except Exception as error:  # the exporter raises almost anything for an operator that it does not know
        file.unlink(missing_ok=True)
        logger.exception("%s could not be written", file)
        return (f"no {ONNX}: {first_line(error)}",)
    return ()


def _onnx_metadata(described: ModelDescription) -> dict[str, object]:
    """Return what stands in the ONNX file itself, which travels alone; the names are those of `model.json`."""
    names = (
        "classes", "preprocessing", "mean", "std", "weights", "weights_licence", "data_licence", "task", "study", "run",
        "temperature", "operating_point", "versions",
    )  # fmt: skip
    values = asdict(described)
    return {name: values[name] for name in names}


def _versions() -> dict[str, str]:
    names = ("lrstudy", *REQUIRED, *(name for name in PLUG_INS if _is_installed(name)))
    return {name: importlib.metadata.version(name) for name in names}


def _is_installed(name: str) -> bool:
    try:
        importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return False
    return True


def _save_for_mlflow(folder: Path, described: ModelDescription, *, example: Bytes) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # MLflow's, on its own insides
        import_mlflow("mlflow.tracking", "mlflow.pyfunc", "mlflow.models")
        import mlflow.pyfunc
        from mlflow.models import Model

        logging.getLogger("mlflow.pyfunc").setLevel(logging.WARNING)  # else it tells of the example
        code = folder.with_name(f"{folder.name}.code")
        shutil.rmtree(code, ignore_errors=True)
        try:
            loader = ship_code(code)
            mlflow.pyfunc.save_model(
                folder,
                loader_module=loader,
                code_paths=[str(code / loader.split(".")[0])],
                signature=_signature(described),
                input_example=_example(example),
                pip_requirements=[
                    f"{name}=={version}" for name, version in described.versions.items() if name != "lrstudy"
                ],
                metadata=_metadata(described),
                mlflow_model=Model(),
            )
            script = preprocess_script(loader, code=CODE, description=DESCRIPTION)
            (folder / PREPROCESS).write_text(script, encoding="utf-8")
        finally:
            shutil.rmtree(code, ignore_errors=True)


def _metadata(described: ModelDescription) -> dict[str, Any]:
    """Return what MLflow shows of a model; `run` says whose it is."""
    return {
        "study": described.study,
        "arm": described.arm,
        "run": described.run,
        "classes": list(described.classes),
        "fit": described.preprocessing.fit,
        "window": described.preprocessing.window,
        "val_objective": described.val_objective,
        "test_objective": described.test_objective,
    }


def _signature(described: ModelDescription) -> "ModelSignature":
    from mlflow.models import ModelSignature
    from mlflow.types import ColSpec, Schema

    answers = [ColSpec("double", f"{PREFIX}{name}", required=False) for name in described.classes]
    return ModelSignature(
        inputs=Schema([ColSpec("string", IMAGE)]),
        outputs=Schema(
            [
                ColSpec("string", "class", required=False),
                ColSpec("double", "probability", required=False),
                *answers,
                ColSpec("string", ERROR, required=False),
            ]
        ),
    )


def _example(square: Bytes) -> "pd.DataFrame":
    import base64

    import pandas as pd

    held = io.BytesIO()
    Image.fromarray(square[..., 0] if square.shape[-1] == 1 else square).save(held, "PNG")
    return pd.DataFrame({IMAGE: [base64.b64encode(held.getvalue()).decode()]})

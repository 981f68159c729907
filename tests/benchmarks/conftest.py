from collections.abc import Iterator
from pathlib import Path

import pytest
from torch.optim.optimizer import register_optimizer_step_pre_hook

from benchmarks.harness.many_images import many_images
from benchmarks.harness.settings import Settings


@pytest.fixture(scope="session")
def few_images(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Settings whose drawn images are 320 for training and 40 for validation, of ten classes."""
    work = tmp_path_factory.mktemp("work")
    settings = Settings(
        images=work / "many-images", source=None, peers=Path("/nowhere"), work=work, quick=True
    )
    many_images(settings)
    return settings


@pytest.fixture
def rates() -> Iterator[list[float]]:
    """The rate of every step that any optimizer takes, as it has it then."""
    taken: list[float] = []
    hook = register_optimizer_step_pre_hook(
        lambda optimizer, *_: taken.append(float(optimizer.param_groups[0]["lr"]))
    )
    yield taken
    hook.remove()

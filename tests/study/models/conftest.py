import pytest

from tests.support.models.written_model import WrittenModel, written_model


@pytest.fixture(scope="package")
def written(tmp_path_factory: pytest.TempPathFactory) -> WrittenModel:
    """A model of three digits; written once, read by all."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("LRSTUDY_CACHE", str(tmp_path_factory.mktemp("cache")))
        return written_model(tmp_path_factory.mktemp("models") / "fixed")

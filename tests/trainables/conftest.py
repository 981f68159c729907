import pytest

from trainables.data import DataSource, PreparedData, prepare


@pytest.fixture
def uneven(own_cache: None) -> PreparedData:
    """Three of the ten digits, 8x8 grey: 110, 109 and 104 training images."""
    return prepare(DataSource(digits=True, classes=(5, 6, 8)))

"""The rooms within the data: what a source is, then decoding, then readers and the building of sets."""

from tests.support.source_tree import read_modules

HEIGHTS = {
    "trainables.data.sources": 0,
    "trainables.data.decoding": 1,
    "trainables.data.readers": 2,
    "trainables.data": 2,
}
MODULES = {name: module for name, module in read_modules().items() if name.startswith("trainables.data")}


def room_of(name: str) -> str:
    return max((room for room in HEIGHTS if name == room or name.startswith(f"{room}.")), key=len)


def test_no_room_of_the_data_imports_one_beside_or_above_it() -> None:
    """Readers are found by name: who builds a set imports none of them."""
    wrong = [
        f"{name} imports {other}"
        for name, module in MODULES.items()
        for other in module.imports
        if other in MODULES
        and room_of(other) != room_of(name)
        and HEIGHTS[room_of(other)] >= HEIGHTS[room_of(name)]
    ]
    assert wrong == []
    assert {room_of(name) for name in MODULES} == set(HEIGHTS)

import importlib.metadata
import tomllib
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

REPOSITORY = Path(__file__).resolve().parents[2]


def pins() -> dict[str, str]:
    """The pinned versions by canonical name; fails on a line that pins nothing, or pins in another form."""
    lines = (REPOSITORY / "constraints.txt").read_text().splitlines()
    requirements = [Requirement(line) for line in lines if not line.startswith("#")]
    for requirement in requirements:
        assert [clause.operator for clause in requirement.specifier] == ["=="], requirement
        assert requirement.marker is None
        assert requirement.url is None
    return {canonicalize_name(r.name): next(iter(r.specifier)).version for r in requirements}


def test_every_direct_dependency_is_pinned_within_its_bounds():
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text())["project"]
    pinned = pins()
    for text in [*project["dependencies"], *project["optional-dependencies"]["dev"]]:
        requirement = Requirement(text)
        assert pinned[canonicalize_name(requirement.name)] in requirement.specifier


def test_no_pin_or_bound_admits_torch_2_13_and_a_cpu_build_satisfies_the_pin():
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text())["project"]
    bound = next(r for r in map(Requirement, project["dependencies"]) if r.name == "torch").specifier
    pin = Requirement(f"torch=={pins()['torch']}").specifier
    assert "2.13.0+cpu" not in bound
    assert "2.13.0+cpu" not in pin
    assert f"{pins()['torch']}+cpu" in pin


def test_bounds_leave_out_what_fails_and_a_ray_that_nobody_has_tried():
    """With the oldest versions the winner's export, leases of the cache, colours and the check against SciPy failed."""
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text())["project"]
    bounds = {r.name: r.specifier for r in map(Requirement, project["dependencies"])}
    for name, failed in {
        "mlflow": "3.10.1",
        "filelock": "3.12.0",
        "pillow": "11.3.0",
        "scipy": "1.12.0",
        "ray": "2.61.0",
    }.items():
        assert failed not in bounds[name]
    assert pins()["ray"] in bounds["ray"]


def test_what_is_installed_for_lrstudy_is_pinned_at_the_installed_version():
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text())["project"]
    pinned = pins()
    torch = importlib.metadata.version("torch")
    if torch.split("+")[0] != pinned["torch"]:
        pytest.skip(f"this environment was not made from constraints.txt: it has torch {torch}")
    for name in required_packages(project["dependencies"] + project["optional-dependencies"]["dev"]):
        assert pinned.get(name) == importlib.metadata.version(name).split("+")[0], name


def required_packages(requirements: list[str]) -> set[str]:
    """Follow requirements through the metadata of what is installed; names in canonical form."""
    seen: set[tuple[str, str]] = set()
    queue = [(Requirement(text), "") for text in requirements]
    while queue:
        requirement, extra_of_parent = queue.pop()
        if requirement.marker is not None and not requirement.marker.evaluate({"extra": extra_of_parent}):
            continue
        for extra in ("", *requirement.extras):
            key = (canonicalize_name(requirement.name), extra)
            if key not in seen:
                seen.add(key)
                texts = importlib.metadata.requires(requirement.name) or []
                queue += [(Requirement(text), extra) for text in texts]
    return {name for name, _ in seen}


def test_every_dependency_has_a_lower_bound_that_the_script_of_oldest_versions_takes():
    loader = SourceFileLoader("oldest", str(REPOSITORY / ".ci" / "oldest"))
    script = module_from_spec(spec_from_loader(loader.name, loader))
    loader.exec_module(script)
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text())["project"]
    extras = project["optional-dependencies"]
    pinned = {}
    for text in [*project["dependencies"], *extras["timm"]]:
        requirement, pin = Requirement(text), Requirement(script.oldest(text))
        (version,) = (clause.version for clause in pin.specifier)
        assert version in requirement.specifier
        assert pin.extras == requirement.extras
        pinned[script.name_of(text)] = version
    assert pinned["ray"] == "2.50"
    with pytest.raises(ValueError, match="rich<13"):
        script.oldest("rich<13")
    tools = script.tools(extras["dev"], without={"mypy", "timm"})
    assert f"pytest=={pins()['pytest']}" in tools
    assert not any(each.startswith(("mypy", "timm")) for each in tools)

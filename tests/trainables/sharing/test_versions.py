"""Versions of what computes a run, in the keys of what runs share."""

import importlib.metadata

import torch

from trainables.sharing.versions import computed_by, version_of


def test_the_build_of_pytorch_counts_and_the_packages_that_networks_come_from() -> None:
    """The package's metadata have no build: 2.9.0 and 2.9.0+cpu are one there."""
    assert computed_by()[0] == torch.__version__
    assert computed_by()[1] == importlib.metadata.version("lrstudy")
    assert computed_by()[2] == importlib.metadata.version("torchvision")


def test_a_package_that_is_not_installed_has_a_word_for_it() -> None:
    assert version_of("no-such-package") == "not installed"

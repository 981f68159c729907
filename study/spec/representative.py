"""One configuration that stands for an arm: the middle of every range, the middle one of every choice."""

import math
from typing import Any

from ray.tune.search.sample import Categorical, Float, LogUniform

from study.spec.arms import Arm, sample_config


def representative(arm: Arm, **extra: Any) -> dict[str, Any]:
    """Return the flat configuration in the middle of an arm's space; the geometric middle of log ranges."""
    return sample_config(arm, {key: middle(domain) for key, domain in arm.space.items()}, **extra)


def middle(domain: Any) -> Any:
    """Return the middle of a Ray Tune domain, or the middle one of its choices."""
    if isinstance(domain, Categorical):
        return domain.categories[len(domain.categories) // 2]
    if isinstance(domain, Float):
        if isinstance(domain.get_sampler(), LogUniform):
            return math.sqrt(domain.lower * domain.upper)
        return (domain.lower + domain.upper) / 2
    return (domain.lower + domain.upper - 1) // 2

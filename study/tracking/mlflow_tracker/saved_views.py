"""Saved views of a study in MLflow's page of runs: filters and charts under a name, which a link opens.

MLflow keeps a view as a tag of the experiment: a name, and the state of the page, as its own page writes it when one
saves a view by hand (read off MLflow 3.17; a page that cannot read a view shows its own charts).
"""

import base64
import json
import zlib
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from study.tracking.mlflow_tracker.run_descriptions import STUDY_ID, shown_param

if TYPE_CHECKING:
    from mlflow.entities import Experiment

TAG = "mlflow.sharedViewState."
"""Begins the experiment's tags that hold views; the rest is the view's key in links."""

State = dict[str, Any]


def saved_views(study: str, study_id: str, *, searched: Sequence[str]) -> Mapping[str, str]:
    """Return the experiment's tags that hold the views of a study.

    Args:
        study: Its name.
        study_id: Its id, by which its runs are found.
        searched: Settings that its arms search.
    """
    views = {
        confirmation_key(study_id): (f"{study}: confirmation by arm", _confirmation(study_id)),
        f"{study_id}-search": (f"{study}: search trials", _trials(study_id, searched)),
    }
    return {f"{TAG}{key}": _tag(name, state) for key, (name, state) in views.items()}


def confirmation_key(study_id: str) -> str:
    """Return the key of the view of a study's confirmation, by which a link opens it."""
    return f"{study_id}-confirm"


def charts_page(study_id: str, experiment: "Experiment") -> str:
    """Return the address, below the server's, of the charts of a study; of its experiment where it has none saved."""
    page = f"/#/experiments/{experiment.experiment_id}/runs"
    key = confirmation_key(study_id)
    return (
        f"{page}?viewStateShareKey={key}&compareRunsMode=CHART" if f"{TAG}{key}" in experiment.tags else page
    )


def _tag(name: str, state: State) -> str:
    """Return a view as MLflow's page writes it."""
    packed = base64.b64encode(zlib.compress(json.dumps(state).encode())).decode()
    # Times are when somebody saved it; views of ours are the same whenever they are written.
    return json.dumps({"name": name, "createdAt": 0, "updatedAt": 0, "state": f"deflate;{packed}"})


def _confirmation(study_id: str) -> State:
    """The runs of the confirmation: an arm's mean curve, and its values and seconds."""
    section = "confirmation"
    charts = [
        _chart("LINE", section, f"{section}-{place}", metricKey=key, displayName=name, **_LINE)
        for place, (key, name) in enumerate(
            {
                "val/objective": "validation objective",
                "train/loss": "training loss",
                "lr/head": "rate of the head",
            }.items()
        )
    ]
    charts += [
        _chart("BAR", section, f"{section}-{key}", metricKey=key, displayName=name)
        for key, name in {"test/objective": "test objective", "cost_seconds": "seconds"}.items()
    ]
    by_arm = {"aggregateFunction": "average", "groupByKeys": [{"mode": "tag", "groupByData": "arm"}]}
    return _state(study_id, "confirm", sections=[section], charts=charts) | {"groupBy": by_arm}


def _trials(study_id: str, searched: Sequence[str]) -> State:
    """The search trials: every searched parameter against the value in the end, alone and together."""
    section, searched = "search", [shown_param(name) for name in searched]
    value = {"key": "final_objective", "type": "METRIC"}
    charts = [
        _chart(
            "PARALLEL",
            section,
            f"{section}-all",
            selectedParams=searched,
            selectedMetrics=["final_objective"],
            showAllRuns=True,
        ),
        *(
            _chart("SCATTER", section, f"{section}-{name}", xaxis={"key": name, "type": "PARAM"}, yaxis=value)
            for name in searched
        ),
    ]
    return _state(study_id, "search", sections=[section], charts=charts)


_LINE = {
    "scaleType": "linear",
    "xAxisKey": "step",
    "xAxisScaleType": "linear",
    "lineSmoothness": 0,
    "useGlobalXaxisKey": True,
    "useGlobalLineSmoothing": True,
    "yAxisKey": "metric",
    "yAxisExpressions": [],
    "selectedXAxisMetricKey": "",
    "ignoreOutliers": False,
    "range": {},
}


def _chart(kind: str, section: str, key: str, **settings: Any) -> State:
    common = {
        "uuid": key,
        "type": kind,
        "metricSectionId": section,
        "deleted": False,
        "isGenerated": False,
        "runsCountToCompare": 1000,
    }
    return common | settings


def _state(study_id: str, stage: str, *, sections: Sequence[str], charts: Sequence[State]) -> State:
    return {
        "searchFilter": f"tags.`{STUDY_ID}` = '{study_id}' AND tags.stage = '{stage}'",
        "orderByKey": "metrics.`final_objective`",
        "orderByAsc": False,
        "startTime": "ALL",
        "lifecycleFilter": "Active",
        "datasetsFilter": [],
        "modelVersionFilter": "All Runs",
        "selectedColumns": ["tags.`arm`", "tags.`seed`", "metrics.`final_objective`"],
        "runsHiddenMode": "SHOWALL",
        "compareRunCharts": list(charts),
        "compareRunSections": [
            {
                "uuid": name,
                "name": name,
                "display": True,
                "isReordered": False,
                "deleted": False,
                "isGenerated": False,
            }
            for name in sections
        ],
        "viewMaximized": False,
        "runListHidden": False,
        "isAccordionReordered": True,
        "useGroupedValuesInCharts": True,
        "hideEmptyCharts": True,
        "groupBy": None,
        "groupsExpanded": {},
        "globalLineChartConfig": {"xAxisKey": "step", "lineSmoothness": 0, "selectedXAxisMetricKey": ""},
    }

"""Take the pictures of docs/mlflow.md: a study in MLflow's user interface, in a real browser.

Needs `pip install playwright` and a Chromium on PATH; no browser is downloaded.

    lrstudy run digits
    python docs/mlflow_screenshots.py results/digits
"""

import argparse
import contextlib
import json
import shutil
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

from mlflow.tracking import MlflowClient
from playwright.sync_api import Page, sync_playwright

from analysis.loading.run_metadata import RunMetadata
from study.results.folder import open_results
from study.spec.study_file import read_resolved
from study.spec.tracking_address import tracking_uri
from study.tracking.mlflow_tracker.run_descriptions import STUDY_ID
from study.tracking.mlflow_tracker.saved_views import charts_page

PORT = 5099
ADDRESS = f"http://127.0.0.1:{PORT}"
HERE = Path(__file__).resolve().parent
HIDDEN = ("Dataset", "Source")
COLUMNS = ("arm", "recipe", "log10_lr", "final_objective", "best_objective")
PATIENCE_MS = 60_000


def main() -> None:
    """Write the pictures beside this file."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path, help="a study's results folder, results/NAME")
    results = open_results(parser.parse_args().folder.absolute())
    tracking = read_resolved(results.spec).tracking
    uri = tracking_uri(tracking.uri, results.folder.parent)
    client = MlflowClient(tracking_uri=uri)
    experiment = client.get_experiment_by_name(tracking.experiment)
    assert experiment is not None, "the study was tracked there"
    mine = f"tags.`{STUDY_ID}` = '{RunMetadata.read(results.run_metadata).study_id}'"
    runs = client.search_runs(
        [experiment.experiment_id], f"{mine} AND tags.stage = 'search'", max_results=1000
    )
    with served(uri), sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium") or shutil.which("google-chrome"), args=["--no-sandbox"]
        )
        page = browser.new_page(viewport={"width": 1500, "height": 900})
        page.set_default_timeout(PATIENCE_MS)
        runs_table(page, experiment.experiment_id)
        saved_view(page, charts_page(RunMetadata.read(results.run_metadata).study_id, experiment))
        compare = f"{ADDRESS}/#/compare-runs?runs={quote(json.dumps([run.info.run_id for run in runs]))}"
        page.goto(f"{compare}&experiments={quote(json.dumps([experiment.experiment_id]))}")
        parallel_coordinates(page)
        comparison(page)
        browser.close()


def runs_table(page: Page, experiment_id: str) -> None:
    """Show the study and the runs below it, with the columns that tell them apart."""
    page.goto(f"{ADDRESS}/#/experiments/{experiment_id}/runs")
    page.get_by_text("matching runs").wait_for()
    close_assistant(page)
    page.get_by_role("button", name="Columns", exact=True).first.click()
    for column in (*HIDDEN, *COLUMNS):
        page.get_by_placeholder("Search columns").fill(column)
        page.wait_for_timeout(1000)
        while (closed := page.locator("[class*=tree-switcher_close]")).count():
            closed.first.click()
        found = page.locator("[class*=tree-treenode]").filter(has_text=column)
        found.last.locator("[class*=tree-checkbox]").first.click()
    page.keyboard.press("Escape")
    page.locator("[role=gridcell][col-id*='Run Name'] button").first.click()
    save(page, "mlflow_runs.png")


def close_assistant(page: Page) -> None:
    """Close what MLflow's page opens beside the runs, where it does."""
    with contextlib.suppress(Exception):  # an advertisement that is not always there
        page.locator("button[aria-label*='lose']").first.click(timeout=5000)


def saved_view(page: Page, address: str) -> None:
    """Show the charts of the confirmation, as `lrstudy ui` links to them."""
    page.goto(f"{ADDRESS}{address}")
    page.locator(".js-plotly-plot").nth(4).wait_for()
    close_assistant(page)
    save(page, "mlflow_view.png")


def parallel_coordinates(page: Page) -> None:
    """Show how rate, arm and ratio go with the value in the end."""
    page.get_by_text("Parallel Coordinates Plot").wait_for()
    page.get_by_role("button", name="Clear All").click()
    for place, names in enumerate((("arm", "log10_lr", "stem_to_head"), ("final_objective",))):
        for name in names:
            page.get_by_role("combobox").nth(place).click()
            page.keyboard.type(name)
            page.keyboard.press("Enter")
        page.keyboard.press("Escape")
    save(page, "mlflow_parallel_coordinates.png")


def comparison(page: Page) -> None:
    """Show the same runs as points, rate against value."""
    page.get_by_role("tab", name="Scatter Plot").click()
    for axis, name in (("x", "log10_lr"), ("y", "final_objective")):
        page.locator(f"#{axis}-axis-selector").click()
        page.get_by_role("option", name=name, exact=True).click()
    save(page, "mlflow_comparison.png")


def save(page: Page, name: str) -> None:
    """Let everything be drawn, and write a picture; the page never stops asking for news."""
    page.wait_for_timeout(5000)
    page.screenshot(path=HERE / name)
    print(HERE / name)


@contextlib.contextmanager
def served(uri: str) -> Iterator[None]:
    """Serve MLflow's user interface on a store."""
    command: list[Any] = [
        sys.executable,
        "-m",
        "mlflow",
        "ui",
        "--backend-store-uri",
        uri,
        "--port",
        str(PORT),
    ]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        for _ in range(240):
            with contextlib.suppress(OSError):
                urllib.request.urlopen(f"{ADDRESS}/health", timeout=5)
                break
            time.sleep(0.5)
        yield
    finally:
        server.terminate()
        server.wait(60)


if __name__ == "__main__":
    main()

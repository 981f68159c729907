"""Take the pictures of docs/report.md: a study's report at the width of a phone and of a desk, light and dark.

Needs the extra `dev` and a Chromium on PATH; no browser is downloaded.

    lrstudy run digits
    python -m docs.report_screenshots results/digits/report.html
"""

import argparse
import io
import shutil
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

HERE = Path(__file__).resolve().parent
SIZES = {"phone": (390, 844), "desk": (1280, 800)}
NUM_COLOURS = 128


def main() -> None:
    """Write the pictures beside this file."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("report", type=Path, help="a report, results/NAME/report.html")
    address = parser.parse_args().report.absolute().as_uri()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        for name, (width, height) in SIZES.items():
            for scheme in ("light", "dark"):
                page = browser.new_page(viewport={"width": width, "height": height}, color_scheme=scheme)
                page.goto(address)
                write(page.screenshot(), HERE / f"report_{name}_{scheme}.png")
        browser.close()


def write(picture: bytes, path: Path) -> None:
    """Write a picture with few colours, which a page of flat ones needs no more of."""
    with Image.open(io.BytesIO(picture)) as image:
        image.convert("RGB").quantize(NUM_COLOURS).save(path, optimize=True)
    print(path.name, path.stat().st_size)


if __name__ == "__main__":
    main()

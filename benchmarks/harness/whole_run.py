"""lrstudy's side of the lines that time a training: a whole run in a process of its own.

python -m benchmarks.harness.whole_run CONFIG-AS-JSON
"""

import json
import sys
from pathlib import Path

from trainables.data import DataSource, prepare
from trainables.run import train


def main() -> None:
    """Print what the run had cost after every epoch, its validation accuracies and its end, as a JSON object.

    Decoding the images is charged to the run: it is work that a study shares among its trials.
    """
    config = json.loads(sys.argv[1])
    data = prepare(DataSource(folder=config["data"]), cache=Path(config["cache"]))
    records = list(train(config))
    measured = [record for record in records if record.val_accuracy is not None]
    curve = {
        "seconds": [data.build_seconds + record.cost_seconds for record in measured],
        "values": [record.val_accuracy for record in measured],
        "finished": records[-1].status == "finished",
    }
    print(json.dumps({"curve": curve, "decoding_seconds": data.build_seconds}))


if __name__ == "__main__":
    main()

"""lrstudy's side of the epoch lines: seconds of each training epoch of a run, in a process of its own.

python -m benchmarks.harness.epochs CONFIG-AS-JSON EPOCHS
"""

import json
import sys
from itertools import islice

from trainables.run import train


def main() -> None:
    """Print the seconds of every epoch but the first, and the batches of each, as a JSON object."""
    records = list(islice(train(json.loads(sys.argv[1])), int(sys.argv[2])))
    seconds = [record.training_seconds for record in records[1:]]
    print(json.dumps({"seconds": seconds, "batches": records[0].num_steps}))


if __name__ == "__main__":
    main()

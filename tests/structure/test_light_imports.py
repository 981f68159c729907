"""What a package is imported without: in a process of its own, as what other tests imported stays."""

import json
import subprocess
import sys


def test_the_analysis_needs_neither_torch_nor_ray_nor_mlflow_nor_pyplot():
    code = (
        "import sys, json, analysis; [getattr(analysis, name) for name in analysis.__all__];"
        "heavy = {'torch', 'ray', 'mlflow', 'matplotlib.pyplot', 'study'};"
        "print(json.dumps(sorted(heavy & set(sys.modules))))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert json.loads(done.stdout) == []

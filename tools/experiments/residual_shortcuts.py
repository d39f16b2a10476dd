"""What becomes of a residual network when its shortcuts do something else than pass on what they get.

`python -m tools.experiments.residual_shortcuts --data FOLDER`

The networks of 38 layers and the training of `residual_depth`, which has the runs of the identity and of no shortcut;
run it first. Each run is stored when it ends, and a second start goes on behind the last one.
"""

import argparse
from itertools import product

from tools.experiments.record import record
from tools.experiments.residual_depth import SEEDS, load, stored, trained

DEPTH = 38
KINDS = {
    "constant 0.5, 0.5": {"shortcut": "constant", "shortcut_scale": 0.5, "residual_scale": 0.5},
    "exclusive gating": {"shortcut": "exclusive_gating", "gate_bias": -6.0},
    "shortcut-only gating": {"shortcut": "shortcut_gating", "gate_bias": 0.0},
    "convolution": {"shortcut": "convolution"},
    "dropout": {"shortcut": "dropout"},
}
MORE = {  # two more of the paper's table
    "shortcut-only gating, -6": {"shortcut": "shortcut_gating", "gate_bias": -6.0},
    "constant 0.5, 1": {"shortcut": "constant", "shortcut_scale": 0.5, "residual_scale": 1.0},
}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", required=True, help="folder with CIFAR-10's data_batch_1 and test_batch")
    data = load(parser.parse_args().data)
    runs = stored("residual_shortcuts")
    done = {(run["kind"], run["seed"]) for run in runs}
    for kinds, seed in product((KINDS, MORE), SEEDS):
        for kind, options in kinds.items():
            if (kind, seed) in done:
                continue
            run = {"kind": kind, **trained(data, DEPTH, seed, **options)[1]}
            runs.append(run)
            print(kind, seed, run["train_error"], run["test_error"], run["seconds"], flush=True)
            record({"runs": runs}, "residual_shortcuts", seconds=sum(run["seconds"] for run in runs))


if __name__ == "__main__":
    main()

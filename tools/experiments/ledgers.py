"""The sums of each ILSVRC network's ledger: parameters and multiply-accumulates, in all and by kind of layer.

Weights cost time and count nothing, so they start from zero. `python -m tools.experiments.ledgers`
"""

import keras

from dnnlib.models.alexnet import alexnet, alexnet_owt
from dnnlib.models.densenet import densenet
from dnnlib.models.googlenet import googlenet
from dnnlib.models.ledger import ledger, totals
from dnnlib.models.resnet import resnet
from dnnlib.models.senet import seresnet50
from dnnlib.models.vgg import vgg16, vgg19
from dnnlib.models.zfnet import zfnet
from tools.experiments.record import record

NETWORKS = {
    "alexnet": alexnet,
    "alexnet owt": alexnet_owt,
    "zfnet": zfnet,
    "vgg 16": vgg16,
    "vgg 19": vgg19,
    "googlenet": googlenet,
    **{f"resnet {depth}": lambda depth=depth: resnet(depth) for depth in (18, 34, 50, 101, 152)},
    "seresnet 50": seresnet50,
    **{f"densenet {depth}": lambda depth=depth: densenet(depth) for depth in (121, 169, 201)},
}


def sums(rows):
    """Returns the sums of a ledger, and those of its convolutions and dense layers."""
    found = {}
    for name, kinds in (("all", None), ("convolutions", ("Conv2D",)), ("dense", ("Dense",))):
        part = totals([row for row in rows if kinds is None or row.kind in kinds])
        found[name] = {"parameters": part.parameters, "macs": part.macs}
    return found | {"layers": sum(row.kind in ("Conv2D", "Dense") for row in rows)}


def main():
    for start in ("glorot_uniform", "he_normal", "random_normal"):
        kind = type(keras.initializers.get(start))
        kind.__call__ = lambda self, shape, dtype=None: keras.ops.zeros(shape, dtype)
    results = {}
    for name, build in NETWORKS.items():
        results[name] = sums(ledger(build()))
        keras.backend.clear_session()
        print(name, results[name]["all"], flush=True)
    record(results)


if __name__ == "__main__":
    main()

"""Every family of networks, shortened, on its smallest images; as a script, stores what they compute on any backend.

    KERAS_BACKEND=jax python -m tests.models.backends FILE.npz

The tables of the papers are cut down to a block or two a stage: the same lines build the network, and it is compiled in
a tenth of the time.
"""

import sys
from contextlib import ExitStack
from unittest.mock import patch

import keras
import numpy as np

from dnnlib.models import densenet, googlenet, mobilenet, resnet, vgg
from dnnlib.models.alexnet import alexnet, alexnet_owt
from dnnlib.models.backbone import backbone
from dnnlib.models.lenet import lenet5, lenet5_1998
from dnnlib.models.resnet_cifar import SHORTCUTS, resnet_cifar
from dnnlib.models.senet import seresnet50
from dnnlib.models.zfnet import zfnet

SHORT = {
    "dnnlib.models.vgg.CONVOLUTIONS": {16: (1, 1, 1, 1, 2)},
    "dnnlib.models.googlenet.MODULES": {key: googlenet.Inception(8, 4, 8, 4, 8, 8) for key in googlenet.MODULES},
    "dnnlib.models.resnet.BLOCKS": {18: (2, 1, 1, 1), 50: (2, 1, 1, 1)},
    "dnnlib.models.resnet.BLOCKS_V2": {50: (2, 1, 1, 1)},
    "dnnlib.models.densenet.LAYERS": {121: (2, 1, 1, 1)},
    "dnnlib.models.mobilenet.BLOCKS": {128: (2,), 256: (2,), 512: (2, 1), 1024: (2,)},
}
FAMILIES = {
    "backbone": lambda: backbone(weights=None),
    "lenet5": lenet5,
    "lenet5_1998": lenet5_1998,
    "alexnet": lambda: alexnet((67, 67, 3), 4),
    "alexnet_owt": lambda: alexnet_owt((63, 63, 3), 4),
    "zfnet": lambda: zfnet((61, 61, 3), 4),
    "vgg": lambda: vgg.vgg16((32, 32, 3), 4),
    "googlenet with heads": lambda: googlenet.googlenet((75, 75, 3), 4, auxiliary=True),
    "resnet of basic blocks": lambda: resnet.resnet(18, (32, 32, 3), 4),
    "resnet of bottlenecks": lambda: resnet.resnet(50, (32, 32, 3), 4),
    "resnet_v2": lambda: resnet.resnet_v2(50, (32, 32, 3), 4),
    "seresnet": lambda: seresnet50((32, 32, 3), 4),
    "densenet": lambda: densenet.densenet(121, (32, 32, 3), 4),
    "mobilenet": lambda: mobilenet.mobilenet(0.25, (32, 32, 3), 4),
    "resnet_cifar, projections": lambda: resnet_cifar(8, (8, 8, 3), projection=True),
    "resnet_cifar, preactivation": lambda: resnet_cifar(8, (8, 8, 3), preactivation=True),
    **{f"resnet_cifar, {kind}": lambda kind=kind: resnet_cifar(8, (8, 8, 3), shortcut=kind) for kind in SHORTCUTS},
}


def shortened(name):
    """Builds a network from shortened tables."""
    with ExitStack() as stack:
        for table, rows in SHORT.items():
            stack.enter_context(patch.dict(table, rows))
        return FAMILIES[name]()


STARTS = (keras.initializers.VarianceScaling, keras.initializers.RandomNormal, keras.initializers.Constant)


def drawn(name):
    """Returns a network with weights drawn by NumPy, so the same on every backend, and two random images."""
    with ExitStack() as stack:  # JAX would compile a generator for each shape of a weight
        for start in STARTS:
            stack.enter_context(patch.object(start, "__call__", lambda _, shape, dtype=None: np.zeros(shape, dtype)))
        model = shortened(name)
    rng = np.random.default_rng(0)
    for weight in model.weights:
        read = weight.shape[:2] if "conv_dw" in weight.path else weight.shape[:-1]  # by one output
        value = rng.standard_normal(weight.shape, "float32") / np.sqrt(max(10, np.prod(read)))
        weight.assign(np.abs(value) + 1 if weight.path.endswith(("gamma", "variance")) else value)
    return model, rng.standard_normal((2, *model.input_shape[1:])).astype("float32")


def computed(model, images):
    """Returns what a network makes of images, (outputs, images, classes)."""
    compiled = keras.backend.backend() == "jax"  # which would compile layer by layer otherwise
    outputs = model.predict_on_batch(images) if compiled else model(images, training=False)
    return np.stack(outputs if isinstance(outputs, list) else [outputs])


if __name__ == "__main__":
    np.savez(sys.argv[1], **{name: computed(*drawn(name)) for name in FAMILIES})

"""Do our networks compute what PyTorch's do? Weights of torchvision and timm, put into dnnlib's models.

    KERAS_BACKEND=torch python -m benchmarks.transplants [--pretrained]

Needs `torch`, `torchvision` and `timm`, which the book does not; any backend of Keras will do. The weights are random,
with normalisations that fit them, or with `--pretrained` those that PyTorch's hub hands out. Each line says, in
float64, how far the scores of two images are from PyTorch's, as a share of the largest. Where PyTorch's network differs
from the paper's, ours is changed to it first:

- torchvision's GoogLeNet normalises each convolution, which is folded into kernel and bias here; its "5 x 5" kernels
  are 3 x 3, which a border of zeros makes 5 x 5; it has no response normalisation, and its fourth pooling is 2 x 2.
- timm's `legacy_seresnet50`, Caffe's network, puts the border of its first pooling on one side only.
"""

import argparse

import keras
import numpy as np
import timm
import torch
import torchvision

from dnnlib.models.alexnet import alexnet_owt
from dnnlib.models.googlenet import MODULES, googlenet
from dnnlib.models.senet import seresnet50

TOLERANCE = 1e-5  # of the largest score; Keras 3.15 rounds dense layers of torch to float32, whatever the type


def spread(network, side=64):
    """Draws every weight of a PyTorch network, and takes the statistics of its normalisations from random images."""
    generator = torch.Generator().manual_seed(0)
    with torch.no_grad():
        for name, weight in network.named_parameters():
            drawn = torch.randn(weight.shape, generator=generator)
            if weight.ndim > 1:
                weight.copy_(drawn * (2 / weight[0].numel()) ** 0.5)
            else:
                weight.copy_(0.1 * drawn + name.endswith("weight"))
        for module in network.modules():
            if isinstance(module, torch.nn.BatchNorm2d):
                module.momentum = None  # the mean over all batches, of which there is one
        network.train()(torch.randn((4, 3, side, side), generator=generator))
    return network


def kernel(tensor):
    """Returns a kernel of PyTorch in Keras's order of axes."""
    return tensor.numpy().transpose(2, 3, 1, 0) if tensor.ndim == 4 else tensor.numpy().T


def put(model, name, *arrays):
    """Sets the weights of one layer."""
    model.get_layer(name).set_weights([np.asarray(array) for array in arrays])


def normalisation(state, name):
    """Returns the four arrays of a normalisation in Keras's order."""
    return [state[f"{name}.{part}"].numpy() for part in ("weight", "bias", "running_mean", "running_var")]


def alexnet_pair(weights):
    """Returns torchvision's AlexNet, and ours with its weights."""
    theirs = torchvision.models.alexnet(weights=weights)
    theirs = theirs if weights else spread(theirs, 224)
    state, ours = theirs.state_dict(), alexnet_owt(classifier_activation=None)
    places = {
        "conv1": "features.0", "conv2": "features.3", "conv3": "features.6", "conv4": "features.8",
        "conv5": "features.10", "fc6": "classifier.1", "fc7": "classifier.4", "predictions": "classifier.6",
    }  # fmt: skip
    for name, place in places.items():
        matrix = kernel(state[f"{place}.weight"])
        if name == "fc6":  # PyTorch flattens maps first, Keras last
            matrix = matrix.reshape(256, 6, 6, -1).transpose(1, 2, 0, 3).reshape(9216, -1)
        put(ours, name, matrix, state[f"{place}.bias"].numpy())
    return theirs, ours


def folded(state, place, side):
    """Returns kernel and bias that do what a convolution without bias and its normalisation do."""
    scale, shift, mean, variance = normalisation(state, f"{place}.bn")
    scale = scale / np.sqrt(variance + 1e-3)
    weights = kernel(state[f"{place}.conv.weight"]) * scale
    border = (side - weights.shape[0]) // 2
    return np.pad(weights, [(border, border), (border, border), (0, 0), (0, 0)]), shift - mean * scale


def googlenet_pair(weights):
    """Returns torchvision's GoogLeNet without auxiliary heads, and ours with its weights."""
    theirs = torchvision.models.googlenet(weights=weights, aux_logits=bool(weights), init_weights=False)
    theirs = theirs if weights else spread(theirs)
    theirs.transform_input, theirs.aux_logits = False, False
    state, ours = theirs.state_dict(), googlenet((112, 112, 3), classifier_activation=None)
    for name in ("norm1", "norm2"):
        ours.get_layer(name).k, ours.get_layer(name).alpha = 1.0, 0.0
    ours.get_layer("pool4").pool_size = (2, 2)
    for name, place, side in (("conv1", "conv1", 7), ("conv2_reduce", "conv2", 1), ("conv2", "conv3", 3)):
        put(ours, name, *folded(state, place, side))
    for key in MODULES:
        branches = {
            "1x1": "1",
            "3x3_reduce": "2.0",
            "3x3": "2.1",
            "5x5_reduce": "3.0",
            "5x5": "3.1",
            "pool_proj": "4.1",
        }
        for branch, place in branches.items():
            side = int(branch[0]) if branch in ("3x3", "5x5") else 1
            put(ours, f"inception_{key}_{branch}", *folded(state, f"inception{key}.branch{place}", side))
    put(ours, "predictions", kernel(state["fc.weight"]), state["fc.bias"].numpy())
    return theirs, ours


def seresnet50_pair(weights):
    """Returns timm's SE-ResNet-50 with the stride in the first convolution of a block, and ours with its weights."""
    theirs = timm.create_model("legacy_seresnet50", pretrained=bool(weights))
    theirs = theirs if weights else spread(theirs)
    state, ours = theirs.state_dict(), seresnet50((112, 112, 3), classifier_activation=None)
    ours.get_layer("pool1_pad").padding = ((0, 1), (0, 1))

    def convolution(ours_name, conv, bn):
        put(ours, f"{ours_name}_conv", kernel(state[f"{conv}.weight"]))
        put(ours, f"{ours_name}_bn", *normalisation(state, bn))

    convolution("conv1", "layer0.conv1", "layer0.bn1")
    for stage, count in enumerate((3, 4, 6, 3), 1):
        for block in range(count):
            name, place = f"conv{stage + 1}_block{block + 1}", f"layer{stage}.{block}"
            for i in (1, 2, 3):
                convolution(f"{name}_{i}", f"{place}.conv{i}", f"{place}.bn{i}")
            if block == 0:
                convolution(f"{name}_0", f"{place}.downsample.0", f"{place}.downsample.1")
            for part, layer in (("reduce", "fc1"), ("excite", "fc2")):
                matrix, bias = (state[f"{place}.se_module.{layer}.{kind}"] for kind in ("weight", "bias"))
                put(ours, f"{name}_se_{part}", kernel(matrix)[0, 0], bias.numpy())
    put(ours, "predictions", kernel(state["last_linear.weight"]), state["last_linear.bias"].numpy())
    return theirs, ours


PAIRS = {  # with the weights that `--pretrained` asks for, and the side of the images
    "AlexNet (torchvision)": (alexnet_pair, torchvision.models.AlexNet_Weights.IMAGENET1K_V1, 224),
    "GoogLeNet (torchvision)": (googlenet_pair, torchvision.models.GoogLeNet_Weights.IMAGENET1K_V1, 112),
    "SE-ResNet-50 (timm)": (seresnet50_pair, True, 112),
}


def main():
    """Prints how far the scores are apart."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--pretrained", action="store_true", help="download PyTorch's weights")
    pretrained = options.parse_args().pretrained
    keras.config.set_floatx("float64")
    keras.config.set_dtype_policy("float64")
    print(f"torch {torch.__version__}, torchvision {torchvision.__version__}, timm {timm.__version__}; "
          f"Keras {keras.__version__} on {keras.backend.backend()}")  # fmt: skip
    for name, (pair, weights, side) in PAIRS.items():
        images = np.random.default_rng(0).standard_normal((2, side, side, 3))
        theirs, ours = pair(weights if pretrained else None)
        with torch.no_grad():
            expected = theirs.double().eval()(torch.from_numpy(images.transpose(0, 3, 1, 2))).numpy()
        found = keras.ops.convert_to_numpy(ours(images, training=False))
        apart = np.abs(found - expected).max() / np.abs(expected).max()
        differ = np.abs(expected[0] - expected[1]).max() / np.abs(expected).max()
        print(f"  {name:24} {apart:.1e} of the largest score; the two images differ by {differ:.2f}", flush=True)
        assert apart < TOLERANCE, f"{name}: expected scores equal to {TOLERANCE}"
        assert differ > 100 * TOLERANCE, f"{name}: expected scores that depend on the image"


if __name__ == "__main__":
    main()

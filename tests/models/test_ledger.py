"""The ledger: published counts of every network, receptive fields by gradients, graphs of every kind."""

import keras
import numpy as np
import pytest
from keras import layers

from dnnlib.datasets.results import load_results
from dnnlib.layers.receptive_field import Window, receptive_field
from dnnlib.models.alexnet import alexnet, alexnet_owt
from dnnlib.models.densenet import densenet
from dnnlib.models.googlenet import googlenet
from dnnlib.models.ledger import Totals, ledger, totals
from dnnlib.models.lenet import lenet5, lenet5_1998
from dnnlib.models.mobilenet import mobilenet
from dnnlib.models.resnet import resnet, resnet_v2
from dnnlib.models.resnet_cifar import resnet_cifar
from dnnlib.models.senet import seresnet50
from dnnlib.models.vgg import vgg16, vgg19
from dnnlib.models.zfnet import zfnet

# Trainable parameters, moving statistics, multiply-accumulates. Counted from keras.applications 3.15 (VGG, ResNet-50
# and deeper, v2, DenseNet, MobileNet), torchvision 0.28 (AlexNet-OWT, ResNet-18 and 34), timm 1.0 (SE-ResNet-50),
# Caffe's definition of GoogLeNet, and the papers' tables (AlexNet, ZFNet, LeNet-5, ResNets of CIFAR-10).
COUNTS = {
    "lenet5": (lenet5, 61_706, 0, 416_520),
    "alexnet": (alexnet, 60_965_224, 0, 724_406_816),
    "alexnet in one group": (lambda: alexnet(groups=1), 62_378_344, 0, 1_135_256_096),
    "alexnet_owt": (alexnet_owt, 61_100_840, 0, 714_188_480),
    "alexnet_owt of the footnote": (lambda: alexnet_owt(maps=(64, 192, 384, 384, 256)), 61_838_248, 0, 838_788_800),
    "zfnet": (zfnet, 62_357_608, 0, 1_168_032_896),
    "vgg16": (vgg16, 138_357_544, 0, 15_470_264_320),
    "vgg19": (vgg19, 143_667_240, 0, 19_632_062_464),
    "googlenet": (googlenet, 6_998_552, 0, 1_582_671_872),
    "googlenet with heads": (lambda: googlenet(auxiliary=True), 13_378_280, 0, 1_591_044_096),
    "resnet18": (lambda: resnet(18), 11_689_512, 9_600, 1_814_073_344),
    "resnet34": (lambda: resnet(34), 21_797_672, 17_024, 3_663_761_408),
    "resnet50": (lambda: resnet(50), 25_583_592, 53_120, 3_857_973_248),
    "resnet101": (lambda: resnet(101), 44_601_832, 105_344, 7_570_194_432),
    "resnet152": (lambda: resnet(152), 60_268_520, 151_424, 11_282_415_616),
    "resnet50v2": (lambda: resnet_v2(50), 25_568_360, 45_440, 3_482_255_360),
    "resnet101v2": (lambda: resnet_v2(101), 44_577_896, 97_664, 7_194_476_544),
    "resnet152v2": (lambda: resnet_v2(152), 60_236_904, 143_744, 10_906_697_728),
    "seresnet50": (seresnet50, 28_088_024, 53_120, 3_860_488_192),
    "densenet121": (lambda: densenet(121), 7_978_856, 83_648, 2_834_161_664),
    "densenet169": (lambda: densenet(169), 14_149_480, 158_400, 3_359_843_328),
    "densenet201": (lambda: densenet(201), 20_013_928, 229_056, 4_291_365_888),
    "mobilenet of width 1": (mobilenet, 4_231_976, 21_888, 568_740_352),
    "mobilenet of width 0.75": (lambda: mobilenet(0.75), 2_585_560, 16_416, 325_400_448),
    "mobilenet of width 0.5": (lambda: mobilenet(0.5), 1_331_592, 10_944, 149_497_088),
    "mobilenet of width 0.25": (lambda: mobilenet(0.25), 470_072, 5_472, 41_030_272),
    "resnet20 of CIFAR": (resnet_cifar, 269_722, 1_376, 40_551_040),
    "resnet20 of CIFAR, projections": (lambda: resnet_cifar(20, projection=True), 272_474, 1_568, 40_813_184),
    "resnet32 of CIFAR": (lambda: resnet_cifar(32), 464_154, 2_272, 68_862_592),
    "resnet44 of CIFAR": (lambda: resnet_cifar(44), 658_586, 3_168, 97_174_144),
    "resnet56 of CIFAR": (lambda: resnet_cifar(56), 853_018, 4_064, 125_485_696),
    "resnet110 of CIFAR": (lambda: resnet_cifar(110), 1_727_962, 8_096, 252_887_680),
    "plain110 of CIFAR": (lambda: resnet_cifar(110, shortcut="none"), 1_727_962, 8_096, 252_887_680),
}


@pytest.fixture(autouse=True)
def light(monkeypatch):
    """Random starts of a hundred million weights take most of the time here, and count nothing."""
    for name in ("glorot_uniform", "he_normal", "random_normal"):
        kind = type(keras.initializers.get(name))
        monkeypatch.setattr(kind, "__call__", lambda self, shape, dtype=None: keras.ops.zeros(shape, dtype))
    yield
    keras.backend.clear_session()


@pytest.mark.parametrize("name", COUNTS)
def test_every_network_has_its_published_counts(name):
    build, trainable, statistics, macs = COUNTS[name]
    model = build()
    sums = totals(ledger(model))
    assert (sums.trainable, sums.parameters - sums.trainable, sums.macs) == (trainable, statistics, macs)
    assert sums.parameters == model.count_params()


def profiled(model):
    """Returns what TensorFlow's profiler counts: half of the operations of its convolutions and matrix products."""
    import tensorflow as tf

    image = tf.TensorSpec((1, *model.input_shape[1:]))
    graph = tf.function(lambda x: model(x, training=False)).get_concrete_function(image).graph
    options = tf.compat.v1.profiler.ProfileOptionBuilder.float_operation() | {"output": "none"}
    operations, waiting = {}, [tf.compat.v1.profiler.profile(graph, cmd="op", options=options)]
    while waiting:
        node = waiting.pop()
        operations[node.name] = node.float_ops
        waiting += node.children
    kinds = ("Conv2D", "DepthwiseConv2dNative", "MatMul")
    return sum(operations.get(kind, 0) for kind in kinds) / 2


@pytest.mark.parametrize(
    "build",
    # Not in two groups: Keras hands those convolutions to XLA, where the profiler does not look.
    [lambda: alexnet(groups=1), googlenet, lambda: resnet(50), lambda: mobilenet(0.25)],
    ids=["alexnet", "googlenet", "resnet50", "mobilenet"],
)
def test_operations_are_those_of_tensorflow_s_profiler(build):
    model = build()
    assert totals(ledger(model)).macs == profiled(model)


@pytest.mark.parametrize("alpha, millions, macs", [(1, 4.2, 569), (0.75, 2.6, 325), (0.5, 1.3, 149), (0.25, 0.5, 41)])
def test_the_widths_of_mobilenet_cost_what_its_paper_says(alpha, millions, macs):
    """Howard et al. (2017), table 6: millions of parameters and of multiply-adds, rounded or cut off."""
    sums = totals(ledger(mobilenet(alpha)))
    assert abs(sums.trainable / 1e6 - millions) < 0.05 and abs(sums.macs / 1e6 - macs) < 1


@pytest.mark.parametrize("side, macs", [(192, 418), (160, 290), (128, 186)])
def test_smaller_images_cost_mobilenet_what_its_paper_says(side, macs):
    """Howard et al. (2017), table 7."""
    assert abs(totals(ledger(mobilenet(input_shape=(side, side, 3)))).macs / 1e6 - macs) < 1


def test_a_depthwise_convolution_reads_one_map_for_each_of_its_own():
    row = {row.name: row for row in ledger(mobilenet(0.25))}["conv_dw_2"]
    assert row[1:6] == ("DepthwiseConv2D", (56, 56, 16), 9 * 16, 9 * 16, 56 * 56 * 9 * 16)
    assert (row.receptive_field, row.stride) == (3 + 2 * 2 + 2 * 2, 4)


def test_rows_of_lenet_by_hand():
    rows = {row.name: row for row in ledger(lenet5())}
    assert list(rows) == ["c1", "s2", "c3", "s4", "flatten", "c5", "f6", "output"]
    assert rows["c3"][1:] == ("Conv2D", (10, 10, 16), 2416, 2416, 240_000, 6400, 14, 2)
    assert rows["s4"].macs == 0 and (rows["s4"].receptive_field, rows["s4"].stride) == (16, 4)
    assert rows["output"].receptive_field == 32  # the whole image
    assert {row.name: row.macs for row in ledger(lenet5_1998())}["c3"] == 150_000  # 60 of 96 pairs of maps
    assert totals(ledger(lenet5_1998())).macs is None  # its subsampling is no convolution


def test_receptive_fields_are_those_of_the_chapter_on_convolution():
    rows = ledger(vgg16(include_top=False))
    windows = [Window(2, 2) if row.kind == "MaxPooling2D" else Window(3) for row in rows]
    assert [row.receptive_field for row in rows] == [field.size for field in receptive_field(windows)]


def field_by_gradient(model, side):
    """Returns how many rows of the input the middle output depends on."""
    import tensorflow as tf

    x = tf.Variable(tf.ones((1, side, side, 1)))
    with tf.GradientTape() as tape:
        y = model(x)
        middle = y[0, y.shape[1] // 2, y.shape[2] // 2, 0]
    rows = np.flatnonzero(np.abs(tape.gradient(middle, x).numpy()[0, :, :, 0]).sum(axis=1))
    return rows[-1] - rows[0] + 1


@pytest.mark.parametrize(
    "stack",
    [
        [layers.Conv2D(1, 3, 2), layers.AveragePooling2D(3, 1), layers.Conv2D(1, 3, dilation_rate=2)],
        [layers.DepthwiseConv2D(5), layers.Conv2D(1, 3, 2), layers.SeparableConv2D(1, 3)],
        [layers.Conv2D(1, 3, 2), layers.Conv2DTranspose(1, 4, 2), layers.Conv2D(1, 3)],
        [layers.AveragePooling2D(2), layers.UpSampling2D(2), layers.Conv2D(1, 3)],
    ],
    ids=["dilated", "depthwise", "transposed", "upsampled"],
)
def test_receptive_fields_are_where_the_gradient_is_not_zero(stack, monkeypatch):
    monkeypatch.undo()
    model = keras.Sequential([keras.Input((40, 40, 1)), *stack])
    model.set_weights([np.ones(weight.shape) for weight in model.weights])
    row = ledger(model)[-1]
    assert field_by_gradient(model, 40) in {row.receptive_field, row.receptive_field + row.stride - 1}


def test_a_layer_used_twice_counts_its_parameters_once_and_its_operations_twice():
    x = keras.Input((8,))
    shared = layers.Dense(8)
    rows = ledger(keras.Model(x, shared(shared(x))))
    assert [(row.parameters, row.macs) for row in rows] == [(72, 64), (0, 64)]


def test_a_model_within_a_model_is_followed():
    inner = keras.Sequential([keras.Input((9, 9, 2)), layers.Conv2D(3, 3, 2, name="conv")], name="inner")
    x = keras.Input((9, 9, 2))
    rows = ledger(keras.Model(x, layers.Conv2D(1, 3, name="outer")(inner(x))))
    assert [(row.name, row.macs, row.receptive_field) for row in rows] == [
        ("inner/conv", 16 * 54, 3),
        ("outer", 4 * 27, 7),
    ]


def test_branches_give_the_widest_field():
    x = keras.Input((9, 9, 1))
    wide, narrow = layers.Conv2D(1, 5, padding="same")(x), layers.Conv2D(1, 1)(x)
    assert ledger(keras.Model(x, layers.Add()([narrow, wide])))[-1].receptive_field == 5


def test_a_gate_from_the_whole_image_widens_the_field_and_keeps_the_stride():
    x = keras.Input((8, 8, 4))
    maps = layers.Conv2D(4, 3, 2, padding="same")(x)
    gates = layers.GlobalAveragePooling2D(keepdims=True)(maps)
    row = ledger(keras.Model(x, layers.Multiply()([maps, gates])))[-1]
    assert (row.receptive_field, row.stride) == (3 + 3 * 2, 2)


def test_memory_depends_on_the_type_of_numbers():
    model = keras.Sequential([keras.Input((4,)), layers.Dense(3, dtype="mixed_float16")])
    assert ledger(model)[-1].activation_bytes == 6


def test_totals_of_a_part():
    assert totals(ledger(lenet5())[:2]) == Totals(156, 156, 117_600, 4 * (28 * 28 * 6 + 14 * 14 * 6))


def test_refuses_what_has_no_graph():
    with pytest.raises(ValueError, match="expected a functional or sequential model that is built"):
        ledger(keras.Sequential([layers.Dense(3)]))
    with pytest.raises(ValueError, match="expected a keras.Model, received list"):
        ledger([])


def test_stored_sums_are_the_published_counts_and_kinds_add_up():
    stored = load_results("ledgers")["results"]
    assert len(stored) == 15
    for name, sums in stored.items():
        _, trainable, statistics, macs = COUNTS[name.replace(" owt", "_owt").replace(" ", "")]
        assert sums["all"] == {"parameters": trainable + statistics, "macs": macs}, name
        assert sums["convolutions"]["macs"] + sums["dense"]["macs"] == macs, name
    assert stored["vgg 16"]["dense"]["parameters"] == 123_642_856  # 25,088 x 4,096, 4,096 x 4,096 and 4,096 x 1,000
    assert stored["vgg 16"]["layers"] == 16 and stored["googlenet"]["layers"] == 58
    # By a projection at each of four stages, 53 convolutions for 49 that its name counts
    assert stored["resnet 50"]["layers"] == 54

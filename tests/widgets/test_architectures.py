"""The kit's networks of ILSVRC are those of dnnlib.models, row by row."""

import pytest

pytestmark = pytest.mark.models
MODULE = "shared/architectures.mjs"
KINDS = {"Conv2D", "BatchNormalization", "MaxPooling2D", "AveragePooling2D", "GlobalAveragePooling2D", "Dense"}
CASES = [
    ("alexnet", "two GPUs", 227),
    ("alexnet", "one weird trick", 224),
    ("alexnet", "one weird trick", 96),
    ("zfnet", "", 224),
    ("vgg", "16", 224),
    ("vgg", "19", 64),
    ("googlenet", "", 224),
    ("googlenet", "", 97),
    ("resnet", "18", 224),
    ("resnet", "34", 97),
    ("resnet", "50", 224),
    ("resnet", "101", 64),
    ("seresnet", "50", 224),
    ("densenet", "121", 224),
    ("densenet", "169", 97),
]


def model_of(family, variant, size):
    from dnnlib.models import alexnet, densenet, googlenet, resnet, senet, vgg, zfnet

    build = {
        "alexnet": alexnet.alexnet if variant == "two GPUs" else alexnet.alexnet_owt,
        "zfnet": zfnet.zfnet,
        "vgg": getattr(vgg, f"vgg{variant}", None),
        "googlenet": googlenet.googlenet,
        "seresnet": senet.seresnet50,
        "resnet": lambda shape: resnet.resnet(int(variant), shape),
        "densenet": lambda shape: densenet.densenet(int(variant), shape),
    }[family]
    return build((size, size, 3))


@pytest.fixture(scope="module", autouse=True)
def light():
    """Random starts of a hundred million weights would take most of the time."""
    import keras

    with pytest.MonkeyPatch.context() as patch:
        for name in ("glorot_uniform", "he_normal", "random_normal"):
            kind = type(keras.initializers.get(name))
            patch.setattr(kind, "__call__", lambda self, shape, dtype=None: keras.ops.zeros(shape, dtype))
        yield


@pytest.mark.parametrize("family, variant, size", CASES)
def test_every_row_is_that_of_the_model(family, variant, size, call):
    import keras

    from dnnlib.models.ledger import ledger

    theirs = {row.name: row for row in ledger(model_of(family, variant, size)) if row.kind in KINDS}
    keras.backend.clear_session()
    [rows] = call(MODULE, "ledgerOf", [[family, variant, {"size": size}]])
    assert {row["name"] for row in rows} == theirs.keys() and len(rows) == len(theirs)
    for row in rows:
        other = theirs[row["name"]]
        side = other.output_shape[0] if len(other.output_shape) == 3 else 1
        assert (row["kind"], row["side"], row["maps"]) == (other.kind, side, other.output_shape[-1]), row["name"]
        assert (row["parameters"], row["trainable"], row["macs"]) == other[3:6], row["name"]
        assert row["values"] * 4 == other.activation_bytes, row["name"]
        assert (row["field"], row["stride"]) == (other.receptive_field, other.stride), row["name"]


def test_twice_the_width_is_four_times_the_work_within_the_network(call):
    plain, wide = call(MODULE, "ledgerOf", [["vgg", "16", {"width": w}] for w in (1, 2)])
    for row, other in list(zip(plain, wide, strict=True))[1:-1]:
        assert other["macs"] == 4 * row["macs"] and other["values"] == 2 * row["values"]
    assert wide[0]["macs"] == 2 * plain[0]["macs"] and wide[-1]["macs"] == 2 * plain[-1]["macs"]


def test_totals_are_sums(call):
    [rows] = call(MODULE, "ledgerOf", [["resnet", "50", {}]])
    [sums] = call(MODULE, "totalsOf", [[rows]])
    assert (sums["parameters"], sums["trainable"], sums["macs"]) == (25_636_712, 25_583_592, 3_857_973_248)

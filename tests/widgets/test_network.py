"""The network that trains in the page does what dnnlib does: forward, backward and step for step."""

import json

import numpy as np
import pytest
from sklearn import linear_model

from dnnlib.layers.average_pooling2d import AveragePooling2D
from dnnlib.layers.conv2d import Conv2D
from dnnlib.layers.dense import Dense
from dnnlib.layers.elu import ELU
from dnnlib.layers.flatten import Flatten
from dnnlib.layers.leaky_relu import LeakyReLU
from dnnlib.layers.max_pooling2d import MaxPooling2D
from dnnlib.layers.relu import ReLU
from dnnlib.layers.sigmoid import Sigmoid
from dnnlib.layers.tanh import Tanh
from dnnlib.losses.binary_crossentropy import BinaryCrossentropy
from dnnlib.losses.categorical_crossentropy import SparseCategoricalCrossentropy
from dnnlib.losses.mean_squared_error import MeanSquaredError
from dnnlib.optimizers.adam import Adam
from dnnlib.optimizers.rmsprop import RMSprop
from dnnlib.optimizers.sgd import SGD
from dnnlib.regularizers.penalties import L1L2
from dnnlib.training.sequential import Sequential

WITHIN = {"rtol": 1e-6, "atol": 1e-6}


KINDS = {
    kind.__name__: kind
    for kind in (Dense, Conv2D, MaxPooling2D, AveragePooling2D, Flatten, ReLU, LeakyReLU, ELU, Tanh, Sigmoid)
}
OPTIMIZERS = {
    "SGD": (SGD, {}),
    "momentum": (SGD, {"learning_rate": 0.05, "momentum": 0.9}),
    "Nesterov": (SGD, {"learning_rate": 0.05, "momentum": 0.9, "nesterov": True}),
    "RMSprop": (RMSprop, {"learning_rate": 0.01}),
    "RMSprop's rho": (RMSprop, {"learning_rate": 0.02, "rho": 0.5, "epsilon": 1e-3}),
    "Adam": (Adam, {"learning_rate": 0.01}),
    "Adam's betas": (Adam, {"learning_rate": 0.02, "beta_1": 0.5, "beta_2": 0.9, "epsilon": 1e-3}),
}
LOSSES = {
    "SparseCategoricalCrossentropy": lambda: SparseCategoricalCrossentropy(from_logits=True),
    "BinaryCrossentropy": lambda: BinaryCrossentropy(from_logits=True),
    "MeanSquaredError": MeanSquaredError,
}
DENSE = [["Dense", {"units": 8}], ["Tanh", {}], ["Dense", {"units": 6}], ["LeakyReLU", {}], ["Dense", {"units": 3}]]
CONV = [
    ["Conv2D", {"filters": 4, "kernel_size": 3, "padding": "same"}],
    ["ReLU", {}],
    ["MaxPooling2D", {"pool_size": 2}],
    ["Conv2D", {"filters": 3, "kernel_size": [2, 3], "strides": [1, 2]}],
    ["Sigmoid", {}],
    ["AveragePooling2D", {"pool_size": 2, "strides": 1, "padding": "same"}],
    ["Flatten", {}],
    ["Dense", {"units": 5}],
]

TRAIN = """async (runs) => {
  const { Network, tensor } = await import("/dnnlib/widgets/shared/network.mjs");
  return runs.map(({ layers, shape, weights, loss, optimizer, options, batches }) => {
    const net = new Network(layers, { input_shape: shape });
    if (weights) net.setWeights(weights);
    net.compile(loss, optimizer, options);
    const examples = (x) => tensor(x, [x.length / shape.reduce((a, b) => a * b), ...shape]);
    const losses = batches.map(([x, y]) => net.trainOnBatch(examples(x), y));
    return { losses, weights: net.getWeights().map((array) => [...array]) };
  });
}"""
PASS = """async (cases) => {
  const { Network, tensor } = await import("/dnnlib/widgets/shared/network.mjs");
  return cases.map(({ layer, shape, weights, x, grad }) => {
    const net = new Network([layer], { input_shape: shape.slice(1) });
    net.setWeights(weights);
    const y = net.forward(tensor(x, shape)),
      dx = net.backward(tensor(grad, y.shape));
    return { shape: y.shape, y: [...y.data], dx: [...dx.data], grads: net.grads.map(({ data }) => [...data]) };
  });
}"""


def in_python(arguments):
    """Returns a layer's arguments with the penalty as dnnlib's object."""
    rule = arguments.get("kernel_regularizer")
    return {**arguments, "kernel_regularizer": L1L2(**rule)} if rule else arguments


def model(layers, shape, seed=0):
    """Returns dnnlib's network in float64, built."""
    made = Sequential([KINDS[name](**in_python(arguments), dtype="float64") for name, arguments in layers])
    made.build((None, *shape))
    rng = np.random.default_rng(seed)
    made.set_weights([rng.normal(0, 0.5, weight.shape) for weight in made.get_weights()])
    return made


def targets(rng, loss, count, units):
    """Returns targets that suit a loss."""
    if loss == "SparseCategoricalCrossentropy":
        return rng.integers(units, size=count)
    return rng.uniform(size=(count, units)) if loss == "BinaryCrossentropy" else rng.normal(size=(count, units))


def flat(arrays):
    return [np.ravel(array).tolist() for array in arrays]


def compared_training(page, layers, shape, units, pairs, steps=50, size=6):
    """Trains pairs of (loss, optimizer) in the page and with dnnlib; asserts that they agree at every step."""
    rng, runs, expected = np.random.default_rng(7), [], []
    for loss, optimizer in pairs:
        ours, (rule, options) = model(layers, shape), OPTIMIZERS[optimizer]
        batches = [(rng.normal(size=(size, *shape)), targets(rng, loss, size, units)) for _ in range(steps)]
        run = {"layers": layers, "shape": shape, "loss": loss, "optimizer": rule.__name__, "options": options}
        runs.append({**run, "weights": flat(ours.get_weights()), "batches": [flat(batch) for batch in batches]})
        ours.compile(rule(**options), LOSSES[loss]())
        expected.append(([ours.train_on_batch(*batch)["loss"] for batch in batches], ours.get_weights()))
    for received, (losses, weights), pair in zip(page.evaluate(TRAIN, runs), expected, pairs, strict=True):
        np.testing.assert_allclose(received["losses"], losses, **WITHIN, err_msg=str(pair))
        for one, other in zip(received["weights"], weights, strict=True):
            np.testing.assert_allclose(one, other.ravel(), **WITHIN, err_msg=str(pair))


def test_dense_network_equals_dnnlib_for_50_steps_with_each_loss_and_optimizer(blank):
    compared_training(blank, DENSE, [4], 3, [(loss, rule) for loss in LOSSES for rule in OPTIMIZERS])


def penalised(**rule):
    """The dense network with a penalty on its first and its last kernel."""
    layers = [[name, dict(arguments)] for name, arguments in DENSE]
    for at in (0, -1):
        layers[at][1]["kernel_regularizer"] = rule
    return layers


@pytest.mark.parametrize("rule", [{"l2": 0.01}, {"l1": 0.003}, {"l1": 0.001, "l2": 0.02}], ids=str)
def test_penalties_in_the_loss_and_its_gradient_are_dnnlibs_for_50_steps(blank, rule):
    compared_training(blank, penalised(**rule), [4], 3, [("MeanSquaredError", rule) for rule in OPTIMIZERS])


def test_proximal_steps_of_l1_reach_the_lasso_of_scikit_learn_with_its_exact_zeros(blank):
    rng = np.random.default_rng(0)
    x = rng.normal(size=(60, 8))
    y = x @ [2, -1, 0, 0, 0.3, 0, 0, 0] + 0.5 * rng.normal(size=60)
    l1 = 0.4
    # scikit-learn halves the squared error: half the penalty has the same minimum
    expected = linear_model.Lasso(alpha=l1 / 2, fit_intercept=False, tol=1e-12).fit(x, y).coef_
    rules = [{"l1": l1, "proximal": True}, {"l1": l1, "proximal": False}]
    runs = [
        {"layers": [["Dense", {"units": 1, "use_bias": False, "kernel_regularizer": rule}]], "shape": [8],
         "loss": "MeanSquaredError", "optimizer": "SGD", "options": {"learning_rate": 0.02, "momentum": momentum},
         "batches": [flat([x, y])] * 2000, "weights": [[0.5] * 8]}
        for momentum in (0, 0.9) for rule in rules
    ]  # fmt: skip
    assert 3 <= (expected == 0).sum() <= 6
    for run, received in zip(runs, blank.evaluate(TRAIN, runs), strict=True):
        weights = np.array(received["weights"][0])
        if run["layers"][0][1]["kernel_regularizer"]["proximal"]:
            np.testing.assert_allclose(weights, expected, **WITHIN)
            np.testing.assert_array_equal(weights == 0, expected == 0)
        else:  # the subgradient jumps about them, and none is exactly 0
            np.testing.assert_allclose(weights, expected, atol=0.1)
            assert (weights != 0).all()


def test_convolutional_network_equals_dnnlib_for_50_steps(blank):
    pairs = [("SparseCategoricalCrossentropy", "Nesterov"), ("MeanSquaredError", "Adam")]
    compared_training(blank, CONV, [8, 9, 2], 5, pairs)


def random_layer(rng):
    """Returns a layer's name and arguments, and an input's shape that it takes."""
    name = str(rng.choice(list(KINDS)))
    window, strides = rng.integers(1, 4, 2).tolist(), rng.integers(1, 4, 2).tolist()
    where = {"strides": strides, "padding": str(rng.choice(["valid", "same"]))}
    image = [int(rng.integers(1, 4)), *rng.integers(3, 8, 2).tolist(), int(rng.integers(1, 4))]
    if name == "Conv2D":
        bias, filters = bool(rng.integers(2)), int(rng.integers(1, 5))
        return [name, {"filters": filters, "kernel_size": window, "use_bias": bias, **where}], image
    if "Pooling" in name:
        return [name, {"pool_size": window, **(where if rng.integers(4) else {})}], image
    if name == "Dense":
        return [name, {"units": int(rng.integers(1, 6)), "use_bias": bool(rng.integers(2))}], image[
            : rng.integers(2, 4)
        ]
    return [name, {"LeakyReLU": {"negative_slope": 0.1}, "ELU": {"alpha": 0.7}}.get(name, {})], image


def test_200_random_layers_pass_forward_and_backward_what_dnnlib_passes(blank):
    rng, cases, expected = np.random.default_rng(1), [], []
    for _ in range(200):
        layer, shape = random_layer(rng)
        ours = model([layer], shape[1:], seed=int(rng.integers(1000)))
        x = rng.integers(-2, 3, shape).astype(float) if "Max" in layer[0] else rng.normal(size=shape)  # with ties
        y = ours.forward(x)
        grad = rng.normal(size=y.shape)
        dx = ours.backward(grad)
        cases.append({"layer": layer, "shape": shape, "weights": flat(ours.get_weights()), "x": x.ravel().tolist()})
        cases[-1]["grad"] = grad.ravel().tolist()
        expected.append((y, dx, list(ours.grads.values())))
    for case, received, (y, dx, grads) in zip(cases, blank.evaluate(PASS, cases), expected, strict=True):
        case = json.dumps([case["layer"], case["shape"]])
        assert received["shape"] == list(y.shape), case
        for one, other in zip([received["y"], received["dx"], *received["grads"]], [y, dx, *grads], strict=True):
            np.testing.assert_allclose(one, np.ravel(other), **WITHIN, err_msg=case)


def test_large_scores_overflow_in_no_loss(blank):
    far = [[800.0, -800.0, 0.0]]
    losses = blank.evaluate(
        """async (scores) => { const { LOSSES, tensor } = await import("/dnnlib/widgets/shared/network.mjs");
        const z = tensor(scores, [1, 3]);
        return [LOSSES.SparseCategoricalCrossentropy([1], z), LOSSES.BinaryCrossentropy([0, 1, 1], z)]
          .map(({ loss, grad }) => [loss, ...grad.data]); }""",
        far[0],
    )
    for received, oracle, y in zip(
        losses,
        [SparseCategoricalCrossentropy(from_logits=True), BinaryCrossentropy(from_logits=True)],
        [np.array([1]), np.array([[0.0, 1, 1]])],
        strict=True,
    ):
        expected = [oracle.forward(y, np.array(far)), *oracle.backward()[0]]
        np.testing.assert_allclose(received, expected, **WITHIN)


def test_seeded_numbers_are_mulberry32_and_spread_as_they_should(blank):
    def mulberry32(seed, count):
        mask, drawn = 2**32 - 1, []
        for _ in range(count):
            seed = (seed + 0x6D2B79F5) & mask
            t = ((seed ^ seed >> 15) * (seed | 1)) & mask
            t ^= (t + ((t ^ t >> 7) * (t | 61) & mask)) & mask
            drawn.append((t ^ t >> 14) / 2**32)
        return drawn

    uniform, normal, order = blank.evaluate("""async () => {
      const { generator } = await import("/dnnlib/widgets/shared/random.mjs"), r = generator(3000000000);
      const draw = (f) => Array.from({ length: 20000 }, f);
      return [draw(r.uniform), draw(r.normal), generator(5).permutation(50)]; }""")
    assert uniform[:100] == mulberry32(3_000_000_000, 100)
    error = 4 / np.sqrt(20_000)  # four standard errors of a mean of deviation 1
    assert abs(np.mean(uniform) - 0.5) < error and abs(np.mean(normal)) < error and abs(np.std(normal) - 1) < error
    assert sorted(order) == list(range(50)) != order


@pytest.mark.parametrize("name", ["glorot_uniform", "glorot_normal", "he_uniform", "he_normal"])
def test_first_weights_have_their_rules_variance_and_limits(blank, name):
    kernel = blank.evaluate(
        """async (kernel_initializer) => { const { Network } = await import("/dnnlib/widgets/shared/network.mjs");
        const layer = ["Conv2D", { filters: 40, kernel_size: 3, kernel_initializer }];
        const made = (seed) => new Network([layer], { input_shape: [5, 5, 20], seed });
        return [0, 0, 1].map((seed) => [...made(seed).params[0].data]); }""",
        name,
    )
    assert kernel[0] == kernel[1] != kernel[2]
    variance = 2 / (180 + 360) if "glorot" in name else 2 / 180
    largest = np.sqrt(variance) * (np.sqrt(3) if "uniform" in name else 2 / 0.8796)
    assert np.var(kernel[0]) == pytest.approx(variance, rel=0.06) and np.abs(kernel[0]).max() <= largest * 1.001


def test_epochs_take_each_example_once_in_another_order(blank):
    batches = blank.evaluate("""async () => { const m = await import("/dnnlib/widgets/shared/network.mjs");
      const next = m.batches(10, 4, 3); return Array.from({ length: 6 }, () => next()); }""")
    assert [(b["epoch"], len(b["batch"])) for b in batches] == [(1, 4), (1, 4), (1, 2), (2, 4), (2, 4), (2, 2)]
    first, second = ([i for b in part for i in b["batch"]] for part in (batches[:3], batches[3:]))
    assert sorted(first) == sorted(second) == list(range(10)) and first != second


@pytest.mark.parametrize(
    "code, message",
    [
        ("new m.Network([['Dens', {}]], { input_shape: [2] })", "expected one of Dense, Conv2D, .* received Dens"),
        ("new m.Network([['Conv2D', { filters: 1, kernel_size: 3 }]], { input_shape: [2, 5, 1] })", "3 × 3 or more"),
        ("net.forward(m.tensor([1, 2, 3], [1, 3]))", "examples of shape 2, received 3"),
        ("net.setWeights([[1, 2, 3, 4]])", "2 arrays of weights, received 1"),
        ("net.setWeights([[1, 2, 3], [0, 0]])", "weights of shape 2,2, array 0, received 3"),
        ("m.LOSSES.MeanSquaredError([1], m.tensor([1, 2], [1, 2]))", "2 targets"),
        ("m.LOSSES.SparseCategoricalCrossentropy([2], m.tensor([1, 2], [1, 2]))", "labels from 0 to 1, received 2"),
        (
            "new m.Network([['Dense', { units: 1, kernel_regularizer: { l1: 1, proximal: true } }]], "
            "{ input_shape: [1] }).compile('MeanSquaredError', 'Adam')",
            "SGD for proximal steps, received Adam",
        ),
        ("m.tensor([1, 2, 3], [2, 2])", "4 numbers for shape 2,2, received 3"),
    ],
)
def test_what_does_not_fit_is_refused_in_words(blank, code, message):
    with pytest.raises(Exception, match=message):
        blank.evaluate(f"""async () => {{ const m = await import("/dnnlib/widgets/shared/network.mjs");
          const net = new m.Network([["Dense", {{ units: 2 }}]], {{ input_shape: [2] }}); {code}; }}""")

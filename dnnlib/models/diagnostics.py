"""Is this network fit to train? First loss, dead and saturated units, gradients and steps, layer by layer."""

import copy
from contextlib import contextmanager
from math import log
from typing import NamedTuple

import keras
import numpy as np

# The slope of the activation, as a share of its largest, by its output.
SLOPES = {"tanh": lambda y: 1 - y**2, "sigmoid": lambda y: 4 * y * (1 - y)}
SATURATED_BELOW = 0.05
COLUMNS = ("layer", "zero", "dead", "saturated", "gradient norm", "update / weight")


class LayerDiagnosis(NamedTuple):
    """One layer.

    Attributes:
        name: The layer's name; of our layers, its place and its type.
        zero: Share of the outputs that are 0.
        dead: Share of the units (channels) whose output is 0 at every position of every example.
        saturated: Share of the outputs where the slope of tanh or the sigmoid is below 5 % of its largest; None for
            other activations.
        gradient_norm: Euclidean norm of dL/d(weights), all weights of the layer together; None without weights.
        update_ratio: Norm of the optimizer's first step (before constraints on weights), divided by the norm of the
            weights; None without weights.
    """

    name: str
    zero: float
    dead: float
    saturated: float | None
    gradient_norm: float | None
    update_ratio: float | None

    def cells(self):
        """Returns the row in words, a cell for each of `COLUMNS`."""
        shares = ("" if share is None else f"{share:.1%}" for share in self[1:4])
        norms = ("" if norm is None else f"{norm:.2g}" for norm in self[4:])
        return self.name, *shares, *norms


class Diagnosis(NamedTuple):
    """The loss before the first step, what guessing costs (ln of the number of classes), and a row a layer."""

    loss: float
    guessing: float
    layers: tuple

    def heading(self):
        """Returns the loss in words."""
        return f"loss {self.loss:.3g}; equal probabilities for all classes: {self.guessing:.3g}"

    def __str__(self):
        rows = [COLUMNS, *(layer.cells() for layer in self.layers)]
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        lines = ["  ".join([row[0].ljust(widths[0]), *map(str.rjust, row[1:], widths[1:])]).rstrip() for row in rows]
        return "\n".join([self.heading(), *lines])

    def _repr_markdown_(self):
        rows = [COLUMNS, (":--", *["--:"] * (len(COLUMNS) - 1)), *(layer.cells() for layer in self.layers)]
        return "\n".join([self.heading(), "", *(f"| {' | '.join(row)} |" for row in rows)])


def diagnose(model, x, y, optimizer=None, loss=None):
    """Looks at a network before (or while) it trains; nothing of it is changed.

    The shares come from a forward pass as in prediction, loss and gradients from one as in training. In Keras the
    gradients are had on every backend by an optimizer whose step is to put each gradient in the place of its weights:
    they are those of Keras's own training step, unrounded. The steps are differences of weights, which are rounded
    to their type: in float32, a ratio is known to about 1e-7. Of a layer in several places, the shares are those of
    its first place.

    Args:
        model: A Keras model, sequential or functional; or a `dnnlib.training.sequential.Sequential`, built.
        x: A batch of inputs.
        y: Its targets.
        optimizer: Whose first step is measured; None stands for the model's. Its settings are taken, not its state.
        loss: None stands for the model's.

    Returns:
        A `Diagnosis`. At the start, the loss of a classifier should be close to `guessing`; a good step changes
        weights by about a thousandth of their size.

    Raises:
        ValueError: If there is no loss or optimizer, or the model's layers cannot be looked into.

    Source: Karpathy et al., CS231n, notes "Neural networks 3" (sanity checks; ratio of weights to updates).
    """
    optimizer = getattr(model, "optimizer", None) if optimizer is None else optimizer
    loss = getattr(model, "loss", None) if loss is None else loss
    if optimizer is None or loss is None:
        raise ValueError(f"expected a compiled model, or an optimizer and a loss, received {optimizer!r} and {loss!r}")
    if not getattr(model, "layers", None):
        raise ValueError(f"model: expected a Keras model or a Sequential with layers, received {model!r}")
    look = _look_into_keras if isinstance(model, keras.Model) else _look_into_ours
    value, layers, outputs, weights = look(model, x, y, optimizer, loss)
    rows = map(_layer, layers, outputs, weights)
    return Diagnosis(float(value), log(outputs[-1].shape[-1]), tuple(rows))


def _layer(named, output, weights):
    """Returns one row, from (name, activation), the outputs, and (weight, gradient, update) for each weight."""
    name, activation = named
    silent, slope = output == 0, SLOPES.get(activation)
    weight, gradient, update = (_norm(arrays) for arrays in zip(*weights, strict=True)) if weights else (None,) * 3
    return LayerDiagnosis(
        name,
        float(silent.mean()),
        float(silent.all(axis=tuple(range(output.ndim - 1))).mean()),
        None if slope is None else float((slope(output) < SATURATED_BELOW).mean()),
        gradient,
        None if weight is None else update / weight if weight else float("inf"),
    )


def _norm(arrays):
    return float(np.sqrt(sum(np.sum(np.square(array, dtype="float64")) for array in arrays)))


def _activation(layer):
    """Returns the name of the function that makes a layer's outputs; a recurrent layer's is not the last step."""
    if hasattr(layer, "cell"):
        return None
    return getattr(getattr(layer, "activation", None), "__name__", type(layer).__name__.lower())


class _PutGradients(keras.optimizers.Optimizer):
    """An optimizer whose step puts each gradient in the place of its variable."""

    def update_step(self, gradient, variable, learning_rate):
        self.assign(variable, keras.ops.cast(gradient, variable.dtype))


def _values(variables):
    return [np.array(keras.ops.convert_to_numpy(getattr(variable, "value", variable))) for variable in variables]


@contextmanager
def _restored(model):
    """Gives all variables their values back; lifts constraints on weights meanwhile, which would act on gradients."""
    variables, constraints = model.variables, [variable.constraint for variable in model.trainable_variables]
    kept = _values(variables)
    try:
        for variable in model.trainable_variables:
            variable.constraint = None
        yield
    finally:
        for variable, value in zip(variables, kept, strict=True):
            variable.assign(value)
        for variable, constraint in zip(model.trainable_variables, constraints, strict=True):
            variable.constraint = constraint


def _look_into_keras(model, x, y, optimizer, loss):
    layers = [layer for layer in getattr(model, "layers", ()) if not isinstance(layer, keras.layers.InputLayer)]
    try:
        probe = keras.Model(_alone(model.inputs), [layer.output for layer in layers])
        trained = keras.Model(
            _alone(model.inputs), _alone(model.outputs)
        )  # compiled by itself: the model's own settings stay
    except (AttributeError, ValueError, TypeError) as error:
        raise ValueError(f"expected a built sequential or functional Keras model, received {model.name!r}") from error
    variables = model.trainable_variables
    with _restored(model):
        outputs = _values(_listed(probe(keras.ops.convert_to_tensor(x), training=False)))
        before = _values(variables)
        trained.compile(_PutGradients(learning_rate=1.0), loss, run_eagerly=True)
        value = trained.train_on_batch(x, y)
        # A weight that the step leaves as it was takes no part in the loss.
        gradients = [
            np.where(np.array_equal(new, old), 0, new).astype(old.dtype)
            for new, old in zip(_values(variables), before, strict=True)
        ]
        for variable, old in zip(variables, before, strict=True):
            variable.assign(old)
        fresh = keras.optimizers.get(optimizer)
        fresh = type(fresh).from_config(fresh.get_config())
        fresh.apply([keras.ops.convert_to_tensor(gradient) for gradient in gradients], variables)
        updates = [new.astype("float64") - old for new, old in zip(_values(variables), before, strict=True)]
    found = {id(v): one for v, one in zip(variables, zip(before, gradients, updates, strict=True), strict=True)}
    weights = [[found[id(v)] for v in layer.trainable_variables if id(v) in found] for layer in layers]
    return _listed(value)[0], [(layer.name, _activation(layer)) for layer in layers], outputs, weights


def _look_into_ours(model, x, y, optimizer, loss):
    model, loss, fresh = copy.deepcopy((model, loss, optimizer))
    fresh.iterations, fresh.states = 0, None
    outputs, output = [], x
    for layer in model.layers:
        output = layer.forward(output)
        outputs.append(output.copy())
    value = loss.forward(y, model.forward(x, training=True))
    model.backward(loss.backward())
    before = {name: weight.copy() for name, weight in model.params.items()}
    gradients = model.grads
    fresh.apply(list(gradients.values()), list(model.params.values()))
    updates = {name: weight.astype("float64") - before[name] for name, weight in model.params.items()}
    weights = [
        [(before[name], gradients[name], updates[name]) for name in before if name.startswith(f"{i}/")]
        for i in range(len(model.layers))
    ]
    return (
        value,
        [(f"{i} {type(one).__name__}", _activation(one)) for i, one in enumerate(model.layers)],
        outputs,
        weights,
    )


def _listed(value):
    return list(value) if isinstance(value, (list, tuple)) else [value]


def _alone(tensors):
    return tensors[0] if len(tensors) == 1 else tensors

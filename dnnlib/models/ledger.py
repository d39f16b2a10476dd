"""The ledger of a network: what each layer costs in parameters, multiply-accumulates and memory, and what it sees."""

from math import ceil, prod
from typing import NamedTuple

import keras
from keras import layers

TRANSPOSED = (layers.Conv1DTranspose, layers.Conv2DTranspose, layers.Conv3DTranspose)
SEPARABLE = (layers.SeparableConv1D, layers.SeparableConv2D)
UPSAMPLINGS = (layers.UpSampling1D, layers.UpSampling2D, layers.UpSampling3D)
WHOLE = (layers.GlobalAveragePooling1D, layers.GlobalAveragePooling2D, layers.GlobalAveragePooling3D,
         layers.GlobalMaxPooling1D, layers.GlobalMaxPooling2D, layers.GlobalMaxPooling3D, layers.Flatten)  # fmt: skip


class Row(NamedTuple):
    """What one layer of a network costs for one image.

    Attributes:
        name: The layer's name; of a model within the model, "model/layer".
        kind: The layer's class, e.g. "Conv2D".
        output_shape: Without the batch, e.g. (55, 55, 96).
        parameters: Numbers that the layer holds, the moving statistics of batch normalisation included.
        trainable: Those that training changes.
        macs: Multiply-accumulates of convolutions and dense layers; biases, pooling, normalisation and activations
            count as none, as in the papers. None for a layer with weights that is none of these.
        activation_bytes: Bytes of the output.
        receptive_field: Pixels along the input's height that an output can depend on, the part beyond the border
            included.
        stride: Input pixels between two neighbouring outputs.
    """

    name: str
    kind: str
    output_shape: tuple
    parameters: int
    trainable: int
    macs: int | None
    activation_bytes: int
    receptive_field: int
    stride: float


class Totals(NamedTuple):
    """The sums of a ledger's columns; `macs` is None if some layer's is."""

    parameters: int
    trainable: int
    macs: int | None
    activation_bytes: int


def ledger(model):
    """Returns what each layer of a Keras model costs, in the order in which they are computed.

    A layer that is used twice has two rows, and parameters in the first alone.

    Args:
        model: A built `keras.Model` of the functional or the sequential kind, channels last.

    Returns:
        A list of `Row`.

    Raises:
        ValueError: If the model is not built, or is a subclass whose graph Keras does not know.

    Source: receptive fields: Araujo, Norris & Sim (2019), Computing receptive fields of convolutional neural networks.
    """
    if not isinstance(model, keras.Model):
        raise ValueError(f"ledger: expected a keras.Model, received {type(model).__name__}")
    try:
        inputs, outputs = model.inputs, model.outputs
    except AttributeError:
        inputs = None
    if not inputs:
        raise ValueError(
            f"ledger: expected a functional or sequential model that is built, received {type(model).__name__} "
            f"{model.name!r}; a sequential one needs keras.Input(shape) as its first element"
        )
    return _rows(inputs, outputs, [(1, 1)] * len(inputs), set(), "")[0]


def totals(rows):
    """Returns the sums of a ledger's columns.

    Args:
        rows: What `ledger` returned, or a part of it.

    Returns:
        `Totals`.
    """
    macs = [row.macs for row in rows]
    return Totals(
        sum(row.parameters for row in rows),
        sum(row.trainable for row in rows),
        None if None in macs else sum(macs),
        sum(row.activation_bytes for row in rows),
    )


def _rows(inputs, outputs, fields, seen, prefix):
    """Returns the rows of a graph, and the (receptive field, stride) of each output."""
    known = {id(tensor): field for tensor, field in zip(inputs, fields, strict=True)}
    graph, rows = keras.Function(inputs, outputs), []
    for depth in sorted(graph._nodes_by_depth, reverse=True):
        for node in graph._nodes_by_depth[depth]:
            layer, sources = node.operation, node.input_tensors
            if node.is_input:
                continue
            views = [known[id(tensor)] for tensor in sources]
            if isinstance(layer, keras.Model):
                inner, views = _rows(layer.inputs, layer.outputs, views, seen, f"{prefix}{layer.name}/")
                rows += inner
            else:
                # Of several inputs the widest view counts; a gate for the whole image is repeated at each step.
                view = max(field for field, _ in views), min(stride for _, stride in views)
                view = _field(layer, sources[0].shape, view)
                views = [view] * len(node.outputs)
                rows.append(_row(layer, sources[0].shape, node.outputs[0], view, layer in seen, prefix))
            seen.add(layer)
            known.update({id(tensor): view for tensor, view in zip(node.outputs, views, strict=True)})
    return rows, [known[id(tensor)] for tensor in outputs]


def _row(layer, input_shape, output, view, again, prefix):
    weights = [] if again else getattr(layer, "weights", [])
    trainable = [] if again else getattr(layer, "trainable_weights", [])
    shape = tuple(output.shape[1:])
    return Row(
        f"{prefix}{layer.name}", type(layer).__name__, shape, _count(weights), _count(trainable),
        _macs(layer, input_shape, output.shape), prod(shape) * _bytes(output.dtype), *view,
    )  # fmt: skip


def _count(weights):
    return sum(prod(weight.shape) for weight in weights if "seed_generator" not in weight.path)


def _bytes(dtype):
    return {"float64": 8, "int64": 8, "float16": 2, "bfloat16": 2, "bool": 1, "uint8": 1, "int8": 1}.get(dtype, 4)


def _macs(layer, input_shape, output_shape):
    """Returns positions x numbers of the kernel: each position multiplies each of them once."""
    if isinstance(layer, TRANSPOSED):
        return prod(input_shape[1:-1]) * prod(layer.kernel.shape)
    if isinstance(layer, SEPARABLE):
        return prod(output_shape[1:-1]) * (prod(layer.depthwise_kernel.shape) + prod(layer.pointwise_kernel.shape))
    if isinstance(layer, (layers.BatchNormalization, layers.LayerNormalization, layers.GroupNormalization)):
        return 0
    if isinstance(getattr(layer, "kernel", None), keras.Variable):
        return prod(output_shape[1:-1]) * prod(layer.kernel.shape)
    return 0 if not getattr(layer, "weights", []) else None


def _field(layer, input_shape, view):
    """Returns the receptive field and stride behind a layer, from those in front of it."""
    field, stride = view
    if isinstance(layer, WHOLE):
        length = input_shape[1] if len(input_shape) > 2 else 1
        return field + (length - 1) * stride, stride * length
    window = _first(getattr(layer, "kernel_size", getattr(layer, "pool_size", 1)))
    step = _first(getattr(layer, "strides", 1))
    if isinstance(layer, TRANSPOSED):
        return field + (ceil(window / step) - 1) * stride, stride / step
    if isinstance(layer, UPSAMPLINGS):
        return field, stride / _first(layer.size)
    return field + _first(getattr(layer, "dilation_rate", 1)) * (window - 1) * stride, stride * step


def _first(size):
    return size[0] if isinstance(size, (tuple, list)) else size

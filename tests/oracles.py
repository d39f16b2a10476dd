"""What the layers are held against: central differences, loops, and Keras."""

import numpy as np


def numerical_gradient(f, x, h=1e-5):
    """Computes df/dx by central differences.

    Args:
        f: Function from an array to a number.
        x: float64 array.
        h: Step. The error is of order h^2 (truncation) plus 1e-16 |f| / h (rounding).

    Returns:
        Array like `x`.
    """
    gradient = np.zeros_like(x, dtype="float64")
    for index in np.ndindex(x.shape):
        step = np.zeros_like(gradient)
        step[index] = h
        gradient[index] = (f(x + step) - f(x - step)) / (2 * h)
    return gradient


def check_layer_gradients(layer, x, seed=0, training=False, tolerance=1e-7):
    """Asserts that dL/dx and the gradient of every parameter equal central differences.

    L is the sum of the outputs with random weights, so that every output has its own upstream gradient.

    Args:
        layer: A layer of type float64; its `forward` must give the same output every time.
        x: float64 input.
        seed: Seed of the upstream gradient.
        training: Passed to `forward`.
        tolerance: Largest error, relative to the largest entry of the gradient (at least 1).
    """
    assert layer.dtype == np.float64, "central differences need float64"
    x = np.asarray(x, "float64")
    output = layer.forward(x, training=training)
    upstream = np.random.default_rng(seed).standard_normal(output.shape)
    gradients = {"input": layer.backward(upstream)} | layer.grads
    assert list(layer.grads) == list(layer.params)

    def loss(name, value):
        saved = layer.params
        layer.params = saved | {name: value} if name in saved else saved
        result = np.sum(layer.forward(value if name == "input" else x, training=training) * upstream)
        layer.params = saved
        return result

    for name, value in {"input": x, **layer.params}.items():
        expected = numerical_gradient(lambda v, name=name: loss(name, v), value)
        assert_close(gradients[name], expected, tolerance, f"d{name}")


def check_against_keras(layer, keras_layer, x, seed=0, tolerance=1e-10, training=False):
    """Asserts equal outputs, gradients and weights afterwards for the same weights and the same upstream gradient.

    Args:
        layer: A layer.
        keras_layer: Keras's layer with the same arguments; its weights are copied over.
        x: Input.
        seed: Seed of the weights and the upstream gradient.
        tolerance: Largest error, relative to the largest entry (at least 1).
        training: Passed to `forward`, and to Keras's layer.
    """
    import tensorflow as tf

    rng = np.random.default_rng(seed)
    keras_layer.build(x.shape)
    drawn = [(weight.name, rng.standard_normal(weight.shape)) for weight in keras_layer.weights]
    keras_layer.set_weights([np.abs(value) if "variance" in name else value for name, value in drawn])
    layer.build(x.shape)
    layer.set_weights(keras_layer.get_weights())
    tensor = tf.constant(x)
    with tf.GradientTape() as tape:
        tape.watch(tensor)
        expected = keras_layer(tensor, **({"training": True} if training else {}))
    upstream = rng.standard_normal(expected.shape).astype(layer.dtype)
    variables = [variable.value for variable in keras_layer.trainable_variables]
    expected_dx, *expected_grads = tape.gradient(expected, [tensor, *variables], output_gradients=tf.constant(upstream))
    assert_close(layer.forward(x, training=training), expected.numpy(), tolerance, "output")
    assert_close(layer.backward(upstream), expected_dx.numpy(), tolerance, "dx")
    for (name, grad), expected_grad in zip(layer.grads.items(), expected_grads, strict=True):
        assert_close(grad, expected_grad.numpy(), tolerance, f"d{name}")
    for (name, value), keras_value in zip(layer.weights.items(), keras_layer.get_weights(), strict=True):
        assert_close(value, keras_value, tolerance, name)


def assert_close(actual, expected, tolerance, what):
    """Asserts equal shapes, and errors below `tolerance` times the largest expected entry (at least 1)."""
    assert np.shape(actual) == np.shape(expected), f"{what}: shape {np.shape(actual)}, expected {np.shape(expected)}"
    error = np.max(np.abs(actual - expected)) / max(1, np.max(np.abs(expected)))
    assert error <= tolerance, f"{what}: relative error {error:.2e} > {tolerance:.0e}"


def loop_convolution(x, kernel, strides=(1, 1), padding=((0, 0), (0, 0)), dilation_rate=(1, 1), groups=1):
    """Convolves by the definition: one loop for each index of the formula.

    Args:
        x: (batch, height, width, channels).
        kernel: (kernel height, kernel width, channels / groups, filters).
        strides: Along (height, width).
        padding: ((top, bottom), (left, right)) zeros.
        dilation_rate: Along (height, width).
        groups: Groups of channels.

    Returns:
        (batch, out_height, out_width, filters).
    """
    x = np.pad(x, ((0, 0), *padding, (0, 0)))
    height, width, depth, filters = kernel.shape
    rows = range(0, x.shape[1] - dilation_rate[0] * (height - 1), strides[0])
    columns = range(0, x.shape[2] - dilation_rate[1] * (width - 1), strides[1])
    y = np.zeros((len(x), len(rows), len(columns), filters))
    for n, i, j, f in np.ndindex(y.shape):
        group = f // (filters // groups)
        for u, v, c in np.ndindex(height, width, depth):
            pixel = x[n, rows[i] + u * dilation_rate[0], columns[j] + v * dilation_rate[1], group * depth + c]
            y[n, i, j, f] += pixel * kernel[u, v, c, f]
    return y


def spread(kernel, dilation_rate):
    """Writes a dilated kernel as an undilated one with zeros between its taps (first axes spatial)."""
    sizes = [rate * (size - 1) + 1 for size, rate in zip(kernel.shape, dilation_rate, strict=False)]
    result = np.zeros((*sizes, *kernel.shape[len(sizes) :]))
    result[tuple(slice(None, None, rate) for rate in dilation_rate)] = kernel
    return result

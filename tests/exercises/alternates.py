"""Right answers by other methods, keyed by the exercise's name: the checker must accept every one of them.

The test adds to each exercise what needs no code: the reference with lists and with float32 results.
"""

import math

import numpy as np
import scipy.linalg
import scipy.ndimage
import scipy.optimize
import scipy.signal
import scipy.spatial
import scipy.special
import scipy.stats
import sklearn.metrics
from numpy.lib.stride_tricks import sliding_window_view
from sklearn import manifold

from dnnlib.augmentation.geometry import flip
from dnnlib.autodiff.scalar import Value
from dnnlib.evaluation.confusion import precision, recall
from dnnlib.evaluation.curves import roc_auc
from dnnlib.layers import convolution_arithmetic, receptive_field
from dnnlib.layers.average_pooling2d import AveragePooling2D
from dnnlib.layers.batch_normalization import BatchNormalization
from dnnlib.layers.conv2d import Conv2D
from dnnlib.layers.conv2d_transpose import Conv2DTranspose
from dnnlib.layers.dense import Dense
from dnnlib.layers.dropout import Dropout
from dnnlib.layers.global_average_pooling2d import GlobalAveragePooling2D
from dnnlib.layers.group_normalization import GroupNormalization
from dnnlib.layers.max_pooling2d import MaxPooling2D
from dnnlib.layers.relu import ReLU
from dnnlib.layers.simple_rnn import SimpleRNN
from dnnlib.layers.softmax import Softmax
from dnnlib.layers.tanh import Tanh
from dnnlib.losses.binary_crossentropy import BinaryCrossentropy
from dnnlib.losses.categorical_crossentropy import SparseCategoricalCrossentropy
from dnnlib.optimizers.adam import Adam
from dnnlib.optimizers.sgd import SGD
from dnnlib.regularizers.penalties import L1L2
from dnnlib.training.perceptron import Perceptron
from dnnlib.training.sequential import Sequential
from dnnlib.unsupervised.kmeans import Clusters
from dnnlib.unsupervised.pca import PCA


def states_by_layer(x, first, kernel, recurrent, bias):
    layer = SimpleRNN(len(bias), return_sequences=True, dtype="float64")
    layer.build(np.shape(x))
    layer.set_weights([kernel, recurrent, bias])
    return layer.forward(np.asarray(x), initial_state=np.asarray(first))


def states_by_one_matrix(x, first, kernel, recurrent, bias):
    x, h, out = np.asarray(x), np.asarray(first), []
    whole = np.vstack([kernel, recurrent, [bias]])
    for step in np.moveaxis(x, 1, 0):
        h = np.tanh(np.hstack([step, h, np.ones((len(h), 1))]) @ whole)
        out.append(h)
    return np.transpose(out, (1, 0, 2))


def rnn_deltas(states, recurrent, grad):
    deltas = np.zeros(np.shape(grad))
    for t in range(deltas.shape[1] - 1, -1, -1):
        later = np.einsum("nj,ij->ni", deltas[:, t + 1], recurrent) if t + 1 < deltas.shape[1] else 0
        deltas[:, t] = (later + np.asarray(grad)[:, t]) * (1 - np.square(states)[:, t + 1])
    return deltas


def rnn_gradients_by_einsum(x, states, recurrent, grad):
    deltas = rnn_deltas(states, recurrent, grad)
    before = np.asarray(states)[:, :-1]
    return np.einsum("nti,ntu->iu", x, deltas), np.einsum("ntv,ntu->vu", before, deltas), deltas.sum((0, 1))


def rnn_gradients_example_by_example(x, states, recurrent, grad):
    total = [0, 0, 0]
    for one, states_of, grad_of in zip(np.asarray(x), np.asarray(states), np.asarray(grad), strict=True):
        delta = rnn_deltas(states_of[None], recurrent, grad_of[None])[0]
        for i, part in enumerate((one.T @ delta, states_of[:-1].T @ delta, np.ones(len(delta)) @ delta)):
            total[i] = total[i] + part
    return tuple(total)


def clipped_as_one_vector(to_kernel, to_recurrent, limit):
    flat = np.concatenate([np.ravel(to_kernel), np.ravel(to_recurrent)])
    flat = flat / max(1, np.linalg.norm(flat) / limit)
    return flat[: np.size(to_kernel)].reshape(np.shape(to_kernel)), flat[np.size(to_kernel) :].reshape(
        np.shape(to_recurrent)
    )


def clipped_if_longer(to_kernel, to_recurrent, limit):
    length = np.hypot(scipy.linalg.norm(to_kernel), scipy.linalg.norm(to_recurrent))
    if length <= limit:
        return to_kernel, to_recurrent
    return np.multiply(to_kernel, limit / length), np.multiply(to_recurrent, limit / length)


def truncated_by_jacobians(states, recurrent, grad, window):
    states, grad = np.asarray(states), np.asarray(grad)
    total = np.zeros(np.shape(recurrent))
    for example, arriving in zip(states, grad, strict=True):
        slopes = 1 - example[1:] ** 2
        jacobians = [np.asarray(recurrent) * slope for slope in slopes]
        for t, one in enumerate(arriving):
            for back in range(min(window, t + 1)):
                path = one
                for step in range(t, t - back, -1):
                    path = jacobians[step] @ path
                total += np.outer(example[t - back], slopes[t - back] * path)
    return total


def truncated_all_losses_at_once(states, recurrent, grad, window):
    states, carried = np.asarray(states), np.array(grad, float)
    slopes, total = 1 - states[:, 1:] ** 2, 0
    steps = carried.shape[1]
    for back in range(min(window, steps)):
        delta = carried * slopes[:, : steps - back]
        total = total + np.einsum("ntv,ntu->vu", states[:, : steps - back], delta)
        carried = (delta @ np.transpose(recurrent))[:, 1:]
    return total


def output_size_by_walking(i, k, s, p, d):
    places, start = 0, -p
    while start + d * (k - 1) < i + p:
        places, start = places + 1, start + s
    return places


def unread_by_marking(i, k, s, p, d):
    read = np.zeros(i + 2 * p, bool)
    for start in range(0, i + 2 * p - d * (k - 1), s):
        read[start : start + d * (k - 1) + 1 : d] = True
    return np.flatnonzero(~read[p : p + i])


def unread_by_windows(i, k, s, p, d):
    x = np.pad(np.arange(1, i + 1), p)
    seen = sliding_window_view(x, d * (k - 1) + 1)[::s, ::d]
    return sorted(set(range(i)) - set((seen - 1).ravel().tolist()))


def conv2d_by_shifted_images(image, kernel, stride, dilation):
    height, width = (n - dilation * (k - 1) for n, k in zip(image.shape, kernel.shape, strict=True))
    return sum(
        weight * image[a * dilation : a * dilation + height, b * dilation : b * dilation + width][::stride, ::stride]
        for (a, b), weight in np.ndenumerate(kernel)
    )


def conv2d_in_lists(image, kernel, stride, dilation):
    (H, W), (kh, kw) = image.shape, kernel.shape
    return [
        [
            sum(
                float(image[i + dilation * a, j + dilation * b]) * float(kernel[a, b])
                for a in range(kh)
                for b in range(kw)
            )
            for j in range(0, W - dilation * (kw - 1), stride)
        ]
        for i in range(0, H - dilation * (kh - 1), stride)
    ]


def conv2d_by_spread_kernel(image, kernel, stride, dilation):
    spread = np.zeros([dilation * (k - 1) + 1 for k in kernel.shape])
    spread[::dilation, ::dilation] = kernel
    return scipy.signal.correlate2d(image, spread, "valid")[::stride, ::stride]


def channels_by_einsum(x, kernel, bias, stride):
    windows = sliding_window_view(x, kernel.shape[:2], axis=(0, 1))[::stride, ::stride]
    return np.einsum("ijcab,abcf->ijf", windows, kernel) + bias


def channels_by_scipy(x, kernel, bias, stride):
    maps = [
        sum(scipy.signal.correlate2d(x[..., c], kernel[..., c, f], "valid") for c in range(x.shape[2])) + bias[f]
        for f in range(kernel.shape[3])
    ]
    return np.stack(maps, axis=-1)[::stride, ::stride]


def merge_by_scipy(first, second):
    channels, between, filters = *first.shape[2:], second.shape[3]
    size = [a + b - 1 for a, b in zip(first.shape[:2], second.shape[:2], strict=True)]
    merged = np.zeros((*size, channels, filters))
    for c, m, f in np.ndindex(channels, between, filters):
        merged[..., c, f] += scipy.signal.convolve2d(first[..., c, m], second[..., m, f])
    return merged


def merge_by_responses(first, second):
    """Reads the kernel off what both layers answer to a single one, which comes out turned by 180°."""
    kh, kw = (a + b - 1 for a, b in zip(first.shape[:2], second.shape[:2], strict=True))
    ones = np.zeros((first.shape[2], 2 * kh - 1, 2 * kw - 1, first.shape[2]))
    for c in range(first.shape[2]):
        ones[c, kh - 1, kw - 1, c] = 1
    zero = np.zeros(first.shape[3])
    middle = np.stack([channels_by_einsum(x, first, zero, 1) for x in ones])
    answers = np.stack([channels_by_einsum(x, second, np.zeros(second.shape[3]), 1) for x in middle])
    return answers[:, ::-1, ::-1].transpose(1, 2, 0, 3)


def matrix_by_toeplitz(kernel, n, stride):
    column = np.zeros(n - len(kernel) + 1)
    column[0] = kernel[0]
    return scipy.linalg.toeplitz(column, np.concatenate([kernel, np.zeros(n - len(kernel))]))[::stride]


def matrix_by_unit_vectors(kernel, n, stride):
    return np.stack([np.correlate(unit, kernel, "valid")[::stride] for unit in np.eye(n)], axis=1)


def transpose_by_matrix(x, kernel, stride):
    n = (len(x) - 1) * stride + len(kernel)
    return matrix_by_unit_vectors(kernel, n, stride).T @ x


def transpose_by_spreading(x, kernel, stride):
    spread = np.zeros((len(x) - 1) * stride + 1)
    spread[::stride] = x
    return np.convolve(spread, kernel)


def transpose_by_package(x, kernel, stride):
    """Answers as Keras's layer does, to which the package's is held by its own test."""
    layer = Conv2DTranspose(1, (1, len(kernel)), strides=(1, stride), use_bias=False, dtype="float64")
    layer.build((1, 1, len(x), 1))
    layer.set_weights([kernel[np.newaxis, :, np.newaxis, np.newaxis]])
    return layer(x[np.newaxis, np.newaxis, :, np.newaxis])[0, 0, :, 0]


def cost_by_package(kernel_size, in_channels, filters, output_shape, use_bias):
    return (
        convolution_arithmetic.conv_parameters(kernel_size, in_channels, filters, use_bias=use_bias),
        convolution_arithmetic.conv_macs(kernel_size, in_channels, filters, output_shape),
    )


def cost_by_numpy(kernel_size, in_channels, filters, output_shape, use_bias):
    one_filter = np.prod(kernel_size) * in_channels
    return np.array([(one_filter + use_bias) * filters, one_filter * filters * np.prod(output_shape)])


def field_backwards(layers):
    size = 1
    for kernel, stride, dilation in reversed(layers):
        size = (size - 1) * stride + dilation * (kernel - 1) + 1
    return size


def field_by_marking(layers):
    seen = {0}
    for kernel, stride, dilation in layers[::-1]:
        seen = {unit * stride + dilation * tap for unit in seen for tap in range(kernel)}
    return max(seen) - min(seen) + 1


def field_by_package(layers):
    return receptive_field.receptive_field([receptive_field.Window(*layer) for layer in layers])[-1].size


def im2col_by_view(x, kernel_height, kernel_width, stride):
    windows = sliding_window_view(x, (kernel_height, kernel_width), axis=(0, 1))[::stride, ::stride]
    return windows.transpose(0, 1, 3, 4, 2).reshape(-1, kernel_height * kernel_width * x.shape[2])


def im2col_by_indices(x, kernel_height, kernel_width, stride):
    rows = np.arange(0, x.shape[0] - kernel_height + 1, stride)[:, None] + np.arange(kernel_height)
    columns = np.arange(0, x.shape[1] - kernel_width + 1, stride)[:, None] + np.arange(kernel_width)
    windows = x[rows[:, None, :, None], columns[None, :, None, :]]
    return windows.reshape(len(rows) * len(columns), -1)


def ring_by_rolling(x, kernel):
    return sum(weight * np.roll(x, -u) for u, weight in enumerate(kernel))


def ring_by_fourier(x, kernel):
    spread = np.concatenate([kernel, np.zeros(len(x) - len(kernel))])
    return np.fft.ifft(np.fft.fft(x) * np.conj(np.fft.fft(spread))).real


def circulant_by_shifting(matrix):
    return np.mean([np.roll(matrix, (t, t), axis=(0, 1)) for t in range(len(matrix))], axis=0)


def circulant_by_fourier(matrix):
    n = len(matrix)
    basis = np.fft.fft(np.eye(n)) / n**0.5
    return (basis.conj() @ np.diag(np.diag(basis @ matrix @ basis.conj())) @ basis).real


def max_pool_by_view(x, size, stride):
    return sliding_window_view(x, size, axis=(0, 1))[::stride, ::stride].max(axis=(-2, -1))


def max_pool_in_lists(x, size, stride):
    (H, W, C), (height, width) = x.shape, size
    return [
        [
            [max(float(x[i + a, j + b, c]) for a in range(height) for b in range(width)) for c in range(C)]
            for j in range(0, W - width + 1, stride)
        ]
        for i in range(0, H - height + 1, stride)
    ]


def average_pool_by_counting(x, size, stride):
    (H, W), half = x.shape, [max((-(-n // stride) - 1) * stride + size - n, 0) // 2 for n in x.shape]
    sums, counts = np.zeros((2, -(-H // stride), -(-W // stride)))
    for i, j in np.ndindex(sums.shape):
        for a, b in np.ndindex(size, size):
            row, column = i * stride - half[0] + a, j * stride - half[1] + b
            if 0 <= row < H and 0 <= column < W:
                sums[i, j] += x[row, column]
                counts[i, j] += 1
    return sums / counts


def average_pool_by_package(x, size, stride):
    return AveragePooling2D(size, stride, "same", dtype="float64")(x[None, ..., None])[0, ..., 0]


def max_pool_backward_by_package(x, size, stride, grad):
    layer = MaxPooling2D(size, stride, dtype="float64")
    layer(x[None, ..., None])
    return layer.backward(grad[None, ..., None])[0, ..., 0]


def max_pool_backward_by_comparing(x, size, stride, grad):
    dx = [[0.0] * x.shape[1] for _ in range(x.shape[0])]
    for i, j in np.ndindex(grad.shape):
        places = [(i * stride + a, j * stride + b) for a in range(size) for b in range(size)]
        row, column = max(places, key=lambda place: x[place])  # the first of several
        dx[row][column] += grad[i, j]
    return dx


def average_pool_backward_by_package(grad, shape, size, stride):
    layer = AveragePooling2D(size, stride, dtype="float64")
    layer(np.zeros((1, *shape, 1)))
    return layer.backward(grad[None, ..., None])[0, ..., 0]


def average_pool_backward_by_spreading(grad, shape, size, stride):
    spread = np.zeros(shape)
    spread[: grad.shape[0] * stride : stride, : grad.shape[1] * stride : stride] = grad
    return scipy.signal.convolve2d(spread, np.full((size, size), size**-2.0))[: shape[0], : shape[1]]


def max_blur_by_indices(x, stride):
    n = len(x)
    largest = [max(x[i], x[(i + 1) % n]) for i in range(n)]
    return [(largest[i - 1] + 2 * largest[i] + largest[(i + 1) % n]) / 4 for i in range(0, n, stride)]


def max_blur_by_scipy(x, stride):
    largest = scipy.ndimage.maximum_filter1d(x.astype(float), 2, mode="wrap", origin=-1)
    return scipy.ndimage.convolve1d(largest, [0.25, 0.5, 0.25], mode="wrap")[::stride]


def softmax_by_logarithms(scores):
    return np.exp(scores - scipy.special.logsumexp(scores, axis=1, keepdims=True))


def softmax_row_by_row(scores):
    rows = []
    for row in scores.tolist():
        powers = [math.exp(score - max(row)) for score in row]
        rows.append([power / sum(powers) for power in powers])
    return rows


def entropy_by_package(scores, labels):
    loss = SparseCategoricalCrossentropy(from_logits=True)
    return loss(labels, scores), loss.backward()


def entropy_by_one_hot(scores, labels):
    t = np.eye(scores.shape[1])[labels]
    log_p = scores - scipy.special.logsumexp(scores, axis=1, keepdims=True)
    return -(t * log_p).sum() / len(scores), (np.exp(log_p) - t) / len(scores)


def entropy_by_chain_rule(scores, labels):
    p = softmax_by_logarithms(scores)
    dp = np.zeros_like(p)
    rows = np.arange(len(p))
    dp[rows, labels] = -1 / p[rows, labels] / len(p)
    return -np.mean(np.log(p[rows, labels])), p * (dp - (dp * p).sum(axis=1, keepdims=True))


def relu_backward_by_package(x, grad):
    layer = ReLU(dtype="float64")
    layer(x)
    return layer.backward(grad)


def relu_backward_in_place(x, grad):
    dx = np.array(grad, dtype=float)
    dx[x <= 0] = 0
    return dx


def dead_by_largest(x, w, b):
    return np.maximum(x @ w + b, 0).max(axis=0) == 0


def dead_unit_by_unit(x, w, b):
    return [all(row @ w[:, k] + b[k] <= 0 for row in x) for k in range(len(b))]


def tanh_backward_by_package(x, w, b, grad):
    dense, bend = Dense(len(b), dtype="float64"), Tanh(dtype="float64")
    dense.build(x.shape)
    dense.set_weights([w, b])
    bend(dense(x))
    dx = dense.backward(bend.backward(grad))
    return dense.grads["kernel"], dense.grads["bias"], dx


def tanh_backward_by_cosh(x, w, b, grad):
    dz = grad / np.cosh(x @ w + b) ** 2
    return np.einsum("ni,nj->ij", x, dz), np.ones(len(x)) @ dz, (w @ dz.T).T


def sigmoid_cross_entropy_by_logaddexp(z, t):
    return np.mean(np.logaddexp(0, z) - t * z)


def sigmoid_cross_entropy_one_by_one(z, t):
    return sum(
        a * math.log1p(math.exp(-abs(s))) + a * max(-s, 0) + (1 - a) * (max(s, 0) + math.log1p(math.exp(-abs(s))))
        for s, a in zip(z.tolist(), t.tolist(), strict=True)
    ) / len(z)


def slide_dense_by_convolution(maps, weights, bias, height, width):
    layer = Conv2D(len(bias), (height, width), dtype="float64")
    layer.build((1, *maps.shape))
    layer.set_weights([weights.reshape(height, width, maps.shape[2], -1), bias])
    return layer(maps[np.newaxis])[0]


def slide_dense_by_view(maps, weights, bias, height, width):
    windows = sliding_window_view(maps, (height, width), axis=(0, 1)).transpose(0, 1, 3, 4, 2)
    return windows.reshape(*windows.shape[:2], -1) @ weights + bias


def unchanged_by_loop(x, k, t):
    n = len(x)
    pooled = [max(x[(i + j) % n] for j in range(k)) for i in range(n)]
    return sum(pooled[i] == pooled[(i - t) % n] for i in range(n)) / n


def unchanged_by_moving_the_pooled(x, k, t):
    pooled = sliding_window_view(np.concatenate([x] * (1 + k)), k).max(axis=1)[: len(x)]
    return np.count_nonzero(pooled == np.roll(pooled, t)) / pooled.size


def moved_pixel_by_pixel(images, down, right):
    out = np.zeros_like(images)
    _, height, width = images.shape
    for i, j in np.ndindex(height, width):
        if 0 <= i - down < height and 0 <= j - right < width:
            out[:, i, j] = images[:, i - down, j - right]
    return out


def moved_by_scipy(images, down, right):
    return scipy.ndimage.shift(images.astype(float), (0, down, right), order=0, cval=0)


def step_by_package(x, labels, w, b, rate):
    layer = Dense(w.shape[1], dtype="float64")
    layer.build(x.shape)
    layer.set_weights([w, b])
    loss = SparseCategoricalCrossentropy(from_logits=True)
    loss(labels, layer(x))
    layer.backward(loss.backward())
    return w - rate * layer.grads["kernel"], b - rate * layer.grads["bias"]


def step_by_one_hot(x, labels, w, b, rate):
    error = (scipy.special.softmax(x @ w + b, axis=1) - np.eye(len(b))[labels]) / len(x)
    return w - rate * np.einsum("nd,nk->dk", x, error), b - rate * np.ones(len(x)) @ error


def directions_by_loop(right, down, bins):
    out = [0.0] * bins
    for x, y in zip(np.ravel(right), np.ravel(down), strict=True):
        out[round(math.degrees(math.atan2(y, x)) % 360 / 360 * bins) % bins] += math.hypot(x, y)
    return out


def directions_by_dot_products(right, down, bins):
    angles = 2 * np.pi * np.arange(bins) / bins
    along = right[..., None] * np.cos(angles) + down[..., None] * np.sin(angles)
    mine = along.argmax(axis=-1)[..., None] == np.arange(bins)
    return (mine * np.sqrt(right**2 + down**2)[..., None]).sum(axis=(0, 1))


def triangle_by_scipy(patches, centres):
    d = scipy.spatial.distance.cdist(patches, centres)
    return np.clip(d.mean(1)[:, None] - d, 0, None)


def triangle_by_loop(patches, centres):
    rows = [[math.dist(patch, centre) for centre in centres] for patch in patches]
    return [[max(sum(row) / len(row) - d, 0) for d in row] for row in rows]


def kernels_by_stacking(centres, size):
    return np.stack([c.reshape(size, size, 1) for c in centres], -1), [-0.5 * float(c @ c) for c in centres]


def kernels_by_moveaxis(centres, size):
    kernel = np.moveaxis(centres.reshape(-1, size, size), 0, -1)[:, :, None]
    return kernel, -0.5 * np.einsum("kd,kd->k", centres, centres)


def line_by_matrices(x, y, rate, steps):
    columns, w = np.stack([x, np.ones(len(x))], axis=1), np.zeros(2)
    for _ in range(steps):
        w = w - rate * 2 / len(x) * columns.T @ (columns @ w - y)
    return w


def line_by_eigenvectors(x, y, rate, steps):
    """In the Hessian's eigenvectors every part of w has a closed form: (1 - (1 - rate c)^steps) (its target) / c."""
    columns = np.stack([x, np.ones(len(x))], axis=1)
    curvatures, directions = np.linalg.eigh(2 / len(x) * columns.T @ columns)
    towards = directions.T @ (2 / len(x) * columns.T @ y)
    sums = [sum((1 - rate * c) ** np.arange(steps)) for c in curvatures]
    return directions @ (rate * np.array(sums) * towards)


def momentum_by_differences(curvatures, w, rate, momentum, steps):
    path = [np.asarray(w, float)]
    for step in range(steps):
        before = path[-2] if step else path[-1]
        path.append(path[-1] + momentum * (path[-1] - before) - rate * np.asarray(curvatures) * path[-1])
    return path


def momentum_by_optimizer(curvatures, w, rate, momentum, steps):
    place, optimizer = np.array(w, dtype=float), SGD(rate, momentum=momentum)
    path = [place.copy()]
    for _ in range(steps):
        optimizer.apply([curvatures * place], [place])
        path.append(place.copy())
    return np.array(path)


def adam_by_weighted_sums(gradients, rate, beta_1, beta_2):
    moves = []
    for t in range(1, len(gradients) + 1):
        ages = np.arange(t)[::-1, None]
        mean = (beta_1**ages * gradients[:t]).sum(0) / (beta_1**ages).sum()
        square = (beta_2**ages * gradients[:t] ** 2).sum(0) / (beta_2**ages).sum()
        moves.append(-rate * mean / np.sqrt(square))
    return np.cumsum(moves, axis=0)


def adam_by_optimizer(gradients, rate, beta_1, beta_2):
    place, optimizer, places = np.zeros(gradients.shape[1]), Adam(rate, beta_1, beta_2, epsilon=1e-12), []
    for gradient in gradients:
        optimizer.apply([gradient], [place])
        places.append(place.copy())
    return places


def shares_by_loop(y_true, y_pred):
    pairs = list(zip(y_true.tolist(), y_pred.tolist(), strict=True))
    hits, given, true = pairs.count((1, 1)), sum(b for _, b in pairs), sum(a for a, _ in pairs)
    return (hits / given if given else 0), (hits / true if true else 0)


def area_by_loop(y_true, y_score):
    positive, negative = y_score[y_true == 1], y_score[y_true == 0]
    won = sum(1.0 if a > b else 0.5 if a == b else 0.0 for a in positive for b in negative)
    return won / (len(positive) * len(negative))


def area_by_ranks(y_true, y_score):
    ranks = scipy.stats.rankdata(y_score)[y_true == 1]
    n, m = np.sum(y_true == 1), np.sum(y_true == 0)
    return (ranks.sum() - n * (n + 1) / 2) / (n * m)


def stopping_by_running_minimum(losses, patience):
    for epoch in range(len(losses)):
        best = int(np.argmin(losses[: epoch + 1]))
        if epoch - best >= patience:
            return best, epoch + 1
    return int(np.argmin(losses)), len(losses)


def stopping_with_infinity(losses, patience):
    smallest, kept, waited, trained = float("inf"), -1, 0, 0
    for epoch, loss in enumerate(losses):
        trained += 1
        if loss < smallest:
            smallest, kept, waited = loss, epoch, 0
        else:
            waited += 1
            if waited >= patience:
                break
    return kept, trained


def perceptron_step_by_cases(w, b, x, t):
    score = b + sum(float(weight) * float(value) for weight, value in zip(w, x, strict=True))
    if t == 1 and score <= 0:
        return w + x, b + 1
    if t == 0 and score > 0:
        return w - x, b - 1
    return w, b


def perceptron_step_by_package(w, b, x, t):
    unit = Perceptron(1).fit(x[np.newaxis], [t], w, b)
    return unit.coef_, unit.intercept_


def network_by_package(x, B, b, A, a):
    layers = Dense(len(b), dtype="float64"), ReLU(dtype="float64"), Dense(1, dtype="float64")
    model = Sequential(layers)
    model.build(x.shape)
    model.set_weights([B, b, A[:, np.newaxis], [a]])
    return model(x)[:, 0]


def network_unit_by_unit(x, B, b, A, a):
    return [a + sum(A[j] * max(row @ B[:, j] + b[j], 0) for j in range(len(b))) for row in x]


def huber_by_loop(error, delta):
    costs = [e * e / 2 if -delta <= e <= delta else delta * (max(e, -e) - delta / 2) for e in error.tolist()]
    return sum(costs) / len(costs)


def dropout_by_loop(h, u, rate, training):
    output = np.array(h, dtype=float)
    for place, number in np.ndenumerate(u):
        if training:
            output[place] = 0 if number < rate else output[place] / (1 - rate)
    return output


def hidden_gradient_by_differences(grad, z, mask, rate):
    def loss(z):
        return grad * mask * np.maximum(z, 0) / (1 - rate)

    return (loss(z + 1e-4) - loss(z - 1e-4)) / 2e-4


def dropout_layer_by_where(h, grad, rate, training, seed):
    mask = np.random.default_rng(seed).random(h.shape) >= rate if training else True
    scale = 1 - rate if training else 1
    return np.where(mask, h / scale, 0), np.where(mask, grad / scale, 0)


def dropout_layer_by_package(h, grad, rate, training, seed):
    layer = Dropout(rate, seed=seed, dtype="float64")
    return layer(h, training=training), layer.backward(grad)


def sets_by_loop(x, y, split):
    kept = [picture.tolist() for picture in x[:split]]
    mirrored = [[row[::-1] for row in picture] for picture in kept]
    return kept + mirrored, [*y[:split], *y[:split]], x[split:], y[split:]


def sets_by_package(x, y, split):
    mirrored = flip(x[:split, :, :, np.newaxis])[..., 0]
    return np.vstack([x[:split], mirrored]), np.tile(y[:split], 2), x[split:], y[split:]


def penalised_step_by_package(kernel, bias, d_kernel, d_bias, rate, l1, l2):
    kernel, bias = np.array(kernel, float), np.array(bias, float)
    SGD(rate).apply([d_kernel + L1L2(l1, l2).gradient(kernel), np.asarray(d_bias, float)], [kernel, bias])
    return kernel, bias


def penalised_step_by_decay(kernel, bias, d_kernel, d_bias, rate, l1, l2):
    toward = np.where(kernel > 0, 1, np.where(kernel < 0, -1, 0))
    return (1 - 2 * rate * l2) * kernel - rate * l1 * toward - rate * d_kernel, bias - rate * d_bias


def penalised_minimum_by_least_squares(hessian, best, alpha):
    root = scipy.linalg.sqrtm(hessian).real
    rows = np.concatenate([root, np.sqrt(alpha) * np.eye(len(best))])
    return np.linalg.lstsq(rows, np.concatenate([root @ best, np.zeros(len(best))]), rcond=None)[0]


def stopped_early_by_path(w, curvatures, best, best_new, rate, patience):
    shrunk = (1 - rate * curvatures) ** np.arange(101)[:, None]
    path = best + shrunk * (w - best)
    losses = ((path - best_new) ** 2 * curvatures).sum(axis=1)
    lowest, waited = 0, 0
    for step in range(1, 101):
        lowest, waited = (step, 0) if losses[step] < losses[lowest] else (lowest, waited + 1)
        if waited == patience or step == 100:
            return path[lowest], step


def stopped_early_by_lists(w, curvatures, best, best_new, rate, patience):
    def loss(w):
        return sum(c * (a - b) ** 2 for a, b, c in zip(w, best_new, curvatures, strict=True))

    places = [[float(a) for a in w]]
    while len(places) <= 100:
        places.append([a - rate * c * (a - b) for a, b, c in zip(places[-1], best, curvatures, strict=True)])
        lowest = min(range(len(places)), key=lambda step: loss(places[step]))
        if len(places) - 1 - lowest >= patience:
            break
    return np.array(places[lowest]), len(places) - 1


def _batch_norm_layer(shape, **arguments):
    layer = BatchNormalization(dtype="float64", **arguments)
    layer.build(shape)
    return layer


def batch_norm_by_layer(x, gamma, beta, mean, variance, momentum, epsilon, training):
    layer = _batch_norm_layer(x.shape, momentum=momentum, epsilon=epsilon)
    layer.set_weights([gamma, beta, mean, variance])
    return layer(x, training=training), *layer.get_weights()[2:]


def batch_norm_by_loop(x, gamma, beta, mean, variance, momentum, epsilon, training):
    outputs, means, variances = np.zeros(x.shape), [], []
    for c in range(x.shape[1]):
        column, centre, spread = x[:, c], mean[c], variance[c]
        if training:
            centre = sum(column) / len(column)
            spread = sum((value - centre) ** 2 for value in column) / len(column)
        outputs[:, c] = gamma[c] * (column - centre) / (spread + epsilon) ** 0.5 + beta[c]
        means.append(mean[c] + (1 - momentum) * (centre - mean[c]) if training else mean[c])
        variances.append(variance[c] + (1 - momentum) * (spread - variance[c]) if training else variance[c])
    return outputs, means, variances


def layer_norm_backward_by_graph(grad, x_hat, gamma, deviation):
    n, g, centred = x_hat.shape[1], grad * gamma, x_hat * deviation
    d_variance = np.sum(g * centred, axis=1, keepdims=True) * -0.5 / deviation**3
    d_centred = g / deviation + 2 * centred * d_variance / n
    d_x = d_centred - d_centred.sum(axis=1, keepdims=True) / n
    return d_x, np.einsum("nc,nc->c", grad, x_hat), np.ones(len(grad)) @ grad


def layer_norm_backward_by_jacobians(grad, x_hat, gamma, deviation):
    n, dx = grad.shape[1], np.zeros(grad.shape)
    for i, row in enumerate(x_hat):
        dx[i] = (np.eye(n) - 1 / n - np.outer(row, row) / n) @ (gamma * grad[i]) / deviation[i]
    return dx, (grad * x_hat).sum(0), grad.sum(0)


def pictures_by_layer(x, mean, variance, momentum, epsilon):
    layer = _batch_norm_layer(x.shape, momentum=momentum, epsilon=epsilon, center=False, scale=False)
    layer.set_weights([mean, variance])
    return layer(x, training=True), *layer.get_weights()


def pictures_by_rows(x, mean, variance, momentum, epsilon):
    ones, zeros = np.ones(x.shape[-1]), np.zeros(x.shape[-1])
    rows = x.reshape(-1, x.shape[-1])
    outputs, mean, variance = batch_norm_by_loop(rows, ones, zeros, mean, variance, momentum, epsilon, True)
    return outputs.reshape(x.shape), mean, variance


def group_norm_by_layer(x, groups, epsilon):
    return GroupNormalization(groups, epsilon=epsilon, dtype="float64")(x)


def group_norm_by_slices(x, groups, epsilon):
    result = np.zeros(x.shape)
    size = x.shape[3] // groups
    for n in range(len(x)):
        for start in range(0, x.shape[3], size):
            part = x[n, ..., start : start + size]
            result[n, ..., start : start + size] = (part - part.mean()) / np.sqrt(part.var() + epsilon)
    return result


def deviation_by_keras(shape, slope):
    *window, inputs, _ = shape
    return (2 / (1 + slope**2) / (math.prod(window) * inputs)) ** 0.5


def deviation_from_counted_numbers(shape, slope):
    unit = np.ones(shape)[..., 0]
    return math.sqrt(1 / np.sum(unit * (1 + slope**2) / 2))


def profile_from_logarithms(widths, stddevs, slope):
    gains = np.log(np.array(widths[:-1]) * np.array(stddevs) ** 2 * (1 + slope**2) / 2)
    return np.exp(np.cumsum(gains) / 2)


def profile_by_recursion(widths, stddevs, slope):
    if not stddevs:
        return np.array([])
    first = stddevs[0] * math.sqrt(widths[0] * (1 + slope**2) / 2)
    return first * np.append(1, profile_by_recursion(widths[1:], stddevs[1:], slope))


def measured_by_layers(kernels, x):
    profile = []
    for kernel in kernels:
        dense = Dense(kernel.shape[1], use_bias=False, kernel_initializer=lambda shape, rng, w=kernel: w)
        x = ReLU()(dense(x))
        profile.append(np.linalg.norm(x) / x.size**0.5)
    return profile


def measured_by_loops(kernels, x):
    profile, rows = [], [list(row) for row in x]
    for kernel in kernels:
        rows = [[max(float(np.dot(row, column)), 0) for column in kernel.T] for row in rows]
        squares = [value**2 for row in rows for value in row]
        profile.append(math.sqrt(sum(squares) / len(squares)))
    return np.array(profile)


def conv1d_backward_by_package(x, w, dy, s, p, d):
    layer = Conv2D(1, (1, len(w)), (1, s), ((0, 0), (p, p)), (1, d), dtype="float64")
    layer.build((1, 1, len(x), 1))
    layer.set_weights([w.reshape(1, -1, 1, 1), [0]])
    layer(x.reshape(1, 1, -1, 1))
    dx = layer.backward(dy.reshape(1, 1, -1, 1))
    return dx.ravel(), layer.grads["kernel"].ravel(), layer.grads["bias"][0]


def conv1d_backward_by_matrix(x, w, dy, s, p, d):
    """Writes the layer as a matrix; its transpose is the way back."""
    padded = np.pad(x, p)
    places = np.arange(len(dy))[:, None] * s + np.arange(len(w)) * d
    matrix = np.zeros((len(dy), len(padded)))
    np.put_along_axis(matrix, places, w + np.zeros(places.shape), axis=1)
    return (matrix.T @ dy)[p : p + len(x)], padded[places].T @ dy, sum(dy)


def pixel_gradient_by_scatter(dy, w, i, j, s, p):
    dx = np.zeros([(o - 1) * s + k + 2 * p + 9 for o, k in zip(dy.shape, w.shape, strict=True)])
    for (a, b), error in np.ndenumerate(dy):
        dx[a * s : a * s + w.shape[0], b * s : b * s + w.shape[1]] += error * w
    return dx[i + p, j + p]


def pixel_gradient_by_full_convolution(dy, w, i, j, s, p):
    spread = np.zeros([(o - 1) * s + 1 for o in dy.shape])
    spread[::s, ::s] = dy
    full = scipy.signal.convolve2d(spread, w, "full")
    inside = i + p < full.shape[0] and j + p < full.shape[1]
    return full[i + p, j + p] if inside else 0.0


def conv2d_backward_by_package(x, w, dy, stride, padding):
    layer = Conv2D(w.shape[3], w.shape[:2], stride, padding, dtype="float64")
    layer.build(x.shape)
    layer.set_weights([w, np.zeros(w.shape[3])])
    layer(x)
    return layer.backward(dy), layer.grads["kernel"], layer.grads["bias"]


def conv2d_backward_tap_by_tap(x, w, dy, stride, padding):
    padded = np.pad(x, ((0, 0), (padding, padding), (padding, padding), (0, 0)))
    dx, dw = np.zeros(padded.shape), np.zeros(w.shape)
    rows, columns = ((o - 1) * stride + 1 for o in dy.shape[1:3])
    for u, v in np.ndindex(w.shape[:2]):
        met = np.s_[:, u : u + rows : stride, v : v + columns : stride]
        dx[met] += dy @ w[u, v].T
        dw[u, v] = np.tensordot(padded[met], dy, axes=((0, 1, 2), (0, 1, 2)))
    inside = slice(padding, padded.shape[1] - padding), slice(padding, padded.shape[2] - padding)
    return dx[:, *inside], dw, np.einsum("nijf->f", dy)


def transposed_backward_by_package(x, w, dy, s):
    layer = Conv2DTranspose(w.shape[2], w.shape[:2], s, use_bias=False, dtype="float64")
    layer.build((1, *x.shape))
    layer.set_weights([w])
    layer(x[None])
    return layer.backward(dy[None])[0], layer.grads["kernel"]


def transposed_backward_by_view(x, w, dy, s):
    windows = sliding_window_view(dy, w.shape[:2], axis=(0, 1))[::s, ::s]
    return np.einsum("ijcuv,uvcf->ijf", windows, w), np.einsum("ijcuv,ijf->uvcf", windows, x)


def carry_path_by_products(forget):
    batch, time, units = forget.shape
    return np.array(
        [[[math.prod(forget[n, t + 1 :, u]) for u in range(units)] for t in range(time)] for n in range(batch)]
    )


def carry_path_by_cumprod(forget):
    shifted = np.concatenate([forget[:, 1:], np.ones_like(forget[:, :1])], axis=1)
    return np.flip(np.cumprod(np.flip(shifted, 1), axis=1), 1)


def gru_step_unit_by_unit(x, h, kernel, recurrent_kernel, bias):
    (batch, units), states = h.shape, np.empty(h.shape)
    for n in range(batch):
        gates = [
            scipy.special.expit(x[n] @ kernel[:, k] + h[n] @ recurrent_kernel[:, k] + bias[k]) for k in range(2 * units)
        ]
        z, r = np.array(gates[:units]), np.array(gates[units:])
        for u in range(units):
            k = 2 * units + u
            g = math.tanh(x[n] @ kernel[:, k] + (r * h[n]) @ recurrent_kernel[:, k] + bias[k])
            states[n, u] = g + z[u] * (h[n, u] - g)
    return states


def gru_step_by_einsum(x, h, kernel, recurrent_kernel, bias):
    wz, wr, wg = kernel.reshape(len(kernel), 3, -1).transpose(1, 0, 2)
    uz, ur, ug = recurrent_kernel.reshape(len(recurrent_kernel), 3, -1).transpose(1, 0, 2)
    bz, br, bg = bias.reshape(3, -1)
    z = (1 + np.tanh((np.einsum("ni,iu->nu", x, wz) + np.einsum("nv,vu->nu", h, uz) + bz) / 2)) / 2
    r = (1 + np.tanh((np.einsum("ni,iu->nu", x, wr) + np.einsum("nv,vu->nu", h, ur) + br) / 2)) / 2
    return (1 - z) * np.tanh(np.einsum("ni,iu->nu", x, wg) + np.einsum("nv,vu->nu", r * h, ug) + bg) + h * z


def gru_backward_by_jacobians(dh, h, z, r, g, recurrent_kernel):
    batch, units = h.shape
    ds, before = np.zeros((batch, 3 * units)), np.zeros((batch, units))
    uz, ur, ug = (recurrent_kernel[:, k * units : (k + 1) * units] for k in range(3))
    for n in range(batch):
        to_g = np.diag((1 - z[n]) * (1 - g[n] ** 2))
        to_z = np.diag((h[n] - g[n]) * z[n] * (1 - z[n]))
        to_r = np.diag(h[n] * r[n] * (1 - r[n])) @ ug @ to_g
        ds[n] = np.concatenate([to_z @ dh[n], to_r @ dh[n], to_g @ dh[n]])
        whole = np.diag(z[n]) + uz @ to_z + ur @ to_r + np.diag(r[n]) @ ug @ to_g
        before[n] = whole @ dh[n]
    return ds, before


def gru_backward_by_differences(dh, h, z, r, g, recurrent_kernel):
    units, tiny = h.shape[1], 1e-6
    sums = np.concatenate([scipy.special.logit(z), scipy.special.logit(r), np.arctanh(g)], 1)
    fixed = sums - np.concatenate([h @ recurrent_kernel[:, : 2 * units], (r * h) @ recurrent_kernel[:, 2 * units :]], 1)

    def step(state, shift):
        s = fixed + shift
        gates = scipy.special.expit(s[:, : 2 * units] + state @ recurrent_kernel[:, : 2 * units])
        update, reset = gates[:, :units], gates[:, units:]
        new = np.tanh(s[:, 2 * units :] + (reset * state) @ recurrent_kernel[:, 2 * units :])
        return np.sum(dh * (update * state + (1 - update) * new), axis=1)

    ds = [(step(h, tiny * e) - step(h, -tiny * e)) / (2 * tiny) for e in np.eye(3 * units)]
    before = [(step(h + tiny * e, 0) - step(h - tiny * e, 0)) / (2 * tiny) for e in np.eye(units)]
    return np.stack(ds, 1), np.stack(before, 1)


def reversed_row_by_row(x, lengths):
    rows = x.copy()
    for row, length in zip(rows, lengths, strict=True):
        row[:length] = row[:length][::-1].copy()
    return rows


def reversed_by_rolling(x, lengths):
    # Turned as a whole, a sequence stands behind its padding: rolled to the front, the padding is to be turned back.
    rows = [np.roll(row[::-1], length - len(row), axis=0) for row, length in zip(x, lengths, strict=True)]
    return np.stack([np.concatenate([row[:n], row[n:][::-1]]) for row, n in zip(rows, lengths, strict=True)])


def reverse_mode_by_solving(slopes):
    return np.linalg.solve(np.eye(len(slopes)) - np.transpose(slopes), np.eye(len(slopes))[-1])


def reverse_mode_by_path_length(slopes):
    grad = paths = np.eye(len(slopes))[-1]
    for _ in slopes:
        paths = paths @ slopes
        grad = grad + paths
    return grad


def reverse_mode_by_package(slopes):
    nodes = []
    for row in slopes:
        nodes.append(sum((slope * node for slope, node in zip(row, nodes, strict=False)), Value(0)))
    nodes[-1].backward()
    return [node.grad for node in nodes]


def residual_by_package(grad, x, w):
    dense, tanh = Dense(len(w), use_bias=False, dtype="float64"), Tanh(dtype="float64")
    dense.build(x.shape)
    dense.set_weights([w])
    block = Sequential([dense, tanh])
    block(x)
    return block.backward(grad) + grad, dense.grads["kernel"]


def residual_entry_by_entry(grad, x, w):
    slope = 1 / np.cosh(np.einsum("ki,ij->kj", x, w)) ** 2
    dw = [[sum(x[:, i] * slope[:, j] * grad[:, j]) for j in range(len(w))] for i in range(len(w))]
    return grad + np.einsum("kj,kj,ij->ki", grad, slope, w), np.array(dw)


def training_step_by_package(x, t, w1, b1, w2, b2, rate):
    net = Sequential([Dense(len(b1), dtype="float64"), ReLU(dtype="float64"), Dense(len(b2), dtype="float64")])
    net.build(x.shape)
    net.set_weights([w1, b1, w2, b2])
    net.backward((net(x) - t) / len(x))
    return tuple(w - rate * grad for w, grad in zip(net.get_weights(), net.grads.values(), strict=True))


def training_step_one_by_one(x, t, w1, b1, w2, b2, rate):
    new = [np.array(part, dtype=float) for part in (w1, b1, w2, b2)]
    for row, target in zip(x, t, strict=True):
        z = row @ w1 + b1
        h = z * (z > 0)
        delta = (h @ w2 + b2 - target) / len(x)
        hidden = np.array([w2[k] @ delta if z[k] > 0 else 0 for k in range(len(z))])
        for part, change in zip(new, (np.outer(row, hidden), hidden, np.outer(h, delta), delta), strict=True):
            part -= rate * change
    return tuple(new)


def mixture_by_package(grad, z, v):
    softmax, dense = Softmax(dtype="float64"), Dense(v.shape[1], use_bias=False, dtype="float64")
    dense.build(z.shape)
    dense.set_weights([v])
    mixture = Sequential([softmax, dense])
    mixture(z)
    return mixture.backward(grad), dense.grads["kernel"]


def mixture_by_jacobians(grad, z, v):
    p = scipy.special.softmax(z, axis=1)
    slopes = np.stack([np.diag(row) - np.outer(row, row) for row in p])
    return np.einsum("kj,ij,kil->kl", grad, v, slopes), np.einsum("ki,kj->ij", p, grad)


def linear_gradients_by_covariance(x, w, v):
    covariance = x.T @ x / len(x)
    lost = w @ v - np.eye(len(w))
    return 2 * covariance @ lost @ v.T, 2 * w.T @ covariance @ lost


def linear_gradients_example_by_example(x, w, v):
    d_w, d_v = np.zeros(w.shape), np.zeros(v.shape)
    for row in x:
        error = row @ w @ v - row
        d_w += 2 * np.outer(row, v @ error) / len(x)
        d_v += 2 * np.outer(row @ w, error) / len(x)
    return [d_w, d_v]


def denoising_loss_by_package(x, noise, w, b, v, c):
    first, last = Dense(w.shape[1], dtype="float64"), Dense(v.shape[1], dtype="float64")
    first.build((None, len(w)))
    last.build((None, len(v)))
    first.set_weights([w, b])
    last.set_weights([v, c])
    model = Sequential([first, ReLU(dtype="float64"), last])
    return np.square(model(x + noise) - x).mean(-1)


def denoising_loss_one_by_one(x, noise, w, b, v, c):
    losses = []
    for clean, added in zip(x, noise, strict=True):
        code = np.array([max(0, (clean + added) @ w[:, j] + b[j]) for j in range(w.shape[1])])
        losses.append(np.linalg.norm(code @ v + c - clean) ** 2 / len(clean))
    return losses


def best_guess_by_package(noisy, x, sigma):
    squared = scipy.spatial.distance.cdist(noisy, x, "sqeuclidean")
    return scipy.special.softmax(-squared / (2 * sigma**2), axis=1) @ x


def best_guess_point_by_point(noisy, x, sigma):
    guesses = []
    for point in noisy:
        exponents = [-np.sum((point - clean) ** 2) / (2 * sigma**2) for clean in x]
        weights = [np.exp(e - max(exponents)) for e in exponents]
        guesses.append(sum(weight * clean for weight, clean in zip(weights, x, strict=True)) / sum(weights))
    return guesses


def bound_terms_one_by_one(x, mean, log_variance, noise, v, variance):
    rebuilding = cost = 0.0
    for i in range(len(x)):
        deviation = np.sqrt(np.exp(log_variance[i]))
        rebuilding += np.linalg.norm((mean[i] + deviation * noise[i]) @ v - x[i]) ** 2 / (2 * variance) / len(x)
        for m, s in zip(mean[i], deviation, strict=True):
            cost += (0.5 * (m**2 + s**2 - 1) - np.log(s)) / len(x)
    return rebuilding, cost


def bound_terms_by_einsum(x, mean, log_variance, noise, v, variance):
    error = np.einsum("nk,ki->ni", mean + noise * np.exp(0.5 * log_variance), v) - x
    costs = -0.5 * (1 + log_variance - np.square(mean) - np.exp(log_variance))
    return np.einsum("ni,ni", error, error) / (2 * variance * len(x)), costs.sum() / len(mean)


def affinities_row_by_row(squared, sigma):
    n = len(sigma)
    views = np.zeros((n, n))
    for i in range(n):
        others = [j for j in range(n) if j != i]
        views[i, others] = scipy.special.softmax([-squared[i][j] / (2 * sigma[i] ** 2) for j in others])
    return (views + views.T) / views.sum() / 2


def affinities_by_logarithms(squared, sigma):
    scores = -np.asarray(squared) / 2 / np.square(sigma)[:, None]
    scores[np.diag_indices_from(scores)] = -np.inf
    views = np.exp(scores - scipy.special.logsumexp(scores, axis=1, keepdims=True))
    return views / len(views) / 2 + np.transpose(views) / len(views) / 2


def excess_perplexity(squared, i, log_sigma, perplexity):
    scores = -np.delete(squared, i) / 2 / math.exp(log_sigma) ** 2
    return math.exp(scipy.stats.entropy(scipy.special.softmax(scores))) - perplexity


def sigma_by_brent(squared, i, perplexity):
    return math.exp(scipy.optimize.brentq(lambda s: excess_perplexity(squared, i, s, perplexity), -6, 6, xtol=1e-13))


def sigma_by_halving_beta(squared, i, perplexity):
    others = np.array([d for j, d in enumerate(squared) if j != i])
    low, high = -20.0, 20.0
    while high - low > 1e-13:
        middle = (low + high) / 2
        p = scipy.special.softmax(-np.exp(middle) * others)
        low, high = (middle, high) if 2 ** scipy.stats.entropy(p, base=2) > perplexity else (low, middle)
    return np.sqrt(0.5 / np.exp(low))


def forces_pair_by_pair(P, Y, i):
    total = sum(1 / (1 + math.dist(a, b) ** 2) for a in Y for b in Y) - len(Y)
    pull = push = np.zeros(2)
    for j, other in enumerate(Y):
        weight = 1 / (1 + math.dist(other, Y[i]) ** 2)
        pull = pull + 4 * P[i][j] * weight * (other - Y[i])
        push = push + 4 * weight**2 / total * (Y[i] - other)
    return pull, push


def forces_by_einsum(P, Y, i):
    between = np.asarray(Y)[:, None] - Y
    weights = 1 / (1 + np.einsum("ijk,ijk->ij", between, between)) - np.eye(len(Y))
    return (
        4 * np.einsum("ij,ij,ijk->jk", P, weights, between)[i],
        -4 * np.einsum("ij,ij,ijk->jk", weights, weights, between)[i] / weights.sum(),
    )


def trustworthiness_by_scikit_learn(X, Y, k):
    return manifold.trustworthiness(X, Y, n_neighbors=k)


def trustworthiness_point_by_point(X, Y, k):
    n, cost = len(X), 0
    for i in range(n):
        others = [j for j in range(n) if j != i]
        by_data = sorted(others, key=lambda j: math.dist(X[i], X[j]))
        for j in sorted(others, key=lambda j: math.dist(Y[i], Y[j]))[:k]:
            cost += max(by_data.index(j) + 1 - k, 0)
    return 1 - cost / (n * k * (2 * n - 3 * k - 1) / 2)


def updated_in_one_product(points, labels, centres):
    points, labels, k = np.asarray(points, float), np.asarray(labels), len(centres)
    far = np.linalg.norm(points - np.asarray(centres)[labels], axis=1).argmax()
    empty = sorted(set(range(k)) - set(labels.tolist()))
    belongs = np.eye(k)[np.where((np.arange(len(labels)) == far) & bool(empty), (empty or [0])[0], labels)]
    return belongs.T @ points / belongs.sum(axis=0)[:, None]


def updated_by_package(points, labels, centres):
    labels, centres = np.asarray(labels), np.asarray(centres)
    clusters = Clusters(np.asarray(points, float), len(centres))
    clusters.labels = labels.copy()
    for point, label in zip(clusters.X, labels, strict=True):
        clusters.sums[label] += point
        clusters.counts[label] += 1
    return clusters.means(centres, ((clusters.X - centres[labels]) ** 2).sum(axis=1))


def chances_by_loop(points, centres):
    squares = [min(math.dist(point, centre) ** 2 for centre in centres) for point in points]
    return [square / math.fsum(squares) for square in squares]


def chances_by_tree(points, centres):
    weight = scipy.spatial.cKDTree(centres).query(points)[0] ** 2
    return weight / weight.sum()


def costs_compared(points, labels, i, j):
    def cost(names):
        return sum(np.var(points[names == c], axis=0).sum() * np.sum(names == c) for c in np.unique(names))

    after = np.where(np.arange(len(labels)) == i, j, labels)
    return cost(after) - cost(np.asarray(labels))


def moved_by_pairs(points, labels, i, j):
    def cost(group):  # all squared distances within a group, over its size
        return scipy.spatial.distance.pdist(group, "sqeuclidean").sum() / len(group)

    mine, other, rest = np.asarray(labels) == labels[i], np.asarray(labels) == j, np.arange(len(labels)) != i
    return cost(points[mine & rest]) + cost(points[other | ~rest]) - cost(points[mine]) - cost(points[other])


def silhouettes_by_package(points, labels):
    return sklearn.metrics.silhouette_samples(points, labels)


def silhouettes_by_products(points, labels):
    distance = scipy.spatial.distance.cdist(points, points)
    names, column = np.unique(labels, return_inverse=True)
    member = np.eye(len(names))[column]
    sums, sizes, own = distance @ member, member.sum(axis=0), member.astype(bool)
    a = sums[own] / (sizes[column] - 1)
    b = np.where(own, np.inf, sums / sizes).min(axis=1)
    return (b - a) / np.maximum(a, b)


def covariance_axes(X, k):
    """Returns (eigenvalues, eigenvectors as rows) of the covariance, the k largest first."""
    values, vectors = np.linalg.eigh(np.cov(np.asarray(X, float).T))
    return values[::-1][:k], vectors.T[::-1][:k]


def axes_by_power(X, k):
    centred, axes = X - np.mean(X, axis=0), []
    for _ in range(k):
        axis = np.linspace(1, 2, centred.shape[1])
        for _ in range(3000):
            axis = centred.T @ (centred @ axis)
            axis = axis / np.linalg.norm(axis)
        axes.append(axis)
        centred = centred - np.outer(centred @ axis, axis)
    return np.array(axes)


def axes_needed_by_loop(X, share):
    variances, count = covariance_axes(X, X.shape[1])[0], 1
    while variances[:count].sum() < share * X.var(axis=0, ddof=1).sum():
        count += 1
    return count


def rebuilt_by_projector(train, new, k):
    axes = covariance_axes(train, k)[1]
    projector = sum(np.outer(axis, axis) for axis in axes)
    return train.mean(axis=0) @ (np.eye(len(projector)) - projector) + new @ projector


def whitened_by_covariance(train, new, k):
    values, axes = covariance_axes(train, k)
    centred = new - train.mean(axis=0)
    return np.stack([centred @ axes[i] / values[i] ** 0.5 for i in range(k)], axis=1)


def occlusion_of_all_at_once(image, weights, bias, size, stride):
    image, weights = np.asarray(image, float), np.asarray(weights, float)
    change = (image - image.mean(axis=(0, 1))) * weights
    lost = sliding_window_view(change.sum(axis=2), (size, size))[::stride, ::stride].sum(axis=(2, 3))
    z = np.sum(image * weights) + bias
    return np.maximum(z, 0) - np.maximum(z - lost, 0)


def occlusion_by_mask(image, weights, bias, size, stride):
    image, weights = np.asarray(image, float), np.asarray(weights, float)
    grey, out = image.mean(axis=(0, 1)), []
    for top in range(0, image.shape[0] - size + 1, stride):
        for left in range(0, image.shape[1] - size + 1, stride):
            mask = np.ones(image.shape[:2])
            mask[top : top + size, left : left + size] = 0
            mixed = mask[..., None] * image + (1 - mask[..., None]) * grey
            out.append(max(0.0, np.vdot(image, weights) + bias) - max(0.0, np.vdot(mixed, weights) + bias))
    return np.array(out).reshape((image.shape[0] - size) // stride + 1, -1)


def one_kernel_by_scipy(first, second):
    first, second = np.asarray(first), np.asarray(second)
    return np.array(
        [
            [
                sum(scipy.signal.convolve2d(first[:, :, c, d], second[:, :, d, f]) for d in range(first.shape[3]))
                for f in range(second.shape[3])
            ]
            for c in range(first.shape[2])
        ]
    ).transpose(2, 3, 0, 1)


def one_kernel_by_an_impulse(first, second):
    first, second = np.asarray(first, float), np.asarray(second, float)
    sides = [a + b - 1 for a, b in zip(first.shape[:2], second.shape[:2], strict=True)]
    out = np.zeros((*sides, first.shape[2], second.shape[3]))
    for place in np.ndindex(*sides, first.shape[2]):
        x = np.zeros((*sides, first.shape[2]))
        x[place] = 1
        for w in (first, second):
            windows = sliding_window_view(x, w.shape[:2], axis=(0, 1))
            x = np.einsum("ijcuv,uvcf->ijf", windows, w)
        out[place] = x[0, 0]
    return out


def deconvolved_by_layers(signal, maps, kernels):
    kernels = np.asarray(kernels, float)
    pool = MaxPooling2D(2, dtype="float64")
    pool.forward(np.asarray(maps, float)[None])
    placed = np.maximum(pool.backward(np.asarray(signal, float)[None]), 0)
    back = Conv2DTranspose(kernels.shape[2], kernels.shape[:2], use_bias=False, dtype="float64")
    back.build(placed.shape)
    back.set_weights([kernels])
    return back(placed)[0]


def deconvolved_by_unit(signal, maps, kernels):
    signal, maps, kernels = (np.asarray(array, float) for array in (signal, maps, kernels))
    kh, kw, channels = kernels.shape[:3]
    image = np.zeros((maps.shape[0] + kh - 1, maps.shape[1] + kw - 1, channels))
    for f in range(maps.shape[2]):
        for i, j in zip(*np.nonzero(signal[:, :, f] > 0), strict=True):
            places = [(a, b) for a in (2 * i, 2 * i + 1) for b in (2 * j, 2 * j + 1)]
            a, b = max(places, key=lambda place, f=f: maps[place][f])
            image[a : a + kh, b : b + kw] += signal[i, j, f] * kernels[..., f]
    return image


def split_backward_at_once(x, kernels, errors):
    x, kernels, errors = (np.asarray(array) for array in (x, kernels, errors))
    n, b, d = x.shape
    wide, all_errors = np.concatenate(kernels, axis=1), np.concatenate(errors, axis=1)
    by_kernel = x.reshape(n * b, d).T @ all_errors
    return np.stack(np.split(by_kernel, n, axis=1)), np.stack(np.split(all_errors @ wide.T, n))


def split_backward_by_sums(x, kernels, errors):
    x, kernels, errors = (np.asarray(array) for array in (x, kernels, errors))
    errors = errors.reshape(len(x), *x.shape[:2], -1)
    return np.einsum("jbd,kjbm->kdm", x, errors), np.einsum("kjbm,kdm->jbd", errors, kernels)


def residual_block_by_package(x, w1, w2, scale):
    layers = [
        Dense(w.shape[1], use_bias=False, kernel_initializer=lambda shape, rng, w=w: w, dtype="float64")
        for w in (np.asarray(w1), np.asarray(w2))
    ]
    branch = Sequential([layers[0], ReLU(dtype="float64"), layers[1]])
    return ReLU(dtype="float64")(branch(np.asarray(x, float)) + scale * np.asarray(x))


def residual_block_entry_by_entry(x, w1, w2, scale):
    out = []
    for row in np.asarray(x):
        hidden = [max(sum(row[i] * w1[i][j] for i in range(len(row))), 0) for j in range(len(w1[0]))]
        new = [sum(hidden[j] * w2[j][i] for j in range(len(hidden))) for i in range(len(row))]
        out.append([max(scale * old + added, 0) for old, added in zip(row, new, strict=True)])
    return out


def profile_by_hypotenuses(scales, branches):
    profile, size = [], 1.0
    for scale, branch in zip(reversed(scales), reversed(branches), strict=True):
        size *= math.hypot(scale, branch)
        profile.insert(0, size)
    return profile


def profile_block_by_block(scales, branches):
    squares = np.square(scales) + np.square(branches)
    return np.array([np.prod(squares[block:]) ** 0.5 for block in range(len(squares))])


def lesions_by_lists(x, blocks, readout, labels):
    def error(left):
        h = np.array(x, float)
        for w1, w2 in left:
            h += np.where(h @ w1 > 0, h @ w1, 0) @ w2
        return 1 - sum((h @ readout).argmax(axis=1) == labels) / len(labels)

    return [error(blocks[:place] + blocks[place + 1 :]) for place in range(len(blocks))]


def lesions_by_switches(x, blocks, readout, labels):
    count = len(blocks)
    h = np.repeat(np.asarray(x)[None], count, axis=0)  # (removed block, example, unit)
    for place, (w1, w2) in enumerate(blocks):
        kept = (np.arange(count) != place)[:, None, None]
        h = h + kept * np.einsum("dnm,mk->dnk", np.maximum(np.einsum("dni,im->dnm", h, w1), 0), w2)
    return (np.argmax(h @ readout, axis=2) != np.asarray(labels)).mean(axis=1)


def top_k_error_by_package(scores, labels, k):
    scores = np.asarray(scores, float)
    classes = np.arange(scores.shape[1])
    if len(classes) == 2 or k == len(classes):
        return float(np.mean([np.sum(row > row[label]) >= k for row, label in zip(scores, labels, strict=True)]))
    return 1 - sklearn.metrics.top_k_accuracy_score(labels, scores, k=k, labels=classes)


def ten_crops_by_view(picture, size):
    windows = sliding_window_view(np.asarray(picture), (size, size), axis=(0, 1)).transpose(0, 1, 3, 4, 2)
    rows, columns = windows.shape[0] - 1, windows.shape[1] - 1
    places = np.array([[0, 0], [0, columns], [rows, 0], [rows, columns], [rows // 2, columns // 2]])
    crops = windows[tuple(places.T)]
    return np.concatenate([crops, crops[:, :, ::-1]])


def ten_crops_one_by_one(picture, size):
    picture, out = np.asarray(picture), []
    h, w, _ = picture.shape
    for mirrored in (False, True):
        for i, j in ((0, 0), (0, w - size), (h - size, 0), (h - size, w - size), ((h - size) // 2, (w - size) // 2)):
            crop = picture[i : i + size, j : j + size]
            out.append(np.fliplr(crop) if mirrored else crop)
    return out


def stack_cost_layer_by_layer(k, maps_in, maps_out, side):
    parameters, macs, reads, maps = 0, 0, 1, maps_in
    while reads < k:
        parameters += (9 * maps + 1) * maps_out
        macs += 9 * maps * maps_out * side**2
        reads, maps = reads + 2, maps_out
    return parameters, macs


def unbeaten_by_loop(macs, errors):
    pairs = [(int(m), int(e)) for m, e in zip(macs, errors, strict=True)]
    return [not any(a <= m and b <= e and (a, b) != (m, e) for a, b in pairs) for m, e in pairs]


def unbeaten_by_sorting(macs, errors):
    macs, errors = np.asarray(macs), np.asarray(errors)
    kept, best = np.zeros(len(macs), bool), np.inf
    for cost in np.unique(macs):
        here = macs == cost
        least = errors[here].min()
        if least < best:
            kept |= here & (errors == least)
            best = least
    return kept


def module_weight_by_weight(height, width, channels, maps):
    one, squeeze3, three, squeeze5, five, pool = maps
    shapes = [(1, 1, channels, one), (1, 1, channels, squeeze3), (3, 3, squeeze3, three), (1, 1, channels, squeeze5),
              (5, 5, squeeze5, five), (1, 1, channels, pool)]  # fmt: skip
    weights = sum(math.prod(shape) for shape in shapes)
    made = shapes[0][-1] + shapes[2][-1] + shapes[4][-1] + shapes[5][-1]
    return made, weights + sum(shape[-1] for shape in shapes), height * weights * width


def module_by_table(height, width, channels, maps):
    reads = (channels, channels, maps[1], channels, maps[3], channels)
    weights = [area * read * made for area, read, made in zip((1, 1, 9, 1, 25, 1), reads, maps, strict=True)]
    return sum(maps) - maps[1] - maps[3], sum(weights) + sum(maps), sum(height * width * one for one in weights)


def grown_gradient_by_differences(x, kernels, grad, reach=1e-4):
    def total(x):
        for kernel in kernels:
            x = np.concatenate([x, x.clip(0) @ kernel], axis=-1)
        return np.sum(x * grad)

    out = np.zeros(x.shape)
    for place in np.ndindex(x.shape):
        step = np.zeros(x.shape)
        step[place] = reach
        out[place] = (total(x + step) - total(x - step)) / (2 * reach)
    return out


def grown_gradient_by_jacobian(x, kernels, grad):
    jacobian = np.broadcast_to(np.eye(x.shape[-1]), (*x.shape, x.shape[-1]))
    for kernel in kernels:
        slopes = (x > 0)[..., None] * jacobian
        jacobian = np.concatenate([jacobian, np.einsum("nhwci,ck->nhwki", slopes, kernel)], axis=3)
        x = np.concatenate([x, (x * (x > 0)) @ kernel], axis=3)
    return np.einsum("nhwk,nhwki->nhwi", grad, jacobian)


def gated_by_layers(x, reduce, excite):
    flat = GlobalAveragePooling2D(dtype="float64")(np.asarray(x))
    scores = np.einsum("nc,cm->nm", flat, reduce).clip(0) @ excite
    return np.einsum("nhwc,nc->nhwc", x, scipy.special.expit(scores))


def gated_picture_by_picture(x, reduce, excite):
    out = []
    for one in x:
        hidden = [
            max(0, sum(one[..., c].mean() * reduce[c][m] for c in range(len(reduce)))) for m in range(len(excite))
        ]
        out.append(one * (0.5 + 0.5 * np.tanh(np.dot(hidden, excite) / 2)))
    return np.array(out)


def share_by_one_hot(gates, labels):
    groups = (np.asarray(labels)[:, None] == np.unique(labels)).astype(float)
    fitted = groups @ np.linalg.lstsq(groups, gates, rcond=None)[0]
    return fitted.var(axis=0) / gates.var(axis=0)


def share_by_rest(gates, labels):
    rest = sum(np.var(gates[labels == k], axis=0) * np.sum(labels == k) for k in set(labels))
    return 1 - rest / (len(labels) * np.var(gates, axis=0))


def prepared_by_interpolation(x, limits, mean, deviation, reverse):
    inside = np.interp(np.asarray(x), (0, 255), limits)
    return (np.flip(inside, axis=3) if reverse else inside) / deviation - np.divide(mean, deviation)


def prepared_channel_by_channel(x, limits, mean, deviation, reverse):
    channels = [np.asarray(x)[..., c] for c in range(len(mean))]
    if reverse:
        channels.reverse()
    (low, high), parts = limits, zip(channels, mean, deviation, strict=True)
    return np.stack([(c / 255 * (high - low) + low - m) / d for c, m, d in parts], axis=3)


def split_by_sets(originals, changed, held_out):
    out, places = set(np.asarray(held_out).tolist()), range(len(originals))
    return (
        [i for i in places if originals[i] not in out],
        [i for i in places if originals[i] in out and not changed[i]],
    )


def split_by_table(originals, changed, held_out):
    out = (np.asarray(originals)[:, None] == np.asarray(held_out)).any(axis=1)
    return np.where(out == 0)[0], np.where(out > np.asarray(changed))[0]


def two_phases_by_package(x, y, base, head, rates, steps):
    network = Sequential([Dense(base.shape[1], use_bias=False), Dense(head.shape[1], use_bias=False)])
    network.build(x.shape)
    network.set_weights([base, head])
    for phase, (rate, count) in enumerate(zip(rates, steps, strict=True)):
        for _ in range(count):
            kept = network.get_weights()
            grad = 2 * (network.forward(x.astype("float32"), training=True) - y) / y.size
            network.backward(grad)
            slopes = [layer.grads["kernel"] for layer in network.layers]
            new = [w - rate * g for w, g in zip(kept, slopes, strict=True)]
            network.set_weights(new if phase else [kept[0], new[1]])
    return tuple(network.get_weights())


def two_phases_in_two_loops(x, y, base, head, rates, steps):
    features = x @ base
    for _ in range(steps[0]):
        head = head - rates[0] * 2 / y.size * features.T @ (features @ head - y)
    for _ in range(steps[1]):
        off = rates[1] * 2 / y.size * (x @ base @ head - y)
        base, head = base - x.T @ off @ head.T, head - (x @ base).T @ off
    return base, head


def train_step_by_package(x, y, norm, head, rate, training, trainable):
    layer = BatchNormalization(momentum=0.9, epsilon=0.001)
    layer.build(np.shape(x))
    layer.set_weights(norm)
    h = layer.forward(np.asarray(x, "float32"), training=training and trainable)
    error = 2 * (h @ head - y) / np.size(y)
    gamma, beta, mean, variance = layer.get_weights()
    if trainable:
        x_hat = (h - beta) / gamma
        back = error @ head.T
        gamma, beta = gamma - rate * (back * x_hat).sum(axis=0), beta - rate * back.sum(axis=0)
    return gamma, beta, mean, variance, head - rate * h.T @ error


def train_step_case_by_case(x, y, norm, head, rate, training, trainable):
    gamma, beta, mean, variance = norm
    live = training and trainable
    used = (np.mean(x, 0), np.var(x, 0)) if live else (mean, variance)
    x_hat = (x - used[0]) * (used[1] + 0.001) ** -0.5
    off = (gamma * x_hat + beta) @ head - y
    slope_h = np.einsum("nk,ck->nc", off, head) * 2 / off.size
    slope_head = np.einsum("nc,nk->ck", gamma * x_hat + beta, off) * 2 / off.size
    if trainable:
        gamma, beta = gamma - rate * np.einsum("nc,nc->c", slope_h, x_hat), beta - rate * slope_h.sum(0)
    if live:
        mean, variance = mean + 0.1 * (used[0] - mean), variance + 0.1 * (used[1] - variance)
    return gamma, beta, mean, variance, head - rate * slope_head


ALTERNATES = {
    "TOP_K_ERROR": (
        top_k_error_by_package,
        lambda scores, labels, k: float(
            np.mean(np.sum(scores > np.take_along_axis(scores, np.array(labels)[:, None], 1), axis=1) >= k)
        ),
    ),
    "REPAIR_TEN_CROPS": (ten_crops_by_view, ten_crops_one_by_one),
    "STACK_COST": (
        stack_cost_layer_by_layer,
        lambda k, maps_in, maps_out, side: (
            sum((9 * maps + 1) * maps_out for maps in [maps_in] + [maps_out] * (k // 2 - 1)),
            9 * maps_out * (maps_in + ((k - 3) // 2) * maps_out) * side**2,
        ),
    ),
    "UNBEATEN": (unbeaten_by_loop, unbeaten_by_sorting),
    "BUDGET": (
        [(5, 32, 2), (3, 48, 2), (3, 96, 2), (3, 192, 2), *[(3, 192, 1)] * 5, (3, 384, 2)],
        np.array([[9, 24, 4], [5, 64, 2], [5, 96, 2], [5, 96, 1], [5, 112, 1], [5, 128, 1], [3, 400, 2]]),
    ),
    "PRINCIPAL_AXES": (axes_by_power, lambda X, k: np.linalg.svd(X - X.mean(axis=0))[2][:k]),
    "AXES_NEEDED": (axes_needed_by_loop, lambda X, share: PCA(share, svd_solver="full").fit(X).n_components_),
    "REPAIR_REBUILD": (
        rebuilt_by_projector,
        lambda train, new, k: (lambda pca: pca.inverse_transform(pca.transform(new)))(PCA(k).fit(train)),
    ),
    "WHITEN": (whitened_by_covariance, lambda train, new, k: PCA(k, whiten=True).fit(train).transform(new)),
    "BLIND_AXIS": (
        [[[-9, -8], [0, 1], [9, 10]], [[-8, -9], [1, 0], [10, 9]]],
        (np.array([[-20, 3], [0, 3], [0, 2], [20, 3]]), np.array([[-20, 0], [20, 0], [1, -1]])),
    ),
    "UPDATE_CENTRES": (updated_in_one_product, updated_by_package),
    "REPAIR_CHANCES": (chances_by_loop, chances_by_tree),
    "CHANGE_BY_MOVING": (costs_compared, moved_by_pairs),
    "SILHOUETTES": (silhouettes_by_package, silhouettes_by_products),
    "BAD_START": ((0.2, 0.9, 12), [20, 21, 3]),
    "DROPOUT": (
        dropout_by_loop,
        lambda h, u, rate, training: np.where(u < rate, 0, h / (1 - rate)) if training else h.copy(),
    ),
    "HIDDEN_GRADIENT": (
        hidden_gradient_by_differences,
        lambda grad, z, mask, rate: np.where((mask == 1) & (z > 0), grad / (1 - rate), 0),
    ),
    "REPAIR_DROPOUT": (dropout_layer_by_where, dropout_layer_by_package),
    "REPAIR_SETS": (sets_by_loop, sets_by_package),
    "GAP": ((1.5, 1.5, -1.5, -1.5), [2, 1, -2, -2, 1]),
    "PENALISED_STEP": (penalised_step_by_package, penalised_step_by_decay),
    "SOFT_THRESHOLD": (
        lambda w, threshold: w - np.clip(w, -threshold, threshold),
        lambda w, threshold: np.maximum(w - threshold, 0) + np.minimum(w + threshold, 0),
    ),
    "PENALISED_MINIMUM": (
        lambda hessian, best, alpha: np.linalg.solve(hessian + alpha * np.eye(len(best)), hessian @ best),
        penalised_minimum_by_least_squares,
    ),
    "REPAIR_STOPPED_EARLY": (stopped_early_by_path, stopped_early_by_lists),
    "STRENGTHS": ((0.4, 0.0), [0.42, 0.005]),
    "HE_DEVIATION": (deviation_by_keras, deviation_from_counted_numbers),
    "PREDICTED_RMS": (profile_from_logarithms, profile_by_recursion),
    "REPAIR_MEASURED_RMS": (measured_by_layers, measured_by_loops),
    "STDDEVS": ((0.1461, 0.1054, 0.0373, 0.001), [0.144, 0.107, 0.0378, 0.024]),
    "RNN_STATES": (states_by_layer, states_by_one_matrix),
    "REPAIR_GRADIENTS": (rnn_gradients_by_einsum, rnn_gradients_example_by_example),
    "CLIP_BY_NORM": (clipped_as_one_vector, clipped_if_longer),
    "FADING_KERNEL": (
        [[0.8472, 0.3509], [-0.3509, 0.8472]],
        0.5 ** (1 / 8) * np.array([[np.cos(3 * np.pi / 8), -np.sin(3 * np.pi / 8)], [0.92388, 0.38268]]),
    ),
    "TRUNCATED": (truncated_by_jacobians, truncated_all_losses_at_once),
    "OUTPUT_BIAS": (
        lambda labels: scipy.special.logit(sum(labels) / len(labels)),
        lambda labels: math.log(np.count_nonzero(labels)) - math.log(np.count_nonzero(labels == 0)),
    ),
    "FIT_LINE": (line_by_matrices, line_by_eigenvectors),
    "REPAIR_MOMENTUM": (momentum_by_differences, momentum_by_optimizer),
    "ADAM_MOVES": (adam_by_weighted_sums, adam_by_optimizer),
    "SETTINGS": ((0.025, 0.7), [0.03, 0.75]),
    "BATCH_NORM": (batch_norm_by_layer, batch_norm_by_loop),
    "LAYER_NORM_BACKWARD": (layer_norm_backward_by_graph, layer_norm_backward_by_jacobians),
    "REPAIR_PICTURES": (pictures_by_layer, pictures_by_rows),
    "AVERAGES": ((0.93, 64), [0.98, 16]),
    "GROUP_NORM": (group_norm_by_layer, group_norm_by_slices),
    "PRECISION_RECALL": (
        shares_by_loop,
        lambda y_true, y_pred: (precision(y_true, y_pred), recall(y_true, y_pred)),
    ),
    "AUC_BY_PAIRS": (area_by_loop, area_by_ranks, roc_auc),
    "REPAIR_STOPPING": (stopping_by_running_minimum, stopping_with_infinity),
    "MISLEADING": ([[960, 0], [34, 6]], [[965, 1], [28, 6]]),
    "DIRECTION_HISTOGRAM": (directions_by_loop, directions_by_dot_products),
    "REPAIR_CODES": (triangle_by_scipy, triangle_by_loop),
    "AS_CONVOLUTION": (kernels_by_stacking, kernels_by_moveaxis),
    "OUTPUT_SIZE": (
        output_size_by_walking,
        lambda i, k, s, p, d: len(range(0, i + 2 * p - d * (k - 1), s)),
        lambda i, k, s, p, d: np.floor((i + 2 * p - d * (k - 1) - 1) / s + 1),
        lambda i, k, s, p, d: convolution_arithmetic.conv_output_size(i, k, s, p, d),
    ),
    "UNREAD": (
        unread_by_marking,
        unread_by_windows,
        lambda i, k, s, p, d: convolution_arithmetic.unread_positions(i, k, s, p, d),
    ),
    "REPAIR_CONV2D": (conv2d_by_shifted_images, conv2d_in_lists, conv2d_by_spread_kernel),
    "CONV2D_CHANNELS": (channels_by_einsum, channels_by_scipy),
    "MERGE": (merge_by_scipy, merge_by_responses),
    "DIAGONAL_EDGE": ([[-1, -1, 0], [-1, 0, 1], [0, 1, 1]], [[-1, 0, 0], [0, 0, 0], [0, 0, 1]]),
    "CONV_MATRIX": (matrix_by_toeplitz, matrix_by_unit_vectors),
    "CONV1D_TRANSPOSE": (transpose_by_matrix, transpose_by_spreading, transpose_by_package),
    "COUNT_COST": (cost_by_package, cost_by_numpy),
    "RECEPTIVE_FIELD": (field_backwards, field_by_marking, field_by_package),
    "IM2COL": (im2col_by_view, im2col_by_indices),
    "REPAIR_RING": (ring_by_rolling, ring_by_fourier),
    "NEAREST_CIRCULANT": (circulant_by_shifting, circulant_by_fourier),
    "MAX_POOL": (max_pool_by_view, max_pool_in_lists),
    "AVERAGE_POOL": (average_pool_by_counting, average_pool_by_package),
    "MAX_POOL_BACKWARD": (max_pool_backward_by_package, max_pool_backward_by_comparing),
    "REPAIR_AVERAGE_BACKWARD": (average_pool_backward_by_package, average_pool_backward_by_spreading),
    "GLOBAL_AVERAGE_POOL": (
        lambda x: np.einsum("nijc->nc", x) / (x.shape[1] * x.shape[2]),
        lambda x: [[image[..., c].mean() for c in range(x.shape[3])] for image in x],
    ),
    "UNCHANGED_SHARE": (unchanged_by_loop, unchanged_by_moving_the_pooled),
    "REPAIR_MOVED": (moved_pixel_by_pixel, moved_by_scipy),
    "MAX_BLUR_POOL": (max_blur_by_indices, max_blur_by_scipy),
    "SOFTMAX": (softmax_by_logarithms, softmax_row_by_row, lambda scores: scipy.special.softmax(scores, axis=1)),
    "CROSS_ENTROPY": (entropy_by_package, entropy_by_one_hot, entropy_by_chain_rule),
    "RELU_BACKWARD": (
        relu_backward_by_package,
        relu_backward_in_place,
        lambda x, grad: np.where(np.maximum(x, 0) > 0, grad, 0),
    ),
    "DEAD_UNITS": (dead_by_largest, dead_unit_by_unit),
    "REPAIR_TANH": (tanh_backward_by_package, tanh_backward_by_cosh),
    "SCORES": ([8 / 3, -0.9867, -1.68], np.array([4.3, np.log(2), 0]) - (4.3 + np.log(2)) / 3),
    "SIGMOID_CROSS_ENTROPY": (
        sigmoid_cross_entropy_by_logaddexp,
        sigmoid_cross_entropy_one_by_one,
        lambda z, t: BinaryCrossentropy(from_logits=True)(t, z),
    ),
    "REPAIR_STEP": (step_by_package, step_by_one_hot),
    "SMALL_NETWORK": (
        ["conv 5", "pool", "conv 8", "pool", "dense 30"],
        ("conv 2", "pool", "conv 4", "pool", "conv 8"),
    ),
    "PERCEPTRON_STEP": (perceptron_step_by_cases, perceptron_step_by_package),
    "HUBER": (huber_by_loop, lambda error, delta: scipy.special.huber(delta, error).mean()),
    "REPAIR_NETWORK": (network_by_package, network_unit_by_unit),
    "TENT": ([(2, 0.5, 0), (-1, 2, -2), (0.5, 2, -4)], ((1, 1, 0), (1, 1, -2), (-2, 1, -1))),
    "SLIDE_DENSE": (slide_dense_by_convolution, slide_dense_by_view),
    "CONV1D_BACKWARD": (conv1d_backward_by_package, conv1d_backward_by_matrix),
    "PIXEL_GRADIENT": (pixel_gradient_by_scatter, pixel_gradient_by_full_convolution),
    "REPAIR_CONV2D_BACKWARD": (conv2d_backward_by_package, conv2d_backward_tap_by_tap),
    "PROBE": (
        ((2, 2, 5, 2), (3, 3, 2, 2), 2, 1),
        [[3, 4, 2, 2], [3, 3, 2, 3], 2, 1],
    ),
    "TRANSPOSED_BACKWARD": (transposed_backward_by_package, transposed_backward_by_view),
    "CARRY_PATH": (carry_path_by_products, carry_path_by_cumprod),
    "GRU_STEP": (gru_step_unit_by_unit, gru_step_by_einsum),
    "REPAIR_GRU_BACKWARD": (gru_backward_by_jacobians, gru_backward_by_differences),
    "REVERSE_SEQUENCES": (reversed_row_by_row, reversed_by_rolling),
    "ADDER": (
        np.array([[0, 0, 0.05, 0], [16, 0, 0, 0], [-8, 8, 0, 5]]),
        [[0, 0, -0.2, 0], [30, 0, 0, 30], [-15, 30, 0, 20]],
    ),
    "REVERSE_MODE": (reverse_mode_by_solving, reverse_mode_by_path_length, reverse_mode_by_package),
    "RESIDUAL_BACKWARD": (residual_by_package, residual_entry_by_entry),
    "REPAIR_TRAINING_STEP": (training_step_by_package, training_step_one_by_one),
    "REVEALING": ((0, 0, 1, 0), np.array([1.5, -2, 0.5, 4])),
    "MIXTURE_BACKWARD": (mixture_by_package, mixture_by_jacobians),
    "LINEAR_GRADIENTS": (linear_gradients_by_covariance, linear_gradients_example_by_example),
    "SAME_PLANE": (
        ([[2 / 3, -1 / 3], [-1 / 3, 2 / 3], [0, 0]], [[2, 1, 0], [1, 2, 0]]),
        [np.array([[1, 1], [1, -0.5], [0, 0]]) / 1.5, np.array([[0.5, 1, 0], [1, -1, 0]])],
    ),
    "REPAIR_DENOISING": (denoising_loss_by_package, denoising_loss_one_by_one),
    "BEST_GUESS": (best_guess_by_package, best_guess_point_by_point),
    "BOUND_TERMS": (bound_terms_one_by_one, bound_terms_by_einsum),
    "JOINT_AFFINITIES": (affinities_row_by_row, affinities_by_logarithms),
    "REPAIR_SEARCH": (sigma_by_brent, sigma_by_halving_beta),
    "FORCES_ON": (forces_pair_by_pair, forces_by_einsum),
    "FOUR_POINTS": (np.array([[0, 0], [1, 0], [0, 3.87], [1, 3.87]]), [(0, 0), (1.2, 0), (0, 4.2), (1.2, 4.2)]),
    "TRUSTWORTHINESS": (trustworthiness_by_scikit_learn, trustworthiness_point_by_point),
    "OCCLUSION": (occlusion_of_all_at_once, occlusion_by_mask),
    "ONE_KERNEL": (one_kernel_by_scipy, one_kernel_by_an_impulse),
    "REPAIR_DECONVOLVED": (deconvolved_by_layers, deconvolved_by_unit),
    "FIRST_STAGE": ([(5, 2), (3, 2), (3, 1), (3, 1)], [[3, 2], [3, 2], [3, 1], [3, 1], [1, 1]]),
    "SPLIT_BACKWARD": (split_backward_at_once, split_backward_by_sums),
    "RESIDUAL_BLOCK": (residual_block_by_package, residual_block_entry_by_entry),
    "REPAIR_PROFILE": (profile_by_hypotenuses, profile_block_by_block),
    "BRANCH": ([(1, 36), (5, 36), (1, 256)], ((3, 18), [3, 18], (1, 256))),
    "LESIONS": (lesions_by_lists, lesions_by_switches),
    "MODULE_COST": (module_weight_by_weight, module_by_table),
    "GROWN_GRADIENT": (grown_gradient_by_differences, grown_gradient_by_jacobian),
    "REPAIR_GATES": (gated_by_layers, gated_picture_by_picture),
    "CLASS_SHARE": (share_by_one_hot, share_by_rest),
    "MODULE": (
        ["1x1 96", "1x1 32, 3x3 64", "1x1 24, 3x3 48, 3x3 96"],
        ("pool, 1x1 96", "1×1 48, 3×3 96", "1x1 32, 3x3 32 ,3x3 64"),
    ),
    "PREPARED": (prepared_by_interpolation, prepared_channel_by_channel),
    "SPLIT_COPIES": (split_by_sets, split_by_table),
    "TWO_PHASES": (two_phases_by_package, two_phases_in_two_loops),
    "STILL_STATISTICS": (train_step_by_package, train_step_case_by_case),
    "PLAN": ((3, 20, 35), [3, 24, 20]),
}

"""Wrong answers to the exercises on architectures, written from prompt and stub before any was checked."""

import numpy as np

HANDED_IN, ENTERED = {}, {}


def hand_in(name, *answers):
    """Files wrong functions."""
    HANDED_IN.setdefault(name, []).extend(answers)


def enter(name, *values):
    """Files wrong estimates or designs."""
    ENTERED.setdefault(name, []).extend(values)


# -- ILSVRC ------------------------------------------------------------------------------------------------------------


def rank_of(scores, labels):
    """How many classes score higher than the true one."""
    return (scores > scores[np.arange(len(labels)), labels][:, None]).sum(axis=1)


hand_in(
    "TOP_K_ERROR",
    lambda scores, labels, k: float(np.mean(rank_of(scores, labels) < k)),
    lambda scores, labels, k: float(np.mean(rank_of(scores, labels) > k)),
    lambda scores, labels, k: float(np.mean(rank_of(scores, labels) >= k - 1)),
    lambda scores, labels, k: int(np.sum(rank_of(scores, labels) >= k)),
    lambda scores, labels, k: 100 * float(np.mean(rank_of(scores, labels) >= k)),
    lambda scores, labels, k: float(np.mean(rank_of(-scores, labels) >= k)),
    lambda scores, labels, k: float(np.mean(rank_of(scores, labels) >= 1)),
    lambda scores, labels, k: float(np.mean(rank_of(scores, labels) >= 5)),
    lambda scores, labels, k: float(np.mean([y not in np.argsort(s)[:k] for s, y in zip(scores, labels, strict=True)])),
    lambda scores, labels, k: float(np.mean([y not in np.sort(s)[-k:] for s, y in zip(scores, labels, strict=True)])),
    lambda scores, labels, k: float(np.mean(np.argsort(scores, axis=1)[:, -k] != labels)),
    lambda scores, labels, k: float(np.mean(np.argsort(scores, axis=1)[:, -k:] != labels[:, None])),
    lambda scores, labels, k: float(np.mean(np.argsort(scores, axis=0)[-k:] != labels[0])),
    lambda scores, labels, k: rank_of(scores, labels) >= k,
)


def crops_of(picture, size, *, places=None, mirror=None, order=None):
    """Ten crops, right as they stand; each keyword makes them wrong."""
    down, right = picture.shape[0] - size, picture.shape[1] - size
    five = [(0, 0), (0, right), (down, 0), (down, right), (down // 2, right // 2)]
    five = five if places is None else places(down, right)
    crops = [picture[i : i + size, j : j + size] for i, j in five]
    mirrored = [crop[:, ::-1] if mirror is None else mirror(crop) for crop in crops]
    return np.stack(crops + mirrored if order is None else order(crops, mirrored))


hand_in(
    "REPAIR_TEN_CROPS",
    lambda p, size: crops_of(p, size, mirror=lambda crop: crop[::-1]),
    lambda p, size: crops_of(p, size, places=lambda d, r: [(0, 0), (0, d), (d, 0), (d, d), (d // 2, d // 2)]),
    lambda p, size: crops_of(p, size, places=lambda d, r: [(0, 0), (0, r), (r, 0), (r, r), (r // 2, r // 2)]),
    lambda p, size: crops_of(p, size, mirror=lambda crop: crop[::-1, ::-1]),
    lambda p, size: crops_of(p, size, mirror=lambda crop: crop[..., ::-1]),
    lambda p, size: crops_of(p, size, mirror=lambda crop: crop),
    lambda p, size: crops_of(p, size, order=lambda a, b: [c for pair in zip(a, b, strict=True) for c in pair]),
    lambda p, size: crops_of(p, size, order=lambda a, b: b + a),
    lambda p, size: crops_of(p, size, places=lambda d, r: [(0, 0), (d, 0), (0, r), (d, r), (d // 2, r // 2)]),
    lambda p, size: crops_of(p, size, places=lambda d, r: [(0, 0), (0, r), (d, 0), (d, r), (d, r)]),
    lambda p, size: crops_of(
        p, size, places=lambda d, r: [(0, 0), (0, r), (d, 0), (d, r), ((d + 1) // 2, (r + 1) // 2)]
    ),
    lambda p, size: crops_of(p, size, mirror=lambda crop: crop.transpose(1, 0, 2)),
    lambda p, size: crops_of(p, size, order=lambda a, b: a + b[::-1]),
    lambda p, size: crops_of(p, size, order=lambda a, b: a),
)

enter(
    "FIRST_DENSE", 146.9, 102.8, 20.97, 838.9, 253.8, 209_715_200, 0.2097, 50.4, 0.41, 214_748, 21.0, 312.5,
)  # fmt: skip


def stacked(k, maps_in, maps_out, side, *, count=None, first=None, bias=None, places=None):
    """Costs of a stack, right as they stand; each keyword makes them wrong."""
    n = (k - 1) // 2 if count is None else count(k)
    sources = [maps_in if first is None else first, *[maps_out] * (n - 1)]
    weights = sum(9 * source * maps_out for source in sources)
    biases = n * maps_out if bias is None else bias(n, maps_in, maps_out)
    return weights + biases, weights * (side**2 if places is None else places(side))


hand_in(
    "STACK_COST",
    lambda k, c, d, s: stacked(k, c, d, s, count=lambda k: k // 3),
    lambda k, c, d, s: stacked(k, c, d, s, count=lambda k: k - 2),
    lambda k, c, d, s: stacked(k, c, d, s, count=lambda k: (k + 1) // 2),
    lambda k, c, d, s: stacked(k, c, d, s, count=lambda k: -(-k // 3)),
    lambda k, c, d, s: stacked(k, c, d, s, count=lambda k: 3),
    lambda k, c, d, s: stacked(k, c, d, s, bias=lambda n, c, d: 0),
    lambda k, c, d, s: stacked(k, c, d, s, bias=lambda n, c, d: d),
    lambda k, c, d, s: stacked(k, c, d, s, bias=lambda n, c, d: n),
    lambda k, c, d, s: (stacked(k, c, d, s)[0], stacked(k, c, d, s)[0] * s * s),
    lambda k, c, d, s: stacked(k, c, d, s, first=d),
    lambda k, c, d, s: (
        (k - 1) // 2 * (9 * c * d + d),
        (k - 1) // 2 * 9 * c * d * s * s,
    ),
    lambda k, c, d, s: stacked(k, c, d, s, places=lambda side: (side - 2) ** 2),
    lambda k, c, d, s: stacked(k, c, d, s, places=lambda side: side),
    lambda k, c, d, s: stacked(k, c, d, s)[::-1],
    lambda k, c, d, s: (k * k * c * d + d, k * k * c * d * s * s),
    lambda k, c, d, s: (stacked(k, c, d, s)[0], 2 * stacked(k, c, d, s)[1]),
    lambda k, c, d, s: stacked(k, c, d, s, bias=lambda n, c, d: n * c),
)


def beats(macs, errors, *, cheaper=None, better=None, strict=None):
    """Who is beaten by whom, right as it stands; each keyword makes it wrong."""
    m, e = np.asarray(macs), np.asarray(errors)
    no_dearer = m[None] <= m[:, None] if cheaper is None else cheaper(m)
    no_worse = e[None] <= e[:, None] if better is None else better(e)
    ahead = (m[None] < m[:, None]) | (e[None] < e[:, None]) if strict is None else strict(m, e)
    return (no_dearer & no_worse & ahead).any(axis=1)


hand_in(
    "UNBEATEN",
    beats,
    lambda m, e: ~beats(m, e, strict=lambda m, e: (m[None] < m[:, None]) & (e[None] < e[:, None])),
    lambda m, e: ~beats(m, e, strict=lambda m, e: ~np.eye(len(m), dtype=bool)),
    lambda m, e: ~beats(m, e, strict=lambda m, e: np.ones((len(m), len(m)), bool)),
    lambda m, e: ~beats(m, e, better=lambda e: e[None] >= e[:, None]),
    lambda m, e: np.asarray(e) == np.min(e),
    lambda m, e: np.asarray(m) == np.min(m),
    lambda m, e: np.asarray(m) * np.asarray(e) == np.min(np.asarray(m) * np.asarray(e)),
    lambda m, e: np.flatnonzero(~beats(m, e)),
    lambda m, e: ~beats(m, e).T[::-1],
    lambda m, e: np.array([np.all(e[i] <= e) or np.all(m[i] <= m) for i in range(len(m))]),
    lambda m, e: np.array([np.all((m[i] <= m) & (e[i] <= e)) for i in range(len(m))]),
    lambda m, e: np.array([np.any((m[i] <= m) & (e[i] <= e) & ((m[i] < m) | (e[i] < e))) for i in range(len(m))]),
    lambda m, e: np.array([e[i] == e[m <= m[i]].min() for i in range(len(m))]),
)

enter(
    "BUDGET",
    [(7, 64, 2), (3, 128, 2), (3, 256, 2), (3, 512, 2), (3, 512, 2)],
    [(3, 32, 2), (3, 64, 2), (3, 128, 2), (3, 256, 2), (3, 384, 2)],
    [(7, 32, 2), (3, 64, 2), (3, 96, 2), (3, 128, 2), (3, 256, 2), (3, 384, 2)],
    [(7, 384, 32)],
    [(1, 384, 2)] * 5,
    [(11, 96, 4), (5, 256, 2), (3, 384, 2), (3, 384, 2)],
    [(64, 7, 2), (128, 3, 2), (256, 3, 2), (384, 3, 2)],
    [(7, 64, 2), (3, 128, 2), (3, 256, 2), (3, 320, 2)],
    [(3, 64, 1), (3, 64, 1), (3, 128, 2), (3, 256, 2), (3, 384, 2)],
    [(7, 16, 2), (3, 32, 2), (3, 64, 2), (3, 128, 2), (3, 384, 2)],
    [(7, 64), (3, 128), (3, 256), (3, 384)],
    [],
)


# -- LeNet to VGG ------------------------------------------------------------------------------------------------------

enter(
    "THREE_FOR_ELEVEN",
    76, 348_160, 385_024, 4_864, 495_616, 184_320, 90_112, 0.628, 2.69, 311_040, 126_976, 274_432, 37.2,
)  # fmt: skip


def occluded(image, weights, bias, size, stride, *, cover=None, after=None, before=None, drop=None, places=None):
    """An occlusion map, right as it stands; each keyword makes it wrong."""

    def unit(x):
        return max((x * weights).sum() + bias, 0) if after is None else after((x * weights).sum(), bias)

    rows, columns = ((side - size) // stride + 1 for side in image.shape[:2])
    rows, columns = (rows, columns) if places is None else places(rows, columns)
    grey, out = image.mean(axis=(0, 1)), np.zeros((rows, columns))
    for i, j in np.ndindex(rows, columns):
        x, square = image.copy(), np.s_[i * stride : i * stride + size, j * stride : j * stride + size]
        x[square] = grey if cover is None else cover(image, square)
        whole = unit(image) if before is None else before(image)
        out[i, j] = whole - unit(x) if drop is None else drop(whole, unit(x))
    return out


def occluded_once(image, weights, bias, size, stride):
    """Covers one square after the other and leaves them all covered."""
    x, out = image.copy(), np.zeros(tuple((side - size) // stride + 1 for side in image.shape[:2]))
    whole = max((image * weights).sum() + bias, 0)
    for i, j in np.ndindex(*out.shape):
        x[i * stride : i * stride + size, j * stride : j * stride + size] = image.mean(axis=(0, 1))
        out[i, j] = whole - max((x * weights).sum() + bias, 0)
    return out


def occluded_without_steps(image, weights, bias, size, stride):
    """Takes the place's number for its pixel."""
    out = np.zeros(tuple((side - size) // stride + 1 for side in image.shape[:2]))
    whole = max((image * weights).sum() + bias, 0)
    for i, j in np.ndindex(*out.shape):
        x = image.copy()
        x[i : i + size, j : j + size] = image.mean(axis=(0, 1))
        out[i, j] = whole - max((x * weights).sum() + bias, 0)
    return out


hand_in(
    "OCCLUSION",
    lambda *a: occluded(*a, cover=lambda image, square: 0),
    lambda *a: occluded(*a, cover=lambda image, square: image.mean()),
    lambda *a: occluded(*a, cover=lambda image, square: image[square].mean(axis=(0, 1))),
    lambda *a: occluded(*a, cover=lambda image, square: 1),
    lambda *a: occluded(*a, after=lambda total, bias: total + bias),
    lambda *a: occluded(*a, after=lambda total, bias: max(total, 0)),
    lambda *a: occluded(*a, after=lambda total, bias: max(total, 0) + bias),
    lambda *a: occluded(*a, drop=lambda whole, part: part - whole),
    lambda *a: occluded(*a, drop=lambda whole, part: part),
    lambda *a: occluded(*a, drop=lambda whole, part: abs(whole - part)),
    lambda *a: occluded(*a, drop=lambda whole, part: max(whole - part, 0)),
    lambda *a: occluded(*a, drop=lambda whole, part: (whole - part) / max(whole, 1e-9)),
    lambda *a: occluded(*a, places=lambda rows, columns: (rows - 1, columns - 1)),
    lambda *a: occluded(*a).T,
    occluded_once,
    occluded_without_steps,
)


def merged(first, second, *, flip=None, ends=None, sums=None):
    """One kernel for two, right as it stands; each keyword makes it wrong."""
    second = second if flip is None else flip(second)
    (h, w), (a, b) = first.shape[:2], second.shape[:2]
    out = np.zeros((h + a - 1, w + b - 1, first.shape[2], second.shape[3]))
    for u, v in np.ndindex(a, b):
        out[u : u + h, v : v + w] += first @ second[u, v] if sums is None else sums(first, second[u, v])
    return out if ends is None else ends(out)


def merged_same_size(first, second):
    """Multiplies the kernels place by place."""
    return np.einsum("uvcd,uvdf->uvcf", first, second[: first.shape[0], : first.shape[1]])


hand_in(
    "ONE_KERNEL",
    lambda a, b: merged(a, b, flip=lambda k: k[::-1, ::-1]),
    lambda a, b: merged(a, b, flip=lambda k: k[::-1]),
    lambda a, b: merged(a, b, ends=lambda out: out[::-1, ::-1]),
    lambda a, b: merged(a[::-1, ::-1], b[::-1, ::-1]),
    lambda a, b: merged(a, b, sums=lambda first, matrix: np.maximum(first, 0) @ matrix),
    lambda a, b: merged(a, b, ends=lambda out: np.maximum(out, 0)),
    lambda a, b: merged(a, b, ends=lambda out: out / a.shape[3]),
    lambda a, b: merged(a, b, ends=lambda out: out[: a.shape[0], : a.shape[1]]),
    lambda a, b: merged(a, b, ends=lambda out: out.transpose(1, 0, 2, 3)),
    lambda a, b: merged(a, b, ends=lambda out: out.transpose(0, 1, 3, 2)),
    lambda a, b: merged(a, b, ends=lambda out: np.pad(out, ((0, 1), (0, 1), (0, 0), (0, 0)))),
    merged_same_size,
    lambda a, b: a @ b[b.shape[0] // 2, b.shape[1] // 2],
    lambda a, b: merged(a, np.broadcast_to(b.mean(axis=(0, 1)), b.shape)),
)


def taken_back(signal, maps, kernels, *, place=None, rectify=None, flip=None, order=None, spread=None):
    """A deconvolved signal, right as it stands; each keyword makes it wrong."""
    placed = np.zeros(maps.shape)
    for i, j, f in np.ndindex(*signal.shape):
        window = maps[2 * i : 2 * i + 2, 2 * j : 2 * j + 2, f]
        u, v = np.unravel_index(window.argmax(), (2, 2)) if place is None else place(window)
        placed[2 * i + u, 2 * j + v, f] = signal[i, j, f]
    placed = placed if order is None else order(placed)
    rectified = np.maximum(placed, 0) if rectify is None else rectify(placed, maps)
    (height, width), (kh, kw, channels) = maps.shape[:2], kernels.shape[:3]
    image, turned = np.zeros((height + kh - 1, width + kw - 1, channels)), kernels if flip is None else flip(kernels)
    for i, j in np.ndindex(height, width):
        image[i : i + kh, j : j + kw] += turned @ rectified[i, j] if spread is None else spread(turned, rectified[i, j])
    return image


hand_in(
    "REPAIR_DECONVOLVED",
    lambda *a: taken_back(*a, rectify=lambda placed, maps: np.where(maps > 0, placed, 0)),
    lambda *a: taken_back(*a, flip=lambda k: k[::-1, ::-1]),
    lambda *a: taken_back(*a, rectify=lambda placed, maps: placed),
    lambda *a: taken_back(*a, rectify=lambda placed, maps: np.where(maps > 0, np.maximum(placed, 0), 0)),
    lambda *a: taken_back(*a, rectify=lambda placed, maps: np.where(maps > 0, placed, 0), flip=lambda k: k[::-1, ::-1]),
    lambda *a: taken_back(*a, flip=lambda k: k[::-1]),
    lambda *a: taken_back(*a, flip=lambda k: k[:, ::-1]),
    lambda *a: taken_back(*a, place=lambda window: (0, 0)),
    lambda *a: taken_back(*a, place=lambda window: np.unravel_index(window.argmin(), (2, 2))),
    lambda *a: np.maximum(taken_back(*a, rectify=lambda placed, maps: placed), 0),
    lambda *a: np.maximum(taken_back(*a), 0),
    lambda *a: taken_back(*a, rectify=lambda placed, maps: np.abs(placed)),
    lambda signal, maps, kernels: taken_back(maps[::2, ::2] * 0 + signal.clip(0), maps, kernels[::-1, ::-1]),
    lambda *a: taken_back(*a, rectify=lambda placed, maps: np.maximum(placed, 0) * maps),
    lambda *a: taken_back(*a, rectify=lambda placed, maps: np.maximum(maps, 0)),
)

enter(
    "FIRST_STAGE",
    [(3, 1), (3, 1), (3, 1), (3, 1)],
    [(3, 2), (3, 2), (3, 1)],
    [(3, 4), (3, 1), (3, 1), (3, 1)],
    [(3, 1), (3, 2), (3, 2), (3, 1)],
    [(7, 2), (3, 2), (3, 1), (3, 1)],
    [(11, 2), (3, 2), (3, 1)],
    [(5, 2), (5, 2), (3, 1), (3, 1)],
    [(3, 2), (3, 1), (3, 2), (3, 1)],
    [(3, 2), (3, 2), (3, 1), (3, 1), (3, 1)],
    [(4, 2), (4, 2), (4, 1), (4, 1)],
    [(3, 2), (3, 2), (3, 2), (3, 1)],
    [(2, 3), (2, 3), (1, 3), (1, 3)],
    [3, 3, 3, 3],
    [],
)


def cut(x, kernels, errors, *, wide=None, kernel=None, back=None):
    """A split backward pass, right as it stands; each keyword makes it wrong."""
    n, size = len(x), x.shape[1]
    everything = x.reshape(-1, x.shape[2]) if wide is None else wide(x)
    for_kernels = np.stack([everything.T @ e for e in errors]) if kernel is None else kernel(x, errors)
    whole = sum(e @ k.T for e, k in zip(errors, kernels, strict=True))
    return for_kernels, whole.reshape(n, size, -1) if back is None else back(x, kernels, errors, whole)


hand_in(
    "SPLIT_BACKWARD",
    lambda x, k, e: cut(x, k, e / len(x)),
    lambda x, k, e: cut(x, k, e, kernel=lambda x, e: np.stack([x[i].T @ e[i][: x.shape[1]] for i in range(len(x))])),
    lambda x, k, e: cut(
        x, k, e,
        kernel=lambda x, e: np.stack(
            [x[i].T @ e[i][i * x.shape[1] : (i + 1) * x.shape[1]] for i in range(len(x))]
        ),
    ),
    lambda x, k, e: cut(
        x, k, e,
        back=lambda x, k, e, whole: np.stack(
            [e[i][i * x.shape[1] : (i + 1) * x.shape[1]] @ k[i].T for i in range(len(x))]
        ),
    ),
    lambda x, k, e: cut(x, k, e, back=lambda x, k, e, whole: whole.reshape(x.shape) / len(x)),
    lambda x, k, e: cut(x, k, e, back=lambda x, k, e, whole: whole),
    lambda x, k, e: cut(x, k, e, back=lambda x, k, e, whole: whole.reshape(x.shape[1], len(x), -1).swapaxes(0, 1)),
    lambda x, k, e: cut(x, k, e, wide=lambda x: x.swapaxes(0, 1).reshape(-1, x.shape[2])),
    lambda x, k, e: cut(x, k, e)[::-1],
    lambda x, k, e: (np.broadcast_to(cut(x, k, e)[0].sum(axis=0), k.shape), cut(x, k, e)[1]),
    lambda x, k, e: (np.broadcast_to(cut(x, k, e)[0].mean(axis=0), k.shape), cut(x, k, e)[1]),
    lambda x, k, e: cut(x, k, e * x.shape[1] * len(x)),
    lambda x, k, e: cut(x, k, e, kernel=lambda x, e: np.stack([x.reshape(-1, x.shape[2]).T @ i / len(x) for i in e])),
    lambda x, k, e: cut(
        x, k, e, back=lambda x, k, e, whole: (e[0] @ k[0].T).reshape(x.shape)
    ),
)  # fmt: skip


# -- Residual networks -------------------------------------------------------------------------------------------------


def relu(x):
    return np.maximum(x, 0)


hand_in(
    "RESIDUAL_BLOCK",
    lambda x, w1, w2, scale: scale * x + relu(x @ w1) @ w2,
    lambda x, w1, w2, scale: scale * x + relu(relu(x @ w1) @ w2),
    lambda x, w1, w2, scale: relu(scale * x) + relu(x @ w1) @ w2,
    lambda x, w1, w2, scale: relu(x + relu(x @ w1) @ w2),
    lambda x, w1, w2, scale: relu(x + scale * (relu(x @ w1) @ w2)),
    lambda x, w1, w2, scale: relu(scale * (x + relu(x @ w1) @ w2)),
    lambda x, w1, w2, scale: relu(scale * x + x @ w1 @ w2),
    lambda x, w1, w2, scale: relu(relu(x @ w1) @ w2),
    lambda x, w1, w2, scale: relu(scale * x + relu(relu(x) @ w1) @ w2),
    lambda x, w1, w2, scale: relu(scale * x + relu(relu(x @ w1) @ w2)),
    lambda x, w1, w2, scale: relu(scale * x) + relu(relu(x @ w1) @ w2),
    lambda x, w1, w2, scale: relu(scale * x - relu(x @ w1) @ w2),
    lambda x, w1, w2, scale: relu(scale * x * (relu(x @ w1) @ w2)),
    lambda x, w1, w2, scale: relu(np.concatenate([scale * x, relu(x @ w1) @ w2], axis=1)),
    lambda x, w1, w2, scale: relu(scale * x + relu(x @ w2.T) @ w1.T),
    lambda x, w1, w2, scale: relu((1 - scale) * x + scale * (relu(x @ w1) @ w2)),
)

enter(
    "BOTTLENECK_COST", 1.114, 1849.7, 218_365_952, 115.6, 873.5, 167.0, 436.7, 423.9, 15.6, 54.6, 0.218, 154.1, 102.8,
)  # fmt: skip


def profile(scales, branches, *, factors=None, order=None, root=np.sqrt):
    """The gradient at each block, right as it stands; each keyword makes it wrong."""
    each = scales**2 + branches**2 if factors is None else factors(scales, branches)
    return root(np.cumprod(each[::-1])[::-1] if order is None else order(each))


hand_in(
    "REPAIR_PROFILE",
    lambda s, b: profile(s, b, order=np.cumprod),
    lambda s, b: profile(s, b, factors=lambda s, b: (s + b) ** 2),
    lambda s, b: profile(s, b, factors=lambda s, b: (s + b) ** 2, order=np.cumprod),
    lambda s, b: profile(s, b, root=lambda x: x),
    lambda s, b: profile(s, b, factors=lambda s, b: s**2),
    lambda s, b: profile(s, b, factors=lambda s, b: b**2),
    lambda s, b: profile(s, b, order=lambda f: np.cumprod(f[::-1])),
    lambda s, b: profile(s, b, order=lambda f: np.cumprod(f)[::-1]),
    lambda s, b: profile(s, b, order=lambda f: np.cumsum(f[::-1])[::-1]),
    lambda s, b: profile(s, b, factors=lambda s, b: s + b),
    lambda s, b: profile(s, b, order=lambda f: np.append(np.cumprod(f[::-1])[::-1][1:], 1.0)),
    lambda s, b: profile(s, b, order=lambda f: np.full(len(f), np.prod(f))),
    lambda s, b: profile(s, b, order=lambda f: f),
    lambda s, b: 1 / profile(s, b),
    lambda s, b: profile(s, b, factors=lambda s, b: s**2 * b**2),
    lambda s, b: profile(s, b, factors=lambda s, b: (s**2 + b**2) / 2),
)

enter("GATES_SURVIVE", 0.0, 0.9975, 0.1335, 0.1252, 0.765, 0.7617, 0.956, 0.00247, 0.5**54, 87.48, 0.5, 1.0)

enter(
    "BRANCH",
    [(1, 64), (3, 64), (1, 256)],
    [(1, 64), (3, 64), (3, 64), (1, 256)],
    [(1, 32), (3, 32), (3, 32), (1, 256)],
    [(5, 256)],
    [(1, 40), (3, 40), (3, 40)],
    [(1, 64), (5, 32), (1, 256)],
    [(3, 64), (3, 256)],
    [(1, 40), (4, 40), (1, 256)],
    [(256, 3), (256, 3)],
    [(1, 64), (3, 64), (1, 64)],
    [(1, 256)],
    [],
    [1, 3, 3, 1],
)


def without_each(x, blocks, readout, labels, *, skip=None, right=False, branch=None, guess=None):
    """Errors of lesions, right as they stand; each keyword makes them wrong."""
    found = []
    for gone in range(len(blocks)):
        h = x
        for i, (w1, w2) in enumerate(blocks):
            new = h + relu(h @ w1) @ w2 if branch is None else branch(h, w1, w2)
            removed = i == gone if skip is None else skip(i, gone)
            h = h if removed else new
        labels_found = (h @ readout).argmax(axis=1) if guess is None else guess(h @ readout)
        found.append(np.mean((labels_found == labels) == right))
    return np.array(found)


def zeroed(x, blocks, readout, labels):
    """Passes zeros on where a block is removed."""
    found = []
    for gone in range(len(blocks)):
        h = x
        for i, (w1, w2) in enumerate(blocks):
            h = np.zeros_like(h) if i == gone else h + relu(h @ w1) @ w2
        found.append(np.mean((h @ readout).argmax(axis=1) != labels))
    return np.array(found)


def added_up(x, blocks, readout, labels):
    """Lets the blocks removed before stay away."""
    return without_each(x, blocks, readout, labels, skip=lambda i, gone: i <= gone)


hand_in(
    "LESIONS",
    lambda *a: without_each(*a, right=True),
    added_up,
    zeroed,
    lambda *a: without_each(*a, skip=lambda i, gone: i >= gone),
    lambda *a: without_each(*a, skip=lambda i, gone: i != gone),
    lambda *a: without_each(*a, skip=lambda i, gone: False),
    lambda *a: without_each(*a, branch=lambda h, w1, w2: relu(h @ w1) @ w2),
    lambda *a: without_each(*a, branch=lambda h, w1, w2: h + h @ w1 @ w2),
    lambda *a: without_each(*a, branch=lambda h, w1, w2: relu(h + relu(h @ w1) @ w2)),
    lambda *a: without_each(*a, guess=lambda scores: scores.argmin(axis=1)),
    lambda *a: without_each(*a)[::-1],
    lambda *a: without_each(*a) - without_each(*a, skip=lambda i, gone: False),
    lambda *a: without_each(*a) * len(a[3]),
    lambda *a: 100 * without_each(*a),
    lambda *a: float(without_each(*a).mean()),
)


# -- Inception, DenseNet, SENet ----------------------------------------------------------------------------------------

enter("BOTTLENECK", 30.0, 10.0, 0.0467, 75.0, 20.43, 112.9, 60.0, 14.2, 576_000, 25.0, 3.33, 2.94, 1.0)


def inception(height, width, channels, maps, *, out=None, reads=None, sides=(1, 1, 3, 1, 5, 1), bias=None, places=None):
    """Costs of a module, right as they stand; each keyword makes them wrong."""
    a, b, c, d, e, f = maps
    sources = (channels, channels, b, channels, d, channels) if reads is None else reads(channels, maps)
    weights = [side**2 * source * to for side, source, to in zip(sides, sources, maps, strict=True)]
    biases = sum(maps) if bias is None else bias(maps)
    made = a + c + e + f if out is None else out(channels, maps)
    return made, sum(weights) + biases, sum(weights) * (height * width if places is None else places(height, width))


hand_in(
    "MODULE_COST",
    lambda h, w, c, m: inception(h, w, c, m, out=lambda c, m: sum(m)),
    lambda h, w, c, m: inception(h, w, c, m, out=lambda c, m: m[0] + m[2] + m[4] + c),
    lambda h, w, c, m: inception(h, w, c, m, out=lambda c, m: m[0] + m[2] + m[4]),
    lambda h, w, c, m: inception(h, w, c, m, out=lambda c, m: max(m)),
    lambda h, w, c, m: inception(h, w, c, m, bias=lambda m: 0),
    lambda h, w, c, m: inception(h, w, c, m, bias=lambda m: 6),
    lambda h, w, c, m: inception(h, w, c, m, bias=lambda m: m[0] + m[2] + m[4] + m[5]),
    lambda h, w, c, m: inception(h, w, c, m, reads=lambda c, m: (c,) * 6),
    lambda h, w, c, m: inception(h, w, c, m, reads=lambda c, m: (c, m[0], m[1], m[2], m[3], m[4])),
    lambda h, w, c, m: inception(h, w, c, m, sides=(1, 1, 3, 1, 5, 3)),
    lambda h, w, c, m: inception(h, w, c, m, sides=(1, 1, 3, 1, 3, 1)),
    lambda h, w, c, m: inception(h, w, c, m, places=lambda h, w: h),
    lambda h, w, c, m: inception(h, w, c, m, places=lambda h, w: 1),
    lambda h, w, c, m: (*inception(h, w, c, m)[:2], inception(h, w, c, m)[1] * h * w),
    lambda h, w, c, m: (*inception(h, w, c, m)[:2], 2 * inception(h, w, c, m)[2]),
    lambda h, w, c, m: inception(h, w, c, m, reads=lambda c, m: (c, c, m[1], c, m[3], 0)),
    lambda h, w, c, m: inception(h, w, c, m, reads=lambda c, m: (c, 0, m[1], 0, m[3], c)),
    lambda h, w, c, m: inception(h, w, c, m)[::-1],
)


def grown_back(x, kernels, grad, *, way=None, join=None, on=None, ends=None, masks=None):
    """The gradient at a dense block's input, right as it stands; each keyword makes it wrong."""
    stacks = [x]
    for kernel in kernels:
        new = np.maximum(stacks[-1], 0) @ kernel if on is None else on(stacks[-1], kernel)
        stacks.append(np.concatenate([stacks[-1], new], axis=-1))
    for stack, kernel in zip(stacks[-2::-1], kernels[::-1], strict=True):
        old, new = grad[..., : stack.shape[-1]], grad[..., stack.shape[-1] :]
        through = (new @ kernel.T) * ((stack > 0) if masks is None else masks(stack))
        through = through if way is None else way(new, kernel, stack)
        grad = old + through if join is None else join(old, through)
    return grad if ends is None else ends(grad)


hand_in(
    "GROWN_GRADIENT",
    lambda *a: grown_back(*a, masks=lambda stack: 1),
    lambda *a: grown_back(*a, masks=lambda stack: stack >= 1),
    lambda *a: grown_back(*a, masks=lambda stack: np.maximum(stack, 0)),
    lambda *a: grown_back(*a, masks=lambda stack: stack < 0),
    lambda *a: grown_back(*a, join=lambda old, through: through),
    lambda *a: grown_back(*a, join=lambda old, through: old),
    lambda *a: grown_back(*a, join=lambda old, through: old - through),
    lambda *a: grown_back(*a, join=lambda old, through: old * through),
    lambda *a: grown_back(*a, join=lambda old, through: np.maximum(old + through, 0)),
    lambda *a: grown_back(*a, way=lambda new, kernel, stack: np.maximum(new @ kernel.T, 0)),
    lambda *a: grown_back(*a, on=lambda maps, kernel: maps @ kernel),
    lambda *a: grown_back(*a, on=lambda maps, kernel: np.maximum(maps @ kernel, 0)),
    lambda *a: grown_back(*a, ends=lambda grad: grad.mean(axis=(1, 2))),
    lambda *a: grown_back(*a, ends=lambda grad: -grad),
    lambda x, kernels, grad: grad[..., : x.shape[-1]],
    lambda x, kernels, grad: grown_back(x, kernels[:1], grad[..., : x.shape[-1] + kernels[0].shape[1]]),
)


def gated(x, reduce, excite, *, squeeze=None, middle=None, gate=None, ends=None):
    """Gated maps, right as they stand; each keyword makes them wrong."""
    squeezed = x.mean(axis=(1, 2)) if squeeze is None else squeeze(x)
    hidden = np.maximum(squeezed @ reduce, 0) if middle is None else middle(squeezed @ reduce)
    scores = hidden @ excite
    gates = 1 / (1 + np.exp(-scores)) if gate is None else gate(scores)
    return x * gates[:, None, None, :] if ends is None else ends(x, gates[:, None, None, :])


def softmax(scores):
    return np.exp(scores) / np.exp(scores).sum(-1, keepdims=True)


def one_squeeze(x):
    return np.broadcast_to(x.mean(axis=(0, 1, 2)), (len(x), x.shape[-1]))


hand_in(
    "REPAIR_GATES",
    lambda *a: gated(*a, gate=softmax),
    lambda *a: gated(*a, squeeze=one_squeeze),
    lambda *a: gated(*a, squeeze=one_squeeze, gate=softmax),
    lambda *a: gated(*a, squeeze=lambda x: x.max(axis=(1, 2))),
    lambda *a: gated(*a, squeeze=lambda x: x.sum(axis=(1, 2))),
    lambda *a: gated(*a, middle=lambda h: h),
    lambda *a: gated(*a, middle=lambda h: 1 / (1 + np.exp(-h))),
    lambda *a: gated(*a, gate=lambda s: 1 / (1 + np.exp(s))),
    lambda *a: gated(*a, gate=lambda s: np.maximum(s, 0)),
    lambda *a: gated(*a, gate=np.tanh),
    lambda *a: gated(*a, ends=lambda x, gates: x + gates),
    lambda *a: gated(*a, ends=lambda x, gates: x + x * gates),
    lambda *a: gated(*a, ends=lambda x, gates: gates + 0 * x),
    lambda *a: gated(*a, gate=lambda s: s.shape[1] * softmax(s)),
    lambda *a: gated(*a, gate=lambda s: np.exp(s) / (1 + np.exp(s)) > 0.5),
    lambda *a: gated(*a, squeeze=lambda x: x[:, x.shape[1] // 2, x.shape[2] // 2]),
    lambda *a: gated(*a, gate=lambda s: np.exp(s) / np.exp(s).sum(0, keepdims=True)),
)


def shares(gates, labels, *, middle=None, between=None, ends=None):
    """Shares between classes, right as they stand; each keyword makes them wrong."""
    mean = gates.mean(axis=0) if middle is None else middle(gates, labels)
    of_class = np.stack([gates[labels == label].mean(axis=0) for label in labels])
    top = ((of_class - mean) ** 2).sum(axis=0) if between is None else between(gates, labels, mean, of_class)
    found = top / ((gates - mean) ** 2).sum(axis=0)
    return found if ends is None else ends(found)


def class_means(gates, labels):
    return np.stack([gates[labels == label].mean(axis=0) for label in np.unique(labels)])


hand_in(
    "CLASS_SHARE",
    lambda g, y: shares(g, y, ends=lambda found: 1 - found),
    lambda g, y: shares(g, y, between=lambda g, y, mean, c: ((class_means(g, y) - mean) ** 2).sum(axis=0)),
    lambda g, y: class_means(g, y).var(axis=0) / g.var(axis=0),
    lambda g, y: shares(g, y, middle=lambda g, y: class_means(g, y).mean(axis=0)),
    lambda g, y: shares(g, y, ends=np.sqrt),
    lambda g, y: shares(g, y, ends=np.mean),
    lambda g, y: shares(g, y, between=lambda g, y, mean, c: ((g - c) ** 2).sum(axis=0)),
    lambda g, y: shares(g, y) / (1 - shares(g, y) + 1e-9),
    lambda g, y: np.abs(class_means(g, y) - g.mean(axis=0)).sum(axis=0) / np.abs(g - g.mean(axis=0)).sum(axis=0),
    lambda g, y: shares(g, y, between=lambda g, y, mean, c: np.abs(c - mean).sum(axis=0)),
    lambda g, y: shares(g, y, ends=lambda found: 100 * found),
    lambda g, y: shares(g.T, y) if len(g) == g.shape[1] else shares(g, y, middle=lambda g, y: g.mean()),
    lambda g, y: class_means(g, y).var(axis=0, ddof=1) / g.var(axis=0, ddof=1),
    lambda g, y: np.array([np.corrcoef(y, g[:, i])[0, 1] ** 2 for i in range(g.shape[1])]),
)

enter(
    "MODULE",
    ["1x1 64", "1x1 96, 3x3 128", "1x1 16, 5x5 32"],
    ["1x1 64", "3x3 128", "5x5 32", "pool, 1x1 32"],
    ["1x1 256"],
    ["1x1 64", "1x1 32, 3x3 128", "1x1 16, 5x5 64"],
    ["1x1 64", "1x1 64, 3x3 128", "1x1 16, 5x5 32", "pool, 1x1 32"],
    ["1x1 96", "1x1 48, 3x3 96", "1x1 32, 5x5 64"],
    ["1x1 64", "1x1 48, 3x3 96", "1x1 16, 5x5 32", "pool"],
    ["1x1 96", "1x1 48, 3x3 96", "1x1 16, 3x3 64"],
    ["1x1 64, 3x3 256"],
    ["1x1 96", "1x1 48, 3x3 96", "1x1 1, 5x5 64"],
    ["64", "96, 128", "16, 32", "32"],
    ["1x1 96", "1x1 64, 3x3 160"],
    [],
)

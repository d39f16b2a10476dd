// The networks of ILSVRC, layer by layer: what each layer holds, computes and sees, at any size of the image and width.
//
// `ledgerOf` walks through a network with the layer names and the counts of dnnlib.models; tests hold them together.

/** The families: their variants, the usual image, the smallest one, and what builds them. */
export const FAMILIES = {
  alexnet: { name: "AlexNet", variants: ["two GPUs", "one weird trick"], size: [227, 224], least: [67, 63] },
  zfnet: { name: "ZFNet", variants: [""], size: [224], least: [61] },
  vgg: { name: "VGG", variants: ["16", "19"], size: [224, 224], least: [32, 32] },
  googlenet: { name: "GoogLeNet", variants: [""], size: [224], least: [32] },
  resnet: {
    name: "ResNet",
    variants: ["18", "34", "50", "101", "152"],
    size: Array(5).fill(224),
    least: Array(5).fill(32),
  },
  seresnet: { name: "SE-ResNet", variants: ["50"], size: [224], least: [32] },
  densenet: { name: "DenseNet", variants: ["121", "169", "201"], size: Array(3).fill(224), least: Array(3).fill(32) },
};

const VGG = { 16: [2, 2, 3, 3, 3], 19: [2, 2, 4, 4, 4] },
  BLOCKS = { 18: [2, 2, 2, 2], 34: [3, 4, 6, 3], 50: [3, 4, 6, 3], 101: [3, 4, 23, 3], 152: [3, 8, 36, 3] },
  DENSE = { 121: [6, 12, 24, 16], 169: [6, 12, 32, 32], 201: [6, 12, 48, 32] },
  // The maps of each inception module: 1 x 1; in front of 3 x 3, 3 x 3; in front of 5 x 5, 5 x 5; behind the pooling
  INCEPTION = {
    "3a": [64, 96, 128, 16, 32, 32],
    "3b": [128, 128, 192, 32, 96, 64],
    "4a": [192, 96, 208, 16, 48, 64],
    "4b": [160, 112, 224, 24, 64, 64],
    "4c": [128, 128, 256, 24, 64, 64],
    "4d": [112, 144, 288, 32, 64, 64],
    "4e": [256, 160, 320, 32, 128, 128],
    "5a": [256, 160, 320, 32, 128, 128],
    "5b": [384, 192, 384, 48, 128, 128],
  };

/**
 * The ledger of a network: an array of { name, kind, side, maps, parameters, trainable, macs, values, field, stride }.
 * `values` are the numbers that the layer passes on, `field` the pixels along a side that one of them depends on.
 * A convolution's row says how it was made in `conv`: { size, step, padding (on each side), groups, bias, from (the
 * place in front of it) }. Options: size (of the image's side), width (a factor of all maps), classes.
 */
export function ledgerOf(family, variant, { size, width = 1, classes = 1000 } = {}) {
  const { variants, size: usual, least } = FAMILIES[family],
    at = Math.max(0, variants.indexOf(String(variant)));
  if (size !== undefined && size < least[at])
    throw new RangeError(`size: expected at least ${least[at]} for ${family}, received ${size}`);
  const walk = new Walk(width),
    image = { side: size ?? usual[at], maps: 3, field: 1, stride: 1 };
  BUILDERS[family](walk, image, variants[at], classes);
  return walk.rows;
}

/**
 * The rows of convolutions one behind the other, from a place { side, maps, field, stride }: each has so many maps, the
 * last makes the step, and of the padding each takes what its kernel can reach.
 */
export function chainOf(from, maps, sizes, names, { step, padding, groups, bias }) {
  const walk = new Walk(1);
  let x = from,
    left = padding;
  for (const [i, size] of sizes.entries()) {
    const own = Math.min(left, (size - 1) / 2);
    x = walk.conv(x, maps, size, names[i], { step: i + 1 < sizes.length ? 1 : step, padding: own, groups, bias });
    left -= own;
  }
  return walk.rows;
}

/** The sums of a ledger's columns. */
export const totalsOf = (rows) =>
  Object.fromEntries(
    ["parameters", "trainable", "macs", "values"].map((key) => [key, rows.reduce((sum, row) => sum + row[key], 0)]),
  );

/** Goes through a network and keeps the ledger. A place in the network is { side, maps, field, stride }. */
export class Walk {
  constructor(width) {
    this.rows = [];
    this.width = width;
  }

  wide(maps) {
    return Math.max(1, Math.round(this.width * maps));
  }

  row(name, kind, place, weights = {}) {
    const { parameters = 0, trainable = parameters, macs = 0, conv } = weights;
    this.rows.push({ name, kind, ...place, parameters, trainable, macs, values: place.side ** 2 * place.maps, conv });
    return place;
  }

  /** A window of pixels that steps over the maps: padding is "same", "valid", or the zeros on each side. */
  window({ side, maps, field, stride }, size, step, padding) {
    const out =
      padding === "same" ? Math.ceil(side / step) : Math.floor((side + 2 * (Number(padding) || 0) - size) / step) + 1;
    return { side: out, maps, field: field + (size - 1) * stride, stride: stride * step };
  }

  conv(x, maps, size, name, { step = 1, padding = "same", groups = 1, bias = true } = {}) {
    const kernel = size ** 2 * (x.maps / groups) * maps,
      place = { ...this.window(x, size, step, padding), maps };
    const zeros = padding === "same" ? (size - 1) / 2 : Number(padding) || 0,
      conv = { size, step, padding: zeros, groups, bias, from: x };
    return this.row(name, "Conv2D", place, { parameters: kernel + bias * maps, macs: place.side ** 2 * kernel, conv });
  }

  norm(x, name) {
    return this.row(name, "BatchNormalization", x, { parameters: 4 * x.maps, trainable: 2 * x.maps });
  }

  pool(x, size, step, name, padding = "valid", kind = "MaxPooling2D") {
    return this.row(name, kind, this.window(x, size, step, padding));
  }

  mean(x, name) {
    return this.row(name, "GlobalAveragePooling2D", this.window(x, x.side, x.side, "valid"));
  }

  dense(x, units, name) {
    const inputs = x.side ** 2 * x.maps,
      place = { side: 1, maps: units, field: x.field + (x.side - 1) * x.stride, stride: x.stride * x.side };
    return this.row(name, "Dense", place, { parameters: inputs * units + units, macs: inputs * units });
  }

  /** Maps of several branches behind each other; the widest view counts. */
  joined(branches) {
    const maps = branches.reduce((sum, branch) => sum + branch.maps, 0);
    return { ...widest(branches), maps };
  }
}

const widest = (branches) => branches.reduce((a, b) => (b.field > a.field ? b : a));

const BUILDERS = {
  alexnet(walk, image, variant, classes) {
    const two = variant === "two GPUs",
      maps = (two ? [96, 256, 384, 384, 256] : [64, 192, 384, 256, 256]).map((count) => 2 * walk.wide(count / 2)),
      groups = two ? 2 : 1;
    let x = walk.conv(image, maps[0], 11, "conv1", { step: 4, padding: two ? "valid" : 2 });
    x = walk.conv(walk.pool(x, 3, 2, "pool1"), maps[1], 5, "conv2", { groups });
    x = walk.conv(walk.pool(x, 3, 2, "pool2"), maps[2], 3, "conv3");
    x = walk.conv(x, maps[3], 3, "conv4", { groups });
    x = walk.pool(walk.conv(x, maps[4], 3, "conv5", { groups }), 3, 2, "pool5");
    denseLayers(walk, x, ["fc6", "fc7"], classes);
  },

  zfnet(walk, image, _, classes) {
    let x = walk.conv(image, walk.wide(96), 7, "conv1", { step: 2, padding: 1 });
    x = walk.pool(x, 3, 2, "pool1", "same");
    x = walk.pool(walk.conv(x, walk.wide(256), 5, "conv2", { step: 2, padding: "valid" }), 3, 2, "pool2", "same");
    for (const [i, count] of [384, 384, 256].entries()) x = walk.conv(x, walk.wide(count), 3, `conv${i + 3}`);
    denseLayers(walk, walk.pool(x, 3, 2, "pool5"), ["fc6", "fc7"], classes);
  },

  vgg(walk, image, depth, classes) {
    let x = image;
    for (const [block, count] of VGG[depth].entries()) {
      const maps = walk.wide([64, 128, 256, 512, 512][block]);
      for (let i = 1; i <= count; i++) x = walk.conv(x, maps, 3, `block${block + 1}_conv${i}`);
      x = walk.pool(x, 2, 2, `block${block + 1}_pool`);
    }
    denseLayers(walk, x, ["fc1", "fc2"], classes);
  },

  googlenet(walk, image, _, classes) {
    let x = walk.conv(image, walk.wide(64), 7, "conv1", { step: 2, padding: 3 });
    x = walk.conv(walk.pool(x, 3, 2, "pool1", "same"), walk.wide(64), 1, "conv2_reduce");
    x = walk.pool(walk.conv(x, walk.wide(192), 3, "conv2"), 3, 2, "pool2", "same");
    for (const [key, maps] of Object.entries(INCEPTION)) {
      if (key === "4a" || key === "5a") x = walk.pool(x, 3, 2, `pool${Number(key[0]) - 1}`, "same");
      x = inception(
        walk,
        x,
        maps.map((count) => walk.wide(count)),
        `inception_${key}`,
      );
    }
    walk.dense(walk.mean(x, "avg_pool"), classes, "predictions");
  },

  resnet: (walk, image, depth, classes) => residual(walk, image, depth, classes, false),
  seresnet: (walk, image, depth, classes) => residual(walk, image, depth, classes, true),

  densenet(walk, image, depth, classes) {
    const growth = walk.wide(32);
    let x = walk.conv(image, 2 * growth, 7, "conv1_conv", { step: 2, padding: 3, bias: false });
    x = walk.pool(walk.norm(x, "conv1_bn"), 3, 2, "pool1", 1);
    for (const [block, count] of DENSE[depth].entries()) {
      for (let i = 1; i <= count; i++) x = denseLayer(walk, x, growth, `conv${block + 2}_block${i}`);
      if (block < 3) {
        x = walk.norm(x, `pool${block + 2}_bn`);
        x = walk.conv(x, Math.floor(x.maps / 2), 1, `pool${block + 2}_conv`, { bias: false });
        x = walk.pool(x, 2, 2, `pool${block + 2}_pool`, "valid", "AveragePooling2D");
      }
    }
    walk.dense(walk.mean(walk.norm(x, "bn"), "avg_pool"), classes, "predictions");
  },
};

/** The hidden dense layers that ended networks until 2014, and the one that names the class. */
function denseLayers(walk, x, names, classes) {
  for (const name of names) x = walk.dense(x, walk.wide(4096), name);
  walk.dense(x, classes, "predictions");
}

function inception(walk, x, [one, reduce3, three, reduce5, five, pool], name) {
  const branches = [
    walk.conv(x, one, 1, `${name}_1x1`),
    walk.conv(walk.conv(x, reduce3, 1, `${name}_3x3_reduce`), three, 3, `${name}_3x3`),
    walk.conv(walk.conv(x, reduce5, 1, `${name}_5x5_reduce`), five, 5, `${name}_5x5`),
    walk.conv(walk.pool(x, 3, 1, `${name}_pool`, "same"), pool, 1, `${name}_pool_proj`),
  ];
  return walk.joined(branches);
}

/** A layer of a dense block: it reads all maps so far, with or without a 1 x 1 in front, and puts its own behind them. */
export function denseLayer(walk, x, growth, name, bottleneck = true) {
  let inner = walk.norm(x, `${name}_0_bn`);
  if (bottleneck) {
    inner = walk.conv(inner, 4 * growth, 1, `${name}_1_conv`, { bias: false });
    inner = walk.norm(inner, `${name}_1_bn`);
  }
  return walk.joined([x, walk.conv(inner, growth, 3, `${name}_2_conv`, { bias: false })]);
}

function residual(walk, image, depth, classes, gated) {
  const deep = depth >= 50,
    bias = deep && !gated, // as the official weights have it
    conv = (x, maps, size, name, step = 1) =>
      walk.norm(walk.conv(x, maps, size, `${name}_conv`, { step, padding: (size - 1) / 2, bias }), `${name}_bn`);
  let x = walk.pool(conv(image, walk.wide(64), 7, "conv1", 2), 3, 2, "pool1_pool", 1);
  for (const [stage, count] of BLOCKS[depth].entries())
    for (let i = 0; i < count; i++) {
      const name = `conv${stage + 2}_block${i + 1}`,
        step = i === 0 && stage > 0 ? 2 : 1,
        maps = walk.wide(64 * 2 ** stage),
        wide = deep ? 4 * maps : maps,
        short = step > 1 || x.maps !== wide ? conv(x, wide, 1, `${name}_0`, step) : x;
      let inner = conv(x, maps, deep ? 1 : 3, `${name}_1`, step);
      inner = conv(inner, maps, 3, `${name}_2`);
      if (deep) inner = conv(inner, wide, 1, `${name}_3`);
      if (gated) inner = squeezed(walk, inner, name);
      x = { ...widest([short, inner]), maps: wide };
    }
  walk.dense(walk.mean(x, "avg_pool"), classes, "predictions");
}

/** Gates between 0 and 1 from the means of all maps: they cost two small dense layers, and see the whole image. */
export function squeezed(walk, x, name) {
  const means = walk.mean(x, `${name}_se_squeeze`),
    gates = walk.dense(walk.dense(means, Math.floor(x.maps / 16), `${name}_se_reduce`), x.maps, `${name}_se_excite`);
  return { ...x, field: Math.max(x.field, gates.field) };
}

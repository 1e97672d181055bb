// The map that the service's `worst` is the least of (docs/architecture.md, Quality), in the browser.
//
// ssim with a Gaussian window of sigma 1.5 (11 x 11) for each RGB channel, population covariance; the channels' mean is
// averaged with a Gaussian of sigma 3 (25 x 25). Borders are mirrored. Pictures with transparency are compared on white
// and on black, and the worse counts.

const C1 = (0.01 * 255) ** 2;
const C2 = (0.03 * 255) ** 2;
const WINDOW = gaussian(5, 1.5);
const SEEN_TOGETHER = gaussian(12, 3);

/**
 * The map of two pictures of one size, straight-alpha RGBA of 8 bits each: values up to 1, where they are alike.
 */
export function localSsim(first, second, width, height) {
  const opaque = isOpaque(first);
  let poorest = null;
  for (const ground of opaque ? [255] : [255, 0]) {
    const map = blurred(similarity(first, second, width, height, ground), width, height, SEEN_TOGETHER);
    poorest = poorest ? poorest.map((value, at) => Math.min(value, map[at])) : map;
  }
  return poorest;
}

/** Where the map is least. */
export function lowestOf(map, width) {
  let at = 0;
  for (let here = 1; here < map.length; here += 1) if (map[here] < map[at]) at = here;
  return { value: map[at], x: at % width, y: Math.floor(at / width) };
}

function similarity(first, second, width, height, ground) {
  const total = new Float32Array(width * height);
  for (let channel = 0; channel < 3; channel += 1) {
    const x = laidOn(first, channel, ground);
    const y = laidOn(second, channel, ground);
    const blur = (values) => blurred(values, width, height, WINDOW);
    const [meanX, meanY] = [blur(x), blur(y)];
    const [squareX, squareY, product] = [blur(times(x, x)), blur(times(y, y)), blur(times(x, y))];
    for (let at = 0; at < total.length; at += 1) {
      const [both, one, other] = [meanX[at] * meanY[at], meanX[at] ** 2, meanY[at] ** 2];
      const covariance = product[at] - both;
      const variances = squareX[at] - one + squareY[at] - other;
      total[at] += ((2 * both + C1) * (2 * covariance + C2)) / ((one + other + C1) * (variances + C2)) / 3;
    }
  }
  return total;
}

function laidOn(rgba, channel, ground) {
  const values = new Float32Array(rgba.length / 4);
  for (let at = 0; at < values.length; at += 1) {
    const alpha = rgba[4 * at + 3] / 255;
    values[at] = rgba[4 * at + channel] * alpha + ground * (1 - alpha);
  }
  return values;
}

function times(one, other) {
  return one.map((value, at) => value * other[at]);
}

function isOpaque(rgba) {
  for (let at = 3; at < rgba.length; at += 4) if (rgba[at] < 255) return false;
  return true;
}

/** Along rows, then along columns. */
function blurred(values, width, height, weights) {
  const rows = new Float32Array(values.length);
  const out = new Float32Array(values.length);
  const radius = weights.length >> 1;
  const across = mirrored(width, radius);
  for (let y = 0; y < height; y += 1) {
    const row = y * width;
    for (let x = 0; x < width; x += 1) {
      let sum = 0;
      for (let tap = 0; tap < weights.length; tap += 1) sum += weights[tap] * values[row + across[x + tap]];
      rows[row + x] = sum;
    }
  }
  const down = mirrored(height, radius);
  for (let y = 0; y < height; y += 1) {
    const row = y * width;
    for (let tap = 0; tap < weights.length; tap += 1) {
      const from = down[y + tap] * width;
      for (let x = 0; x < width; x += 1) out[row + x] += weights[tap] * rows[from + x];
    }
  }
  return out;
}

/** Where the places -radius to size + radius - 1 lie, mirrored at the borders with the border's pixel twice. */
function mirrored(size, radius) {
  return Int32Array.from({ length: size + 2 * radius }, (_, place) => {
    const around = (((place - radius) % (2 * size)) + 2 * size) % (2 * size);
    return around < size ? around : 2 * size - 1 - around;
  });
}

function gaussian(radius, sigma) {
  const weights = Array.from({ length: 2 * radius + 1 }, (_, at) => Math.exp(-((at - radius) ** 2) / (2 * sigma ** 2)));
  const sum = weights.reduce((one, other) => one + other);
  return Float32Array.from(weights, (weight) => weight / sum);
}

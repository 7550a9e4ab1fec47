// How an answer changes with each input: backwards through the layers of one member.

import { SLOPES } from "./activations.js";

/**
 * The gradient of a member's logit `target` with respect to its inputs, Float64Array [inputs].
 *
 * Backpropagation (Rumelhart, Hinton & Williams, Nature 323, 1986). With it, `inputs * gradient` is what each
 * input adds to the logit, to first order (Ancona et al., arXiv:1711.06104, "gradient * input").
 */
export function gradient(networks, member, inputs, target) {
  const layers = networks.trace(member, inputs), slope = SLOPES[networks.activation];
  let back = new Float64Array(layers.at(-1).values.length), dense = networks.layers - 1, detectors = networks.convolutions - 1;
  back[target] = 1;
  for (let place = layers.length - 1; place >= 0; place--) {
    const layer = layers[place], below = layers[place - 1] ?? { values: inputs, shape: imageShape(networks) };
    if (layer.kind === "pooled") { back = unpool(back, layer, below, networks.pool); continue; }
    const isLast = place === layers.length - 1;
    const sums = isLast ? back : back.map((value, unit) => value * slope(layer.sums[unit]));
    back = layer.kind === "dense"
      ? undense(sums, networks.part(member, `layers.${dense--}`))
      : unconvolve(sums, networks.part(member, `convolutions.${detectors--}`), layer.shape, below.shape, networks.padding);
  }
  return back;
}

function imageShape({ input_shape: shape }) {
  return shape.length === 2 ? [...shape, 1] : shape;
}

function undense(sums, { weight, shape: [outputs, width] }) {
  const back = new Float64Array(width);
  for (let output = 0; output < outputs; output++) {
    if (sums[output] === 0) continue;
    const first = output * width;
    for (let input = 0; input < width; input++) back[input] += sums[output] * weight[first + input];
  }
  return back;
}

/** What was pooled came from the largest value of its square; where several are as large, in equal shares, as in JAX. */
function unpool(back, { values, shape: [rows, columns, channels] }, below, size) {
  if (size === 1) return back;
  const [, width] = below.shape, spread = new Float64Array(below.values.length), winners = new Float64Array(values.length);
  const eachWinner = (seen) => {
    for (let row = 0; row < rows * size; row++) for (let column = 0; column < columns * size; column++) {
      const to = (Math.floor(row / size) * columns + Math.floor(column / size)) * channels, from = (row * width + column) * channels;
      for (let channel = 0; channel < channels; channel++) {
        if (below.values[from + channel] === values[to + channel]) seen(from + channel, to + channel);
      }
    }
  };
  eachWinner((from, to) => { winners[to] += 1; });
  eachWinner((from, to) => { spread[from] = back[to] / winners[to]; });
  return spread;
}

function unconvolve(sums, { weight, shape: [kernel, , channels, outputs] }, [rows, columns], [height, width], padding) {
  const back = new Float64Array(height * width * channels), before = padding === "same" ? Math.floor((kernel - 1) / 2) : 0;
  for (let row = 0; row < rows; row++) for (let column = 0; column < columns; column++) {
    const at = (row * columns + column) * outputs;
    for (let down = 0; down < kernel; down++) for (let right = 0; right < kernel; right++) {
      const y = row + down - before, x = column + right - before;
      if (y < 0 || y >= height || x < 0 || x >= width) continue;
      for (let channel = 0; channel < channels; channel++) {
        const first = ((down * kernel + right) * channels + channel) * outputs;
        let sum = 0;
        for (let output = 0; output < outputs; output++) sum += sums[at + output] * weight[first + output];
        back[(y * width + x) * channels + channel] += sum;
      }
    }
  }
  return back;
}

// The networks of a page, answering in it: dense layers, detectors with pooling, a readout.
// The twin of thalweg/networks (mlp, convnet, convolution, activations, readout).

import { ACTIVATIONS } from "./activations.js";

/**
 * Unpack what thalweg.page.networks packed.
 *
 * `answer(inputs)` gives an array of probabilities a member, `logits(inputs)` of what they are read from, and
 * `trace(member, inputs)` what every layer of one member makes of its inputs: [{kind, sums, values, shape}].
 */
export function unpack(packed) {
  const tensors = {};
  for (const [name, { shape, bytes, data }] of Object.entries(packed.tensors)) {
    const values = bytes === 2 ? halves(data) : new Float32Array(unbased(data).buffer);
    tensors[name] = { shape: shape.slice(1), values, size: product(shape.slice(1)) };
  }
  return networksOf({ ...packed, tensors });
}

/** Networks of tensors that are unpacked: {name: {shape, values, size}}, each `values` member after member. */
export function networksOf(described) {
  const network = { ...described, activate: ACTIVATIONS[described.activation] };
  const members = Array.from({ length: described.members.length }, (_, member) => member);
  const logits = (member, inputs) => layered(network, member, inputs);
  return {
    ...described,
    part: (member, layer) => part(network, member, layer),
    answer: (inputs) => members.map((member) => readout(network.readout, logits(member, inputs))),
    answerOf: (member, inputs) => readout(network.readout, logits(member, inputs)),
    logits: (inputs) => members.map((member) => logits(member, inputs)),
    probabilities: (logits) => readout(network.readout, logits),
    trace: (member, inputs) => traced(network, member, inputs),
  };
}

function layered(network, member, inputs) {
  let last = null;
  traced(network, member, inputs, (layer) => { last = layer; });
  return last.values;
}

/** What each layer makes of its inputs. `kind`: convolution, pooled, dense; the last one's values are logits. */
function traced(network, member, inputs, seen = null) {
  const layers = [], keep = seen ?? ((layer) => layers.push(layer));
  let values = inputs, shape = [...network.input_shape];
  if (shape.length === 2) shape.push(1);
  for (let depth = 0; depth < network.convolutions; depth++) {
    const [sums, after] = convolve(network, member, `convolutions.${depth}`, values, shape);
    values = sums.map(network.activate);
    keep({ kind: "convolution", sums, values, shape: after });
    [values, shape] = pool(values, after, network.pool);
    keep({ kind: "pooled", values, shape });
  }
  for (let depth = 0; depth < network.layers; depth++) {
    const sums = dense(part(network, member, `layers.${depth}`), values);
    values = depth < network.layers - 1 ? sums.map(network.activate) : sums;
    keep({ kind: "dense", sums, values, shape: [values.length] });
  }
  return layers;
}

function part(network, member, layer) {
  const weight = network.tensors[`${layer}.weight`], bias = network.tensors[`${layer}.bias`];
  const of = ({ values, size }) => values.subarray(member * size, (member + 1) * size);
  return { weight: of(weight), bias: of(bias), shape: weight.shape };
}
function dense({ weight, bias, shape }, inputs) {
  const [outputs, width] = shape, sums = new Float64Array(outputs);
  for (let output = 0; output < outputs; output++) {
    let sum = bias[output];
    const first = output * width;
    for (let input = 0; input < width; input++) sum += weight[first + input] * inputs[input];
    sums[output] = sum;
  }
  return sums;
}

/** Slide detectors [kernel, kernel, channels, outputs] over values [height, width, channels]. */
function convolve(network, member, layer, values, [height, width, channels]) {
  const { weight, bias, shape } = part(network, member, layer);
  const [kernel, , , outputs] = shape;
  const same = network.padding === "same", before = same ? Math.floor((kernel - 1) / 2) : 0;
  const rows = same ? height : height - kernel + 1, columns = same ? width : width - kernel + 1;
  const sums = new Float64Array(rows * columns * outputs);
  for (let row = 0; row < rows; row++) for (let column = 0; column < columns; column++) {
    const here = sums.subarray((row * columns + column) * outputs, (row * columns + column + 1) * outputs);
    here.set(bias);
    for (let down = 0; down < kernel; down++) for (let right = 0; right < kernel; right++) {
      const y = row + down - before, x = column + right - before;
      if (y < 0 || y >= height || x < 0 || x >= width) continue;
      for (let channel = 0; channel < channels; channel++) {
        const value = values[(y * width + x) * channels + channel];
        if (value === 0) continue;
        const first = ((down * kernel + right) * channels + channel) * outputs;
        for (let output = 0; output < outputs; output++) here[output] += value * weight[first + output];
      }
    }
  }
  return [sums, [rows, columns, outputs]];
}

/** Keep the largest value of each square of `size` pixels; left-over edges are dropped. */
function pool(values, [height, width, channels], size) {
  if (size === 1) return [values, [height, width, channels]];
  const rows = Math.floor(height / size), columns = Math.floor(width / size);
  const kept = new Float64Array(rows * columns * channels).fill(-Infinity);
  for (let row = 0; row < rows * size; row++) for (let column = 0; column < columns * size; column++) {
    const to = (Math.floor(row / size) * columns + Math.floor(column / size)) * channels;
    const from = (row * width + column) * channels;
    for (let channel = 0; channel < channels; channel++) {
      if (values[from + channel] > kept[to + channel]) kept[to + channel] = values[from + channel];
    }
  }
  return [kept, [rows, columns, channels]];
}

/** Softmax; or each output's sigmoid divided by their sum, in log space so that ten silent ones still work. */
function readout(kind, logits) {
  const scores = kind === "softmax" ? logits
    : logits.map((z) => Math.min(z, 0) - Math.log1p(Math.exp(-Math.abs(z))));
  const largest = Math.max(...scores);
  const shares = scores.map((score) => Math.exp(score - largest));
  const total = shares.reduce((sum, share) => sum + share, 0);
  return shares.map((share) => share / total);
}

/** Half-precision numbers (IEEE 754 binary16, little-endian) in base64, as Float32Array. */
export function halves(text) {
  const bytes = unbased(text);
  const found = new Float32Array(bytes.length / 2);
  for (let place = 0; place < found.length; place++) {
    const bits = bytes[2 * place] | (bytes[2 * place + 1] << 8);
    const sign = bits & 0x8000 ? -1 : 1, exponent = (bits >> 10) & 31, fraction = bits & 1023;
    found[place] = sign * (exponent === 0 ? fraction * 2 ** -24
      : exponent === 31 ? (fraction ? NaN : Infinity) : (1 + fraction / 1024) * 2 ** (exponent - 15));
  }
  return found;
}

function unbased(text) {
  return Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0));
}

/** What many members say of one picture: votes, mean probabilities, the winner, how many agree with it. */
export function summarise(answers) {
  const classes = answers[0].length, votes = new Array(classes).fill(0), mean = new Array(classes).fill(0);
  const said = answers.map((answer) => largestOf(answer));
  for (const [member, answer] of answers.entries()) {
    votes[said[member]] += 1;
    answer.forEach((share, place) => { mean[place] += share / answers.length; });
  }
  const verdict = largestOf(mean);
  return { votes, mean, said, verdict, agree: votes[verdict], named: votes.filter((count) => count > 0).length };
}

function largestOf(values) {
  return values.reduce((best, value, place) => (value > values[best] ? place : best), 0);
}

function product(extents) {
  return extents.reduce((total, extent) => total * extent, 1);
}

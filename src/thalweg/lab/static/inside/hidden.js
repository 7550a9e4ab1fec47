// What stands between the inputs of a network and its answer: its layers, and what their neurons say of an example.

/**
 * The hidden layers: [{name, convolves, neurons, before}]. `before` is the shape of what a neuron reads: [height,
 * width, channels], or [neurons] of the layer before.
 */
export function hiddenLayers(network) {
  const layers = [];
  let before = pictureShape(network.input_shape);
  for (let depth = 0; depth < network.convolutions; depth++) {
    const name = `convolutions.${depth}`, [kernel, , channels, neurons] = network.tensors[`${name}.weight`].shape;
    layers.push({ name, convolves: true, neurons, before: [kernel, kernel, channels] });
    before = pooled(network, kernel, before, neurons);
  }
  for (let depth = 0; depth < network.layers - 1; depth++) {
    const name = `layers.${depth}`, [neurons] = network.tensors[`${name}.weight`].shape;
    layers.push({ name, convolves: false, neurons, before });
    before = [neurons];
  }
  return layers;
}

/** The layer that reads the inputs: the first hidden one, or the last where there is no other. */
export function firstLayer(network) {
  const name = "layers.0";
  return hiddenLayers(network)[0]
    ?? { name, convolves: false, neurons: network.tensors[`${name}.weight`].shape[0], before: pictureShape(network.input_shape) };
}

/** What each hidden neuron says of an example: an array a layer. Of a filter it is its largest answer anywhere. */
export function hiddenActivations(networks, member, inputs) {
  return networks.trace(member, inputs).slice(0, -1).filter(({ kind }) => kind !== "pooled")
    .map(({ kind, values, shape }) => (kind === "convolution" ? largestAnywhere(values, shape[2]) : values));
}

/** The weights into a neuron, in the shape of `before`: Float64Array. */
export function incoming(networks, member, layer, neuron) {
  const { weight } = networks.part(member, layer.name), size = layer.before.reduce((all, extent) => all * extent, 1);
  if (!layer.convolves) return Float64Array.from(weight.subarray(neuron * size, (neuron + 1) * size));
  return Float64Array.from({ length: size }, (_, place) => weight[place * layer.neurons + neuron]);
}

/** Values [height * width * channels] as one picture [height * width] a channel. */
export function channelsOf(values, [height, width, channels]) {
  return Array.from({ length: channels }, (_, channel) => Float64Array.from({ length: height * width }, (_, pixel) => values[pixel * channels + channel]));
}

/** The mean over channels, one picture [height * width]. */
export function meanOfChannels(values, shape) {
  const pictures = channelsOf(values, shape);
  return pictures[0].map((_, pixel) => pictures.reduce((sum, each) => sum + each[pixel], 0) / pictures.length);
}

/** The shape of examples as [height, width, channels]; [features] stays as it is. */
export function pictureShape(shape) {
  return shape.length === 2 ? [...shape, 1] : [...shape];
}

function pooled(network, kernel, [height, width], channels) {
  const less = network.padding === "same" ? 0 : kernel - 1;
  return [Math.floor((height - less) / network.pool), Math.floor((width - less) / network.pool), channels];
}

function largestAnywhere(values, channels) {
  const most = new Float64Array(channels).fill(-Infinity);
  values.forEach((value, place) => { most[place % channels] = Math.max(most[place % channels], value); });
  return most;
}

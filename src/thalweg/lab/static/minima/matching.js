// The same network with its hidden neurons in other places: the twin of thalweg/weights/permutation.py.

/**
 * One member of `networks` as tensors {name: {shape, values, size}}, its neurons where `rearrangement` puts them, or as they are.
 *
 * `rearrangement`: for each hidden layer the old neuron in each new place and its sign. A neuron's sign may change where the
 * activation f has f(-z) = constant - f(z); biases after it take up what that leaves.
 */
export function memberTensors(networks, member, rearrangement, constant) {
  const tensors = {};
  for (let depth = 0; depth < networks.layers; depth++) {
    const { weight, bias, shape: [outputs, inputs] } = networks.part(member, `layers.${depth}`);
    const own = rearrangement?.[depth], before = depth ? rearrangement?.[depth - 1] : null;
    const moved = new Float32Array(weight.length), shifted = new Float32Array(outputs);
    for (let output = 0; output < outputs; output++) {
      const from = own ? own.order[output] : output, sign = own ? own.sign[output] : 1;
      let was = 0, is = 0;
      for (let input = 0; input < inputs; input++) {
        const value = weight[from * inputs + (before ? before.order[input] : input)], turned = value * sign * (before ? before.sign[input] : 1);
        moved[output * inputs + input] = turned;
        was += value;
        is += turned;
      }
      shifted[output] = depth ? sign * (bias[from] + 0.5 * constant * was) - 0.5 * constant * is : sign * bias[from];
    }
    tensors[`layers.${depth}.weight`] = { shape: [outputs, inputs], values: moved, size: moved.length };
    tensors[`layers.${depth}.bias`] = { shape: [outputs], values: shifted, size: outputs };
  }
  return tensors;
}

/** Tensors between two: `share` 0 is the first, 1 the second. */
export function between(one, other, share) {
  return Object.fromEntries(Object.entries(one).map(([name, { shape, values, size }]) => [name, {
    shape, size, values: values.map((value, place) => (1 - share) * value + share * other[name].values[place]),
  }]));
}

// Signed numbers as a picture: blue below zero, white at zero, orange above, symmetric about zero.

const BELOW = [0, 90, 170], NOTHING = [255, 255, 255], ABOVE = [204, 102, 0];

/** Paint `values` [height * width] on a canvas, pixel for pixel; `scale` is the size that has the full colour. */
export function paintWeights(canvas, values, height, width, scale = largest(values)) {
  if (canvas.width !== width || canvas.height !== height) { canvas.width = width; canvas.height = height; }
  const pen = canvas.getContext("2d"), image = pen.createImageData(width, height);
  for (let place = 0; place < height * width; place++) {
    const [red, green, blue] = signed(values[place] / (scale || 1));
    image.data.set([red, green, blue, 255], 4 * place);
  }
  pen.putImageData(image, 0, 0);
}

/** The colour [red, green, blue] of a number between -1 and 1. */
export function signed(share) {
  const end = share < 0 ? BELOW : ABOVE, part = Math.min(1, Math.abs(Number.isFinite(share) ? share : 0));
  return NOTHING.map((level, channel) => Math.round(level + part * (end[channel] - level)));
}

/** The largest size among `values`. */
export function largest(values) {
  let most = 0;
  for (const value of values) if (Math.abs(value) > most) most = Math.abs(value);
  return most;
}

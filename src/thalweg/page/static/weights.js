// Weights as pictures: orange says for, blue against, white nothing; the scale is the same on both sides of 0.

const STOPS = [[0, 76, 140], [90, 165, 220], [255, 255, 255], [243, 163, 75], [179, 86, 0]]; // those of thalweg.figures.theme.DIVERGING

/**
 * Paint weights, one pixel of the canvas each; style sheets make it large.
 * @param {HTMLCanvasElement} canvas takes the size of the picture
 * @param {ArrayLike<number>} values [height * width], row by row
 * @param {number} scale the weight that is wholly orange, and wholly blue below 0; all above it are so too
 */
export function paintWeights(canvas, values, height, width, scale) {
  canvas.height = height;
  canvas.width = width;
  const pen = canvas.getContext("2d"), image = pen.createImageData(width, height);
  for (let place = 0; place < height * width; place++) {
    image.data.set(colourOf(values[place], scale), 4 * place);
    image.data[4 * place + 3] = 255;
  }
  pen.putImageData(image, 0, 0);
}

/** The colour of a weight, [red, green, blue]; what is no number is white as 0 is. */
export function colourOf(weight, scale) {
  const share = scale > 0 && Number.isFinite(weight) ? Math.min(1, Math.max(-1, weight / scale)) : 0;
  const along = 2 * (share + 1), below = Math.min(3, Math.floor(along)), way = along - below;
  return STOPS[below].map((level, channel) => Math.round(level + way * (STOPS[below + 1][channel] - level)));
}

/** The largest weight, sign aside: the scale of a picture of its own. */
export function largestOf(values) {
  return values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
}

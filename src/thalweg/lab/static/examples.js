// Examples as they are shown: grey and coloured pictures, and rows of features as bars.

import { signed } from "../../page/static/weights.js";

/** Paint an example of `shape` [height, width], [height, width, channels] or [features] on a canvas. */
export function paintExample(canvas, values, shape) {
  if (shape.length === 1) paintBars(canvas, values);
  else paintPixels(canvas, values, shape);
}

function paintPixels(canvas, values, [height, width, channels = 1]) {
  canvas.width = width;
  canvas.height = height;
  const pen = canvas.getContext("2d"), image = pen.createImageData(width, height);
  for (let pixel = 0; pixel < height * width; pixel++) {
    for (let channel = 0; channel < 3; channel++) {
      image.data[4 * pixel + channel] = 255 * values[pixel * channels + (channels === 1 ? 0 : Math.min(channel, channels - 1))];
    }
    image.data[4 * pixel + 3] = 255;
  }
  pen.putImageData(image, 0, 0);
}

/** A feature a column, standard deviations above or below the mean of the training examples, three at most. */
function paintBars(canvas, values) {
  canvas.width = Math.max(24, 3 * values.length);
  canvas.height = 24;
  const pen = canvas.getContext("2d"), wide = canvas.width / values.length;
  pen.fillStyle = "#fff";
  pen.fillRect(0, 0, canvas.width, canvas.height);
  values.forEach((value, place) => {
    const [red, green, blue] = signed(Math.sign(value) * 0.8), tall = Math.min(12, 4 * Math.abs(value));
    pen.fillStyle = `rgb(${red},${green},${blue})`;
    pen.fillRect(place * wide, value > 0 ? 12 - tall : 12, Math.max(1, wide - 1), tall);
  });
}

// What stands on the canvases of the pad: strokes, words, the keyboard's cursor, the picture that networks see.

/** Strokes in white on black; points [x, y] in units of the canvas's side. */
export function paintStrokes(canvas, strokes) {
  const pen = cleared(canvas), size = canvas.width;
  pen.lineWidth = size / 16;
  pen.lineCap = pen.lineJoin = "round";
  for (const stroke of strokes) {
    pen.beginPath();
    stroke.forEach(([x, y]) => pen.lineTo(x * size, y * size));
    if (stroke.length === 1) pen.lineTo(stroke[0][0] * size + 0.01, stroke[0][1] * size);
    pen.stroke();
  }
}

/** A picture [side * side] as large as the canvas, each pixel a square. */
export function paintPicture(canvas, picture, side) {
  const pen = cleared(canvas), edge = (place) => Math.round((place * canvas.width) / side);
  picture.forEach((level, pixel) => {
    const column = pixel % side, row = Math.floor(pixel / side);
    pen.fillStyle = `rgb(${level},${level},${level})`;
    pen.fillRect(edge(column), edge(row), edge(column + 1) - edge(column), edge(row + 1) - edge(row));
  });
}

/** Words on a picture that shows nothing. */
export function paintWords(canvas, words) {
  const pen = canvas.getContext("2d"), size = canvas.width;
  pen.fillStyle = "#fff";
  pen.font = `${size / 16}px system-ui, sans-serif`;
  pen.textAlign = "center";
  pen.fillText(words, size / 2, size / 2);
}

/** Where the keyboard's pen is: a cross, orange while it is down. */
export function paintCursor(canvas, { x, y, down }) {
  const pen = canvas.getContext("2d"), size = canvas.width, arm = size / 22;
  pen.lineWidth = size / 90;
  pen.strokeStyle = down ? "#e69f00" : "#56b4e9";
  pen.beginPath();
  pen.moveTo(x * size - arm, y * size);
  pen.lineTo(x * size + arm, y * size);
  pen.moveTo(x * size, y * size - arm);
  pen.lineTo(x * size, y * size + arm);
  pen.stroke();
}

/** Grey levels [side * side], pixel for pixel; black for null. */
export function paintPixels(canvas, picture, side) {
  const pen = canvas.getContext("2d"), image = pen.createImageData(side, side);
  for (let pixel = 0; pixel < side * side; pixel++) {
    image.data.fill(picture === null ? 0 : picture[pixel], 4 * pixel, 4 * pixel + 3);
    image.data[4 * pixel + 3] = 255;
  }
  pen.putImageData(image, 0, 0);
}

function cleared(canvas) {
  const pen = canvas.getContext("2d");
  pen.fillStyle = "#000";
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.strokeStyle = pen.fillStyle = "#fff";
  return pen;
}

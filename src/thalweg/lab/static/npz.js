// NumPy archives (.npz) made in the page: arrays as .npy in a ZIP file without compression.

/**
 * @param {Object<string, {type: "u1"|"i8"|"f4"|"U", shape: number[], values: ArrayLike<number|string>}>} arrays by
 *   name: bytes, whole numbers of 64 bits, floats of 32, texts
 * @returns {Blob}
 */
export function npz(arrays) {
  const files = Object.entries(arrays).map(([name, array]) => ({ name: new TextEncoder().encode(`${name}.npy`), bytes: npy(array) }));
  const parts = [], directory = [];
  let place = 0;
  for (const { name, bytes } of files) {
    const crc = checksum(bytes), local = header(0x04034b50, name, bytes, crc);
    parts.push(local, name, bytes);
    directory.push(header(0x02014b50, name, bytes, crc, place), name);
    place += local.length + name.length + bytes.length;
  }
  const size = directory.reduce((total, part) => total + part.length, 0);
  return new Blob([...parts, ...directory, end(files.length, size, place)], { type: "application/zip" });
}

/** One array as NumPy's own format, version 1.0 (NEP 1). */
function npy({ type, shape, values }) {
  const [descr, content] = type === "U" ? texts(values) : [type === "u1" ? "|u1" : `<${type}`, numbers(type, values)];
  const described = `{'descr': '${descr}', 'fortran_order': False, 'shape': (${shape.join(", ")}${shape.length === 1 ? "," : ""}), }`;
  const text = described.padEnd(Math.ceil((described.length + 11) / 64) * 64 - 11) + "\n";
  const bytes = new Uint8Array(10 + text.length + content.length);
  bytes.set([0x93, ...new TextEncoder().encode("NUMPY"), 1, 0, text.length & 255, text.length >> 8]);
  bytes.set(new TextEncoder().encode(text), 10);
  bytes.set(content, 10 + text.length);
  return bytes;
}

function numbers(type, values) {
  const width = Number(type[1]), bytes = new Uint8Array(width * values.length), view = new DataView(bytes.buffer);
  for (let index = 0; index < values.length; index++) {
    if (type === "u1") view.setUint8(index, values[index]);
    else if (type === "f4") view.setFloat32(4 * index, values[index], true);
    else view.setBigInt64(8 * index, BigInt(values[index]), true);
  }
  return bytes;
}

/** Texts as NumPy keeps them: so many signs each as the longest has, four bytes a sign. */
function texts(values) {
  const signs = Array.from(values, (text) => Array.from(String(text), (sign) => sign.codePointAt(0)));
  const longest = Math.max(1, ...signs.map(({ length }) => length)), bytes = new Uint8Array(4 * longest * signs.length);
  const view = new DataView(bytes.buffer);
  signs.forEach((codes, index) => codes.forEach((code, at) => view.setUint32(4 * (index * longest + at), code, true)));
  return [`<U${longest}`, bytes];
}

/** A local header, or with a `place` one of the central directory (APPNOTE.TXT, 4.3.7 and 4.3.12). */
function header(signature, name, bytes, crc, place = null) {
  const central = place !== null, view = new DataView(new ArrayBuffer(central ? 46 : 30));
  let at = 4;
  const put = (value, width) => { if (width === 2) view.setUint16(at, value, true); else view.setUint32(at, value, true); at += width; };
  view.setUint32(0, signature, true);
  if (central) put(20, 2);
  for (const value of [20, 0x0800, 0, 0, 0x21]) put(value, 2); // version, names in UTF-8, stored, 1980-01-01
  for (const value of [crc, bytes.length, bytes.length]) put(value, 4);
  put(name.length, 2);
  put(0, 2);
  if (central) { for (const value of [0, 0, 0]) put(value, 2); put(0, 4); put(place, 4); }
  return new Uint8Array(view.buffer);
}

function end(count, size, place) {
  const view = new DataView(new ArrayBuffer(22));
  view.setUint32(0, 0x06054b50, true);
  view.setUint16(8, count, true);
  view.setUint16(10, count, true);
  view.setUint32(12, size, true);
  view.setUint32(16, place, true);
  return new Uint8Array(view.buffer);
}

const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  return value;
});

/** CRC-32 as ZIP has it. */
function checksum(bytes) {
  let value = 0xffffffff;
  for (const byte of bytes) value = TABLE[(value ^ byte) & 0xff] ^ (value >>> 8);
  return (value ^ 0xffffffff) >>> 0;
}

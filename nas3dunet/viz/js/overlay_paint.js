// The overlay viewer, from bytes to pixels: what each voxel is painted as, and slices cut from
// the case.
import { make } from "./common.js";

// Canvases hold a pixel as alpha, blue, green, red in one number.
const pixel = (r, g, b) => (0xff000000 | (b << 16) | (g << 8) | r) >>> 0;

// The grey of each byte of the image: 0 is background, 1 … 255 the robust range, of which the
// window [low, high] is a fraction.
export const greyTable = ([low, high]) =>
  Uint32Array.from({ length: 256 }, (_, byte) => {
    if (!byte) return pixel(0, 0, 0);
    const share = ((byte - 1) / 254 - low) / (high - low);
    const grey = Math.round(255 * Math.min(1, Math.max(0, share)));
    return pixel(grey, grey, grey);
  });

// Where a pair of label bytes stands in the tables below.
const pairOf = (truth, prediction) => (truth << 8) | prediction;

// Each pair of label bytes that may occur, and the code that Python gives it: 0 is not painted.
const codedPairs = (mode, labels, { values, codes }) => {
  const rows = codes[mode][labels];
  const coded = (t, i) => values.map((p, j) => [pairOf(t, p), rows[i][j]]);
  return values.flatMap(coded);
};

// The colour of each pair of label bytes.
export const paintTable = (mode, labels, grid, colours) => {
  const table = new Uint32Array(65536);
  for (const [pair, code] of codedPairs(mode, labels, grid))
    if (code) table[pair] = pixel(...colours[code]);
  return table;
};

// How many voxels each pair of label bytes has: millions are counted once per case and prediction.
// Here and not in Python, since a page that was shared exchanges its predictions by itself.
export const countPairs = ({ truth, prediction }) => {
  const pairs = new Uint32Array(65536);
  for (let v = 0; v < truth.length; v++) pairs[pairOf(truth[v], prediction[v])]++;
  return pairs;
};

// How many voxels each code has.
export const countCodes = (pairs, mode, labels, grid) => {
  const count = Array.from({ length: 9 }, () => 0);
  for (const [pair, code] of codedPairs(mode, labels, grid)) count[code] += pairs[pair];
  return count;
};

// Where a slice begins in the bytes, and how far it is to the next column and the next row.
export const strides = (view, at, size) => {
  const stride = [size[1] * size[2], size[2], 1];
  const dx = view.flip_x ? -stride[view.x] : stride[view.x];
  const dy = view.flip_y ? -stride[view.y] : stride[view.y];
  const left = view.flip_x ? -dx * (size[view.x] - 1) : 0;
  const top = view.flip_y ? -dy * (size[view.y] - 1) : 0;
  return { dx, dy, first: at * stride[view.across] + left + top };
};

// Cut slice `at` (counted in the crop) of one view into two arrays of pixels. Rows from the top,
// columns from the left, as the view says.
export const cut = (view, at, { size, image, offset, truth, prediction }, tables, grey, paint) => {
  if (at < 0 || at >= size[view.across]) {
    grey.fill(pixel(0, 0, 0));
    paint.fill(0);
    return;
  }
  const columns = size[view.x];
  const rows = size[view.y];
  const { dx, dy, first } = strides(view, at, size);
  let k = 0;
  for (let j = 0; j < rows; j++) {
    let v = first + j * dy;
    for (let i = 0; i < columns; i++) {
      grey[k] = tables.grey[image[offset + v]];
      paint[k] = tables.paint[(truth[v] << 8) | prediction[v]];
      v += dx;
      k++;
    }
  }
};

// An off-screen canvas of one pixel per voxel, and its pixels as numbers.
export const layer = (width, height) => {
  const canvas = make("canvas", { width, height });
  const context = canvas.getContext("2d");
  const data = context.createImageData(width, height);
  const pixels = new Uint32Array(data.data.buffer);
  return { canvas, pixels, show: () => context.putImageData(data, 0, 0) };
};

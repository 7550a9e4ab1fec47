// Pictures shifted, or turned, stretched and bent in one pass with bilinear reading: what
// thalweg.training.augmentation does, which is the oracle.
//
// Compiled once for each instruction set; THALWEG_DISTORTION is the name that this one gets.
#include "distortion.h"

#include <math.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "chance.h"

namespace {

INLINE bool any(Whole mask) {
  uint64_t words[sizeof(Whole) / 8], all = 0;
  memcpy(words, &mask, sizeof mask);
  for (uint64_t word : words) all |= word;
  return all != 0;
}

const int MOST_THREADS = 64;
const int64_t TAKEN = 64;  // pictures that a thread takes at a time

INLINE int up(int count) { return (count + LANES - 1) / LANES * LANES; }

// What one picture's distortion does to places, but for the bending.
struct Affine {
  float cosine, sine, slope, grow_down, grow_right, shift_down, shift_right;
};

// One thread's room to work in.
class Worker {
 public:
  explicit Worker(const Distortion& job)
      : job(job), across(up(job.width)), knots_across(up(job.knots_right)) {
    const size_t padded = (size_t)(job.height + 2) * (job.width + 2) * job.channels;
    const size_t noise = (size_t)2 * job.knots_down * knots_across, drawn = noise + LANES;
    const size_t half = (size_t)job.height * knots_across, field = (size_t)2 * job.height * across;
    const size_t turned = (size_t)job.knots_right * across;
    const size_t flat_size = (size_t)job.height * job.width * job.channels;
    const size_t whole[] = {padded, noise, drawn, half, field, turned, (size_t)across, (size_t)across, flat_size};
    float** const parts[] = {&picture, &knots, &random, &smoothed, &bends, &right, &rows, &columns, &flat};
    size_t sum = 0;
    for (size_t size : whole) sum += up((int)size);
    if (posix_memalign((void**)&memory, 64, sizeof(float) * sum) != 0) {
      memory = nullptr;
      return;
    }
    memset(memory, 0, sizeof(float) * sum);
    float* at = memory;
    for (int k = 0; k < 9; ++k) *parts[k] = at, at += up((int)whole[k]);
    for (int j = 0; j < job.width; ++j)
      for (int k = 0; k < job.knots_right; ++k) right[k * across + j] = job.right[j * job.knots_right + k];
  }
  ~Worker() { free(memory); }
  Worker(const Worker&) = delete;

  bool ready() const { return memory != nullptr; }

  void distort(int64_t number) {
    const Key key = folded({job.key[0], job.key[1]}, (uint32_t)number);
    float* to = job.to + (size_t)number * job.height * job.width * job.channels;
    scale(number);
    if (job.only_shifts) return shift(key, to);
    const Key affine_key = folded(key, 0);
    if (job.bent) bend(folded(key, 1));
    const Affine affine = drawn(affine_key);
    for (int i = 0; i < job.height; ++i) {
      place(affine, i);
      read(to + (size_t)i * job.width * job.channels, to + (size_t)job.height * job.width * job.channels);
    }
  }

 private:
  const Distortion& job;
  const int across, knots_across;  // widths in whole vectors
  float* memory = nullptr;
  float *picture, *knots, *random, *smoothed, *bends, *right, *rows, *columns, *flat;
  float above_lit, below_lit;

  // Put the scaled picture into a frame of zeros, one pixel wide.
  void scale(int64_t number) {
    const int line = job.width * job.channels, size = job.height * line;
    const size_t start = (size_t)number * size;
    int k = 0, first = -1, last = -1;  // what is not zero
    for (; k + LANES <= size; k += LANES) {
      V value;
      if (job.bytes)
        value = of_bytes(job.bytes + start + k);
      else
        memcpy(&value, job.floats + start + k, sizeof value);
      V offset = every(job.offset[0]), divisor = every(job.divisor[0]);
      if (job.scaled_each) memcpy(&offset, job.offset + k, sizeof offset), memcpy(&divisor, job.divisor + k, sizeof divisor);
      value = (value - offset) / divisor;
      store(flat + k, value);
      if (!any((Whole)(value != every(0.0f)))) continue;
      first = first < 0 ? k : first, last = k + LANES - 1;
    }
    for (; k < size; ++k) {
      const float value = job.bytes ? (float)job.bytes[start + k] : job.floats[start + k];
      const int at = job.scaled_each ? k : 0;
      flat[k] = (value - job.offset[at]) / job.divisor[at];
      if (flat[k] != 0.0f) first = first < 0 ? k : first, last = k;
    }
    // the rows of the frame between which something is read, as a pixel reaches to the next ones
    above_lit = first < 0 ? 1e9f : (float)(first / line), below_lit = first < 0 ? -1e9f : (float)(last / line + 2);
    for (int i = 0; i < job.height; ++i)
      memcpy(picture + (size_t)(i + 1) * (line + 2 * job.channels) + job.channels, flat + i * line, sizeof(float) * line);
  }

  void shift(Key key, float* to) {
    const uint32_t reach = (uint32_t)job.amounts[SHIFT];
    const int by_rows = whole(key, 0, reach), by_columns = whole(key, 1, reach);
    const int c = job.channels, line = job.width * c;
    for (int i = 0; i < job.height; ++i, to += line) {
      const int from = i - by_rows;
      const int begin = by_columns > 0 ? by_columns : 0;
      const int end = job.width + (by_columns < 0 ? by_columns : 0);
      memset(to, 0, sizeof(float) * line);
      if (from < 0 || from >= job.height || begin >= end) continue;
      const float* row = picture + ((size_t)(from + 1) * (job.width + 2) + 1) * c;
      memcpy(to + begin * c, row + (begin - by_columns) * c, sizeof(float) * (end - begin) * c);
    }
  }

  Affine drawn(Key key) const {
    float u[6];
    for (int k = 0; k < 6; ++k) u[k] = uniform(key, k);
    const float* amount = job.amounts;
    const float angle = amount[ROTATION] * u[2] * 0.017453292519943295f, growth = 1.0f + amount[SCALE];
    return {cosf(angle),
            sinf(angle),
            amount[SHEAR] * u[5],
            powf(growth, u[3]),
            powf(growth, u[4]),
            amount[SHIFT] * u[0],
            amount[SHIFT] * u[1]};
  }

  // Fill `bends` [2, height, width]: how far down and right each pixel is displaced, in pixels.
  void bend(Key key) {
    const int k_down = job.knots_down, k_right = job.knots_right;
    normals(key, 2 * k_down * k_right, random);
    for (int line = 0; line < 2 * k_down; ++line)
      memcpy(knots + (size_t)line * knots_across, random + (size_t)line * k_right, sizeof(float) * k_right);
    for (int way = 0; way < 2; ++way) {
      product(job.down, k_down, k_down, knots + (size_t)way * k_down * knots_across, knots_across, smoothed);
      product(smoothed, knots_across, k_right, right, across, bends + (size_t)way * job.height * across);
    }
  }

  // to[height, width] = left[height, inner of stride] @ right[inner, width]; a width is of whole vectors.
  void product(const float* left, int stride, int inner, const float* right, int width, float* to) const {
    const int together = 4;
    for (int i = 0; i < job.height; i += together) {
      const float* row[together];
      for (int r = 0; r < together; ++r)
        row[r] = left + (size_t)(i + r < job.height ? i + r : i) * stride;
      for (int j = 0; j < width; j += LANES) {
        V total[together] = {};
        for (int k = 0; k < inner; ++k) {
          const V one = load(right + (size_t)k * width + j);
          for (int r = 0; r < together; ++r) total[r] += row[r][k] * one;
        }
        for (int r = 0; r < together && i + r < job.height; ++r) store(to + (size_t)(i + r) * width + j, total[r]);
      }
    }
  }

  // Where in the old picture, in its frame, the pixels of row `i` of the new one are read.
  void place(const Affine& affine, int i) {
    const float down = (float)i - (float)(job.height - 1) / 2, middle = (float)(job.width - 1) / 2;
    const V row_middle = every((float)(job.height - 1) / 2 + affine.shift_down + 1.0f);
    const V column_middle = every(middle + affine.shift_right + 1.0f);
    const V last_row = every((float)(job.height + 1)), last_column = every((float)(job.width + 1));
    const V none = every(0.0f);
    V lane;
    for (int k = 0; k < LANES; ++k) lane[k] = (float)k - middle;
    for (int j = 0; j < across; j += LANES) {
      const V along = lane + (float)j + affine.slope * down;
      V row = (affine.cosine * down - affine.sine * along) * affine.grow_down + row_middle;
      V column = (affine.sine * down + affine.cosine * along) * affine.grow_right + column_middle;
      if (job.bent) {
        const float* bent = bends + (size_t)i * across + j;
        row += job.amounts[ELASTIC] * load(bent);
        column += job.amounts[ELASTIC] * load(bent + (size_t)job.height * across);
      }
      row = larger(row, none), column = larger(column, none);
      store(rows + j, choose(row < last_row, row, last_row));
      store(columns + j, choose(column < last_column, column, last_column));
    }
  }

  // Read the row whose places were found, between the four pixels around each place. What a vector is longer
  // is written, too, and then written over by the next row, but never beyond the picture's `end`.
  void read(float* to, const float* end) const {
    const int c = job.channels, line = (job.width + 2) * c;
    for (int begin = 0; begin < job.width; begin += LANES, to += LANES * c) {
      const V row = load(rows + begin), column = load(columns + begin);
      // places are at least 0, where cutting off is rounding down
      Whole top = __builtin_convertvector(row, Whole), left = __builtin_convertvector(column, Whole);
      top = top < job.height ? top : job.height + Whole{};
      left = left < job.width ? left : job.width + Whole{};
      const V down = row - __builtin_convertvector(top, V), right = column - __builtin_convertvector(left, V);
      const Whole at = top * line + left * c;
      const int count = job.width - begin < LANES ? job.width - begin : LANES;
      if (!any((row > every(above_lit)) & (row < every(below_lit))))
        memset(to, 0, sizeof(float) * count * c);
      else if (c == 1)
        read_grey(at, down, right, line, end - to >= LANES ? LANES : count, to);
      else
        read_channels(at, down, right, line, count, to);
    }
  }

  void read_grey(Whole at, V down, V right, int line, int count, float* to) const {
    float above[2 * LANES], below[2 * LANES];  // neighbours side by side, one load for two of them
    for (int j = 0; j < LANES; ++j) {
      memcpy(above + 2 * j, picture + at[j], 8);
      memcpy(below + 2 * j, picture + at[j] + line, 8);
    }
    V a, b, c, d;
    for (int j = 0; j < LANES; ++j) a[j] = above[2 * j], b[j] = above[2 * j + 1];
    for (int j = 0; j < LANES; ++j) c[j] = below[2 * j], d[j] = below[2 * j + 1];
    const V upper = (1.0f - right) * a + right * b, lower = (1.0f - right) * c + right * d;
    const V value = (1.0f - down) * upper + down * lower;
    if (count == LANES)
      memcpy(to, &value, sizeof value);
    else
      memcpy(to, &value, sizeof(float) * count);
  }

  void read_channels(Whole at, V down, V right, int line, int count, float* to) const {
    const int c = job.channels;
    for (int j = 0; j < count; ++j)
      for (int k = 0; k < c; ++k) {
        const float *upper = picture + at[j] + k, *lower = upper + line;
        const float above = (1.0f - right[j]) * upper[0] + right[j] * upper[c];
        const float below = (1.0f - right[j]) * lower[0] + right[j] * lower[c];
        to[j * c + k] = (1.0f - down[j]) * above + down[j] * below;
      }
  }
};

// Pictures that are still to be taken; threads take some at a time.
struct Rest {
  const Distortion* job;
  int64_t taken = 0;
  bool failed = false;
};

void* work(void* given) {
  Rest& rest = *(Rest*)given;
  Worker worker(*rest.job);
  if (!worker.ready()) {
    __atomic_store_n(&rest.failed, true, __ATOMIC_RELAXED);
    return nullptr;
  }
  for (;;) {
    const int64_t begin = __atomic_fetch_add(&rest.taken, TAKEN, __ATOMIC_RELAXED);
    if (begin >= rest.job->count) return nullptr;
    const int64_t end = begin + TAKEN < rest.job->count ? begin + TAKEN : rest.job->count;
    for (int64_t number = begin; number < end; ++number) worker.distort(number);
  }
}

}  // namespace

extern "C" __attribute__((visibility("hidden"))) bool THALWEG_DISTORTION(const Distortion& job) {
  Rest rest = {&job};
  pthread_t threads[MOST_THREADS];
  int others = 0;
  const int wanted = (job.threads < MOST_THREADS ? job.threads : MOST_THREADS) - 1;
  // where no more threads are to be had, those that are do the work
  while (others < wanted && pthread_create(&threads[others], nullptr, work, &rest) == 0) ++others;
  work(&rest);
  for (int k = 0; k < others; ++k) pthread_join(threads[k], nullptr);
  return !rest.failed;
}

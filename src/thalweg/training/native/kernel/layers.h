// Sums over a layer's inputs, forward and back, with as many of them in registers as fit.
#pragma once

#include "batches.h"
#include "updates.h"
#include "vectors.h"

namespace {

INLINE int64_t least(int64_t one, int64_t other) { return one < other ? one : other; }
INLINE int64_t most(int64_t one, int64_t other) { return one > other ? one : other; }

template <int N>
struct Size {
  static const int value = N;
};

// Call `f(size, begin)` for tiles that cover [0, count): of `MOST`, and for the rest of half as many, and so on
// (of three for four).
template <int MOST, typename F>
__attribute__((always_inline)) inline void in_tiles(int count, int begin, F f) {
  for (; begin + MOST <= count; begin += MOST) f(Size<MOST>(), begin);
  if constexpr (MOST > 1) in_tiles<MOST == 4 ? 3 : MOST == 3 ? 2 : MOST / 2>(count, begin, f);
}

// Inputs of a layer: one number for all lanes, or one for each; `width` of them, rows `stride` apart.
struct SharedInputs {
  const float* table;
  int width;
  size_t stride;
  __attribute__((always_inline)) V at(int example, int input) const {
    return every(table[example * stride + input]);
  }
};
struct OwnInputs {
  const V* table;
  int width;
  size_t stride;
  __attribute__((always_inline)) V at(int example, int input) const { return table[example * stride + input]; }
};

const int COLUMNS = 4;

// Rows that go with so many columns: their sums fit the registers, with room for what they are made of.
constexpr int rows_for(int columns) {
  int rows = 1;
  while (2 * rows * columns <= TILE * 3 / 2) rows *= 2;
  return rows;
}

// finish(e, o, start(o) + sum over i of inputs[e, i] weights[i, o]) for all examples e and outputs o; rows of
// weights are `stride` apart.
template <typename Inputs, typename Start, typename Finish>
__attribute__((always_inline)) inline void multiply(
    const Inputs& inputs, int count, const V* weights, int outs, Start start, Finish finish, size_t stride) {
  in_tiles<COLUMNS>(outs, 0, [&](auto columns, int o) __attribute__((always_inline)) {
    const int C = decltype(columns)::value;
    in_tiles<rows_for(C)>(count, 0, [&](auto rows, int e) __attribute__((always_inline)) {
      const int R = decltype(rows)::value;
      V total[R][C];
      UNROLLED for (int r = 0; r < R; ++r)
        UNROLLED for (int c = 0; c < C; ++c) total[r][c] = start(o + c);
      for (int i = 0; i < inputs.width; ++i) {
        const V* w = weights + i * stride + o;
        UNROLLED for (int r = 0; r < R; ++r) {
          const V x = inputs.at(e + r, i);
          UNROLLED for (int c = 0; c < C; ++c) total[r][c] += x * w[c];
        }
      }
      UNROLLED for (int r = 0; r < R; ++r)
        UNROLLED for (int c = 0; c < C; ++c) finish(e + r, o + c, total[r][c]);
    });
  });
}

// sums[e, o] = bias[o] + sum over i of inputs[e, i] weights[i, o]
template <typename Inputs>
void sum_table(const Inputs& inputs, int count, const V* weights, const V* bias, int outs, V* sums) {
  multiply(
      inputs, count, weights, outs, [=](int o) { return bias[o]; },
      [=](int e, int o, V sum) { sums[(size_t)e * outs + o] = sum; }, outs);
}

// The same from lists of what is not zero: all examples for some outputs, whose weights stay in the cache.
static void sum_lists(const Piece& piece, const V* weights, const V* bias, int outs, V* sums) {
  in_tiles<TILE>(outs, 0, [&](auto size, int o) __attribute__((always_inline)) {
    const int T = decltype(size)::value;
    const int U = T < 8 ? 8 / T : 1;  // sums of as many parts of a list: none waits for the one before
    for (int e = 0; e < piece.count; ++e) {
      V total[U][T] = {};
      const Lit *lit = piece.from[e], *end = piece.to[e];
      for (; lit + U <= end; lit += U)
        UNROLLED for (int u = 0; u < U; ++u) {
          const V x = every(lit[u].value);
          const V* w = weights + (size_t)lit[u].place * outs + o;
          UNROLLED for (int t = 0; t < T; ++t) total[u][t] += x * w[t];
        }
      for (; lit < end; ++lit) {
        const V x = every(lit->value);
        const V* w = weights + (size_t)lit->place * outs + o;
        UNROLLED for (int t = 0; t < T; ++t) total[0][t] += x * w[t];
      }
      UNROLLED for (int t = 0; t < T; ++t) {
        V sum = bias[o + t];
        UNROLLED for (int u = 0; u < U; ++u) sum += total[u][t];
        sums[(size_t)e * outs + o + t] = sum;
      }
    }
  });
}

// slopes_before[e, i] *= sum over o of weights[i, o] slopes[e, o], each lane for itself.
static void pass_back(const V* weights, const V* slopes, int count, int ins, int outs, V* slopes_before) {
  const int ROWS = TILE / COLUMNS;
  in_tiles<ROWS>(count, 0, [=](auto rows, int e) __attribute__((always_inline)) {
    in_tiles<COLUMNS>(ins, 0, [=](auto columns, int i) __attribute__((always_inline)) {
      const int R = decltype(rows)::value, C = decltype(columns)::value;
      V total[R][C] = {};
      for (int o = 0; o < outs; ++o)
        UNROLLED for (int r = 0; r < R; ++r) {
          const V slope = slopes[(size_t)(e + r) * outs + o];
          UNROLLED for (int c = 0; c < C; ++c) total[r][c] += slope * weights[(size_t)(i + c) * outs + o];
        }
      UNROLLED for (int r = 0; r < R; ++r)
        UNROLLED for (int c = 0; c < C; ++c) slopes_before[(size_t)(e + r) * ins + i + c] *= total[r][c];
    });
  });
}

// The same where lanes are neurons: `slopes` one by one, and `turned` the weights [outputs, inputs].
static void pass_back_turned(
    const SharedInputs& slopes, int count, const V* turned, int ins, V* slopes_before) {
  multiply(
      slopes, count, turned, ins, [](int) { return V{}; },
      [=](int e, int i, V sum) { slopes_before[(size_t)e * ins + i] *= sum; }, ins);
}

// Step along the gradient of a layer's weights: the sum over e of inputs[e, i] slopes[e, o].
template <int KIND, typename Inputs>
void update_table(
    const Inputs& inputs, int count, const V* slopes, int outs, const Updater& updater, size_t at) {
  in_tiles<COLUMNS>(outs, 0, [&](auto columns, int o) __attribute__((always_inline)) {
    const int C = decltype(columns)::value;
    in_tiles<rows_for(C)>(inputs.width, 0, [&](auto rows, int i) __attribute__((always_inline)) {
      const int R = decltype(rows)::value;
      V total[R][C] = {};
      for (int e = 0; e < count; ++e)
        UNROLLED for (int r = 0; r < R; ++r) {
          const V x = inputs.at(e, i + r);
          UNROLLED for (int c = 0; c < C; ++c) total[r][c] += x * slopes[(size_t)e * outs + o + c];
        }
      UNROLLED for (int r = 0; r < R; ++r)
        UNROLLED for (int c = 0; c < C; ++c)
          updater.take<KIND, true>(at + (size_t)(i + r) * outs + o + c, total[r][c]);
    });
  });
}

// Step along the gradient of one input's weights to T outputs; rows of slopes are `stride` apart.
template <int KIND, int T>
__attribute__((always_inline)) inline void update_input(
    const Lit* lit, const Lit* end, const V* slopes, int stride, const Updater& updater, size_t at) {
  V total[T] = {};
  for (; lit < end; ++lit) {
    const V x = every(lit->value);
    const V* slope = as_it_is(slopes + (size_t)lit->place * stride);
    UNROLLED for (int t = 0; t < T; ++t) total[t] += x * slope[t];
  }
  UNROLLED for (int t = 0; t < T; ++t) updater.take<KIND, true>(at + t, total[t]);
}

const int NEAR = 512;  // registers of slopes that stay in the nearest cache, 32 of its 48 KiB

// The same from lists, input by input: most inputs are zero in most examples. `some`: room for a few outputs'
// slopes, [count, COLUMNS].
template <int KIND>
void update_lists(
    const Piece& piece, int ins, const V* slopes, int outs, const Updater& updater, size_t at, V* some) {
  const bool rests = updater.rests_at_zero();
  const auto each = [&](auto f) __attribute__((always_inline)) {
    for (int i = 0, k = 0; i < ins; ++i) {
      const Lit *begin = piece.by_input + k, *end = piece.by_input + piece.input_end[i];
      k = piece.input_end[i];
      if (!rests || begin < end) f(begin, end, at + (size_t)i * outs);
    }
  };
  if ((int64_t)piece.count * outs <= NEAR)
    return each([&](const Lit* begin, const Lit* end, size_t at) __attribute__((always_inline)) {
      in_tiles<TILE>(outs, 0, [&](auto size, int o) __attribute__((always_inline)) {
        update_input<KIND, decltype(size)::value>(begin, end, slopes + o, outs, updater, at + o);
      });
    });
  // more would be read from further away, input after input: a few outputs at a time
  in_tiles<COLUMNS>(outs, 0, [&](auto size, int o) __attribute__((always_inline)) {
    const int T = decltype(size)::value;
    for (int e = 0; e < piece.count; ++e)
      UNROLLED for (int t = 0; t < T; ++t) some[e * T + t] = slopes[(size_t)e * outs + o + t];
    each([&](const Lit* begin, const Lit* end, size_t place) __attribute__((always_inline)) {
      if (place + 2 * outs < at + (size_t)ins * outs) updater.template fetch<KIND, T>(place + 2 * outs + o);
      update_input<KIND, T>(begin, end, some, T, updater, place + o);
    });
  });
}

// The same for few outputs, example by example: lists by input would cost more than the sums.
template <int KIND>
void update_narrow(
    const Piece& piece, int ins, const V* slopes, int outs, const Updater& updater, size_t at, V* gradient) {
  const bool rests = updater.rests_at_zero() && updater.part == WHOLE;
  V* to = rests ? (V*)updater.arrays.value + at : gradient;
  const V factor = rests ? -updater.numbers->setting[RATE] * updater.numbers->share : every(1.0f);
  for (int o = 0; o < outs; ++o)
    for (int e = 0; e < piece.count; ++e) {
      const V slope = factor * slopes[(size_t)e * outs + o];
      for (const Lit* lit = piece.from[e]; lit < piece.to[e]; ++lit)
        to[(size_t)lit->place * outs + o] += every(lit->value) * slope;
    }
  if (rests) return;
  for (size_t k = 0; k < (size_t)ins * outs; ++k) {
    updater.take<KIND, true>(at + k, gradient[k]);
    gradient[k] = V{};
  }
}

template <int KIND>
void update_biases(const V* slopes, int count, int outs, const Updater& updater, size_t at) {
  for (int o = 0; o < outs; ++o) {
    V total = {};
    for (int e = 0; e < count; ++e) total += slopes[(size_t)e * outs + o];
    updater.take<KIND, false>(at + o, total);
  }
}

// A layer's weights [inputs, columns] and biases [columns] among a block's parameters, counted in registers.
struct Layer {
  int ins, outs, columns;  // columns: registers that hold one number of every output
  size_t weights, biases;
  V *values, *slopes;  // of a piece: [examples, columns]; the values of the last layer are the logits
  V* turned;           // where lanes are neurons, [outputs, columns of the layer before]
};

// Turn a layer's weights [inputs, outputs] into [outputs, inputs], in squares that stay in the cache.
static void turn(const float* weights, const Layer& layer, size_t stride) {
  const int SIDE = 16;
  float* turned = (float*)layer.turned;
  const size_t row = (size_t)layer.columns * LANES;
  for (int o = 0; o < layer.outs; o += SIDE)
    for (int i = 0; i < layer.ins; i += SIDE) {
      const int last_o = (int)least(o + SIDE, layer.outs), last_i = (int)least(i + SIDE, layer.ins);
      for (int k = o; k < last_o; ++k)
        for (int n = i; n < last_i; ++n) turned[k * stride + n] = weights[n * row + k];
    }
}

}  // namespace

// Sums over a layer's inputs, forward and back, with as many of them in registers as fit.
#pragma once

#include "batches.h"
#include "updates.h"
#include "vectors.h"

namespace {

template <int N>
struct Size {
  static const int value = N;
};

// Call `f(size, begin)` for tiles that cover [0, count): of `MOST`, then of half as many, and so on.
template <int MOST, typename F>
__attribute__((always_inline)) inline void in_tiles(int count, int begin, F f) {
  for (; begin + MOST <= count; begin += MOST) f(Size<MOST>(), begin);
  if constexpr (MOST > 1) in_tiles<MOST / 2>(count, begin, f);
}

// Inputs of a layer: one number for all members, or one for each.
struct SharedInputs {
  const float* table;
  int width;
  __attribute__((always_inline)) V at(int example, int input) const {
    return every(table[(size_t)example * width + input]);
  }
};
struct OwnInputs {
  const V* table;
  int width;
  __attribute__((always_inline)) V at(int example, int input) const {
    return table[(size_t)example * width + input];
  }
};

const int ROWS = TILE >= 16 ? 4 : 2, COLUMNS = 4;  // ROWS * COLUMNS sums, and room for what they are made of

// sums[e, o] = bias[o] + sum over i of inputs[e, i] weights[i, o]
template <typename Inputs>
void sum_table(const Inputs& inputs, int count, const V* weights, const V* bias, int outs, V* sums) {
  in_tiles<ROWS>(count, 0, [=](auto rows, int e) __attribute__((always_inline)) {
    in_tiles<COLUMNS>(outs, 0, [=](auto columns, int o) __attribute__((always_inline)) {
      const int R = decltype(rows)::value, C = decltype(columns)::value;
      V total[R][C];
      for (int r = 0; r < R; ++r)
        for (int c = 0; c < C; ++c) total[r][c] = bias[o + c];
      for (int i = 0; i < inputs.width; ++i) {
        const V* w = weights + (size_t)i * outs + o;
        for (int r = 0; r < R; ++r) {
          const V x = inputs.at(e + r, i);
          for (int c = 0; c < C; ++c) total[r][c] += x * w[c];
        }
      }
      for (int r = 0; r < R; ++r)
        for (int c = 0; c < C; ++c) sums[(size_t)(e + r) * outs + o + c] = total[r][c];
    });
  });
}

// The same from lists of what is not zero: all examples for some neurons, whose weights stay in the cache.
static void sum_lists(const Piece& piece, const V* weights, const V* bias, int outs, V* sums) {
  in_tiles<TILE>(outs, 0, [&](auto size, int o) __attribute__((always_inline)) {
    const int T = decltype(size)::value;
    const Lit* lit = piece.by_example;
    for (int e = 0; e < piece.count; ++e) {
      V total[T];
      for (int t = 0; t < T; ++t) total[t] = bias[o + t];
      for (const Lit* end = piece.by_example + piece.example_end[e]; lit < end; ++lit) {
        const V x = every(lit->value);
        const V* w = weights + (size_t)lit->place * outs + o;
        for (int t = 0; t < T; ++t) total[t] += x * w[t];
      }
      for (int t = 0; t < T; ++t) sums[(size_t)e * outs + o + t] = total[t];
    }
  });
}

// slopes_before[e, i] *= sum over o of weights[i, o] slopes[e, o]
static void pass_back(const V* weights, const V* slopes, int count, int ins, int outs, V* slopes_before) {
  in_tiles<ROWS>(count, 0, [=](auto rows, int e) __attribute__((always_inline)) {
    in_tiles<COLUMNS>(ins, 0, [=](auto columns, int i) __attribute__((always_inline)) {
      const int R = decltype(rows)::value, C = decltype(columns)::value;
      V total[R][C] = {};
      for (int o = 0; o < outs; ++o)
        for (int r = 0; r < R; ++r) {
          const V slope = slopes[(size_t)(e + r) * outs + o];
          for (int c = 0; c < C; ++c) total[r][c] += slope * weights[(size_t)(i + c) * outs + o];
        }
      for (int r = 0; r < R; ++r)
        for (int c = 0; c < C; ++c) slopes_before[(size_t)(e + r) * ins + i + c] *= total[r][c];
    });
  });
}

// Step along the gradient of a layer's weights: the sum over e of inputs[e, i] slopes[e, o].
template <int KIND, typename Inputs>
void update_table(
    const Inputs& inputs, int count, const V* slopes, int outs, const Updater& updater, size_t at) {
  in_tiles<ROWS>(inputs.width, 0, [&](auto rows, int i) __attribute__((always_inline)) {
    in_tiles<COLUMNS>(outs, 0, [&](auto columns, int o) __attribute__((always_inline)) {
      const int R = decltype(rows)::value, C = decltype(columns)::value;
      V total[R][C] = {};
      for (int e = 0; e < count; ++e)
        for (int r = 0; r < R; ++r) {
          const V x = inputs.at(e, i + r);
          for (int c = 0; c < C; ++c) total[r][c] += x * slopes[(size_t)e * outs + o + c];
        }
      for (int r = 0; r < R; ++r)
        for (int c = 0; c < C; ++c)
          updater.take<KIND, true>(at + (size_t)(i + r) * outs + o + c, total[r][c]);
    });
  });
}

// The same from lists, input by input: most inputs are zero in most examples.
template <int KIND>
void update_lists(
    const Piece& piece, int ins, const V* slopes, int outs, const Updater& updater, size_t at) {
  const bool rests = updater.rests_at_zero();
  for (int i = 0, k = 0; i < ins; ++i) {
    const Lit *begin = piece.by_input + k, *end = piece.by_input + piece.input_end[i];
    k = piece.input_end[i];
    if (rests && begin == end) continue;
    in_tiles<TILE>(outs, 0, [&](auto size, int o) __attribute__((always_inline)) {
      const int T = decltype(size)::value;
      V total[T] = {};
      for (const Lit* lit = begin; lit < end; ++lit) {
        const V x = every(lit->value);
        const V* slope = slopes + (size_t)lit->place * outs + o;
        for (int t = 0; t < T; ++t) total[t] += x * slope[t];
      }
      for (int t = 0; t < T; ++t) updater.take<KIND, true>(at + (size_t)i * outs + o + t, total[t]);
    });
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

}  // namespace

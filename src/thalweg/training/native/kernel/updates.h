// How a gradient becomes a step: the rules of thalweg.training.optimisers, for one weight of a block at a time.
#pragma once

#include "job.h"
#include "vectors.h"

namespace {

// The numbers of one step, a lane a member.
struct Numbers {
  V setting[SETTINGS];
  V share;                       // one over the weight of the step's examples
  V correction1, correction2;    // one over Adam's corrections: a product is quicker than a quotient
};

// The arrays of one block [parameters, lanes]; those that a rule does not need are null.
struct Arrays {
  float *value, *first, *second, *average, *gradient;
};

// Where a batch is worked through in pieces: the first ones only add to the gradient.
enum Part { WHOLE, EARLIER, LAST };

struct Updater {
  int rule;
  bool l2;
  Part part;
  Arrays arrays;
  const Numbers* numbers;

  // Whether a weight stays as it is where its gradient is zero.
  bool rests_at_zero() const {
    return part == EARLIER || (part == WHOLE && rule == SGD && !l2 && arrays.average == nullptr);
  }

  // Tell the processor that the parameters from `at` on are needed soon: those of a large layer lie far away.
  template <int KIND, int COUNT>
  __attribute__((always_inline)) void fetch(size_t at) const {
    const size_t place = at * LANES;
    UNROLLED for (int k = 0; k < COUNT; ++k) {
      __builtin_prefetch(arrays.value + place + k * LANES, 1);
      if (KIND != SGD) __builtin_prefetch(arrays.first + place + k * LANES, 1);
      if (KIND == ADAM) __builtin_prefetch(arrays.second + place + k * LANES, 1);
    }
  }

  // Take the sum of an example's slopes for the parameter at `at` (counted in members' numbers).
  template <int KIND, bool WEIGHT>
  __attribute__((always_inline)) void take(size_t at, V sum) const {
    const size_t place = at * LANES;
    if (part != WHOLE) {
      sum += load(arrays.gradient + place);
      store(arrays.gradient + place, part == EARLIER ? sum : V{});
      if (part == EARLIER) return;
    }
    const V* s = numbers->setting;
    const V old = load(arrays.value + place);
    V g = sum * numbers->share;
    if (WEIGHT && l2) g += s[L2] * old;
    V moved = old - s[RATE] * direction<KIND, WEIGHT>(place, g, old);
    store(arrays.value + place, moved);
    if (arrays.average == nullptr) return;
    V average = load(arrays.average + place);
    store(arrays.average + place, average + s[AVERAGING] * (moved - average));
  }

 private:
  template <int KIND, bool WEIGHT>
  __attribute__((always_inline)) V direction(size_t place, V g, V old) const {
    if (KIND == SGD) return g;
    const V* s = numbers->setting;
    V first = load(arrays.first + place);
    if (KIND == MOMENTUM || KIND == NESTEROV) {
      V trace = g + s[BETA1] * first;
      store(arrays.first + place, trace);
      return KIND == NESTEROV ? g + s[BETA1] * trace : trace;
    }
    V second = load(arrays.second + place);
    first = s[BETA1] * first + (1.0f - s[BETA1]) * g;
    second = s[BETA2] * second + (1.0f - s[BETA2]) * g * g;
    store(arrays.first + place, first);
    store(arrays.second + place, second);
    V u = over_root(first * numbers->correction1, second * numbers->correction2, s[EPSILON]);
    return WEIGHT ? u + s[DECAY] * old : u;
  }
};

}  // namespace

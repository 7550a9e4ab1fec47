// What neurons do with their sums, and what an answer costs: values together with their slopes.
#pragma once

#include "job.h"
#include "vectors.h"

namespace {

struct ValueAndSlope {
  V value, slope;
};

INLINE ValueAndSlope activated(int activation, V sum) {
  const V none = every(0.0f), one = every(1.0f);
  switch (activation) {
    case SIGMOID: {
      V value = sigmoid(sum);
      return {value, value * (1.0f - value)};
    }
    case TANH: {
      V value = hyperbolic_tangent(sum);
      return {value, 1.0f - value * value};
    }
    case RELU:  // written so that NaN stays NaN
      return {choose(sum <= none, none, sum), choose(sum > none, one, none)};
    case GELU: {  // Hendrycks and Gimpel 2016, the form with tanh
      const float c = 0.7978845608f, k = 0.044715f;
      V bent = hyperbolic_tangent(c * (sum + k * sum * sum * sum));
      V inner = c * (1.0f + 3.0f * k * sum * sum);
      return {0.5f * sum * (1.0f + bent), 0.5f * (1.0f + bent) + 0.5f * sum * (1.0f - bent * bent) * inner};
    }
    default:  // a hard step has no slope
      return {choose(sum > none, one, none), none};
  }
}

// The target activation of one class; an example of nothing (label -1) belongs to every class alike.
struct Targets {
  V right, wrong, any;

  Targets(V smoothing, int classes)
      : right(1.0f - smoothing + smoothing / (float)classes),
        wrong(smoothing / (float)classes),
        any(every(1.0f / (float)classes)) {}

  V of(Whole label, int number) const { return choose(label < 0, any, choose(label == number, right, wrong)); }
};

// log(1 + exp(-|x|)), what is lost by answering surely.
INLINE V softening(V x) {
  V e = exponential(choose(x < every(0.0f), x, -x));
  // log(1 + e) loses the digits of a small e: it is about e there
  return choose(e < every(1e-4f), e - 0.5f * e * e, logarithm(1.0f + e));
}

struct Answer {
  V cost;
  Whole right;
};

// What examples showed of a member: their cost, how often it was right, and how much they counted.
struct Sums {
  V cost = {}, right = {}, weight = {};
};

// Turn the logits of one example into its slopes, in place of `slopes`; return what it costs.
INLINE V quadratic(const V* logits, V* slopes, int classes, Whole label, const Targets& targets) {
  V cost = every(0.0f);
  for (int c = 0; c < classes; ++c) {
    V value = sigmoid(logits[c]), apart = value - targets.of(label, c);
    cost += 0.5f * apart * apart;
    slopes[c] = apart * value * (1.0f - value);
  }
  return cost;
}

INLINE V cross_entropy(const V* logits, V* slopes, int classes, Whole label, const Targets& targets) {
  V most = logits[0], sum = every(0.0f), cost = every(0.0f);
  for (int c = 1; c < classes; ++c) most = larger(logits[c], most);
  for (int c = 0; c < classes; ++c) sum += slopes[c] = exponential(logits[c] - most);
  V log = logarithm(sum), share = 1.0f / sum;
  for (int c = 0; c < classes; ++c) {
    V target = targets.of(label, c);
    cost += target * (log - (logits[c] - most));
    slopes[c] = slopes[c] * share - target;
  }
  return cost;
}

INLINE V binary_cross_entropy(
    const V* logits, V* slopes, int classes, Whole label, const Targets& targets) {
  V cost = every(0.0f);
  for (int c = 0; c < classes; ++c) {
    V x = logits[c], target = targets.of(label, c);
    cost += choose(x < every(0.0f), every(0.0f), x) - target * x + softening(x);
    slopes[c] = sigmoid(x) - target;
  }
  return cost;
}

// Whether the label's logit is the largest; never where one of them is NaN.
INLINE Whole is_right(const V* logits, int classes, Whole label) {
  V most = logits[0], chosen = every(0.0f);
  Whole sound = logits[0] == logits[0];
  for (int c = 0; c < classes; ++c) {
    most = larger(logits[c], most);
    chosen = choose(label == c, logits[c], chosen);
    sound &= logits[c] == logits[c];
  }
  return (chosen >= most) & sound;
}

INLINE Answer answer(
    int cost, const V* logits, V* slopes, int classes, Whole label, const Targets& targets) {
  V price = cost == QUADRATIC       ? quadratic(logits, slopes, classes, label, targets)
                 : cost == CROSS_ENTROPY ? cross_entropy(logits, slopes, classes, label, targets)
                                         : binary_cross_entropy(logits, slopes, classes, label, targets);
  return {price, is_right(logits, classes, label)};
}

}  // namespace

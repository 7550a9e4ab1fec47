// What one call is asked to do: the epoch of a group of members, in blocks.
//
// A block is as many members as a register has lanes, a lane a member; or, for `neurons`, one member, whose
// neurons are the lanes. What is said to have lanes below has one for each member of a block.
#pragma once

#include <stddef.h>
#include <stdint.h>

enum Activation { SIGMOID, TANH, RELU, GELU, STEP };
enum Cost { QUADRATIC, CROSS_ENTROPY, BINARY_CROSS_ENTROPY };
enum Rule { SGD, MOMENTUM, NESTEROV, ADAM };

// Numbers that differ from step to step or from member to member, [blocks, steps, SETTINGS, lanes].
enum Setting {
  RATE, BETA1, BETA2, EPSILON, CORRECTION1, CORRECTION2, DECAY, L2, SMOOTHING, EXPOSURE, AVERAGING, KEPT, SETTINGS
};

// The words of the plan that Python passes as int32, in this order; the detectors of each convolution
// and the dense layers' widths follow.
enum Word { LAYOUT, PLAN_LANES, ACTIVATION, COST, RULE, OWN_ORDER, HAS_L2, HAS_AVERAGE, HAS_WEIGHTS, DROPS_OUT, NEURONS_WIDE, LAYERS,
            CONVOLUTIONS, KERNEL, POOL, SAME, HEIGHT, WIDTH, CHANNELS, WORDS };

const int32_t LAYOUT_VERSION = 3;  // grows when what Python passes changes

struct Job {
  int activation, cost, rule;
  bool own_order, l2, has_average, has_weights, neurons;
  int layers;             // dense layers
  const int32_t* widths;  // [layers + 1]
  int convolutions, kernel, pool, height, width, channels;  // in front of the dense layers; of the pictures
  bool same;                                                // padded to their size
  const int32_t* detectors;                                 // [convolutions]
  int64_t blocks, steps, batch, examples;

  const int32_t* order;   // [steps, batch], or for `own_order`, which only `neurons` know, [blocks, steps, batch]
  const float* counts;    // [steps, batch]: 1, or 0 for the filling of the last batch
  const int32_t* labels;  // [examples]
  const uint8_t* bytes;   // [examples, inputs], or null where inputs are `floats`
  const float* floats;
  const float *offset, *divisor;  // one number, or one for each input
  bool scaled_each;
  const float* settings;
  const uint32_t* keys;  // what members draw dropout with, [blocks, steps, 2, lanes], or null
  const float* weights;  // how much an example counts, [blocks, examples, lanes], or null

  // [blocks, parameters, lanes]; for `neurons` [blocks, parameters], with rows of whole registers
  float *parameters, *first, *second, *average;
  float *cost_sum, *right_sum, *weight_sum;      // [blocks, lanes]
};

typedef bool EpochFunction(const Job& job);  // false where there is no memory for it

// What one call distorts: pictures of one size, each by chance that comes of the key and its number alone.
#pragma once

#include <stddef.h>
#include <stdint.h>

enum Amount { SHIFT, ROTATION, SCALE, SHEAR, ELASTIC, AMOUNTS };

// The words that Python passes as int32, in this order.
enum DistortionWord { DISTORTION_LAYOUT, DISTORTION_LANES, THREADS, ONLY_SHIFTS, BENT, DISTORTION_WORDS };

struct Distortion {
  int threads;
  bool only_shifts, bent;
  uint32_t key[2];
  float amounts[AMOUNTS];
  const float *down, *right;        // weights from knots to pixels, [height, knots] and [width, knots]
  int knots_down, knots_right;
  const uint8_t* bytes;             // [pictures, height, width, channels], or null where they are `floats`
  const float* floats;
  const float *offset, *divisor;    // one number, or one for each value of a picture
  bool scaled_each;
  int64_t count;
  int height, width, channels;
  float* to;                        // [count, height, width, channels]
};

typedef bool DistortionFunction(const Distortion& job);  // false where there is no memory for it

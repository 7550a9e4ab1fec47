// Chance as jax.random draws it: Threefry-2x32 of 20 rounds (Salmon et al. 2011), in JAX's partitionable order.
//
// The n-th number of an array comes of the key and n alone, so lanes draw side by side what JAX draws.
#pragma once

#include "vectors.h"

namespace {

typedef uint32_t Bits __attribute__((vector_size(4 * LANES)));

struct Key {
  uint32_t first, second;
};

// A key for each lane.
struct Keys {
  Bits first, second;
};

template <typename T>
__attribute__((always_inline)) inline void mix(T& x, T& y, int turn) {
  x += y;
  y = (y << turn) | (y >> (32 - turn));
  y ^= x;
}

// Encrypt a counter of two words with a key, or each lane's with a key of its own, in place.
template <typename K, typename T>
__attribute__((always_inline)) inline void threefry(const K& key, T& x, T& y) {
  const decltype(key.first ^ key.second) keys[3] = {key.first, key.second, key.first ^ key.second ^ 0x1BD11BDA};
  const int turns[2][4] = {{13, 15, 26, 6}, {17, 29, 16, 24}};
  x += keys[0], y += keys[1];
  for (int round = 0; round < 5; ++round) {
    for (int k = 0; k < 4; ++k) mix(x, y, turns[round % 2][k]);
    x += keys[(round + 1) % 3], y += keys[(round + 2) % 3] + (uint32_t)(round + 1);
  }
}

// jax.random.fold_in(key, number), which is also the key that jax.random.split puts at `number`.
INLINE Key folded(Key key, uint32_t number) {
  uint32_t x = 0, y = number;
  threefry(key, x, y);
  return {x, y};
}

INLINE Keys folded(const Keys& keys, uint32_t number) {
  Bits x = {}, y = number + Bits{};
  threefry(keys, x, y);
  return {x, y};
}

INLINE uint32_t bits(Key key, uint32_t number) {
  uint32_t x = 0, y = number;
  threefry(key, x, y);
  return x ^ y;
}

// jax.random.uniform(key, ..., minval=-1) at `number`.
INLINE float uniform(Key key, uint32_t number) {
  const uint32_t word = (bits(key, number) >> 9) | 0x3F800000;
  float value;
  __builtin_memcpy(&value, &word, sizeof value);
  return (value - 1.0f) * 2.0f - 1.0f;
}

// jax.random.randint(key, ..., -reach, reach + 1) at `number`.
INLINE int whole(Key key, uint32_t number, uint32_t reach) {
  const uint32_t span = 2 * reach + 1, half = 65536 % span, factor = half * half % span;
  const uint32_t high = bits(folded(key, 0), number), low = bits(folded(key, 1), number);
  return (int)((high % span * factor + low % span) % span) - (int)reach;
}

// The inverse of the error function in float32, by the polynomials of Giles 2010 that XLA uses.
INLINE V inverse_erf(V x) {
  const V size = choose(x < every(0.0f), -x, x);
  const V w = -logarithm((1.0f - size) * (1.0f + size));
  static const float near[] = {2.81022636e-08f, 3.43273939e-07f, -3.5233877e-06f, -4.39150654e-06f,
                               0.00021858087f,  -0.00125372503f, -0.00417768164f, 0.246640727f,
                               1.50140941f};
  static const float far[] = {-0.000200214257f, 0.000100950558f, 0.00134934322f, -0.00367342844f,
                              0.00573950773f,   -0.0076224613f,  0.00943887047f, 1.00167406f,
                              2.83297682f};
  const Whole close = w < every(5.0f);
  const V at = choose(close, w - 2.5f, square_root(w) - 3.0f);
  V p = choose(close, every(near[0]), every(far[0]));
  for (int k = 1; k < 9; ++k) p = choose(close, every(near[k]), every(far[k])) + p * at;
  return p * x;
}

// Whether jax.random.bernoulli(key, share) is true at the numbers `at`, of one key or of each lane's.
template <typename K>
__attribute__((always_inline)) inline Whole happens(const K& key, Bits at, V share) {
  Bits x = {}, y = at;
  threefry(key, x, y);
  return (V)(((x ^ y) >> 9) | 0x3F800000) - 1.0f < share;
}

// Write jax.random.bits(key, [count]); `to` has room for `count` and a vector more.
static void many_bits(Key key, int64_t count, uint32_t* to) {
  Bits lane;
  for (int k = 0; k < LANES; ++k) lane[k] = k;
  for (int64_t begin = 0; begin < count; begin += LANES) {
    Bits x = {}, y = lane + (uint32_t)begin;
    threefry(key, x, y);
    x ^= y;
    __builtin_memcpy(to + begin, &x, sizeof x);
  }
}

// Write jax.random.normal(key, [count]); `to` has room for `count` and a vector more.
static void normals(Key key, int count, float* to) {
  Bits lane;
  for (int k = 0; k < LANES; ++k) lane[k] = k;
  const V least = every(-0.99999994f);  // the smallest float32 above -1
  for (int begin = 0; begin < count; begin += LANES) {
    Bits x = {}, y = lane + (uint32_t)begin;
    threefry(key, x, y);
    const V drawn = (V)(((x ^ y) >> 9) | 0x3F800000) - 1.0f;
    const V even = larger(drawn * (1.0f - least) + least, least);
    const V value = 1.41421356f * inverse_erf(even);
    __builtin_memcpy(to + begin, &value, sizeof value);
  }
}

}  // namespace

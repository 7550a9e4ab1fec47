// One number for each member of a block: lanes of a vector register, one member a lane.
//
// Only the compilers' own vectors are used (GCC, Clang), so the same source makes AVX-512, AVX2, SSE2 and
// NEON. Everything here has internal linkage: this file is compiled several times with different
// instruction sets, and a linker that merged the copies could hand AVX-512 to a processor without it.
#pragma once

#include <stddef.h>
#include <stdint.h>

#if defined(__AVX512F__)
#define LANES 16
#define TILE 16  // sums that are held in registers at a time
#elif defined(__AVX2__)
#define LANES 8
#define TILE 8
#elif defined(__aarch64__)
#define LANES 4
#define TILE 16
#else
#define LANES 4
#define TILE 8
#endif

#if defined(__AVX2__)
#include <immintrin.h>
#endif

#define INLINE static inline __attribute__((always_inline))

typedef float V __attribute__((vector_size(4 * LANES)));
typedef int32_t Whole __attribute__((vector_size(4 * LANES)));  // whole numbers, or a mask of all ones

// Loops over sums that are to stay in registers: a compiler keeps in memory what a loop counts through.
#define UNROLLED _Pragma("GCC unroll 32")

// An address that the compiler takes as it is: else it works out that of every neighbour from the beginning.
template <typename T>
INLINE T* as_it_is(T* at) {
  __asm__("" : "+r"(at));
  return at;
}

INLINE V every(float value) { return value - V{}; }
INLINE V choose(Whole mask, V yes, V no) { return (V)(((Whole)yes & mask) | ((Whole)no & ~mask)); }
INLINE V load(const float* at) { return *(const V*)at; }
INLINE void store(float* at, V value) { *(V*)at = value; }
INLINE V larger(V one, V other) { return choose(one > other, one, other); }

// Bytes from `at` on. Compilers take them one by one where nobody names the instruction.
INLINE V of_bytes(const uint8_t* at) {
#if defined(__AVX512F__)
  return (V)_mm512_cvtepi32_ps(_mm512_cvtepu8_epi32(_mm_loadu_si128((const __m128i*)at)));
#elif defined(__AVX2__)
  return (V)_mm256_cvtepi32_ps(_mm256_cvtepu8_epi32(_mm_loadl_epi64((const __m128i*)at)));
#else
  V value;
  for (int lane = 0; lane < LANES; ++lane) value[lane] = (float)at[lane];
  return value;
#endif
}

INLINE float sum_of(V x) {
  float sum = 0.0f;
  for (int lane = 0; lane < LANES; ++lane) sum += x[lane];
  return sum;
}

INLINE V square_root(V x) {
  V root;
  for (int lane = 0; lane < LANES; ++lane) root[lane] = __builtin_sqrtf(x[lane]);
  return root;
}

// first / (the root of second + epsilon), of a second that is not below 0, within 4 units in the last place.
//
// A processor's own root and quotient take three times as long as everything else of a step: what it guesses
// of both in one instruction is made exact by a step of Newton's. Both stay finite where it would guess infinity.
INLINE V over_root(V first, V second, V epsilon) {
#if defined(__AVX2__)
  const V least = every(1.2e-38f), most = every(1e38f);
  const V x = choose(second < least, least, choose(second > most, most, second));
#if defined(__AVX512F__)
  V inverse = (V)_mm512_rsqrt14_ps((__m512)x);
#else
  V inverse = (V)_mm256_rsqrt_ps((__m256)x);
#endif
  inverse = inverse * (1.5f - 0.5f * x * inverse * inverse);
  V root = second * inverse + epsilon;
  root = choose(root < least, least, choose(root > most, most, root));
#if defined(__AVX512F__)
  V quotient = (V)_mm512_rcp14_ps((__m512)root);
#else
  V quotient = (V)_mm256_rcp_ps((__m256)root);
#endif
  return first * (quotient * (2.0f - root * quotient));
#else
  return first / (square_root(second) + epsilon);
#endif
}

// Within 2 units in the last place; NaN stays NaN, so that a member that diverged shows it.
INLINE V exponential(V x) {
  x = choose(x < every(-87.33654f), every(-87.33654f), x);
  x = choose(x > every(88.72283f), every(88.72283f), x);
  const float rounder = 12582912.0f;  // 1.5 * 2^23: adding it leaves whole numbers in the last bits
  V shifted = x * 1.44269504f + rounder;
  V whole = shifted - rounder;
  Whole power = (Whole)shifted - (Whole)every(rounder);
  V rest = x - whole * 0.693359375f;
  rest = rest + whole * 2.12194440e-4f;
  V p = every(1.9875691500e-4f);
  p = p * rest + 1.3981999507e-3f;
  p = p * rest + 8.3334519073e-3f;
  p = p * rest + 4.1665795894e-2f;
  p = p * rest + 1.6666665459e-1f;
  p = p * rest + 5.0000001201e-1f;
  p = p * rest * rest + rest + 1.0f;
  // in two halves, since 2^128 is no float32
  Whole half = power >> 1;
  return p * (V)((half + 127) << 23) * (V)((power - half + 127) << 23);
}

// Of numbers above 0 (others give NaN), within 2 units in the last place.
INLINE V logarithm(V x) {
  Whole bits = (Whole)x;
  Whole power = ((bits >> 23) & 255) - 126;
  V part = (V)((bits & 0x007fffff) | 0x3f000000);  // in [0.5, 1)
  Whole small = part < every(0.70710678f);
  power = power + small;  // a mask is -1
  part = choose(small, part + part, part) - 1.0f;
  V square = part * part;
  V p = every(7.0376836292e-2f);
  p = p * part - 1.1514610310e-1f;
  p = p * part + 1.1676998740e-1f;
  p = p * part - 1.2420140846e-1f;
  p = p * part + 1.4249322787e-1f;
  p = p * part - 1.6668057665e-1f;
  p = p * part + 2.0000714765e-1f;
  p = p * part - 2.4999993993e-1f;
  p = p * part + 3.3333331174e-1f;
  V exponent = __builtin_convertvector(power, V);
  V log = part * square * p + exponent * -2.12194440e-4f - 0.5f * square;
  log = part + log + exponent * 0.693359375f;
  return choose(x > every(0.0f), log, every(__builtin_nanf("")));
}

INLINE V sigmoid(V x) { return 1.0f / (1.0f + exponential(-x)); }

INLINE V hyperbolic_tangent(V x) {
  V size = choose(x < every(0.0f), -x, x);
  V square = x * x;
  V p = every(-5.70498872745e-3f);
  p = p * square + 2.06390887954e-2f;
  p = p * square - 5.37397155531e-2f;
  p = p * square + 1.33314422036e-1f;
  p = p * square - 3.33332819422e-1f;
  V near = p * square * x + x;
  V far = 1.0f - 2.0f / (exponential(size + size) + 1.0f);
  far = choose(x < every(0.0f), -far, far);
  return choose(size < every(0.625f), near, far);  // NaN is not below: `far` keeps it
}

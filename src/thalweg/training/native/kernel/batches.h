// A piece of a batch, gathered from the examples: as a table, or as lists of what is not zero in it.
#pragma once

#include <string.h>

#include "job.h"
#include "vectors.h"

namespace {

// An input that is not zero, in the list of its example (`place`: the input) or of its input (the example).
struct Lit {
  int32_t place;
  float value;
};

struct Piece {
  int64_t step, begin;  // its examples are [begin, begin + count) of the step's batch
  int count;
  bool first, last;  // of its step
  bool sparse;
  float* table;              // [count, inputs], unless sparse
  const Lit **from, **to;    // [count]: where an example's list begins and ends
  Lit* by_example;           // those lists one after the other, where they are made for this piece
  Lit* by_input;
  int32_t* input_end;        // [inputs]: where an input's list ends
};

// Below this share of inputs that are not zero, lists are quicker than tables.
const float SPARSE_BELOW = 0.35f;

const int SOON = 4;    // so many examples before it is read, a processor is told to fetch it
const int STRIP = 16;  // inputs that are scaled at a time where they are listed

struct Gatherer {
  const Job* job;
  int inputs;
  bool plain;       // nothing is to be scaled
  bool zero_stays;  // zero is scaled to zero

  Gatherer(const Job& job)
      : job(&job), inputs(job.convolutions > 0 ? job.height * job.width * job.channels : job.widths[0]) {
    zero_stays = !job.scaled_each && job.offset[0] == 0.0f && job.divisor[0] != 0.0f;
    plain = !job.bytes && zero_stays && job.divisor[0] == 1.0f;
  }

  // Gather the examples that `order` names, as lists if so few of their inputs are not zero.
  void gather(Piece& piece, const int32_t* order, bool by_input) const {
    Lit* end = piece.by_example;
    for (int e = 0; e < piece.count; ++e) {
      if (e + SOON < piece.count) fetch(order[e + SOON]);
      piece.from[e] = end;
      piece.to[e] = end = list(end, order[e]);
    }
    piece.sparse = end - piece.by_example < SPARSE_BELOW * piece.count * inputs;
    if (!piece.sparse)
      tabulate(piece, order);
    else if (by_input)
      turn(piece);
  }

  void tabulate(Piece& piece, const int32_t* order) const {
    for (int e = 0; e < piece.count; ++e) part((size_t)order[e] * inputs, 0, inputs, piece.table + (size_t)e * inputs);
  }

  // List what is not zero in an example, from `to` on; return where the list ends. STRIP more are written over.
  Lit* list(Lit* to, int64_t example) const {
    const size_t start = (size_t)example * inputs;
    float row[STRIP];
    int begin = 0;
    for (; begin + STRIP <= inputs; begin += STRIP) {
      if (zero_stays && is_zero(start + begin)) continue;
      for (int k = 0; k < STRIP; k += LANES) {
        const V value = some(start + begin + k, begin + k);
        to = list_lanes(to, begin + k, value);
      }
    }
    part(start, begin, inputs - begin, row);
    for (int i = begin; i < inputs; ++i) to = keep(to, i, row[i - begin]);
    return to;
  }

  // Turn lists by example into lists by input, examples in their order.
  void turn(Piece& piece) const {
    int32_t* at = piece.input_end;
    memset(at, 0, sizeof(int32_t) * inputs);
    for (int e = 0; e < piece.count; ++e)
      for (const Lit* lit = piece.from[e]; lit < piece.to[e]; ++lit) ++at[lit->place];
    for (int i = 0, sum = 0; i < inputs; ++i) {
      const int begin = sum;
      sum += at[i];
      at[i] = begin;
    }
    for (int e = 0; e < piece.count; ++e)
      for (const Lit* lit = piece.from[e]; lit < piece.to[e]; ++lit)
        piece.by_input[at[lit->place]++] = {e, lit->value};
  }

 private:
  // Examples are read in an order by chance, which no processor foresees.
  void fetch(int64_t example) const {
    const size_t size = job->bytes ? 1 : sizeof(float), line = 64;
    const char* row = (job->bytes ? (const char*)job->bytes : (const char*)job->floats) + example * inputs * size;
    for (size_t at = 0; at < inputs * size; at += line) __builtin_prefetch(row + at);
  }

  // Whether a strip is zero before it is scaled, from the number `at` of all on.
  bool is_zero(size_t at) const {
    uint64_t words[STRIP / 2], any = 0;
    const int count = job->bytes ? STRIP / 8 : STRIP / 2;
    if (job->bytes)
      memcpy(words, job->bytes + at, STRIP);
    else
      memcpy(words, job->floats + at, STRIP * sizeof(float));
    for (int k = 0; k < count; ++k) any |= words[k];
    return any == 0;
  }

  // Written always, kept where it is not zero: no branch to foretell. NaN is kept.
  static Lit* keep(Lit* to, int place, float value) {
    *to = {place, value};
    return to + !(value == 0.0f);
  }

  static Lit* list_lanes(Lit* to, int begin, V value) {
#if defined(__AVX512F__)
    const __m512i count = _mm512_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
    const __m512i low = _mm512_setr_epi32(0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
    const __m512i high = _mm512_add_epi32(low, _mm512_set1_epi32(8));
    const __mmask16 kept = _mm512_cmp_ps_mask((__m512)value, _mm512_setzero_ps(), _CMP_NEQ_UQ);
    const __m512i places = _mm512_maskz_compress_epi32(kept, _mm512_add_epi32(count, _mm512_set1_epi32(begin)));
    const __m512i values = _mm512_castps_si512(_mm512_maskz_compress_ps(kept, (__m512)value));
    _mm512_storeu_si512(to, _mm512_permutex2var_epi32(places, low, values));
    _mm512_storeu_si512(to + 8, _mm512_permutex2var_epi32(places, high, values));
    return to + __builtin_popcount(kept);
#else
    for (int lane = 0; lane < LANES; ++lane) to = keep(to, begin + lane, value[lane]);
    return to;
#endif
  }

  // As many inputs as a register holds, scaled: from the number `at` of all on, which is the input `input`.
  V some(size_t at, int input) const {
    V value, offset, divisor;
    if (job->bytes)
      value = of_bytes(job->bytes + at);
    else
      memcpy(&value, job->floats + at, sizeof(V));
    if (plain) return value;
    if (!job->scaled_each) return (value - job->offset[0]) / job->divisor[0];
    memcpy(&offset, job->offset + input, sizeof(V));
    memcpy(&divisor, job->divisor + input, sizeof(V));
    return (value - offset) / divisor;
  }

  // Scale some inputs of an example, in loops that compilers turn into vectors.
  void part(size_t start, int begin, int count, float* row) const {
    if (job->bytes)
      for (int i = 0; i < count; ++i) row[i] = (float)job->bytes[start + begin + i];
    else
      for (int i = 0; i < count; ++i) row[i] = job->floats[start + begin + i];
    if (job->scaled_each) {
      for (int i = 0; i < count; ++i) row[i] = (row[i] - job->offset[begin + i]) / job->divisor[begin + i];
    } else {
      const float offset = job->offset[0], divisor = job->divisor[0];
      for (int i = 0; i < count; ++i) row[i] = (row[i] - offset) / divisor;
    }
  }
};

}  // namespace

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

const int STRIP = 16;  // inputs that are scaled at a time where they are listed

struct Gatherer {
  const Job* job;
  int inputs;
  float values[256];  // what a byte is scaled to, where all inputs are scaled alike

  Gatherer(const Job& job)
      : job(&job), inputs(job.convolutions > 0 ? job.height * job.width * job.channels : job.widths[0]) {
    for (int byte = 0; byte < 256; ++byte) values[byte] = ((float)byte - job.offset[0]) / job.divisor[0];
  }

  // Gather the examples that `order` names, as lists if so few of their inputs are not zero.
  void gather(Piece& piece, const int32_t* order, bool by_input) const {
    Lit* end = piece.by_example;
    for (int e = 0; e < piece.count; ++e) {
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
    for (int e = 0; e < piece.count; ++e) part(order[e], 0, inputs, piece.table + (size_t)e * inputs);
  }

  // List what is not zero in an example, from `to` on; return where the list ends.
  Lit* list(Lit* to, int64_t example) const {
    if (!job->bytes) return list_any(to, example);
    const bool quick = !job->scaled_each && values[0] == 0.0f;
    return quick ? list_bytes(to, example) : list_any(to, example);
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
  // Scale some inputs of an example, in loops that compilers turn into vectors.
  void part(int64_t example, int begin, int end, float* row) const {
    const size_t start = (size_t)example * inputs;
    if (job->bytes)
      for (int i = begin; i < end; ++i) row[i - begin] = (float)job->bytes[start + i];
    else
      for (int i = begin; i < end; ++i) row[i - begin] = job->floats[start + i];
    if (job->scaled_each) {
      for (int i = begin; i < end; ++i) row[i - begin] = (row[i - begin] - job->offset[i]) / job->divisor[i];
    } else {
      const float offset = job->offset[0], divisor = job->divisor[0];
      for (int i = 0; i < end - begin; ++i) row[i] = (row[i] - offset) / divisor;
    }
  }

  Lit* list_bytes(Lit* to, int64_t example) const {
    const uint8_t* row = job->bytes + (size_t)example * inputs;
    int i = 0;
    for (; i + 8 <= inputs; i += 8) {
      uint64_t eight;
      memcpy(&eight, row + i, 8);
      if (eight == 0) continue;
      for (int k = i; k < i + 8; ++k) {  // written always, kept where it is not zero: no branch to foretell
        *to = {k, values[row[k]]};
        to += row[k] != 0;
      }
    }
    for (; i < inputs; ++i)
      if (row[i] != 0) *to++ = {i, values[row[i]]};
    return to;
  }

  Lit* list_any(Lit* to, int64_t example) const {
    float row[STRIP];
    for (int begin = 0; begin < inputs; begin += STRIP) {
      const int end = begin + STRIP < inputs ? begin + STRIP : inputs;
      part(example, begin, end, row);
      for (int i = begin; i < end; ++i) {
        const float value = row[i - begin];
        *to = {i, value};
        to += !(value == 0.0f);  // NaN is kept
      }
    }
    return to;
  }
};

}  // namespace

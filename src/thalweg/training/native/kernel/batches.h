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
  Lit *by_example, *by_input;
  int32_t *example_end;      // [count]: where an example's list ends
  int32_t *input_end;        // [inputs]
};

// Below this share of inputs that are not zero, lists are quicker than tables.
const float SPARSE_BELOW = 0.35f;

const int STRIP = 64;  // inputs of each member's own example that are put side by side at a time

struct Gatherer {
  const Job* job;
  int inputs;
  float values[256];  // what a byte is scaled to, where all inputs are scaled alike

  Gatherer(const Job& job) : job(&job), inputs(job.widths[0]) {
    for (int byte = 0; byte < 256; ++byte) values[byte] = ((float)byte - job.offset[0]) / job.divisor[0];
  }

  // Gather a piece whose examples all members share.
  void gather(Piece& piece) const {
    const int32_t* order = job->order + piece.step * job->batch + piece.begin;
    int lit = list(piece, order);
    const int64_t whole = (int64_t)piece.count * inputs;
    piece.sparse = lit < SPARSE_BELOW * whole;
    if (piece.sparse) {
      turn(piece);
    } else {
      for (int e = 0; e < piece.count; ++e) part(order[e], 0, inputs, piece.table + (size_t)e * inputs);
    }
  }

  // Gather a piece in which each member has examples of its own, [count, inputs, lanes].
  void gather_own(const int32_t* order, int count, V* table) const {
    for (int e = 0; e < count; ++e)
      for (int begin = 0; begin < inputs; begin += STRIP) {
        float rows[LANES][STRIP];
        const int end = begin + STRIP < inputs ? begin + STRIP : inputs;
        for (int lane = 0; lane < LANES; ++lane) part(order[e * LANES + lane], begin, end, rows[lane]);
        V* to = table + (size_t)e * inputs + begin;
        for (int i = 0; i < end - begin; ++i) {
          V one;
          for (int lane = 0; lane < LANES; ++lane) one[lane] = rows[lane][i];
          to[i] = one;
        }
      }
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

  // List what is not zero, example by example; return how many there are.
  int list(Piece& piece, const int32_t* order) const {
    const bool quick = job->bytes && !job->scaled_each && values[0] == 0.0f;
    int lit = 0;
    for (int e = 0; e < piece.count; ++e) {
      lit = quick ? list_bytes(piece.by_example, lit, order[e]) : list_any(piece.by_example, lit, order[e]);
      piece.example_end[e] = lit;
    }
    return lit;
  }

  int list_bytes(Lit* to, int lit, int64_t example) const {
    const uint8_t* row = job->bytes + (size_t)example * inputs;
    int i = 0;
    for (; i + 8 <= inputs; i += 8) {
      uint64_t eight;
      memcpy(&eight, row + i, 8);
      if (eight == 0) continue;
      for (int k = i; k < i + 8; ++k) {  // written always, kept where it is not zero: no branch to foretell
        to[lit] = {k, values[row[k]]};
        lit += row[k] != 0;
      }
    }
    for (; i < inputs; ++i)
      if (row[i] != 0) to[lit++] = {i, values[row[i]]};
    return lit;
  }

  int list_any(Lit* to, int lit, int64_t example) const {
    const size_t start = (size_t)example * inputs;
    for (int i = 0; i < inputs; ++i) {
      const int at = job->scaled_each ? i : 0;
      const float raw = job->bytes ? (float)job->bytes[start + i] : job->floats[start + i];
      const float value = (raw - job->offset[at]) / job->divisor[at];
      to[lit] = {i, value};
      lit += !(value == 0.0f);  // NaN is kept
    }
    return lit;
  }

  // Turn lists by example into lists by input, examples in their order.
  void turn(Piece& piece) const {
    int32_t* at = piece.input_end;
    memset(at, 0, sizeof(int32_t) * inputs);
    const int lit = piece.example_end[piece.count - 1];
    for (int k = 0; k < lit; ++k) ++at[piece.by_example[k].place];
    for (int i = 0, sum = 0; i < inputs; ++i) {
      const int begin = sum;
      sum += at[i];
      at[i] = begin;
    }
    for (int e = 0, k = 0; e < piece.count; ++e)
      for (; k < piece.example_end[e]; ++k)
        piece.by_input[at[piece.by_example[k].place]++] = {e, piece.by_example[k].value};
  }
};

}  // namespace

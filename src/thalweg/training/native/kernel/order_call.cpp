// The orders in which members go through the examples, drawn and sorted as jax.random.permutation does.
//
// XLA's sort of 60,000 numbers takes longer than a small network's epoch.
#include <math.h>
#include <stdlib.h>

#include "calling.h"
#include "chance.h"

namespace {

const int DIGIT = 11, DIGITS = 1 << DIGIT;  // three passes sort 32 bits

// Pairs that are sorted by key; equal keys keep their order.
struct Sorter {
  uint32_t *keys, *other_keys;
  int32_t *numbers, *other_numbers;
  uint32_t* memory;

  explicit Sorter(int64_t most) {
    const size_t each = most + LANES;
    memory = (uint32_t*)malloc(4 * each * sizeof(uint32_t));
    keys = memory, other_keys = keys + each;
    numbers = (int32_t*)(other_keys + each), other_numbers = numbers + each;
  }
  ~Sorter() { free(memory); }
  Sorter(const Sorter&) = delete;

  void sort(int64_t count) {
    for (int shift = 0; shift < 32; shift += DIGIT) {
      uint32_t ends[DIGITS] = {};
      for (int64_t k = 0; k < count; ++k) ++ends[keys[k] >> shift & (DIGITS - 1)];
      uint32_t sum = 0;
      for (uint32_t& end : ends) {
        const uint32_t begin = sum;
        sum += end;
        end = begin;
      }
      for (int64_t k = 0; k < count; ++k) {
        const uint32_t to = ends[keys[k] >> shift & (DIGITS - 1)]++;
        other_keys[to] = keys[k], other_numbers[to] = numbers[k];
      }
      uint32_t* sorted_keys = other_keys;
      other_keys = keys, keys = sorted_keys;
      int32_t* sorted = other_numbers;
      other_numbers = numbers, numbers = sorted;
    }
  }
};

// jax.random.permutation(key, count): sorted by chance, as often as makes equal keys harmless.
void permute(Sorter& sorter, Key key, int64_t count) {
  const double most = count > 1 ? (double)count : 1.0;
  const int rounds = (int)ceil(3.0 * log(most) / log(4294967295.0));
  for (int64_t k = 0; k < count; ++k) sorter.numbers[k] = (int32_t)k;
  for (int round = 0; round < rounds; ++round) {
    many_bits(folded(key, 1), count, sorter.keys);
    key = folded(key, 0);
    sorter.sort(count);
  }
}

// The argsort of jax.random.uniform(key, [count]), with what has no weight (and is not of nothing) at the end.
void choose_counted(Sorter& sorter, Key key, const float* weights, int64_t examples, int64_t count) {
  many_bits(key, count, sorter.keys);
  for (int64_t k = 0; k < count; ++k) {
    const bool counts = k >= examples || weights[k] > 0.0f;
    sorter.keys[k] = counts ? sorter.keys[k] >> 9 : 0xFFFFFFFF;
    sorter.numbers[k] = (int32_t)k;
  }
  sorter.sort(count);
}

enum Argument { KEYS, WEIGHTS, WORDS_GIVEN, ARGUMENTS };

}  // namespace

VISIBLE XLA_FFI_Error* thalweg_order(XLA_FFI_CallFrame* frame) {
  if (only_asks(frame)) return nullptr;
  if (frame->args.size != ARGUMENTS || frame->rets.size != 1) return refused(frame, "another number of buffers");
  const int32_t* words = (const int32_t*)argument(frame, WORDS_GIVEN).data;
  if (words[0] != LAYOUT_VERSION) return refused(frame, "another layout");
  const bool weighted = words[1];
  const int64_t nothing = words[2];
  const XLA_FFI_Buffer &keys = argument(frame, KEYS), &weights = argument(frame, WEIGHTS), &to = result(frame, 0);
  const int64_t members = to.dims[0], rows = to.dims[1], examples = weights.dims[1];
  const int64_t count = weighted ? examples + nothing : rows;
  Sorter sorter(count);
  if (sorter.memory == nullptr) return refused(frame, "not enough memory");
  for (int64_t member = 0; member < members; ++member) {
    const uint32_t* words_of_key = (const uint32_t*)keys.data + 2 * member;
    const Key key = {words_of_key[0], words_of_key[1]};
    if (weighted)
      choose_counted(sorter, key, (const float*)weights.data + member * examples, examples, count);
    else
      permute(sorter, key, count);
    memcpy((int32_t*)to.data + member * rows, sorter.numbers, sizeof(int32_t) * rows);
  }
  return nullptr;
}

// Dropout: what hidden neurons hand on is silenced by chance, and the rest scaled up (Srivastava et al. 2014).
//
// Each example of a member's step has a key of its own, folded with the depth of the layer, as XLA's epoch has.
#pragma once

#include "batches.h"
#include "chance.h"

namespace {

template <bool, typename T, typename F>
struct Either {
  using Type = T;
};
template <typename T, typename F>
struct Either<false, T, F> {
  using Type = F;
};

// NEURONS: lanes are the neurons of one member, whose key is one for all; else each lane has its member's.
template <bool NEURONS>
class Dropout {
 public:
  Dropout(const Job& job, const Piece& piece, int64_t block, V kept) : first(piece.begin), kept(kept) {
    for (int k = 0; k < LANES; ++k) lane[k] = k;
    if (job.keys == nullptr) return;
    const uint32_t* words = job.keys + (block * job.steps + piece.step) * 2 * MEMBERS;
    if constexpr (NEURONS)
      key = {words[0], words[1]};
    else
      memcpy(&key.first, words, sizeof(Bits)), memcpy(&key.second, words + LANES, sizeof(Bits));
  }

  // Thin the values and slopes [columns] of example `e` of the piece; `values` may be null.
  void thin(int e, int depth, int columns, V* values, V* slopes) const {
    const auto own = folded(folded(key, (uint32_t)(first + e)), (uint32_t)depth);
    for (int c = 0; c < columns; ++c) {
      const Bits at = NEURONS ? lane + (uint32_t)(c * LANES) : (uint32_t)c + Bits{};
      const Whole stays = happens(own, at, kept);
      if (values) values[c] = choose(stays, values[c] / kept, V{});
      slopes[c] = choose(stays, slopes[c] / kept, V{});
    }
  }

 private:
  static const int MEMBERS = NEURONS ? 1 : LANES;

  int64_t first;
  V kept;  // the share of what stays
  typename Either<NEURONS, Key, Keys>::Type key = {};
  Bits lane;  // 0, 1, 2 ...
};

}  // namespace

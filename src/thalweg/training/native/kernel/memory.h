// Memory by the piece, all of it given back together.
#pragma once

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

namespace {

const int MOST_ARRAYS = 640;

struct Memory {
  void* taken[MOST_ARRAYS];
  int count = 0;
  bool short_of = false;

  Memory() = default;
  Memory(const Memory&) = delete;
  ~Memory() {
    for (int k = 0; k < count; ++k) free(taken[k]);
  }
  template <typename T>
  T* take(int64_t numbers) {
    void* found = nullptr;
    if (count == MOST_ARRAYS || posix_memalign(&found, 64, sizeof(T) * (numbers > 0 ? numbers : 1)) != 0) {
      short_of = true;
      return nullptr;
    }
    return (T*)(taken[count++] = found);
  }
  template <typename T>
  T* clear(int64_t numbers) {
    T* found = take<T>(numbers);
    if (found) memset((void*)found, 0, sizeof(T) * (numbers > 0 ? numbers : 1));
    return found;
  }
};

}  // namespace

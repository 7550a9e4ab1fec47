// Which variants of the work there are, and which this processor can run.
#include "calling.h"

extern "C" EpochFunction thalweg_epoch_baseline, thalweg_epoch_avx2, thalweg_epoch_avx512;
extern "C" DistortionFunction thalweg_distortion_baseline, thalweg_distortion_avx2, thalweg_distortion_avx512;

namespace {

// What every processor of the architecture has.
#if defined(__aarch64__)
const char* const PLAIN = "neon";
#else
const char* const PLAIN = "baseline";
#endif

bool has(const char* name) {
#if defined(THALWEG_WIDE)
  __builtin_cpu_init();
  const bool avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
  if (strcmp(name, "avx2") == 0) return avx2;
  if (strcmp(name, "avx512") == 0)
    return avx2 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") &&
           __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq");
#endif
  return strcmp(name, PLAIN) == 0;
}

const Variant* variants(int* count) {
  static const Variant all[] = {
#if defined(THALWEG_WIDE)
      {"avx512", thalweg_epoch_avx512, thalweg_distortion_avx512, 16},
      {"avx2", thalweg_epoch_avx2, thalweg_distortion_avx2, 8},
#endif
      {PLAIN, thalweg_epoch_baseline, thalweg_distortion_baseline, 4},
  };
  *count = sizeof(all) / sizeof(all[0]);
  return all;
}

}  // namespace

const Variant* with_lanes(int lanes) {
  int count;
  const Variant* all = variants(&count);
  for (int k = 0; k < count; ++k)
    if (all[k].lanes == lanes && has(all[k].name)) return &all[k];
  return nullptr;
}

VISIBLE int thalweg_layout() { return LAYOUT_VERSION; }

// The name of the variant number `number` that this processor can run, best first; null after the last.
VISIBLE const char* thalweg_variant(int number) {
  int count;
  const Variant* all = variants(&count);
  for (int k = 0; k < count; ++k)
    if (has(all[k].name) && number-- == 0) return all[k].name;
  return nullptr;
}

VISIBLE int thalweg_lanes(const char* name) {
  int count;
  const Variant* all = variants(&count);
  for (int k = 0; k < count; ++k)
    if (strcmp(all[k].name, name) == 0) return all[k].lanes;
  return 0;
}

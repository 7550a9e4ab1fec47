// The kernel as XLA calls it: buffers are checked and named, and the variant for this processor does the work.
//
// Only XLA's C interface is used, whose header stands beside this file: it is a stable binary interface.
#include <string.h>

#include "job.h"
#include "xla_ffi_c_api.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

extern "C" EpochFunction thalweg_epoch_baseline, thalweg_epoch_avx2, thalweg_epoch_avx512;

#define VISIBLE extern "C" __attribute__((visibility("default")))

namespace {

struct Variant {
  const char* name;
  EpochFunction* epoch;
  int lanes;
};

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
      {"avx512", thalweg_epoch_avx512, 16},
      {"avx2", thalweg_epoch_avx2, 8},
#endif
      {PLAIN, thalweg_epoch_baseline, 4},
  };
  *count = sizeof(all) / sizeof(all[0]);
  return all;
}

// The variant whose registers have so many lanes, where this processor has them.
const Variant* with_lanes(int lanes) {
  int count;
  const Variant* all = variants(&count);
  for (int k = 0; k < count; ++k)
    if (all[k].lanes == lanes && has(all[k].name)) return &all[k];
  return nullptr;
}

XLA_FFI_Error* refused(const XLA_FFI_CallFrame* frame, const char* why) {
  XLA_FFI_Error_Create_Args args = {};
  args.struct_size = XLA_FFI_Error_Create_Args_STRUCT_SIZE;
  args.message = why;
  args.errc = XLA_FFI_Error_Code_INVALID_ARGUMENT;
  return frame->api->XLA_FFI_Error_Create(&args);
}

enum Argument { PLAN, ORDER, COUNTS, LABELS, RAW, OFFSET, DIVISOR, NUMBERS, WEIGHTS, PARAMETERS, FIRST, SECOND, AVERAGE, ARGUMENTS };
enum Result { NEW_PARAMETERS, NEW_FIRST, NEW_SECOND, NEW_AVERAGE, COST_SUM, RIGHT_SUM, WEIGHT_SUM, RESULTS };

const XLA_FFI_Buffer& argument(const XLA_FFI_CallFrame* frame, int number) {
  return *(const XLA_FFI_Buffer*)frame->args.args[number];
}
const XLA_FFI_Buffer& result(const XLA_FFI_CallFrame* frame, int number) {
  return *(const XLA_FFI_Buffer*)frame->rets.rets[number];
}

int64_t size_of(const XLA_FFI_Buffer& buffer) {
  int64_t size = 1;
  for (int64_t axis = 0; axis < buffer.rank; ++axis) size *= buffer.dims[axis];
  return size;
}

// What members carry on is worked on in place, in the results.
float* carried(const XLA_FFI_CallFrame* frame, int from, int to) {
  const XLA_FFI_Buffer &given = argument(frame, from), &back = result(frame, to);
  if (given.data != back.data) memcpy(back.data, given.data, sizeof(float) * size_of(given));
  return (float*)back.data;
}

const char* read(const XLA_FFI_CallFrame* frame, Job& job, int* lanes) {
  if (frame->args.size != ARGUMENTS || frame->rets.size != RESULTS) return "another number of buffers";
  const int32_t* plan = (const int32_t*)argument(frame, PLAN).data;
  if (plan[LAYOUT] != LAYOUT_VERSION) return "another layout";
  *lanes = plan[PLAN_LANES];
  job.activation = plan[ACTIVATION], job.cost = plan[COST], job.rule = plan[RULE];
  job.own_order = plan[OWN_ORDER], job.l2 = plan[HAS_L2];
  job.has_average = plan[HAS_AVERAGE], job.has_weights = plan[HAS_WEIGHTS];
  job.layers = plan[LAYERS], job.widths = plan + WORDS;
  if (job.layers < 1 || job.layers > 64) return "more layers than are known";

  const XLA_FFI_Buffer &counts = argument(frame, COUNTS), &raw = argument(frame, RAW);
  job.steps = counts.dims[0], job.batch = counts.dims[1];
  job.blocks = argument(frame, PARAMETERS).dims[0];
  job.examples = argument(frame, LABELS).dims[0];
  job.order = (const int32_t*)argument(frame, ORDER).data;
  job.counts = (const float*)counts.data;
  job.labels = (const int32_t*)argument(frame, LABELS).data;
  const bool bytes = raw.dtype == XLA_FFI_DataType_U8;
  if (!bytes && raw.dtype != XLA_FFI_DataType_F32) return "inputs that are neither bytes nor float32";
  job.bytes = bytes ? (const uint8_t*)raw.data : nullptr;
  job.floats = bytes ? nullptr : (const float*)raw.data;
  job.offset = (const float*)argument(frame, OFFSET).data;
  job.divisor = (const float*)argument(frame, DIVISOR).data;
  job.scaled_each = size_of(argument(frame, OFFSET)) > 1;
  job.settings = (const float*)argument(frame, NUMBERS).data;
  job.weights = job.has_weights ? (const float*)argument(frame, WEIGHTS).data : nullptr;
  job.parameters = carried(frame, PARAMETERS, NEW_PARAMETERS);
  job.first = carried(frame, FIRST, NEW_FIRST);
  job.second = carried(frame, SECOND, NEW_SECOND);
  job.average = carried(frame, AVERAGE, NEW_AVERAGE);
  job.cost_sum = (float*)result(frame, COST_SUM).data;
  job.right_sum = (float*)result(frame, RIGHT_SUM).data;
  job.weight_sum = (float*)result(frame, WEIGHT_SUM).data;
  return nullptr;
}

// Numbers too small for float32's full digits count as zero, as in XLA's own programs: they are slow.
struct SmallAsZero {
#if defined(__x86_64__)
  const unsigned int before = _mm_getcsr();
  SmallAsZero() { _mm_setcsr(before | 0x8040); }
  ~SmallAsZero() { _mm_setcsr(before); }
#endif
};

}  // namespace

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

VISIBLE XLA_FFI_Error* thalweg_epoch(XLA_FFI_CallFrame* frame) {
  if (frame->extension_start != nullptr && frame->extension_start->type == XLA_FFI_Extension_Metadata) {
    auto* extension = (XLA_FFI_Metadata_Extension*)frame->extension_start;
    extension->metadata->api_version.major_version = XLA_FFI_API_MAJOR;
    extension->metadata->api_version.minor_version = XLA_FFI_API_MINOR;
    extension->metadata->traits = 0;
    return nullptr;
  }
  Job job;
  int lanes = 0;
  if (const char* why = read(frame, job, &lanes)) return refused(frame, why);
  const Variant* variant = with_lanes(lanes);
  if (variant == nullptr) return refused(frame, "vectors that this processor does not have");
  SmallAsZero small;
  return variant->epoch(job) ? nullptr : refused(frame, "not enough memory");
}

// The epoch as XLA calls it: buffers are checked and named, and the variant for this processor does the work.
#include "calling.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace {

enum Argument { PLAN, ORDER, COUNTS, LABELS, RAW, OFFSET, DIVISOR, NUMBERS, KEYS, WEIGHTS, PARAMETERS, FIRST, SECOND, AVERAGE, ARGUMENTS };
enum Result { NEW_PARAMETERS, NEW_FIRST, NEW_SECOND, NEW_AVERAGE, COST_SUM, RIGHT_SUM, WEIGHT_SUM, RESULTS };

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
  job.neurons = plan[NEURONS_WIDE];
  if (job.own_order && !job.neurons) return "batches of each member's own, with a lane a member";
  job.layers = plan[LAYERS], job.convolutions = plan[CONVOLUTIONS];
  job.kernel = plan[KERNEL], job.pool = plan[POOL], job.same = plan[SAME];
  job.height = plan[HEIGHT], job.width = plan[WIDTH], job.channels = plan[CHANNELS];
  job.detectors = plan + WORDS, job.widths = job.detectors + job.convolutions;
  if (job.layers < 1 || job.layers > 64 || job.convolutions > 32) return "more layers than are known";
  if (job.convolutions > 0 && !job.neurons) return "convolutions, with a lane a member";

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
  job.keys = plan[DROPS_OUT] ? (const uint32_t*)argument(frame, KEYS).data : nullptr;
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

VISIBLE XLA_FFI_Error* thalweg_epoch(XLA_FFI_CallFrame* frame) {
  if (only_asks(frame)) return nullptr;
  Job job;
  int lanes = 0;
  if (const char* why = read(frame, job, &lanes)) return refused(frame, why);
  const Variant* variant = with_lanes(lanes);
  if (variant == nullptr) return refused(frame, "vectors that this processor does not have");
  SmallAsZero small;
  return variant->epoch(job) ? nullptr : refused(frame, "not enough memory");
}

// Distortions as XLA calls them: buffers are checked and named, and the variant for this processor does the work.
#include "calling.h"

namespace {

enum Argument { WORDS_GIVEN, KEY, AMOUNTS_GIVEN, DOWN, RIGHT, RAW, OFFSET, DIVISOR, ARGUMENTS };

const char* read(const XLA_FFI_CallFrame* frame, Distortion& job, int* lanes) {
  // one more is the memory that the result is written to
  if (frame->args.size != ARGUMENTS + 1 || frame->rets.size != 1) return "another number of buffers";
  const int32_t* words = (const int32_t*)argument(frame, WORDS_GIVEN).data;
  if (words[DISTORTION_LAYOUT] != LAYOUT_VERSION) return "another layout";
  *lanes = words[DISTORTION_LANES];
  job.threads = words[THREADS], job.only_shifts = words[ONLY_SHIFTS], job.bent = words[BENT];
  memcpy(job.key, argument(frame, KEY).data, sizeof job.key);
  memcpy(job.amounts, argument(frame, AMOUNTS_GIVEN).data, sizeof job.amounts);
  const XLA_FFI_Buffer &down = argument(frame, DOWN), &right = argument(frame, RIGHT);
  job.down = (const float*)down.data, job.right = (const float*)right.data;
  job.knots_down = (int)down.dims[1], job.knots_right = (int)right.dims[1];
  const XLA_FFI_Buffer &raw = argument(frame, RAW), &to = result(frame, 0);
  const bool bytes = raw.dtype == XLA_FFI_DataType_U8;
  if (!bytes && raw.dtype != XLA_FFI_DataType_F32) return "pictures that are neither bytes nor float32";
  job.bytes = bytes ? (const uint8_t*)raw.data : nullptr;
  job.floats = bytes ? nullptr : (const float*)raw.data;
  job.offset = (const float*)argument(frame, OFFSET).data;
  job.divisor = (const float*)argument(frame, DIVISOR).data;
  job.scaled_each = size_of(argument(frame, OFFSET)) > 1;
  job.count = to.dims[0], job.height = (int)raw.dims[1], job.width = (int)raw.dims[2];
  job.channels = (int)(size_of(raw) / (raw.dims[0] * raw.dims[1] * raw.dims[2]));
  job.to = (float*)to.data;
  return nullptr;
}

}  // namespace

VISIBLE XLA_FFI_Error* thalweg_distortion(XLA_FFI_CallFrame* frame) {
  if (only_asks(frame)) return nullptr;
  Distortion job;
  int lanes = 0;
  if (const char* why = read(frame, job, &lanes)) return refused(frame, why);
  const Variant* variant = with_lanes(lanes);
  if (variant == nullptr) return refused(frame, "vectors that this processor does not have");
  return variant->distortion(job) ? nullptr : refused(frame, "not enough memory");
}

// XLA's calls of the kernel, and the variants of the work that a processor may run.
//
// Only XLA's C interface is used, whose header stands beside this file: it is a stable binary interface.
#pragma once

#include <string.h>

#include "distortion.h"
#include "job.h"
#include "xla_ffi_c_api.h"

#define VISIBLE extern "C" __attribute__((visibility("default")))

struct Variant {
  const char* name;
  EpochFunction* epoch;
  DistortionFunction* distortion;
  int lanes;
};

// The variant whose registers have so many lanes, where this processor has them; null where it has not.
const Variant* with_lanes(int lanes);

inline XLA_FFI_Error* refused(const XLA_FFI_CallFrame* frame, const char* why) {
  XLA_FFI_Error_Create_Args args = {};
  args.struct_size = XLA_FFI_Error_Create_Args_STRUCT_SIZE;
  args.message = why;
  args.errc = XLA_FFI_Error_Code_INVALID_ARGUMENT;
  return frame->api->XLA_FFI_Error_Create(&args);
}

// Whether XLA only asks which version of its interface is spoken, which is answered here.
inline bool only_asks(XLA_FFI_CallFrame* frame) {
  if (frame->extension_start == nullptr || frame->extension_start->type != XLA_FFI_Extension_Metadata)
    return false;
  auto* extension = (XLA_FFI_Metadata_Extension*)frame->extension_start;
  extension->metadata->api_version.major_version = XLA_FFI_API_MAJOR;
  extension->metadata->api_version.minor_version = XLA_FFI_API_MINOR;
  extension->metadata->traits = 0;
  return true;
}

inline const XLA_FFI_Buffer& argument(const XLA_FFI_CallFrame* frame, int number) {
  return *(const XLA_FFI_Buffer*)frame->args.args[number];
}
inline const XLA_FFI_Buffer& result(const XLA_FFI_CallFrame* frame, int number) {
  return *(const XLA_FFI_Buffer*)frame->rets.rets[number];
}

inline int64_t size_of(const XLA_FFI_Buffer& buffer) {
  int64_t size = 1;
  for (int64_t axis = 0; axis < buffer.rank; ++axis) size *= buffer.dims[axis];
  return size;
}

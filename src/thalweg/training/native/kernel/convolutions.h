// The convolutions in front of a network's dense layers: an example forward and back, a lane a channel.
//
// A picture lies [height, width, channels] in a frame as wide as its padding. What a detector sees of it is a
// patch, whose numbers lie at fixed offsets from its first: sums over a patch are sums over a layer's inputs.
#pragma once

#include "answers.h"
#include "layers.h"
#include "memory.h"

namespace {

const int MOST_CONVOLUTIONS = 32;

// What detectors see of one row of a picture: `patch` numbers of each place, a place `stride` after the other.
struct PatchInputs {
  const float* image;
  const int32_t* offset;
  int width;
  size_t stride;
  __attribute__((always_inline)) V at(int place, int input) const {
    return every(image[place * stride + offset[input]]);
  }
};

struct Convolution {
  int height, width, channels;  // of what goes in, without its frame
  size_t stride;                // floats from one place to the next: channels, or whole registers of them
  int framed_width, framed_height;
  int rows, columns;            // places that a detector is tried at
  int outs, registers;          // detectors, and the registers that hold a number of each
  int pooled_rows, pooled_columns;
  int patch;                    // numbers that a detector sees
  size_t weights, biases;       // among a member's parameters, counted in registers
  int32_t* offset;              // [patch], in floats
  float* images;                // [examples, framed height, framed width, stride]
  V* slopes;                    // [examples, rows, columns, registers]
  V* gradient;                  // [patch + 1, registers]: of the weights, then of the biases
  V* turned;                    // [outs, kernel * kernel, registers before]
  V* before;                    // slopes of one framed picture that goes in, in registers

  size_t framed() const { return (size_t)framed_height * framed_width * stride; }
  size_t places() const { return (size_t)rows * columns * registers; }
};

class Convolutions {
 public:
  explicit Convolutions(const Job& job) : job(job) {}

  // Lay out the layers; return how many registers the parameters take.
  size_t lay_out() {
    size_t parameters = 0;
    int height = job.height, width = job.width, channels = job.channels;
    const int kernel = job.kernel, frame = job.same ? kernel - 1 : 0;
    for (int l = 0; l < job.convolutions; ++l) {
      Convolution& layer = layers[l];
      layer.height = height, layer.width = width, layer.channels = channels;
      layer.stride = l == 0 ? channels : (size_t)layers[l - 1].registers * LANES;
      layer.framed_height = height + frame, layer.framed_width = width + frame;
      layer.rows = layer.framed_height - kernel + 1, layer.columns = layer.framed_width - kernel + 1;
      layer.outs = job.detectors[l], layer.registers = (layer.outs + LANES - 1) / LANES;
      layer.pooled_rows = layer.rows / job.pool, layer.pooled_columns = layer.columns / job.pool;
      layer.patch = kernel * kernel * channels;
      layer.weights = parameters;
      layer.biases = parameters + (size_t)layer.patch * layer.registers;
      parameters = layer.biases + layer.registers;
      height = layer.pooled_rows, width = layer.pooled_columns, channels = layer.outs;
    }
    return parameters;
  }

  // Bytes that one example takes between forward and back.
  int64_t bytes() const {
    int64_t sum = 0;
    for (int l = 0; l < job.convolutions; ++l)
      sum += layers[l].framed() * sizeof(float) + layers[l].places() * sizeof(V);
    return sum;
  }

  void prepare(Memory& memory, int64_t examples) {
    int64_t most = 0;
    for (int l = 0; l < job.convolutions; ++l) {
      Convolution& layer = layers[l];
      layer.images = memory.clear<float>(examples * layer.framed());
      layer.slopes = memory.clear<V>(examples * layer.places());
      layer.gradient = memory.clear<V>((int64_t)(layer.patch + 1) * layer.registers);
      layer.offset = memory.take<int32_t>(layer.patch);
      if (l > 0) {
        const int registers = layers[l - 1].registers;
        layer.turned = memory.clear<V>((int64_t)layer.outs * job.kernel * job.kernel * registers);
        layer.before = memory.take<V>((int64_t)layer.framed_height * layer.framed_width * registers);
      }
      most = most > (int64_t)layer.places() ? most : (int64_t)layer.places();
      if (memory.short_of) return;
      for (int i = 0; i < layer.patch; ++i) {
        const int at = i / layer.channels, row = at / job.kernel, column = at % job.kernel;
        layer.offset[i] = (int32_t)((row * layer.framed_width + column) * layer.stride + i % layer.channels);
      }
    }
    sums = memory.take<V>(most);
    pooled = memory.take<V>(most);
  }

  // Turn a step's weights for the way back.
  void turn(const V* all) {
    for (int l = 1; l < job.convolutions; ++l) {
      const Convolution& layer = layers[l];
      const float* weights = (const float*)(all + layer.weights);
      float* turned = (float*)layer.turned;
      const size_t row = (size_t)layer.registers * LANES, seen = job.kernel * job.kernel * layer.stride;
      for (int i = 0; i < layer.patch; ++i) {
        const size_t to = i / layer.channels * layer.stride + i % layer.channels;
        for (int o = 0; o < layer.outs; ++o) turned[o * seen + to] = weights[i * row + o];
      }
    }
  }

  // Take example `e` of a piece forward; write the last layer's pooled maps [rows, columns, channels].
  void forward(const float* picture, int e, const V* all, float* features) {
    const Convolution& first = layers[0];
    const size_t line = (size_t)first.width * first.channels;
    for (int i = 0; i < first.height; ++i)
      memcpy(inside(first, e) + (size_t)i * first.framed_width * first.stride, picture + i * line,
             sizeof(float) * line);
    for (int l = 0; l < job.convolutions; ++l) {
      const Convolution& layer = layers[l];
      const V *weights = all + layer.weights, *biases = all + layer.biases;
      for (int y = 0; y < layer.rows; ++y) {
        V* to = sums + (size_t)y * layer.columns * layer.registers;
        sum_table(patches(layer, e, y), layer.columns, weights, biases, layer.registers, to);
      }
      pool(layer, e, l + 1 < job.convolutions ? &layers[l + 1] : nullptr, features);
    }
  }

  // Take its slopes back: `features` are those of the last maps. Gradients are added up.
  void back(const float* features, int e) {
    const int last = job.convolutions - 1;
    spread_features(layers[last], features);
    for (int l = last; l >= 0; --l) {
      const Convolution& layer = layers[l];
      unpool(layer, e);
      add_gradient(layer, e);
      if (l > 0) pass_back(layer, layers[l - 1], e);
    }
  }

  template <int KIND>
  void update(const Updater& updater) {
    for (int l = 0; l < job.convolutions; ++l) {
      const Convolution& layer = layers[l];
      const size_t weights = (size_t)layer.patch * layer.registers;
      for (size_t k = 0; k < weights; ++k) updater.take<KIND, true>(layer.weights + k, layer.gradient[k]);
      for (int k = 0; k < layer.registers; ++k)
        updater.take<KIND, false>(layer.biases + k, layer.gradient[weights + k]);
      memset((void*)layer.gradient, 0, sizeof(V) * (weights + layer.registers));
    }
  }

 private:
  const Job& job;
  Convolution layers[MOST_CONVOLUTIONS];
  V *sums = nullptr, *pooled = nullptr;  // of one layer: sums of all places, slopes of the pooled ones

  // Where the picture of example `e` begins inside its frame.
  float* inside(const Convolution& layer, int e) const {
    const int frame = job.same ? (job.kernel - 1) / 2 : 0;
    return layer.images + e * layer.framed() + ((size_t)frame * layer.framed_width + frame) * layer.stride;
  }

  PatchInputs patches(const Convolution& layer, int e, int y) const {
    const float* row = layer.images + e * layer.framed() + (size_t)y * layer.framed_width * layer.stride;
    return PatchInputs{row, layer.offset, layer.patch, layer.stride};
  }

  // Activate sums and keep the largest of each square; where it is, a slope stays, shared among equals.
  void pool(const Convolution& layer, int e, const Convolution* next, float* features) {
    const int side = job.pool, registers = layer.registers;
    V* slopes = layer.slopes + e * layer.places();
    for (int y = 0; y < layer.pooled_rows; ++y)
      for (int x = 0; x < layer.pooled_columns; ++x)
        for (int c = 0; c < registers; ++c) {
          const size_t corner = ((size_t)y * side * layer.columns + x * side) * registers + c;
          V largest = {}, equals = {};
          for (int k = 0; k < side * side; ++k) {
            const size_t at = corner + ((size_t)(k / side) * layer.columns + k % side) * registers;
            const ValueAndSlope found = activated(job.activation, sums[at]);
            sums[at] = found.value, slopes[at] = found.slope;
            largest = k == 0 ? found.value : larger(found.value, largest);
          }
          for (int k = 0; k < side * side; ++k) {
            const size_t at = corner + ((size_t)(k / side) * layer.columns + k % side) * registers;
            equals += choose(sums[at] == largest, every(1.0f), V{});
          }
          const V share = 1.0f / equals;
          for (int k = 0; k < side * side; ++k) {
            const size_t at = corner + ((size_t)(k / side) * layer.columns + k % side) * registers;
            slopes[at] = choose(sums[at] == largest, slopes[at] * share, V{});
          }
          if (next != nullptr) {
            store(inside(*next, e) + ((size_t)y * next->framed_width + x) * next->stride + c * LANES, largest);
          } else {
            float* to = features + ((size_t)y * layer.pooled_columns + x) * layer.outs + c * LANES;
            const int count = layer.outs - c * LANES < LANES ? layer.outs - c * LANES : LANES;
            memcpy(to, &largest, sizeof(float) * count);
          }
        }
  }

  void spread_features(const Convolution& layer, const float* features) {
    const size_t places = (size_t)layer.pooled_rows * layer.pooled_columns, row = (size_t)layer.registers * LANES;
    memset((void*)pooled, 0, sizeof(V) * places * layer.registers);
    for (size_t k = 0; k < places; ++k)
      memcpy((float*)pooled + k * row, features + k * layer.outs, sizeof(float) * layer.outs);
  }

  // Multiply the slopes of a layer's places with those of what was pooled of them.
  void unpool(const Convolution& layer, int e) {
    V* slopes = layer.slopes + e * layer.places();
    const int side = job.pool, registers = layer.registers;
    for (int y = 0; y < layer.pooled_rows * side; ++y)
      for (int x = 0; x < layer.pooled_columns * side; ++x)
        for (int c = 0; c < registers; ++c)
          slopes[((size_t)y * layer.columns + x) * registers + c] *=
              pooled[((size_t)(y / side) * layer.pooled_columns + x / side) * registers + c];
  }

  // Add to the gradient of the weights: the sum over places of what was seen there and its slopes.
  void add_gradient(const Convolution& layer, int e) {
    const V* slopes = layer.slopes + e * layer.places();
    const int registers = layer.registers, columns = layer.columns, rows = layer.rows;
    V* gradient = layer.gradient;
    in_tiles<COLUMNS>(registers, 0, [&](auto size, int o) __attribute__((always_inline)) {
      const int C = decltype(size)::value;
      in_tiles<rows_for(C)>(layer.patch, 0, [&](auto many, int i) __attribute__((always_inline)) {
        const int R = decltype(many)::value;
        V total[R][C];
        for (int r = 0; r < R; ++r)
          for (int c = 0; c < C; ++c) total[r][c] = gradient[(size_t)(i + r) * registers + o + c];
        for (int y = 0; y < rows; ++y) {
          const PatchInputs seen = patches(layer, e, y);
          const V* slope = slopes + (size_t)y * columns * registers + o;
          for (int x = 0; x < columns; ++x, slope += registers)
            for (int r = 0; r < R; ++r) {
              const V one = seen.at(x, i + r);
              for (int c = 0; c < C; ++c) total[r][c] += one * slope[c];
            }
        }
        for (int r = 0; r < R; ++r)
          for (int c = 0; c < C; ++c) gradient[(size_t)(i + r) * registers + o + c] = total[r][c];
      });
    });
    V* biases = gradient + (size_t)layer.patch * registers;
    for (int c = 0; c < registers; ++c) {
      V total = {};
      for (int k = 0; k < rows * columns; ++k) total += slopes[(size_t)k * registers + c];
      biases[c] += total;
    }
  }

  // Pass the slopes of a layer's places on to what went in, into `pooled`.
  void pass_back(const Convolution& layer, const Convolution& layer_before, int e) {
    const V* slopes = layer.slopes + e * layer.places();
    const int registers = layer_before.registers, kernel = job.kernel, wide = layer.framed_width;
    V* before = layer.before;
    memset((void*)before, 0, sizeof(V) * layer.framed_height * wide * registers);
    const size_t row = (size_t)layer.registers * LANES;
    for (int k = 0; k < kernel * kernel; ++k)
      for (int y = 0; y < layer.rows; ++y) {
        const SharedInputs ours = {(const float*)slopes + (size_t)y * layer.columns * row, layer.outs, row};
        V* to = before + ((size_t)(y + k / kernel) * wide + k % kernel) * registers;
        multiply(
            ours, layer.columns, layer.turned + (size_t)k * registers, registers, [](int) { return V{}; },
            [=](int x, int c, V sum) { to[(size_t)x * registers + c] += sum; },
            (size_t)kernel * kernel * registers);
      }
    const int frame = job.same ? (kernel - 1) / 2 : 0;
    for (int y = 0; y < layer.height; ++y)
      memcpy((void*)(pooled + (size_t)y * layer.width * registers),
             before + ((size_t)(y + frame) * wide + frame) * registers, sizeof(V) * layer.width * registers);
  }
};

}  // namespace

// The epoch of a group: for each block of members, each batch forward, back and into the weights.
//
// Compiled once for each instruction set; THALWEG_EPOCH is the name that this one gets.
#include <stdlib.h>

#include "answers.h"
#include "layers.h"

namespace {

const int MOST_LAYERS = 64, MOST_ARRAYS = 2 * MOST_LAYERS + 16;
const int64_t PIECE_BYTES = 1024 * 1024;  // of values and slopes of a piece: less than a core's cache
const int64_t AHEAD = 512;                // examples gathered at a time, for all blocks in turn
const int64_t MOST_GATHERED = 4 << 20;    // and how many inputs they may have together

INLINE int64_t least(int64_t one, int64_t other) { return one < other ? one : other; }
INLINE int64_t most(int64_t one, int64_t other) { return one > other ? one : other; }

// Memory by the piece, all of it given back together.
struct Memory {
  void* taken[MOST_ARRAYS];
  int count = 0;
  bool short_of = false;

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
};

// Where a layer's weights [inputs, outputs] and biases [outputs] stand among a member's parameters.
struct Layer {
  int ins, outs;
  size_t weights, biases;
  V *values, *slopes;  // of a piece: [examples, outputs]; the values of the last layer are the logits
};

struct Sums {
  V cost = {}, right = {}, weight = {};
};

class Epoch {
 public:
  Epoch(const Job& job) : job(job), gatherer(job) {}

  bool run() {
    if (!prepare()) return false;
    for (int64_t block = 0; block < job.blocks; ++block)
      sums[block] = Sums(), totals[block] = V{};
    const int64_t pieces_a_step = (job.batch + piece_size - 1) / piece_size;
    const int64_t pieces = pieces_a_step * job.steps;
    for (int64_t begin = 0; begin < pieces; begin += ahead) {
      const int64_t count = begin + ahead < pieces ? ahead : pieces - begin;
      for (int64_t k = 0; k < count; ++k) place(gathered[k], begin + k, pieces_a_step);
      for (int64_t block = 0; block < job.blocks; ++block)
        for (int64_t k = 0; k < count; ++k) work(gathered[k], block);
    }
    for (int64_t block = 0; block < job.blocks; ++block) {
      store(job.cost_sum + block * LANES, sums[block].cost);
      store(job.right_sum + block * LANES, sums[block].right);
      store(job.weight_sum + block * LANES, sums[block].weight);
    }
    return true;
  }

 private:
  const Job& job;
  Gatherer gatherer;
  Memory memory;
  Layer layers[MOST_LAYERS];
  size_t parameters = 0;
  int64_t piece_size = 1, ahead = 1;
  Piece* gathered = nullptr;
  V *own_table = nullptr, *shares = nullptr, *totals = nullptr;
  float* gradients = nullptr;
  Sums* sums = nullptr;

  bool prepare() {
    int64_t neurons = 0;
    for (int l = 0; l < job.layers; ++l) {
      Layer& layer = layers[l];
      layer.ins = job.widths[l], layer.outs = job.widths[l + 1];
      layer.weights = parameters;
      layer.biases = parameters + (size_t)layer.ins * layer.outs;
      parameters = layer.biases + layer.outs;
      neurons += layer.outs;
    }
    const int64_t each = neurons * 2 * sizeof(V);
    piece_size = least(job.batch, most(16, least(PIECE_BYTES / each, MOST_GATHERED / layers[0].ins)));
    const int64_t examples = least(AHEAD, MOST_GATHERED / layers[0].ins);
    ahead = job.own_order || job.blocks == 1 ? 1 : most(1, examples / piece_size);
    for (int l = 0; l < job.layers; ++l) {
      layers[l].values = memory.take<V>(piece_size * layers[l].outs);
      layers[l].slopes = memory.take<V>(piece_size * layers[l].outs);
    }
    return prepare_pieces();
  }

  bool prepare_pieces() {
    const int64_t inputs = piece_size * layers[0].ins;
    shares = memory.take<V>(piece_size);
    totals = memory.take<V>(job.blocks);
    sums = memory.take<Sums>(job.blocks);
    gathered = memory.take<Piece>(ahead);
    if (job.own_order) {
      own_table = memory.take<V>(inputs);
    } else {
      float* tables = memory.take<float>(ahead * inputs);
      // one more for the one that is written before it is known whether it is kept
      Lit *by_example = memory.take<Lit>(ahead * (inputs + 1)), *by_input = memory.take<Lit>(ahead * inputs);
      int32_t* ends = memory.take<int32_t>(ahead * (piece_size + layers[0].ins));
      for (int64_t k = 0; k < ahead && !memory.short_of; ++k) {
        Piece& piece = gathered[k];
        piece.table = tables + k * inputs;
        piece.by_example = by_example + k * (inputs + 1), piece.by_input = by_input + k * inputs;
        piece.example_end = ends + k * (piece_size + layers[0].ins);
        piece.input_end = piece.example_end + piece_size;
      }
    }
    if (piece_size < job.batch) {
      gradients = memory.take<float>(job.blocks * parameters * LANES);
      if (gradients) memset(gradients, 0, sizeof(float) * job.blocks * parameters * LANES);
    }
    return !memory.short_of;
  }

  void place(Piece& piece, int64_t number, int64_t pieces_a_step) {
    piece.step = number / pieces_a_step;
    const int64_t part = number % pieces_a_step;
    piece.begin = part * piece_size;
    piece.first = part == 0, piece.last = part == pieces_a_step - 1;
    piece.count = (int)(piece.last ? job.batch - piece.begin : piece_size);
    if (!job.own_order) gatherer.gather(piece);
  }

  void work(const Piece& piece, int64_t block) {
    Numbers numbers;
    const float* settings = job.settings + (block * job.steps + piece.step) * SETTINGS * LANES;
    for (int k = 0; k < SETTINGS; ++k) numbers.setting[k] = load(settings + k * LANES);
    const size_t offset = block * parameters * LANES;
    const Arrays arrays = {
        job.parameters + offset,
        job.rule == SGD ? nullptr : job.first + offset,
        job.rule == ADAM ? job.second + offset : nullptr,
        job.has_average ? job.average + offset : nullptr,
        gradients ? gradients + offset : nullptr,
    };
    if (job.own_order) gatherer.gather_own(chosen(piece, block), piece.count, own_table);
    forward(piece, arrays.value);
    answer_all(piece, block, numbers);
    for (int l = job.layers - 1; l > 0; --l)
      pass_back((const V*)arrays.value + layers[l].weights, layers[l].slopes, piece.count, layers[l].ins,
                layers[l].outs, layers[l - 1].slopes);
    numbers.share = 1.0f / larger(totals[block], every(1e-9f));
    numbers.correction1 = 1.0f / numbers.setting[CORRECTION1];
    numbers.correction2 = 1.0f / numbers.setting[CORRECTION2];
    const Part part = !gradients ? WHOLE : piece.last ? LAST : EARLIER;
    const Updater updater = {job.rule, job.l2, part, arrays, &numbers};
    switch (job.rule) {
      case SGD: return update<SGD>(piece, updater);
      case MOMENTUM: return update<MOMENTUM>(piece, updater);
      case NESTEROV: return update<NESTEROV>(piece, updater);
      default: return update<ADAM>(piece, updater);
    }
  }

  // The numbers of a piece's examples: [count], or [count, lanes] where each member has its own.
  const int32_t* chosen(const Piece& piece, int64_t block) const {
    if (!job.own_order) return job.order + piece.step * job.batch + piece.begin;
    return job.order + ((block * job.steps + piece.step) * job.batch + piece.begin) * LANES;
  }

  void forward(const Piece& piece, const float* value) {
    const V* all = (const V*)value;
    for (int l = 0; l < job.layers; ++l) {
      const Layer& layer = layers[l];
      const V *weights = all + layer.weights, *biases = all + layer.biases;
      if (l > 0)
        sum_table(OwnInputs{layers[l - 1].values, layer.ins}, piece.count, weights, biases, layer.outs,
                  layer.values);
      else if (job.own_order)
        sum_table(OwnInputs{own_table, layer.ins}, piece.count, weights, biases, layer.outs, layer.values);
      else if (piece.sparse)
        sum_lists(piece, weights, biases, layer.outs, layer.values);
      else
        sum_table(SharedInputs{piece.table, layer.ins}, piece.count, weights, biases, layer.outs,
                  layer.values);
      if (l == job.layers - 1) return;
      for (int64_t k = 0; k < (int64_t)piece.count * layer.outs; ++k) {
        const ValueAndSlope found = activated(job.activation, layer.values[k]);
        layer.values[k] = found.value, layer.slopes[k] = found.slope;
      }
    }
  }

  // Turn logits into slopes, and add up what the step shows of itself.
  void answer_all(const Piece& piece, int64_t block, const Numbers& numbers) {
    const Layer& last = layers[job.layers - 1];
    const Targets targets(numbers.setting[SMOOTHING], last.outs);
    const int32_t* examples = chosen(piece, block);
    if (piece.first) totals[block] = V{};
    Sums found;
    for (int e = 0; e < piece.count; ++e) {
      Whole label;
      V share;
      example(examples, e, block, label, share);
      share *= job.counts[piece.step * job.batch + piece.begin + e];
      share = choose(label < 0, share_of_nothing(piece, e, numbers), share);
      V* slopes = last.slopes + (size_t)e * last.outs;
      const Answer got =
          answer(job.cost, last.values + (size_t)e * last.outs, slopes, last.outs, label, targets);
      const Whole counts = share > every(0.0f);
      for (int c = 0; c < last.outs; ++c) slopes[c] = choose(counts, share * slopes[c], V{});
      totals[block] += share;
      const V shown = choose(label >= 0, share, V{});
      found.cost += choose(shown > every(0.0f), shown * got.cost, V{});
      found.right += choose(got.right, shown, V{});
      found.weight += shown;
    }
    sums[block].cost += found.cost, sums[block].right += found.right, sums[block].weight += found.weight;
  }

  V share_of_nothing(const Piece& piece, int e, const Numbers& numbers) const {
    return job.counts[piece.step * job.batch + piece.begin + e] * numbers.setting[EXPOSURE];
  }

  // The label of example `e` of a piece for each member, and how much it counts for it.
  void example(const int32_t* examples, int e, int64_t block, Whole& label, V& share) const {
    const float* weights = job.weights ? job.weights + block * job.examples * LANES : nullptr;
    share = every(1.0f);
    for (int lane = 0; lane < LANES; ++lane) {
      const int64_t number = job.own_order ? examples[e * LANES + lane] : examples[e];
      label[lane] = job.labels[number];
      if (weights) share[lane] = weights[number * LANES + lane];
    }
  }

  template <int KIND>
  void update(const Piece& piece, const Updater& updater) {
    for (int l = job.layers - 1; l >= 0; --l) {
      const Layer& layer = layers[l];
      update_biases<KIND>(layer.slopes, piece.count, layer.outs, updater, layer.biases);
      if (l > 0)
        update_table<KIND>(OwnInputs{layers[l - 1].values, layer.ins}, piece.count, layer.slopes, layer.outs,
                           updater, layer.weights);
      else if (job.own_order)
        update_table<KIND>(OwnInputs{own_table, layer.ins}, piece.count, layer.slopes, layer.outs, updater,
                           layer.weights);
      else if (piece.sparse)
        update_lists<KIND>(piece, layer.ins, layer.slopes, layer.outs, updater, layer.weights);
      else
        update_table<KIND>(SharedInputs{piece.table, layer.ins}, piece.count, layer.slopes, layer.outs,
                           updater, layer.weights);
    }
  }
};

}  // namespace

extern "C" __attribute__((visibility("hidden"))) bool THALWEG_EPOCH(const Job& job) {
  return Epoch(job).run();
}


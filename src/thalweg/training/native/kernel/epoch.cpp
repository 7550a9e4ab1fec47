// The epoch of a group: for each block of members, each batch forward, back and into the weights.
//
// Compiled once for each instruction set; THALWEG_EPOCH is the name that this one gets.
#include "answers.h"
#include "convolutions.h"
#include "dropout.h"
#include "layers.h"
#include "memory.h"

namespace {

const int MOST_LAYERS = 64;
const int64_t PIECE_BYTES = 1024 * 1024;  // of values and slopes of a piece: less than a core's cache
const int64_t AHEAD = 512;                // examples gathered at a time, for all blocks in turn
const int64_t FEW = 4;  // examples of a piece, at least, where convolutions come first
const int64_t MOST_GATHERED = 4 << 20;    // and how many inputs they may have together

// NEURONS: lanes are the neurons of one member; else the members of a block.
template <bool NEURONS>
class Epoch {
 public:
  Epoch(const Job& job) : job(job), gatherer(job), front(job) {}

  bool run() {
    if (!prepare()) return false;
    if (job.own_order && !convolves() && !list_all()) return false;
    for (int64_t block = 0; block < job.blocks; ++block) sums[block] = Sums(), totals[block] = V{};
    const int64_t pieces_a_step = (job.batch + piece_size - 1) / piece_size;
    const int64_t pieces = pieces_a_step * job.steps;
    // members with batches of their own go through the epoch one after the other, in a core's cache
    const int64_t together = job.own_order ? 1 : job.blocks;
    for (int64_t first = 0; first < job.blocks; first += together)
      for (int64_t begin = 0; begin < pieces; begin += ahead) {
        const int64_t count = begin + ahead < pieces ? ahead : pieces - begin;
        for (int64_t k = 0; k < count; ++k) place(gathered[k], begin + k, pieces_a_step, first);
        for (int64_t block = first; block < first + together; ++block)
          for (int64_t k = 0; k < count; ++k) work(gathered[k], block);
      }
    for (int64_t block = 0; block < job.blocks; ++block) {
      keep(job.cost_sum, block, sums[block].cost);
      keep(job.right_sum, block, sums[block].right);
      keep(job.weight_sum, block, sums[block].weight);
    }
    return true;
  }

 private:
  static const int MEMBERS = NEURONS ? 1 : LANES;  // of a block
  static const int NARROW = 2;  // registers of outputs up to which steps are taken example by example

  const Job& job;
  Gatherer gatherer;
  Convolutions front;
  Memory memory;
  Layer layers[MOST_LAYERS];
  size_t parameters = 0;
  int64_t piece_size = 1, ahead = 1;
  Piece* gathered = nullptr;
  V *totals = nullptr, *one_logit = nullptr, *one_slope = nullptr, *first_gradient = nullptr, *some_slopes = nullptr;
  float* gradients = nullptr;
  float* features = nullptr;  // of a piece, what convolutions hand on: [examples, inputs of the first layer]
  V* feature_slopes = nullptr;
  Sums* sums = nullptr;
  Lit* all_lit = nullptr;  // what is not zero in every example, where members have batches of their own
  int64_t* all_ends = nullptr;
  bool lists = false;

  bool convolves() const { return NEURONS && job.convolutions > 0; }
  bool narrow() const { return NEURONS && !convolves() && layers[0].columns <= NARROW; }
  int64_t inputs() const { return convolves() ? (int64_t)job.height * job.width * job.channels : layers[0].ins; }
  int feature_columns() const { return (layers[0].ins + LANES - 1) / LANES; }

  bool prepare() {
    int64_t registers = 0;
    parameters = convolves() ? front.lay_out() : 0;
    for (int l = 0; l < job.layers; ++l) {
      Layer& layer = layers[l];
      layer.ins = job.widths[l], layer.outs = job.widths[l + 1];
      layer.columns = NEURONS ? (layer.outs + LANES - 1) / LANES : layer.outs;
      layer.weights = parameters;
      layer.biases = parameters + (size_t)layer.ins * layer.columns;
      parameters = layer.biases + layer.columns;
      registers += layer.columns;
    }
    int64_t each = registers * 2 * sizeof(V);
    if (convolves()) each += front.bytes() + 2 * feature_columns() * sizeof(V);
    const int64_t few = convolves() ? FEW : 16;
    piece_size = least(job.batch, most(few, least(PIECE_BYTES / each, MOST_GATHERED / inputs())));
    const int64_t examples = least(AHEAD, MOST_GATHERED / inputs());
    ahead = job.own_order || job.blocks == 1 ? 1 : most(1, examples / piece_size);
    for (int l = 0; l < job.layers; ++l) {
      layers[l].values = memory.take<V>(piece_size * layers[l].columns);
      layers[l].slopes = memory.clear<V>(piece_size * layers[l].columns);
      if (NEURONS && l > 0)
        layers[l].turned = memory.clear<V>((int64_t)layers[l].outs * layers[l - 1].columns);
    }
    if (convolves()) {
      front.prepare(memory, piece_size);
      features = memory.take<float>(piece_size * layers[0].ins);
      feature_slopes = memory.take<V>(piece_size * feature_columns());
      layers[0].turned = memory.clear<V>((int64_t)layers[0].outs * feature_columns());
    }
    return prepare_pieces();
  }

  bool prepare_pieces() {
    const int64_t table = piece_size * inputs();
    totals = memory.take<V>(job.blocks);
    sums = memory.take<Sums>(job.blocks);
    one_logit = memory.take<V>(layers[job.layers - 1].outs);
    one_slope = memory.take<V>(layers[job.layers - 1].outs);
    if (narrow()) first_gradient = memory.clear<V>((int64_t)layers[0].ins * layers[0].columns);
    some_slopes = memory.take<V>(piece_size * COLUMNS);
    gathered = memory.take<Piece>(ahead);
    float* tables = memory.take<float>(ahead * table);
    // a strip more, which is written before it is known what is kept
    const int64_t listed = convolves() ? 0 : table + STRIP;
    Lit* by_example = memory.take<Lit>(job.own_order ? 1 : ahead * listed);
    Lit* by_input = memory.take<Lit>(narrow() ? 1 : ahead * listed);
    int32_t* ends = memory.take<int32_t>(ahead * inputs());
    const Lit** bounds = memory.take<const Lit*>(2 * ahead * piece_size);
    for (int64_t k = 0; k < ahead && !memory.short_of; ++k) {
      Piece& piece = gathered[k];
      piece.table = tables + k * table;
      piece.by_example = by_example + (job.own_order ? 0 : k * listed);
      piece.by_input = by_input + (narrow() ? 0 : k * listed);
      piece.input_end = ends + k * inputs();
      piece.from = bounds + 2 * k * piece_size, piece.to = piece.from + piece_size;
    }
    if (piece_size < job.batch) gradients = memory.clear<float>(job.blocks * parameters * LANES);
    return !memory.short_of;
  }

  // List what is not zero in all examples once, if that is little: every member reads them in its own order.
  bool list_all() {
    const int64_t inputs = this->inputs(), looked_at = least(job.examples, 256);
    Lit* some = (Lit*)malloc(sizeof(Lit) * (inputs + STRIP));
    if (some == nullptr) return false;
    int64_t lit = 0;
    for (int64_t k = 0; k < looked_at; ++k) lit += gatherer.list(some, k * job.examples / looked_at) - some;
    free(some);
    lists = lit < SPARSE_BELOW * looked_at * inputs;
    if (!lists) return true;
    // room is taken as it is needed: what these few examples showed may not hold for all
    int64_t room = job.examples * (lit / looked_at + 16) + inputs + STRIP, end = 0;
    all_ends = memory.take<int64_t>(job.examples + 1);
    all_lit = memory.take<Lit>(room);
    if (memory.short_of) return false;
    all_ends[0] = 0;
    for (int64_t k = 0; k < job.examples; ++k) {
      if (end + inputs + STRIP > room) {
        room += room / 2 + inputs + STRIP;
        Lit* larger_room = memory.take<Lit>(room);
        if (memory.short_of) return false;
        memcpy(larger_room, all_lit, sizeof(Lit) * end);
        all_lit = larger_room;
      }
      all_ends[k + 1] = end = gatherer.list(all_lit + end, k) - all_lit;
    }
    return true;
  }

  void place(Piece& piece, int64_t number, int64_t pieces_a_step, int64_t block) {
    piece.step = number / pieces_a_step;
    const int64_t part = number % pieces_a_step;
    piece.begin = part * piece_size;
    piece.first = part == 0, piece.last = part == pieces_a_step - 1;
    piece.count = (int)(piece.last ? job.batch - piece.begin : piece_size);
    const int32_t* order = chosen(piece, block);
    if (convolves()) {
      piece.sparse = false;
      return gatherer.tabulate(piece, order);
    }
    if (!job.own_order) return gatherer.gather(piece, order, !narrow());
    piece.sparse = lists;
    if (!lists) return gatherer.tabulate(piece, order);
    for (int e = 0; e < piece.count; ++e)
      piece.from[e] = all_lit + all_ends[order[e]], piece.to[e] = all_lit + all_ends[order[e] + 1];
    if (!narrow()) gatherer.turn(piece);
  }

  void work(const Piece& piece, int64_t block) {
    Numbers numbers;
    const float* settings = job.settings + (block * job.steps + piece.step) * SETTINGS * MEMBERS;
    for (int k = 0; k < SETTINGS; ++k)
      numbers.setting[k] = NEURONS ? every(settings[k]) : load(settings + k * LANES);
    const size_t offset = block * parameters * LANES;
    const Arrays arrays = {
        job.parameters + offset,
        job.rule == SGD ? nullptr : job.first + offset,
        job.rule == ADAM ? job.second + offset : nullptr,
        job.has_average ? job.average + offset : nullptr,
        gradients ? gradients + offset : nullptr,
    };
    forward(piece, (const V*)arrays.value, Dropout<NEURONS>(job, piece, block, numbers.setting[KEPT]));
    if (piece.first) totals[block] = V{};
    if constexpr (NEURONS)
      answer_rows(piece, block, numbers);
    else
      answer_lanes(piece, block, numbers);
    back(piece, (const V*)arrays.value);
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

  // The numbers of a piece's examples [count].
  const int32_t* chosen(const Piece& piece, int64_t block) const {
    return job.order + ((job.own_order ? block * job.steps : 0) + piece.step) * job.batch + piece.begin;
  }

  // What goes into a layer but the first.
  auto inputs_of(int l) const {
    const size_t columns = layers[l - 1].columns;
    if constexpr (NEURONS)
      return SharedInputs{(const float*)layers[l - 1].values, layers[l].ins, columns * LANES};
    else
      return OwnInputs{layers[l - 1].values, layers[l].ins, columns};
  }

  SharedInputs table_of(const Piece& piece) const {
    const float* table = convolves() ? features : piece.table;
    return SharedInputs{table, layers[0].ins, (size_t)layers[0].ins};
  }

  void forward(const Piece& piece, const V* all, const Dropout<NEURONS>& dropout) {
    for (int e = 0; convolves() && e < piece.count; ++e)
      front.forward(piece.table + e * inputs(), e, all, features + (size_t)e * layers[0].ins);
    if (convolves()) thin_features(piece, dropout);
    for (int l = 0; l < job.layers; ++l) {
      const Layer& layer = layers[l];
      const V *weights = all + layer.weights, *biases = all + layer.biases;
      if (l > 0)
        sum_table(inputs_of(l), piece.count, weights, biases, layer.columns, layer.values);
      else if (piece.sparse)
        sum_lists(piece, weights, biases, layer.columns, layer.values);
      else
        sum_table(table_of(piece), piece.count, weights, biases, layer.columns, layer.values);
      if (l == job.layers - 1) return;
      for (int64_t k = 0; k < (int64_t)piece.count * layer.columns; ++k) {
        const ValueAndSlope found = activated(job.activation, layer.values[k]);
        layer.values[k] = found.value, layer.slopes[k] = found.slope;
      }
      if (!job.keys) continue;
      for (int e = 0; e < piece.count; ++e) {
        const size_t row = (size_t)e * layer.columns;
        dropout.thin(e, convolves() + l, layer.columns, layer.values + row, layer.slopes + row);
      }
    }
  }

  // Silence some of what convolutions hand on, and note how much of a slope goes back to them.
  void thin_features(const Piece& piece, const Dropout<NEURONS>& dropout) {
    const int columns = feature_columns(), ins = layers[0].ins;
    for (int64_t k = 0; k < (int64_t)piece.count * columns; ++k) feature_slopes[k] = every(1.0f);
    for (int e = 0; job.keys && e < piece.count; ++e) {
      V* slopes = feature_slopes + (size_t)e * columns;
      float* row = features + (size_t)e * ins;
      dropout.thin(e, 0, columns, nullptr, slopes);
      for (int i = 0; i < ins; ++i) row[i] = ((const float*)slopes)[i] > 0.0f ? row[i] * ((const float*)slopes)[i] : 0.0f;
    }
  }

  // Turn logits into slopes, a lane a member, and add up what the step shows of itself.
  void answer_lanes(const Piece& piece, int64_t block, const Numbers& numbers) {
    const Layer& last = layers[job.layers - 1];
    const Targets targets(numbers.setting[SMOOTHING], last.outs);
    const int32_t* examples = chosen(piece, block);
    const float* weights = job.weights ? job.weights + block * job.examples * LANES : nullptr;
    for (int e = 0; e < piece.count; ++e) {
      const Whole label = job.labels[examples[e]] + Whole{};
      V share = every(counted(piece, e));
      if (job.labels[examples[e]] < 0)
        share *= numbers.setting[EXPOSURE];
      else if (weights)
        share *= load(weights + (int64_t)examples[e] * LANES);
      const V* logits = last.values + (size_t)e * last.columns;
      V* slopes = last.slopes + (size_t)e * last.columns;
      const Answer got = answer(job.cost, logits, slopes, last.outs, label, targets);
      add(block, got, label, share);
      for (int c = 0; c < last.outs; ++c) slopes[c] = choose(share > every(0.0f), share * slopes[c], V{});
      totals[block] += share;
    }
  }

  // The same, a lane an example: those of one member are turned, answered and turned back.
  void answer_rows(const Piece& piece, int64_t block, const Numbers& numbers) {
    const Layer& last = layers[job.layers - 1];
    const Targets targets(numbers.setting[SMOOTHING], last.outs);
    const int32_t* examples = chosen(piece, block);
    const float* weights = job.weights ? job.weights + block * job.examples : nullptr;
    const size_t row = (size_t)last.columns * LANES;
    V total = {};
    for (int begin = 0; begin < piece.count; begin += LANES) {
      const float* logits = (const float*)last.values + begin * row;
      float* slopes = (float*)last.slopes + begin * row;
      const int count = (int)least(LANES, piece.count - begin);
      Whole label = {};
      V share = {};
      for (int lane = 0; lane < LANES; ++lane) {
        const int e = lane < count ? lane : 0;  // the rest repeat the first, and do not count
        for (int c = 0; c < last.outs; ++c) one_logit[c][lane] = logits[e * row + c];
        const int64_t example = examples[begin + e];
        label[lane] = job.labels[example];
        if (lane >= count) continue;
        share[lane] = counted(piece, begin + e);
        if (label[lane] < 0)
          share[lane] *= numbers.setting[EXPOSURE][0];
        else if (weights)
          share[lane] *= weights[example];
      }
      const Answer got = answer(job.cost, one_logit, one_slope, last.outs, label, targets);
      add(block, got, label, share);
      for (int c = 0; c < last.outs; ++c) {
        const V slope = choose(share > every(0.0f), share * one_slope[c], V{});
        for (int lane = 0; lane < count; ++lane) slopes[lane * row + c] = slope[lane];
      }
      total += share;
    }
    totals[block] += sum_of(total);
  }

  // 1, or 0 for what only fills the last batch.
  float counted(const Piece& piece, int e) const { return job.counts[piece.step * job.batch + piece.begin + e]; }

  void add(int64_t block, const Answer& got, Whole label, V share) {
    const V shown = choose(label >= 0, share, V{});
    sums[block].cost += choose(shown > every(0.0f), shown * got.cost, V{});
    sums[block].right += choose(got.right, shown, V{});
    sums[block].weight += shown;
  }

  void keep(float* to, int64_t block, V sum) const {
    if (NEURONS)
      to[block] = sum_of(sum);
    else
      store(to + block * LANES, sum);
  }

  void back(const Piece& piece, const V* all) {
    for (int l = job.layers - 1; l > 0; --l) {
      const Layer &layer = layers[l], &before = layers[l - 1];
      if (NEURONS)
        back_to(layer, piece, all, before.columns, before.slopes);
      else
        pass_back(all + layer.weights, layer.slopes, piece.count, layer.ins, layer.outs, before.slopes);
    }
    if (!convolves()) return;
    back_to(layers[0], piece, all, feature_columns(), feature_slopes);
    if (piece.first) front.turn(all);
    for (int e = 0; e < piece.count; ++e)
      front.back((const float*)(feature_slopes + (size_t)e * feature_columns()), e);
  }

  void back_to(const Layer& layer, const Piece& piece, const V* all, int columns, V* slopes_before) {
    if (piece.first) turn((const float*)(all + layer.weights), layer, (size_t)columns * LANES);
    const SharedInputs slopes = {(const float*)layer.slopes, layer.outs, (size_t)layer.columns * LANES};
    pass_back_turned(slopes, piece.count, layer.turned, columns, slopes_before);
  }

  template <int KIND>
  void update(const Piece& piece, const Updater& updater) {
    for (int l = job.layers - 1; l >= 0; --l) {
      const Layer& layer = layers[l];
      update_biases<KIND>(layer.slopes, piece.count, layer.columns, updater, layer.biases);
      if (l > 0)
        update_table<KIND>(inputs_of(l), piece.count, layer.slopes, layer.columns, updater, layer.weights);
      else if (!piece.sparse)
        update_table<KIND>(table_of(piece), piece.count, layer.slopes, layer.columns, updater, layer.weights);
      else if (narrow())
        update_narrow<KIND>(
            piece, layer.ins, layer.slopes, layer.columns, updater, layer.weights, first_gradient);
      else
        update_lists<KIND>(
            piece, layer.ins, layer.slopes, layer.columns, updater, layer.weights, some_slopes);
    }
    if (convolves()) front.template update<KIND>(updater);
  }
};

}  // namespace

extern "C" __attribute__((visibility("hidden"))) bool THALWEG_EPOCH(const Job& job) {
  return job.neurons ? Epoch<true>(job).run() : Epoch<false>(job).run();
}

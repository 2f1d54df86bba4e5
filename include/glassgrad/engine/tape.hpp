// Tape: the record of a computation, in the order it was made. It owns every number; nodes are
// handles into it. Forward appends records, backward walks them from last to first and passes
// upstream * local on. No global state, no recursion, and once warm no allocation per op.
// Next: sweep.cpp, the backward pass itself.
#pragma once

#include <initializer_list>
#include <memory>
#include <vector>

#include "glassgrad/array/function.hpp"
#include "glassgrad/engine/busy.hpp"
#include "glassgrad/engine/eras.hpp"
#include "glassgrad/engine/keep.hpp"
#include "glassgrad/engine/names.hpp"
#include "glassgrad/engine/node.hpp"
#include "glassgrad/engine/parameter.hpp"
#include "glassgrad/engine/record.hpp"
#include "glassgrad/engine/regions.hpp"
#include "glassgrad/engine/scopes.hpp"
#include "glassgrad/engine/watcher.hpp"

namespace glassgrad {

namespace detail {
template <class T>
struct Counters;  // a test's: sets what would take hours to count to
}

// The most nodes of a tape: an index, and one more than it, are 32 bits.
inline constexpr std::uint32_t most_nodes = 0xfffffc00;

template <class T>
struct Root {
  Node<T> node;
  const Input<T>& upstream;
};

template <class T = double>
class Tape {
 public:
  explicit Tape(Keep keep = Keep::all);
  ~Tape();
  Tape(const Tape&) = delete;
  Tape& operator=(const Tape&) = delete;

  // ---- Leaves. Inputs and parameters receive an upstream, constants and indices never do.
  Node<T> constant(const Input<T>& value) { return leaf(Leaf::constant, {}, value); }
  Node<T> constant(std::string_view name, const Input<T>& value) {
    return leaf(Leaf::constant, name, value);
  }
  Node<T> input(const Input<T>& value) { return leaf(Leaf::input, {}, value); }
  Node<T> input(std::string_view name, const Input<T>& value) {
    return leaf(Leaf::input, name, value);
  }
  Indices<T> indices(std::string_view name, std::span<const std::int64_t> positions,
                     const Shape& shape);
  Indices<T> indices(std::span<const std::int64_t> positions) {
    return indices({}, positions, Shape{std::int64_t(positions.size())});
  }
  Indices<T> indices(std::initializer_list<Setting<"indices", "a position">> positions) {
    return indices(std::vector<std::int64_t>(positions.begin(), positions.end()));
  }
  // The parameter's node: one per parameter, aliasing its numbers; a frozen one's has no upstream.
  // Throws TapeError when another parameter of the same name is on the tape.
  Node<T> operator()(Parameter<T>& parameter);

  // With Keep::program: what a program is fed with later, numbers or positions of this shape. Like
  // a parameter's there they are not known, nor is what depends on them: to look throws TapeError.
  Node<T> fed(const Shape& shape);
  Indices<T> fed_indices(const Shape& shape);

  // ---- Backward: for every node, upstream = sum over its consumers of (their upstream * local).
  // The cost must be a single number, its upstream is 1. Replaces what an earlier backward left;
  // with Accumulate::add the new contributions are added to it. Throws TapeError for a cost of
  // another or a cleared tape, or a parameter changed since it was recorded.
  void backward(const Node<T>& cost, Accumulate how = Accumulate::replace);
  // The same from any output, given d(cost)/d(output), of the output's shape.
  void backward(const Node<T>& output, const Input<T>& upstream,
                Accumulate how = Accumulate::replace);
  void backward(std::initializer_list<Root<T>> roots, Accumulate how = Accumulate::replace);
  // Adds each parameter's upstream to Parameter::gradient, in tape order. Throws TapeError after a
  // backward that a hook or a watcher ended.
  void add_to_parameters();

  // Every backward shows `hook` this node's upstream when it is complete and before it is passed
  // on; what the hook writes there is what goes on. Hooks of a node run in the order they were
  // given and go with the node; one that is given by a hook of the same node runs from the next
  // backward on. grad() does not call them. Throws TapeError for a node of another tape and for an
  // empty hook.
  // A hook or a watcher may record, look, and set hooks and watchers. What the tape is busy with it
  // cannot touch: backward(), add_to_parameters(), clear() and a rewind() to before it throw
  // TapeError there, and so does backward when a hook has changed a parameter.
  void on_upstream(const Node<T>& node, Function<void(View<T>)> hook);

  // From now on the watcher is shown every node that is recorded and every upstream of a backward,
  // after the node's hooks; null ends it. Meanwhile every upstream is kept, whatever Keep says.
  // When a watcher or a hook ends a backward, the upstreams so far stay and the others are none.
  void watch(std::unique_ptr<Watcher<T>> watcher);
  bool watched() const { return watched_; }

  // ---- Undoing. clear() forgets every node; rewind(mark) those recorded after mark(). Memory
  // stays for the next step. A Node that was forgotten says so when used. Inside the function that
  // map_batch, compile or checkpoint calls, what was recorded before stays: TapeError.
  struct Mark {
    std::uint32_t size = 0, parameters = 0, open = 0;
    std::size_t scopes = 1, names = 0, many = 0;
    Arena::Mark arena;
    std::uint64_t tape = 0, rewinds = 0;  // whose it is, and how often that was rewound before
  };
  void clear();
  Mark mark() const {
    Mark mark;
    mark.size = size_;
    mark.parameters = std::uint32_t(parameters_.size());  // fits: each is a node
    mark.open = std::uint32_t(regions_.open.size());      // fits: each holds a node
    mark.scopes = scopes().size(), mark.names = names_.size(), mark.many = many_inputs_.size();
    mark.arena = arena_.mark();
    mark.tape = id_, mark.rewinds = rewinds_;
    return mark;
  }
  // Throws TapeError for another tape's mark, and for one that a clear() or a rewind() to before it
  // has taken away.
  void rewind(const Mark& mark);
  bool holds(const Mark& mark) const;  // would rewind() take it?
  void undo(const Mark& mark) {        // rewind() where that can be done: for what must not throw
    if (holds(mark) && mark.size >= held_.size) forget(mark);
  }

  // ---- Checkpoints: tape_guards.hpp.
  class Checkpoint;
  void restore();  // computes everything that checkpoints dropped, until the tape is rewound

  // ---- Names and scopes. Boxes of a scope nest; the guard closes its scope.
  class ScopeGuard;
  [[nodiscard]] ScopeGuard scope(std::string_view name);
  // Throws TapeError for a node of another or a cleared tape.
  void set_name(const Node<T>& node, std::string_view name);

  // ---- For views, checks and op authors. Throw ShapeError for an index beyond the last record.
  std::uint32_t size() const { return size_; }
  Keep keep() const { return keep_; }
  Record<T> record(std::uint32_t index) const {
    check_index(index);
    return Record<T>(at(index));
  }
  // A record's value; computed again when a checkpoint has dropped it, or set() an input of it.
  const T* numbers(std::uint32_t index) {
    check_index(index);
    if (index >= stale_ || !at(index).value()) restore(index);
    return at(index).value();
  }
  std::uint32_t input_of(const Record<T>& record, int k) const {
    if (k < 0 || k >= record.arity) refuse_input(k, record.arity);
    return record.arity <= 2 ? record.inputs[k] : many_inputs_[record.many_at() + std::size_t(k)];
  }
  Node<T> node(std::uint32_t index) {
    check_index(index);
    return Node<T>(life_, index, eras_.of(index));
  }
  std::string_view name_of(std::uint32_t index) const {
    check_index(index);
    return names_.of(index);
  }
  bool is_named(std::uint32_t index) const { return !name_of(index).empty(); }
  using Scope = glassgrad::Scope;
  std::span<const Scope> scopes() const { return scopes_.scopes(); }
  std::uint32_t scope_of(std::uint32_t index) const {
    check_index(index);
    return scopes_.of(index).scope;
  }
  Origin origin_of(std::uint32_t index) const {
    check_index(index);
    return scopes_.of(index).origin;
  }
  std::span<const std::uint32_t> parameters() const { return parameters_; }
  Upstream upstream_state(std::uint32_t index) const;
  // Was it one of those that the last backward began with?
  bool was_given(std::uint32_t index) const;
  std::string upstream_reason(std::uint32_t index) const;
  // True once a program being recorded looked at a number, as `if (s > 0)` does.
  bool value_was_read() const { return value_was_read_; }
  void forget_reads(bool read = false) { value_was_read_ = read; }
  std::size_t bytes() const;  // of numbers held, values and upstreams

  Node<T> zeros(const Shape& shape);  // a constant
  // Computes the values of records first, ..., last - 1 anew, in place: the tape is a program, and
  // what it reads may have been written by set(); so is whatever set() has left to be computed.
  // Throws ShapeError for no such records.
  void recompute(std::uint32_t first, std::uint32_t last);
  // Writes one number of a constant or an input. What was recorded since is computed again before
  // somebody looks or an op reads it, and upstreams are none until the next backward. Throws
  // TapeError inside a hook, a watcher or map_batch for what was recorded before, and in compile.
  void set(const Node<T>& leaf, Setting<"set", "the position"> position, T number);
  // Appends one record: shape, value, links. `op` is copied if the rule has attributes.
  Node<T> append(const Rule<T>& rule, const void* op, std::span<const Node<T>> inputs);
  // The same for a plain op (of one or two inputs, without attributes), what scalar code is made
  // of: nothing is copied on the way. Of one input `b` is `a` again.
  Node<T> append_plain(const Rule<T>& rule, const Node<T>& a, const Node<T>& b);
  // With Keep::program: the contribution to input k of a node, of that input's shape, by the kernel
  // that backward uses; `reads` are the node's inputs, itself and its upstream, or what stands for
  // those that the kernel does not read. It cannot be differentiated again.
  Node<T> append_pull(const Node<T>& node, int k, std::span<const std::uint32_t> reads);
  Node<T> unread(const Shape& shape);  // with Keep::program: a shape whose numbers nobody reads
  // Throws TapeError unless the node is on this tape and not forgotten; returns its index.
  std::uint32_t checked(std::string_view op, const Node<T>& node) const {
    if (!knows(node) && !knew(node)) [[unlikely]]
      refuse(op, node);
    return node.at_.index;
  }
  void check_parameters(std::string_view op) const;  // throws when one has changed or gone since
  // Throws when the record's numbers are those of a parameter that has changed or gone since.
  void check_parameter_of(std::string_view op, std::uint32_t index) const {
    if (at(index).guarded && !is_current(at(index))) look_at_parameter(op, index);
  }
  Pool& pool() { return pool_; }
  class Hold;         // the records so far stay
  class OriginGuard;  // the next records are derivatives

 private:
  friend class Node<T>;
  friend struct detail::Counters<T>;
  using Home = typename Parameter<T>::Home;
  static constexpr std::uint32_t chunk_bits = 10, chunk_size = 1u << chunk_bits;
  static constexpr std::size_t most_chunks = (std::size_t(1) << (32 - chunk_bits)) - 1;

  void check_index(std::uint32_t index) const {
    if (index >= size_) refuse_index(index);
  }
  std::uint32_t input_of(const Entry<T>& entry, int k) const {
    return entry.arity() <= 2 ? entry.inputs[k] : many_inputs_[entry.many_at() + std::size_t(k)];
  }
  Entry<T>& at(std::uint32_t i) const {
    return reinterpret_cast<Entry<T>*>(chunks_[i >> chunk_bits].get())[i & (chunk_size - 1)];
  }
  Entry<T>& next_entry() {
    if (size_ == chunks_.size() << chunk_bits) add_chunk();
    Entry<T>& entry = at(size_);
    static_cast<EntryState&>(entry) = first_state_;
    return entry;
  }
  More<T>& make_wide(Entry<T>& entry) {
    entry.more = new (arena_.take_small(sizeof(More<T>))) More<T>;
    entry.wide = true;
    return *entry.more;
  }
  bool knows(const Node<T>& node) const {
    return node.life_ == life_ && node.at_.index < size_ &&
           (node.at_.generation == eras_.now() || node.at_.generation == eras_.of(node.at_.index));
  }
  void add_chunk();
  bool knew(const Node<T>& node) const;  // in a former life
  [[noreturn]] void refuse(std::string_view op, const Node<T>& node) const;
  [[noreturn]] void refuse_index(std::uint32_t index) const;
  [[noreturn]] static void refuse_input(int k, int arity);
  void begin_new_life();                         // all generations of the one so far are used up
  std::uint64_t place(const Mark& mark) const {  // grows with whatever is recorded
    return std::uint64_t(mark.size) + mark.scopes + mark.names;
  }
  void set_stale(std::uint32_t first);
  void forget(const Mark& mark);
  // What an op looks at before it is recorded, so that one that fails leaves nothing: less than a
  // Mark, whose other members follow from these.
  struct Start {
    std::uint32_t size;
    std::size_t scopes, names, many;
    Arena::Mark arena;
  };
  Start start() const {
    return {size_, scopes().size(), names_.size(), many_inputs_.size(), arena_.mark()};
  }
  void forget_failed(const Start& start);
  void count_forgetting(std::uint64_t place);
  void close_scope(const Mark& inside, std::uint32_t outer);
  void refuse_while_held(std::string_view what, const Mark& mark) const;
  Entry<T>& next_leaf(Leaf kind, const Shape* shape);
  Node<T> unknown(Leaf kind, const Shape& shape);
  Node<T> leaf(Leaf kind, std::string_view name, const Input<T>& value);
  Node<T> number(T value);
  Node<T> finished();  // the record that was just filled in, shown to the watcher
  const Shape* keep_shape(const Shape& shape);
  void set_shape(Entry<T>& entry, const Shape* shape) {  // of one that is wide
    entry.more->shape = shape;
    entry.array = shape->count() != 1;
  }
  T* take_numbers(Entry<T>& entry, Arena& arena) {
    if (!entry.array) return entry.wide ? &entry.more->number : &entry.number;
    return static_cast<T*>(arena.take(bytes_of<T>(entry.shape()->count())));
  }
  T* take_leaf(Entry<T>& entry);
  void keep_name(std::uint32_t index, std::string_view name);
  std::string_view keep_text(std::string_view text);
  const Entry<T>* single_number(const Node<T>& node) const;
  // Is it the leaf of a parameter that is what it was when it was recorded?
  static bool is_current(const Entry<T>& entry) {
    if (entry.leaf != Leaf::parameter) return false;
    const Parameter<T>* const parameter = static_cast<const Home*>(entry.more->attributes)->self;
    return parameter && parameter->version() == entry.more->version;
  }
  void look_at_parameter(std::string_view op, std::uint32_t index) const;
  void look_closely(const Rule<T>& rule, std::size_t k, std::size_t first_position,
                    std::uint32_t index) const;
  Node<T> append_number(const Rule<T>& rule, const Entry<T>& a, const Entry<T>& b,
                        std::uint32_t first, std::uint32_t second);
  Node<T> append_any(const Rule<T>& rule, const void* op, std::span<const Node<T>> inputs);
  using Inputs = std::span<const Entry<T>* const>;
  Node<T> append_checked(const Rule<T>& rule, const void* op, std::span<const std::uint32_t> index,
                         Inputs inputs);
  void compute_number(Entry<T>& entry, const void* op, Inputs inputs);
  void compute_array(Entry<T>& entry, const void* op, Inputs inputs, bool alike, bool open);
  void compute_into(Entry<T>& entry, const void* op, Inputs inputs);
  void compute_again(Entry<T>& entry);
  void compute_again(std::uint32_t first, std::uint32_t last);
  void bring_up_to_date() {
    if (stale_ != no_record) recompute(stale_, size_);
  }
  const Shape* result_shape(const Rule<T>& rule, const void* op,
                            std::span<const Shape* const> shapes);

  using Region = Regions::Region;
  void close_region(std::span<const Node<T>> results);
  void undo_regions(const Mark& mark);
  bool owned_by(const Region& region, std::uint32_t index) const;
  void fill(std::size_t region, std::size_t within = Regions::nowhere);
  void fill_records(std::size_t region, std::size_t within);
  void fill_record(std::size_t region, std::uint32_t index);
  void drop(std::size_t region);
  void refuse_in_program() const;
  void restore(std::uint32_t index);
  void cross_regions(std::int64_t index);  // the sweep has come to this record; -1: to its end
  std::vector<std::size_t> live_in(std::uint32_t first, std::uint32_t last);

  struct Saved {  // what an earlier backward left, while a second one runs
    std::uint32_t index;
    std::vector<T> upstream;
  };
  void check_root(const Node<T>& node, const Shape* upstream) const;
  template <class Seeds>
  void run_sweep(std::uint32_t last, Accumulate how, const Seeds& seeds);
  void start_sweep();
  void start_sweeps_anew();
  void seed(std::uint32_t index, const std::vector<T>& upstream);
  void sweep(std::uint32_t last, const Hold& hold);
  void pass_on_plain(Entry<T>& entry);
  void pass_on_number(Entry<T>& entry, const std::uint32_t* inputs);
  void pass_on_elementwise(Entry<T>& entry, const std::uint32_t* inputs);
  void pass_on_by_kernel(Entry<T>& entry, const std::uint32_t* inputs);
  void pass_on_adjoint(Entry<T>& entry, const std::uint32_t* inputs);
  bool wants(const Entry<T>& entry, int k, const Entry<T>& input) const {
    return input.active && (entry.rule->gradients >> (k < 31 ? k : 31) & 1);
  }
  void add_number(Entry<T>& entry, T contribution) {
    if (entry.sweep == sweep_) {
      entry.upstream_number += contribution;
    } else {
      entry.upstream_number = contribution;
      entry.sweep = sweep_;
      entry.freed = false;
    }
  }
  T* take_upstream(const Shape& shape);
  Sink<T> sink(Entry<T>& entry);
  void make_own(Entry<T>& entry);
  void run_hooks(std::uint32_t index, const Hold& hold);
  void show(void (Watcher<T>::*what)(const Node<T>&), std::uint32_t index);
  void end_sweep(std::uint32_t at);
  void contribute(Entry<T>& entry, Array<T> contribution);
  void contribute_numbers(Entry<T>& entry, const T* contribution);
  void pass_upstream(const Entry<T>& from, Entry<T>& entry);
  void drop_upstream(Entry<T>& entry);
  Array<T> upstream_array(Entry<T>& entry);
  std::vector<Saved> save_upstreams() const;
  void add_saved(const std::vector<Saved>& saved);

  Keep keep_;
  Life* life_ = nullptr;
  std::uint32_t size_ = 0;
  std::uint32_t stale_ = no_record;  // values from there on are to be computed again
  std::uint32_t reached_ = 0;        // where the sweep is, while a hook runs
  bool sweeping_ = false;
  std::uint32_t sweep_ = 0;  // records whose `sweep` differs hold no upstream of this backward
  std::uint32_t swept_ = 0;  // records made after the last backward are still pending
  EntryState first_state_;   // of the next entry
  std::uint32_t ended_ = 0;  // the sweep that was ended before it had reached everything
  bool watched_ = false;     // watcher_ is there
  bool frees_ = false;       // upstreams are given back as soon as they were passed on
  bool at_once_ = true;      // numbers are known and nobody watches: append may take the short way
  mutable bool value_was_read_ = false;

  std::vector<AlignedBytes> chunks_;        // of records, which never move: kernels point into them
  std::vector<std::uint32_t> many_inputs_;  // of ops with more than two inputs
  detail::Eras eras_;
  detail::Names names_;
  detail::Scopes scopes_;
  std::vector<std::uint32_t> parameters_;  // their leaves, in tape order
  std::vector<std::shared_ptr<Home>>
      homes_;  // of them: names and shapes stay, whatever becomes of them
  std::uint64_t id_ = 0, rewinds_ = 0;
  struct Undone {
    std::uint64_t rewinds, place;
  };
  std::vector<Undone> undone_;  // to where it was rewound: each place is above those before it
  struct Former {  // a life whose generations are used up, and those of its records that stayed
    Life* life;
    detail::Eras eras;
    std::uint32_t size;
  };
  std::vector<Former> former_;
  struct Hook {
    std::uint32_t index;
    Function<void(View<T>)> run;
  };
  std::vector<Hook> hooks_;
  std::vector<std::uint32_t> given_;     // where the last backward began
  std::shared_ptr<Watcher<T>> watcher_;  // held by whoever calls it, too
  Arena arena_;                          // values, attributes, shapes, names
  Pool pool_;                            // upstreams, and whatever a sweep needs for a moment
  Regions regions_;                      // of checkpoints
  Held held_;                            // what cannot be forgotten now
};

// name("Z", node): what people call it in traces and pictures; the node itself comes back.
template <class T>
Node<T> name(std::string_view text, const Node<T>& node) {
  node.check_tape("name");
  if (node.tape()) node.tape()->set_name(node, text);
  return node;
}

}  // namespace glassgrad

#include "glassgrad/engine/tape_guards.hpp"  // IWYU pragma: export

// Records: the nodes of a tape in the order they were made, and what is known of them: numbers,
// names, scopes, generations, parameters. What was recorded last is forgotten first. Recorder
// appends; upstreams.hpp and checkpoints.hpp have what is worked out from records.
#pragma once

#include <cstddef>
#include <memory>
#include <vector>

#include "glassgrad/engine/busy.hpp"
#include "glassgrad/engine/eras.hpp"
#include "glassgrad/engine/names.hpp"
#include "glassgrad/engine/node.hpp"
#include "glassgrad/engine/record.hpp"
#include "glassgrad/engine/scopes.hpp"

namespace glassgrad {

namespace detail {
template <class T>
struct Counters;  // a test's: sets what would take hours to count to
}

// The most nodes of a tape: an index, and one more than it, are 32 bits.
inline constexpr std::uint32_t most_nodes = 0xfffffc00;

template <class T>
class Records {
 public:
  explicit Records(Tape<T>* tape);
  ~Records();
  Records(const Records&) = delete;
  Records& operator=(const Records&) = delete;

  // Its nodes are of no tape from now on: first of all when a tape goes, for what its other parts
  // hold (hooks, watchers) may look at nodes when it is destroyed.
  void end_life();

  // ---- Reading. Throw ShapeError for an index beyond the last record.
  std::uint32_t size() const { return size_; }
  void check(std::uint32_t index) const {
    if (index >= size_) refuse_index(index);
  }
  Record<T> operator[](std::uint32_t index) const {
    check(index);
    return Record<T>(at(index));
  }
  std::uint32_t input_of(const Record<T>& record, int k) const {
    if (k < 0 || k >= record.arity) refuse_input(k, record.arity);
    return record.arity <= 2 ? record.inputs[k] : many_inputs_[record.many_at() + std::size_t(k)];
  }
  Node<T> node(std::uint32_t index) const {
    check(index);
    return Node<T>(life_, index, eras_.of(index));
  }
  std::string_view name_of(std::uint32_t index) const {  // "" when it has none
    check(index);
    return names_.of(index);
  }
  bool is_named(std::uint32_t index) const { return !name_of(index).empty(); }
  // The first is the tape. Until the next scope begins.
  std::span<const Scope> scopes() const { return scopes_.scopes(); }
  std::uint32_t scope_of(std::uint32_t index) const {
    check(index);
    return scopes_.of(index).scope;
  }
  Origin origin_of(std::uint32_t index) const {
    check(index);
    return scopes_.of(index).origin;
  }
  std::span<const std::uint32_t> parameters() const { return parameters_; }  // leaves, in order
  std::size_t bytes() const { return arena_.bytes(); }

  // ---- Nodes. Throws TapeError unless the node is on this tape and not forgotten.
  std::uint32_t checked(std::string_view op, const Node<T>& node) const {
    if (!knows(node) && !knew(node)) [[unlikely]]
      refuse(op, node);
    return node.at_.index;
  }
  bool knows(const Node<T>& node) const {
    return node.life_ == life_ && node.at_.index < size_ &&
           (node.at_.generation == eras_.now() || node.at_.generation == eras_.of(node.at_.index));
  }
  Life* life() const { return life_; }
  Tape<T>* tape() const {
    return static_cast<Tape<T>*>(life_->tape.load(std::memory_order_relaxed));
  }

  // ---- Parameters. Throw TapeError when one, or the one whose numbers these are, has changed or
  // gone since it was recorded.
  void check_parameters(std::string_view op) const;
  void check_parameter_of(std::string_view op, std::uint32_t index) const {
    if (at(index).guarded && !is_current(at(index))) look_at_parameter(op, index);
  }
  // Is it the leaf of a parameter that is what it was when it was recorded?
  static bool is_current(const Entry<T>& entry) {
    if (entry.leaf != Leaf::parameter) return false;
    const Parameter<T>* const parameter = entry.more->home->self;
    return parameter && parameter->version() == entry.more->version;
  }

  // ---- Entries, for the parts of a tape.
  using Home = typename Parameter<T>::Home;
  Entry<T>& at(std::uint32_t i) const {
    return reinterpret_cast<Entry<T>*>(chunks_.data()[i >> chunk_bits].get())[i & (chunk_size - 1)];
  }
  std::uint32_t input_of(const Entry<T>& entry, int k) const { return inputs_of(entry)[k]; }
  const std::uint32_t* inputs_of(const Entry<T>& entry) const {
    return entry.arity() <= 2 ? entry.inputs : many_inputs_.data() + entry.many_at();
  }
  // The entry that finish() makes a record of, in its first state.
  Entry<T>& next() {
    if (size_ >= room_) [[unlikely]]
      add_chunk();
    Entry<T>& entry = at(size_);
    static_cast<EntryState&>(entry) = first_state;
    return entry;
  }
  Node<T> finish() { return Node<T>(life_, size_++, eras_.now()); }
  More<T>& make_wide(Entry<T>& entry, const Shape* shape) {
    entry.more = new (arena_.take_small(sizeof(More<T>))) More<T>;
    entry.more->shape = shape;
    entry.wide = true;
    entry.array = shape->count() != 1;
    return *entry.more;
  }
  // What an array has beside its entry, and its numbers behind that: one place in the arena.
  More<T>& make_array(Entry<T>& entry, const Shape* shape) {
    static_assert(sizeof(More<T>) <= alignment);
    auto* const place =
        static_cast<std::byte*>(arena_.take(alignment + bytes_of<T>(shape->count())));
    entry.more = new (place) More<T>;
    entry.more->shape = shape;
    entry.more->value = reinterpret_cast<T*>(place + alignment);
    entry.wide = entry.array = true;
    return *entry.more;
  }
  template <class Input>  // input(k): the index of that one of n
  void set_inputs(Entry<T>& entry, std::size_t n, const Input& input) {
    if (n <= 2) [[likely]] {
      entry.inputs[0] = n > 0 ? input(0) : 0;
      entry.inputs[1] = n > 1 ? input(1) : entry.inputs[0];
      return;
    }
    const std::size_t at = many_inputs_.size();
    many_inputs_.resize(at + n);
    for (std::size_t k = 0; k < n; ++k) many_inputs_[at + k] = input(k);
    entry.set_many_at(at);
  }
  const Shape* keep(const Shape& shape);
  std::string_view keep(std::string_view text);
  void name(std::uint32_t index, std::string_view text);
  Arena& arena() { return arena_; }
  detail::Scopes& contexts() { return scopes_; }
  // A parameter's leaf that is on the tape already, with that version and active; or none.
  OptionalIndex leaf_of(const Parameter<T>& parameter, bool active) const;
  void add_parameter(const std::shared_ptr<Home>& home);  // of the next record
  std::span<const std::shared_ptr<Home>> homes() const { return homes_; }
  EntryState first_state;  // of every next entry
  Held held;               // what cannot be forgotten now
  OptionalIndex stale;     // values from there on are to be computed again

  // ---- Forgetting.
  struct Mark {
    std::uint32_t size = 0, parameters = 0, open = 0;
    std::size_t scopes = 1, names = 0, many = 0;
    Arena::Mark arena;
    std::uint64_t tape = 0, rewinds = 0;  // whose it is, and how often that was rewound before
  };
  Mark mark(std::size_t open) const;  // with so many checkpoints open
  void check_mark(const Mark& mark) const;
  bool holds(const Mark& mark) const;  // is what it marks still there?
  void forget(const Mark& mark);
  void has_forgotten(const Mark& mark);  // last of all: it may throw for want of memory
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
  // True when there is nothing but numbers to forget, which is done; else *mark says what.
  bool forget_numbers(const Start& start, Mark* mark);

 private:
  friend struct detail::Counters<T>;
  static constexpr std::uint32_t chunk_bits = 10, chunk_size = 1u << chunk_bits;
  static constexpr std::size_t most_chunks = (std::size_t(1) << (32 - chunk_bits)) - 1;

  [[noreturn]] void refuse_index(std::uint32_t index) const;
  [[noreturn]] static void refuse_input(int k, int arity);
  [[noreturn]] void refuse(std::string_view op, const Node<T>& node) const;
  void look_at_parameter(std::string_view op, std::uint32_t index) const;
  void add_chunk();
  bool knew(const Node<T>& node) const;          // in a former life
  void begin_new_life();                         // all generations of the one so far are used up
  std::uint64_t place(const Mark& mark) const {  // grows with whatever is recorded
    return std::uint64_t(mark.size) + mark.scopes + mark.names;
  }

  Life* life_ = nullptr;                    // null: it has ended
  std::uint32_t size_ = 0, room_ = 0;       // of so many records there are chunks
  std::vector<AlignedBytes> chunks_;        // of records, which never move: kernels point into them
  std::vector<std::uint32_t> many_inputs_;  // of ops with more than two inputs
  detail::Eras eras_;
  detail::Names names_;
  detail::Scopes scopes_;
  Arena arena_;                               // values, attributes, shapes, names
  std::vector<std::uint32_t> parameters_;     // their leaves, in tape order
  std::vector<std::shared_ptr<Home>> homes_;  // of them: names and shapes stay, whatever they do
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
};

}  // namespace glassgrad

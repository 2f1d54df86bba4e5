// One example's records, rebuilt for the batch: copied out of the tape, which is then rewound, and
// appended again. What depends on no mapped input is unchanged; the rest is appended as each op's
// rule treats a batch axis.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "glassgrad/engine/apply.hpp"
#include "glassgrad/ops/rules/movement.hpp"

namespace glassgrad::detail {

// A record, copied before the tape is rewound.
template <class T>
struct Copy {
  Leaf leaf;
  std::uint32_t scope;
  Origin origin;
  const Rule<T>* rule;
  const typename Parameter<T>::Home* home;  // of a parameter's leaf
  std::string name;
  Shape shape;
  std::vector<std::uint32_t> inputs;
  std::vector<std::max_align_t> attributes;
  std::vector<T> numbers;
  std::vector<std::int64_t> positions;
};

template <class T>
class BatchedRecords {
 public:
  BatchedRecords(Tape<T>& tape, std::uint32_t first, std::int64_t n)
      : tape_(tape), first_(first), n_(n) {}
  ~BatchedRecords() { leave(); }
  BatchedRecords(const BatchedRecords&) = delete;
  BatchedRecords& operator=(const BatchedRecords&) = delete;

  void copy(std::span<const Node<T>> results);
  void make(std::span<const Node<T>> mapped);
  Node<T> result(const Node<T>& of_one);

 private:
  struct Made {
    Node<T> node;
    bool mapped = false;
  };
  struct Open {
    std::uint32_t scope;
    std::unique_ptr<typename Tape<T>::ScopeGuard> guard;
  };
  const Made& made(std::uint32_t old);
  const Shape& shape_of(std::uint32_t old) const {
    return old < first_ ? *tape_.records()[old].shape : copies_[old - first_].shape;
  }
  void enter(std::uint32_t scope);
  void leave(std::size_t depth = 0) {
    while (open_.size() > depth) open_.pop_back();
  }
  Node<T> leaf(const Copy<T>& copy);
  Made op(const Copy<T>& copy);
  Node<T> widened(const Copy<T>& copy, std::uint32_t old);
  Node<T> repeated(const Node<T>& node) {
    return apply(BroadcastTo{node.shape().behind(n_)}, node);
  }

  Tape<T>& tape_;
  std::uint32_t first_, base_scope_ = 0;
  std::int64_t n_;
  std::vector<Copy<T>> copies_;
  std::vector<char> needed_;
  std::vector<Made> made_;
  Made outside_;
  std::vector<std::string> scope_names_;
  std::vector<std::uint32_t> scope_parents_;
  std::vector<Open> open_;
};

}  // namespace glassgrad::detail

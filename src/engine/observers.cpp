// Calling watchers and hooks, which may do anything: record, set other hooks, destroy the tape.
#include "glassgrad/engine/observers.hpp"

#include <algorithm>
#include <utility>

namespace glassgrad::detail {

template <class T>
void Observers<T>::watch(std::unique_ptr<Watcher<T>> watcher) {
  watcher_ = std::move(watcher);
  records_.first_state.hooked = watched();  // of all to come: the sweep shows those to arrived()
  for (std::uint32_t i = 0; watched() && i < records_.size(); ++i) records_.at(i).hooked = true;
}

template <class T>
void Observers<T>::add(std::uint32_t index, Hook hook) {
  hooks_.push_back({index, std::move(hook)});
  records_.at(index).hooked = true;
}

template <class T>
void Observers<T>::recorded(const Node<T>& node) {
  const Hold<T> hold(records_, Busy::recording);
  show(&Watcher<T>::recorded, node.index());
  hold.check("watch");
}

template <class T>
void Observers<T>::arrived(std::uint32_t index, Upstreams<T>& upstreams, const Hold<T>& hold) {
  Entry<T>& entry = records_.at(index);
  std::vector<Hook> hooks;  // those it has now: one may give it others
  for (const Hooked& hook : hooks_)
    if (hook.index == index) hooks.push_back(hook.run);
  for (const Hook& hook : hooks) {
    upstreams.make_own(entry);
    hook({entry.upstream(), entry.shape()});
    hold.check("backward");
    records_.check_parameters("backward");
  }
  if (!watched()) return;
  show(&Watcher<T>::arrived, index);
  hold.check("backward");
}

// A look at the tape is none of the program's own: value_was_read stays what it was.
template <class T>
void Observers<T>::show(void (Watcher<T>::*what)(const Node<T>&), std::uint32_t index) {
  const bool read = value_was_read;
  const Alive<T> alive(records_.life());
  const std::shared_ptr<Watcher<T>> watcher = watcher_;  // it may set another one
  ((*watcher).*what)(records_.node(index));
  if (alive.tape()) value_was_read = read;
}

template class Observers<float>;
template class Observers<double>;

}  // namespace glassgrad::detail

// The JSON of a snapshot: objects keep the order of their keys, as nlohmann's ordered_json, and are
// searched by hash once they have many, so that reading and writing 10^5 keys takes linear time.
#pragma once

#include <functional>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <unordered_map>

namespace glassgrad::detail {

template <class Key, class T, class Less = std::less<Key>,
          class Allocator = std::allocator<std::pair<const Key, T>>>
struct HashedMap : nlohmann::ordered_map<Key, T, Less, Allocator> {
  using Base = nlohmann::ordered_map<Key, T, Less, Allocator>;
  using Base::Base;
  using typename Base::const_iterator;
  using typename Base::Container;
  using typename Base::iterator;
  using typename Base::size_type;
  using typename Base::value_type;

  template <class K>
  std::pair<iterator, bool> emplace(K&& key, T&& value) {
    const size_type at = position(key);
    if (at < this->size()) return {this->begin() + std::ptrdiff_t(at), false};
    Container::emplace_back(std::forward<K>(key), std::move(value));
    return {std::prev(this->end()), true};
  }
  std::pair<iterator, bool> insert(value_type&& value) {
    return emplace(value.first, std::move(value.second));
  }
  std::pair<iterator, bool> insert(const value_type& value) {
    return emplace(value.first, T(value.second));
  }
  template <class It>
  void insert(It first, It last) {
    for (; first != last; ++first) insert(*first);
  }
  template <class K>
  T& operator[](K&& key) {
    return emplace(std::forward<K>(key), T{}).first->second;
  }
  iterator find(std::string_view key) { return this->begin() + std::ptrdiff_t(position(key)); }
  const_iterator find(std::string_view key) const {
    return this->begin() + std::ptrdiff_t(position(key));
  }
  T& at(std::string_view key) { return Container::at(position(key)).second; }
  const T& at(std::string_view key) const { return Container::at(position(key)).second; }
  size_type count(std::string_view key) const { return position(key) < this->size(); }
  template <class Which>
  auto erase(Which&& which) {
    forget();
    return Base::erase(std::forward<Which>(which));
  }
  iterator erase(iterator first, iterator last) {
    forget();
    return Base::erase(first, last);
  }
  void clear() {
    forget();
    Container::clear();
  }

 private:
  // Where the key stands; size() for none. Few are compared one by one.
  size_type position(std::string_view key) const {
    constexpr size_type few = 16;
    if (this->size() <= few) {
      size_type at = 0;
      while (at < this->size() && entry(at).first != key) ++at;
      return at;
    }
    const std::hash<std::string_view> hash;
    if (!index_.known) index_.known = std::make_unique<Places>();
    Places& known = *index_.known;  // of the first known.size() keys
    for (size_type at = known.size(); at < this->size(); ++at)
      known.emplace(hash(entry(at).first), at);
    const auto [begin, end] = known.equal_range(hash(key));
    for (auto found = begin; found != end; ++found)
      if (entry(found->second).first == key) return found->second;
    return this->size();
  }
  const value_type& entry(size_type at) const { return Container::operator[](at); }
  void forget() { index_ = {}; }

  // Belongs to one map: a copy builds its own, a moved-from one has none.
  using Places = std::unordered_multimap<std::size_t, size_type>;
  struct Index {
    std::unique_ptr<Places> known;
    Index() = default;
    Index(const Index&) {}
    Index(Index&& other) noexcept { other.known.reset(); }
    Index& operator=(Index other) noexcept { return known.reset(), other.known.reset(), *this; }
  };
  mutable Index index_;
};

using Json = nlohmann::basic_json<HashedMap>;

}  // namespace glassgrad::detail

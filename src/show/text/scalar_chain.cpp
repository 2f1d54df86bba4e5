// Paths of single numbers: every factor is one number.
#include <algorithm>
#include <cmath>
#include <set>

#include "array/written.hpp"
#include "glassgrad/array/printable.hpp"
#include "show/text/chain_text.hpp"

namespace glassgrad {
namespace {

std::string joined(const std::vector<std::string>& factors) {
  return factors.empty() ? "1" : joined_names(factors, " x ");
}

}  // namespace

template <class T>
Formula ChainTexts<T>::symbol(std::uint32_t i) const {
  const Record<T> record = tape_.records()[i];
  if (stands_in_formulas(tape_, i)) return Formula(double(*record.value)).with_shape(*record.shape);
  return Formula::symbol(label(i), *record.shape);
}

template <class T>
const BoxLocal<T>& ChainTexts<T>::local(const Step& step) {
  const std::pair key(step.box->output(), step.input);
  const auto found = locals_.find(key);
  if (found != locals_.end()) return found->second;
  const auto called = [this](std::uint32_t i) { return symbol(i); };
  return locals_[key] = step.box->local(step.input, called, 1);
}

template <class T>
bool ChainTexts<T>::is_one(const Step& step) {
  const BoxLocal<T>& l = local(step);
  return l.formula && l.formula->is_number(1);
}

// 0.05 as it is, 0.0190 and 0.2413 rounded to four decimals; what is smaller with as many digits.
template <class T>
std::string ChainTexts<T>::rounded(double number) const {
  const int places = std::max<int>(options_.decimals, 0);
  const std::string exact = to_text(number, 12);
  const std::size_t point = exact.find('.');
  if (exact.find('e') == std::string::npos &&
      (point == std::string::npos || int(exact.size() - point) - 1 <= places))
    return exact;
  if (!std::isfinite(number) || std::abs(number) < 10 * std::pow(10, -places) ||
      std::abs(number) >= 1e9)
    return to_text(number, std::max(places, 1));
  return detail::written(number, std::chars_format::fixed, places);
}

// Factors common to the ends of all paths are outside: (0.0554 - 0.0190) x 0.2413 x 0.05.
template <class T>
typename ChainTexts<T>::Collected ChainTexts<T>::collected(const std::vector<Path<T>>& paths) {
  Collected all;
  all.rest = paths;
  for (Path<T>& path : all.rest) std::erase_if(path, [this](const Step& s) { return is_one(s); });
  // how many factors at the front (with `back`, at the end) are the same on all paths
  const auto shared = [&all](bool back) {
    for (std::size_t n = 0;; ++n)
      for (const Path<T>& path : all.rest) {
        const Path<T>& first = all.rest[0];
        if (n == path.size() || n == first.size() ||
            !(back ? path[path.size() - 1 - n] == first[first.size() - 1 - n]
                   : path[n] == first[n]))
          return std::ptrdiff_t(n);
      }
  };
  const std::ptrdiff_t before = shared(false);
  all.before.assign(all.rest[0].begin(), all.rest[0].begin() + before);
  for (Path<T>& path : all.rest) path.erase(path.begin(), path.begin() + before);
  const std::ptrdiff_t after = shared(true);
  all.after.assign(all.rest[0].end() - after, all.rest[0].end());
  for (Path<T>& path : all.rest) path.erase(path.end() - after, path.end());
  return all;
}

template <class T>
std::string ChainTexts<T>::in_symbols(const Collected& all) {
  std::set<std::uint32_t> tops;
  for (const Path<T>& path : all.rest)
    if (!path.empty()) tops.insert(path.front().box->output());
  const bool apart = tops.size() == all.rest.size();  // then dE_o1/dh1 says which path is meant
  std::vector<std::string> factors;
  const auto add = [&](const Path<T>& path) {
    for (const Step& step : path) factors.push_back(quotient(step.box->output(), from(step)));
  };
  add(all.before);
  std::string sum;
  for (const Path<T>& path : all.rest) {
    std::vector<std::string> product;
    for (const Step& step : path) product.push_back(quotient(step.box->output(), from(step)));
    if (apart) product = {quotient(path.front().box->output(), from(path.back()))};
    sum += (sum.empty() ? "" : " + ") + joined(product);
  }
  const bool alone = all.before.empty() && all.after.empty();
  factors.push_back(alone ? sum : "(" + sum + ")");
  add(all.after);
  return joined(factors);
}

template <class T>
std::string ChainTexts<T>::in_numbers(const Collected& all) {
  std::vector<std::string> factors;
  for (const Step& step : all.before) factors.push_back(rounded(factor(step)));
  std::string sum;
  for (const Path<T>& path : all.rest) {
    double product = 1;
    for (const Step& step : path) product *= factor(step);
    const bool negative = std::signbit(product);
    sum += sum.empty() ? rounded(product)
                       : (negative ? " - " : " + ") + rounded(negative ? -product : product);
  }
  const bool alone = all.before.empty() && all.after.empty();
  if (all.rest.size() > 1) factors.push_back(alone ? sum : "(" + sum + ")");
  for (const Step& step : all.after) factors.push_back(rounded(factor(step)));
  return joined(factors);
}

template <class T>
std::string ChainTexts<T>::scalar(std::uint32_t cost, std::uint32_t node,
                                  const std::string& counted, const std::vector<Path<T>>& paths,
                                  const Chain& chain) {
  const std::string name = quotient(cost, node), total = to_text(chain.sum[0], options_.digits);
  std::string text = name + ": " + counted + "\n";
  for (std::size_t i = 0; i < paths.size(); ++i) {
    std::vector<std::string> symbols, formulas, numbers;
    for (const Step& step : paths[i]) {
      symbols.push_back(quotient(step.box->output(), from(step)));
      if (is_one(step)) continue;
      const std::optional<Formula>& formula = local(step).formula;
      std::string local = formula ? formula->text() : symbols.back();
      if (formula && formula->kind() == Formula::Kind::infix) local = "(" + local + ")";
      formulas.push_back(local.size() <= 60 ? local : symbols.back());
      numbers.push_back(rounded(factor(step)));
    }
    text += "  " + joined(symbols) + "\n    = " + joined(formulas) + "\n    = " + joined(numbers) +
            " = " + to_text(chain.products[i][0], options_.digits) + "\n";
  }
  if (paths.size() < chain.paths) return text + name + " = " + total + ", the sum over all paths\n";
  const Collected all = collected(paths);
  if (paths.size() > 1) text += name + " = " + in_symbols(all) + "\n";
  return text + name + " = " + in_numbers(all) + " = " + total + "\n";
}

template class ChainTexts<float>;
template class ChainTexts<double>;

}  // namespace glassgrad

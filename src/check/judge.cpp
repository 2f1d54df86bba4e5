// Differences at several steps, extrapolated (Richardson, Ridders), and what follows from them.
#include "check/judge.hpp"

namespace glassgrad::check {
namespace {

constexpr double no_doubt = 1e-6;

void set(Finding& finding, const Sides& s, double numeric, double unsure) {
  finding.left = s.left, finding.right = s.right, finding.numeric = numeric;
  const double off = std::max(std::abs(finding.analytic - numeric) - unsure,
                              std::abs(finding.analytic - finding.forward));
  const double most = std::max(std::abs(finding.analytic), std::abs(numeric));
  finding.error = off <= 0 ? 0 : off / most;
}
void set(Finding& finding, const Sides& s) { set(finding, s, s.numeric(), s.noise()); }

double bound(const Question& q, const Sides& s) {
  return q.tolerance * std::max({std::abs(q.analytic), std::abs(s.numeric()), s.size}) + q.least;
}
// At one step, where rounding leaves enough digits: 50 tolerances are 5e-5.
bool agrees(const Question& q, const Sides& s) {
  const double gap = std::abs(q.analytic - s.numeric());
  return s.finite() &&
         (gap == 0 || (gap <= bound(q, s) + s.noise() && s.noise() <= 50 * bound(q, s)));
}
// A bend shrinks with the step, a kink stays.
bool is_kink(const Question& q, const Sides& wide, const Sides& narrow) {
  if (!wide.finite() || !narrow.finite()) return false;
  const double gap = narrow.high - narrow.low;
  const double slack =
      q.tolerance * std::max(std::abs(q.analytic), narrow.steepest()) + narrow.noise();
  return gap > 4 * slack && gap > (wide.high - wide.low) / 4 && q.analytic >= narrow.low - slack &&
         q.analytic <= narrow.high + slack;
}

// The slope extrapolated from three steps h, h/5, h/25: the h^2 error is removed twice, and the
// difference of the two is the error.
struct Estimate {
  Sides wide, middle, narrow;
  double unit = 0, slope = 0, spread = 0;
  double noise(double roughness) const {
    return std::max(middle.rounding, roughness) / middle.step;
  }
  double error(double roughness) const { return spread + 1.2 * noise(roughness); }
  // The relative error of the estimate; near 1 for steps far too long. Where the estimate is 0 it
  // depends on whether f is constant.
  double doubt(double roughness) const {
    const double steepest = std::max(
        {wide.steepest(), middle.steepest(), narrow.steepest(), 1e-6 * wide.most / wide.step});
    if (steepest == 0) return roughness > 4 * middle.rounding ? 1 : 0;
    return std::isfinite(steepest) ? error(roughness) / steepest : 1;
  }
  // The two sides differ, and do so no less at the smallest step.
  bool bent() const {
    const double gap = narrow.high - narrow.low;
    return gap > 4 * narrow.noise() + 1e-6 * narrow.steepest() && gap > (wide.high - wide.low) / 4;
  }
};
Estimate estimate(double unit, const Sides& wide, const Sides& middle, const Sides& narrow) {
  const auto extrapolated = [](const Sides& a, const Sides& b) {
    return b.numeric() + (b.numeric() - a.numeric()) / 24;
  };
  const double slope = extrapolated(wide, middle);
  return {wide, middle, narrow, unit, slope, std::abs(slope - extrapolated(middle, narrow))};
}

// Everything that was seen.
struct Seen {
  std::vector<Sides> sides;
  std::vector<Estimate> estimates;
  bool hidden = false;  // rounding hides a slope of this size
  // Of f, as its smallest steps show it, and what rounding explains of it: less where f jumps.
  double roughness = 0, rounding = 0;
};

bool settles_it(const Question& q, const Estimate& e) {
  const double error = e.error(0), scale = std::max(std::abs(q.analytic), std::abs(e.slope));
  const double slack = q.tolerance * std::max(scale, e.middle.size) + q.least;
  if (!(std::abs(q.analytic - e.slope) <= slack + 2 * error)) return false;
  if (scale <= q.least) return true;
  return error <= 10 * q.tolerance * scale;
}

// Rounding hides a slope of this size, and would at every step.
bool hides_it(const Question& q, const Estimate& e) {
  return std::abs(q.analytic - e.slope) <= q.least + 2 * e.error(0) &&
         e.error(0) <= 4 * e.noise(0) && e.middle.step >= 1e-3 * e.unit;
}

// Does a conclusive one disagree?
bool refuted(const Question& q, const Seen& seen) {
  return std::any_of(seen.estimates.begin(), seen.estimates.end(), [&](const Estimate& e) {
    const double slack = q.tolerance * std::max(std::abs(q.analytic), std::abs(e.slope)) + q.least;
    return !e.bent() && e.doubt(0) < no_doubt &&
           std::abs(q.analytic - e.slope) > slack + 10 * e.error(0);
  });
}

// What the two sides' bends of three steps lead to at a step of 0: a curve's and a kink's go with
// h^2 and h, a jump's stays.
double jump_of(const Sides* three) {
  double jump = 0;
  for (int i = 0; i < 3; ++i) {
    double weight = 1;
    for (int j = 0; j < 3; ++j)
      if (j != i) weight *= three[j].step / (three[j].step - three[i].step);
    jump += weight * three[i].bend();
  }
  return std::abs(jump);
}

// Tries every step, or until three of the most reliable ones agree with the slope.
bool look(const Question& q, double most, Seen& seen) {
  for (const Run& run : q.runs(most)) {
    double least = 1;
    const std::size_t first = seen.sides.size();
    for (std::size_t k = 0; k < run.steps.size(); ++k) {
      seen.sides.push_back(q.sides(run.steps[k]));
      if (k < 2) continue;
      const Sides* three = &seen.sides[first + k - 2];
      if (!three[0].finite() || !three[1].finite() || !three[2].finite()) continue;
      seen.estimates.push_back(estimate(run.unit, three[0], three[1], three[2]));
      const Estimate& last = seen.estimates.back();
      if (last.bent() || last.doubt(0) > least) continue;
      least = last.doubt(0);
      if (settles_it(q, last)) return true;
      if (!hides_it(q, last)) continue;
      seen.hidden = true;
      if (run.last && !refuted(q, seen)) return true;
    }
  }
  std::erase_if(seen.sides, [](const Sides& s) { return !s.finite(); });
  std::sort(seen.sides.begin(), seen.sides.end(),
            [](const Sides& a, const Sides& b) { return a.step < b.step; });
  for (std::size_t k = 0; k < 2 && k + 2 < seen.sides.size(); ++k) {
    seen.roughness = std::max(seen.roughness, jump_of(&seen.sides[k]));
    for (std::size_t i = k; i < k + 3; ++i)
      seen.rounding = std::max(seen.rounding, seen.sides[i].rounding);
  }
  return false;
}

// The shorter a step, the nearer its differences to the slope, but for rounding: none that is
// shorter may speak against an estimate.
bool contradicted(const Estimate& e, const Seen& seen) {
  const double reach = 2 * e.error(seen.roughness) + std::abs(e.middle.numeric() - e.slope);
  for (const Sides& s : seen.sides) {
    if (s.step >= e.middle.step) break;
    const double noise = 4 * std::max(s.rounding, seen.roughness) / s.step;
    if (!(std::abs(s.numeric() - e.slope) <= reach + noise)) return true;
  }
  return false;
}

// Is f undetermined between neighbouring numbers? Without fractions floor is x; a slope may promise
// more, from one number to the next, than f ever changes; and f may jump right here.
bool out_of_sight(const Question& q, const Estimate& best, const Seen& seen) {
  constexpr double few = 1e-4, coarse = 1e-9;
  const auto still = [](const Sides& s) { return s.left == 0 && s.right == 0; };
  const double promised = q.spacing * std::abs(q.analytic);
  double near = 0;
  for (std::size_t k = 0; k < std::min<std::size_t>(3, seen.sides.size()); ++k)
    near = std::max(near, seen.sides[k].most);
  return q.spacing * q.stretch >= few || (near > 0 && promised > 10 * near) ||
         (promised > coarse && std::all_of(seen.sides.begin(), seen.sides.end(), still)) ||
         seen.roughness > 1e3 * seen.rounding ||
         (seen.roughness > 30 * seen.rounding &&
          q.spacing * std::abs(q.analytic - best.slope) > seen.rounding);
}

void cannot_tell(Finding& finding, const Seen& seen, Doubt doubt) {
  finding.verdict = Verdict::unclear, finding.doubt = doubt;
  finding.low = finding.high = seen.sides[0].numeric();
  for (const Sides& s : seen.sides) {
    finding.low = std::min(finding.low, s.numeric());
    finding.high = std::max(finding.high, s.numeric());
  }
}

// The most exact conclusive one, or else the least uncertain. Bent ones are of steps across a kink,
// unless nothing finer is smooth.
const Estimate& best_of(const Seen& seen) {
  constexpr double surely = 1e-3;
  const auto better = [&](const Estimate& a, const Estimate& b) {
    const double of_a = a.doubt(seen.roughness), of_b = b.doubt(seen.roughness);
    if (of_a < no_doubt && of_b < no_doubt)
      return a.error(seen.roughness) < b.error(seen.roughness);
    return of_a < of_b;
  };
  const Estimate *smooth = nullptr, *bent = nullptr;
  for (const Estimate& one : seen.estimates) {
    const Estimate*& best = one.bent() ? bent : smooth;
    if (!best || better(one, *best)) best = &one;
  }
  if (!smooth || !bent) return smooth ? *smooth : *bent;
  const bool finer = smooth->wide.step < bent->wide.step;
  return finer && smooth->doubt(seen.roughness) < surely ? *smooth : *bent;
}

void weigh_up(const Question& q, const Estimate& best, const Seen& seen, Finding& finding) {
  const double error = best.error(seen.roughness), gap = std::abs(q.analytic - best.slope);
  const double slack = q.tolerance * std::max(std::abs(q.analytic), std::abs(best.slope)) + q.least;
  if (out_of_sight(q, best, seen))
    cannot_tell(finding, seen, Doubt::neighbours);
  else if (best.doubt(seen.roughness) > 0.1 || contradicted(best, seen))
    cannot_tell(finding, seen, Doubt::steps);
  else if (gap > slack + 10 * error)
    finding.verdict = Verdict::wrong;
  else if (gap <= slack + 2 * error &&
           ((seen.hidden && !refuted(q, seen)) || error <= 1e-2 * std::abs(best.slope)))
    finding.verdict = Verdict::good;
  else
    cannot_tell(finding, seen, Doubt::rounding), finding.high = error;
}

Finding closely(const Question& q, Finding finding, double most) {
  Seen seen;
  const bool settled = look(q, most, seen);
  if (seen.estimates.empty()) return finding.verdict = Verdict::undefined, finding;
  const Estimate& best = settled ? seen.estimates.back() : best_of(seen);
  set(finding, best.middle, best.slope, 2 * best.error(seen.roughness));
  if (is_kink(q, best.wide, best.narrow))
    finding.verdict = Verdict::kink;
  else if (!settled)
    weigh_up(q, best, seen, finding);
  return finding;
}

}  // namespace

Finding judge(const Question& q) {
  Finding finding;
  finding.analytic = q.analytic, finding.forward = q.forward;
  const Sides wide = q.sides(q.usual);
  set(finding, wide);
  const double exact = 1e5 * q.epsilon * std::max({1.0, wide.size, std::abs(q.analytic)});
  if (!std::isfinite(q.analytic) || !std::isfinite(q.forward))
    return finding.verdict = Verdict::undefined, finding;
  if (std::abs(q.analytic - q.forward) > exact) return finding.verdict = Verdict::wrong, finding;
  if (!wide.finite()) return closely(q, finding, wide.most);
  const bool good = agrees(q, wide);
  // a bend between the two steps, or a kink at the point itself: the smaller step tells
  if (good && !(wide.high - wide.low > 16 * q.usual * std::max({1.0, wide.size, wide.steepest()})))
    return finding;
  const Sides narrow = q.sides(q.usual / 16);
  if (is_kink(q, wide, narrow)) {
    const Finding close = closely(q, finding, wide.most);  // the kink may be nearby
    if (close.verdict == Verdict::good || close.verdict == Verdict::wrong) return close;
    finding.verdict = Verdict::kink;
    set(finding, narrow);
    return finding;
  }
  if (good) return finding;
  if (!agrees(q, narrow)) return closely(q, finding, wide.most);
  set(finding, narrow);
  return finding;
}

}  // namespace glassgrad::check

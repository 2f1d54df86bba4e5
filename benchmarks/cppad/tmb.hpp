// The copy of CppAD (20141230) that Debian has lies inside TMB, whose changes expect three names of
// TMB's own to be there before it. They are given here, so that neither R nor the rest of TMB is
// needed.
#pragma once

#include <Eigen/Dense>
#include <cmath>
#include <iostream>

#ifndef NDEBUG
#define NDEBUG 1  // as TMB.hpp does: CppAD's own checks are never on
#endif
#define CSKIP(...) __VA_ARGS__  // definitions are compiled here, not linked from elsewhere

template <class T>
struct isDouble {
  static constexpr bool value = false;
};
template <>
struct isDouble<double> {
  static constexpr bool value = true;
};
inline std::ostream& Rcout = std::cout;

#include <cppad/cppad.hpp>

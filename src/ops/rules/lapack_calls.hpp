// The routines of LAPACK that the kernels of matrices.hpp call, by LAPACK's names, for dense
// matrices of doubles that are stored by columns. One of two files has them: lapack_calls.cpp,
// where LAPACK computes, or, in a build without it (GLASSGRAD_LAPACK=OFF), lapack_loops.cpp. An int
// that is returned is LAPACK's `info`: 0, or a row, counted from 1, or the iteration did not
// converge.
#pragma once

namespace glassgrad::lapack {

// a = P L U in place; the first pivot that is 0.
int getrf(int n, double* a, int* pivots);
// b = a^-1 b or a^-T b, of what getrf() left.
void getrs(bool transpose, int n, int columns, const double* lu, const int* pivots, double* b);
// b = a^-1 b or a^-T b, of one triangle; the first entry of its diagonal that is 0.
int trtrs(bool upper, bool transpose, bool unit, int n, int columns, const double* a, double* b);
// a = U^T U in the upper triangle; the first leading part that is not positive definite.
int potrf(int n, double* a);
// a = Q R for m >= n: R above the diagonal, and reflectors below it, of which orgqr() makes Q.
void geqrf(int m, int n, double* a, double* tau, double* work, int length);
void orgqr(int m, int n, double* a, const double* tau, double* work, int length);
// Eigenvalues w, ascending, of a's upper triangle, and eigenvectors in place of a.
int syev(int n, double* a, double* w, double* work, int length);
// a = u diag(s) vt, with k = min(m, n) columns of u and rows of vt; s descends, a is lost.
int gesvd(int m, int n, double* a, double* s, double* u, double* vt, double* work, int length);

}  // namespace glassgrad::lapack

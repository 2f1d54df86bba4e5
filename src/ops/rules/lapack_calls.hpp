// The routines of LAPACK that the kernels of matrices.hpp call, by LAPACK's names, for dense
// matrices of doubles that are stored by columns. Defined in lapack_calls.cpp, by LAPACK, or
// without it (GLASSGRAD_LAPACK=OFF) in lapack_loops.cpp. The returned int is LAPACK's `info`: 0, or
// a row counted from 1, or a failure to converge.
#pragma once

namespace glassgrad::lapack {

// a = P L U in place; returns the first zero pivot.
int getrf(int n, double* a, int* pivots);
// b = a^-1 b or a^-T b, from getrf()'s factors.
void getrs(bool transpose, int n, int columns, const double* lu, const int* pivots, double* b);
// b = a^-1 b or a^-T b for a triangle; returns the first zero of its diagonal.
int trtrs(bool upper, bool transpose, bool unit, int n, int columns, const double* a, double* b);
// a = U^T U in the upper triangle; returns the first leading minor that is not positive definite.
int potrf(int n, double* a);
// a = Q R for m >= n: R above the diagonal, and reflectors below it, of which orgqr() makes Q.
void geqrf(int m, int n, double* a, double* tau, double* work, int length);
void orgqr(int m, int n, double* a, const double* tau, double* work, int length);
// Eigenvalues w, ascending, of a's upper triangle, and eigenvectors in place of a.
int syev(int n, double* a, double* w, double* work, int length);
// a = u diag(s) vt, with k = min(m, n) columns of u and rows of vt; s descends, a is lost.
int gesvd(int m, int n, double* a, double* s, double* u, double* vt, double* work, int length);

}  // namespace glassgrad::lapack

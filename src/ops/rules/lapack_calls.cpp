// LAPACK, through xtensor-blas's typed prototypes. It is loaded on first call, not with the
// program: most programs never call it, and OpenBLAS starts a thread per processor when loaded.
// Without LAPACK: lapack_loops.cpp.
#include "ops/rules/lapack_calls.hpp"

#include <dlfcn.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include <xflens/cxxlapack/netlib/netlib.h>
#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <mutex>
#include <string>

#include "glassgrad/array/error.hpp"
#include "glassgrad/array/text.hpp"

namespace glassgrad::lapack {
namespace {

// The file found by CMake's FindLAPACK, or named by the environment.
std::string file() {
  const char* const asked = std::getenv("GLASSGRAD_LAPACK");
  return asked && *asked ? asked : GLASSGRAD_LAPACK_FILE;
}
[[noreturn]] void refuse(const std::string& what) {
  throw Error("lapack", what,
              "Install a LAPACK, or set the environment's GLASSGRAD_LAPACK to the file of one, or "
              "build with -DGLASSGRAD_LAPACK=OFF");
}
void* open() {
  if (void* const opened = ::dlopen(file().c_str(), RTLD_LAZY | RTLD_LOCAL)) return opened;
  const char* const why = ::dlerror();
  refuse(join("LAPACK cannot be loaded: ", why ? why : file()));
}
void* library() {
  static void* const opened = open();  // tried again after an error
  return opened;
}
template <class Function>
Function* find(const char* name) {
  return reinterpret_cast<Function*>(::dlsym(library(), name));
}
template <class Function>
Function& loaded(const char* name) {
  if (Function* const found = find<Function>(name)) return *found;
  refuse(join(file(), " has no ", name));
}

// OpenBLAS takes a buffer for each routine that runs and keeps it. Where there is no memory for one
// it tries again for ever. So where addresses are limited this looks first, until a call has taken
// that many; and routines take turns: one buffer serves all of them, and none takes the room that
// was found for another.
bool addresses_are_limited() {
  const auto limited = [](auto what) {
    ::rlimit limit{};
    return ::getrlimit(what, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY;
  };
  return limited(RLIMIT_AS) || limited(RLIMIT_DATA);
}
constexpr std::size_t buffer_bytes = std::size_t(128) << 20;
std::size_t addresses_taken() {
  std::size_t pages = 0;
  std::ifstream("/proc/self/statm") >> pages;
  return pages * std::size_t(::sysconf(_SC_PAGESIZE));
}
void check_room_for_a_buffer() {
  constexpr std::size_t bytes = buffer_bytes + (std::size_t(1) << 20);
  void* const room =
      ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (room == MAP_FAILED)
    throw Error("lapack", "there is no memory for OpenBLAS's buffer of 128 MiB",
                "Allow the program more (ulimit -v)");
  ::munmap(room, bytes);
}

// While one of these lives OpenBLAS uses one thread, because results depend on their number; after
// the last one it has its former number, or the one set meanwhile. With OpenMP every calling thread
// has a number of its own too.
class OneThread {
  struct Blas {
    std::mutex turn, mutex;
    int users = 0, before = 1;
    bool has_buffer = false;  // read and written by who has the turn
    int (*const get)() = find<int()>("openblas_get_num_threads");
    void (*const set)(int) = find<void(int)>("openblas_set_num_threads");
    int (*const get_own)() = find<int()>("omp_get_max_threads");
    void (*const set_own)(int) = find<void(int)>("omp_set_num_threads");
    bool is_open_blas() const { return get && set; }
    bool has_own() const { return get_own && set_own; }
  };
  static Blas& blas() {
    static Blas one;
    return one;
  }
  int own_ = 1;
  std::unique_lock<std::mutex> turn_;
  std::size_t taken_ = 0;

 public:
  OneThread() {
    if (!blas().is_open_blas()) return;
    if (blas().has_own()) own_ = blas().get_own();
    if (addresses_are_limited()) turn_ = std::unique_lock(blas().turn);
    if (turn_ && !blas().has_buffer) check_room_for_a_buffer(), taken_ = addresses_taken();
    const std::lock_guard lock(blas().mutex);
    if (blas().users++ == 0) blas().before = blas().get();
    if (blas().get() != 1 || own_ != 1) blas().set(1);
  }
  ~OneThread() {
    if (!blas().is_open_blas()) return;
    if (turn_ && !blas().has_buffer) blas().has_buffer = addresses_taken() >= taken_ + buffer_bytes;
    const std::lock_guard lock(blas().mutex);
    if (--blas().users == 0 && blas().before != 1 && blas().get() == 1) blas().set(blas().before);
    if (blas().has_own()) blas().set_own(own_);
  }
  OneThread(const OneThread&) = delete;
  OneThread& operator=(const OneThread&) = delete;
};
// Runs one routine, and returns its `info`.
template <class Call>
int on_one_thread(Call call) {
  const OneThread one_thread;
  int info = 0;
  call(info);
  return info;
}

}  // namespace

int getrf(int n, double* a, int* pivots) {
  static auto& dgetrf = loaded<decltype(cxxlapack::dgetrf_)>("dgetrf_");
  return on_one_thread([&](int& info) { dgetrf(&n, &n, a, &n, pivots, &info); });
}
void getrs(bool transpose, int n, int columns, const double* lu, const int* pivots, double* b) {
  static auto& dgetrs = loaded<decltype(cxxlapack::dgetrs_)>("dgetrs_");
  on_one_thread([&](int& info) {
    dgetrs(transpose ? "T" : "N", &n, &columns, lu, &n, pivots, b, &n, &info);
  });
}
int trtrs(bool upper, bool transpose, bool unit, int n, int columns, const double* a, double* b) {
  static auto& dtrtrs = loaded<decltype(cxxlapack::dtrtrs_)>("dtrtrs_");
  return on_one_thread([&](int& info) {
    dtrtrs(upper ? "U" : "L", transpose ? "T" : "N", unit ? "U" : "N", &n, &columns, a, &n, b, &n,
           &info);
  });
}
int potrf(int n, double* a) {
  static auto& dpotrf = loaded<decltype(cxxlapack::dpotrf_)>("dpotrf_");
  return on_one_thread([&](int& info) { dpotrf("U", &n, a, &n, &info); });
}
void geqrf(int m, int n, double* a, double* tau, double* work, int length) {
  static auto& dgeqrf = loaded<decltype(cxxlapack::dgeqrf_)>("dgeqrf_");
  on_one_thread([&](int& info) { dgeqrf(&m, &n, a, &m, tau, work, &length, &info); });
}
void orgqr(int m, int n, double* a, const double* tau, double* work, int length) {
  static auto& dorgqr = loaded<decltype(cxxlapack::dorgqr_)>("dorgqr_");
  on_one_thread([&](int& info) { dorgqr(&m, &n, &n, a, &m, tau, work, &length, &info); });
}
int syev(int n, double* a, double* w, double* work, int length) {
  static auto& dsyev = loaded<decltype(cxxlapack::dsyev_)>("dsyev_");
  return on_one_thread([&](int& info) { dsyev("V", "U", &n, a, &n, w, work, &length, &info); });
}
int gesvd(int m, int n, double* a, double* s, double* u, double* vt, double* work, int length) {
  static auto& dgesvd = loaded<decltype(cxxlapack::dgesvd_)>("dgesvd_");
  const int k = std::min(m, n);
  return on_one_thread(
      [&](int& info) { dgesvd("S", "S", &m, &n, a, &m, s, u, &m, vt, &k, work, &length, &info); });
}

}  // namespace glassgrad::lapack

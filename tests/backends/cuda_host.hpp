// CUDA as far as the kernels use it, on a CPU: one block at a time, a fiber for each thread, and
// barriers at which a block or a warp waits for all of its threads that are not done. `backwards`
// runs the threads of a block from the last to the first. `stuck` counts blocks in which some wait
// for others that never come, and threads that wait in a kernel that was said to have no barrier.
#include <setjmp.h>
#include <ucontext.h>

#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <utility>
#define __global__
#define __device__
#define __forceinline__ inline
#define __launch_bounds__(n)
#define __shared__ static
struct dim3 { unsigned x; };
struct alignas(16) uint4 { unsigned x, y, z, w; };
static dim3 gridDim, blockDim, blockIdx, threadIdx;
extern "C" int backwards, misaligned, stuck;
int backwards = 0, misaligned = 0, stuck = 0;

namespace host {
enum State { READY, AT_BLOCK, AT_WARP, DONE };
enum { MOST = 1024, STACK = 1 << 16 };
struct Fiber { jmp_buf place; void* stack; State state; bool fresh; };
static Fiber fibers[MOST];
static jmp_buf scheduler;
static ucontext_t outside;
static bool together;
static void** arguments;
static void (*body)();
static Fiber& current() { return fibers[threadIdx.x]; }
static void leave(State state) {
  Fiber& f = current();
  f.state = state;
  if (!_setjmp(f.place)) _longjmp(scheduler, 1);
}
static void wait(State state) {
  if (together) leave(state);
  else ++stuck;
}
static void enter() {
  body();
  leave(DONE);
}
static void begin(Fiber& f) {
  static ucontext_t inside;
  f.fresh = false;
  if (!f.stack) f.stack = malloc(STACK);
  getcontext(&inside);
  inside.uc_stack.ss_sp = f.stack;
  inside.uc_stack.ss_size = STACK;
  inside.uc_link = &outside;
  makecontext(&inside, enter, 0);
  setcontext(&inside);
}
static void resume(unsigned t) {
  threadIdx.x = t;
  if (_setjmp(scheduler)) return;
  if (fibers[t].fresh) begin(fibers[t]);
  _longjmp(fibers[t].place, 1);
}
// Lets the threads from `first` go on if all of them that are not done wait there.
static bool release(unsigned first, unsigned count, State state) {
  bool some = false;
  for (unsigned t = first; t < first + count; ++t) {
    if (fibers[t].state != state && fibers[t].state != DONE) return false;
    some |= fibers[t].state == state;
  }
  for (unsigned t = first; t < first + count; ++t)
    if (fibers[t].state == state) fibers[t].state = READY;
  return some;
}
static bool go_on() {
  const unsigned n = blockDim.x;
  bool some = release(0, n, AT_BLOCK);
  for (unsigned w = 0; w < n; w += 32) some |= release(w, w + 32 < n ? 32 : n - w, AT_WARP);
  return some;
}
static void run_block() {
  const unsigned n = blockDim.x;
  for (unsigned t = 0; t < n; ++t) fibers[t].state = READY, fibers[t].fresh = true;
  do {
    for (unsigned k = 0; k < n; ++k) {
      const unsigned t = backwards ? n - 1 - k : k;
      if (fibers[t].state == READY) resume(t);
    }
  } while (go_on());
  bool all = true;
  for (unsigned t = 0; t < n; ++t) all &= fibers[t].state == DONE;
  stuck += !all;
}
static void run_threads() {
  const unsigned n = blockDim.x;
  for (unsigned k = 0; k < n; ++k) threadIdx.x = backwards ? n - 1 - k : k, body();
}
static void run(void (*kernel)(), bool barriers, unsigned grid, unsigned block, void** a) {
  body = kernel, together = barriers, arguments = a;
  gridDim.x = grid, blockDim.x = block;
  for (blockIdx.x = 0; blockIdx.x < grid; ++blockIdx.x) together ? run_block() : run_threads();
}
template <class... A, size_t... I>
static void call(void (*kernel)(A...), std::index_sequence<I...>) {
  kernel(*(std::remove_reference_t<A>*)arguments[I]...);
}
template <class... A> static void call(void (*kernel)(A...)) {
  call(kernel, std::index_sequence_for<A...>{});
}
}  // namespace host

static inline void __syncthreads() { host::wait(host::AT_BLOCK); }
static inline void __syncwarp() { host::wait(host::AT_WARP); }
static inline uint4 __ldca(const uint4* p) {
  uint4 a;
  misaligned += (uintptr_t)p % 16 != 0;
  std::memcpy((void*)&a, (const void*)p, 16);
  return a;
}
static inline void __stwb(uint4* p, uint4 a) {
  misaligned += (uintptr_t)p % 16 != 0;
  std::memcpy((void*)p, (const void*)&a, 16);
}
template <class T> static T atomicAdd(T* p, T a) { const T old = *p; *p += a; return old; }
template <class T> static T atomicOr(T* p, T a) { const T old = *p; *p |= a; return old; }
template <class To, class From> static To as(From a) { To b; std::memcpy(&b, &a, sizeof b); return b; }
static inline unsigned __float_as_uint(float a) { return as<unsigned>(a); }
static inline float __uint_as_float(unsigned a) { return as<float>(a); }
static inline long long __double_as_longlong(double a) { return as<long long>(a); }
static inline double __longlong_as_double(long long a) { return as<double>(a); }
static inline float half_to_float(unsigned short a) { return as<_Float16>(a); }
static inline unsigned short float_to_half(float a) { return as<unsigned short>((_Float16)a); }
#define HOST(K, barriers)                                               \
  extern "C" void host_##K(unsigned grid, unsigned block, void** a) {   \
    host::run([] { host::call(K); }, barriers, grid, block, a);         \
  }

// CUDA as far as the kernels use it, on a CPU: one block at a time, a fiber for each thread, and
// barriers that wait. `backwards` runs the threads of a block from the last to the first.
#include <ucontext.h>

#include <cmath>
#include <cstdint>
#include <cstring>
#include <functional>
#include <utility>
#include <vector>
#define __global__
#define __device__
#define __forceinline__ inline
#define __launch_bounds__(n)
#define __shared__ static
struct dim3 { unsigned x; };
struct alignas(16) uint4 { unsigned x, y, z, w; };
static dim3 gridDim, blockDim, blockIdx, threadIdx;
extern "C" int backwards;
int backwards = 0;

namespace host {
struct Fiber { ucontext_t context; std::vector<char> stack; bool done; };
static std::vector<Fiber> fibers;
static ucontext_t scheduler;
static unsigned current;
static std::function<void()> body;
static void enter() {
  body();
  fibers[current].done = true;
  swapcontext(&fibers[current].context, &scheduler);
}
static void wait() {
  const unsigned me = current;
  swapcontext(&fibers[me].context, &scheduler);
}
static void start(Fiber& f) {
  f.done = false;
  f.stack.resize(1 << 16);
  getcontext(&f.context);
  f.context.uc_stack.ss_sp = f.stack.data();
  f.context.uc_stack.ss_size = f.stack.size();
  f.context.uc_link = &scheduler;
  makecontext(&f.context, enter, 0);
}
static void run(unsigned grid, unsigned block) {
  gridDim.x = grid, blockDim.x = block;
  fibers.resize(block);
  for (blockIdx.x = 0; blockIdx.x < grid; ++blockIdx.x) {
    for (Fiber& f : fibers) start(f);
    for (bool alive = true; alive;) {
      alive = false;
      for (unsigned t = 0; t < block; ++t) {
        current = threadIdx.x = backwards ? block - 1 - t : t;
        if (fibers[current].done) continue;
        swapcontext(&scheduler, &fibers[current].context);
        alive |= !fibers[current].done;
      }
    }
  }
}
template <class... A, size_t... I>
static void call(void (*kernel)(A...), void** a, std::index_sequence<I...>) {
  body = [=] { kernel(*reinterpret_cast<std::remove_reference_t<A>*>(a[I])...); };
}
template <class... A> static void launch(void (*kernel)(A...), unsigned grid, unsigned block, void** a) {
  call(kernel, a, std::index_sequence_for<A...>{});
  run(grid, block);
}
}  // namespace host

static inline void __syncthreads() { host::wait(); }
static inline void __syncwarp() { host::wait(); }
extern "C" int misaligned;
int misaligned = 0;
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
#define HOST(K) extern "C" void host_##K(unsigned grid, unsigned block, void** a) { host::launch(K, grid, block, a); }

// Table 2, line 4: the k-th largest |m_tilde| of each array, found digit by digit in its bits, whose
// order is that of the numbers. Counting does not depend on the order of the threads; nothing is
// sorted, stored or sent to the host.
struct Selection {
  unsigned long long prefix;
  long long wanted, tied;
  int nan;
};

enum { DIGITS = 2048 };

DEVICE unsigned long long key(float a) { return __float_as_uint(a) & 0x7fffffffu; }
DEVICE unsigned long long key(double a) {
  return (unsigned long long)__double_as_longlong(a) & 0x7fffffffffffffffull;
}

// What is selected from: m_tilde, or m as it is stored.
struct ahead {
  template <class A> static DEVICE A of(A m, A g, const Coefficients<A>& s) {
    return look_ahead(m, g, s);
  }
};
struct stored {
  template <class A> static DEVICE A of(A m, A, const Coefficients<A>&) { return m; }
};

// A block for each array. Counts are of 64 bits, as there may be more than 2^32 zeros.
typedef unsigned long long Count;
DEVICE void select_start(long long k, Selection* found, Count* counts, const Hyper&,
                         const double*) {
  if (threadIdx.x == 0) {
    const Selection start = {0, k, 0, 0};
    found[blockIdx.x] = start;
  }
  for (int i = threadIdx.x; i < DIGITS; i += BLOCK) counts[blockIdx.x * DIGITS + i] = 0;
}

// How often each digit occurs among the entries whose higher bits are those found so far.
template <class Of, class A> struct Counting {
  Coefficients<A> s;
  unsigned long long prefix;
  int shift, bits;
  unsigned* here;
  bool nan;
  DEVICE void operator()(A m, A g, long long) {
    const A z = Of::of(m, g, s);
    const unsigned long long a = key(z);
    nan |= z != z;
    if ((a ^ prefix) >> shift >> bits) return;
    atomicAdd(here + (a >> shift & ((1u << bits) - 1)), 1u);
  }
};

template <class Of, class X, class M, class G>
DEVICE void select_count(const Job& job, int shift, int bits, Selection* found, Count* counts,
                         const Hyper& h, const double* lr) {
  typedef typename Arithmetic<X>::type A;
  __shared__ unsigned here[DIGITS];
  const Coefficients<A> s = coefficients<A>(h, lr);
  for (long long chunk = blockIdx.x; chunk < job.chunks; chunk += gridDim.x) {
    for (int i = threadIdx.x; i < DIGITS; i += BLOCK) here[i] = 0;
    __syncthreads();
    const int k = row_number(job, chunk);
    const Row row = row_at(job, k);
    Counting<Of, A> mine = {s, found[k].prefix, shift, bits, here, false};
    look<X, M, G>(row, span_of(row, chunk), mine);
    if (mine.nan) atomicOr(&found[k].nan, 1);
    __syncthreads();
    for (int i = threadIdx.x; i < DIGITS; i += BLOCK)
      if (here[i]) atomicAdd(counts + k * DIGITS + i, (Count)here[i]);
  }
}

// The digit of the one that is wanted; the counts are cleared. A block for each array.
DEVICE void select_digit(int shift, Selection* found, Count* counts, const Hyper&,
                         const double*) {
  enum { SHARE = DIGITS / BLOCK };
  __shared__ long long from[BLOCK + 1];
  Count* mine = counts + blockIdx.x * DIGITS + threadIdx.x * SHARE;
  long long sum = 0;
  for (int i = 0; i < SHARE; ++i) sum += (long long)mine[i];
  from[threadIdx.x] = sum;
  if (threadIdx.x == 0) from[BLOCK] = 0;
  __syncthreads();
  for (int t = BLOCK - 2; threadIdx.x == 0 && t >= 0; --t) from[t] += from[t + 1];
  const long long wanted = found[blockIdx.x].wanted;
  __syncthreads();
  long long above = from[threadIdx.x + 1];
  if (above < wanted && wanted <= from[threadIdx.x]) {
    int i = SHARE - 1;
    for (; above + (long long)mine[i] < wanted; --i) above += (long long)mine[i];
    Selection& f = found[blockIdx.x];
    f.prefix |= (unsigned long long)(threadIdx.x * SHARE + i) << shift;
    f.wanted = wanted - above;
    f.tied = (long long)mine[i];
  }
  for (int i = 0; i < SHARE; ++i) mine[i] = 0;
}

// 1 above the threshold, an equal share of the rest at it.
template <class Scheme, class A> struct SelectedStep {
  Coefficients<A> s;
  unsigned long long threshold;
  A share;
  bool nan;
  DEVICE A at(A z) const {
    const unsigned long long a = key(z);
    const A weight = nan ? A(0) / A(0) : a > threshold ? A(1) : a == threshold ? share : A(0);
    return sign(z) * weight;
  }
  DEVICE void operator()(A& x, A& m, A g, long long) const {
    x = Scheme::move(x, at(look_ahead(m, g, s)), s);
    m = momentum(m, g, s);
  }
};
template <class Scheme, class A>
DEVICE SelectedStep<Scheme, A> selected_step(const Selection& f, long long k,
                                             const Coefficients<A>& s) {
  const A share = ((A)k - (A)(k - f.wanted)) / (A)f.tied;
  SelectedStep<Scheme, A> step = {s, f.prefix, share, f.nan != 0};
  return step;
}

template <class Scheme, class X, class M, class G>
DEVICE void select_step(const Job& job, long long k, const Selection* found, const Hyper& h,
                        const double* lr) {
  typedef typename Arithmetic<X>::type A;
  const Coefficients<A> s = coefficients<A>(h, lr);
  for (long long chunk = blockIdx.x; chunk < job.chunks; chunk += gridDim.x) {
    const int number = row_number(job, chunk);
    const Row row = row_at(job, number);
    SelectedStep<Scheme, A> rule = selected_step<Scheme>(found[number], k, s);
    sweep<X, M, G>(row, span_of(row, chunk), rule);
  }
}

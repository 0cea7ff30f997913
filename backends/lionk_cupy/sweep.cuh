// Many arrays in one launch: rows of addresses, cut into chunks of a fixed length.
struct Row {
  unsigned long long x, m, g, w;
  long long n, first, length;
};

// A job on one array has it in `one` and needs no table; `row_of` names the row of each chunk.
struct Job {
  const Row* rows;
  const int* row_of;
  Row one;
  long long chunks;
};

struct Span { long long begin, end; };

DEVICE int row_number(const Job& job, long long chunk) { return job.rows ? job.row_of[chunk] : 0; }
DEVICE Row row_at(const Job& job, int k) { return job.rows ? job.rows[k] : job.one; }
DEVICE Span span_of(const Row& row, long long chunk) {
  const long long begin = (chunk - row.first) * row.length, end = begin + row.length;
  Span span = {begin, end < row.n ? end : row.n};
  return span;
}

template <class T> DEVICE T* global(unsigned long long address) {
  T* p = (T*)address;
  __builtin_assume(__isGlobal(p));
  return p;
}

DEVICE bool aligned(unsigned long long addresses) { return (addresses & 15) == 0; }

// rule(x, m, g, i) on the entries of a span, x and m overwritten: by loads of 16 bytes, and one by
// one where an address is not a multiple of 16 and in the tail. Chunks begin at multiples of 16.
template <class X, class M, class G, class Rule>
DEVICE void sweep(const Row& row, Span span, Rule& rule) {
  typedef typename Arithmetic<X>::type A;
  enum { N = Lanes<X, M, G>::value };
  X* x = global<X>(row.x);
  M* m = global<M>(row.m);
  const G* g = global<const G>(row.g);
  const bool wide = aligned(row.x | row.m | row.g);
  const long long whole = wide ? span.begin + (span.end - span.begin) / N * N : span.begin;
  for (long long i = span.begin + (long long)threadIdx.x * N; i < whole; i += blockDim.x * N) {
    Pack<X, N> xs = *(const Pack<X, N>*)(x + i);
    Pack<M, N> ms = *(const Pack<M, N>*)(m + i);
    const Pack<G, N> gs = *(const Pack<G, N>*)(g + i);
#pragma unroll
    for (int k = 0; k < N; ++k) {
      A a = widen(xs.v[k]), b = widen(ms.v[k]);
      rule(a, b, (A)widen(gs.v[k]), i + k);
      xs.v[k] = narrow<X>(a);
      ms.v[k] = narrow<M>(b);
    }
    *(Pack<X, N>*)(x + i) = xs;
    *(Pack<M, N>*)(m + i) = ms;
  }
  for (long long i = whole + threadIdx.x; i < span.end; i += blockDim.x) {
    A a = widen(x[i]), b = widen(m[i]);
    rule(a, b, (A)widen(g[i]), i);
    x[i] = narrow<X>(a);
    m[i] = narrow<M>(b);
  }
}

// rule(m, g, i) on the entries of a span, nothing overwritten.
template <class X, class M, class G, class Rule>
DEVICE void look(const Row& row, Span span, Rule& rule) {
  typedef typename Arithmetic<X>::type A;
  enum { N = Lanes<M, M, G>::value };
  const M* m = global<const M>(row.m);
  const G* g = global<const G>(row.g);
  const bool wide = aligned(row.m | row.g);
  const long long whole = wide ? span.begin + (span.end - span.begin) / N * N : span.begin;
  for (long long i = span.begin + (long long)threadIdx.x * N; i < whole; i += blockDim.x * N) {
    const Pack<M, N> ms = *(const Pack<M, N>*)(m + i);
    const Pack<G, N> gs = *(const Pack<G, N>*)(g + i);
#pragma unroll
    for (int k = 0; k < N; ++k) rule((A)widen(ms.v[k]), (A)widen(gs.v[k]), i + k);
  }
  for (long long i = whole + threadIdx.x; i < span.end; i += blockDim.x)
    rule((A)widen(m[i]), (A)widen(g[i]), i);
}

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

// Loads and stores of 16 bytes in global memory, which a plain access by a table's address is not.
template <class P> DEVICE P load(const void* p) {
  union { uint4 words[sizeof(P) / 16]; P pack; } u;
#pragma unroll
  for (int k = 0; k < (int)(sizeof(P) / 16); ++k) u.words[k] = __ldca((const uint4*)p + k);
  return u.pack;
}
template <class P> DEVICE void store(void* p, const P& pack) {
  union { uint4 words[sizeof(P) / 16]; P pack; } u;
  u.pack = pack;
#pragma unroll
  for (int k = 0; k < (int)(sizeof(P) / 16); ++k) __stwb((uint4*)p + k, u.words[k]);
}

DEVICE bool aligned(unsigned long long addresses) { return (addresses & 15) == 0; }

// rule(x, m, g, i) on the entries of a span, x and m overwritten: by loads of 16 bytes, and one by
// one where an address is not a multiple of 16 and in the tail. Chunks begin at multiples of 16.
template <class X, class M, class G, class Rule>
DEVICE void sweep(const Row& row, Span span, Rule& rule) {
  typedef typename Arithmetic<X>::type A;
  enum { N = Lanes<X, M, G>::value };
  X* x = (X*)row.x;
  M* m = (M*)row.m;
  const G* g = (const G*)row.g;
  const bool wide = aligned(row.x | row.m | row.g);
  const long long whole = wide ? span.begin + (span.end - span.begin) / N * N : span.begin;
  for (long long i = span.begin + (long long)threadIdx.x * N; i < whole; i += blockDim.x * N) {
    Pack<X, N> xs = load<Pack<X, N> >(x + i);
    Pack<M, N> ms = load<Pack<M, N> >(m + i);
    const Pack<G, N> gs = load<Pack<G, N> >(g + i);
#pragma unroll
    for (int k = 0; k < N; ++k) {
      A a = widen(xs.v[k]), b = widen(ms.v[k]);
      rule(a, b, (A)widen(gs.v[k]), i + k);
      xs.v[k] = narrow<X>(a);
      ms.v[k] = narrow<M>(b);
    }
    store(x + i, xs);
    store(m + i, ms);
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
  const M* m = (const M*)row.m;
  const G* g = (const G*)row.g;
  const bool wide = aligned(row.m | row.g);
  const long long whole = wide ? span.begin + (span.end - span.begin) / N * N : span.begin;
  for (long long i = span.begin + (long long)threadIdx.x * N; i < whole; i += blockDim.x * N) {
    const Pack<M, N> ms = load<Pack<M, N> >(m + i);
    const Pack<G, N> gs = load<Pack<G, N> >(g + i);
#pragma unroll
    for (int k = 0; k < N; ++k) rule((A)widen(ms.v[k]), (A)widen(gs.v[k]), i + k);
  }
  for (long long i = whole + threadIdx.x; i < span.end; i += blockDim.x)
    rule((A)widen(m[i]), (A)widen(g[i]), i);
}

// Table 2's l1 norm over groups: a team of N threads measures a group and steps it, in one launch.
// A chunk holds whole groups of `size` entries; the last group of an array may be shorter.
struct NoSums {
  DEVICE void start() {}
  template <class A> DEVICE void take(A, A, A, A, A, A, long long) {}
  template <int N> DEVICE void settle(double) {}
};

template <class Scheme, class X, class M, class G, int N, bool EACH, class A, class Also>
DEVICE void sweep_groups(const Job& job, long long chunk, long long size, const Coefficients<A>& s,
                         Also& sums) {
  const int lane = threadIdx.x % N, team = threadIdx.x / N;
  const Row row = row_at(job, row_number(job, chunk));
  const Span span = span_of(row, chunk);
  X* x = (X*)row.x;
  M* m = (M*)row.m;
  const G* g = (const G*)row.g;
  for (long long begin = span.begin + team * size; begin < span.end; begin += BLOCK / N * size) {
    const long long end = begin + size < span.end ? begin + size : span.end;
    Measuring<square, A> mine = measuring<square, A>(s, no_scales());
    for (long long i = begin + lane; i < end; i += N) mine((A)widen(m[i]), (A)widen(g[i]), i);
    const l2<A> norm(together<square, N>(mine.v, 0.0), s, no_scales());
    const A weight = EACH ? ((const A*)row.w)[begin / size] : s.p;
    sums.start();
    for (long long i = begin + lane; i < end; i += N) {
      const A a = widen(x[i]), b = widen(m[i]), c = widen(g[i]), z = look_ahead(b, c, s);
      const A u = weight * norm.at(z, i), x_next = Scheme::move(a, u, s), m_next = momentum(b, c, s);
      sums.take(a, x_next, b, z, u, m_next, i);
      x[i] = narrow<X>(x_next);
      m[i] = narrow<M>(m_next);
    }
    sums.template settle<N>((double)weight);
  }
}

template <class Scheme, class X, class M, class G, int N, bool EACH>
DEVICE void group_step(const Job& job, long long size, const Hyper& h, const double* lr) {
  typedef typename Arithmetic<X>::type A;
  const Coefficients<A> s = coefficients<A>(h, lr);
  NoSums none;
  for (long long chunk = blockIdx.x; chunk < job.chunks; chunk += gridDim.x)
    sweep_groups<Scheme, X, M, G, N, EACH>(job, chunk, size, s, none);
}

// Eq. (2) and (15) in one pass for a separable K: 20 bytes of traffic for an entry of float.
template <class K, class Scheme, class A> struct SeparableStep {
  Coefficients<A> s;
  const A* w;
  DEVICE void operator()(A& x, A& m, A g, long long i) const {
    const A p = K::EACH ? w[i] : s.p;
    const A u = K::at(look_ahead(m, g, s), p, s.q);
    x = Scheme::move(x, u, s);
    m = momentum(m, g, s);
  }
};

template <class K, class Scheme, class X, class M, class G>
DEVICE void separable(const Job& job, const Hyper& h, const double* lr) {
  typedef typename Arithmetic<X>::type A;
  const Coefficients<A> s = coefficients<A>(h, lr);
  for (long long chunk = blockIdx.x; chunk < job.chunks; chunk += gridDim.x) {
    const Row row = row_at(job, row_number(job, chunk));
    SeparableStep<K, Scheme, A> rule = {s, K::EACH ? (const A*)row.w : (const A*)0};
    sweep<X, M, G>(row, span_of(row, chunk), rule);
  }
}

// The same for a norm: its K* is 0, and K itself is measured anew in double, at m, m' and m_tilde,
// as is the dual norm of lam x'.
struct NormSums {
  Tally<6> t;
  Measure before, after, tilde, reach;
};

template <class F> DEVICE double norm_of(const Measure& v, double p) {
  return v.largest * pow(v.sum + v.lost, 1 / p);
}
template <> DEVICE double norm_of<nothing>(const Measure& v, double) { return v.largest; }
template <> DEVICE double norm_of<square>(const Measure& v, double) {
  return v.largest * sqrt(v.sum + v.lost);
}
// The exponent of the dual norm; that of the largest entry has the sum.
template <class F> DEVICE double dual_of(double p) { return p / (p - 1); }
template <> DEVICE double dual_of<nothing>(double) { return 1; }

template <class F> DEVICE Measuring<F, double> measuring_in_double(double p) {
  Coefficients<double> s = {};
  s.p = p;
  return measuring<F, double>(s);
}

template <class Norm, class F, class Dual, class Scheme, class X, class M, class A>
struct CertifiedNormStep {
  NormStep<Norm, Scheme, A> step;
  double lam;
  Tally<6> t;
  Measuring<F, double> before, after, tilde;
  Measuring<Dual, double> reach;
  DEVICE void operator()(A& x, A& m, A g, long long i) {
    const A z = look_ahead(m, g, step.s);
    const double y = lam * (double)x, momentum = (double)m, m_tilde = (double)z;
    const double u = (double)step.norm.at(z);
    step(x, m, g, i);
    const double x_next = (double)widen(narrow<X>(x)), m_next = (double)widen(narrow<M>(m));
    const double y_next = lam * x_next, v = u - y_next;
    add_to(t, 0, x_next * m_next);
    add_to(t, 1, -m_tilde * y);
    add_to(t, 2, -m_tilde * y_next);
    add_to(t, 3, -momentum * u);
    add_to(t, 4, -m_next * u);
    add_to(t, 5, v * v);
    before.include(momentum);
    after.include(m_next);
    tilde.include(m_tilde);
    reach.include(y_next);
  }
};

template <template <class> class Norm, class Dual, class Scheme, class X, class M, class G>
DEVICE void certified_norm(const Job& job, const Measure* whole, NormSums* parts, const Hyper& h,
                           const double* lr) {
  typedef typename Arithmetic<X>::type A;
  typedef typename Norm<A>::F F;
  const Coefficients<A> s = coefficients<A>(h, lr);
  const double q = dual_of<F>(h.p);
  for (long long chunk = blockIdx.x; chunk < job.chunks; chunk += gridDim.x) {
    const int k = row_number(job, chunk);
    const Row row = row_at(job, k);
    const Measuring<F, double> none = measuring_in_double<F>(h.p);
    CertifiedNormStep<Norm<A>, F, Dual, Scheme, X, M, A> rule = {
        {s, Norm<A>(whole[k], s)}, h.lam, no_tally<6>(), none, none, none,
        measuring_in_double<Dual>(q)};
    sweep<X, M, G>(row, span_of(row, chunk), rule);
    NormSums all;
    all.before = together<F, BLOCK>(rule.before.v, h.p);
    all.after = together<F, BLOCK>(rule.after.v, h.p);
    all.tilde = together<F, BLOCK>(rule.tilde.v, h.p);
    all.reach = together<Dual, BLOCK>(rule.reach.v, q);
    all.t = all_together(rule.t);
    if (threadIdx.x == 0) parts[chunk] = all;
  }
}

// A block for each array: its chunks together, in the order of lionk_ref.backend.Sums.
template <class F, class Dual>
DEVICE void certified_norm_join(const Job& job, const NormSums* parts, Sums* rows, const Hyper& h,
                                const double*) {
  const double p = h.p, q = dual_of<F>(p);
  const Row row = row_at(job, blockIdx.x);
  const long long chunks = (row.n + row.length - 1) / row.length;
  const Measure none = {0, 0, 0, 0};
  NormSums mine = {no_tally<6>(), none, none, none, none};
  for (long long i = threadIdx.x; i < chunks; i += BLOCK) {
    const NormSums& part = parts[row.first + i];
    include(mine.t, part.t);
    merge<F>(mine.before, part.before, p);
    merge<F>(mine.after, part.after, p);
    merge<F>(mine.tilde, part.tilde, p);
    merge<Dual>(mine.reach, part.reach, q);
  }
  const double K = norm_of<F>(together<F, BLOCK>(mine.before, p), p);
  const double K_next = norm_of<F>(together<F, BLOCK>(mine.after, p), p);
  const double K_tilde = norm_of<F>(together<F, BLOCK>(mine.tilde, p), p);
  const double gauge = norm_of<Dual>(together<Dual, BLOCK>(mine.reach, q), q);
  const Tally<6> t = all_together(mine.t);
  if (threadIdx.x > 0) return;
  const double values[9] = {K_next, K_tilde, 0, 0, K_tilde, K_tilde, K, K_next, 0};
  Sums all = no_tally<9>();
#pragma unroll
  for (int k = 0; k < 9; ++k) {
    all.sum[k] = values[k];
    if (k < 3) continue;
    add_to(all, k, t.sum[k - 3]);
    all.lost[k] += t.lost[k - 3];
  }
  all.gauge = gauge;
  rows[blockIdx.x] = all;
}

// The same for a norm and what is made of one: K is measured anew in double, at m, m' and m_tilde,
// and the dual norm at lam x' and, where K* is not 0 in its domain, at lam x and u.
struct NormSums {
  Tally<6> t;
  Measure K[3], star[3];
};

template <class F> DEVICE double norm_of(const Measure& v, double p) {
  return v.largest * pow(v.sum + v.lost, 1 / p);
}
template <> DEVICE double norm_of<nothing>(const Measure& v, double) { return v.largest; }
template <> DEVICE double norm_of<itself>(const Measure& v, double) {
  return v.largest * (v.sum + v.lost);
}
DEVICE double length_of(const Measure& v) { return v.largest * sqrt(v.sum + v.lost); }
template <> DEVICE double norm_of<square>(const Measure& v, double) { return length_of(v); }
template <> DEVICE double norm_of<ellipse>(const Measure& v, double) { return length_of(v); }
template <> DEVICE double norm_of<dual_ellipse>(const Measure& v, double) { return length_of(v); }
// The exponent of the dual norm, where it is needed.
DEVICE double dual_of(double p) { return p / (p - 1); }

template <class F> DEVICE Measuring<F, double> measuring_in_double(double p, const Scales& w) {
  Coefficients<double> s = {};
  s.p = p;
  return measuring<F, double>(s, w);
}

template <class Norm, class F, class Dual, class Outer, class Scheme, class X, class M, class A>
struct CertifiedNormStep {
  NormStep<Norm, Scheme, A> step;
  double lam;
  Tally<6> t;
  Measuring<F, double> before, after, tilde;
  Measuring<Dual, double> here, next, way;
  DEVICE void operator()(A& x, A& m, A g, long long i) {
    const A z = look_ahead(m, g, step.s);
    const double y = lam * (double)x, momentum = (double)m, m_tilde = (double)z;
    const double u = (double)step.norm.at(z, i);
    step(x, m, g, i);
    const double x_next = (double)widen(narrow<X>(x)), m_next = (double)widen(narrow<M>(m));
    const double y_next = lam * x_next, v = u - y_next;
    gather<A>(t, 0, x_next * m_next);
    gather<A>(t, 1, -m_tilde * y);
    gather<A>(t, 2, -m_tilde * y_next);
    gather<A>(t, 3, -momentum * u);
    gather<A>(t, 4, -m_next * u);
    gather<A>(t, 5, v * v);
    before.include(momentum, i);
    after.include(m_next, i);
    tilde.include(m_tilde, i);
    next.include(y_next, i);
    if (Outer::INDICATOR) return;
    here.include(y, i);
    way.include(u, i);
  }
};

template <template <class> class Norm, class Dual, class Outer, class Scheme, class X, class M,
          class G>
DEVICE void certified_norm(const Job& job, const Measure* whole, NormSums* parts, const Hyper& h,
                           const double* lr) {
  typedef typename Arithmetic<X>::type A;
  typedef typename Norm<A>::F F;
  const Coefficients<A> s = coefficients<A>(h, lr);
  const double q = dual_of(h.p);
  for (long long chunk = blockIdx.x; chunk < job.chunks; chunk += gridDim.x) {
    const int k = row_number(job, chunk);
    const Row row = row_at(job, k);
    const Scales w = scales_of(row, h);
    const Measuring<F, double> none = measuring_in_double<F>(h.p, w);
    const Measuring<Dual, double> free = measuring_in_double<Dual>(q, w);
    CertifiedNormStep<Norm<A>, F, Dual, Outer, Scheme, X, M, A> rule = {
        {s, Norm<A>(whole[k], s, w)}, h.lam, no_tally<6>(), none, none, none, free, free, free};
    sweep<X, M, G>(row, span_of(row, chunk), rule);
    NormSums all;
    all.K[0] = together<F, BLOCK>(rule.before.v, h.p);
    all.K[1] = together<F, BLOCK>(rule.after.v, h.p);
    all.K[2] = together<F, BLOCK>(rule.tilde.v, h.p);
    all.star[0] = together<Dual, BLOCK>(rule.here.v, q);
    all.star[1] = together<Dual, BLOCK>(rule.next.v, q);
    all.star[2] = together<Dual, BLOCK>(rule.way.v, q);
    all.t = all_together(rule.t);
    if (threadIdx.x == 0) parts[chunk] = all;
  }
}

// What a row's K, K* and inner products make together, in the order of lionk_ref.backend.Sums.
DEVICE Sums settled(const double* K, const double* star, const Tally<6>& t, double gauge) {
  const double values[9] = {K[1], K[2], star[1], 0, K[2] + star[0], K[2] + star[1],
                            K[0] + star[2], K[1] + star[2], 0};
  Sums all = no_tally<9>();
#pragma unroll
  for (int k = 0; k < 9; ++k) {
    all.sum[k] = values[k];
    if (k < 3) continue;
    add_to(all, k, t.sum[k - 3]);
    all.lost[k] += t.lost[k - 3];
  }
  all.gauge = gauge;
  return all;
}

// A block for each array: its chunks together.
template <class F, class Dual, class Outer>
DEVICE void certified_norm_join(const Job& job, const NormSums* parts, Sums* rows, const Hyper& h,
                                const double*) {
  const double p = h.p, q = dual_of(p);
  const Row row = row_at(job, blockIdx.x);
  const long long chunks = (row.n + row.length - 1) / row.length;
  NormSums mine = {no_tally<6>(), {}, {}};
  for (long long i = threadIdx.x; i < chunks; i += BLOCK) {
    const NormSums& part = parts[row.first + i];
    include(mine.t, part.t);
#pragma unroll
    for (int k = 0; k < 3; ++k) {
      merge<F>(mine.K[k], part.K[k], p);
      merge<Dual>(mine.star[k], part.star[k], q);
    }
  }
  double K[3], star[3], gauge = 0;
#pragma unroll
  for (int k = 0; k < 3; ++k) {
    K[k] = Outer::value(norm_of<F>(together<F, BLOCK>(mine.K[k], p), p), p, 0);
    const double y = norm_of<Dual>(together<Dual, BLOCK>(mine.star[k], q), q);
    star[k] = Outer::star(y, p, 0);
    if (k == 1) gauge = Outer::gauge(y, p, 0);
  }
  const Tally<6> t = all_together(mine.t);
  if (threadIdx.x == 0) rows[blockIdx.x] = settled(K, star, t, gauge);
}

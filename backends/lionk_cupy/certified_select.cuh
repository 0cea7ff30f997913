// The same for the k largest. K is the sum of what lies above a threshold and of its share of what
// lies at it: the thresholds of m, m_tilde and m' are found before and after the step.
struct SelectSums {
  Tally<6> t;
  Tally<4> K;
};
enum { OF_M, OF_NEXT, OF_TILDE, REACH };

DEVICE float size_at(unsigned long long key, float) { return __uint_as_float((unsigned)key); }
DEVICE double size_at(unsigned long long key, double) { return __longlong_as_double((long long)key); }

template <class A> DEVICE void above(Tally<4>& t, int k, A z, const Selection& f) {
  if (key(z) > f.prefix) gather<A>(t, k, (double)size(z));
}

template <class Scheme, class X, class M, class A> struct CertifiedSelectedStep {
  SelectedStep<Scheme, A> step;
  Selection before, tilde;
  double lam;
  SelectSums sums;
  DEVICE void operator()(A& x, A& m, A g, long long i) {
    const A z = look_ahead(m, g, step.s), before_it = m;
    const double y = lam * (double)x, momentum = (double)m, m_tilde = (double)z;
    const double u = (double)step.at(z);
    step(x, m, g, i);
    const double x_next = (double)widen(narrow<X>(x)), m_next = (double)widen(narrow<M>(m));
    const double y_next = lam * x_next, v = u - y_next;
    gather<A>(sums.t, 0, x_next * m_next);
    gather<A>(sums.t, 1, -m_tilde * y);
    gather<A>(sums.t, 2, -m_tilde * y_next);
    gather<A>(sums.t, 3, -momentum * u);
    gather<A>(sums.t, 4, -m_next * u);
    gather<A>(sums.t, 5, v * v);
    above(sums.K, OF_M, before_it, before);
    above(sums.K, OF_TILDE, z, tilde);
    gather<A>(sums.K, REACH, fabs(y_next));
    raise_to(sums.K, fabs(y_next));
  }
};

template <class Scheme, class X, class M, class G>
DEVICE void certified_select(const Job& job, long long k, const Selection* found,
                             const Selection* before, SelectSums* parts, const Hyper& h,
                             const double* lr) {
  typedef typename Arithmetic<X>::type A;
  const Coefficients<A> s = coefficients<A>(h, lr);
  for (long long chunk = blockIdx.x; chunk < job.chunks; chunk += gridDim.x) {
    const int n = row_number(job, chunk);
    const Row row = row_at(job, n);
    CertifiedSelectedStep<Scheme, X, M, A> rule = {
        selected_step<Scheme>(found[n], k, s), before[n], found[n], h.lam,
        {no_tally<6>(), no_tally<4>()}};
    sweep<X, M, G>(row, span_of(row, chunk), rule);
    SelectSums all;
    all.t = all_together(rule.sums.t);
    all.K = all_together(rule.sums.K);
    if (threadIdx.x == 0) parts[chunk] = all;
  }
}

// What lies above the threshold of m', after the step.
template <class A> struct Above {
  Selection f;
  Tally<4> t;
  DEVICE void operator()(A m, A, long long) { above(t, OF_NEXT, m, f); }
};
template <class X, class M, class G>
DEVICE void select_above(const Job& job, const Selection* after, SelectSums* parts, const Hyper&,
                         const double*) {
  typedef typename Arithmetic<X>::type A;
  for (long long chunk = blockIdx.x; chunk < job.chunks; chunk += gridDim.x) {
    const int n = row_number(job, chunk);
    const Row row = row_at(job, n);
    Above<A> rule = {after[n], no_tally<4>()};
    look<X, M, G>(row, span_of(row, chunk), rule);
    const Tally<4> all = all_together(rule.t);
    if (threadIdx.x == 0) include(parts[chunk].K, all);
    __syncthreads();
  }
}

// The sum above a threshold, and what is still wanted at it; NaN if there is one.
template <class A> DEVICE double selected(const Tally<4>& t, int k, const Selection& f) {
  const double at = (double)size_at(f.prefix, A(0));
  return f.nan ? 0.0 / 0.0 : t.sum[k] + (t.lost[k] + (double)f.wanted * at);
}

// A block for each array: its chunks together.
template <class A>
DEVICE void certified_select_join(const Job& job, long long k, const Selection* tilde,
                                  const Selection* before, const Selection* after,
                                  const SelectSums* parts, Sums* rows, const Hyper&,
                                  const double*) {
  const Row row = row_at(job, blockIdx.x);
  const long long chunks = (row.n + row.length - 1) / row.length;
  SelectSums mine = {no_tally<6>(), no_tally<4>()};
  for (long long i = threadIdx.x; i < chunks; i += BLOCK) {
    include(mine.t, parts[row.first + i].t);
    include(mine.K, parts[row.first + i].K);
  }
  const Tally<6> t = all_together(mine.t);
  const Tally<4> sums = all_together(mine.K);
  if (threadIdx.x > 0) return;
  const int b = blockIdx.x;
  const double K[3] = {selected<A>(sums, OF_M, before[b]), selected<A>(sums, OF_NEXT, after[b]),
                       selected<A>(sums, OF_TILDE, tilde[b])};
  const double star[3] = {0, 0, 0}, share = (sums.sum[REACH] + sums.lost[REACH]) / (double)k;
  rows[b] = settled(K, star, t, share > sums.gauge ? share : sums.gauge);
}

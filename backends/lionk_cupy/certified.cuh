// Theorem 4.1, on line: the step of a separable K, and in the same pass the sums that its
// certificate needs, in the order of lionk_ref.backend.Sums. They are held in double with what each
// addition loses, and put together chunk by chunk: the number of threads does not matter. What is
// computed in float is summed by a thread without it: its few additions lose nothing that counts,
// and double is slow on a GPU.
template <int N> struct Tally { double sum[N], lost[N], gauge; };
typedef Tally<9> Sums;

template <int N> DEVICE void add_to(Tally<N>& t, int k, double term) {
  const double sum = t.sum[k] + term, part = sum - t.sum[k];
  t.lost[k] += (t.sum[k] - (sum - part)) + (term - part);
  t.sum[k] = sum;
}
template <class A, int N> DEVICE void gather(Tally<N>& t, int k, double term) {
  if (sizeof(A) == sizeof(double)) add_to(t, k, term);
  else t.sum[k] += term;
}
template <int N> DEVICE void raise_to(Tally<N>& t, double gauge) {
  if (t.gauge == t.gauge && !(gauge <= t.gauge)) t.gauge = gauge;
}
template <int N> DEVICE void include(Tally<N>& t, const Tally<N>& other) {
#pragma unroll
  for (int k = 0; k < N; ++k) {
    add_to(t, k, other.sum[k]);
    t.lost[k] += other.lost[k];
  }
  raise_to(t, other.gauge);
}
template <int N> DEVICE Tally<N> no_tally() {
  Tally<N> t;
#pragma unroll
  for (int k = 0; k < N; ++k) t.sum[k] = t.lost[k] = 0;
  t.gauge = 0;
  return t;
}

// What the threads of the block found; thread 0 gets the result.
template <int N> DEVICE Tally<N> all_together(const Tally<N>& mine) {
  __shared__ Tally<N> all[BLOCK];
  all[threadIdx.x] = mine;
  for (int half = BLOCK / 2; half > 0; half /= 2) {
    __syncthreads();
    if (threadIdx.x < half) include(all[threadIdx.x], all[threadIdx.x + half]);
  }
  return all[threadIdx.x];
}

// What is summed is what is stored: x' and m' after their rounding.
template <class K, class Scheme, class X, class M, class A> struct CertifiedStep {
  SeparableStep<K, Scheme, A> step;
  double lam, p, q;
  Sums t;
  DEVICE void operator()(A& x, A& m, A g, long long i) {
    typedef Terms<K> k;
    const A p_there = K::EACH ? step.w[i] : step.s.p;
    const double w = K::EACH ? (double)p_there : p;
    const A z = look_ahead(m, g, step.s);
    const double before = (double)x, momentum = (double)m, m_tilde = (double)z;
    const double u = (double)K::at(z, p_there, step.s.q);
    step(x, m, g, i);
    const double after = (double)widen(narrow<X>(x)), m_next = (double)widen(narrow<M>(m));
    const double y = lam * before, y_next = lam * after, v = u - y_next;
    const double K_tilde = k::value(m_tilde, w, q), K_next = k::value(m_next, w, q);
    const double star_next = k::star(y_next, w, q), star_u = k::star(u, w, q);
    gather<A>(t, 0, K_next);
    gather<A>(t, 1, K_tilde);
    gather<A>(t, 2, star_next);
    gather<A>(t, 3, after * m_next);
    gather<A>(t, 4, K_tilde + k::star(y, w, q) - m_tilde * y);
    gather<A>(t, 5, K_tilde + star_next - m_tilde * y_next);
    gather<A>(t, 6, k::value(momentum, w, q) + star_u - momentum * u);
    gather<A>(t, 7, K_next + star_u - m_next * u);
    gather<A>(t, 8, v * v);
    raise_to(t, k::gauge(y_next, w, q));
  }
};

template <class K, class Scheme, class X, class M, class G>
DEVICE void certified(const Job& job, Sums* parts, const Hyper& h, const double* lr) {
  typedef typename Arithmetic<X>::type A;
  const Coefficients<A> s = coefficients<A>(h, lr);
  for (long long chunk = blockIdx.x; chunk < job.chunks; chunk += gridDim.x) {
    const Row row = row_at(job, row_number(job, chunk));
    CertifiedStep<K, Scheme, X, M, A> rule = {
        {s, K::EACH ? (const A*)row.w : (const A*)0}, h.lam, h.p, h.q, no_tally<9>()};
    sweep<X, M, G>(row, span_of(row, chunk), rule);
    const Sums all = all_together(rule.t);
    if (threadIdx.x == 0) parts[chunk] = all;
    __syncthreads();
  }
}

// One block for all chunks of all arrays.
DEVICE void certified_join(long long chunks, const Sums* parts, Sums* whole, const Hyper&,
                           const double*) {
  Sums mine = no_tally<9>();
  for (long long i = threadIdx.x; i < chunks; i += BLOCK) include(mine, parts[i]);
  const Sums all = all_together(mine);
  if (threadIdx.x == 0) *whole = all;
}

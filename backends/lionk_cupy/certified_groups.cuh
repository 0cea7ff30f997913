// The same for the l1 norm over groups: after its step a team measures its group anew, in double.
template <class X, class M, bool EACH> struct GroupSums {
  double lam, p;
  Measuring<square, double> before, after, tilde, reach;
  Sums t;
  DEVICE void start() { before = after = tilde = reach = measuring_in_double<square>(0, no_scales()); }
  template <class A> DEVICE void take(A x, A x_next, A m, A z, A u, A m_next, long long i) {
    const double y = lam * (double)x, momentum = (double)m, m_tilde = (double)z, way = (double)u;
    const double x_there = (double)widen(narrow<X>(x_next));
    const double m_there = (double)widen(narrow<M>(m_next));
    const double y_next = lam * x_there, v = way - y_next;
    gather<A>(t, 3, x_there * m_there);
    gather<A>(t, 4, -m_tilde * y);
    gather<A>(t, 5, -m_tilde * y_next);
    gather<A>(t, 6, -momentum * way);
    gather<A>(t, 7, -m_there * way);
    gather<A>(t, 8, v * v);
    before.include(momentum, i);
    after.include(m_there, i);
    tilde.include(m_tilde, i);
    reach.include(y_next, i);
  }
  // The norms of the group, times its weight: once for each team.
  template <int N> DEVICE void settle(double of_group) {
    const double weight = EACH ? of_group : p;
    const double K = norm_of<square>(together<square, N>(before.v, 0), 0);
    const double K_next = norm_of<square>(together<square, N>(after.v, 0), 0);
    const double K_tilde = norm_of<square>(together<square, N>(tilde.v, 0), 0);
    const double y_next = norm_of<square>(together<square, N>(reach.v, 0), 0);
    if (threadIdx.x % N > 0) return;
    add_to(t, 0, weight * K_next);
    add_to(t, 1, weight * K_tilde);
    add_to(t, 4, weight * K_tilde);
    add_to(t, 5, weight * K_tilde);
    add_to(t, 6, weight * K);
    add_to(t, 7, weight * K_next);
    raise_to(t, y_next / weight);
  }
};

template <class Scheme, class X, class M, class G, int N, bool EACH>
DEVICE void certified_group(const Job& job, long long size, Sums* parts, const Hyper& h,
                            const double* lr) {
  typedef typename Arithmetic<X>::type A;
  const Coefficients<A> s = coefficients<A>(h, lr);
  for (long long chunk = blockIdx.x; chunk < job.chunks; chunk += gridDim.x) {
    GroupSums<X, M, EACH> sums = {h.lam, h.p};
    sums.t = no_tally<9>();
    sweep_groups<Scheme, X, M, G, N, EACH>(job, chunk, size, s, sums);
    const Sums all = all_together(sums.t);
    if (threadIdx.x == 0) parts[chunk] = all;
    __syncthreads();
  }
}

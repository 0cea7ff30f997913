// Eq. (2) and (15) for the norms: a pass that measures each chunk of m_tilde, one that puts the
// chunks of an array together, and one that steps. Nothing goes to the host in between.
DEVICE Scales scales_of(const Row& row, const Hyper& h) {
  const Scales w = {(const double*)row.w, h.p};
  return w;
}

template <class F, class X, class M, class G>
DEVICE void measure(const Job& job, Measure* parts, const Hyper& h, const double* lr) {
  typedef typename Arithmetic<X>::type A;
  const Coefficients<A> s = coefficients<A>(h, lr);
  for (long long chunk = blockIdx.x; chunk < job.chunks; chunk += gridDim.x) {
    const Row row = row_at(job, row_number(job, chunk));
    Measuring<F, A> mine = measuring<F, A>(s, scales_of(row, h));
    look<X, M, G>(row, span_of(row, chunk), mine);
    const Measure all = together<F, BLOCK>(mine.v, (double)s.p);
    if (threadIdx.x == 0) parts[chunk] = all;
  }
}

// A block for each array.
template <class F, class A>
DEVICE void join(const Job& job, const Measure* parts, Measure* whole, const Hyper& h,
                 const double*) {
  const double p = (double)(A)h.p;
  const Row row = row_at(job, blockIdx.x);
  const long long chunks = (row.n + row.length - 1) / row.length;
  Measure mine = {0, 0, 0, 0};
  for (long long i = threadIdx.x; i < chunks; i += BLOCK) merge<F>(mine, parts[row.first + i], p);
  const Measure all = together<F, BLOCK>(mine, p);
  if (threadIdx.x == 0) whole[blockIdx.x] = all;
}

template <class A> DEVICE A nonzero(A a) { return a == 0 ? A(1) : a; }
template <class A> DEVICE A infinity() { return A(1) / A(0); }

// z / largest: zeros stay, and infinite entries are the limit.
template <class A> DEVICE A scaled(A z, A largest) {
  if (largest == infinity<A>()) return sign(z) * (size(z) == largest ? A(1) : A(0));
  return z / nonzero(largest);
}

// A norm: what is the same for all entries, and u at one of them.
template <class A> struct l2 {
  typedef square F;
  A largest, length;
  DEVICE l2(const Measure& v, const Coefficients<A>&, const Scales&)
      : largest((A)v.largest), length(root((A)(v.sum + v.lost))) {}
  DEVICE A value() const { return largest * length; }
  DEVICE A at(A z, long long) const { return scaled(z, largest) / nonzero(length); }
};

template <class A, class Power> struct lp {
  typedef Power F;
  A largest, length, less;
  DEVICE lp(const Measure& v, const Coefficients<A>& s, const Scales&)
      : largest((A)v.largest), length(power((A)(v.sum + v.lost), s.q)), less(s.less) {}
  DEVICE A value() const { return largest * length; }
  DEVICE A at(A z, long long) const {
    return sign(z) * Power::slope(size(scaled(z, largest)) / nonzero(length), less);
  }
};
#define LP(Power)                                                                    \
  template <class A> struct lp_##Power : lp<A, Power> {                              \
    DEVICE lp_##Power(const Measure& v, const Coefficients<A>& s, const Scales& w)   \
        : lp<A, Power>(v, s, w) {}                                                   \
  };
LP(three_halves)
LP(square)
LP(cube)
LP(fourth)
LP(any_power)
#undef LP

template <class A> struct linf {
  typedef nothing F;
  A largest, count;
  DEVICE linf(const Measure& v, const Coefficients<A>&, const Scales&)
      : largest((A)v.largest), count((A)v.count) {}
  DEVICE A value() const { return largest; }
  DEVICE A at(A z, long long) const {
    if (largest != largest) return largest;
    return sign(z) * (size(z) == largest ? A(1) : A(0)) / nonzero(count);
  }
};

// The l1 norm as a whole, for its square.
template <class A> struct total_l1 {
  typedef itself F;
  A largest, sum;
  DEVICE total_l1(const Measure& v, const Coefficients<A>&, const Scales&)
      : largest((A)v.largest), sum((A)(v.largest * (v.sum + v.lost))) {}
  DEVICE A value() const { return largest == 0 ? largest : sum; }
  DEVICE A at(A z, long long) const { return sign(z); }
};

// The length of z in the metric A, whose roots are the scales: all but z/largest is in double.
template <class A> struct ellipsoid {
  typedef ellipse F;
  A largest;
  double length;
  Scales w;
  DEVICE ellipsoid(const Measure& v, const Coefficients<A>&, const Scales& w)
      : largest((A)v.largest), length(sqrt(v.sum + v.lost)), w(w) {}
  DEVICE A at(A z, long long i) const {
    const double root = w.at(i);
    return (A)(root * (root * (double)scaled(z, largest) / nonzero(length)));
  }
};

// The length of z smoothed by e = p.
template <class A> struct relativistic {
  typedef square F;
  l2<A> norm;
  A factor;
  DEVICE relativistic(const Measure& v, const Coefficients<A>& s, const Scales& w)
      : norm(v, s, w), factor(smooth_sign(norm.value(), s.p)) {}
  DEVICE A at(A z, long long i) const { return norm.at(z, i) * factor; }
};

// Half the square of a norm: its u times its value.
template <class A, class Norm> struct enlarged {
  typedef typename Norm::F F;
  Norm norm;
  DEVICE enlarged(const Measure& v, const Coefficients<A>& s, const Scales& w) : norm(v, s, w) {}
  DEVICE A at(A z, long long i) const {
    const A u = norm.at(z, i);
    return u == 0 ? u : norm.value() * u;
  }
};
#define ENLARGED(Norm)                                                                  \
  template <class A> struct enlarged_##Norm : enlarged<A, Norm<A> > {                   \
    DEVICE enlarged_##Norm(const Measure& v, const Coefficients<A>& s, const Scales& w) \
        : enlarged<A, Norm<A> >(v, s, w) {}                                             \
  };
ENLARGED(total_l1)
ENLARGED(l2)
ENLARGED(linf)
ENLARGED(lp_three_halves)
ENLARGED(lp_square)
ENLARGED(lp_cube)
ENLARGED(lp_fourth)
ENLARGED(lp_any_power)
#undef ENLARGED

template <class Norm, class Scheme, class A> struct NormStep {
  Coefficients<A> s;
  Norm norm;
  DEVICE void operator()(A& x, A& m, A g, long long i) const {
    x = Scheme::move(x, norm.at(look_ahead(m, g, s), i), s);
    m = momentum(m, g, s);
  }
};

template <template <class> class Norm, class Scheme, class X, class M, class G>
DEVICE void norm_step(const Job& job, const Measure* whole, const Hyper& h, const double* lr) {
  typedef typename Arithmetic<X>::type A;
  const Coefficients<A> s = coefficients<A>(h, lr);
  for (long long chunk = blockIdx.x; chunk < job.chunks; chunk += gridDim.x) {
    const int k = row_number(job, chunk);
    const Row row = row_at(job, k);
    NormStep<Norm<A>, Scheme, A> rule = {s, Norm<A>(whole[k], s, scales_of(row, h))};
    sweep<X, M, G>(row, span_of(row, chunk), rule);
  }
}

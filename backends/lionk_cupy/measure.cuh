// Section 2. The largest |z| of many entries, how many have it, and the sum of f(|z|/largest): all
// that a norm needs, in one pass and without overflow. When a larger entry comes the sum is scaled
// down to it. Sums are held in double, for double with what each addition loses beside it.
struct Measure { double largest, count, sum, lost; };

// What an entry is multiplied by before its square is taken, in double: its own, or one for all.
struct Scales {
  const double* each;
  double all;
  DEVICE double at(long long i) const { return each ? each[i] : all; }
};
DEVICE Scales no_scales() {
  const Scales none = {0, 1};
  return none;
}

// The powers f of the norms, and f' up to a factor; less = p - 1. A term has an entry's scale in it.
struct Plain {
  enum { SCALED = 0 };
  template <class A> static DEVICE A scaled(A r, const Scales&, long long) { return r; }
};
struct nothing : Plain {
  template <class A> static DEVICE A of(A r, A p) { return A(0); }
};
struct itself : Plain {
  template <class A> static DEVICE A of(A r, A p) { return r; }
};
struct square : Plain {
  template <class A> static DEVICE A of(A r, A p) { return r * r; }
  template <class A> static DEVICE A slope(A r, A less) { return r; }
};
struct three_halves : Plain {
  template <class A> static DEVICE A of(A r, A p) { return r * root(r); }
  template <class A> static DEVICE A slope(A r, A less) { return root(r); }
};
struct cube : Plain {
  template <class A> static DEVICE A of(A r, A p) { return r * r * r; }
  template <class A> static DEVICE A slope(A r, A less) { return r * r; }
};
struct fourth : Plain {
  template <class A> static DEVICE A of(A r, A p) { return (r * r) * (r * r); }
  template <class A> static DEVICE A slope(A r, A less) { return r * (r * r); }
};
struct any_power : Plain {
  template <class A> static DEVICE A of(A r, A p) { return power(r, p); }
  template <class A> static DEVICE A slope(A r, A less) { return power(r, less); }
};
struct Scaled {
  enum { SCALED = 1 };
  static DEVICE double of(double r, double) { return r * r; }
};
struct ellipse : Scaled {
  static DEVICE double scaled(double r, const Scales& w, long long i) { return w.at(i) * r; }
};
struct dual_ellipse : Scaled {
  static DEVICE double scaled(double r, const Scales& w, long long i) { return r / w.at(i); }
};

DEVICE void add(Measure& v, float term) { v.sum += (double)term; }
DEVICE void add(Measure& v, double term) {
  const double sum = v.sum + term, part = sum - v.sum;
  v.lost += (v.sum - (sum - part)) + (term - part);
  v.sum = sum;
}

template <class F, class A> DEVICE void scale_to(Measure& v, A largest, A p) {
  const double factor = F::of((double)v.largest / (double)largest, (double)p);
  v.largest = largest;
  v.count = 0;
  v.sum *= factor;
  v.lost *= factor;
}

// One entry more. The largest is also held in A, which divides faster.
template <class F, class A> struct Measuring {
  Coefficients<A> s;
  Scales w;
  Measure v;
  A largest;
  DEVICE void include(A z, long long i) {
    const A r = size(z);
    if (r < largest) return add(v, F::of(F::scaled(r / largest, w, i), s.p));
    if (r > largest) scale_to<F>(v, r, s.p);
    largest = r == largest || r > largest ? r : r + largest;
    v.largest = largest;
    v.count += 1;
    if (F::SCALED) add(v, F::of(F::scaled(A(1), w, i), s.p));
    else add(v, A(1));
  }
  DEVICE void operator()(A m, A g, long long i) { include(look_ahead(m, g, s), i); }
};

template <class F, class A>
DEVICE Measuring<F, A> measuring(const Coefficients<A>& s, const Scales& w) {
  Measuring<F, A> start = {s, w, {0, 0, 0, 0}, A(0)};
  return start;
}

// Two sets of entries as one.
template <class F> DEVICE void merge(Measure& v, Measure w, double p) {
  if (w.largest > v.largest) scale_to<F>(v, w.largest, p);
  if (w.largest < v.largest) scale_to<F>(w, v.largest, p);
  if (w.largest != w.largest) v.largest = w.largest;
  v.count += w.count;
  add(v, w.sum);
  v.lost += w.lost;
}

// What the threads of a team of N found, merged in a fixed order; every thread gets the result.
// A team is a thread, a warp or the block.
template <int N> DEVICE void wait_for_team() {
  if (N == BLOCK) __syncthreads();
  else if (N > 1) __syncwarp();
}
template <class F, int N> DEVICE Measure together(const Measure& mine, double p) {
  __shared__ Measure all[BLOCK];
  Measure* team = all + threadIdx.x / N * N;
  const int lane = threadIdx.x % N;
  team[lane] = mine;
  for (int half = N / 2; half > 0; half /= 2) {
    wait_for_team<N>();
    if (lane < half) merge<F>(team[lane], team[lane + half], p);
  }
  wait_for_team<N>();
  const Measure result = team[0];
  wait_for_team<N>();
  return result;
}

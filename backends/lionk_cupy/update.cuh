// Eq. (2) and (15), operation by operation as in lionk_ref/discrete/updates.py.
struct Hyper { double lr, beta1, beta2, lam, p, q; };

// Each scalar is formed in double and rounded once to the arithmetic of the step; less = p - 1.
template <class A> struct Coefficients { A beta1, c1, beta2, c2, lr, lam, d, p, q, less; };

template <class A> DEVICE Coefficients<A> coefficients(const Hyper& h, const double* lr_there) {
  const double lr = lr_there ? *lr_there : h.lr;
  Coefficients<A> s = {
      (A)h.beta1, (A)(1.0 - h.beta1), (A)h.beta2, (A)(1.0 - h.beta2), (A)lr, (A)h.lam,
      (A)(1.0 + lr * h.lam), (A)h.p, (A)h.q, (A)(h.p - 1.0)};
  return s;
}

template <class A> DEVICE A look_ahead(A m, A g, const Coefficients<A>& s) {
  return s.beta1 * m - s.c1 * g;
}
template <class A> DEVICE A momentum(A m, A g, const Coefficients<A>& s) {
  return s.beta2 * m - s.c2 * g;
}

struct Explicit {
  template <class A> static DEVICE A move(A x, A u, const Coefficients<A>& s) {
    return x + s.lr * (u - s.lam * x);
  }
};
struct Implicit {
  template <class A> static DEVICE A move(A x, A u, const Coefficients<A>& s) {
    return (x + s.lr * u) / s.d;
  }
};

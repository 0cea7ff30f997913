// What a coordinate of a separable K adds to a certificate, in double: K, K* at the nearest point of
// its domain, and a gauge of y that is at most 1 in the domain; 0 where the domain is everything.
DEVICE double at_most(double a, double b) { return a > b ? b : a; }
DEVICE double beyond(double a, double b) { return a < b ? 0 : a - b; }

#define TERM(name) static DEVICE double name
template <class K> struct Terms;

// A positively homogeneous K, whose K* is 0.
struct BoxTerms {
  TERM(star)(double, double, double) { return 0; }
  TERM(gauge)(double y, double, double) { return fabs(y); }
};
template <> struct Terms<l1> : BoxTerms {
  TERM(value)(double z, double, double) { return fabs(z); }
};
template <> struct Terms<weighted_l1> : BoxTerms {
  TERM(value)(double z, double p, double) { return p * fabs(z); }
  TERM(gauge)(double y, double p, double) { return fabs(y) / p; }
};
template <> struct Terms<weighted_l1_each> : Terms<weighted_l1> {};
template <> struct Terms<asymmetric_box> : BoxTerms {
  TERM(value)(double z, double p, double q) { return z > 0 ? q * z : z < 0 ? p * z : fabs(z); }
  TERM(gauge)(double y, double p, double q) { return fabs(y > 0 ? y / q : y < 0 ? y / p : y); }
};
template <> struct Terms<dead_zone> : BoxTerms {
  TERM(value)(double z, double p, double) { return beyond(fabs(z), p); }
  TERM(star)(double y, double p, double) { return p * at_most(fabs(y), 1); }
};
template <> struct Terms<huber> : BoxTerms {
  TERM(value)(double z, double p, double) {
    const double a = fabs(z), c = at_most(a, p);
    return c * (a - c / 2) / p;
  }
  TERM(star)(double y, double p, double) {
    const double a = at_most(fabs(y), 1);
    return p * (a * a) / 2;
  }
};
template <> struct Terms<pseudo_huber> : BoxTerms {
  TERM(value)(double z, double p, double) {
    const double a = fabs(z), larger = a < p ? p : a, ratio = a < p ? a / p : p / a;
    return 1 / a == 0 ? a : a * (a / (larger * sqrt(1 + ratio * ratio) + p));
  }
  TERM(star)(double y, double p, double) {
    const double a = at_most(fabs(y), 1);
    return p * (a * a) / (1 + sqrt((1 - a) * (1 + a)));
  }
};
template <> struct Terms<log_cosh> : BoxTerms {
  TERM(value)(double z, double p, double) {
    const double r = fabs(z) / p, s = sinh(at_most(r, 1) / 2);
    return p * (r < 1 ? log1p(2 * s * s) : r - log(2.0) + log1p(exp(-2 * r)));
  }
  TERM(star)(double y, double p, double) {
    const double a = at_most(fabs(y), 1);
    return p * (a < 1 ? a * atanh(a) + (log1p(-a) + log1p(a)) / 2 : log(2.0));
  }
};

// A K that is finite everywhere with its K*.
struct FreeTerms {
  TERM(gauge)(double y, double, double) { return y == y ? 0 : y; }
};
template <> struct Terms<half_square> : FreeTerms {
  TERM(value)(double z, double p, double) { return p * (z * z) / 2; }
  TERM(star)(double y, double p, double) { return y * y / (2 * p); }
};
template <> struct Terms<elastic_net> : FreeTerms {
  TERM(value)(double z, double p, double) { return fabs(z) + p * (z * z) / 2; }
  TERM(star)(double y, double p, double) {
    const double over = beyond(fabs(y), 1);
    return over * over / (2 * p);
  }
};
template <> struct Terms<power_of_size> : FreeTerms {
  TERM(value)(double z, double p, double) { return pow(fabs(z), p + 1) / (p + 1); }
  TERM(star)(double y, double p, double) {
    const double q = (p + 1) / p;
    return pow(fabs(y), q) / q;
  }
};
template <> struct Terms<hyperbolic> : FreeTerms {
  TERM(value)(double z, double, double) {
    const double half = sinh(z / 2);
    return 2 * half * half;
  }
  TERM(star)(double y, double, double) {
    const double a = fabs(y), t = asinh(a);
    return a * (t - tanh(t / 2));
  }
};

// A norm as a whole, smoothed by p, and half its square: a K of one coordinate at the value of the
// norm, and K* at that of the dual norm.
struct bare : Terms<l1> { enum { INDICATOR = 1 }; };
struct smoothed : Terms<pseudo_huber> { enum { INDICATOR = 0 }; };
struct squared : Terms<half_square> {
  enum { INDICATOR = 0 };
  TERM(value)(double z, double, double) { return z * z / 2; }
  TERM(star)(double y, double, double) { return y * y / 2; }
};
#undef TERM

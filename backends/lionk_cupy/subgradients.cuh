// The subgradients of the separable K, operation by operation as in lionk_ref/convex.
// p and q are the parameters of the K; `EACH` has its p for each entry.
template <class A> DEVICE A sign(A z) { return z > 0 ? A(1) : z < 0 ? A(-1) : z == 0 ? A(0) : z; }

#define SUBGRADIENT template <class A> static DEVICE A at(A z, A p, A q)

// Table 2, line 1.
struct l1 {
  enum { EACH = 0 };
  SUBGRADIENT { return sign(z); }
};

// Table 2, line 1, with a weight.
struct weighted_l1 {
  enum { EACH = 0 };
  SUBGRADIENT { return p * sign(z); }
};
struct weighted_l1_each : weighted_l1 {
  enum { EACH = 1 };
};

// Any K whose dK the core has formed: it is p.
struct given {
  enum { EACH = 1 };
  SUBGRADIENT { return p; }
};

// Table 2, line 3, e = p.
struct dead_zone {
  enum { EACH = 0 };
  SUBGRADIENT { return z == z ? sign(z) * (size(z) > p ? A(1) : A(0)) + A(0) : z; }
};

// Table 1, c = p.
struct half_square {
  enum { EACH = 0 };
  SUBGRADIENT { return p * z; }
};

// Table 2, line 5, e = p.
struct huber {
  enum { EACH = 0 };
  SUBGRADIENT { return (z < -p ? -p : z > p ? p : z) / p; }
};

// The square root in place of the clip, e = p.
template <class A> DEVICE A smooth_sign(A z, A e) {
  const A r = size(z);
  const A ratio = r > e ? e / r : r / e;
  const A hypotenuse = root(A(1) + ratio * ratio);
  return sign(z) * ((r >= e ? A(1) : r / e) / hypotenuse);
}
struct pseudo_huber {
  enum { EACH = 0 };
  SUBGRADIENT { return smooth_sign(z, p); }
};

// The hyperbolic tangent in place of the clip, e = p.
struct log_cosh {
  enum { EACH = 0 };
  SUBGRADIENT { return tangent(z / p); }
};

// The sign and c = p times the momentum.
struct elastic_net {
  enum { EACH = 0 };
  SUBGRADIENT { return sign(z) + p * z; }
};

// p below zero and q above.
struct asymmetric_box {
  enum { EACH = 0 };
  SUBGRADIENT { return z == z ? (z > 0 ? q : z < 0 ? p : A(0)) + A(0) : z; }
};

// The exponent of K less one is p.
struct power_of_size {
  enum { EACH = 0 };
  SUBGRADIENT { return sign(z) * power(size(z), p); }
};

// The hyperbolic sine; beyond p in float, and beyond q in double, it is infinite.
struct hyperbolic {
  enum { EACH = 0 };
  SUBGRADIENT {
    const A bound = sizeof(A) == sizeof(float) ? p : q;
    return size(z) > bound ? z * (A(1) / A(0)) : sine(z);
  }
};
#undef SUBGRADIENT

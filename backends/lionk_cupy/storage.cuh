// How numbers are stored, and what they are while one computes: float, or double where x is double.
#define DEVICE __device__ __forceinline__

struct Half { unsigned short bits; };
struct Brain { unsigned short bits; };

template <class T> struct Arithmetic { typedef float type; };
template <> struct Arithmetic<double> { typedef double type; };

DEVICE float widen(float a) { return a; }
DEVICE double widen(double a) { return a; }
DEVICE float widen(Half a) { return half_to_float(a.bits); }
DEVICE float widen(Brain a) { return __uint_as_float((unsigned)a.bits << 16); }

template <class T> DEVICE T narrow(float a);
template <class T> DEVICE T narrow(double a) { return a; }
template <> DEVICE float narrow<float>(float a) { return a; }
template <> DEVICE Half narrow<Half>(float a) { Half h = {float_to_half(a)}; return h; }

// To the nearest, ties to even; a NaN stays one, whatever its payload.
template <> DEVICE Brain narrow<Brain>(float a) {
  const unsigned bits = __float_as_uint(a);
  const unsigned rounded = (bits + 0x7fffu + (bits >> 16 & 1u)) >> 16;
  Brain b = {(unsigned short)(a == a ? rounded : (bits >> 16 | 0x40u))};
  return b;
}

// As many numbers as one load of 16 bytes holds, of the smallest of three types.
template <class X, class M, class G> struct Lanes {
  enum {
    smaller = sizeof(X) < sizeof(M) ? sizeof(X) : sizeof(M),
    smallest = smaller < sizeof(G) ? smaller : sizeof(G),
    value = 16 / smallest
  };
};
template <class T, int N> struct alignas(sizeof(T) * N < 16 ? sizeof(T) * N : 16) Pack { T v[N]; };

DEVICE float root(float a) { return sqrtf(a); }
DEVICE double root(double a) { return sqrt(a); }
DEVICE float size(float a) { return fabsf(a); }
DEVICE double size(double a) { return fabs(a); }

// What is no rational operation is done in double and rounded once: the functions of different
// libraries are then 2 ulp apart at most, where each in float is wrong by 2 to 4.
DEVICE float power(float a, float p) { return (float)pow((double)a, (double)p); }
DEVICE double power(double a, double p) { return pow(a, p); }
DEVICE float tangent(float a) { return (float)tanh((double)a); }
DEVICE double tangent(double a) { return tanh(a); }
DEVICE float sine(float a) { return (float)sinh((double)a); }
DEVICE double sine(double a) { return sinh(a); }

/* Lion behind the protocol of `lionk conform --cmd ./lion`: cc -O2 -ffp-contract=off lion.c -o lion */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#define MOST 4096

static char line[1 << 20];
static double b1, b2, lam, x[MOST], m[MOST], g[MOST];
static int n, wide;

static char *after(const char *name) {
    char key[32];
    snprintf(key, sizeof key, "\"%s\":", name);
    return strstr(line, key) + strlen(key);
}
static double decode(const char *hex, int is_wide) {
    uint64_t bits = strtoull(hex, NULL, 16);
    uint32_t low = (uint32_t)bits;
    double d;
    float f;
    if (is_wide) return memcpy(&d, &bits, 8), d;
    return memcpy(&f, &low, 4), f;
}
static double scalar(const char *name) { return decode(after(name) + 1, 1); }
static int array(const char *name, double *to) {
    int count = 0, step = wide ? 18 : 10;
    for (char *at = after(name) + 1; *at == '"' && count < MOST; at += step + (at[step] == ','))
        to[count++] = decode(at + 1, wide);
    return count;
}
static void show(const char *name, const double *v) {
    printf("\"%s\":[", name);
    for (int i = 0; i < n; i++) {
        uint64_t bits = 0;
        uint32_t low;
        float f = (float)v[i];
        memcpy(&bits, &v[i], 8), memcpy(&low, &f, 4);
        printf(wide ? "%s\"%016llx\"" : "%s\"%08llx\"", i ? "," : "",
               wide ? (unsigned long long)bits : (unsigned long long)low);
    }
    printf("]");
}
static double sign(double z) { return z != z ? z : (z > 0) - (z < 0); }

/* Eq. (2), once in double and once in float. */
#define STEP(T, lr) \
    for (int i = 0; i < n; i++) { \
        T xi = (T)x[i], mi = (T)m[i], gi = (T)g[i]; \
        T u = (T)sign((T)((T)b1 * mi) - (T)((T)(1 - b1) * gi)); \
        x[i] = (T)(xi + (T)((T)(lr) * (T)(u - (T)((T)lam * xi)))) + (T)0; \
        m[i] = (T)((T)b2 * mi) - (T)((T)(1 - b2) * gi) + (T)0; \
    }

int main(void) {
    while (fgets(line, sizeof line, stdin)) {
        if (strstr(line, "\"start\"")) {
            printf("{\"name\":\"lion.c\",\"version\":\"1\",\"K\":[\"l1\"],\"schemes\":[\"explicit\"],"
                   "\"dtypes\":[\"binary32\",\"binary64\"]}");
        } else if (strstr(line, "\"case\"")) {
            wide = strstr(line, "binary64") != NULL;
            b1 = scalar("beta1"), b2 = scalar("beta2"), lam = scalar("lam");
            n = array("x0", x);
            memset(m, 0, sizeof m);
            printf("{\"ok\":true}");
        } else if (strstr(line, "\"step\"")) {
            double lr = scalar("lr");
            array("g", g);
            if (wide) STEP(double, lr) else STEP(float, lr)
            printf("{"), show("x", x), printf(","), show("m", m), printf("}");
        } else {
            return 0;
        }
        printf("\n"), fflush(stdout);
    }
}

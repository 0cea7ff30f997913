/* Replays a T0 file of Lion (K = l1) bit for bit: cc -O2 replay.c -o replay && ./replay FILE.json */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#define MOST 64

static char text[1 << 20];

static double wide(uint64_t bits) { double v; memcpy(&v, &bits, 8); return v; }
static float narrow(uint32_t bits) { float v; memcpy(&v, &bits, 4); return v; }
static uint32_t pattern(float v) { uint32_t bits; memcpy(&bits, &v, 4); return bits; }

/* The place after "name": in the text from `at`, or NULL. */
static char *find(char *at, const char *name) {
    char key[32];
    snprintf(key, sizeof key, "\"%s\":", name);
    at = at ? strstr(at, key) : NULL;
    return at ? at + strlen(key) : NULL;
}
static char *need(char *at) {
    if (!at) fprintf(stderr, "no T0 file\n"), exit(2);
    return at;
}
static double scalar(char *at, const char *name) {
    return wide(strtoull(need(strstr(need(find(at, name)), "bits")) + 7, NULL, 16));
}
static int array(char *at, const char *name, uint32_t *bits) {
    int n = 0;
    at = need(strchr(need(strstr(need(find(at, name)), "bits")), '[')) + 1;
    for (; *at == '"' && n < MOST; at += 10 + (at[10] == ',')) bits[n++] = strtoul(at + 1, NULL, 16);
    return n;
}
static float sign(float z) { return (float)((z > 0) - (z < 0)); }

int main(int argc, char **argv) {
    FILE *file = argc == 2 ? fopen(argv[1], "rb") : NULL;
    int groups = 0, values = 0, wrong = 0;
    if (!file || !fread(text, 1, sizeof text - 1, file)) return fprintf(stderr, "no file\n"), 2;
    if (!strstr(text, "\"tier\": \"T0\"")) return fprintf(stderr, "no T0 file\n"), 2;
    for (char *at = find(text, "scheme"); at; at = find(at, "scheme"), groups++) {
        int implicit = !strncmp(at, " \"implicit\"", 11);
        double b1 = scalar(at, "beta1"), b2 = scalar(at, "beta2"), lam = scalar(at, "lam");
        uint32_t bits[MOST], g[MOST], mb[MOST], xb[MOST];
        float x[MOST], m[MOST] = {0};
        int n = array(at, "x0", bits);
        char *end = need(find(at, "certificate")), *step = find(at, "lr");
        for (int i = 0; i < n; i++) x[i] = narrow(bits[i]);
        for (; step && step < end; step = find(step, "lr")) {
            float lr = (float)scalar(step - 6, "lr");
            array(step, "g", g), array(step, "m", mb), array(step, "x", xb);
            for (int left = atoi(need(find(step, "repeat"))); left--;)
                for (int i = 0; i < n; i++) {
                    float gi = narrow(g[i]), u = sign((float)b1 * m[i] - (float)(1 - b1) * gi);
                    x[i] = implicit ? (x[i] + lr * u) / (float)(1 + lr * lam)
                                    : x[i] + lr * (u - (float)lam * x[i]);
                    m[i] = (float)b2 * m[i] - (float)(1 - b2) * gi;
                }
            for (int i = 0; i < n; i++, values += 2)
                wrong += (pattern(m[i] + 0.f) != mb[i]) + (pattern(x[i] + 0.f) != xb[i]);
        }
    }
    printf("%d groups, %d values, %d wrong: %s\n", groups, values, wrong, wrong ? "FAIL" : "all pass");
    return wrong || !values;
}

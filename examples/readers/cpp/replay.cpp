// Replays a T0 file of Lion (K = l1) bit for bit: c++ -std=c++20 -O2 replay.cpp -o replay
#include <bit>
#include <cstdint>
#include <cstdio>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>
using std::string;
using Floats = std::vector<float>;

struct Text {
    string s;
    size_t after(const string& name, size_t at) const {
        size_t found = s.find("\"" + name + "\":", at);
        return found == string::npos ? found : found + name.size() + 3;
    }
    size_t need(const string& name, size_t at) const {
        const size_t found = after(name, at);
        return found == string::npos ? throw std::out_of_range(name) : found;
    }
    double scalar(const string& name, size_t at) const {
        size_t p = s.find("bits\":\"", need(name, at)) + 7;
        return std::bit_cast<double>(uint64_t{std::stoull(s.substr(p, 16), nullptr, 16)});
    }
    std::vector<uint32_t> bits(const string& name, size_t at) const {
        std::vector<uint32_t> found;
        for (size_t p = s.find('[', need(name, at)) + 1; s.at(p) == '"'; p += 10 + (s.at(p + 10) == ','))
            found.push_back(static_cast<uint32_t>(std::stoul(s.substr(p + 1, 8), nullptr, 16)));
        return found;
    }
    Floats floats(const string& name, size_t at) const {
        Floats found;
        for (uint32_t b : bits(name, at)) found.push_back(std::bit_cast<float>(b));
        return found;
    }
};

int main(int argc, char** argv) try {
    std::ifstream file(argc == 2 ? argv[1] : "");
    if (!file || file.peek() == EOF) return std::fputs("no file\n", stderr), 2;
    std::stringstream all;
    all << file.rdbuf();
    const Text t{all.str()};
    if (t.s.find("\"tier\": \"T0\"") == string::npos) return std::fputs("no T0 file\n", stderr), 2;
    int values = 0, wrong = 0;
    for (size_t at = t.after("scheme", 0); at != string::npos; at = t.after("scheme", at)) {
        const bool implicit = t.s.compare(at, 11, " \"implicit\"") == 0;
        const double b1 = t.scalar("beta1", at), b2 = t.scalar("beta2", at), lam = t.scalar("lam", at);
        Floats x = t.floats("x0", at), m(x.size());
        const size_t end = t.need("certificate", at);
        for (size_t s = t.after("lr", at); s < end; s = t.after("lr", s)) {
            const float lr = static_cast<float>(t.scalar("lr", s - 6));
            const Floats g = t.floats("g", s);
            for (int n = std::stoi(t.s.substr(t.need("repeat", s), 8)); n--;)
                for (size_t i = 0; i < x.size(); i++) {
                    const float z = float(b1) * m[i] - float(1 - b1) * g.at(i);
                    const float u = float((z > 0) - (z < 0));
                    x[i] = implicit ? (x[i] + lr * u) / float(1 + lr * lam) : x[i] + lr * (u - float(lam) * x[i]);
                    m[i] = float(b2) * m[i] - float(1 - b2) * g.at(i);
                }
            const auto mb = t.bits("m", s), xb = t.bits("x", s);
            for (size_t i = 0; i < x.size(); i++, values += 2)
                wrong += (std::bit_cast<uint32_t>(m[i] + 0.f) != mb.at(i)) + (std::bit_cast<uint32_t>(x[i] + 0.f) != xb.at(i));
        }
    }
    std::printf("%d values, %d wrong: %s\n", values, wrong, wrong ? "FAIL" : "all pass");
    return wrong || !values;
} catch (const std::exception&) {
    return std::fputs("no T0 file\n", stderr), 2;
}

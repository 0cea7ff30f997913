// Replays a T0 file of Lion (K = l1) bit for bit: node replay.js FILE.json
const { readFileSync } = require('fs');

const view = new DataView(new ArrayBuffer(8));
const wide = (s) => (view.setBigUint64(0, BigInt('0x' + s.bits)), view.getFloat64(0));
const narrow = (a) => Float32Array.from(a.bits, (b) => (view.setUint32(0, parseInt(b, 16)), view.getFloat32(0)));
const pattern = (v) => (view.setFloat32(0, v), view.getUint32(0).toString(16).padStart(8, '0'));
const f = Math.fround;
const sign = (z) => (z > 0 ? 1 : z < 0 ? -1 : 0);

function step(x, m, g, lr, { beta1, beta2, lam }, implicit) {
  for (let i = 0; i < x.length; i++) {
    const u = sign(f(f(beta1 * m[i]) - f(f(1 - beta1) * g[i])));
    x[i] = implicit
      ? f(x[i] + f(lr * u)) / f(1 + lr * lam)
      : x[i] + f(lr * f(u - f(f(lam) * x[i])));
    m[i] = f(beta2 * m[i]) - f(f(1 - beta2) * g[i]);
  }
}

function stop(why) { console.error(why); process.exit(2); }

process.on('uncaughtException', () => stop('no T0 file'));
let text;
try { text = readFileSync(process.argv[2], 'utf8'); } catch { stop('no file'); }
const file = JSON.parse(text);
if (file.tier !== 'T0') stop('no T0 file');
let values = 0, wrong = 0;
for (const group of file.groups) {
  const params = Object.fromEntries(Object.entries(group.params).map(([k, v]) => [k, wide(v)]));
  for (const test of group.tests) {
    const x = narrow(test.x0), m = new Float32Array(x.length);
    for (const line of test.steps) {
      for (let n = 0; n < line.repeat; n++) {
        step(x, m, narrow(line.g), wide(line.lr), params, group.scheme === 'implicit');
      }
      for (const [name, got] of [['m', m], ['x', x]]) {
        got.forEach((v, i) => { values++; wrong += pattern(v + 0) !== line[name].bits[i] ? 1 : 0; });
      }
    }
  }
}
console.log(`${values} values, ${wrong} wrong: ${wrong ? 'FAIL' : 'all pass'}`);
process.exit(wrong || !values ? 1 : 0);

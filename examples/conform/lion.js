// Lion behind the protocol of `lionk conform --cmd "node lion.js"`.
const readline = require('readline');

const view = new DataView(new ArrayBuffer(8));
const wide = (b) => (view.setBigUint64(0, BigInt('0x' + b)), view.getFloat64(0));
const narrow = (b) => (view.setUint32(0, parseInt(b, 16)), view.getFloat32(0));
const fromWide = (v) => (view.setFloat64(0, v), view.getBigUint64(0).toString(16).padStart(16, '0'));
const fromNarrow = (v) => (view.setFloat32(0, v), view.getUint32(0).toString(16).padStart(8, '0'));
const sign = (z) => (z > 0 ? 1 : z < 0 ? -1 : z === 0 ? 0 : NaN);

let run;

function begin(c) {
  const is64 = c.dtype === 'binary64';
  const [read, write, f] = is64 ? [wide, fromWide, (v) => v] : [narrow, fromNarrow, Math.fround];
  const [b1, b2, lam] = [c.beta1, c.beta2, c.lam].map(wide);
  const x = c.x0.map(read), m = x.map(() => 0);
  run = (s) => {
    const lr = f(wide(s.lr)), g = s.g.map(read);
    for (let i = 0; i < x.length; i++) {
      const u = sign(f(f(f(b1) * m[i]) - f(f(1 - b1) * g[i])));
      x[i] = f(x[i] + f(lr * f(u - f(f(lam) * x[i])))) + 0;
      m[i] = f(f(f(b2) * m[i]) - f(f(1 - b2) * g[i])) + 0;
    }
    return { x: x.map(write), m: m.map(write) };
  };
  return { ok: true };
}

const about = { name: 'lion.js', version: '1', K: ['l1'], schemes: ['explicit'], dtypes: ['binary32', 'binary64'] };
const answers = { start: () => about, case: begin, step: (s) => run(s), stop: () => process.exit(0) };
readline.createInterface({ input: process.stdin }).on('line', (line) => {
  const message = JSON.parse(line);
  process.stdout.write(JSON.stringify(answers[message.cmd](message)) + '\n');
});

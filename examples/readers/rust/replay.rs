// Replays a T0 file of Lion (K = l1) bit for bit: rustc -O replay.rs && ./replay FILE.json
use std::{env, fs, panic, process::exit};

/// The text after `"name":`, from the first place where it stands.
fn after<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    let key = format!("\"{name}\":");
    text.find(&key).map(|at| &text[at + key.len()..])
}

fn scalar(text: &str, name: &str) -> f64 {
    let bits = after(after(text, name).unwrap(), "bits").unwrap();
    f64::from_bits(u64::from_str_radix(&bits[1..17], 16).unwrap())
}

fn bits(text: &str, name: &str) -> Vec<u32> {
    let list = after(after(text, name).unwrap(), "bits").unwrap();
    let inside = &list[1..list.find(']').unwrap()];
    inside.split(',').map(|b| u32::from_str_radix(b.trim_matches('"'), 16).unwrap()).collect()
}

fn floats(text: &str, name: &str) -> Vec<f32> {
    bits(text, name).into_iter().map(f32::from_bits).collect()
}

fn sign(z: f32) -> f32 {
    if z > 0.0 { 1.0 } else if z < 0.0 { -1.0 } else { 0.0 }
}

fn main() {
    panic::set_hook(Box::new(|_| { eprintln!("no T0 file"); exit(2) }));
    let bytes = env::args().nth(1).and_then(|path| fs::read(path).ok());
    let Some(bytes) = bytes else { eprintln!("no file"); exit(2) };
    let text = String::from_utf8_lossy(&bytes);
    if !text.contains("\"tier\": \"T0\"") { eprintln!("no T0 file"); exit(2) }
    let (mut values, mut wrong) = (0, 0);
    for group in text.split("\"scheme\":").skip(1) {
        let implicit = group.starts_with(" \"implicit\"");
        let (b1, b2, lam) = (scalar(group, "beta1"), scalar(group, "beta2"), scalar(group, "lam"));
        let mut x = floats(group, "x0");
        let mut m = vec![0f32; x.len()];
        let steps = &group[..group.find("\"certificate\":").unwrap()];
        for step in steps.split("\"lr\":").skip(1) {
            let lr = scalar(&format!("\"lr\":{step}"), "lr") as f32;
            let g = floats(step, "g");
            let repeat = after(step, "repeat").unwrap().split(',').next().unwrap().trim().parse().unwrap();
            for _ in 0..repeat {
                for i in 0..x.len() {
                    let u = sign(b1 as f32 * m[i] - (1.0 - b1) as f32 * g[i]);
                    x[i] = if implicit { (x[i] + lr * u) / (1.0 + lr as f64 * lam) as f32 }
                           else { x[i] + lr * (u - lam as f32 * x[i]) };
                    m[i] = b2 as f32 * m[i] - (1.0 - b2) as f32 * g[i];
                }
            }
            for (got, name) in [(&m, "m"), (&x, "x")] {
                values += got.len();
                wrong += got.iter().zip(bits(step, name)).filter(|(a, b)| (**a + 0.0).to_bits() != *b).count();
            }
        }
    }
    println!("{values} values, {wrong} wrong: {}", if wrong > 0 { "FAIL" } else { "all pass" });
    exit((wrong > 0 || values == 0) as i32)
}

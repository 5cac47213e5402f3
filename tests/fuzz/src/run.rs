//! The loop: inputs for as long as there is time.

use std::collections::HashSet;
use std::env;
use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::str::FromStr;
use std::time::{Duration, Instant};

use crate::mutate::mutated;
use crate::random::Random;
use crate::{Fuzz, folder};

/// The time for each target where nobody says another one: `make test` has many of them.
const SECONDS: f64 = 2.0;

/// The most inputs that are kept for their outcomes; later ones take the place of earlier ones.
const MOST_KEPT: usize = 4096;

/// How often a smaller input is looked for.
const MOST_SHRINKS: usize = 500;

/// What was done.
#[derive(Debug, Clone, Copy)]
pub struct Figures {
    /// How many inputs there were.
    pub inputs: u64,
    /// How many outcomes differed.
    pub outcomes: usize,
    /// How many of them the seeds have, however short the time is.
    pub of_seeds: usize,
}

fn setting<T: FromStr>(name: &str) -> Option<T> {
    let text = env::var(name).ok()?;
    let value = text.parse().ok();
    assert!(value.is_some(), "{name} is {text:?}, which is no number");
    value
}

pub(crate) fn run(fuzz: &Fuzz, target: impl Fn(&[u8]) -> u64) -> Figures {
    let seed = setting("FUZZ_SEED").unwrap_or_else(Random::any_seed);
    let budget = Duration::from_secs_f64(setting("FUZZ_SECONDS").unwrap_or(SECONDS));
    let start = Instant::now();
    let mut random = Random::new(seed);
    let mut pool = Pool::default();
    let mut figures = Figures {
        inputs: 0,
        outcomes: 0,
        of_seeds: 0,
    };
    let mut slowest = Duration::ZERO;
    let mut attempt = |pool: &mut Pool, input: Vec<u8>| {
        let begun = Instant::now();
        match catch_unwind(AssertUnwindSafe(|| target(&input))) {
            Ok(outcome) => pool.keep(outcome, input),
            Err(_) => fail(fuzz, seed, input, &target),
        }
        slowest = slowest.max(begun.elapsed());
    };
    for input in &fuzz.seeds {
        attempt(&mut pool, input.clone());
        pool.inputs.push(input.clone());
        figures.inputs += 1;
    }
    figures.of_seeds = pool.outcomes.len();
    while start.elapsed() < budget {
        let input = pool.any(&mut random);
        let other = pool.any(&mut random);
        let input = mutated(&mut random, input, other, fuzz.words, fuzz.longest);
        attempt(&mut pool, input);
        figures.inputs += 1;
    }
    figures.outcomes = pool.outcomes.len();
    let seconds = start.elapsed().as_secs_f64();
    eprintln!(
        "fuzz: {}: {} inputs in {seconds:.1} s, {} seeds, {} outcomes, slowest {:.1} ms, FUZZ_SEED={seed}",
        fuzz.name,
        figures.inputs,
        fuzz.seeds.len(),
        figures.outcomes,
        slowest.as_secs_f64() * 1000.0,
    );
    figures
}

/// The seeds, and inputs with outcomes of their own.
#[derive(Default)]
struct Pool {
    inputs: Vec<Vec<u8>>,
    outcomes: HashSet<u64>,
    /// Where the next kept input goes once there are enough.
    next: usize,
}

impl Pool {
    fn keep(&mut self, outcome: u64, input: Vec<u8>) {
        if self.outcomes.len() >= MOST_KEPT * 64 || !self.outcomes.insert(outcome) {
            return;
        }
        if self.inputs.len() < MOST_KEPT {
            self.inputs.push(input);
        } else {
            self.inputs[self.next % MOST_KEPT] = input;
            self.next += 1;
        }
    }

    fn any(&self, random: &mut Random) -> &[u8] {
        random
            .of(&self.inputs)
            .map(Vec::as_slice)
            .unwrap_or_default()
    }
}

/// Makes the input smaller while it still fails, and keeps it.
fn fail(fuzz: &Fuzz, seed: u64, mut input: Vec<u8>, target: &impl Fn(&[u8]) -> u64) -> ! {
    let fails = |input: &[u8]| catch_unwind(AssertUnwindSafe(|| target(input))).is_err();
    let (mut piece, mut tries) = (input.len().div_ceil(2), 0);
    while piece > 0 && tries < MOST_SHRINKS {
        let mut at = 0;
        while at < input.len() && tries < MOST_SHRINKS {
            let mut smaller = input.clone();
            smaller.drain(at..input.len().min(at + piece));
            tries += 1;
            if fails(&smaller) {
                input = smaller;
            } else {
                at += piece;
            }
        }
        piece /= 2;
    }
    let mut hasher = DefaultHasher::new();
    input.hash(&mut hasher);
    let place = folder("found").join(format!("{}-{:016x}", fuzz.name, hasher.finish()));
    let kept = fs::create_dir_all(folder("found")).and_then(|()| fs::write(&place, &input));
    let kept = match kept {
        Ok(()) => format!("kept in {}", place.display()),
        Err(error) => format!("not kept: {error}"),
    };
    let text = String::from_utf8_lossy(&input);
    // The last panic is of the input as it is now.
    let _ = fails(&input);
    panic!("{} fails on {text:?} ({kept}; FUZZ_SEED={seed})", fuzz.name)
}

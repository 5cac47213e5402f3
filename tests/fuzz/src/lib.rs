//! A small fuzzer that runs within `cargo test`, on the pinned toolchain.
//!
//! A target is a function of some bytes that panics where a promise is broken, and gives what became of the input
//! otherwise. The inputs are mutations of the seeds in `seeds/<target>`; one with an outcome that was not seen before
//! is mutated further, which stands in for the coverage that only other toolchains tell of. So an outcome says what
//! kind of thing happened (the code of an error, the text of a statement), not which values came out.
//!
//! `FUZZ_SECONDS` is the time for each target; `FUZZ_SEED` repeats a run. An input that fails is made smaller, and
//! written to `found/`: once it is mended, it belongs among the seeds.

mod mutate;
mod random;
mod run;

use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};

pub use run::Figures;

/// Long enough for any fault of a parser, and short enough for many runs.
const LONGEST: usize = 2048;

/// A target with its seeds.
#[derive(Debug)]
pub struct Fuzz {
    name: &'static str,
    seeds: Vec<Vec<u8>>,
    words: &'static [&'static str],
    longest: usize,
}

impl Fuzz {
    /// The target of this name, with the seeds in its folder.
    ///
    /// # Panics
    ///
    /// If there is no seed.
    pub fn target(name: &'static str) -> Self {
        let folder = folder("seeds").join(name);
        let files = fs::read_dir(&folder).unwrap_or_else(|e| panic!("{}: {e}", folder.display()));
        let mut paths: Vec<_> = files.flatten().map(|file| file.path()).collect();
        paths.sort();
        let seeds: Vec<_> = paths
            .iter()
            .map(|path| fs::read(path).unwrap_or_else(|e| panic!("{}: {e}", path.display())))
            .collect();
        assert!(!seeds.is_empty(), "{} has no seed", folder.display());
        Self {
            name,
            seeds,
            words: &[],
            longest: LONGEST,
        }
    }

    /// Words that are put into inputs.
    #[must_use]
    pub fn words(mut self, words: &'static [&'static str]) -> Self {
        self.words = words;
        self
    }

    /// Further seeds, which have their place elsewhere.
    #[must_use]
    pub fn seeds(mut self, seeds: impl IntoIterator<Item = Vec<u8>>) -> Self {
        self.seeds.extend(seeds);
        self
    }

    /// The most bytes of an input; 2048 unless it is said.
    #[must_use]
    pub fn longest(mut self, bytes: usize) -> Self {
        self.longest = bytes;
        self
    }

    /// Runs the target with inputs that need not be UTF-8.
    ///
    /// # Panics
    ///
    /// With the smallest input for which the target panics.
    pub fn run<O: Hash>(self, target: impl Fn(&[u8]) -> O) -> Figures {
        run::run(&self, |input| {
            let mut hasher = DefaultHasher::new();
            target(input).hash(&mut hasher);
            hasher.finish()
        })
    }

    /// Runs the target with texts.
    ///
    /// # Panics
    ///
    /// As [`Fuzz::run`].
    pub fn run_text<O: Hash>(self, target: impl Fn(&str) -> O) -> Figures {
        self.run(|input| target(&String::from_utf8_lossy(input)))
    }
}

/// A folder beside this crate's manifest.
fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

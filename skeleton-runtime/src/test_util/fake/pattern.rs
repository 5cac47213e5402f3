//! Texts that match a regular expression.

use regex_syntax::hir::{Class, ClassUnicodeRange, Hir, HirKind};

/// Repetitions without an end go so far.
const MOST_REPEATED: u32 = 12;

/// Texts that may match, longer ones first: the longer, the more of them differ by their number.
pub(super) fn matching(pattern: &str, number: u64) -> Vec<String> {
    let Ok(hir) = regex_syntax::parse(pattern) else {
        return Vec::new();
    };
    let lengths = [MOST_REPEATED, 6, 3, 1, 0];
    let texts = lengths.map(|extra| {
        let mut made = Made {
            number,
            extra,
            text: String::new(),
        };
        made.add(&hir);
        made.text
    });
    texts.into()
}

struct Made {
    /// What is left of the number; each choice takes a digit of it.
    number: u64,
    /// How much further than their least repetitions go.
    extra: u32,
    text: String,
}

impl Made {
    fn add(&mut self, hir: &Hir) {
        match hir.kind() {
            // That a place is of a kind is asked when the text is held to the rule.
            HirKind::Empty | HirKind::Look(_) => {}
            HirKind::Literal(literal) => self.text.push_str(&String::from_utf8_lossy(&literal.0)),
            HirKind::Class(class) => self.add_class(class),
            HirKind::Capture(capture) => self.add(&capture.sub),
            HirKind::Concat(parts) => parts.iter().for_each(|part| self.add(part)),
            HirKind::Alternation(parts) => {
                let part = self.choose(parts.len());
                self.add(&parts[part]);
            }
            HirKind::Repetition(repetition) => {
                let most = repetition.max.unwrap_or(u32::MAX);
                let count = repetition.min.saturating_add(self.extra).min(most);
                for _ in 0..count {
                    self.add(&repetition.sub);
                }
            }
        }
    }

    fn choose(&mut self, options: usize) -> usize {
        let count = u64::try_from(options.max(1)).unwrap_or(u64::MAX);
        let chosen = self.number % count;
        self.number /= count;
        usize::try_from(chosen).unwrap_or_default()
    }

    fn add_class(&mut self, class: &Class) {
        let letters = letters(class);
        if !letters.is_empty() {
            let place = self.choose(letters.len());
            self.text.push(letters[place]);
        }
    }
}

/// The letters and digits of a class; of one without, some others.
fn letters(class: &Class) -> Vec<char> {
    let has = |letter: char| match class {
        Class::Unicode(class) => class
            .iter()
            .any(|range| (range.start()..=range.end()).contains(&letter)),
        Class::Bytes(class) => class.iter().any(|range| {
            u8::try_from(letter).is_ok_and(|letter| (range.start()..=range.end()).contains(&letter))
        }),
    };
    let plain = ('a'..='z').chain('A'..='Z').chain('0'..='9');
    let plain: Vec<_> = plain.filter(|letter| has(*letter)).collect();
    if !plain.is_empty() {
        return plain;
    }
    let visible: Vec<_> = ('!'..='~').filter(|letter| has(*letter)).collect();
    if !visible.is_empty() {
        return visible;
    }
    match class {
        Class::Unicode(class) => class
            .iter()
            .map(ClassUnicodeRange::start)
            .take(16)
            .collect(),
        Class::Bytes(_) => Vec::new(),
    }
}

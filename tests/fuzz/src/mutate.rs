//! Inputs made of other inputs.

use std::ops::Range;

use crate::random::Random;

/// What parsers stumble over, whatever their language.
const PIECES: [&str; 42] = [
    "\0",
    "\u{1}",
    "\t",
    "\r\n",
    "\n",
    " ",
    "\"",
    "'",
    "\\",
    "/",
    ".",
    "..",
    ",",
    ",,",
    ":",
    ";",
    "=",
    "&",
    "?",
    "%",
    "%00",
    "%ff",
    "%C3",
    "+",
    "-",
    "--",
    "_",
    "__",
    "{",
    "}",
    "[",
    "]",
    "(",
    ")",
    "\u{feff}",
    "\u{e9}",
    "\u{301}",
    "\u{202e}",
    "\u{fffd}",
    "\u{10ffff}",
    "ß",
    "İ",
];

const NUMBERS: [&str; 26] = [
    "0",
    "-0",
    "00",
    "1",
    "-1",
    "1.0",
    "0.1",
    "1e9",
    "1e999",
    "-1e-999",
    "127",
    "128",
    "255",
    "256",
    "32768",
    "65536",
    "2147483647",
    "2147483648",
    "-2147483649",
    "9223372036854775807",
    "9223372036854775808",
    "-9223372036854775809",
    "18446744073709551616",
    "NaN",
    "inf",
    "79228162514264337593543950336",
];

/// A mutation of `input`, in which parts of `other` may be.
pub(crate) fn mutated(
    random: &mut Random,
    input: &[u8],
    other: &[u8],
    words: &[&str],
    longest: usize,
) -> Vec<u8> {
    let mut bytes = input.to_vec();
    for _ in 0..=random.below(4) {
        once(random, &mut bytes, other, words);
    }
    bytes.truncate(longest);
    bytes
}

fn once(random: &mut Random, bytes: &mut Vec<u8>, other: &[u8], words: &[&str]) {
    let place = random.below(bytes.len() + 1);
    match random.below(12) {
        0 => {
            if let Some(byte) = bytes.get_mut(place) {
                *byte ^= 1 << random.below(8);
            }
        }
        1 => bytes.insert(place, random.byte()),
        2 => drop(bytes.drain(random.range(bytes.len()))),
        3 => {
            let copied = bytes[random.range(bytes.len())].to_vec();
            put(bytes, place..place, &copied);
        }
        4 => {
            let range = random.range(bytes.len());
            put(bytes, range, &other[random.range(other.len())]);
        }
        5 | 6 => {
            let word = random.of(words).or(random.of(&PIECES)).copied();
            let range = if random.below(2) == 0 {
                place..place
            } else {
                lexeme(bytes, place)
            };
            put(bytes, range, word.unwrap_or_default().as_bytes());
        }
        7 => {
            let piece = random.of(&PIECES).copied().unwrap_or_default();
            put(bytes, place..place, piece.as_bytes());
        }
        8 => {
            let number = random.of(&NUMBERS).copied().unwrap_or_default();
            put(bytes, lexeme(bytes, place), number.as_bytes());
        }
        9 => put(bytes, lexeme(bytes, place), &[]),
        10 => {
            let from = random.below(other.len() + 1);
            put(bytes, lexeme(bytes, place), &other[lexeme(other, from)]);
        }
        _ => {
            let from = random.below(bytes.len() + 1);
            let copied = bytes[lexeme(bytes, from)].to_vec();
            put(bytes, lexeme(bytes, place), &copied);
        }
    }
}

fn put(bytes: &mut Vec<u8>, range: Range<usize>, with: &[u8]) {
    bytes.splice(range, with.iter().copied());
}

/// The word, the quoted text or the whole pair of brackets that begins at or around `place`; else one byte.
fn lexeme(bytes: &[u8], place: usize) -> Range<usize> {
    let Some(byte) = bytes.get(place) else {
        return place..place;
    };
    let is_word = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_' || *byte >= 0x80;
    match byte {
        b'(' | b'[' | b'{' => place..closing(bytes, place),
        b'"' => {
            let rest = bytes[place + 1..].iter().position(|byte| *byte == b'"');
            place..rest.map_or(place + 1, |length| place + length + 2)
        }
        _ if is_word(byte) => {
            let before = bytes[..place]
                .iter()
                .rev()
                .take_while(|byte| is_word(byte))
                .count();
            let behind = bytes[place..]
                .iter()
                .take_while(|byte| is_word(byte))
                .count();
            place - before..place + behind
        }
        _ => place..place + 1,
    }
}

/// Behind the bracket that closes the one at `start`; behind that one where none does.
fn closing(bytes: &[u8], start: usize) -> usize {
    let mut depth = 0_usize;
    for (offset, byte) in bytes[start..].iter().enumerate() {
        match byte {
            b'(' | b'[' | b'{' => depth += 1,
            b')' | b']' | b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth == 0 {
            return start + offset + 1;
        }
    }
    start + 1
}

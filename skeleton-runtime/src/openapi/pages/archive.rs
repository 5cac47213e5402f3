//! Files out of a ZIP archive, as they are: a client unpacks them, so nothing here has to.

/// End of central directory record, and the entries of the directory (APPNOTE 4.3.16, 4.3.12).
const END: &[u8] = b"PK\x05\x06";
const END_LENGTH: usize = 22;
const ENTRY: &[u8] = b"PK\x01\x02";
const ENTRY_LENGTH: usize = 46;
const LOCAL_LENGTH: usize = 30;
const DEFLATE: usize = 8;
/// Deflate, no name, no time, no system (RFC 1952).
const GZIP_HEAD: [u8; 10] = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff];

/// The file whose path ends in `name`, in gzip's format: both formats hold the same compressed bytes. `None` where
/// there is none, or it is not compressed.
pub(super) fn gzipped(archive: &[u8], name: &str) -> Option<Vec<u8>> {
    let mut at = directory(archive)?;
    while archive.get(at..)?.starts_with(ENTRY) {
        let entry = archive.get(at..)?;
        let [path, extra, comment] = [28, 30, 32].map(|place| number(entry, place, 2));
        let end = ENTRY_LENGTH + path?;
        if entry.get(ENTRY_LENGTH..end)?.ends_with(name.as_bytes()) {
            return file(archive, entry);
        }
        at += end + extra? + comment?;
    }
    None
}

fn directory(archive: &[u8]) -> Option<usize> {
    // Behind it there may be a comment.
    let last = archive.len().checked_sub(END_LENGTH)?;
    let is_end = |at: &usize| archive[*at..].starts_with(END);
    let at = (0..=last).rev().find(is_end)?;
    number(&archive[at..], 16, 4)
}

fn file(archive: &[u8], entry: &[u8]) -> Option<Vec<u8>> {
    if number(entry, 10, 2)? != DEFLATE {
        return None;
    }
    let local = archive.get(number(entry, 42, 4)?..)?;
    let start = LOCAL_LENGTH + number(local, 26, 2)? + number(local, 28, 2)?;
    let data = local.get(start..start + number(entry, 20, 4)?)?;
    let (checksum, size) = (entry.get(16..20)?, entry.get(24..28)?);
    Some([&GZIP_HEAD, data, checksum, size].concat())
}

fn number(bytes: &[u8], at: usize, length: usize) -> Option<usize> {
    let bytes = bytes.get(at..at + length)?.iter().rev();
    Some(bytes.fold(0, |number, byte| number << 8 | usize::from(*byte)))
}

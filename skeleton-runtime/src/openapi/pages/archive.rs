//! Files out of a ZIP archive, as they are: a client unpacks them, so nothing here has to.
//!
//! All of it is done by the compiler, so that a program holds those files alone, and not the archive.

/// End of central directory record, and the entries of the directory (APPNOTE 4.3.16, 4.3.12).
const END: &[u8] = b"PK\x05\x06";
const END_LENGTH: usize = 22;
const ENTRY: &[u8] = b"PK\x01\x02";
const ENTRY_LENGTH: usize = 46;
const LOCAL_LENGTH: usize = 30;
const DEFLATE: usize = 8;
/// Deflate, no name, no time, no system (RFC 1952).
const GZIP_HEAD: [u8; 10] = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff];
/// The checksum and the size.
const GZIP_FOOT: usize = 8;

/// A file in an archive.
#[derive(Clone, Copy)]
pub(super) struct File<'a> {
    data: &'a [u8],
    foot: [u8; GZIP_FOOT],
}

impl<'a> File<'a> {
    /// The one whose path ends in `name`. Without one that is compressed, there is no program.
    pub(super) const fn find(archive: &'a [u8], name: &str) -> Self {
        let mut at = directory(archive);
        while starts_with(archive, at, ENTRY) {
            let path = number(archive, at + 28, 2);
            let end = at + ENTRY_LENGTH + path;
            if name.len() <= path && starts_with(archive, end - name.len(), name.as_bytes()) {
                return Self::of(archive, at);
            }
            at = end + number(archive, at + 30, 2) + number(archive, at + 32, 2);
        }
        panic!("the archive lacks a file")
    }

    const fn of(archive: &'a [u8], entry: usize) -> Self {
        assert!(number(archive, entry + 10, 2) == DEFLATE);
        let local = number(archive, entry + 42, 4);
        let names = number(archive, local + 26, 2) + number(archive, local + 28, 2);
        let data = part(
            archive,
            local + LOCAL_LENGTH + names,
            number(archive, entry + 20, 4),
        );
        let mut foot = [0; GZIP_FOOT];
        let (checksum, size) = foot.split_at_mut(4);
        checksum.copy_from_slice(part(archive, entry + 16, 4));
        size.copy_from_slice(part(archive, entry + 24, 4));
        Self { data, foot }
    }

    /// How long it is in gzip's format.
    pub(super) const fn gzipped_length(&self) -> usize {
        GZIP_HEAD.len() + self.data.len() + GZIP_FOOT
    }

    /// It in gzip's format: both formats hold the same compressed bytes.
    pub(super) const fn gzipped<const LENGTH: usize>(&self) -> [u8; LENGTH] {
        let mut gzipped = [0; LENGTH];
        let (head, rest) = gzipped.split_at_mut(GZIP_HEAD.len());
        head.copy_from_slice(&GZIP_HEAD);
        let (data, foot) = rest.split_at_mut(self.data.len());
        data.copy_from_slice(self.data);
        foot.copy_from_slice(&self.foot);
        gzipped
    }
}

/// Where the directory begins.
const fn directory(archive: &[u8]) -> usize {
    // Behind it there may be a comment.
    let mut at = archive.len() - END_LENGTH;
    while !starts_with(archive, at, END) {
        at -= 1;
    }
    number(archive, at + 16, 4)
}

const fn part(bytes: &[u8], at: usize, length: usize) -> &[u8] {
    bytes.split_at(at).1.split_at(length).0
}

const fn starts_with(bytes: &[u8], at: usize, expected: &[u8]) -> bool {
    let found = part(bytes, at, expected.len());
    let mut place = 0;
    while place < expected.len() {
        if found[place] != expected[place] {
            return false;
        }
        place += 1;
    }
    true
}

/// Little-endian.
const fn number(bytes: &[u8], at: usize, length: usize) -> usize {
    let (mut number, mut place) = (0, length);
    while place > 0 {
        place -= 1;
        number = number << 8 | bytes[at + place] as usize;
    }
    number
}

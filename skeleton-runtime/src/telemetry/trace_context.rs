//! The trace that a request belongs to (W3C Trace Context).

use std::fmt;

use axum::http::{HeaderMap, HeaderValue};
use uuid::Uuid;

const TRACEPARENT: &str = "traceparent";
/// `VERSION-TRACE-PARENT-FLAGS`, in hexadecimal digits.
const LENGTH: usize = 55;
const SAMPLED: u8 = 1;

/// The id of a trace: 128 bits, printed as 32 hexadecimal digits.
///
/// ```
/// use skeleton_runtime::http::RequestContext;
/// use skeleton_runtime::telemetry::TraceId;
///
/// fn link(request: &RequestContext) -> String {
///     let trace: TraceId = request.trace_id();
///     format!("https://traces.example.com/trace/{trace}")
/// }
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct TraceId(pub(crate) [u8; 16]);

impl TraceId {
    /// A new one, made of a fresh id of the request, so that one draw of random bits serves for both.
    ///
    /// The second half is turned around: samplers look at its front, where a `UUIDv7` has fixed bits and a counter.
    pub(crate) fn of_request(id: Uuid) -> Self {
        let mut bytes = id.into_bytes();
        bytes[8..].reverse();
        Self(bytes)
    }
}

impl fmt::Display for TraceId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut buffer = Uuid::encode_buffer();
        formatter.write_str(Uuid::from_bytes(self.0).simple().encode_lower(&mut buffer))
    }
}

impl fmt::Debug for TraceId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, formatter)
    }
}

/// What a caller says of the trace that it is in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct TraceParent {
    pub(crate) trace: TraceId,
    pub(crate) span: [u8; 8],
    pub(crate) is_sampled: bool,
}

impl TraceParent {
    /// The beginning of a trace whose spans nobody keeps here.
    pub(crate) fn begun(trace: TraceId) -> Self {
        let mut span = [0; 8];
        span.copy_from_slice(&trace.0[8..]);
        Self {
            trace,
            span,
            is_sampled: false,
        }
    }

    /// Reads `traceparent`. One that is not well-formed counts for none, and so do two.
    pub(crate) fn of_request(headers: &HeaderMap) -> Option<Self> {
        let mut values = headers.get_all(TRACEPARENT).iter();
        match (values.next(), values.next()) {
            (Some(value), None) => Self::parse(value),
            _ => None,
        }
    }

    /// Versions to come may add something behind; 255 is none.
    fn parse(value: &HeaderValue) -> Option<Self> {
        let text = value.to_str().ok()?;
        let (known, more) = text.split_at_checked(LENGTH)?;
        let parts: Vec<&str> = known.split('-').collect();
        let &[version, trace, span, flags] = parts.as_slice() else {
            return None;
        };
        let [version] = bytes::<1>(version)?;
        let is_complete = more.is_empty() || (version != 0 && more.starts_with('-'));
        let trace = bytes::<16>(trace).filter(|trace| *trace != [0; 16])?;
        let span = bytes::<8>(span).filter(|span| *span != [0; 8])?;
        let [flags] = bytes::<1>(flags)?;
        (version != u8::MAX && is_complete).then_some(Self {
            trace: TraceId(trace),
            span,
            is_sampled: flags & SAMPLED != 0,
        })
    }
}

impl fmt::Display for TraceParent {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let span = u64::from_be_bytes(self.span);
        let flags = u8::from(self.is_sampled);
        write!(formatter, "00-{}-{span:016x}-{flags:02x}", self.trace)
    }
}

/// Digits in lower case alone.
fn bytes<const N: usize>(text: &str) -> Option<[u8; N]> {
    let digit = |byte: u8| match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        _ => None,
    };
    let mut bytes = [0; N];
    if text.len() != 2 * N {
        return None;
    }
    for (byte, pair) in bytes.iter_mut().zip(text.as_bytes().chunks(2)) {
        *byte = digit(pair[0])? << 4 | digit(pair[1])?;
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use skeleton_fuzz::Fuzz;

    use super::*;

    const GOOD: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

    fn parse(text: &str) -> Option<TraceParent> {
        TraceParent::parse(&HeaderValue::from_str(text).unwrap())
    }

    #[test]
    fn a_parent_reads_back() {
        let parent = parse(GOOD).unwrap();
        assert!(parent.is_sampled);
        assert_eq!(parent.to_string(), GOOD);
        assert_eq!(parent.trace.to_string(), "4bf92f3577b34da6a3ce929d0e0e4736");
        let unsampled = GOOD.replace("-01", "-00");
        assert_eq!(parse(&unsampled).unwrap().to_string(), unsampled);
    }

    #[test]
    fn versions_to_come_are_read_as_far_as_they_are_known() {
        assert_eq!(parse(&GOOD.replacen("00", "cc", 1)), parse(GOOD));
        let more = format!("{}-what", GOOD.replacen("00", "cc", 1));
        assert_eq!(parse(&more), parse(GOOD));
    }

    #[test]
    fn what_is_not_well_formed_counts_for_none() {
        for text in [
            "",
            "00",
            &GOOD.replacen("00", "ff", 1),
            &GOOD.to_uppercase(),
            &GOOD.replace("00f067aa0ba902b7", "0000000000000000"),
            &GOOD.replace("4bf92f3577b34da6a3ce929d0e0e4736", &"0".repeat(32)),
            &GOOD.replace('-', "_"),
            &format!("{GOOD}-more"),
            &format!("{GOOD}0"),
            &GOOD[..54],
            "00-4bf92f3577b34da6a3ce929d0e0e473\u{e9}-00f067aa0ba902b7-01",
        ] {
            let value = HeaderValue::from_bytes(text.as_bytes()).unwrap();
            assert_eq!(TraceParent::parse(&value), None, "{text}");
        }
    }

    #[test]
    fn two_parents_are_none() {
        let mut headers = HeaderMap::new();
        headers.append(TRACEPARENT, HeaderValue::from_static(GOOD));
        assert!(TraceParent::of_request(&headers).is_some());
        headers.append(TRACEPARENT, HeaderValue::from_static(GOOD));
        assert_eq!(TraceParent::of_request(&headers), None);
    }

    /// A sampler that keeps a half must find about a half of the ids below the middle of its range.
    #[test]
    fn ids_are_spread_where_samplers_look() {
        let low = (0..1000).filter(|_| TraceId::of_request(Uuid::now_v7()).0[8] < 0x80);
        assert!((400..600).contains(&low.count()));
    }
    const WORDS: &[&str] = &[
        "00-",
        "01-",
        "ff-",
        "-00",
        "-01",
        "-03",
        "4bf92f3577b34da6a3ce929d0e0e4736",
        "00000000000000000000000000000000",
        "00f067aa0ba902b7",
        "0000000000000000",
        GOOD,
    ];

    /// What section 3.2 of the recommendation asks of each place.
    fn is_well_formed(text: &[u8]) -> bool {
        let is_digit = |byte: &u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
        let dashes = [2, 35, 52];
        let fits = |(at, byte): (usize, &u8)| {
            if dashes.contains(&at) {
                *byte == b'-'
            } else {
                is_digit(byte)
            }
        };
        text.len() >= LENGTH
            && text[..LENGTH].iter().enumerate().all(fits)
            && &text[..2] != b"ff"
            && text[3..35].iter().any(|byte| *byte != b'0')
            && text[36..52].iter().any(|byte| *byte != b'0')
            && (text.len() == LENGTH || (&text[..2] != b"00" && text[LENGTH] == b'-'))
    }

    #[test]
    fn fuzz_a_parent_is_read_where_it_is_well_formed() {
        let figures = Fuzz::target("traceparent").words(WORDS).run(|text| {
            let Ok(value) = HeaderValue::from_bytes(text) else {
                return (0, text.len().min(64));
            };
            let parent = TraceParent::parse(&value);
            let is_text = value.to_str().is_ok();
            assert_eq!(
                parent.is_some(),
                is_text && is_well_formed(text),
                "{value:?}"
            );
            let Some(parent) = parent else {
                return (1, text.len().min(64));
            };
            let passed_on = parent.to_string();
            assert_eq!(parse(&passed_on), Some(parent), "{value:?}");
            assert_eq!(passed_on.as_bytes()[2..52], text[2..52], "{value:?}");
            (2, usize::from(parent.is_sampled))
        });
        assert!(figures.outcomes > 20, "{figures:?}");
    }
}

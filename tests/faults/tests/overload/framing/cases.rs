//! What is sent, and which answers it gets.

/// Stands behind each request; whether it is answered tells where the one before was taken to end.
const NEXT: &str = "GET /next HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n";
pub(super) const GET: &str = "GET /health/live HTTP/1.1\r\nhost: a\r\n";
pub(super) const POST: &str =
    "POST /auth/token HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\n";

pub(super) struct Case {
    pub(super) what: &'static str,
    pub(super) request: Vec<u8>,
    /// Of the answers, that to [`NEXT`] included where it is taken for a request.
    pub(super) answers: &'static [u16],
}

fn case(what: &'static str, request: impl Into<Vec<u8>>, answers: &'static [u16]) -> Case {
    Case {
        what,
        request: [request.into(), NEXT.into()].concat(),
        answers,
    }
}

fn post(what: &'static str, rest: &str, answers: &'static [u16]) -> Case {
    case(what, format!("{POST}{rest}"), answers)
}

/// 400 at once, and closed: nobody knows where such a request ends.
pub(super) fn lengths() -> Vec<Case> {
    let chunks = "2\r\n{}\r\n0\r\n\r\n";
    let mut cases = vec![
        // RFC 9112, section 6.3: one of them is enough.
        post(
            "the same length twice",
            "content-length: 2\r\ncontent-length: 2\r\n\r\n{}",
            &[422, 404],
        ),
        // Section 6.1: the chunks count, and nothing after them.
        post(
            "a length and chunks",
            &format!("content-length: 12\r\ntransfer-encoding: chunked\r\n\r\n{chunks}"),
            &[422],
        ),
        post(
            "chunks and a length",
            &format!("transfer-encoding: chunked\r\ncontent-length: 12\r\n\r\n{chunks}"),
            &[422],
        ),
        post(
            "a trailer",
            "transfer-encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\nx: y\r\n\r\n",
            &[422, 404],
        ),
    ];
    for length in [
        "2, 2",
        "2, 3",
        "+2",
        "-1",
        "0x2",
        "",
        "2 2",
        "2;",
        "1e0",
        "99999999999999999999",
    ] {
        let rest = format!("content-length: {length}\r\n\r\n{{}}");
        cases.push(post("a length that is none", &rest, &[400]));
    }
    for rest in [
        "content-length: 2\r\ncontent-length: 3\r\n\r\n{}",
        "content-length : 2\r\n\r\n{}",
        "content-length:\r\n 2\r\n\r\n{}",
        "content-length: 2\rx: y\r\n\r\n{}",
    ] {
        cases.push(post("lengths that disagree", rest, &[400]));
    }
    cases.append(&mut codings(chunks));
    cases
}

fn codings(chunks: &str) -> Vec<Case> {
    let mut cases = Vec::new();
    for coding in [
        "gzip, chunked",
        "chunked, gzip",
        "chunked, chunked",
        "xchunked",
        "\x0bchunked",
        "identity",
        "chunked\r\ntransfer-encoding: chunked",
        "chunked\r\ntransfer-encoding: gzip",
    ] {
        let rest = format!("transfer-encoding: {coding}\r\n\r\n{chunks}");
        cases.push(post("another coding", &rest, &[400]));
    }
    let old = POST.replace("1.1", "1.0");
    let old = format!("{old}transfer-encoding: chunked\r\n\r\n{chunks}");
    cases.push(case("chunks in HTTP/1.0", old, &[400]));
    let spaced = format!("transfer-encoding : chunked\r\n\r\n{chunks}");
    cases.push(post("a blank before the colon", &spaced, &[400]));
    cases
}

pub(super) fn chunks() -> Vec<Case> {
    let long = format!("2;{}\r\n{{}}\r\n0\r\n\r\n", "a".repeat(100_000));
    let trailers = format!(
        "2\r\n{{}}\r\n0\r\n{}\r\n",
        "x: yyyyyyyyyy\r\n".repeat(100_000)
    );
    let broken = [
        "zz\r\n{}\r\n0\r\n\r\n",
        "-2\r\n{}\r\n0\r\n\r\n",
        "0x2\r\n{}\r\n0\r\n\r\n",
        "fffffffffffffffff\r\n{}\r\n0\r\n\r\n",
        "2\n{}\n0\n\n",
        "2\r\n{}X0\r\n\r\n",
        "2;a\nb\r\n{}\r\n0\r\n\r\n",
        &long,
        &trailers,
    ];
    let broken = broken.map(|chunks| {
        let rest = format!("transfer-encoding: chunked\r\n\r\n{chunks}");
        post("broken chunks", &rest, &[400])
    });
    broken.into()
}

pub(super) fn heads() -> Vec<Case> {
    vec![
        case(
            "two in one",
            format!("{GET}\r\n{GET}\r\n"),
            &[200, 200, 404],
        ),
        case(
            "garbage behind one",
            format!("{GET}\r\nGARBAGE\r\n\r\n"),
            &[200, 400],
        ),
        // RFC 9112, section 2.2, lets a lone LF end a line.
        case(
            "LF alone",
            "GET /health/live HTTP/1.1\nhost: a\n\n",
            &[200, 404],
        ),
        case("CR alone", format!("{GET}x: a\ry: b\r\n\r\n"), &[400]),
        case("a folded line", format!("{GET}x: a\r\n b\r\n\r\n"), &[400]),
        case(
            "a line without a colon",
            format!("{GET}nothing\r\n\r\n"),
            &[400],
        ),
        case(
            "a header without a name",
            format!("{GET}: a\r\n\r\n"),
            &[400],
        ),
        case("NUL in a header", format!("{GET}x: a\0b\r\n\r\n"), &[400]),
        case("no host", "GET /health/live HTTP/1.1\r\n\r\n", &[400]),
        case("two hosts", format!("{GET}host: a\r\n\r\n"), &[400]),
        case(
            "a host that is none",
            "GET /health/live HTTP/1.1\r\nhost: a b\r\n\r\n",
            &[400],
        ),
        case(
            "HTTP/2 asked for",
            format!("{GET}connection: upgrade\r\nupgrade: h2c\r\n\r\n"),
            &[200, 404],
        ),
        case(
            "a websocket",
            format!("{GET}connection: upgrade\r\nupgrade: websocket\r\n\r\n"),
            &[200, 404],
        ),
        case(
            "a GET with a body",
            format!("{GET}content-length: 5\r\n\r\nhello"),
            &[200, 404],
        ),
    ]
}

pub(super) fn large_heads() -> Vec<Case> {
    let headers = |count: usize| -> String {
        let lines: Vec<_> = (0..count).map(|at| format!("x{at}: y\r\n")).collect();
        lines.concat()
    };
    vec![
        case(
            "96 headers",
            format!("{GET}{}\r\n", headers(96)),
            &[200, 404],
        ),
        case("200 headers", format!("{GET}{}\r\n", headers(200)), &[431]),
        case(
            "10,000 headers",
            format!("{GET}{}\r\n", headers(10_000)),
            &[431],
        ),
        case(
            "a head without an end",
            format!("{GET}{}", headers(500_000)),
            &[431],
        ),
        case(
            "a header of 1 MiB",
            format!("{GET}x: {}\r\n\r\n", "a".repeat(1 << 20)),
            &[431],
        ),
    ]
}

pub(super) fn targets() -> Vec<Case> {
    let line = |line: &str| format!("{line}\r\nhost: a\r\n\r\n");
    let get = |target: &str| line(&format!("GET {target} HTTP/1.1"));
    let mut cases = vec![
        case("absolute form", get("http://a/health/live"), &[200, 404]),
        case("authority form", get("a:80"), &[404, 404]),
        case("CONNECT", line("CONNECT a:80 HTTP/1.1"), &[404, 404]),
        case("asterisk form", line("OPTIONS * HTTP/1.1"), &[404, 404]),
        case(
            "a path above the root",
            get("/../../etc/passwd"),
            &[404, 404],
        ),
        case("doubled slashes", get("//health//live"), &[404, 404]),
        case(
            "a path of 70 KB",
            get(&format!("/{}", "a".repeat(70_000))),
            &[414],
        ),
        case(
            "a verb of its own",
            line("get /health/live HTTP/1.1"),
            &[405, 404],
        ),
        case(
            "a verb of 5 KB",
            line(&format!("{} / HTTP/1.1", "X".repeat(5000))),
            &[404, 404],
        ),
    ];
    for target in ["/health\0/live", "health/live", "", "/a b"] {
        cases.push(case("a path that is none", get(target), &[400]));
    }
    // Who is let in is asked first, so a path that is no text is told to nobody else.
    for target in [
        "/notes/%00",
        "/notes/%zz",
        "/notes/%",
        "/notes/%ff%fe",
        "/notes?limit=%f",
    ] {
        cases.push(case("a broken escape", get(target), &[401, 404]));
    }
    cases
}

pub(super) fn protocols() -> Vec<Case> {
    let line = |line: &str| format!("{line}\r\nhost: a\r\n\r\n");
    vec![
        case("HTTP/1.0", line("GET /health/live HTTP/1.0"), &[200]),
        case("HTTP/0.9", "GET /health/live\r\n", &[400]),
        case("HTTP/1.2", line("GET / HTTP/1.2"), &[400]),
        case(
            "HTTP/2 in clear",
            "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0",
            &[],
        ),
        case(
            "TLS",
            [
                &b"\x16\x03\x01\x00\xa5\x01\x00\x00\xa1\x03\x03"[..],
                &[0; 160],
            ]
            .concat(),
            &[400],
        ),
        case(
            "bytes beyond ASCII",
            b"GET /\xff\xfe HTTP/1.1\r\nhost: a\r\n\r\n",
            &[400],
        ),
    ]
}

/// With a token, what the path and the query say is looked at.
pub(super) fn within(token: &str) -> Vec<Case> {
    let get = |target: &str| {
        format!("GET {target} HTTP/1.1\r\nhost: a\r\nauthorization: Bearer {token}\r\n\r\n")
    };
    let targets = [
        "/notes/%00",
        "/notes/%zz",
        "/notes/%",
        "/notes/%ff%fe",
        "/notes?limit=%f",
        "/notes?title=%00",
        "/notes?%ff=1",
    ];
    let cases = targets.map(|target| case("a broken escape", get(target), &[400, 404]));
    cases.into()
}

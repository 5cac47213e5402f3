//! The README's curl lines, run as they stand against the built program.
#![cfg(test)]

use std::process::Command;

use skeleton_tests::{Server, fenced, readme};

const PROGRAM: &str = env!("CARGO_BIN_EXE_example-app");

#[test]
fn the_curl_lines_do_what_the_readme_says() {
    let server = Server::start(PROGRAM, &[]);
    let readme = readme();
    let lines: Vec<_> = fenced(&readme, "sh")
        .into_iter()
        .filter(|block| block.contains("curl"))
        .collect();
    assert_eq!(lines.len(), 2, "two blocks of curl lines");
    let script = lines
        .join("\n")
        .replace("127.0.0.1:8000", &format!("127.0.0.1:{}", server.port()))
        .replace("cargo run -q -p example-app --", PROGRAM)
        // Each answer on a line of its own, which a person sees by the prompt.
        .replace("curl -s", "curl -sS -w '\\n'");
    let output = Command::new("bash")
        .args(["-eu", "-o", "pipefail", "-c", &script])
        .current_dir(server.folder())
        .output()
        .unwrap();
    let (told, errors) = (
        String::from_utf8(output.stdout).unwrap(),
        String::from_utf8_lossy(&output.stderr),
    );
    assert!(output.status.success(), "{told}\n{errors}");
    let answers: Vec<&str> = told.lines().filter(|line| !line.is_empty()).collect();
    let expected = [
        r#""status":"ok""#,
        r#""email":"ann@example.com","role":"MEMBER""#,
        r#""title":"Hello, world""#,
        r#""items":[{"id":""#,
        r#""status":"published""#,
        r#""detail":"4 fields are invalid""#,
    ];
    assert_eq!(answers.len(), expected.len(), "{told}");
    for (answer, expected) in answers.iter().zip(expected) {
        assert!(answer.contains(expected), "{expected} is not in {answer}");
    }
    assert_eq!(server.stop(), Some(0));
}

//! Where a command gets a password from: never from its arguments, which everybody on the machine can read.

use std::io::{self, IsTerminal as _, Read as _, Write as _};

use clap::Args;
use tokio::sync::oneshot;

use crate::Secret;

use super::Failure;

/// No `0`, `1`, `l` or `o`, which look like others. A power of two, so that each is as likely.
const ALPHABET: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";
/// Of 5 bits each: 100 bits.
const GENERATED: usize = 20;
/// Hyphens between make it easier to type.
const GROUP: usize = 5;

#[derive(Debug, Args)]
pub(super) struct Password {
    /// Read the password from standard input, to its end but for the last line end
    #[arg(long)]
    password_stdin: bool,
    /// Make up a password, and print it, once
    #[arg(long, conflicts_with = "password_stdin")]
    generate_password: bool,
}

impl Password {
    /// The password, and whether it was made up.
    pub(super) async fn read(self) -> Result<(Secret<String>, bool), Failure> {
        if self.generate_password {
            return Ok((generate()?, true));
        }
        if self.password_stdin {
            let mut text = String::new();
            io::stdin()
                .read_to_string(&mut text)
                .map_err(Failure::failed)?;
            return Ok((without_line_end(text), false));
        }
        if !io::stdin().is_terminal() {
            return Err(Failure::Usage(
                "there is no terminal to ask for the password\n  help: say --password-stdin or --generate-password".to_owned(),
            ));
        }
        let password = ask("Password: ").await?;
        if ask("Again: ").await? != password {
            return Err(Failure::Failed("the two are not the same".to_owned()));
        }
        Ok((password, false))
    }
}

fn without_line_end(mut text: String) -> Secret<String> {
    if text.ends_with('\n') {
        text.pop();
        if text.ends_with('\r') {
            text.pop();
        }
    }
    Secret::new(text)
}

fn generate() -> Result<Secret<String>, Failure> {
    let mut bytes = [0; GENERATED];
    getrandom::fill(&mut bytes)
        .map_err(|_| Failure::Failed("the system gives no random bytes".to_owned()))?;
    let mut text = String::new();
    for (place, byte) in bytes.into_iter().enumerate() {
        if place > 0 && place % GROUP == 0 {
            text.push('-');
        }
        text.push(char::from(ALPHABET[usize::from(byte) % ALPHABET.len()]));
    }
    Ok(Secret::new(text))
}

/// Asks on the terminal, which shows nothing of what is typed, and is as before when this is given up.
async fn ask(question: &str) -> Result<Secret<String>, Failure> {
    let silence = Silence::begin()?;
    let mut stderr = io::stderr();
    stderr
        .write_all(question.as_bytes())
        .map_err(Failure::failed)?;
    let (sender, answer) = oneshot::channel();
    // A thread of its own, since nothing can call off the wait for a line: it ends with the process.
    std::thread::spawn(move || {
        let mut line = String::new();
        let read = io::stdin().read_line(&mut line);
        let _ = sender.send(read.map(|_| line));
    });
    let line = tokio::select! {
        line = answer => line,
        _ = tokio::signal::ctrl_c() => {
            return Err(Failure::Failed("nothing is changed".to_owned()));
        }
    };
    drop(silence);
    let line = line.map_err(Failure::failed)?.map_err(Failure::failed)?;
    Ok(without_line_end(line))
}

/// A terminal that does not echo, until it is dropped.
#[cfg(unix)]
struct Silence(rustix::termios::Termios);

#[cfg(unix)]
impl Silence {
    fn begin() -> Result<Self, Failure> {
        use rustix::termios::{LocalModes, OptionalActions, tcgetattr, tcsetattr};
        let before = tcgetattr(io::stdin()).map_err(Failure::failed)?;
        let mut silent = before.clone();
        silent.local_modes.remove(LocalModes::ECHO);
        silent.local_modes.insert(LocalModes::ECHONL);
        tcsetattr(io::stdin(), OptionalActions::Flush, &silent).map_err(Failure::failed)?;
        Ok(Self(before))
    }
}

#[cfg(unix)]
impl Drop for Silence {
    fn drop(&mut self) {
        use rustix::termios::{OptionalActions, tcsetattr};
        let _ = tcsetattr(io::stdin(), OptionalActions::Now, &self.0);
    }
}

#[cfg(not(unix))]
struct Silence;

#[cfg(not(unix))]
impl Silence {
    fn begin() -> Result<Self, Failure> {
        Err(Failure::Usage(
            "this terminal can't be kept from showing the password\n  help: say --password-stdin or --generate-password"
                .to_owned(),
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn generated_passwords_differ_and_can_be_typed() {
        let (one, other) = (generate().unwrap(), generate().unwrap());
        assert_ne!(one, other);
        let text = one.expose();
        assert_eq!(text.len(), GENERATED + GENERATED / GROUP - 1);
        assert!(text.split('-').all(|part| part.len() == GROUP), "{text}");
    }

    #[test]
    fn one_line_end_is_not_part_of_it() {
        for (text, password) in [
            ("a b\n", "a b"),
            ("a\r\n", "a"),
            ("a\n\n", "a\n"),
            (" a ", " a "),
        ] {
            assert_eq!(without_line_end(text.to_owned()).expose(), password);
        }
    }
}

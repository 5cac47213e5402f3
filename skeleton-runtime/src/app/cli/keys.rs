//! `keys`: keys that sign tokens, and their rotation without a request refused.

use clap::{Args, Subcommand, ValueEnum};

use crate::config::{Config, JwtAlgorithm, JwtPrivateKey, JwtPublicKey};

use super::{Failure, print};

#[derive(Debug, Subcommand)]
pub(super) enum Keys {
    /// Print a new key, as a line for the environment or `.env`
    Generate(Generate),
    /// Print what to set, one step after the other, to have a new key take the place of the current one
    Rotate(Rotate),
}

#[derive(Debug, Args)]
pub(super) struct Generate {
    /// The algorithm of the tokens
    #[arg(long, default_value = "eddsa")]
    algorithm: Name,
}

#[derive(Debug, Args)]
pub(super) struct Rotate {
    /// The algorithm of the new key; without it that of the current one
    #[arg(long)]
    algorithm: Option<Name>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Name {
    Eddsa,
    Rs256,
}

impl From<Name> for JwtAlgorithm {
    fn from(name: Name) -> Self {
        match name {
            Name::Eddsa => Self::EdDsa,
            Name::Rs256 => Self::Rs256,
        }
    }
}

impl Generate {
    pub(super) fn run(&self) -> Result<(), Failure> {
        let key = generate(self.algorithm.into())?;
        let set = line("JWT_PRIVATE_KEY", key.pem().expose());
        print(&format!("# {:?}\n{set}\n", key.public()))
    }
}

impl Keys {
    pub(super) fn run(&self, config: &Config) -> Result<(), Failure> {
        match self {
            Self::Generate(generate) => generate.run(),
            Self::Rotate(rotate) => print(&(rotate.plan(config)? + "\n")),
        }
    }
}

impl Rotate {
    fn plan(&self, config: &Config) -> Result<String, Failure> {
        let auth = &config.auth;
        let Some(current) = &auth.private_key else {
            let help = "the tokens are signed with JWT_SECRET_KEY, so there is no key to rotate\n  \
                        help: `keys generate` makes one";
            return Err(Failure::Config(help.to_owned()));
        };
        let algorithm = self
            .algorithm
            .map_or(current.public().algorithm(), Into::into);
        let new = generate(algorithm)?;
        let known = auth.public_keys.iter();
        let known: String = known
            .filter(|key| key.id() != current.public().id())
            .map(JwtPublicKey::pem)
            .collect();
        let minutes = auth.access_token_lifetime.as_secs().div_ceil(60);
        let first = format!("{known}{}", new.public().pem());
        let second = format!("{known}{}", current.public().pem());
        Ok([
            "# 1. Set this beside the current JWT_PRIVATE_KEY on every instance: all of them, and whoever reads".to_owned(),
            "#    /.well-known/jwks.json (kept for 5 minutes), know the new key before it signs.".to_owned(),
            line("JWT_PUBLIC_KEYS", &first),
            format!("# 2. Then set these on every instance: {:?} signs, {:?} still verifies.", new.public(), current.public()),
            line("JWT_PRIVATE_KEY", new.pem().expose()),
            line("JWT_PUBLIC_KEYS", &second),
            format!("# 3. {} minutes after the last instance has them, the old key verifies nothing that holds:", minutes + 1),
            line("JWT_PUBLIC_KEYS", &known),
        ]
        .join("\n"))
    }
}

fn generate(algorithm: JwtAlgorithm) -> Result<JwtPrivateKey, Failure> {
    JwtPrivateKey::generate(algorithm).map_err(|fault| Failure::Failed(format!("the key {fault}")))
}

/// For a shell and for `.env` alike.
fn line(name: &str, pem: &str) -> String {
    format!("{name}='{}'", pem.replace('\n', "\\n"))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    fn config(settings: &[(&str, &str)]) -> Config {
        let mut source = BTreeMap::from([("APP_ENV", "test")]);
        source.extend(settings.iter().copied());
        Config::load("test", &source).unwrap().0
    }

    /// What the lines of a step set.
    fn settings(plan: &str) -> Vec<(&str, &str)> {
        plan.lines()
            .filter_map(|line| line.split_once("='"))
            .map(|(name, value)| (name, value.trim_end_matches('\'')))
            .collect()
    }

    #[test]
    fn a_rotation_keeps_the_old_key_until_it_is_over() {
        let first = JwtPrivateKey::generate(JwtAlgorithm::EdDsa).unwrap();
        let older = JwtPrivateKey::generate(JwtAlgorithm::Rs256).unwrap();
        let current = config(&[
            ("JWT_PRIVATE_KEY", first.pem().expose()),
            ("JWT_PUBLIC_KEYS", older.public().pem()),
        ]);
        let plan = Rotate { algorithm: None }.plan(&current).unwrap();
        let [announced, private, kept, last] = settings(&plan).try_into().unwrap();
        let ids = |settings: &[(&str, &str)]| {
            let config = config(settings).auth;
            let private = config.private_key.map(|key| key.public().id().to_owned());
            let public = config.public_keys.iter().map(|key| key.id().to_owned());
            (private.unwrap(), public.collect::<Vec<_>>())
        };
        let (first_id, older_id) = (
            first.public().id().to_owned(),
            older.public().id().to_owned(),
        );
        let (second, kept_ids) = ids(&[private, kept]);
        assert_eq!(kept_ids, [older_id.clone(), first_id.clone()]);
        let before = ids(&[("JWT_PRIVATE_KEY", first.pem().expose()), announced]);
        assert_eq!(before, (first_id, vec![older_id.clone(), second.clone()]));
        assert_eq!(ids(&[private, last]), (second, vec![older_id]));
    }

    #[test]
    fn a_secret_is_not_rotated() {
        assert!(Rotate { algorithm: None }.plan(&config(&[])).is_err());
    }
}

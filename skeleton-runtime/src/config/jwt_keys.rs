//! Keys for tokens: Ed25519 and RSA, as PEM.

use std::fmt;

use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der, PublicKeyX509Der};
use aws_lc_rs::rsa::{self, KeySize};
use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair as _};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jsonwebtoken::jwk::{AlgorithmParameters, Jwk, ThumbprintHash};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey};

use crate::Secret;

/// What is wrong with a key, without a word of the key itself.
///
/// ```
/// use skeleton_runtime::config::{JwtPrivateKey, KeyFault};
///
/// let fault: KeyFault = JwtPrivateKey::parse("a password").unwrap_err();
/// assert!(!fault.contains("a password"));
/// ```
pub type KeyFault = &'static str;

const UNREADABLE: KeyFault = "has a key that can't be read";
const OF_NO_USE: KeyFault = "has a key that is neither Ed25519 nor RSA, or not PEM (PKCS#8, PKCS#1 or SubjectPublicKeyInfo)";

/// The fewest bits of an RSA key (RFC 7518, section 3.3), in base64url characters of its modulus.
const SHORTEST_MODULUS: usize = 2048_usize.div_ceil(6);

/// An algorithm with two keys: one to sign with, and one that everybody may know.
///
/// ```
/// use skeleton_runtime::config::{JwtAlgorithm, JwtPrivateKey};
///
/// let key = JwtPrivateKey::generate(JwtAlgorithm::EdDsa).unwrap();
/// assert_eq!(key.public().algorithm().name(), "EdDSA");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JwtAlgorithm {
    /// Ed25519.
    EdDsa,
    /// RSASSA-PKCS1-v1_5 with SHA-256.
    Rs256,
}

impl JwtAlgorithm {
    /// The name, as in the header `alg`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::EdDsa => "EdDSA",
            Self::Rs256 => "RS256",
        }
    }

    pub(crate) const fn algorithm(self) -> Algorithm {
        match self {
            Self::EdDsa => Algorithm::EdDSA,
            Self::Rs256 => Algorithm::RS256,
        }
    }
}

/// A key to verify tokens with.
///
/// ```
/// use skeleton_runtime::config::{JwtAlgorithm, JwtPrivateKey, JwtPublicKey};
///
/// let key = JwtPrivateKey::generate(JwtAlgorithm::EdDsa).unwrap();
/// let known = JwtPublicKey::parse_all(key.public().pem()).unwrap();
/// assert_eq!(known[0].id(), key.public().id());
/// ```
#[derive(Clone)]
pub struct JwtPublicKey {
    algorithm: JwtAlgorithm,
    id: String,
    pem: String,
    parameters: AlgorithmParameters,
    decoding: DecodingKey,
}

/// A key to sign tokens with.
///
/// ```
/// use skeleton_runtime::config::{JwtAlgorithm, JwtPrivateKey};
///
/// let key = JwtPrivateKey::generate(JwtAlgorithm::EdDsa).unwrap();
/// let read = JwtPrivateKey::parse(key.pem().expose()).unwrap();
/// assert_eq!(read.public().id(), key.public().id());
/// ```
#[derive(Clone)]
pub struct JwtPrivateKey {
    pem: Secret<String>,
    encoding: EncodingKey,
    public: JwtPublicKey,
}

impl fmt::Debug for JwtPublicKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} {}", self.algorithm.name(), self.id)
    }
}

impl fmt::Debug for JwtPrivateKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.public, formatter)
    }
}

impl JwtPublicKey {
    /// Reads any number of keys that stand one after the other. Line ends may be written as `\n`.
    ///
    /// # Errors
    ///
    /// What is wrong with one of them.
    pub fn parse_all(text: &str) -> Result<Vec<Self>, KeyFault> {
        let blocks = blocks(text)?;
        if blocks.is_empty() {
            return Err(OF_NO_USE);
        }
        blocks.iter().map(|block| Self::parse(block)).collect()
    }

    fn parse(block: &Block) -> Result<Self, KeyFault> {
        if !matches!(block.label.as_str(), "PUBLIC KEY" | "RSA PUBLIC KEY") {
            return Err("has something else than public keys");
        }
        let pem = block.pem.as_bytes();
        if let Ok(decoding) = DecodingKey::from_ed_pem(pem) {
            return Self::of(JwtAlgorithm::EdDsa, decoding, block.pem.clone());
        }
        let decoding = DecodingKey::from_rsa_pem(pem).map_err(|_| OF_NO_USE)?;
        Self::of(JwtAlgorithm::Rs256, decoding, block.pem.clone())
    }

    fn of(algorithm: JwtAlgorithm, decoding: DecodingKey, pem: String) -> Result<Self, KeyFault> {
        let jwk = Jwk::from_decoding_key(&decoding, Some(algorithm.algorithm()))
            .map_err(|_| UNREADABLE)?;
        if let AlgorithmParameters::RSA(rsa) = &jwk.algorithm
            && rsa.n.len() < SHORTEST_MODULUS
        {
            return Err("has an RSA key of fewer than 2048 bits");
        }
        Ok(Self {
            algorithm,
            id: jwk
                .thumbprint(ThumbprintHash::SHA256)
                .map_err(|_| UNREADABLE)?,
            pem,
            parameters: jwk.algorithm,
            decoding,
        })
    }

    /// The key's thumbprint (RFC 7638), which is the header `kid`.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The one algorithm that the key is for.
    pub const fn algorithm(&self) -> JwtAlgorithm {
        self.algorithm
    }

    /// The key as PEM.
    pub fn pem(&self) -> &str {
        &self.pem
    }

    pub(crate) const fn decoding(&self) -> &DecodingKey {
        &self.decoding
    }

    /// The key as an entry of a JWK set.
    pub(crate) fn jwk(&self) -> serde_json::Value {
        let mut jwk = serde_json::to_value(&self.parameters).unwrap_or_default();
        jwk["kid"] = self.id.as_str().into();
        jwk["alg"] = self.algorithm.name().into();
        jwk["use"] = "sig".into();
        jwk
    }
}

impl JwtPrivateKey {
    /// Makes a key.
    ///
    /// # Errors
    ///
    /// When the system gives no random bytes.
    pub fn generate(algorithm: JwtAlgorithm) -> Result<Self, KeyFault> {
        const FAILED: KeyFault = "can't be made: the system gives no random bytes";
        let der: Pkcs8V1Der<'static> = match algorithm {
            JwtAlgorithm::EdDsa => {
                let pair = Ed25519KeyPair::generate().map_err(|_| FAILED)?;
                pair.as_der().map_err(|_| FAILED)?
            }
            JwtAlgorithm::Rs256 => {
                let pair = rsa::KeyPair::generate(KeySize::Rsa3072).map_err(|_| FAILED)?;
                pair.as_der().map_err(|_| FAILED)?
            }
        };
        Self::parse(&pem("PRIVATE KEY", der.as_ref()))
    }

    /// Reads one key. Line ends may be written as `\n`.
    ///
    /// # Errors
    ///
    /// What is wrong with it.
    pub fn parse(text: &str) -> Result<Self, KeyFault> {
        let blocks = blocks(text)?;
        let [block] = blocks.as_slice() else {
            return Err(if blocks.is_empty() {
                OF_NO_USE
            } else {
                "has more than one key"
            });
        };
        if !matches!(block.label.as_str(), "PRIVATE KEY" | "RSA PRIVATE KEY") {
            return Err("is not an unencrypted private key");
        }
        let text = block.pem.as_bytes();
        let (encoding, spki) = if let Ok(encoding) = EncodingKey::from_ed_pem(text) {
            let pair = Ed25519KeyPair::from_pkcs8(encoding.as_bytes()).map_err(|_| UNREADABLE)?;
            let spki: PublicKeyX509Der<'static> =
                pair.public_key().as_der().map_err(|_| UNREADABLE)?;
            (encoding, spki)
        } else {
            let encoding = EncodingKey::from_rsa_pem(text).map_err(|_| OF_NO_USE)?;
            let pair = rsa::KeyPair::from_der(encoding.as_bytes()).map_err(|_| UNREADABLE)?;
            let spki = pair.public_key().as_der().map_err(|_| UNREADABLE)?;
            (encoding, spki)
        };
        let public = blocks_of_one("PUBLIC KEY", spki.as_ref());
        Ok(Self {
            pem: Secret::new(block.pem.clone()),
            encoding,
            public: JwtPublicKey::parse(&public)?,
        })
    }

    /// The key that goes with it.
    pub const fn public(&self) -> &JwtPublicKey {
        &self.public
    }

    /// The key as PEM.
    pub const fn pem(&self) -> &Secret<String> {
        &self.pem
    }

    pub(crate) const fn encoding(&self) -> &EncodingKey {
        &self.encoding
    }
}

/// One key of a PEM text.
struct Block {
    label: String,
    pem: String,
}

fn blocks_of_one(label: &str, der: &[u8]) -> Block {
    Block {
        label: label.to_owned(),
        pem: pem(label, der),
    }
}

/// What stands between the keys is left out, as RFC 7468 has it.
fn blocks(text: &str) -> Result<Vec<Block>, KeyFault> {
    const BEGIN: &str = "-----BEGIN ";
    const DASHES: &str = "-----";
    let text = text.replace("\\n", "\n");
    let mut blocks = Vec::new();
    let mut rest = text.as_str();
    while let Some((_, begun)) = rest.split_once(BEGIN) {
        let (label, _) = begun.split_once(DASHES).ok_or(OF_NO_USE)?;
        let end = format!("-----END {label}-----");
        let (body, after) = begun.split_once(&end).ok_or(OF_NO_USE)?;
        blocks.push(Block {
            label: label.to_owned(),
            pem: format!("{BEGIN}{body}{end}\n"),
        });
        rest = after;
    }
    Ok(blocks)
}

fn pem(label: &str, der: &[u8]) -> String {
    let text = STANDARD.encode(der);
    let mut pem = format!("-----BEGIN {label}-----\n");
    for line in text.as_bytes().chunks(64) {
        pem.extend(line.iter().map(|byte| char::from(*byte)));
        pem.push('\n');
    }
    pem.extend(["-----END ", label, "-----\n"]);
    pem
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_go_into_pem_and_back() {
        for algorithm in [JwtAlgorithm::EdDsa, JwtAlgorithm::Rs256] {
            let key = JwtPrivateKey::generate(algorithm).unwrap();
            assert_eq!(key.public().algorithm(), algorithm);
            let one_line = key.pem().expose().replace('\n', "\\n");
            let again = JwtPrivateKey::parse(&one_line).unwrap();
            assert_eq!(again.public().id(), key.public().id());
            let other = JwtPrivateKey::generate(JwtAlgorithm::EdDsa).unwrap();
            let both = format!("old:\n{}{}", key.public().pem(), other.public().pem());
            let public = JwtPublicKey::parse_all(&both).unwrap();
            let ids: Vec<_> = public.iter().map(JwtPublicKey::id).collect();
            assert_eq!(ids, [key.public().id(), other.public().id()]);
            assert_eq!(key.public().id().len(), 43);
        }
    }

    /// RFC 8037, appendix A.
    #[test]
    fn a_key_has_the_id_that_others_give_it() {
        let der = [
            &[
                0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00,
            ][..],
            &base64::engine::general_purpose::URL_SAFE_NO_PAD
                .decode("11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo")
                .unwrap(),
        ]
        .concat();
        let keys = JwtPublicKey::parse_all(&pem("PUBLIC KEY", &der)).unwrap();
        assert_eq!(keys[0].id(), "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k");
        assert_eq!(keys[0].jwk()["crv"], "Ed25519");
        assert_eq!(keys[0].jwk()["kty"], "OKP");
    }

    #[test]
    fn what_is_no_key_is_refused_without_a_word_of_it() {
        let key = JwtPrivateKey::generate(JwtAlgorithm::EdDsa).unwrap();
        let private = key.pem().expose();
        let cut = private.replace("MC4", "AAA");
        for text in [
            "",
            "canary",
            &cut,
            key.public().pem(),
            &format!("{private}{private}"),
            &pem("ENCRYPTED PRIVATE KEY", b"canary"),
            "-----BEGIN PRIVATE KEY-----\ncanary",
        ] {
            let fault = JwtPrivateKey::parse(text).unwrap_err();
            assert!(!fault.contains("canary"), "{fault}");
        }
        for text in ["", private, &pem("CERTIFICATE", b"canary")] {
            assert!(JwtPublicKey::parse_all(text).is_err(), "{text}");
        }
        assert!(!format!("{key:?}").contains(&private[40..60]));
    }
}

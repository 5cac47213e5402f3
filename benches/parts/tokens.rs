//! From a token to who sent it.

use std::hint::black_box;

use criterion::{BatchSize, Criterion};
use skeleton_runtime::__private::parts::Tokens;
use skeleton_runtime::auth::Authenticator;
use skeleton_runtime::axum::extract::FromRef as _;
use skeleton_runtime::axum::http::{HeaderMap, HeaderValue, header};
use skeleton_runtime::config::{AuthConfig, JwtAlgorithm, JwtPrivateKey};
use skeleton_runtime::prelude::*;

use crate::Service;

fn config(algorithm: Option<JwtAlgorithm>) -> AuthConfig {
    let mut config = AuthConfig::new("one secret for all of a benchmark".to_owned(), "bench");
    config.private_key = algorithm
        .map(|algorithm| JwtPrivateKey::generate(algorithm).expect("there are random bytes"));
    config
}

/// Tokens that were not seen before: their signatures are verified.
pub(crate) fn first(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("token");
    for (name, algorithm) in [
        ("HS256", None),
        ("EdDSA", Some(JwtAlgorithm::EdDsa)),
        ("RS256", Some(JwtAlgorithm::Rs256)),
    ] {
        let config = config(algorithm);
        let keys = || Tokens::new(&config).expect("the keys are sound");
        let token = keys().issue().expect("a token can be signed");
        group.bench_function(name, |bencher| {
            bencher.iter_batched(
                keys,
                |keys| {
                    keys.verify(black_box(&token)).expect("the token holds");
                    keys
                },
                BatchSize::SmallInput,
            );
        });
    }
    group.finish();
}

/// The whole way to the caller of nearly every request: the token was seen before, and its account asked for.
pub(crate) fn known(criterion: &mut Criterion) {
    let Service { runtime, app } = &Service::start();
    let authenticator = Authenticator::from_ref(app.service().state());
    let token = runtime.block_on(app.token("somebody@example.com", Role::Member));
    let bearer = HeaderValue::try_from(format!("Bearer {token}")).expect("a token is ASCII");
    let headers = HeaderMap::from_iter([(header::AUTHORIZATION, bearer)]);
    let caller = runtime.block_on(authenticator.authenticate(&headers));
    assert!(matches!(caller, Ok(Some(_))), "{caller:?}");
    let mut group = criterion.benchmark_group("token");
    group.bench_function("seen before", |bencher| {
        bencher
            .to_async(runtime)
            .iter(|| authenticator.authenticate(&headers));
    });
    group.finish();
}

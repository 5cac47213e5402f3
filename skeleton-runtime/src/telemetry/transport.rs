//! The one HTTP client for whatever goes out: spans, and calls to other services.

use std::sync::{Arc, LazyLock};
use std::time::Duration;

use rustls::{ClientConfig, RootCertStore};

/// To a host that does not answer nobody waits for long.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// From the call to the end of the answer's body: less than a request of one's own may take.
const TIMEOUT: Duration = Duration::from_secs(20);

static CLIENT: LazyLock<reqwest::Client> = LazyLock::new(|| {
    let client = builder().build();
    client.expect("neither its TLS nor its resolver asks the machine for anything")
});

/// The client. Clones share its connections.
pub(super) fn shared() -> &'static reqwest::Client {
    &CLIENT
}

/// A client with the kit's time limits and its TLS: rustls on aws-lc-rs, trusting the authorities of the system.
pub(super) fn builder() -> reqwest::ClientBuilder {
    static TLS: LazyLock<ClientConfig> = LazyLock::new(tls);
    reqwest::Client::builder()
        .tls_backend_preconfigured(TLS.clone())
        .connect_timeout(CONNECT_TIMEOUT)
        .timeout(TIMEOUT)
}

fn tls() -> ClientConfig {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("aws-lc-rs has them")
        .with_root_certificates(roots)
        .with_no_client_auth()
}

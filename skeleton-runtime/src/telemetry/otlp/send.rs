//! The task that sends spans.

use std::time::Duration;

use opentelemetry_proto::tonic::collector::trace::v1::{
    ExportTraceServiceRequest, ExportTraceServiceResponse,
};
use opentelemetry_proto::transform::common::tonic::ResourceAttributesWithSchema;
use opentelemetry_proto::transform::trace::tonic::group_spans_by_resource_and_scope;
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::trace::SpanData;
use prost::Message as _;
use tokio::time::{sleep, timeout};

use crate::config::TracesConfig;

use super::client::{Client, Refusal};
use super::queue::{BATCH, Spans};

/// A span that is looked for should not be long in coming.
const DELAY: Duration = Duration::from_secs(1);
/// As the OpenTelemetry specification has it.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(10);
/// After so many failures of one kind that may pass, the batch is given up.
const ATTEMPTS: u32 = 4;
const FIRST_PAUSE: Duration = Duration::from_millis(500);

pub(super) struct Sender {
    client: Client,
    resource: ResourceAttributesWithSchema,
    spans: Spans,
    is_failing: bool,
}

impl Sender {
    pub(super) fn new(
        config: &TracesConfig,
        resource: &Resource,
        spans: Spans,
    ) -> Result<Self, String> {
        Ok(Self {
            client: Client::new(config)?,
            resource: resource.into(),
            spans,
            is_failing: false,
        })
    }

    /// Sends until the queue is closed and empty.
    pub(super) async fn run(mut self) {
        loop {
            // Either there is a batch, or it is time.
            let _ = timeout(DELAY, self.spans.enough()).await;
            // Looked at before the queue is emptied: what comes later than the end is not waited for.
            let is_last = self.spans.is_closed();
            let mut spans = self.spans.take().into_iter();
            loop {
                let batch: Vec<_> = spans.by_ref().take(BATCH).collect();
                if batch.is_empty() {
                    break;
                }
                self.send(batch).await;
            }
            if is_last {
                return;
            }
        }
    }

    async fn send(&mut self, batch: Vec<SpanData>) {
        let count = batch.len() as u64;
        let request = ExportTraceServiceRequest {
            resource_spans: group_spans_by_resource_and_scope(batch, &self.resource),
        };
        match self.deliver(request.encode_to_vec()).await {
            Ok(answer) => {
                let rejected = rejected(&answer).min(count);
                self.spans.sent(count - rejected);
                self.spans.lost(rejected);
                self.told(rejected > 0, "it rejected some");
            }
            Err(refusal) => {
                self.spans.lost(count);
                self.told(true, &refusal.to_string());
            }
        }
    }

    /// Tries again what may go well later, unless the process is about to end.
    async fn deliver(&mut self, body: Vec<u8>) -> Result<Vec<u8>, Refusal> {
        let body = axum::body::Bytes::from(body);
        let mut pause = FIRST_PAUSE;
        for _ in 1..ATTEMPTS {
            match self.attempt(body.clone()).await {
                Err(refusal) if refusal.may_pass() => {
                    self.told(true, &refusal.to_string());
                    if self.spans.is_closed() {
                        return Err(refusal);
                    }
                    sleep(pause).await;
                    pause *= 2;
                }
                outcome => return outcome,
            }
        }
        self.attempt(body).await
    }

    async fn attempt(&mut self, body: axum::body::Bytes) -> Result<Vec<u8>, Refusal> {
        match timeout(REQUEST_TIMEOUT, self.client.post(body)).await {
            Ok(outcome) => outcome,
            Err(_) => {
                self.client.disconnect();
                Err(Refusal::of("it does not answer in time"))
            }
        }
    }

    /// Once for each change, not once for each batch.
    fn told(&mut self, is_failing: bool, reason: &str) {
        if is_failing && !self.is_failing {
            tracing::warn!(
                reason,
                "the collector does not take spans; those that find no room in the queue are lost"
            );
        } else if self.is_failing && !is_failing {
            tracing::info!("the collector takes spans again");
        }
        self.is_failing = is_failing;
    }
}

/// What the collector took note of and threw away. An answer that can't be read says nothing of it.
fn rejected(answer: &[u8]) -> u64 {
    let answer = ExportTraceServiceResponse::decode(answer).unwrap_or_default();
    let rejected = answer.partial_success.map(|part| part.rejected_spans);
    rejected
        .and_then(|count| u64::try_from(count).ok())
        .unwrap_or(0)
}

//! A web service that goes on while its Redis is away, and says so: exchange rates over HTTP.
//!
//! ```text
//! cargo run --example web --features web -- [--port PORT] [--redis URL] [--check]
//!   GET    /rate/EUR/USD   a rate, where it came from, and whether Redis had its part in it
//!   DELETE /rate/EUR/USD   forgets the rate, in every process that shares the Redis
//!   GET    /health         how Redis is, as JSON
//!   GET    /cache          every cached function with its statistics, as JSON
//!   GET    /metrics        all counters, for Prometheus
//! ```
//!
//! Without a Redis at the URL it starts all the same, and uses it from the moment that it is there.
//! `--check` asks for each route once, over a port of its own, and ends.

mod arguments;
mod check;

use std::error::Error;
use std::process::ExitCode;
use std::time::Duration;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use cachekit::{Runtime, cached};
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use serde_json::json;
use tokio::net::TcpListener;
use tokio::sync::oneshot;

use arguments::Arguments;

/// What a euro is worth.
const RATES: [(&str, f64); 4] = [("EUR", 1.0), ("GBP", 0.86), ("JPY", 171.3), ("USD", 1.09)];

/// There is no such currency.
#[derive(Debug, Clone)]
struct Unknown(String);

/// A slow source of truth. `Ok` is remembered for half a minute, by this process and in Redis;
/// while Redis is away, by this process alone. An unknown currency is not remembered.
#[cached(mode = "degraded", ttl = 30)]
async fn rate(from: &str, to: &str) -> Result<f64, Unknown> {
    tokio::time::sleep(Duration::from_millis(50)).await;
    let worth = |currency: &str| {
        let known = RATES.iter().find(|(name, _)| *name == currency);
        known.map(|(_, worth)| *worth).ok_or_else(|| Unknown(currency.to_owned()))
    };
    Ok(worth(to)? / worth(from)?)
}

/// What the handlers share.
#[derive(Clone)]
struct Service {
    runtime: Runtime,
    prometheus: PrometheusHandle,
}

#[tokio::main]
async fn main() -> ExitCode {
    let asked = match Arguments::read(std::env::args().skip(1)) {
        Ok(asked) => asked,
        Err(why) => {
            eprintln!("error: {why}\n\n{}", arguments::USAGE);
            return ExitCode::from(2);
        }
    };
    match run(asked).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run(asked: Arguments) -> Result<(), Box<dyn Error>> {
    let prometheus = PrometheusBuilder::new().install_recorder()?;
    // Blocks for as long as Redis takes to answer, once, before anybody is served.
    let runtime = Runtime::builder()
        .namespace("cachekit-examples")
        .redis(asked.redis)
        .functions([rate::SPEC])
        .start_without_l2()
        .install()?;
    let service = Service { runtime: runtime.clone(), prometheus };
    let listener = TcpListener::bind(("127.0.0.1", if asked.check { 0 } else { asked.port }))
        .await
        .map_err(|error| format!("cannot listen on port {}: {error}", asked.port))?;
    let address = listener.local_addr()?;
    println!("listening on http://{address}; Redis is {}", runtime.health().availability());
    // A service ends when it is told to; here only the check does so. One that is run for others
    // waits for `tokio::signal` instead.
    let (end, told) = oneshot::channel::<()>();
    let ends = async { drop(told.await) };
    let server = axum::serve(listener, router(service)).with_graceful_shutdown(ends);
    let server = tokio::spawn(server.into_future());
    if asked.check {
        check::every_route(address).await?;
        drop(end);
    }
    server.await??;
    // Nobody calls any more. What Redis is still owed is sent to it, for as long as this may take.
    let left = runtime.shutdown(Duration::from_secs(5)).await;
    println!("ended; owed: {}, still running: {}", left.owed, left.running);
    Ok(())
}

fn router(service: Service) -> Router {
    Router::new()
        .route("/rate/{from}/{to}", get(tell).delete(forget))
        .route("/health", get(health))
        .route("/cache", get(functions))
        .route("/metrics", get(metrics))
        .with_state(service)
}

async fn tell(Path((from, to)): Path<(String, String)>) -> Response {
    match rate::detailed(&from, &to).await {
        Ok(answer) => Json(json!({
            "rate": answer.value,
            "source": answer.source.as_str(),
            "degraded": answer.degraded,
            "age_ms": answer.age.map(|age| u64::try_from(age.as_millis()).unwrap_or(u64::MAX)),
        }))
        .into_response(),
        Err(Unknown(currency)) => {
            (StatusCode::NOT_FOUND, Json(json!({ "unknown": currency }))).into_response()
        }
    }
}

/// Answers 202 where Redis still owes it to the other processes.
async fn forget(Path((from, to)): Path<(String, String)>) -> Response {
    match rate::invalidate(&from, &to).await {
        Ok(cachekit::Invalidated::Done) => StatusCode::NO_CONTENT.into_response(),
        Ok(_) => StatusCode::ACCEPTED.into_response(),
        Err(error) => (StatusCode::SERVICE_UNAVAILABLE, error.to_string()).into_response(),
    }
}

/// Answers 200 whatever the state: a degraded service serves, and should not be taken away.
async fn health(State(service): State<Service>) -> Response {
    as_json(service.runtime.health().to_json())
}

async fn functions(State(service): State<Service>) -> Response {
    as_json(service.runtime.functions().to_json())
}

async fn metrics(State(service): State<Service>) -> String {
    // The runtime publishes every second; whoever scrapes gets the counters of now.
    cachekit::metrics::flush();
    service.prometheus.run_upkeep();
    service.prometheus.render()
}

fn as_json(text: String) -> Response {
    ([(CONTENT_TYPE, "application/json")], text).into_response()
}

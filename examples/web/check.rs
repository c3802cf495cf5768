//! Asks for each route as a client would, and makes sure that the answers fit together.

use std::error::Error;
use std::net::SocketAddr;

use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// Asks for each route and prints the answers.
///
/// # Errors
///
/// If an answer is not what it should be, whether Redis is there or not.
pub(crate) async fn every_route(address: SocketAddr) -> Result<(), Box<dyn Error>> {
    let health = json(address, "GET /health").await?;
    let away = health["availability"] != "up";

    // Redis may hold the rate from an earlier run.
    ask(address, "DELETE /rate/EUR/USD", if away { 202 } else { 204 }).await?;
    let first = json(address, "GET /rate/EUR/USD").await?;
    hold("the first answer is computed", first["source"] == "computed")?;
    let second = json(address, "GET /rate/EUR/USD").await?;
    let source = if away { "fallback" } else { "l1" };
    hold("the second answer is remembered", second["source"] == source)?;
    hold("both are marked", first["degraded"] == away && second["degraded"] == away)?;
    hold("both are the same", first["rate"] == second["rate"])?;

    ask(address, "GET /rate/EUR/XXX", 404).await?;
    let functions = json(address, "GET /cache").await?;
    hold("the function is listed with its calls", functions[0]["calls"] == 3)?;
    let metrics = ask(address, "GET /metrics", 200).await?;
    hold("the counters are published", metrics.contains("cachekit_calls_total{"))?;
    Ok(())
}

async fn json(address: SocketAddr, request: &str) -> Result<Value, Box<dyn Error>> {
    Ok(serde_json::from_str(&ask(address, request, 200).await?)?)
}

/// The body of an answer, which must have this status.
async fn ask(address: SocketAddr, request: &str, status: u16) -> Result<String, Box<dyn Error>> {
    let mut stream = TcpStream::connect(address).await?;
    let head = format!("{request} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n");
    stream.write_all(head.as_bytes()).await?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await?;
    let (head, body) = answer.split_once("\r\n\r\n").ok_or("an answer has a head and a body")?;
    let line = head.lines().next().unwrap_or_default();
    println!("\n{request}\n{line}\n{}", excerpt(body));
    hold(&format!("{request} is answered with {status}"), line.contains(&status.to_string()))?;
    Ok(body.to_owned())
}

/// A body whole if it is short, else the lines on calls.
fn excerpt(body: &str) -> String {
    if body.lines().count() < 10 {
        return body.to_owned();
    }
    let lines = body.lines().filter(|line| line.starts_with("cachekit_calls_total"));
    let mut shown: Vec<_> = lines.collect();
    shown.sort_unstable();
    format!("{}\n.. {} lines in all", shown.join("\n"), body.lines().count())
}

fn hold(what: &str, holds: bool) -> Result<(), String> {
    if holds { Ok(()) } else { Err(format!("it does not hold that {what}")) }
}

//! Reads a server's URL, and opens a connection to it.

use std::pin::Pin;
use std::time::{Duration, Instant};

use ::redis::aio::MultiplexedConnection;
use ::redis::io::tcp::socket2::{SockRef, TcpKeepalive};
use ::redis::{AsyncConnectionConfig, ConnectionAddr, ConnectionInfo, IntoConnectionInfo};

use crate::l2::Fault;
use crate::l2::io::{self, AsyncRead, AsyncWrite};
use crate::time::clock;

use super::bounded::{Bounded, Ledger};

/// Idle time after which the kernel asks whether the peer is still there, and how often then.
const KEEPALIVE: Duration = Duration::from_secs(15);
const KEEPALIVE_EVERY: Duration = Duration::from_secs(5);

/// Commands that may wait for the socket before callers wait in turn: a stalled server must not
/// queue without bound, and its callers have their own deadlines.
const QUEUE: usize = 256;

/// Reads a URL.
///
/// # Errors
///
/// A sentence without the URL, which may hold a password.
pub(super) fn info(url: &str) -> Result<ConnectionInfo, String> {
    let scheme = url.split_once(':').map_or("", |(scheme, _)| scheme);
    if matches!(scheme, "rediss" | "valkeys") {
        return Err("TLS (`rediss://`) comes in a later version; use `redis://` over a network \
                    that you trust"
            .to_owned());
    }
    let forms = "write `redis://[user][:password@]host[:port][/database]` or \
                 `redis+unix:///path[?db=database][&user=user][&pass=password]`";
    let info = url.into_connection_info();
    let info = info.map_err(|_ignored| format!("the Redis URL cannot be read; {forms}"))?;
    if info.redis_settings().db() < 0 {
        return Err(format!("the Redis URL names a negative database; {forms}"));
    }
    Ok(info)
}

/// An open connection, and the work that drives it.
pub(super) struct Opened {
    pub(super) connection: MultiplexedConnection,
    pub(super) driver: Pin<Box<dyn Future<Output = ()> + Send>>,
    pub(super) at: Instant,
    pub(super) ledger: Ledger,
}

/// Opens a connection and introduces us. Runs on the I/O thread alone.
///
/// No text of a reply has more than `most` bytes.
pub(super) async fn open(info: &ConnectionInfo, most: usize) -> Result<Opened, Fault> {
    match info.addr() {
        ConnectionAddr::Tcp(host, port) => {
            let stream = io::tcp(host, *port).await.map_err(|error| refused(info, &error))?;
            let keepalive = TcpKeepalive::new().with_time(KEEPALIVE).with_interval(KEEPALIVE_EVERY);
            // A socket without keepalive works; a lost peer is then found by the first operation.
            drop(SockRef::from(&stream).set_tcp_keepalive(&keepalive));
            introduce(info, Bounded::new(stream, most)).await
        }
        #[cfg(unix)]
        ConnectionAddr::Unix(path) => {
            let stream = io::unix(path).await.map_err(|error| refused(info, &error))?;
            introduce(info, Bounded::new(stream, most)).await
        }
        _ => Err(Fault::unreachable("an address of a kind that this build cannot open")),
    }
}

async fn introduce<S>(info: &ConnectionInfo, stream: Bounded<S>) -> Result<Opened, Fault>
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    // No timeouts of its own: they would need a reactor on the caller's thread.
    let config = AsyncConnectionConfig::new()
        .set_connection_timeout(None)
        .set_response_timeout(None)
        .set_pipeline_buffer_size(QUEUE);
    let (settings, ledger) = (info.redis_settings(), stream.ledger());
    let made = MultiplexedConnection::new_with_config(settings, stream, config).await;
    let (connection, driver) = made.map_err(|error| unwelcome(info, ledger.fault(&error)))?;
    ledger.greeted();
    Ok(Opened { connection, driver: Box::pin(driver), at: clock::now(), ledger })
}

/// What it means that the server did not take our introduction.
fn unwelcome(info: &ConnectionInfo, fault: Fault) -> Fault {
    let database = info.redis_settings().db();
    // The only other answer to a greeting is about credentials, which is told apart already.
    if database != 0 && fault.is_protocol() {
        return Fault::denied(format!("it has no database {database}"));
    }
    fault
}

fn refused(info: &ConnectionInfo, error: &std::io::Error) -> Fault {
    // What the system did not say itself came from the resolver, whose kind says nothing.
    let what = match (error.raw_os_error(), error.kind()) {
        (None, kind) if kind != std::io::ErrorKind::TimedOut => {
            "the name cannot be resolved".to_owned()
        }
        (_, kind) => kind.to_string(),
    };
    Fault::unreachable(what).at(info.addr())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_that_cannot_be_read_is_reported_without_its_password() {
        for url in [
            "redis://:s3cr3t@",
            "http://u:s3cr3t@h",
            "s3cr3t",
            "redis://:s3cr3t@h/x",
            "rediss://:s3cr3t@h",
        ] {
            let error = info(url).expect_err(url);
            assert!(!error.contains("s3cr3t"), "{error}");
        }
    }

    #[test]
    fn a_name_that_does_not_resolve_is_told_as_that() {
        let info = info("redis://nowhere.invalid:7").expect("it is a URL");
        let resolver = std::io::Error::other("failed to lookup address information");
        let told = refused(&info, &resolver).to_string();
        assert!(told.contains("the name cannot be resolved at nowhere.invalid:7"), "{told}");
        let system = std::io::Error::from_raw_os_error(111);
        assert!(!refused(&info, &system).to_string().contains("resolved"));
    }

    #[test]
    fn every_form_of_url_is_read() {
        for url in [
            "redis://h",
            "redis://:p@h:1/2",
            "redis://u:p@[::1]:1",
            "redis+unix:///tmp/s?db=1&pass=p",
        ] {
            assert!(info(url).is_ok(), "{url}");
        }
    }
}

//! Sets up the shared tier that a runtime asks for, and reaches it once.

use std::sync::Arc;

use crate::error::{At, Error, Operation};
use crate::l2::breaker::Thresholds;
#[cfg(feature = "disk")]
use crate::l2::disk;
use crate::l2::gate::{Gate, Parts};
use crate::l2::io::Io;
use crate::l2::{Backend, Spawn};
use crate::observe::event::Sink;
use crate::runtime::config::{self, RuntimeBuilder, Tier};
use crate::time::park::park_on;

/// A tier's gate, and the thread that it lives on.
pub(crate) type Connected = (Option<Arc<Gate>>, Option<Io>);

/// Sets up the tier.
///
/// # Errors
///
/// Where the settings name no server, or it cannot be reached and must be.
pub(crate) fn connect(
    builder: &RuntimeBuilder,
    namespace: &str,
    sink: &Sink,
) -> Result<Connected, Error> {
    if matches!(builder.tier, Tier::None | Tier::Waived) {
        return Ok((None, None));
    }
    #[cfg(feature = "testing")]
    if let Some(spawner) = crate::l2::io::InTurns::here() {
        return simulated(builder, sink, spawner);
    }
    let io = Io::start().map_err(|why| Error::config(format!("no thread for L2: {why}")))?;
    let spawner: Arc<dyn Spawn> = io.spawner();
    let op_timeout = builder.op_timeout.unwrap_or(config::OP_TIMEOUT);
    let gate = Gate::new(Parts {
        backend: match &builder.tier {
            #[cfg(feature = "disk")]
            Tier::Disk(path) => disk(builder, path, op_timeout, sink, &io),
            tier => backend(tier, builder, namespace, &spawner)?,
        },
        thresholds: thresholds(builder),
        op_timeout,
        clock: builder.clock.clone(),
        sink: sink.clone(),
        spawner,
    });
    serve(builder, &gate);
    if builder.lazily {
        start(&gate);
        return Ok((Some(gate), Some(io)));
    }
    match park_on(gate.ask()) {
        Ok(()) => gate.found(),
        Err(fault) if builder.start_without_l2 || is_optional(builder) => gate.lost(fault),
        Err(fault) => {
            let (kind, at) = (fault.meaning(), At::default());
            return Err(Error::because(kind, Operation::Install, at, fault));
        }
    }
    Ok((Some(gate), Some(io)))
}

/// Tells the gate of the functions that are named.
fn serve(builder: &RuntimeBuilder, gate: &Gate) {
    for function in builder.functions.iter().filter(|function| function.spec().is_remote()) {
        gate.serves(function.spec().policy.mode);
    }
}

/// Reaches the tier for the first time, while nobody waits for that but calls.
fn start(gate: &Arc<Gate>) {
    let first = Arc::clone(gate);
    gate.spawn(async move { first.start().await });
}

/// The same in a simulation, whose one thread cannot wait for the first answer.
#[cfg(feature = "testing")]
fn simulated(
    builder: &RuntimeBuilder,
    sink: &Sink,
    spawner: Arc<dyn Spawn>,
) -> Result<Connected, Error> {
    let Tier::Custom(backend) = &builder.tier else {
        return Err(Error::config(
            "a simulation has no sockets and no files; give its runtimes a backend(..) of its own, \
             such as a Network's connection",
        ));
    };
    let gate = Gate::new(Parts {
        backend: Arc::clone(backend),
        thresholds: thresholds(builder),
        op_timeout: builder.op_timeout.unwrap_or(config::OP_TIMEOUT),
        clock: builder.clock.clone(),
        sink: sink.clone(),
        spawner,
    });
    serve(builder, &gate);
    start(&gate);
    Ok((Some(gate), None))
}

#[cfg_attr(
    not(feature = "redis"),
    expect(clippy::unnecessary_wraps, reason = "with the feature a URL may be wrong")
)]
fn backend(
    tier: &Tier,
    builder: &RuntimeBuilder,
    namespace: &str,
    spawner: &Arc<dyn Spawn>,
) -> Result<Arc<dyn Backend>, Error> {
    match tier {
        #[cfg(feature = "redis")]
        Tier::Redis(url) => {
            let op_timeout = builder.op_timeout.unwrap_or(config::OP_TIMEOUT);
            let most = most_answered(builder.most_value_bytes());
            let redis = crate::l2::redis::Redis::new(url, namespace, op_timeout, most, spawner);
            redis.map(|redis| Arc::new(redis) as Arc<dyn Backend>).map_err(Error::config)
        }
        Tier::Custom(backend) => {
            #[cfg(not(feature = "redis"))]
            let _ = (builder, namespace, spawner);
            Ok(Arc::clone(backend))
        }
        #[cfg(feature = "disk")]
        Tier::Disk(_) | Tier::Layered => unreachable!("a directory is made where its settings are"),
        Tier::None | Tier::Waived | Tier::Several | Tier::Contradicted => {
            unreachable!("checked before anything is set up")
        }
    }
}

/// The most bytes of a text that Redis may answer with: a value in its envelope, and what is no value,
/// such as a marker or a generation.
#[cfg(feature = "redis")]
fn most_answered(value: usize) -> usize {
    value.saturating_add(256).max(4096)
}

/// Whether the process does without the tier for as long as it cannot be had.
///
/// A directory is this node's own: it keeps nobody from starting whose named functions all answer
/// without it.
fn is_optional(builder: &RuntimeBuilder) -> bool {
    let mut named = builder.functions.iter().filter(|named| named.spec().is_remote()).peekable();
    #[cfg(feature = "disk")]
    let is_directory = matches!(builder.tier, Tier::Disk(_));
    #[cfg(not(feature = "disk"))]
    let is_directory = false;
    is_directory && named.peek().is_some() && named.all(|named| named.spec().policy.falls_back())
}

/// When the tier counts as broken.
fn thresholds(builder: &RuntimeBuilder) -> Thresholds {
    let usual = match builder.tier {
        #[cfg(feature = "disk")]
        Tier::Disk(_) => Thresholds::DISK,
        _ => Thresholds::default(),
    };
    builder.thresholds.unwrap_or(usual)
}

#[cfg(feature = "disk")]
fn disk(
    builder: &RuntimeBuilder,
    path: &std::path::Path,
    op_timeout: std::time::Duration,
    sink: &Sink,
    io: &Io,
) -> Arc<dyn Backend> {
    let spawner = io.spawner();
    let settings = disk::Settings {
        path: path.to_owned(),
        max_bytes: builder.disk_max_bytes.unwrap_or(config::DISK_MAX_BYTES),
        op_timeout,
        thresholds: thresholds(builder),
        clock: builder.clock.clone(),
        sink: sink.clone(),
    };
    let disk = disk::Disk::new(settings, spawner.pool());
    spawner.spawn(Box::pin(disk.tend()));
    Arc::new(disk)
}

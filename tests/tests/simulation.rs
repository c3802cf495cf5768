//! Orders that the simulator found, each forced by its own.

use std::process::Command;
use std::sync::{Arc, Mutex, mpsc};
use std::time::Duration;

use cachekit::testing::{Network, Simulation};
use cachekit::{Invalidated, Runtime, cached};
use cachekit_tests::Failure;

#[cached(mode = "strict", ttl = 60)]
async fn primed(n: u32) -> Result<u32, Failure> {
    Ok(n)
}

/// H14, H16: a prime whose connection was lost may lie at the server, which obeys it up to its date;
/// the next change of the same node is not undone by it.
#[test]
fn what_a_prime_still_brings_undoes_no_later_change() {
    let mut late = 0;
    for seed in 0..32 {
        let simulation = Simulation::new(seed);
        let (network, node) = (Network::new(&simulation), simulation.node());
        let connection = network.connect(&node);
        let install = || Runtime::builder().backend(connection).on_event(|_| ()).install();
        node.run(install).expect("it has a tier");
        simulation.run_for(Duration::from_secs(1));
        let commands = Arc::new(Mutex::new(Vec::new()));
        let heard = Arc::clone(&commands);
        network.watch(move |what| heard.lock().expect("no panic").push(what.to_owned()));
        network.slowest(Duration::from_millis(200));
        simulation.spawn(&node, async {
            let lost = primed::prime(1, 99).await.expect_err("its connection was cut");
            assert!(lost.is_owed());
            let told = primed::invalidate(1).await.expect("the server is there");
            assert_eq!(told, Invalidated::Done);
        });
        simulation.run_for(Duration::from_millis(1));
        network.slowest(Duration::from_millis(1));
        network.cut(&node);
        simulation.run_for(Duration::from_secs(2));
        simulation.spawn(&node, async {
            assert_eq!(primed(1).await.expect("the server is there"), 1, "what was invalidated");
        });
        simulation.run_for(Duration::from_secs(1));
        let commands = commands.lock().expect("no panic");
        late += usize::from(commands.iter().any(|what| what.contains("replace: Ok(Done(Stored))")));
    }
    assert!(late > 4, "{late} primes were obeyed although their connection was cut");
}

/// V1: the same seed, the same bytes, in whichever process.
#[test]
fn a_seed_gives_the_same_bytes_in_every_process() {
    let replayed = |seed: &str| {
        let mut replay = Command::new(env!("CARGO_BIN_EXE_simulator"));
        let output = replay.args(["replay", seed]).output().expect("the simulator runs");
        assert!(output.status.success(), "seed {seed} breaks a rule");
        output.stdout
    };
    for seed in ["1", "2", "3", "5", "8", "13"] {
        assert_eq!(replayed(seed), replayed(seed), "seed {seed}");
    }
}

/// A node lasts as long as its simulation, whoever still names it.
#[test]
fn a_node_that_nobody_names_goes_on() {
    let simulation = Simulation::new(1);
    let network = Network::new(&simulation);
    let (tell, told) = mpsc::channel();
    for n in 0..2 {
        let (node, tell) = (simulation.node(), tell.clone());
        let connection = network.connect(&node);
        node.run(|| Runtime::builder().backend(connection).install()).expect("it has a tier");
        simulation.spawn(&node, async move {
            tell.send(primed(n).await.expect("the server is there")).expect("somebody listens");
        });
    }
    simulation.run_for(Duration::from_secs(1));
    let mut all: Vec<u32> = told.try_iter().collect();
    all.sort_unstable();
    assert_eq!(all, [0, 1]);
}

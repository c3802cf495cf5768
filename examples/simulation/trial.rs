//! What happens under one seed: nodes that read and sell, over a network that is slow and breaks.

use std::sync::Arc;
use std::time::Duration;

use cachekit::Runtime;
use cachekit::testing::{Network, Simulation, World, sleep};

use crate::ledger::{Counts, Ledger};
use crate::table::Table;
use crate::tickets::{self, Selling};

/// The show that everybody wants to see: one key is enough for the rule.
const SHOW: u32 = 1;

const NODES: usize = 3;

/// Callers on each node that read, and how often each does.
const READERS: usize = 2;
const READS: usize = 4;

/// Tickets that each node sells.
const SALES: usize = 2;

/// How often a node's connection is cut.
const CUTS: usize = 2;

/// How long everybody waits before the next thing at most, in microseconds. It is about what a sale
/// takes, so that reads and sales overlap: seeds in which nothing meets find nothing.
const PAUSE: u64 = 20_000;

/// How long a command to the server or its answer is under way at most.
const SLOWEST: Duration = Duration::from_millis(5);

/// More than all of it takes.
const LONGEST: Duration = Duration::from_secs(60);

/// What came of a seed.
#[derive(Debug)]
pub(crate) struct Trial {
    pub(crate) seed: u64,
    pub(crate) steps: Vec<String>,
    /// How the rule was broken.
    pub(crate) broken: Option<String>,
    pub(crate) counts: Counts,
}

/// Runs a seed until the rule is broken, or everybody is done.
pub(crate) fn run(seed: u64, selling: Selling) -> Trial {
    let simulation = Simulation::new(seed);
    let network = Network::new(&simulation);
    network.slowest(SLOWEST);
    let ledger = Arc::new(Ledger::default());
    let heard = Arc::clone(&ledger);
    network.watch(move |what| heard.tell(&format!("the server, {}", brief(what))));
    let table = Arc::new(Table::new(simulation.random(), Arc::clone(&ledger)));
    let nodes: Vec<World> = (0..NODES).map(|_| simulation.node()).collect();
    for (number, node) in nodes.iter().enumerate() {
        let place =
            Place { number: number + 1, table: Arc::clone(&table), ledger: Arc::clone(&ledger) };
        place.install(node, &network);
        for _ in 0..READERS {
            let pauses = pauses(&simulation, READS);
            simulation.spawn(node, place.clone().read(pauses));
        }
        simulation.spawn(node, place.sell(selling, pauses(&simulation, SALES)));
    }
    // Runs for some time, and no further than to where the rule is broken.
    let run_for = |time| {
        simulation.run_until(time, || {
            ledger.at(simulation.now());
            ledger.broken().is_some()
        })
    };
    for pause in pauses(&simulation, CUTS) {
        let node = usize::try_from(simulation.random()).unwrap_or_default() % NODES;
        if !run_for(pause) {
            ledger.tell(&format!("the connection of node {} is cut", node + 1));
            network.cut(&nodes[node]);
        }
    }
    run_for(LONGEST);
    Trial { seed, steps: ledger.steps(), broken: ledger.broken(), counts: ledger.counts() }
}

/// So many pauses, which the seed chooses.
fn pauses(simulation: &Simulation, count: usize) -> Vec<Duration> {
    (0..count).map(|_| Duration::from_micros(simulation.random() % PAUSE)).collect()
}

/// What the server did, without the bytes of values and the parts of claims.
fn brief(what: &str) -> String {
    let end = what.find(['[', '{']);
    end.map_or(what.to_owned(), |end| format!("{}..", what[..end].trim_end()))
}

/// What a node's tasks know.
#[derive(Debug, Clone)]
struct Place {
    number: usize,
    table: Arc<Table>,
    ledger: Arc<Ledger>,
}

impl Place {
    /// The start of the service, in the node's own process.
    fn install(&self, node: &World, network: &Network) {
        let (connection, number, ledger) =
            (network.connect(node), self.number, Arc::clone(&self.ledger));
        let told =
            move |event: &cachekit::Event| ledger.tell(&format!("node {number}: {}", event.name()));
        let builder = Runtime::builder().namespace("tickets").backend(connection).on_event(told);
        node.run(|| builder.install()).expect("nothing has befallen the network");
    }

    async fn read(self, pauses: Vec<Duration>) {
        for pause in pauses {
            sleep(pause).await;
            let promised = self.ledger.acknowledged();
            let answer = tickets::sold::detailed(SHOW, &self.table).await;
            self.ledger.read(self.number, promised, answer);
        }
    }

    async fn sell(self, selling: Selling, pauses: Vec<Duration>) {
        for pause in pauses {
            sleep(pause).await;
            let sold = selling.sell(SHOW, &self.table).await;
            self.ledger.sold(self.number, &sold);
        }
    }
}

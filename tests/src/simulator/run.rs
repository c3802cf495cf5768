//! One run of a plan, from its first call to when all is quiet.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use cachekit::testing::{Kept, Memory, Network, Simulation, World};
use cachekit::{EventKind, Mode, Runtime, Source, Stats, Thresholds};

use super::actors::Theatre;
use super::befall::Fates;
use super::leash::{Fate, perform};
use super::plan::{Actor, Plan, Pull};
use super::rules;
use super::stage::Stage;
use super::subject::{MOST, TENANTS};
use crate::checker::{Heard, Reach, Record};

/// How long the actors of a plan may take, whose waits all have an end.
const LONGEST: Duration = Duration::from_secs(3_600);

/// How long what is owed or left behind may take to be settled.
const SETTLES: Duration = Duration::from_secs(180);

/// What one run came to.
#[derive(Debug)]
pub struct Report {
    /// What its plan came from.
    pub seed: u64,
    /// The kind of function.
    pub kind: &'static str,
    /// What everything that happened comes to, as one number.
    pub fingerprint: u64,
    /// How many rules were broken.
    pub violations: usize,
    /// What was broken, and what was counted, as a text.
    pub verdict: String,
    /// What happened, a line each, where that was asked for.
    pub trace: Vec<String>,
}

/// What is left of a run.
pub(super) struct Left {
    /// Of each node that was not killed.
    pub(super) nodes: Vec<Option<NodeLeft>>,
    pub(super) fillers: usize,
}

/// What is left on a node.
pub(super) struct NodeLeft {
    pub(super) flights: usize,
    pub(super) owed: usize,
    pub(super) is_up: bool,
    pub(super) stats: Stats,
}

/// Runs a plan; the lines of what happened are kept if they are `traced`.
pub fn run(plan: &Plan, traced: bool) -> Report {
    let reach = if plan.kind.mode == Mode::Strict { Reach::Everyone } else { Reach::Process };
    let record = Record::new(plan.seed, reach, plan.nodes.len(), plan.keys, TENANTS);
    let stage = Stage::new(plan, record, traced);
    Stage::enter(Some(Arc::clone(&stage)));
    let report = Run::new(plan, &stage).perform();
    Stage::enter(None);
    report
}

struct Run<'a> {
    simulation: Simulation,
    network: Network,
    driver: World,
    theatre: Arc<Theatre>,
    runtimes: Vec<Runtime>,
    stage: &'a Arc<Stage>,
}

impl<'a> Run<'a> {
    fn new(plan: &Plan, stage: &'a Arc<Stage>) -> Self {
        let simulation = Simulation::new(plan.seed);
        let network = Network::new(&simulation);
        network.slowest(plan.slowest);
        if stage.is_traced() {
            let watcher = Arc::clone(stage);
            network.watch(move |what| watcher.tell(|| format!("the server: {what}")));
        }
        let nodes: Vec<World> = plan.nodes.iter().map(|_| simulation.node()).collect();
        let install = |(number, node): (usize, &World)| {
            let (connection, stage) = (network.connect(node), Arc::clone(stage));
            node.run(|| {
                let thresholds =
                    Thresholds { recovery: Duration::from_secs(2), ..Thresholds::default() };
                let builder = Runtime::builder()
                    .namespace("simulated")
                    .backend(connection)
                    .max_value_bytes(MOST)
                    .breaker(thresholds)
                    .on_event(move |event| match event.kind() {
                        EventKind::UnavailableAtRuntime => stage.edge(number, false),
                        EventKind::Recovered => stage.edge(number, true),
                        _ => {}
                    });
                builder.install().expect("a simulated runtime has nothing to fail of")
            })
        };
        let runtimes = nodes.iter().enumerate().map(install).collect();
        let driver = simulation.node();
        let theatre =
            Arc::new(Theatre { stage: Arc::clone(stage), plan: Arc::new(plan.clone()), nodes });
        Self { simulation, network, driver, theatre, runtimes, stage }
    }

    fn perform(self) -> Report {
        let plan = Arc::clone(&self.theatre.plan);
        let ended = self.begin(&plan);
        let mut fates = Fates {
            simulation: &self.simulation,
            network: &self.network,
            nodes: &self.theatre.nodes,
            killed: vec![false; plan.nodes.len()],
            ends: Vec::new(),
        };
        for (at, what) in &plan.befalls {
            self.run_to(*at, &mut fates);
            self.stage.tell(|| format!("it befalls: {what:?}"));
            self.stage.record.tally.faults.again();
            fates.befall(*what);
        }
        while let Some(end) = fates.next_end() {
            self.run_to(end, &mut fates);
        }
        let all = plan.actors.len();
        if !self.run_until(LONGEST, || ended.load(Ordering::SeqCst) == all) {
            self.stage.record.odd("G7: a caller waits for ever");
        }
        self.network.slowest(Duration::from_millis(1));
        self.run_until(SETTLES, || false);
        let killed = fates.killed.clone();
        rules::left(&self.theatre, &self.left(&killed));
        self.last_look(&killed, false);
        self.run_until(rules::TTL + Duration::from_secs(1), || false);
        self.last_look(&killed, true);
        self.report(&plan)
    }

    /// Starts the actors; answers how many have ended.
    fn begin(&self, plan: &Arc<Plan>) -> Arc<AtomicUsize> {
        let ended = Arc::new(AtomicUsize::new(0));
        for actor in 0..plan.actors.len() {
            let (theatre, plan, ended) =
                (Arc::clone(&self.theatre), Arc::clone(plan), Arc::clone(&ended));
            self.simulation.spawn(&self.driver, async move {
                match &plan.actors[actor] {
                    Actor::Caller { node, steps } => theatre.call(*node, steps).await,
                    Actor::Writer { key, changes } => theatre.write(*key, changes).await,
                }
                ended.fetch_add(1, Ordering::SeqCst);
            });
        }
        ended
    }

    /// Runs to a moment, and mends on the way what has lasted long enough.
    fn run_to(&self, at: Duration, fates: &mut Fates<'_>) {
        loop {
            let next = fates.next_end().filter(|end| *end < at);
            let until = next.unwrap_or(at);
            let time = until.saturating_sub(self.simulation.now());
            self.run_until(time, || false);
            fates.mend(false);
            if next.is_none() {
                return;
            }
        }
    }

    fn run_until(&self, time: Duration, is_so: impl Fn() -> bool) -> bool {
        self.simulation.run_until(time, || {
            self.stage.at(self.simulation.now());
            is_so()
        })
    }

    fn left(&self, killed: &[bool]) -> Left {
        let of = |(node, killed): (usize, &bool)| {
            let (world, subject) = (&self.theatre.nodes[node], self.theatre.subject(node));
            let health = self.runtimes[node].health();
            (!killed).then(|| NodeLeft {
                flights: world.run(|| cachekit::testing::flights(subject.function())),
                owed: world.run(|| health.owed()),
                is_up: health.status() == "healthy",
                stats: world.run(|| subject.function().stats()),
            })
        };
        let nodes = killed.iter().enumerate().map(of).collect();
        Left { nodes, fillers: fillers(self.network.memory()) }
    }

    /// Every node's own call of every key agrees with all that was promised, unless its L1 answers,
    /// which it must not once the lives of all entries are over.
    fn last_look(&self, killed: &[bool], is_over: bool) {
        let left = Arc::new(AtomicUsize::new(0));
        for node in (0..killed.len()).filter(|node| !killed[*node]) {
            for key in 0..self.theatre.plan.keys {
                left.fetch_add(1, Ordering::SeqCst);
                let (theatre, left) = (Arc::clone(&self.theatre), Arc::clone(&left));
                self.simulation.spawn(&self.driver, async move {
                    look(&theatre, node, key, is_over).await;
                    left.fetch_sub(1, Ordering::SeqCst);
                });
            }
        }
        if !self.run_until(LONGEST, || left.load(Ordering::SeqCst) == 0) {
            self.stage.record.odd("G7: a caller waits for ever when all is quiet");
        }
    }

    fn report(self, plan: &Plan) -> Report {
        let record = &self.stage.record;
        let mut verdict = format!(
            "{} of {} nodes, seed {}: {}, ",
            plan.kind.name,
            plan.nodes.len(),
            plan.seed,
            record.tally
        );
        verdict.push_str(&record.verdict());
        let builds: BTreeSet<usize> = plan.nodes.iter().copied().collect();
        self.stage.mix([4, builds.len() as u64, record.violations() as u64, 0]);
        Report {
            seed: plan.seed,
            kind: plan.kind.name,
            fingerprint: self.stage.fingerprint(),
            violations: record.violations(),
            verdict,
            trace: self.stage.trace(),
        }
    }
}

/// Fillers that the server still holds.
fn fillers(memory: &Memory) -> usize {
    let of = |key: &String| match memory.look(key) {
        Some(Kept::Fields(fields)) => fields.keys().filter(|name| name.starts_with("f:")).count(),
        _ => 0,
    };
    memory.keys().iter().map(of).sum()
}

async fn look(theatre: &Theatre, node: usize, key: u64, is_over: bool) {
    let record = &theatre.stage.record;
    let call = record.last_call(node, key);
    let told = theatre.subject(node).detailed(node, key, false);
    let Fate::Ended(told) = perform(&theatre.nodes[node], Pull::Free, told).await else { return };
    theatre.stage.tell(|| format!("node {node}: the last look at {key} comes to {told:?}"));
    match told.as_ref().map(|told| told.source) {
        Ok(Source::L1) if is_over => record.odd("F: L1 answers when all lives are over"),
        Ok(Source::L1) => return,
        _ => {}
    }
    let heard = Heard::new(record, cachekit::Error::is_serialize);
    record.answered(&call, heard.seen(told.map(|told| Some(told.value.number))));
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.verdict)
    }
}

//! One sequence under way: each step on every tier, and then what they answer and what is in them.

mod tasks;

use std::collections::BTreeMap;
use std::time::Duration;

use cachekit::backend::Claim;

use super::content::{Content, Names, SLACK, Shape};
use super::difference::{Before, excuse};
use super::scene::Scene;
use super::side::Side;
use super::stand::{Rigour, Seen, Stand, Trouble};
use super::step::{Ask, Fate, Reach, Step};
use super::task::{Came, Told};
use super::value::Values;
use super::view::{State, View, state};

/// A filler, as its caller knows it and as it is.
#[derive(Debug, Clone)]
struct Slot {
    known: Option<Claim>,
    truth: Option<Claim>,
}

/// The tiers in the order of their names here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Tier {
    Memory,
    Server,
    Directory,
}

/// One sequence under way.
pub(super) struct Run<'a> {
    stand: &'a mut Stand,
    rigour: Rigour,
    is_near: bool,
    /// When it began, by the clock of a sequence and by the server's.
    began: (u64, u64),
    /// The server's time when it was last looked at.
    seen_at: u64,
    values: Values,
    slots: BTreeMap<(Tier, u32), Slot>,
    names: [Names; 2],
    /// What was in memory before the step.
    before: Content,
    seen: Seen,
}

impl<'a> Run<'a> {
    pub(super) fn begin(stand: &'a mut Stand, reach: Reach, rigour: Rigour) -> Self {
        let began = (stand.memory.now(), stand.server.now());
        Self {
            stand,
            rigour,
            is_near: reach == Reach::Near,
            began,
            seen_at: began.1,
            values: Values::default(),
            slots: BTreeMap::new(),
            names: <[Names; 2]>::default(),
            before: Content::default(),
            seen: Seen::new(),
        }
    }

    /// What was seen.
    pub(super) fn end(self) -> Seen {
        self.seen
    }

    fn scene(&self) -> Scene {
        Scene(self.stand.taken)
    }

    /// Milliseconds of the sequence's own clock.
    fn time(&self) -> u64 {
        self.stand.memory.time()
    }

    fn tiers(&self) -> &'static [Tier] {
        let all = &[Tier::Memory, Tier::Server, Tier::Directory];
        if self.is_near { all } else { &all[..2] }
    }

    fn side(&mut self, tier: Tier) -> &mut dyn Side {
        match tier {
            Tier::Memory => &mut self.stand.memory,
            Tier::Server => &mut self.stand.server,
            Tier::Directory => &mut self.stand.directory,
        }
    }

    fn see(&mut self, what: String) {
        *self.seen.entry(what).or_default() += 1;
    }

    pub(super) fn step(&mut self, at: usize, step: &Step) -> Result<(), Trouble> {
        let scene = self.scene();
        let answered = match step {
            Step::Ask(..) => self.ask(step),
            Step::Hand(hand) => {
                self.see(said(hand));
                self.tiers().iter().for_each(|tier| self.side(*tier).hand(scene, *hand));
                Ok(())
            }
            Step::Pass(seconds) => {
                self.see("time passes".to_owned());
                let time = Duration::from_secs(*seconds);
                self.tiers().iter().for_each(|tier| self.side(*tier).pass(time));
                // The server grew older and its clock did not go on.
                self.began.1 = self.began.1.saturating_sub(seconds * 1_000);
                Ok(())
            }
            Step::HangUp => {
                self.see("a connection is closed".to_owned());
                self.stand.server.hang_up();
                Ok(())
            }
            Step::Forget => {
                self.see("scripts are forgotten".to_owned());
                self.stand.server.forget();
                Ok(())
            }
        };
        let compared = answered.and_then(|()| self.compare());
        if self.has_taken_long() {
            return Err(Trouble::Slow);
        }
        compared.map_err(|what| Trouble::Mismatch(at, what))
    }

    /// Whether so much real time has passed that a date may be taken for another.
    fn has_taken_long(&self) -> bool {
        let passed = self.time() - self.began.0;
        let on_server = self.seen_at - self.began.1;
        on_server.saturating_sub(passed) > SLACK / 2
    }

    fn ask(&mut self, step: &Step) -> Result<(), String> {
        let Step::Ask(client, ask, fate) = step else { return Ok(()) };
        let before = self.known(ask);
        let mut came = Vec::new();
        for tier in self.tiers() {
            let task = self.task(*tier, ask, *fate);
            let told = self.side(*tier).ask(*client, *fate, &task);
            if *tier == Tier::Memory && *fate == Fate::Unsent && self.rigour == Rigour::Blind {
                self.stand.memory.ask_eagerly(&task);
            }
            self.learn(*tier, ask, &told);
            came.push(told);
        }
        self.see(said(ask));
        self.see(said(fate));
        self.see(came[0].kind());
        let (memory, server) =
            (self.told(Tier::Memory, ask, &came[0]), self.told(Tier::Server, ask, &came[1]));
        if memory != server {
            return Err(format!("memory answers {memory:?}, and the server {server:?}"));
        }
        match came.get(2) {
            Some(directory) => self.ask_directory(ask, before, &came[0], directory),
            None => Ok(()),
        }
    }

    /// Compares what the directory answers.
    fn ask_directory(
        &mut self,
        ask: &Ask,
        before: Before,
        memory: &Came,
        directory: &Came,
    ) -> Result<(), String> {
        let alike = match (memory, directory) {
            // The generations of a directory are not told.
            (Came::Told(Told::Claimed(_)), Came::Told(Told::Claimed(_)))
            | (Came::Unknown(_), Came::Unknown(_)) => true,
            (memory, directory) => memory == directory,
        };
        if alike {
            return Ok(());
        }
        let excuse = excuse(ask, before, memory, directory).filter(|_| self.rigour == Rigour::Fair);
        match excuse {
            Some(difference) => {
                self.see(format!("passed over: {difference:?}"));
                Ok(())
            }
            None => Err(format!("memory answers {memory:?}, and the directory {directory:?}")),
        }
    }

    /// An answer that can be compared: dates and generations are each tier's own.
    fn told(&mut self, tier: Tier, ask: &Ask, came: &Came) -> Came {
        let Came::Told(Told::Claimed(claim)) = came else {
            // What the harness knows of an answer that was lost is not compared.
            return if let Came::Unknown(_) = came { Came::Unknown(None) } else { came.clone() };
        };
        let entry = ask.spot().map_or(0, |spot| spot.entry);
        let above = self.scene().above(entry);
        let names = &mut self.names[usize::from(tier == Tier::Server)];
        let generation = names.joined(&above, &claim.generation);
        let off = self.side(tier).now().abs_diff(claim.now);
        let now = if off < SLACK { 0 } else { off };
        Came::Told(Told::Claimed(Claim { filler: claim.filler.clone(), generation, now }))
    }

    /// What the caller, and the harness, know of a filler now.
    fn learn(&mut self, tier: Tier, ask: &Ask, came: &Came) {
        let Ask::Claim(_, number) = ask else { return };
        let slot = match came {
            Came::Told(Told::Claimed(claim)) => {
                Slot { known: Some(claim.clone()), truth: Some(claim.clone()) }
            }
            Came::Unknown(Some(Told::Claimed(claim))) => {
                Slot { known: None, truth: Some(claim.clone()) }
            }
            _ => Slot { known: None, truth: None },
        };
        self.slots.insert((tier, *number), slot);
    }

    fn known(&self, ask: &Ask) -> Before {
        let scene = self.scene();
        let spot = ask.spot();
        let unanswered = match ask {
            Ask::Abort(_, number) | Ask::Commit(_, number, ..) => {
                let filler = self.slots.get(&(Tier::Memory, *number));
                filler.is_some_and(|filler| filler.known.is_none())
            }
            _ => false,
        };
        let near = spot.filter(|_| self.is_near);
        Before {
            state: spot.map_or(State::Nothing, |spot| state(&self.before, scene, spot)),
            over: near.and_then(|spot| self.stand.directory.holds_over(scene, spot)),
            is_unanswered: unanswered,
        }
    }

    fn compare(&mut self) -> Result<(), String> {
        let scene = self.scene();
        let memory = self.stand.memory.content();
        let server = self.stand.server.content();
        let shapes = [
            Shape::of(&memory, scene, &mut self.names[0]),
            Shape::of(&server, scene, &mut self.names[1]),
        ];
        self.seen_at = server.now;
        let told = self.generations();
        let view = View::of(&memory, scene, &told);
        self.before = memory;
        if let Some(what) = shapes[0].differs(&shapes[1]) {
            return Err(what);
        }
        let directory = self.is_near.then(|| self.stand.directory.view(scene));
        match directory {
            Some(directory) if directory != view => {
                Err(format!("memory has {view:?}, and the directory {directory:?}"))
            }
            _ => Ok(()),
        }
    }

    /// The generations under which memory has registered each filler.
    fn generations(&self) -> BTreeMap<String, String> {
        let slots = self.slots.iter().filter(|((tier, _), _)| *tier == Tier::Memory);
        let claims = slots.filter_map(|(_, slot)| slot.truth.clone());
        claims.map(|claim| (claim.filler, claim.generation)).collect()
    }
}

/// The first word of something, for counting.
fn said(what: impl std::fmt::Debug) -> String {
    let text = format!("{what:?}");
    let end = text.find(['(', ' ']).unwrap_or(text.len());
    text[..end].to_owned()
}

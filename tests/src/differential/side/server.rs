//! A real server, one of whose clients goes through a proxy, and whose time passes as what it keeps grows older.

mod keys;

use std::fmt;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use cachekit::Runtime;
use cachekit::backend::Backend;
use cachekit::testing::tier;

use super::{Side, Waiter};
use crate::differential::by_hand;
use crate::differential::content::Content;
use crate::differential::scene::{NAMESPACE, Scene, Spot};
use crate::differential::step::{Client, Fate, Hand, Litter, Strange};
use crate::differential::task::{Came, Task, Told, ask};
use crate::differential::value;
use crate::patience::{PATIENCE, until};
use crate::{Chaos, RedisGuard, turn};
use keys::Keys;

/// A real server.
pub(in crate::differential) struct ServerSide {
    tiers: [Arc<dyn Backend>; 2],
    _runtimes: [Runtime; 2],
    chaos: Chaos,
    keys: Keys,
    _redis: RedisGuard,
    waiter: Waiter,
}

impl ServerSide {
    pub(in crate::differential) fn new() -> Self {
        let redis = RedisGuard::start();
        let chaos = Chaos::before(&redis);
        let runtimes = [redis.url(), chaos.url()].map(|url| {
            let builder = Runtime::builder().namespace(NAMESPACE).redis(url);
            let builder = builder.op_timeout(PATIENCE / 4).on_event(|_| {});
            builder.build().expect("a healthy server can be reached")
        });
        let tiers = [&runtimes[0], &runtimes[1]].map(|runtime| tier(runtime).expect("it has one"));
        let keys = Keys::new(redis.connection());
        Self { tiers, _runtimes: runtimes, chaos, keys, _redis: redis, waiter: Waiter::new() }
    }

    pub(in crate::differential) fn content(&mut self) -> Content {
        self.keys.content()
    }

    /// The server has no script any more.
    pub(in crate::differential) fn forget(&mut self) {
        self.keys.tell(&["SCRIPT", "FLUSH"]);
    }

    /// Closes the second client's connection, and waits until it has another.
    pub(in crate::differential) fn hang_up(&mut self) {
        self.chaos.hang_up();
        self.wait_for_it();
    }

    fn wait_for_it(&self) {
        let ping = || {
            let ping = self.tiers[1].ping();
            self.waiter.wait_a_while(Box::pin(async { ping.await.map(|()| Told::Done) }))
        };
        until("the second client has a connection", || ping().is_ok());
    }

    fn client(&self, client: Client) -> &dyn Backend {
        match client {
            Client::First => &*self.tiers[0],
            Client::Second => &*self.tiers[1],
        }
    }

    /// Lets the server obey an operation whose answer never comes.
    fn lose(&mut self, fate: Fate, task: &Task) -> Came {
        let held = self.chaos.hold(task.command());
        let mut answer = pin!(ask(&*self.tiers[1], task));
        if let std::task::Poll::Ready(early) = turn(answer.as_mut()) {
            return Came::of(early);
        }
        held.reached();
        if fate == Fate::Lost {
            return Came::Unknown(None);
        }
        self.chaos.hang_up();
        let answer = self.waiter.wait_a_while(Box::pin(answer));
        self.wait_for_it();
        match Came::of_away(answer) {
            Came::Away => Came::Unknown(None),
            came => came,
        }
    }
}

impl Side for ServerSide {
    fn begin(&mut self) {
        self.keys.tell(&["FLUSHALL"]);
        self.chaos.forget();
    }

    fn now(&mut self) -> u64 {
        self.keys.now()
    }

    fn pass(&mut self, time: Duration) {
        self.keys.grow_older(time);
    }

    fn ask(&mut self, client: Client, fate: Fate, task: &Task) -> Came {
        match fate {
            Fate::Answered | Fate::Late => {
                Came::of(self.waiter.wait(ask(self.client(client), task)))
            }
            Fate::Unsent => {
                drop(ask(self.client(client), task));
                Came::Nothing
            }
            Fate::Lost | Fate::Cut => self.lose(fate, task),
            Fate::Away => {
                self.chaos.cut();
                let answer = self.waiter.wait_a_while(ask(self.client(client), task));
                self.chaos.restore();
                self.wait_for_it();
                Came::of_away(answer)
            }
        }
    }

    fn hand(&mut self, scene: Scene, hand: Hand) {
        let now = self.now();
        match hand {
            Hand::Delete(entry) => self.keys.tell(&["DEL", &scene.entry(entry)]),
            Hand::Ungenerate(generation) => self.keys.tell(&["DEL", &scene.generation(generation)]),
            Hand::Flush => self.keys.tell(&["FLUSHALL"]),
            Hand::Occupy(entry) => self.keys.put_list(&scene.entry(entry)),
            Hand::Damage(spot) => self.damage(scene, spot),
            Hand::Stain(spot) => {
                let key = scene.entry(spot.entry);
                self.keys.set_field(&key, &by_hand::mark_field(spot), by_hand::STAIN);
                self.keys.tell(&["HDEL", &key, &by_hand::value_field(spot)]);
            }
            Hand::Degenerate(generation, strange) => {
                let key = scene.generation(generation);
                match by_hand::text(strange) {
                    Some(text) => self.keys.tell(&["SET", &key, &text]),
                    None if strange == Strange::Fields => {
                        self.keys.tell(&["DEL", &key]);
                        self.keys.set_field(&key, "field", b"");
                    }
                    None => self.keys.put_list(&key),
                }
            }
            Hand::Mark(spot, mark) => {
                let (key, field) = (scene.entry(spot.entry), by_hand::mark_field(spot));
                let before = self.keys.field(&key, &field);
                let above = scene.above(spot.entry).len();
                let text = by_hand::mark(mark, above, before.as_deref(), now);
                self.keys.set_field(&key, &field, &text);
                let value = by_hand::value_field(spot);
                if self.keys.field(&key, &value).is_none() {
                    self.keys.set_field(&key, &value, by_hand::FORGED);
                }
            }
            Hand::Litter(entry, Litter::Crowd) => self.keys.crowd(&scene.entry(entry)),
            Hand::Litter(entry, litter) => {
                if let Some((field, bytes)) = by_hand::field(litter, now) {
                    self.keys.set_field(&scene.entry(entry), &field, &bytes);
                }
            }
            Hand::Persist(entry) => self.keys.tell(&["PERSIST", &scene.entry(entry)]),
        }
    }
}

impl ServerSide {
    fn damage(&mut self, scene: Scene, spot: Spot) {
        let (key, field) = (scene.entry(spot.entry), by_hand::value_field(spot));
        if let Some(mut bytes) = self.keys.field(&key, &field) {
            value::damage(&mut bytes);
            self.keys.set_field(&key, &field, &bytes);
        }
    }
}

impl fmt::Debug for ServerSide {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ServerSide").finish_non_exhaustive()
    }
}

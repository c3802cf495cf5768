//! The ledger of debts: changes that L2 has not confirmed, by key, then by tenant, then by function.
//!
//! A debt blocks reads and fills of what it names and nothing else. It lives in this process, until
//! L2 confirms it, or a later change of the same.

mod book;
mod sent;
mod subject;
#[cfg(all(test, feature = "l2"))]
mod tests;

use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use crate::l2::keys::Names;
use crate::sync::plain;
use crate::time::clock;

use super::Place;
use book::Book;

pub(crate) use sent::{Late, Sent};
pub(crate) use subject::{Bill, Items, Subject};

/// How often a function's debts of one kind are told of at most.
const TOLD_EVERY: Duration = Duration::from_secs(60);

/// What the functions of one runtime owe its tier.
#[derive(Debug, Default)]
pub(crate) struct Ledger {
    accounts: Mutex<Accounts>,
    /// The number of debts, read on every operation. Written under a book's lock; a reader that
    /// sees an older number overlaps the change, which may then come after it.
    owed: Arc<AtomicUsize>,
}

#[derive(Debug, Default)]
struct Accounts {
    all: Vec<Arc<Account>>,
    /// By each of the function's generations, which every place names.
    by_generation: HashMap<String, Arc<Account>>,
}

/// What one function owes.
#[derive(Debug)]
pub(crate) struct Account {
    names: Names,
    book: Mutex<Book>,
    all: Arc<AtomicUsize>,
    told: Mutex<[Option<Instant>; 3]>,
}

/// A change under way, in its function's book.
#[derive(Debug)]
#[must_use = "a change that is opened is confirmed or owed"]
pub(crate) struct Opened {
    account: Arc<Account>,
    subject: Subject,
    serial: u64,
    sent: Sent,
}

impl Ledger {
    /// The account of a function.
    pub(crate) fn account(&self, names: &Names) -> Arc<Account> {
        let mut accounts = plain(&self.accounts);
        if let Some(account) = accounts.by_generation.get(&names.first_generation()) {
            return Arc::clone(account);
        }
        let account = Arc::new(Account {
            names: names.clone(),
            book: Mutex::default(),
            all: Arc::clone(&self.owed),
            told: Mutex::default(),
        });
        let shared = names.generations(None).into_iter().map(|name| (name, Arc::clone(&account)));
        accounts.by_generation.extend(shared);
        accounts.all.push(Arc::clone(&account));
        account
    }

    /// Whether a value at this place depends on a change that is owed.
    pub(crate) fn touches(&self, place: &Place) -> bool {
        if self.owed.load(Ordering::Acquire) == 0 {
            return false;
        }
        let accounts = plain(&self.accounts);
        let account = accounts.by_generation.get(&place.generation).map(Arc::clone);
        drop(accounts);
        account.is_some_and(|account| plain(&account.book).touches(place))
    }

    /// The number of debts.
    pub(crate) fn len(&self) -> usize {
        self.owed.load(Ordering::Acquire)
    }

    /// The accounts that owe anything.
    pub(crate) fn debtors(&self) -> Vec<Arc<Account>> {
        let all = plain(&self.accounts).all.clone();
        all.into_iter().filter(|account| plain(&account.book).owed() > 0).collect()
    }
}

impl Account {
    /// Writes a change down before its first byte is sent.
    pub(crate) fn open(self: &Arc<Self>, subject: Subject) -> Opened {
        let sent = Sent { at: clock::now(), on: None };
        let serial = self.write(|book| book.open(&subject, sent.at));
        Opened { account: Arc::clone(self), subject, serial, sent }
    }

    /// A piece of what is owed, opened anew, to be sent on a connection.
    pub(crate) fn bill(self: &Arc<Self>, on: Option<u64>) -> Option<Bill<Opened>> {
        let sent = Sent { at: clock::now(), on };
        let open = |(subject, serial)| Opened { account: Arc::clone(self), subject, serial, sent };
        self.write(|book| book.bill(&self.names, sent)).map(|bill| bill.map(open))
    }

    /// Whether it is time to tell of a debt of this kind.
    pub(crate) fn tells(&self, subject: &Subject, now: Instant) -> bool {
        let mut told = plain(&self.told);
        let told = &mut told[subject.kind()];
        let tells = told.is_none_or(|at| now.saturating_duration_since(at) >= TOLD_EVERY);
        if tells {
            *told = Some(now);
        }
        tells
    }

    /// Changes the book, and the number of all debts with it.
    fn write<T>(&self, change: impl FnOnce(&mut Book) -> T) -> T {
        let mut book = plain(&self.book);
        let before = book.owed();
        let written = change(&mut book);
        let after = book.owed();
        // Release pairs with the Acquire of readers: who sees the number sees the debt.
        if after >= before {
            self.all.fetch_add(after - before, Ordering::Release);
        } else {
            self.all.fetch_sub(before - after, Ordering::Release);
        }
        written
    }
}

impl Opened {
    /// L2 has confirmed the change, on that connection: it and whatever it covers is owed no more.
    pub(crate) fn confirm(self, on: Option<u64>) {
        let Self { account, subject, serial, mut sent } = self;
        sent.on = sent.on.filter(|before| Some(*before) == on);
        account.write(|book| book.confirm(&subject, serial, sent));
    }

    /// The change was never made.
    pub(crate) fn withdraw(self) {
        let Self { account, subject, .. } = self;
        account.write(|book| book.withdraw(&subject));
    }

    /// L2 has not confirmed the change: it is owed, unless a later one was confirmed meanwhile.
    ///
    /// What was sent of it may still be `obeyed`: as long as that is so it is not settled, and no later
    /// change covers it.
    pub(crate) fn owe(self, obeyed: Option<Late>) -> (Arc<Account>, Subject) {
        let Self { account, subject, serial, .. } = self;
        account.write(|book| book.owe(&subject, serial, obeyed));
        (account, subject)
    }

    /// It is sent from now on, on that connection.
    pub(crate) fn sends(&mut self, on: Option<u64>) {
        self.sent = Sent { at: clock::now(), on };
    }

    /// Until when what is owed here before may be obeyed after this, were it sent now on that
    /// connection.
    pub(crate) fn obeyed_until(&self, on: Option<u64>) -> Option<Instant> {
        if self.account.all.load(Ordering::Acquire) == 0 {
            return None;
        }
        let sent = Sent { at: clock::now(), on };
        plain(&self.account.book).obeyed_until(&self.subject, sent)
    }
}

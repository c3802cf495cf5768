//! The ledger's promises: what a debt blocks, what ends it, and how many there are.

use super::book::{MOST_KEYS, MOST_TENANTS};
use super::*;
use crate::key::digest::Digest;

fn names() -> Names {
    Names::new("shop".into(), "shop::user")
}

fn place(n: usize, tenant: Option<&str>) -> Arc<Place> {
    let digest = Digest::key("shop::user", "", &(n as u64,));
    Arc::new(names().place(&digest, "0123456789abcdef", tenant))
}

fn key(n: usize, tenant: Option<&str>) -> Subject {
    Subject::Key(place(n, tenant))
}

fn tenant(text: &str) -> Subject {
    Subject::tenant(&names(), text)
}

fn owe(account: &Arc<Account>, subject: Subject) {
    drop(account.open(subject).owe(None));
}

/// Settles one piece; the number of debts in it.
fn settle(account: &Arc<Account>) -> usize {
    let changes = account.bill(None).map_or(Vec::new(), |bill| bill.changes);
    let count = changes.len();
    for change in changes {
        change.confirm(None);
    }
    count
}

#[test]
fn a_debt_blocks_what_it_is_of_and_nothing_else() {
    let ledger = Ledger::default();
    let account = ledger.account(&names());
    owe(&account, key(1, Some("a")));
    assert!(ledger.touches(&place(1, Some("a"))));
    assert!(!ledger.touches(&place(2, Some("a"))));
    owe(&account, tenant("b"));
    assert!(ledger.touches(&place(3, Some("b"))));
    assert!(!ledger.touches(&place(3, Some("c"))) && !ledger.touches(&place(3, None)));
    let other = Names::new("shop".into(), "shop::basket");
    let theirs = other.place(&Digest::key("shop::basket", "", &(1_u64,)), "0", None);
    owe(&account, Subject::Function);
    assert!(ledger.touches(&place(9, None)) && !ledger.touches(&theirs));
    assert_eq!(ledger.len(), 3);
}

#[test]
fn a_change_under_way_blocks_nothing() {
    let ledger = Ledger::default();
    let account = ledger.account(&names());
    let change = account.open(key(1, None));
    assert!(!ledger.touches(&place(1, None)));
    change.confirm(None);
    assert!(account.bill(None).is_none());
}

/// H14: a later confirmed change ends a debt, an earlier one does not.
#[test]
fn a_later_change_ends_a_debt_and_an_earlier_one_does_not() {
    let ledger = Ledger::default();
    let account = ledger.account(&names());
    let (first, second) = (account.open(key(1, None)), account.open(key(1, None)));
    drop(second.owe(None));
    first.confirm(None);
    assert!(ledger.touches(&place(1, None)), "the first knew nothing of the second");
    account.open(key(1, None)).confirm(None);
    assert_eq!(ledger.len(), 0);
    let (first, second) = (account.open(key(1, None)), account.open(key(1, None)));
    second.confirm(None);
    drop(first.owe(None));
    assert_eq!(ledger.len(), 0, "whatever the first was to end, the second has ended");
}

#[test]
fn what_is_wider_covers_what_began_before_it() {
    let ledger = Ledger::default();
    let account = ledger.account(&names());
    let under_way = account.open(key(3, Some("a")));
    owe(&account, key(1, Some("a")));
    owe(&account, key(2, Some("b")));
    account.open(tenant("a")).confirm(None);
    assert!(!ledger.touches(&place(1, Some("a"))) && ledger.touches(&place(2, Some("b"))));
    drop(under_way.owe(None));
    assert!(!ledger.touches(&place(3, Some("a"))));
    let after = account.open(Subject::Function);
    owe(&account, key(4, None));
    after.confirm(None);
    assert!(ledger.touches(&place(4, None)) && !ledger.touches(&place(2, Some("b"))));
    assert_eq!(ledger.len(), 1);
}

#[test]
fn what_is_owed_anew_while_it_is_settled_stays_owed() {
    let ledger = Ledger::default();
    let account = ledger.account(&names());
    owe(&account, key(1, None));
    let Bill { items, changes } = account.bill(None).expect("a key is owed");
    let Items::Entries(places) = items else { panic!("a key is owed") };
    assert_eq!(places, [Place::clone(&place(1, None))]);
    owe(&account, key(1, None));
    for change in changes {
        change.confirm(None);
    }
    assert_eq!(ledger.len(), 1);
}

/// H14: what another change of the same is under way for is left to it.
#[test]
fn a_debt_is_not_settled_beside_a_change_of_the_same() {
    let ledger = Ledger::default();
    let account = ledger.account(&names());
    owe(&account, key(1, None));
    let prime = account.open(key(1, None));
    assert!(account.bill(None).is_none());
    prime.confirm(None);
    assert_eq!(ledger.len(), 0);
}

/// H15: debts are bounded, whatever is owed, and settled in pieces until none is left.
#[test]
fn debts_are_bounded_whatever_is_owed() {
    let ledger = Ledger::default();
    let account = ledger.account(&names());
    let mut most = 0;
    for n in 0..10_000 {
        owe(&account, key(n, (n % 3 > 0).then(|| n.to_string()).as_deref()));
        owe(&account, tenant(&format!("t{n}")));
        most = most.max(ledger.len());
        assert!(ledger.touches(&place(n, None)) || n % 3 > 0);
    }
    assert!(most <= 1 + MOST_KEYS + MOST_TENANTS, "{most}");
    let mut pieces = 0;
    while settle(&account) > 0 {
        pieces += 1;
    }
    println!("20 000 debts were {most} at most, and settled in {pieces} pieces");
    assert_eq!(ledger.len(), 0);
    let book = plain(&account.book);
    assert_eq!(book.records(), 0, "nothing is remembered of what is settled");
}

/// H14, H16: a prime that may be obeyed yet is not settled, and no change covers it that was sent
/// before it cannot be any more.
#[test]
fn what_may_be_obeyed_yet_is_covered_by_nothing_that_was_sent_before() {
    let ledger = Ledger::default();
    let account = ledger.account(&names());
    let (all, bill) = (account.open(Subject::Function), account.open(Subject::Function));
    let prime = account.open(key(1, None));
    let until = clock::now() + Duration::from_secs(3_600);
    drop(prime.owe(Some(Late { until, on: Some(1) })));
    assert_eq!(all.obeyed_until(Some(2)), Some(until));
    assert_eq!(all.obeyed_until(Some(1)), None, "it is sent behind it");
    all.confirm(None);
    drop(bill.owe(None));
    assert_eq!(settle(&account), 1, "the function's, and not the prime");
    assert!(ledger.touches(&place(1, None)) && account.bill(None).is_none());
    let over = account.open(key(2, None));
    drop(over.owe(Some(Late { until: clock::now(), on: None })));
    assert_eq!(settle(&account), 1);
    assert!(!ledger.touches(&place(2, None)));
}

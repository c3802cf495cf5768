//! The rule by hand-made histories: what breaks it is caught, and what it allows is not.

use super::{Outcome, Reach, Record, Seen, What};

const NODES: usize = 2;

fn record(reach: Reach) -> Record {
    Record::new(7, reach, NODES, 4, 2)
}

/// Raises the row of key 0 and makes a change of it on node 0.
fn change(record: &Record, what: What, outcome: Outcome) {
    record.raise(0, 1);
    record.ended(&record.change(0, 0, what), outcome);
}

/// How many violations there are after a call on a node sees a row.
fn seen(record: &Record, node: usize, row: u64) -> usize {
    record.answered(&record.call(node, 0), Seen::Row(row));
    record.violations()
}

#[test]
fn a_call_after_a_confirmed_change_must_not_see_the_older_row() {
    for what in [What::Invalidate, What::Tenant, What::All, What::Prime, What::Update] {
        let record = record(Reach::Everyone);
        change(&record, what, Outcome::Confirmed);
        assert_eq!(seen(&record, 0, 2), 0, "{what:?}: the new row");
        assert_eq!(seen(&record, 1, 2), 0, "{what:?}: the new row on another node");
        assert_eq!(seen(&record, 0, 1), 1, "{what:?}: the older row");
        assert_eq!(seen(&record, 1, 1), 2, "{what:?}: the older row on another node");
    }
}

#[test]
fn a_degraded_change_promises_nothing_to_other_nodes_until_all_is_quiet() {
    let record = record(Reach::Process);
    change(&record, What::Invalidate, Outcome::Confirmed);
    assert_eq!(seen(&record, 1, 1), 0, "another node's L1 may hold it");
    assert_eq!(seen(&record, 0, 1), 1, "its own may not");
    record.answered(&record.last_call(1, 0), Seen::Row(1));
    assert_eq!(record.violations(), 2, "nor another's, once its L1 cannot answer");
}

#[test]
fn what_is_owed_or_given_up_promises_its_own_process() {
    for outcome in [Outcome::Owed, Outcome::GivenUp] {
        for what in [What::Invalidate, What::Tenant, What::All, What::Prime] {
            let record = record(Reach::Everyone);
            change(&record, what, outcome);
            assert_eq!(seen(&record, 1, 1), 0, "{what:?}, {outcome:?}: another node");
            assert_eq!(seen(&record, 0, 1), 1, "{what:?}, {outcome:?}: the node itself");
        }
        for what in [What::Refresh, What::Update] {
            let record = record(Reach::Everyone);
            change(&record, what, outcome);
            assert_eq!(seen(&record, 0, 1), 0, "{what:?}, {outcome:?}: nobody knows");
        }
    }
}

#[test]
fn a_call_that_began_before_a_change_may_see_the_older_row() {
    let record = record(Reach::Everyone);
    let early = record.call(0, 0);
    change(&record, What::Invalidate, Outcome::Confirmed);
    record.answered(&early, Seen::Row(1));
    assert_eq!(record.violations(), 0);
    assert_eq!(record.tally.older.get(), 1, "it saw the change in progress");
}

#[test]
fn a_change_that_has_not_ended_promises_nothing_yet() {
    let record = record(Reach::Everyone);
    record.raise(0, 1);
    let pending = record.change(0, 0, What::Invalidate);
    assert_eq!(seen(&record, 0, 1), 0);
    record.ended(&pending, Outcome::Confirmed);
    assert_eq!(seen(&record, 0, 1), 1);
}

#[test]
fn a_failure_is_as_old_as_the_row_that_its_body_read() {
    let record = record(Reach::Everyone);
    change(&record, What::Prime, Outcome::Confirmed);
    record.answered(&record.call(1, 0), Seen::Failed(2));
    assert_eq!(record.violations(), 0);
    record.answered(&record.call(1, 0), Seen::Failed(1));
    assert_eq!(record.violations(), 1);
}

#[test]
fn a_row_that_never_was_true_is_caught() {
    let record = record(Reach::Process);
    assert_eq!(seen(&record, 0, 1), 0);
    assert_eq!(seen(&record, 0, 2), 1);
}

#[test]
fn a_refresh_promises_the_row_that_it_put_and_puts_no_older_one() {
    let record = record(Reach::Everyone);
    record.raise(0, 1);
    let refresh = record.change(0, 0, What::Refresh);
    record.raise(0, 1);
    record.ended(&refresh, Outcome::Put(2));
    assert_eq!(seen(&record, 1, 2), 0, "the row was raised while it ran");
    assert_eq!(seen(&record, 1, 1), 1);
    record.ended(&record.change(0, 0, What::Refresh), Outcome::Put(2));
    assert_eq!(record.violations(), 2, "row 3 was true when this one began");
}

#[test]
fn an_update_that_loses_a_step_leaves_an_older_row() {
    let record = record(Reach::Everyone);
    change(&record, What::Invalidate, Outcome::Confirmed);
    record.raise(0, 3);
    record.ended(&record.change(0, 0, What::Update), Outcome::Confirmed);
    assert_eq!(seen(&record, 0, 5), 0);
    assert_eq!(seen(&record, 0, 4), 1);
}

#[test]
fn a_change_of_many_keys_promises_what_was_true_of_each_when_it_began() {
    let record = record(Reach::Everyone);
    record.raise(2, 1);
    record.raise(3, 1);
    let tenant = record.change(0, 0, What::Tenant);
    record.raise(2, 1);
    record.ended(&tenant, Outcome::Confirmed);
    record.answered(&record.call(1, 2), Seen::Row(2));
    record.answered(&record.call(1, 3), Seen::Row(1));
    assert_eq!(record.violations(), 0, "row 3 of key 2 came later, and key 3 is another's");
    record.answered(&record.call(1, 2), Seen::Row(1));
    assert_eq!(record.violations(), 1);
}

#[test]
fn a_prime_that_was_given_up_may_arrive_until_its_node_has_a_change_confirmed() {
    let record = record(Reach::Everyone);
    change(&record, What::Prime, Outcome::GivenUp);
    assert_eq!(record.bound_to(0), Some(0), "another node's change could be undone");
    record.raise(0, 1);
    record.ended(&record.change(1, 2, What::All), Outcome::Confirmed);
    assert_eq!(seen(&record, 1, 2), 0, "so nobody else's change says anything of this key");
    change(&record, What::Invalidate, Outcome::Confirmed);
    assert_eq!(record.bound_to(0), None);
    assert_eq!(seen(&record, 1, 3), 1, "row 4 is true by now");
}

#[test]
fn a_violation_is_told_with_what_happened_to_its_key() {
    let record = record(Reach::Everyone);
    change(&record, What::Invalidate, Outcome::Confirmed);
    seen(&record, 1, 1);
    let told = record.told().concat();
    for part in [
        "key 0, node 1: at 4 saw row 1 and had to see 2 or newer (seed 7)",
        "0  the row is 2 now",
        "1  node 0: Invalidate of row 2 begins",
        "2  node 0: Invalidate of row 2, begun at 1: Confirmed",
        "->        4  node 1: the call begun at 3 ends: Row(1)",
    ] {
        assert!(told.contains(part), "{part} in {told}");
    }
}

//! Cached functions over a real Redis, which is stopped, paused, filled up and corrupted.
//!
//! N6: each state of the server and each mode has a module of its own; what needs no server is in
//! `behaviour`, what does not compile in `ui`.

mod redis {
    mod breaker;
    mod builds;
    mod choices;
    mod clock;
    mod contract;
    mod deadline;
    mod debts;
    mod degraded;
    mod everything;
    mod executor;
    mod forked;
    mod given_up;
    mod hostile;
    mod keyring;
    mod keys;
    mod late;
    mod leavings;
    mod lies;
    mod life;
    mod limits;
    mod many_debts;
    mod marks;
    mod methods;
    mod nodes;
    mod off;
    mod order;
    mod poison;
    mod read_only;
    mod refresh;
    mod refresh_order;
    mod refusals;
    mod seal;
    mod shutdown;
    mod signals;
    mod startup;
    mod strict;
    mod table;
    mod update;
    mod versions;
}

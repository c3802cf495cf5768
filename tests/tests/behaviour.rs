//! What needs no server: this process alone, and a tier in its memory.

mod behaviour {
    mod administration;
    mod between;
    mod bounds;
    mod choices;
    mod contract;
    mod crowd;
    mod flight;
    mod key_sizes;
    mod limits;
    mod memory;
    mod methods;
    mod others;
    mod outcome;
    mod quotas;
    mod read_only;
    mod recovery;
    mod runtimes;
    mod shutdown;
    mod values;
    mod waived;
    mod warm;
}

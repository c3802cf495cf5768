//! Stored bytes of version 1, kept for ever: what this build writes, what it reads, and what is no value.

mod golden {
    mod negative;
    mod vectors;
}

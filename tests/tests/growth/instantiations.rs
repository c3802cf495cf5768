//! What a call costs does not grow with the instantiations of its function.

use cachekit::cached;

use super::sizes::{compare, fastest};

#[cached(max_size = 4)]
fn numbered<const N: usize>(n: u32) -> usize {
    N + n as usize
}

macro_rules! instantiations {
    ($($n:literal)*) => { [$(|| assert_eq!(numbered::<{ $n }>(1), $n + 1)),*] };
}

/// D15: an instantiation is found among many as it is among few.
#[test]
fn a_call_costs_as_much_however_many_instantiations_there_are() {
    let calls: [fn(); 128] = instantiations!(
        0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30 31
        32 33 34 35 36 37 38 39 40 41 42 43 44 45 46 47 48 49 50 51 52 53 54 55 56 57 58 59 60 61
        62 63 64 65 66 67 68 69 70 71 72 73 74 75 76 77 78 79 80 81 82 83 84 85 86 87 88 89 90 91
        92 93 94 95 96 97 98 99 100 101 102 103 104 105 106 107 108 109 110 111 112 113 114 115
        116 117 118 119 120 121 122 123 124 125 126 127
    );
    let timed = |call: fn()| fastest(|| (0..1_000).for_each(|_| call()));
    calls[0]();
    calls[1]();
    let among_few = timed(calls[1]);
    for call in &calls {
        call();
    }
    let slowest = calls.iter().map(|call| timed(*call)).max().expect("there are calls");
    compare("the slowest of 128 instantiations", among_few, slowest, 4.0);
}

//! Bytes of machine code in a program, by its section headers (ELF-64, little-endian: System V ABI, chapter 4).

use std::fs;
use std::path::Path;

/// `SHF_EXECINSTR`: the section is run.
const RUNS: u64 = 4;

/// The sizes of the sections that are run; zero of a file that is no such program.
pub(crate) fn of(program: &Path) -> u32 {
    let file = fs::read(program).expect("it was compiled");
    if !file.starts_with(b"\x7fELF\x02\x01") {
        return 0;
    }
    let long = |at: usize| u64::from_le_bytes(file[at..at + 8].try_into().expect("eight bytes"));
    let short = |at: usize| usize::from(u16::from_le_bytes([file[at], file[at + 1]]));
    let table = usize::try_from(long(0x28)).expect("a file in memory");
    let (size, many) = (short(0x3a), short(0x3c));
    let sections = (0..many).map(|index| table + index * size);
    let run = sections.filter(|section| long(section + 8) & RUNS != 0);
    u32::try_from(run.map(|section| long(section + 32)).sum::<u64>()).expect("a small program")
}

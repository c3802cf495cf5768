//! Random numbers from the operating system: nothing a forked child could repeat.

use crate::l2::Fault;

/// 128 fresh bits, in lowercase hexadecimal.
///
/// # Errors
///
/// Where the operating system has no randomness to give.
pub(crate) fn token() -> Result<String, Fault> {
    let mut bytes = [0_u8; 16];
    getrandom::fill(&mut bytes).map_err(|_ignored| Fault::random())?;
    Ok(format!("{:032x}", u128::from_le_bytes(bytes)))
}

//! What can happen to stored bytes: every truncation, every changed byte, a byte too many.

/// Damaged copies of sound bytes, each with what was done to it.
///
/// ```
/// let damaged = cachekit_tests::damages(b"ab");
/// assert_eq!(damaged.len(), 2 + 2 * 3 + 1);
/// assert!(damaged.iter().all(|(_, bytes)| bytes != b"ab"));
/// ```
pub fn damages(sound: &[u8]) -> Vec<(String, Vec<u8>)> {
    let mut cases: Vec<(String, Vec<u8>)> = Vec::new();
    for length in 0..sound.len() {
        cases.push((format!("cut to {length} bytes"), sound[..length].to_vec()));
    }
    for at in 0..sound.len() {
        for mask in [0x01, 0x80, 0xff] {
            let mut bytes = sound.to_vec();
            bytes[at] ^= mask;
            cases.push((format!("byte {at} changed by {mask:#x}"), bytes));
        }
    }
    cases.push(("a byte too many".into(), [sound, b"\0"].concat()));
    cases
}

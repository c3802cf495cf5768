//! The text of `smol_str`: a key, and stored, as any other text.

use smol_str::SmolStr;

foreign! {
    SmolStr => str, "str", |text| text.as_str();
}

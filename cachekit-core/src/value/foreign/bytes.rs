//! Byte strings of `bytes`: keys as any other byte string.

use bytes::{Bytes, BytesMut};

foreign! {
    Bytes => [u8], "bytes", |bytes| bytes.as_ref();
    BytesMut => [u8], "bytes", |bytes| bytes.as_ref();
}

//! Tuples of parts, as the arguments of a call are.

use std::hash::Hasher;

use super::KeyPart;

macro_rules! tuples {
    ($($($part:ident $index:tt)+;)*) => { $(
        impl<$($part: KeyPart),+> KeyPart for ($($part,)+) {
            type Owned = ($(<$part as KeyPart>::Owned,)+);

            #[inline]
            fn hash_part<HASHER: Hasher>(&self, state: &mut HASHER) {
                $(self.$index.hash_part(state);)+
            }

            #[inline]
            fn eq_part(&self, owned: &Self::Owned) -> bool {
                $(self.$index.eq_part(&owned.$index))&&+
            }

            #[inline]
            fn own(&self) -> Self::Owned {
                ($(self.$index.own(),)+)
            }

            #[inline]
            fn points_at(&self) -> usize {
                0 $(+ self.$index.points_at())+
            }
        }
    )* };
}
// Twelve, as far as the standard library's own traits reach for tuples.
tuples! {
    A 0;
    A 0 B 1;
    A 0 B 1 C 2;
    A 0 B 1 C 2 D 3;
    A 0 B 1 C 2 D 3 E 4;
    A 0 B 1 C 2 D 3 E 4 F 5;
    A 0 B 1 C 2 D 3 E 4 F 5 G 6;
    A 0 B 1 C 2 D 3 E 4 F 5 G 6 H 7;
    A 0 B 1 C 2 D 3 E 4 F 5 G 6 H 7 I 8;
    A 0 B 1 C 2 D 3 E 4 F 5 G 6 H 7 I 8 J 9;
    A 0 B 1 C 2 D 3 E 4 F 5 G 6 H 7 I 8 J 9 K 10;
    A 0 B 1 C 2 D 3 E 4 F 5 G 6 H 7 I 8 J 9 K 10 L 11;
}

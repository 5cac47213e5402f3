//! Maps that remember up to a bound.

use std::collections::HashMap;

/// Out with what is stale, and of the rest with all beyond three quarters of `most`: so this is rare.
pub(super) fn make_room<K, V>(map: &mut HashMap<K, V>, most: usize, is_fresh: impl Fn(&V) -> bool) {
    let mut kept = 0;
    map.retain(|_, value| {
        let stays = kept < most / 4 * 3 && is_fresh(value);
        kept += usize::from(stays);
        stays
    });
}

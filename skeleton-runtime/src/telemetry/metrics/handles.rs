//! Handles that are made once and found again without a lock.

use std::sync::OnceLock;

/// A short list that only grows. Looking up an entry takes neither a lock nor an allocation.
#[derive(Debug)]
pub(super) struct Handles<K, V>(OnceLock<Box<Node<K, V>>>);

#[derive(Debug)]
struct Node<K, V> {
    key: K,
    value: V,
    next: Handles<K, V>,
}

impl<K, V> Default for Handles<K, V> {
    fn default() -> Self {
        Self(OnceLock::new())
    }
}

impl<K: PartialEq + Copy, V> Handles<K, V> {
    /// The entry of `key`, which `make` makes the first time.
    pub(super) fn get(&self, key: K, make: impl Fn() -> V) -> &V {
        let mut place = self;
        loop {
            // At the end of the list two may race; the loser finds the other's entry here, and goes on behind it.
            let node = place.0.get_or_init(|| {
                Box::new(Node {
                    key,
                    value: make(),
                    next: Self::default(),
                })
            });
            if node.key == key {
                return &node.value;
            }
            place = &node.next;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_is_made_once() {
        let handles = Handles::default();
        let made = |key: u16| *handles.get(key, || u32::from(key) * 2);
        assert_eq!([made(200), made(404), made(200)], [400, 808, 400]);
        assert_eq!(*handles.get(404, || 0), 808);
    }

    #[test]
    fn threads_agree() {
        let handles = Handles::default();
        let next = std::sync::atomic::AtomicUsize::new(0);
        let number = || next.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        let seen = std::thread::scope(|scope| {
            let look = || {
                (0..50_u16)
                    .map(|key| *handles.get(key, number))
                    .collect::<Vec<_>>()
            };
            let threads: Vec<_> = (0..4).map(|_| scope.spawn(look)).collect();
            threads
                .into_iter()
                .map(|thread| thread.join().unwrap())
                .collect::<Vec<_>>()
        });
        assert!(seen.windows(2).all(|pair| pair[0] == pair[1]));
    }
}

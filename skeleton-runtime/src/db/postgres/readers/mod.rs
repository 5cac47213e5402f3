//! Connections that reads share: what one is waiting for does not keep another one from being asked.
//!
//! A read outside of a transaction needs nothing of its connection but an answer, so several of them may be on the way
//! on one connection at once. That saves the hand-over of a connection, and most of the calls into the kernel on both
//! sides. Two things are to be heeded. Answers come in the order of the questions, so only what is quick may stand before
//! others: a row by its key, and a statement that has been quick each of the last times. Any other read has a connection
//! for itself while it runs. Should a statement be slow all the same, nobody gets in line behind it any more, those that
//! stand there are few, and reads by key have a connection that it never gets. And an answer that nobody waits for any
//! more would keep the next ones waiting: its connection is given up, and the server asked to stop.

mod reader;

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use tokio::time::timeout;

use super::PgManager;
use crate::db::open::CREATE_TIMEOUT;
use crate::db::pace::Paces;
use crate::db::statement::Statement;
pub(in crate::db) use reader::Flight;
use reader::{Class, Reader};

/// What nobody behind it would notice.
const QUICK: Duration = Duration::from_millis(5);

/// The connections that reads share. They are opened when there is use for them, and none of them is waited for.
pub(in crate::db) struct PgReaders(Arc<Shared>);

struct Shared {
    manager: PgManager,
    slots: Box<[Slot]>,
    paces: Paces,
    is_closed: AtomicBool,
}

/// The place of one connection.
#[derive(Default)]
struct Slot {
    reader: RwLock<Option<Arc<Reader>>>,
    is_opening: AtomicBool,
}

impl PgReaders {
    /// As many as `count`, beside those of the pool.
    pub(in crate::db) fn new(manager: PgManager, count: usize) -> Self {
        let slots = (0..count).map(|_| Slot::default()).collect();
        Self(Arc::new(Shared {
            manager,
            slots,
            paces: Paces::new(QUICK),
            is_closed: AtomicBool::new(false),
        }))
    }

    /// How many connections there may be, how many there are, and how many of them have nothing to answer.
    pub(in crate::db) fn status(&self) -> [usize; 3] {
        let open: Vec<_> = self.0.slots.iter().filter_map(Slot::reader).collect();
        let idle = open.iter().filter(|reader| reader.in_flight() == 0).count();
        [self.0.slots.len(), open.len(), idle]
    }

    /// Has the connections closed once they have answered; there are no new ones.
    pub(in crate::db) fn close(&self) {
        self.0.is_closed.store(true, Ordering::Release);
        self.0.slots.iter().for_each(|slot| slot.put(None));
    }

    /// A place on the connection with the fewest reads on the way; one that is missing is opened for the next read.
    pub(in crate::db) fn board(&self, statement: &Statement) -> Option<Flight> {
        if statement.is_quick {
            return self.board_as(Class::Key);
        }
        let pace = self.0.paces.of(statement);
        let class = match &pace {
            Some(pace) if pace.is_quick() => Class::Quick,
            _ => Class::Alone,
        };
        Some(self.board_as(class)?.paced_by(pace))
    }

    fn board_as(&self, class: Class) -> Option<Flight> {
        // The first connection is for keys alone, where there are several.
        let first = usize::from(class != Class::Key && self.0.slots.len() > 1);
        let mut best: Option<Arc<Reader>> = None;
        for (index, slot) in self.0.slots.iter().enumerate().skip(first) {
            let Some(reader) = slot.reader() else {
                Shared::open(&self.0, index);
                continue;
            };
            if reader.is_taken() || reader.is_stuck() {
                continue;
            }
            let in_flight = reader.in_flight();
            if best
                .as_ref()
                .is_none_or(|best| in_flight < best.in_flight())
            {
                best = Some(reader);
            }
            if in_flight == 0 {
                break;
            }
        }
        Flight::board(best?, class)
    }
}

impl Shared {
    /// Opens the connection of a slot, unless that is under way.
    fn open(shared: &Arc<Self>, index: usize) {
        let slot = &shared.slots[index];
        if shared.is_closed.load(Ordering::Acquire) || slot.is_opening.swap(true, Ordering::AcqRel)
        {
            return;
        }
        let shared = Arc::clone(shared);
        tokio::spawn(async move {
            let slot = &shared.slots[index];
            match timeout(CREATE_TIMEOUT, Reader::open(&shared.manager)).await {
                Ok(Ok(reader)) => slot.put(Some(Arc::new(reader))),
                // Whoever asks the pool is told what is wrong.
                Ok(Err(error)) => tracing::debug!(%error, "no connection for shared reads"),
                Err(_) => {}
            }
            // After the slots were emptied, nobody would do it again.
            if shared.is_closed.load(Ordering::Acquire) {
                slot.put(None);
            }
            slot.is_opening.store(false, Ordering::Release);
        });
    }
}

impl Slot {
    /// Its connection, if that takes reads.
    fn reader(&self) -> Option<Arc<Reader>> {
        let reader = self.reader.read().unwrap_or_else(PoisonError::into_inner);
        reader.as_ref().filter(|reader| reader.is_usable()).cloned()
    }

    fn put(&self, reader: Option<Arc<Reader>>) {
        *self.reader.write().unwrap_or_else(PoisonError::into_inner) = reader;
    }
}

//! What the work of a thread has been let into.

use std::cell::Cell;

thread_local! {
    static PASSES: Cell<Passes> = const { Cell::new(Passes(0)) };
}

/// What the work of this thread has been let into. Work that is of no request is never refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Passes(u8);

impl Passes {
    const REQUEST: u8 = 1;

    /// For what must have its answer: probes.
    pub(crate) const EXEMPT: Self = Self(0);
    /// For a request, which is let in once at each door, and then served to its end there: to refuse it halfway would
    /// waste what it has cost so far.
    pub(crate) const OF_A_REQUEST: Self = Self(Self::REQUEST);

    /// Runs `work` with these, and keeps those that it got.
    pub(crate) fn scope<T>(&mut self, work: impl FnOnce() -> T) -> T {
        let outer = PASSES.replace(*self);
        let done = work();
        *self = PASSES.replace(outer);
        done
    }

    /// Those of this thread.
    pub(super) fn current() -> Self {
        PASSES.get()
    }

    /// Has the work of this thread been let in.
    pub(super) fn let_in(door: Door) {
        PASSES.set(Self(PASSES.get().0 | door.bit()));
    }

    pub(super) fn is_to_be_asked(self, door: Door) -> bool {
        self.0 & (Self::REQUEST | door.bit()) == Self::REQUEST
    }
}

/// Which pool is waited for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::db) enum Door {
    /// The one pool, or that of the readers.
    Pool,
    /// The one writer of SQLite.
    #[cfg(feature = "sqlite")]
    Writer,
}

impl Door {
    const fn bit(self) -> u8 {
        match self {
            Self::Pool => 2,
            #[cfg(feature = "sqlite")]
            Self::Writer => 4,
        }
    }
}

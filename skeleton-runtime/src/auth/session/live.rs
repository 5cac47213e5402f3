//! Which sessions hold, and what role their account has: one indexed query, behind a small cache.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use chrono::{SubsecRound as _, Utc};
use tokio::sync::OnceCell;
use uuid::Uuid;

use crate::auth::bounded::make_room;
use crate::auth::sql;
use crate::db::{Db, Statement, Value};
use crate::error::Result;

/// How long what was found is believed: within this a change made elsewhere binds here.
const FRESH: Duration = Duration::from_secs(5);

/// Some ten megabytes at most.
const MOST_SESSIONS: usize = 65_536;

const FIND: &str = "SELECT u.role FROM auth_sessions s JOIN users u ON u.id = s.user_id \
    WHERE s.id = $1 AND s.user_id = $2 AND s.revoked_at IS NULL AND s.expires_at > $3 AND NOT u.disabled";

/// The sessions that were asked for of late. Clones share them.
#[derive(Debug, Clone)]
pub(in crate::auth) struct LiveSessions {
    db: Db,
    slots: Arc<Mutex<Slots>>,
}

/// What the database says of one session. The first to ask fills it in; those who come meanwhile wait for that.
#[derive(Debug)]
struct Slot {
    user: Uuid,
    asked: Instant,
    role: OnceCell<Option<Arc<str>>>,
}

#[derive(Debug, Default)]
struct Slots(HashMap<Uuid, Arc<Slot>>);

impl Slots {
    fn fresh(&self, session: Uuid, user: Uuid, now: Instant) -> Option<&Arc<Slot>> {
        let slot = self.0.get(&session)?;
        let is_fresh = slot.user == user && now.duration_since(slot.asked) < FRESH;
        is_fresh.then_some(slot)
    }

    fn slot(&mut self, session: Uuid, user: Uuid, now: Instant) -> Arc<Slot> {
        if let Some(slot) = self.fresh(session, user, now) {
            return Arc::clone(slot);
        }
        if self.0.len() >= MOST_SESSIONS {
            make_room(&mut self.0, MOST_SESSIONS, |slot| {
                now.duration_since(slot.asked) < FRESH
            });
        }
        let slot = Arc::new(Slot {
            user,
            asked: now,
            role: OnceCell::new(),
        });
        self.0.insert(session, Arc::clone(&slot));
        slot
    }
}

impl LiveSessions {
    pub(in crate::auth) fn new(db: Db) -> Self {
        Self {
            db,
            slots: Arc::default(),
        }
    }

    /// What [`role`](Self::role) says, where that is known and fresh.
    pub(in crate::auth) fn known_role(&self, session: Uuid, user: Uuid) -> Option<Arc<str>> {
        let now = Instant::now();
        self.lock(|slots| slots.fresh(session, user, now)?.role.get().cloned())
            .flatten()
    }

    /// The role of the session's account by its name; `None` when the session has ended, or the account is gone or
    /// disabled.
    ///
    /// # Errors
    ///
    /// 503 `unavailable` when the database can't be asked. That is not kept: the next one asks again.
    pub(in crate::auth) async fn role(
        &self,
        session: Uuid,
        user: Uuid,
    ) -> Result<Option<Arc<str>>> {
        let slot = self.lock(|slots| slots.slot(session, user, Instant::now()));
        if let Some(role) = slot.role.get() {
            return Ok(role.clone());
        }
        let role = slot.role.get_or_try_init(|| self.ask(session, user));
        Box::pin(role).await.cloned()
    }

    async fn ask(&self, session: Uuid, user: Uuid) -> Result<Option<Arc<str>>> {
        let statement = Statement::with_binds(
            FIND,
            vec![
                Value::Uuid(session),
                Value::Uuid(user),
                Value::Timestamp(Utc::now().trunc_subsecs(6)),
            ],
        )
        .quick();
        let mut roles = self.db.fetch(statement, |row| sql::text(row, 0)).await?;
        Ok(roles.pop().map(Arc::from))
    }

    /// Forgets a session that was changed. To be called once the change is committed: what is asked from then on is
    /// asked anew, and an answer that is under way reaches only those who asked before.
    pub(in crate::auth) fn forget(&self, session: Uuid) {
        self.lock(|slots| slots.0.remove(&session));
    }

    /// The same for all sessions of an account.
    pub(in crate::auth) fn forget_user(&self, user: Uuid) {
        self.lock(|slots| slots.0.retain(|_, slot| slot.user != user));
    }

    fn lock<T>(&self, work: impl FnOnce(&mut Slots) -> T) -> T {
        // Nothing in here panics half-way.
        work(&mut self.slots.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slot_is_shared_while_it_is_fresh_and_of_one_account() {
        let (mut slots, now) = (Slots::default(), Instant::now());
        let (session, user) = (Uuid::now_v7(), Uuid::now_v7());
        let first = slots.slot(session, user, now);
        let again = slots.slot(session, user, now + FRESH.mul_f64(0.9));
        assert!(Arc::ptr_eq(&first, &again));
        let stale = slots.slot(session, user, now + FRESH);
        assert!(!Arc::ptr_eq(&first, &stale));
        let other = slots.slot(session, Uuid::now_v7(), now + FRESH);
        assert!(!Arc::ptr_eq(&stale, &other));
        assert_eq!(slots.0.len(), 1);
    }

    #[test]
    fn there_is_a_bound() {
        let (mut slots, now) = (Slots::default(), Instant::now());
        for _ in 0..MOST_SESSIONS + 10 {
            slots.slot(Uuid::now_v7(), Uuid::nil(), now);
        }
        let left = MOST_SESSIONS / 4 * 3 + 10;
        assert_eq!(slots.0.len(), left);
        // All of these are stale by the time that it is full again.
        for _ in left..=MOST_SESSIONS {
            slots.slot(Uuid::now_v7(), Uuid::nil(), now + FRESH);
        }
        assert!(slots.0.len() < MOST_SESSIONS / 2, "{}", slots.0.len());
    }
}

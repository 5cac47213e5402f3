//! How the limit moves, and who goes.

use super::*;

const MS: u64 = 1000;

fn queue(size: usize) -> Admission {
    Admission::new(Door::Pool, size, &DatabaseConfig::new("sqlite::memory:"))
}

/// Windows in which the shortest wait is the one that `wait` makes of the queue's length.
fn windows(queue: &Admission, count: u64, wait: impl Fn(usize) -> u64) {
    for _ in 0..count {
        queue.entered.store(queue.limit(), Ordering::Relaxed);
        let now = queue.window_ends.load(Ordering::Relaxed);
        queue.note(Duration::from_micros(wait(queue.limit())), now);
    }
    queue.entered.store(0, Ordering::Relaxed);
}

#[test]
fn the_limit_settles_where_the_wait_is_the_target() {
    let queue = queue(16);
    assert_eq!(queue.limit(), 512);
    // Ten milliseconds for each that waits: 25 of them wait for a quarter of a second.
    windows(&queue, 100, |length| length as u64 * 10 * MS);
    assert!((16..=32).contains(&queue.limit()), "{}", queue.limit());
    windows(&queue, 100, |_| 0);
    assert_eq!(queue.limit(), 512);
}

#[test]
fn some_may_always_wait() {
    for (size, least) in [(1, 16), (16, 16), (100, 100), (1000, 512)] {
        let queue = queue(size);
        windows(&queue, 100, |_| 5_000 * MS);
        assert_eq!(queue.limit(), least);
    }
}

#[test]
fn one_short_wait_in_a_window_is_enough() {
    let queue = queue(16);
    let ends = queue.window_ends.load(Ordering::Relaxed);
    queue.note(Duration::from_millis(1), ends - 1);
    queue.note(Duration::from_secs(4), ends);
    assert_eq!(queue.limit(), 512);
}

#[test]
fn one_long_window_is_no_standing_queue() {
    let queue = queue(1);
    for wait in [0, 900 * MS, 0, 900 * MS, 0] {
        windows(&queue, 1, |_| wait);
        assert_eq!(queue.limit(), 512);
    }
}

#[test]
fn a_request_is_asked_once_and_other_work_never() {
    let queue = queue(1);
    queue.limit.store(1, Ordering::Relaxed);
    let mut early = Passes::OF_A_REQUEST;
    let first = early.scope(|| queue.enter()).unwrap();
    let refused = { Passes::OF_A_REQUEST }.scope(|| queue.enter().map(drop));
    assert_eq!(refused.unwrap_err().code(), crate::error::Code::Unavailable);
    assert_eq!(queue.refused(), 1);
    assert!(early.scope(|| queue.enter()).is_ok());
    assert!(queue.enter().is_ok());
    assert!({ Passes::EXEMPT }.scope(|| queue.enter()).is_ok());
    drop(first);
    assert_eq!(queue.waiting(), 0);
    assert!({ Passes::OF_A_REQUEST }.scope(|| queue.enter()).is_ok());
}

fn enter(queue: &Admission) -> Result<Waiting<&Admission>> {
    { Passes::OF_A_REQUEST }.scope(|| queue.enter())
}

#[tokio::test]
async fn who_is_beyond_a_shorter_queue_goes() {
    let queue = queue(1);
    let waiting: Vec<_> = (0..40).map(|_| enter(&queue).unwrap()).collect();
    let (stays, goes) = (&waiting[15], &waiting[16]);
    let is_cut = |waiting: &Waiting<_>| queue.is_cut(waiting.place);
    let (stays, goes) = (is_cut(stays), is_cut(goes));
    tokio::pin!(stays, goes);
    assert!(futures_util::poll!(&mut stays).is_pending());
    assert!(futures_util::poll!(&mut goes).is_pending());
    let next = || {
        let now = queue.window_ends.load(Ordering::Relaxed);
        queue.note(Duration::from_secs(5), now);
        queue.limit()
    };
    assert_eq!((next(), next()), (512, 16));
    assert!(futures_util::poll!(&mut stays).is_pending());
    assert!(futures_util::poll!(&mut goes).is_ready());
}

#[test]
fn the_refused_do_not_make_others_seem_further_ahead() {
    let queue = queue(1);
    let mut waiting: Vec<_> = (0..512).map(|_| enter(&queue).unwrap()).collect();
    assert_eq!((0..1488).filter(|_| enter(&queue).is_err()).count(), 1488);
    assert_eq!((queue.waiting(), queue.refused()), (512, 1488));
    queue.limit.store(16, Ordering::Relaxed);
    // The last to come may be woken first.
    for waiting in waiting
        .iter_mut()
        .rev()
        .filter(|one| queue.is_beyond(one.place))
    {
        waiting.refuse();
    }
    waiting.retain(|waiting| !waiting.is_refused);
    assert_eq!((waiting.len(), queue.waiting()), (16, 16));
    assert!(enter(&queue).is_err());
    waiting.pop();
    assert!(enter(&queue).is_ok());
}

#[test]
fn passes_end_with_their_scope() {
    let queue = queue(1);
    let mut request = Passes::OF_A_REQUEST;
    request.scope(|| {
        assert!(queue.enter().is_ok());
        assert!(!Passes::current().is_to_be_asked(Door::Pool));
    });
    assert_eq!(Passes::current(), Passes::EXEMPT);
    assert_ne!(request, Passes::OF_A_REQUEST);
    assert!(!request.is_to_be_asked(Door::Pool));
}

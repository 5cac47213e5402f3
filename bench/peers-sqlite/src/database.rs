//! A few readers, and one writer on a thread of its own.

use std::sync::{Mutex, mpsc};
use std::time::Duration;

use rusqlite::Connection;
use tokio::sync::{Semaphore, oneshot};

use crate::errors::Error;

const READERS: usize = 4;

type Work = Box<dyn FnOnce(&Connection) + Send>;

pub(crate) struct Database {
    readers: Mutex<Vec<Connection>>,
    free: Semaphore,
    writer: mpsc::Sender<Work>,
}

impl Database {
    pub(crate) fn open(path: &str) -> rusqlite::Result<Self> {
        let connection = writer(path)?;
        let (sender, works) = mpsc::channel::<Work>();
        std::thread::spawn(move || {
            for work in works {
                work(&connection);
            }
        });
        let readers = (0..READERS).map(|_| reader(path));
        Ok(Self {
            readers: Mutex::new(readers.collect::<rusqlite::Result<_>>()?),
            free: Semaphore::new(READERS),
            writer: sender,
        })
    }

    pub(crate) async fn read<T: Send + 'static>(
        self: &std::sync::Arc<Self>,
        work: impl FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, Error> {
        let database = self.clone();
        let _permit = self.free.acquire().await.expect("it is never closed");
        let done = tokio::task::spawn_blocking(move || {
            let taken = database.readers.lock().expect("no panic").pop();
            let connection = taken.expect("as many permits as readers");
            let done = work(&connection);
            database.readers.lock().expect("no panic").push(connection);
            done
        });
        Ok(done.await.expect("no panic")?)
    }

    /// Each write is its own transaction, on the disk when it is answered.
    pub(crate) async fn write<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, Error> {
        let (sender, receiver) = oneshot::channel();
        let work = Box::new(move |connection: &Connection| drop(sender.send(work(connection))));
        self.writer.send(work).expect("the writer lives as long");
        Ok(receiver.await.expect("no panic")?)
    }
}

fn writer(path: &str) -> rusqlite::Result<Connection> {
    set_up(Connection::open(path)?)
}

fn reader(path: &str) -> rusqlite::Result<Connection> {
    let connection = set_up(Connection::open(path)?)?;
    connection.pragma_update(None, "query_only", true)?;
    Ok(connection)
}

fn set_up(connection: Connection) -> rusqlite::Result<Connection> {
    connection.busy_timeout(Duration::from_secs(5))?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "foreign_keys", true)?;
    connection.pragma_update(None, "temp_store", "MEMORY")?;
    Ok(connection)
}

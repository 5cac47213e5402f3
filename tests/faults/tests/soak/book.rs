//! What was written and acknowledged, to be found again at the end.

use std::collections::{HashMap, HashSet};

use serde_json::Value;
use skeleton_faults::Answer;

/// Notes that live at once; of those beyond, one goes for each that comes.
const LIVING: usize = 300;

/// A note that is there, and that nobody changes at the moment.
#[derive(Debug, Clone)]
pub(crate) struct Note {
    pub(crate) id: String,
    pub(crate) title: String,
}

/// What a request does.
#[derive(Debug)]
pub(crate) enum Deed {
    Nothing,
    Get(String),
    Create(String),
    Patch(Note, i32),
    Delete(Note),
}

/// All notes of one service.
#[derive(Debug, Default)]
pub(crate) struct Book {
    living: Vec<Note>,
    /// Those that were to be deleted.
    gone: HashSet<String>,
    /// By title.
    fates: HashMap<String, Fate>,
    acknowledged: usize,
}

/// What may be found of a note.
#[derive(Debug)]
struct Fate {
    stars: Vec<i32>,
    presence: Presence,
}

#[derive(Debug, PartialEq)]
enum Presence {
    Certain,
    /// Nobody was told whether it was written, or deleted.
    Possible,
    Gone,
}

impl Book {
    /// One that may be read.
    pub(crate) fn any(&self, number: usize) -> Option<&Note> {
        self.living.get(number % self.living.len().max(1))
    }

    /// One that is this caller's alone to change, until it is settled.
    pub(crate) fn take(&mut self, number: usize) -> Option<Note> {
        let at = number % self.living.len().max(1);
        (at < self.living.len()).then(|| self.living.swap_remove(at))
    }

    /// One that may be deleted, where there are enough.
    pub(crate) fn take_to_delete(&mut self, number: usize) -> Option<Note> {
        let note = (self.living.len() > LIVING).then(|| self.take(number))??;
        self.gone.insert(note.id.clone());
        Some(note)
    }

    /// Whether it was to be deleted, so that nobody wonders when it is not there.
    pub(crate) fn is_gone(&self, id: &str) -> bool {
        self.gone.contains(id)
    }

    /// Takes note of what became of a deed; without an answer of success nobody knows whether it was done.
    pub(crate) fn settle(&mut self, deed: Deed, success: Option<&Answer>) {
        self.acknowledged += usize::from(success.is_some() && deed.is_written());
        match deed {
            Deed::Nothing | Deed::Get(_) => {}
            Deed::Create(title) => {
                let presence = match success {
                    Some(answer) => {
                        self.living.push(Note {
                            id: text(&answer.json()["id"]),
                            title: title.clone(),
                        });
                        Presence::Certain
                    }
                    None => Presence::Possible,
                };
                let stars = vec![0];
                self.fates.insert(title, Fate { stars, presence });
            }
            Deed::Patch(note, stars) => {
                let fate = self.fates.get_mut(&note.title).unwrap();
                if success.is_some() {
                    fate.stars = vec![stars];
                    self.living.push(note);
                } else {
                    fate.stars.push(stars);
                }
            }
            Deed::Delete(note) => {
                let fate = self.fates.get_mut(&note.title).unwrap();
                fate.presence = match success {
                    Some(_) => Presence::Gone,
                    None => Presence::Possible,
                };
            }
        }
    }

    /// How many writes were acknowledged, and what is wrong with what is found of them: `notes` are titles with stars,
    /// `entries` the titles of the journal, which has each note that ever was.
    pub(crate) fn check(&self, notes: &[String], entries: &[String]) -> (usize, Vec<String>) {
        let notes: HashMap<_, _> = notes
            .iter()
            .filter_map(|line| line.rsplit_once('='))
            .collect();
        let journal: HashSet<_> = entries.iter().map(String::as_str).collect();
        let mut wrong = Vec::new();
        for (title, fate) in &self.fates {
            let stars = notes
                .get(title.as_str())
                .and_then(|stars| stars.parse().ok());
            let is_right = match (stars, &fate.presence) {
                (Some(stars), Presence::Certain | Presence::Possible) => {
                    fate.stars.contains(&stars)
                }
                (None, Presence::Gone | Presence::Possible) => true,
                _ => false,
            };
            // It was there once, for whatever was told of it came after.
            let was_there = fate.presence == Presence::Possible || journal.contains(title.as_str());
            if !is_right || !was_there {
                wrong.push(format!("`{title}` is {stars:?}, and should be {fate:?}"));
            }
        }
        if journal.len() != entries.len() {
            wrong.push("a write was done twice".to_owned());
        }
        (self.acknowledged, wrong)
    }
}

impl Deed {
    fn is_written(&self) -> bool {
        matches!(self, Self::Create(_) | Self::Patch(..) | Self::Delete(_))
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

//! Who looks at the same thing at this moment. Nothing of it is kept, and each process knows of its own readers only.

use std::{
    collections::{BTreeSet, HashMap},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use tokio::sync::watch;

use crate::ids::PersonId;

/// All that is looked at. Cheap to clone.
#[derive(Clone, Default)]
pub struct Presence(Arc<Mutex<HashMap<String, Room>>>);

/// Those who look at one thing.
struct Room {
    next: u64,
    people: Vec<Visitor>,
    news: watch::Sender<()>,
}

struct Visitor {
    number: u64,
    person: PersonId,
    name: String,
}

/// Somebody looks at something, until this is dropped.
pub struct Here {
    presence: Presence,
    what: String,
    number: u64,
}

/// What somebody hears who looks at something.
pub struct Others {
    presence: Presence,
    what: String,
    number: u64,
    news: watch::Receiver<()>,
}

impl Presence {
    fn rooms(&self) -> MutexGuard<'_, HashMap<String, Room>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes that somebody looks at something, and lets them hear who else does.
    pub fn enter(&self, what: &str, person: PersonId, name: &str) -> (Here, Others) {
        let mut rooms = self.rooms();
        let room = rooms.entry(what.to_owned()).or_insert_with(|| Room { next: 0, people: vec![], news: watch::Sender::new(()) });
        let number = room.next;
        room.next += 1;
        room.people.push(Visitor { number, person, name: name.to_owned() });
        room.news.send_replace(());
        let mut news = room.news.subscribe();
        // Who is there already is news to whoever comes.
        news.mark_changed();
        let (presence, what) = (self.clone(), what.to_owned());
        (Here { presence: presence.clone(), what: what.clone(), number }, Others { presence, what, number, news })
    }
}

impl Others {
    /// Waits until somebody comes or goes, and gives the names of the others, in the order of the alphabet, each person once. The first time it
    /// does not wait. Nothing once its [`Here`] has gone.
    pub async fn next(&mut self) -> Option<Vec<String>> {
        self.news.changed().await.ok()?;
        let rooms = self.presence.rooms();
        let people = &rooms.get(&self.what)?.people;
        let own = people.iter().find(|visitor| visitor.number == self.number)?.person;
        let others = people.iter().filter(|visitor| visitor.person != own);
        let others: BTreeSet<(&str, PersonId)> = others.map(|visitor| (visitor.name.as_str(), visitor.person)).collect();
        Some(others.into_iter().map(|(name, _)| name.to_owned()).collect())
    }
}

impl Drop for Here {
    fn drop(&mut self) {
        let mut rooms = self.presence.rooms();
        let Some(room) = rooms.get_mut(&self.what) else { return };
        room.people.retain(|visitor| visitor.number != self.number);
        room.news.send_replace(());
        if room.people.is_empty() {
            rooms.remove(&self.what);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn people_see_each_other_come_and_go() {
        let presence = Presence::default();
        let (dana, kim) = (PersonId::new(), PersonId::new());
        let (here, mut others) = presence.enter("flag", dana, "Dana");
        assert_eq!(others.next().await, Some(vec![]));
        let tabs = [(kim, "Kim"), (kim, "Kim"), (dana, "Dana")].map(|(who, name)| presence.enter("flag", who, name));
        let _elsewhere = presence.enter("other", PersonId::new(), "Robin");
        assert_eq!(others.next().await, Some(vec!["Kim".to_owned()]), "each once, and not oneself");
        drop(tabs);
        assert_eq!(others.next().await, Some(vec![]));
        drop(here);
        assert_eq!(others.next().await, None);
        assert_eq!(presence.rooms().len(), 1, "nothing stays of what nobody looks at");
    }
}

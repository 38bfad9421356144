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
    people: Vec<(u64, PersonId, String)>,
    news: watch::Sender<()>,
}

/// Somebody who looks at something, until this is dropped.
pub struct Here {
    presence: Presence,
    what: String,
    number: u64,
    person: PersonId,
    news: watch::Receiver<()>,
}

impl Presence {
    fn rooms(&self) -> MutexGuard<'_, HashMap<String, Room>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes that somebody looks at something.
    pub fn enter(&self, what: String, person: PersonId, name: String) -> Here {
        let mut rooms = self.rooms();
        let room = rooms.entry(what.clone()).or_insert_with(|| Room { next: 0, people: vec![], news: watch::Sender::new(()) });
        let number = room.next;
        room.next += 1;
        room.people.push((number, person, name));
        room.news.send_replace(());
        let mut news = room.news.subscribe();
        // Who is there already is news to whoever comes.
        news.mark_changed();
        Here { presence: self.clone(), what, number, person, news }
    }
}

impl Here {
    /// Waits until somebody comes or goes, and gives the names of the others, in the order of the alphabet, each person once. The first time it
    /// does not wait.
    pub async fn others(&mut self) -> Vec<String> {
        // It is said by the room, which stays while somebody is in it.
        let _ = self.news.changed().await;
        let rooms = self.presence.rooms();
        let people = rooms.get(&self.what).map_or(&[][..], |room| &room.people);
        let others: BTreeSet<(&str, PersonId)> =
            people.iter().filter(|(_, person, _)| *person != self.person).map(|(_, person, name)| (name.as_str(), *person)).collect();
        others.into_iter().map(|(name, _)| name.to_owned()).collect()
    }
}

impl Drop for Here {
    fn drop(&mut self) {
        let mut rooms = self.presence.rooms();
        let Some(room) = rooms.get_mut(&self.what) else { return };
        room.people.retain(|(number, ..)| *number != self.number);
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
        let enter = |what: &str, who, name: &str| presence.enter(what.into(), who, name.into());
        let mut first = enter("flag", dana, "Dana");
        assert!(first.others().await.is_empty());
        let tabs = [enter("flag", kim, "Kim"), enter("flag", kim, "Kim"), enter("flag", dana, "Dana")];
        let _elsewhere = enter("other", PersonId::new(), "Robin");
        assert_eq!(first.others().await, ["Kim"], "each once, and not oneself");
        drop(tabs);
        assert!(first.others().await.is_empty());
        drop(first);
        assert_eq!(presence.rooms().len(), 1, "nothing stays of what nobody looks at");
    }
}

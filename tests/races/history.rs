//! What happened to the names, and whether it could have happened to each name alone.

use std::{collections::BTreeMap, fmt, time::Duration};

/// A change that was answered as done, and when it was asked for and answered.
#[derive(Clone, Debug)]
pub(crate) struct Event {
    name: String,
    group: String,
    takes: bool,
    since: Duration,
    until: Duration,
}

impl Event {
    /// A group took a name.
    pub(crate) fn taken(name: String, group: String, since: Duration, until: Duration) -> Self {
        Self { name, group, takes: true, since, until }
    }

    /// A group gave a name up.
    pub(crate) fn released(name: String, group: String, since: Duration, until: Duration) -> Self {
        Self { name, group, takes: false, since, until }
    }
}

/// All events of a run.
#[derive(Debug)]
pub(crate) struct History(pub(crate) Vec<Event>);

impl History {
    /// For each name alone: nobody took it before whoever had it could have given it up.
    pub(crate) fn check(&self) {
        for (name, events) in self.by_name() {
            let mut takes: Vec<_> = events.iter().filter(|event| event.takes).collect();
            takes.sort_by_key(|event| event.until);
            for pair in takes.windows(2) {
                let (first, second) = (pair[0], pair[1]);
                let given_up = events.iter().any(|event| {
                    !event.takes && event.group == first.group && event.since <= second.until
                });
                assert!(given_up, "two have {name:.20}…: {first:.0?} {second:.0?}");
            }
        }
    }

    /// What is stored is what was answered: no duplicate, none lost, no ghost.
    pub(crate) fn check_against(&self, stored: &[(String, String)]) {
        let mut answered: Vec<_> = self.held().into_iter().collect();
        let mut stored: Vec<_> =
            stored.iter().map(|(id, name)| (name.clone(), id.clone())).collect();
        answered.sort();
        stored.sort();
        assert_eq!(answered, stored);
    }

    /// Whether some group has a name at the end.
    pub(crate) fn is_held(&self, name: &str) -> bool {
        self.held().contains_key(name)
    }

    /// The names that groups have at the end, with the groups.
    fn held(&self) -> BTreeMap<String, String> {
        let mut held = BTreeMap::new();
        for (name, events) in self.by_name() {
            for take in events.iter().filter(|event| event.takes) {
                let times = |takes: bool| {
                    let same = |event: &&&Event| event.group == take.group && event.takes == takes;
                    events.iter().filter(same).count()
                };
                if times(true) > times(false) {
                    let other = held.insert(name.to_owned(), take.group.clone());
                    assert!(other.is_none_or(|other| other == take.group), "two have {name:.20}");
                }
            }
        }
        held
    }

    fn by_name(&self) -> BTreeMap<&str, Vec<&Event>> {
        let mut names: BTreeMap<&str, Vec<&Event>> = BTreeMap::new();
        for event in &self.0 {
            names.entry(&event.name).or_default().push(event);
        }
        names
    }
}

impl fmt::Display for History {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let taken = self.0.iter().filter(|event| event.takes).count();
        let slowest = self.0.iter().map(|event| event.until - event.since).max();
        let slowest = slowest.unwrap_or_default().as_millis();
        write!(
            out,
            "{taken} names taken, {} given up, {} held at the end, slowest {slowest} ms",
            self.0.len() - taken,
            self.held().len(),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(takes: bool, group: &str, since: u64, until: u64) -> Event {
        let (since, until) = (Duration::from_millis(since), Duration::from_millis(until));
        Event { name: "n".to_owned(), group: group.to_owned(), takes, since, until }
    }

    #[test]
    fn a_name_passes_from_one_to_the_next() {
        History(vec![event(true, "a", 0, 1), event(false, "a", 2, 5), event(true, "b", 3, 4)])
            .check();
    }

    #[test]
    #[should_panic(expected = "two have")]
    fn two_at_once_are_found() {
        History(vec![event(true, "a", 0, 1), event(true, "b", 2, 3), event(false, "a", 4, 5)])
            .check();
    }

    #[test]
    #[should_panic(expected = "left == right")]
    fn a_lost_group_is_found() {
        History(vec![event(true, "a", 0, 1)]).check_against(&[]);
    }
}

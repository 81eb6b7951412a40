//! What a run did to names, and whether it could have been done.

use std::{collections::BTreeMap, fmt, ops::AddAssign, time::Duration};

use crate::owner::{Kind, Op, is_linearizable};

/// How long a name may be refused that no group has: a reservation's lease, and what a busy machine
/// adds.
pub(crate) const LEASE: Duration = Duration::from_secs(13);

/// One answer's share of a history.
#[derive(Clone, Debug)]
pub(crate) struct Event {
    name: String,
    what: What,
}

#[derive(Clone, Debug)]
enum What {
    Done(Op),
    /// The name was said to be somebody else's.
    Refused {
        since: Duration,
        until: Duration,
    },
}

/// When something was asked for, and when answered.
pub(crate) type Span = (Duration, Duration);

impl Event {
    /// A group took a name.
    pub(crate) fn taken(name: &str, group: &str, span: Span) -> Self {
        Self::done(name, Kind::Take, group, span)
    }

    /// A group gave a name up.
    pub(crate) fn released(name: &str, group: &str, span: Span) -> Self {
        Self::done(name, Kind::Release, group, span)
    }

    /// A name was refused, since somebody has it.
    pub(crate) fn refused(name: &str, (since, until): Span) -> Self {
        Self { name: name.to_owned(), what: What::Refused { since, until } }
    }

    fn done(name: &str, kind: Kind, group: &str, (since, until): Span) -> Self {
        let op = Op { kind, group: group.to_owned(), since, until: Some(until) };
        Self { name: name.to_owned(), what: What::Done(op) }
    }

    /// The same, but nobody knows whether it was done.
    pub(crate) fn perhaps(mut self) -> Self {
        if let What::Done(op) = &mut self.what {
            op.until = None;
        }
        self
    }

    fn op(&self) -> Option<&Op> {
        match &self.what {
            What::Done(op) => Some(op),
            What::Refused { .. } => None,
        }
    }
}

/// All events of a run.
#[derive(Debug, Default)]
pub(crate) struct History(Vec<Event>);

impl AddAssign<Vec<Event>> for History {
    fn add_assign(&mut self, mut events: Vec<Event>) {
        self.0.append(&mut events);
    }
}

impl History {
    /// What is wrong with it, given the ids and names that are stored at its end: a line for each
    /// name that two had at once, that was lost, that a ghost has, or that was refused although
    /// nobody had touched it for longer than the lease.
    pub(crate) fn violations(&self, stored: &[(String, String)], end: Duration) -> Vec<String> {
        let mut names = self.by_name();
        for (_, name) in stored {
            names.entry(name).or_default();
        }
        let wrong = |(name, events): (&str, Vec<&Event>)| {
            let mut ops: Vec<Op> = events.iter().filter_map(|event| event.op()).cloned().collect();
            let held = stored.iter().filter(|(_, held)| held == name);
            let holders: Vec<&str> = held.map(|(id, _)| id.as_str()).collect();
            ops.extend(seen(&holders, end));
            let shown = format!("{} characters, {name:.20}", name.chars().count());
            if !is_linearizable(&ops) {
                return Some(format!("no order explains [{shown}]: stored {holders:?}, {ops:.1?}"));
            }
            let locked = events.iter().find_map(|event| unexplained(event, &ops));
            locked.map(|since| format!("[{shown}] was refused at {since:.1?} for no reason"))
        };
        names.into_iter().filter_map(wrong).collect()
    }

    fn by_name(&self) -> BTreeMap<&str, Vec<&Event>> {
        let mut names: BTreeMap<&str, Vec<&Event>> = BTreeMap::new();
        for event in &self.0 {
            names.entry(&event.name).or_default().push(event);
        }
        names
    }
}

/// What the look at the end saw of a name.
fn seen(holders: &[&str], end: Duration) -> Vec<Op> {
    let op = |kind, group: &str| Op { kind, group: group.to_owned(), since: end, until: Some(end) };
    match holders {
        [] => vec![op(Kind::SeenFree, "")],
        holders => holders.iter().map(|holder| op(Kind::Seen, holder)).collect(),
    }
}

/// When a name was refused that nobody can have had, nor have given up or failed to get within the
/// lease.
fn unexplained(event: &Event, ops: &[Op]) -> Option<Duration> {
    let What::Refused { since, until } = event.what else { return None };
    let released = |group: &str| {
        let same = |op: &&Op| op.kind == Kind::Release && op.group == group;
        ops.iter().filter(same).filter_map(|op| op.until).max()
    };
    let explains = |op: &Op| {
        let ended = match op.kind {
            Kind::Take => released(&op.group),
            Kind::Release => op.until,
            Kind::Seen | Kind::SeenFree => return false,
        };
        op.since <= until && ended.is_none_or(|ended| ended + LEASE >= since)
    };
    (!ops.iter().any(explains)).then_some(since)
}

impl fmt::Display for History {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let count = |holds: fn(&Event) -> bool| self.0.iter().filter(|event| holds(event)).count();
        let taken = |event: &Event| event.op().is_some_and(|op| op.kind == Kind::Take);
        let released = |event: &Event| event.op().is_some_and(|op| op.kind == Kind::Release);
        let open = |event: &Event| event.op().is_some_and(|op| op.until.is_none());
        let took = |event: &Event| match &event.what {
            What::Done(op) => op.until.map(|until| until - op.since),
            What::Refused { since, until } => Some(*until - *since),
        };
        let slowest = self.0.iter().filter_map(took).max().unwrap_or_default();
        write!(
            out,
            "{} names: {} taken, {} given up, {} refused, {} of unknown outcome, slowest {} ms",
            self.by_name().len(),
            count(taken),
            count(released),
            count(|event| event.op().is_none()),
            count(open),
            slowest.as_millis(),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const END: Duration = Duration::from_secs(100);

    fn span(since: u64, until: u64) -> Span {
        (Duration::from_secs(since), Duration::from_secs(until))
    }

    fn stored(groups: &[(&str, &str)]) -> Vec<(String, String)> {
        groups.iter().map(|(id, name)| ((*id).to_owned(), (*name).to_owned())).collect()
    }

    fn violations(events: &[Event], groups: &[(&str, &str)]) -> usize {
        History(events.to_vec()).violations(&stored(groups), END).len()
    }

    #[test]
    fn names_are_told_apart_and_what_is_stored_counts() {
        let events = [
            Event::taken("m", "a", span(0, 1)),
            Event::taken("n", "a", span(2, 3)),
            Event::released("m", "a", span(2, 3)),
            Event::refused("n", span(4, 5)),
            Event::refused("m", span(10, 11)),
        ];

        assert_eq!(violations(&events, &[("a", "n")]), 0);
        assert_eq!(violations(&events, &[]), 1, "lost");
        assert_eq!(violations(&events, &[("a", "n"), ("b", "n")]), 1, "a duplicate");
        assert_eq!(violations(&events, &[("a", "n"), ("z", "y")]), 1, "a ghost");
        assert_eq!(violations(&events, &[("a", "m")]), 2, "under another name");
    }

    #[test]
    fn a_refusal_needs_somebody_who_has_the_name_or_just_had_it() {
        let passed = [Event::taken("n", "a", span(0, 1)), Event::released("n", "a", span(2, 3))];
        let lost = Event::taken("n", "", span(20, 21)).perhaps();
        let refused = |since, until| Event::refused("n", span(since, until));

        assert_eq!(violations(&[refused(0, 1)], &[]), 1);
        assert_eq!(violations(&[&passed[..], &[refused(10, 11)]].concat(), &[]), 0);
        assert_eq!(violations(&[&passed[..], &[refused(17, 18)]].concat(), &[]), 1);
        assert_eq!(violations(&[lost, refused(30, 31)], &[]), 0);
    }
}

//! One change with one failure in its middle, and what must hold afterwards.

use std::{
    io, thread,
    time::{Duration, Instant},
};

use crate::{
    bridge::{Bridge, Deed, Moment},
    gate::{Change, Gate},
    history::{Event, LEASE},
    http::Answer,
    stack::Stack,
};

/// What is changed.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Kind {
    Register,
    Rename,
    Delete,
}

pub(crate) const KINDS: [Kind; 3] = [Kind::Register, Kind::Rename, Kind::Delete];

/// Where in which change the failure is.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Point {
    pub(crate) kind: Kind,
    /// So many requests to the cluster come before.
    pub(crate) after: usize,
    pub(crate) moment: Moment,
    /// Tells its names from those of other rounds.
    pub(crate) round: usize,
}

impl Point {
    /// Every point of every change, and some that lie beyond their ends.
    pub(crate) fn all(rounds: usize) -> Vec<Self> {
        let mut points = Vec::new();
        for round in 0..rounds {
            for kind in KINDS {
                for after in 0..9 {
                    for moment in [Moment::Before, Moment::After] {
                        points.push(Self { kind, after, moment, round });
                    }
                }
            }
        }
        points
    }
}

/// What a trial came to.
#[derive(Clone, Debug)]
pub(crate) struct Outcome {
    /// The request at which it failed; none where the change needs fewer.
    pub(crate) at: Option<String>,
    /// What the client was answered, if anything.
    pub(crate) told: Option<u16>,
    /// How long that took.
    pub(crate) took: Duration,
    /// How long the client had to try until the change was done and the names were right.
    pub(crate) until_done: Duration,
    pub(crate) events: Vec<Event>,
}

/// A change before one modelgate behind one bridge.
pub(crate) struct Trial<'s> {
    pub(crate) bridge: Bridge,
    pub(crate) gate: Gate,
    point: Point,
    started: &'s Instant,
    events: Vec<Event>,
}

impl Outcome {
    /// Whether it failed behind a write of the group that had been done.
    pub(crate) fn was_written(&self) -> bool {
        let at = self.at.as_deref().unwrap_or_default();
        let groups = at.starts_with("After") && at.contains("/.plugins-ml-model-group/");
        groups && !at.contains("After GET") && !at.contains("/_search")
    }
}

impl<'s> Trial<'s> {
    pub(crate) fn new(stack: &Stack, point: Point, started: &'s Instant) -> Self {
        let bridge = Bridge::start(stack);
        Self { gate: bridge.gate(stack), bridge, point, started, events: Vec::new() }
    }

    /// Makes the change, with the failure in it, mends what the failure has broken, and sees the
    /// change through.
    pub(crate) fn run(
        mut self,
        failure: impl FnOnce(&Gate) -> Deed,
        mend: impl FnOnce(&mut Gate),
    ) -> Outcome {
        let Point { kind, after, moment, round } = self.point;
        let [old, new] =
            ["old", "new"].map(|which| format!("{kind:?} {after} {moment:?} {round} {which}"));
        let id = match self.point.kind {
            Kind::Register => String::new(),
            Kind::Rename | Kind::Delete => self.gets(&old),
        };
        let change = match self.point.kind {
            Kind::Register => Change::Register(&new),
            Kind::Rename => Change::Rename(&id, &new),
            Kind::Delete => Change::Delete(&id),
        };
        let mut talk = self.gate.client();
        self.bridge.arm(self.point.after, self.point.moment, failure(&self.gate));
        let since = self.started.elapsed();
        let answer = talk.once(&change);
        let took = self.started.elapsed() - since;
        let at = self.bridge.disarm();
        self.notes(change, &old, &answer, since);
        mend(&mut self.gate);
        let mended = Instant::now();
        if !answer.as_ref().is_ok_and(|answer| answer.status == 200) {
            self.sees_through(change, &old);
        }
        if self.point.kind != Kind::Register {
            self.gets(&old);
        }
        let told = answer.ok().map(|answer| answer.status);
        Outcome { at, told, took, until_done: mended.elapsed(), events: self.events }
    }

    /// Registers a name that is free, or will be once a lease is over.
    fn gets(&mut self, name: &str) -> String {
        let since = Instant::now();
        loop {
            match self.tries(Change::Register(name), "") {
                Some(id) if !id.is_empty() => return id,
                _ => self.rests(since, name),
            }
        }
    }

    /// Tries until the change is done; an earlier try may have done it.
    fn sees_through(&mut self, change: Change<'_>, old: &str) {
        let since = Instant::now();
        while self.tries(change, old).is_none() {
            self.rests(since, &format!("{change:?}"));
        }
    }

    /// One try; once it is done, the group's id.
    fn tries(&mut self, change: Change<'_>, old: &str) -> Option<String> {
        let since = self.started.elapsed();
        let answer = self.gate.client().once(&change);
        self.notes(change, old, &answer, since);
        let answer = answer.ok()?;
        let own = answer
            .text()
            .split_once("a model group with ID: ")
            .map(|(_, id)| id.split(['.', '"']).next().unwrap_or_default().to_owned());
        match (change, answer.status) {
            (Change::Register(_), 200) => {
                answer.value()["model_group_id"].as_str().map(str::to_owned)
            }
            // Only this client wants the name: it has it from an earlier try.
            (Change::Register(_), 400) => own,
            (Change::Rename(id, _) | Change::Delete(id), 200) => Some(id.to_owned()),
            _ => None,
        }
    }

    fn rests(&self, since: Instant, what: &str) {
        assert!(since.elapsed() < LEASE, "{:?}: {what} is not done in time", self.point);
        thread::sleep(Duration::from_millis(100));
    }

    /// Notes what an answer says was done: 502, 503 and 504 say that nothing was.
    fn notes(
        &mut self,
        change: Change<'_>,
        old: &str,
        answer: &io::Result<Answer>,
        since: Duration,
    ) {
        let span = (since, self.started.elapsed());
        let id = |answer: &Answer| {
            answer.value()["model_group_id"].as_str().unwrap_or_default().to_owned()
        };
        let events = |group: &str| match change {
            Change::Register(name) => vec![Event::taken(name, group, span)],
            Change::Rename(id, name) => {
                vec![Event::taken(name, id, span), Event::released(old, id, span)]
            }
            Change::Delete(id) => vec![Event::released(old, id, span)],
        };
        match answer {
            Ok(answer) if answer.status == 200 => self.events.extend(events(&id(answer))),
            Ok(answer) if matches!(answer.status, 502..=504) => {}
            Ok(answer) if answer.status == 400 => {
                let (Change::Register(name) | Change::Rename(_, name)) = change else { return };
                self.events.push(Event::refused(name, span));
            }
            Ok(_) | Err(_) => self.events.extend(events("").into_iter().map(Event::perhaps)),
        }
    }
}

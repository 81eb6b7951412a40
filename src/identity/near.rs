//! The callers that a thread has met lately. Most requests are of few callers, and asking what all threads share costs
//! more than looking here first.

use std::{cell::RefCell, sync::Arc};

use super::{Key, Known};

/// How many a thread keeps; one takes the place of another whose key begins alike.
const PLACES: usize = 64;

/// Who is kept in a place.
type Met = Option<(Key, Arc<Known>)>;

thread_local! {
    static MET: RefCell<[Met; PLACES]> = const { RefCell::new([const { None }; PLACES]) };
}

/// Whom this thread has met by that key.
pub(super) fn met(key: &Key) -> Option<Arc<Known>> {
    MET.with_borrow(|met| match &met[place(key)] {
        Some((found, known)) if found == key => Some(Arc::clone(known)),
        _ => None,
    })
}

/// Keeps one.
pub(super) fn meet(key: Key, known: Arc<Known>) {
    MET.with_borrow_mut(|met| met[place(&key)] = Some((key, known)));
}

fn place(key: &Key) -> usize {
    usize::from(key[0]) % PLACES
}

#[cfg(test)]
mod tests {
    use crate::principal::Principal;

    use super::*;

    #[test]
    fn one_is_met_by_the_whole_key_until_another_takes_the_place() {
        let of = |name: &str| Principal { name: name.to_owned(), ..Principal::default() };
        let known = |name| Arc::new(Known::from(of(name)));
        let key = |first, last| {
            let mut key = [0; 32];
            (key[0], key[31]) = (first, last);
            key
        };
        let name = |key| met(&key).map(|known| known.principal.name.clone());

        meet(key(1, 1), known("alice"));
        meet(key(2, 1), known("bob"));

        let found = [key(1, 1), key(2, 1), key(1, 2), key(65, 1)].map(name);
        assert_eq!(found, [Some("alice".into()), Some("bob".into()), None, None]);
        meet(key(65, 1), known("carol"));
        assert_eq!([key(1, 1), key(65, 1)].map(name), [None, Some("carol".into())]);
    }
}

//! Who may see what, and who may register what.

use std::hint::black_box;

use modelgate::access;
use modelgate::command::{Asked, Facts, Found, Register, Request};
use modelgate::config::HiddenGroups;
use modelgate::principal::{Principal, Who};

use super::Work;

const REGISTER: &[u8] = br#"{"name":"benchmark","description":"a group that is made","access_mode":"restricted","backend_roles":["role 3","role 5"]}"#;

/// A user with that many back-end roles.
pub(super) fn user(roles: usize) -> Principal {
    Principal {
        name: "alice".to_owned(),
        backend_roles: (0..roles).map(|role| format!("role {role}")).collect(),
        roles: vec!["ml_full_access".to_owned(), "own_index".to_owned()],
        reads: true,
        writes: true,
        ..Principal::default()
    }
}

pub(super) fn filter_of_8_roles() -> Work {
    filter(8)
}

pub(super) fn filter_of_1000_roles() -> Work {
    filter(1000)
}

/// As JSON text, as a search needs it.
fn filter(roles: usize) -> Work {
    let user = user(roles);
    let text = move || access::filter(Who::User(black_box(&user))).map(|query| query.to_string());
    Box::new(move || drop(black_box(text())))
}

pub(super) fn register_read() -> Work {
    Box::new(|| drop(black_box(command())))
}

pub(super) fn register_permit() -> Work {
    let (command, user) = (command(), user(8));
    let facts = Facts {
        found: Found::Nothing,
        homonym: None,
        has_models: false,
        hidden_groups: HiddenGroups::Absent,
    };
    Box::new(move || {
        let permitted = command.clone().permit(Who::User(black_box(&user)), &facts);
        drop(black_box(permitted.expect("it is permitted")));
    })
}

fn command() -> Register {
    let asked = Asked::read(black_box(REGISTER), Request::Register).expect("it can be read");
    Register::of(asked).expect("it has a name")
}

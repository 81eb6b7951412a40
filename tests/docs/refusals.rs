//! What a search may not have is refused to those whom the README names, with that reason.

use modelgate::search::{Agent, Refusal, Scope, question, rewrite};

use crate::readme;

const FILTER: &[u8] = br#"{"match_all":{}}"#;

/// Who is refused a search, and why.
fn refusal(body: &str) -> (&'static str, String) {
    let scopes = [
        ("everyone", Scope::All),
        ("non-admins", Scope::Filtered(FILTER)),
        ("non-admins, with constant scores", Scope::Level(FILTER)),
    ];
    for (who, scope) in scopes {
        let Err(refusal) = rewrite(body.as_bytes(), scope, Agent::Other) else { continue };
        if question(body.as_bytes(), scope, Agent::Other).is_some() {
            continue;
        }
        return match refusal {
            Refusal::Refused { why, .. } => (who, why.to_owned()),
            other => (who, other.to_string()),
        };
    }
    ("nobody", String::new())
}

#[test]
fn the_table_of_refusals_is_true() {
    for row in readme::table("What a search may not have") {
        let [what, example, whom, why] = row.as_slice() else { panic!("{row:?}") };
        if example != "–" {
            let (who, reason) = refusal(example.trim_matches('`'));

            assert_eq!((whom.as_str(), why.as_str()), (who, reason.as_str()), "{what}");
        }
    }
}

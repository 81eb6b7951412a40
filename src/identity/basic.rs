//! Basic credentials.

use base64::Engine;

/// A user name and a password.
#[derive(Clone, Eq, PartialEq)]
pub(super) struct Basic {
    pub(super) user: String,
    pub(super) password: String,
}

impl Basic {
    /// The credentials of an `Authorization` field; `None` where it is of another kind.
    pub(super) fn of(authorization: &[u8]) -> Option<Result<Self, ()>> {
        let text = std::str::from_utf8(authorization).ok()?;
        let (scheme, coded) = text.split_once(' ').unwrap_or((text, ""));
        if !scheme.eq_ignore_ascii_case("basic") {
            return None;
        }
        Some(Self::decoded(coded.trim()).ok_or(()))
    }

    fn decoded(coded: &str) -> Option<Self> {
        let bytes = base64::engine::general_purpose::STANDARD.decode(coded).ok()?;
        let pair = String::from_utf8(bytes).ok()?;
        let (user, password) = pair.split_once(':')?;
        Some(Self { user: user.to_owned(), password: password.to_owned() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_may_have_colons_and_a_name_may_not() {
        let basic = Basic::of(b"basic YWxpY2U6YTpi").unwrap().ok().unwrap();

        assert_eq!((basic.user.as_str(), basic.password.as_str()), ("alice", "a:b"));
    }

    #[test]
    fn other_kinds_are_not_basic_and_garbage_is_wrong() {
        assert!(Basic::of(b"Bearer abc").is_none());
        for garbage in ["Basic", "Basic !!!", "Basic YWxpY2U="] {
            assert!(Basic::of(garbage.as_bytes()).unwrap().is_err(), "{garbage}");
        }
    }
}

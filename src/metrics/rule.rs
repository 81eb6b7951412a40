//! The rules by which callers are denied something, as a label names them.

use crate::{command::Denial, error::Error, guard, search::Refusal};

/// Lists the denials once: for their names, and for the exhaustive match.
macro_rules! rules {
    (denials: [$($denial:ident)+], others: [$($other:ident)+]) => {
        /// A rule; its name is the label.
        #[derive(Clone, Copy, Debug, Eq, PartialEq)]
        pub(super) enum Rule { $($denial,)+ $($other,)+ }

        /// All rules, in the order of their declaration.
        pub(super) const RULES: &[(Rule, &str)] = &[
            $((Rule::$denial, stringify!($denial)),)+
            $((Rule::$other, stringify!($other)),)+
        ];

        fn of_denial(denial: &Denial) -> Rule {
            match denial { $(Denial::$denial { .. } => Rule::$denial,)+ }
        }
    };
}

rules! {
    denials: [
        AdminAddsAllRoles ControlOff HasModels NameTaken NewNameTaken NoGroup NoIndex
        NoIndexToChange NoRoles NoRolesToAdd NotDeletable NotOwner NotUpdatable NotVisible
        OwnerLostRole RolesAmbiguous RolesMissing RolesNeeded RolesNeedRestricted RolesNotHeld
        UnknownMode
    ],
    others: [Forbidden GuardIncluded GuardNamed GuardOfAPlugin GuardUnseen SearchRefused SearchUnknown]
}

/// The rule that an error tells of; a mistake or a failure is no denial.
pub(super) fn of(error: &Error) -> Option<Rule> {
    match error {
        Error::Denied(denial) => Some(of_denial(denial)),
        Error::Forbidden { .. } => Some(Rule::Forbidden),
        Error::Guarded(guard::Refusal::Included(_)) => Some(Rule::GuardIncluded),
        Error::Guarded(guard::Refusal::Named(_)) => Some(Rule::GuardNamed),
        Error::Guarded(guard::Refusal::OfAPlugin(_)) => Some(Rule::GuardOfAPlugin),
        Error::Guarded(guard::Refusal::Unseen(_)) => Some(Rule::GuardUnseen),
        Error::Search(Refusal::Refused { .. }) => Some(Rule::SearchRefused),
        Error::Search(Refusal::Unknown { .. }) => Some(Rule::SearchUnknown),
        Error::Shared(error) => of(error),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_denial_has_its_own_name_and_a_mistake_none() {
        let clause = || "suggest".to_owned();
        let name = |error: Error| of(&error).map(|rule| RULES[rule as usize].1);

        assert_eq!(name(Denial::NameTaken(None).into()), Some("NameTaken"));
        assert_eq!(name(Denial::UnknownMode("x".to_owned()).into()), Some("UnknownMode"));
        let refused = Refusal::Refused { clause: clause(), why: "it leaks" };
        assert_eq!(name(Error::Search(refused)), Some("SearchRefused"));
        let unknown = Refusal::Unknown { clause: clause() };
        assert_eq!(name(Error::Search(unknown)), Some("SearchUnknown"));
        let named = guard::Refusal::Named("x".to_owned());
        assert_eq!(name(named.into()), Some("GuardNamed"));
        assert_eq!(name(Error::Search(Refusal::Malformed(clause()))), None);
        assert_eq!(name(Error::EmptyBody), None);
    }

    #[test]
    fn a_rule_stands_at_its_own_place() {
        for (index, (rule, _)) in RULES.iter().enumerate() {
            assert_eq!(*rule as usize, index);
        }
    }
}

//! New names of restored indices and aliases.

use super::super::{expression::PROTECTED, refusal::Refusal};

/// A replacement can only print a protected name where each of its literal parts is a part of
/// that name: `restored_$1` cannot, whatever the pattern takes for `$1`, and wherever in a name
/// it is put (Java's `replaceAll`).
pub(super) fn check(replacement: &str) -> Result<(), Refusal> {
    let pieces = literals(&replacement.to_ascii_lowercase());
    let could_be = |name: &&str| pieces.iter().all(|piece| name.contains(piece.as_str()));
    if PROTECTED.iter().any(could_be) {
        return Err(Refusal::included(replacement));
    }
    Ok(())
}

/// What a name begins with that is replaced from its first sign.
pub(super) fn beginning(replacement: &str) -> String {
    literals(replacement).swap_remove(0)
}

/// What stands between the references `$1` and `${name}`; a backslash makes its sign a literal.
fn literals(replacement: &str) -> Vec<String> {
    let mut pieces = vec![String::new()];
    let mut signs = replacement.chars().peekable();
    while let Some(sign) = signs.next() {
        match sign {
            '\\' => push(&mut pieces, signs.next()),
            '$' => {
                let is_named = signs.peek() == Some(&'{');
                let within =
                    |sign: &char| if is_named { *sign != '}' } else { sign.is_ascii_digit() };
                while signs.next_if(within).is_some() {}
                let _ = signs.next_if(|sign| is_named && *sign == '}');
                pieces.push(String::new());
            }
            _ => push(&mut pieces, Some(sign)),
        }
    }
    pieces
}

fn push(pieces: &mut [String], sign: Option<char>) {
    if let Some(piece) = pieces.last_mut() {
        piece.extend(sign);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_literal_that_is_no_part_of_a_name_keeps_the_name_away() {
        for replacement in [
            "restored_$1",
            "$1_restored",
            "x",
            "${name}-copy",
            "\\$1",
            "$1}",
            ".plugins-ml-model-group2",
        ] {
            assert!(check(replacement).is_ok(), "{replacement}");
        }
    }

    #[test]
    fn what_could_print_a_name_is_refused() {
        for replacement in [
            "",
            "$1",
            "${name}",
            "$1-group",
            ".plugins$1",
            "-",
            ".PLUGINS-ML-MODEL-GROUP",
            "\\.$12",
            "$1names",
        ] {
            assert!(check(replacement).is_err(), "{replacement}");
        }
    }
}

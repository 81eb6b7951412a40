//! Tables in SQL and PPL.
//!
//! The grammar is not followed: what the text could name is looked for with its quotes taken off,
//! a percent sign read as a star.

use super::super::{
    expression::{PROTECTED, Reach, is_pattern, reach},
    refusal::Refusal,
};

/// Words behind which tables stand.
const BEFORE_TABLES: [&str; 5] = ["describe", "from", "index", "join", "lookup"];

/// Words and signs behind which a star at the end is no table.
const BEFORE_FIELDS: [&str; 10] =
    [",", "+", "-", "by", "distinct", "fields", "like", "select", "table", "top"];

/// Judges a query.
pub(super) fn check(query: &str) -> Result<(), Refusal> {
    let plain: String =
        query.chars().filter(|sign| !matches!(sign, '`' | '"' | '\'' | '\\')).collect();
    let plain = plain.to_ascii_lowercase();
    let joined: String = plain.chars().filter(|sign| !sign.is_whitespace()).collect();
    let is_named = |name: &&str| joined.contains(name.trim_start_matches('.'));
    if PROTECTED.iter().any(is_named) || plain.contains("<") && plain.contains("{now") {
        return Err(Refusal::named(query));
    }
    match reaches(&tokens(&plain)) {
        true => Err(Refusal::included(query)),
        false => Ok(()),
    }
}

/// A cursor of the newer engine is a serialised plan (`n:…`), which may read any index.
pub(super) fn check_cursor(cursor: &str) -> Result<(), Refusal> {
    if cursor.starts_with("d:") {
        return Ok(());
    }
    Err(Refusal::Unseen("a cursor cannot be read"))
}

/// Words, with the signs that can stand in a table's name, and other signs one by one.
fn tokens(query: &str) -> Vec<&str> {
    let in_a_word = |sign: char| sign.is_alphanumeric() || "_.-*%?@:".contains(sign);
    let mut tokens = Vec::new();
    let mut rest = query.trim_start();
    while let Some(sign) = rest.chars().next() {
        let end = match in_a_word(sign) {
            true => rest.find(|sign| !in_a_word(sign)).unwrap_or(rest.len()),
            false => sign.len_utf8(),
        };
        let (token, behind) = rest.split_at(end);
        tokens.push(token);
        rest = behind.trim_start();
    }
    tokens
}

fn reaches(tokens: &[&str]) -> bool {
    let mut is_table = false;
    for (at, token) in tokens.iter().enumerate() {
        let before = at.checked_sub(1).map_or("", |before| tokens[before]);
        let behind = tokens.get(at + 1).copied().unwrap_or_default();
        is_table = match *token {
            "=" => matches!(before, "source" | "index"),
            "," => is_table,
            word if BEFORE_TABLES.contains(&word) && behind != "=" => true,
            word => {
                if is_reaching(word, is_table, before, behind) {
                    return true;
                }
                is_table && behind == ","
            }
        };
    }
    false
}

fn is_reaching(word: &str, is_table: bool, before: &str, behind: &str) -> bool {
    let list = word.trim_start_matches(['-', '+']).replace('%', "*");
    let is_bare = list.trim_matches(['*', '?', '-', '.']).is_empty();
    let ends = matches!(behind, "" | "|" | "]");
    match reach(&list) {
        Reach::Nothing => word.starts_with('@') && list.contains('*'),
        Reach::Included | Reach::Mixed if is_bare => {
            is_table || ends && is_pattern(&list) && !BEFORE_FIELDS.contains(&before)
        }
        Reach::Included | Reach::Mixed | Reach::Named => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn usual_queries_pass() {
        for query in [
            "SELECT * FROM logs WHERE a LIKE '%x%'",
            "select count(*) from `logs-*` group by b",
            "source=logs | fields *",
            "source = logs-* | stats count() by host",
            "SELECT a, l.* FROM logs l",
            "search source=a,b | where c = 'd' | head 5",
            "SHOW TABLES LIKE '%'",
            "select a*b from x",
            "select -1",
            "SELECT * FROM a JOIN b ON a.x = b.y",
            "source=x | eval y = a * b",
            "SELECT * FROM .kibana",
            "SELECT * FROM logs WHERE a < 3",
        ] {
            assert!(check(query).is_ok(), "{query}");
        }
    }

    #[test]
    fn a_protected_table_is_found_in_every_coat() {
        for query in [
            "SELECT * FROM .plugins-ml-model-group",
            "select name from `.plugins-ml-model-group` g",
            "select * from ``.`plugins-ml-model-group`",
            "source=.plugins-ml-model-group",
            "source=\".plugins\"'-ml-model-group'",
            "SELECT * FROM .Plugins-ML-Model-Group",
            "source=.plug*",
            "select * from `.plugins%`",
            "source=*",
            "SELECT * FROM *",
            "source = logs, *",
            "search index = * | head 1",
            "describe .modelgate-names",
            "source=a | join left=l right=r on l.x=r.x *",
            "source=x | lookup * id",
            "select * from a join *",
            "source=@opensearch.default.*",
            "select * from a, *model*",
            "source=`<.plug{now/d{'ins-ml-model-group'}}>`",
            "source=x | append [ search source=* ]",
            "select * from .plugins - ml - model - group",
            "SHOW TABLES LIKE '.plugins%'",
        ] {
            assert!(check(query).is_err(), "{query}");
        }
    }
}

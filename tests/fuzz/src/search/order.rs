//! Orders of lists of hits, read by other rules than modelgate's: every list that a caller is shown has one that leaves no
//! ties, unless OpenSearch allows none.

use serde_json::Value;

/// A name and its options.
pub(super) type Order<'v> = (&'v str, Option<&'v Value>);

/// What a list of hits is ordered by, unless OpenSearch refuses it.
pub(super) fn orders(list: &Value) -> Option<Vec<Order<'_>>> {
    let orders = match list.get("sort") {
        None => Vec::new(),
        Some(Value::Array(orders)) => {
            orders.iter().map(each).collect::<Option<Vec<_>>>()?.into_iter().flatten().collect()
        }
        Some(order) => each(order)?,
    };
    orders.iter().all(is_read).then_some(orders)
}

fn each(order: &Value) -> Option<Vec<Order<'_>>> {
    match order {
        Value::String(name) => Some(vec![(name, None)]),
        Value::Object(orders) => {
            Some(orders.iter().map(|(name, options)| (name.as_str(), Some(options))).collect())
        }
        _ => None,
    }
}

/// Directions are words, and that is all that a score has.
fn is_read((name, options): &Order<'_>) -> bool {
    let is_direction = |word: &Value| {
        let word = word.as_str().map(str::to_uppercase);
        word.is_some_and(|word| ["ASC", "DESC"].contains(&word.as_str()))
    };
    match options {
        None => true,
        Some(Value::Object(options)) if *name == "_score" => {
            options.iter().all(|(key, value)| key == "order" && is_direction(value))
        }
        Some(Value::Object(_)) => true,
        Some(word) => is_direction(word),
    }
}

/// Whether hits are ordered by score, the best first: then they show no sort values.
pub(super) fn is_by_score(orders: &[Order<'_>]) -> bool {
    match orders {
        [] => true,
        [("_score", options)] => {
            let word = options.map(|options| options.get("order").unwrap_or(options));
            word.and_then(Value::as_str).is_none_or(|word| word.to_uppercase() == "DESC")
        }
        _ => false,
    }
}

/// Fails where the hits that a search is answered with may tie.
pub(super) fn check_search(sent: &Value) {
    let is_refused = |after: &Value| {
        let count = after.as_array().map(Vec::len);
        orders(sent).is_none_or(|orders| is_by_score(&orders) || Some(orders.len()) != count)
    };
    let is_rescored = |rescore: &Value| *rescore != Value::Array(Vec::new());
    let goes_by_score =
        sent.get("rescore").is_some_and(is_rescored) || sent["query"].get("hybrid").is_some();
    if !sent.get("search_after").is_some_and(is_refused) {
        check(sent, goes_by_score);
    }
}

/// The same of hits inside of one that stands for others, where an order is no string.
pub(super) fn check_inner(hits: &Value) {
    if hits.is_object() && !hits["sort"].is_string() {
        check(hits, false);
    }
}

/// The same of hits of a bucket.
pub(super) fn check_bucket(hits: &Value) {
    check(hits, false);
}

fn check(list: &Value, may_go_by_score: bool) {
    let Some(orders) = orders(list) else { return };
    let is_of_writing = |(name, options): &Order<'_>| {
        let plain = |options: &&Value| options.is_string() || only_order(options);
        *name == "_seq_no" && options.as_ref().is_none_or(plain)
    };
    let goes_by_score = may_go_by_score && is_by_score(&orders);
    let is_clear = goes_by_score || has_none(list) || orders.iter().any(is_of_writing);
    assert!(is_clear, "{list} has ties");
}

/// Whether a list is to have no hits.
pub(super) fn has_none(list: &Value) -> bool {
    list.get("size").is_some_and(|size| ["0", "\"0\""].contains(&&*size.to_string()))
}

fn only_order(options: &Value) -> bool {
    options.as_object().is_some_and(|options| options.keys().all(|key| key == "order"))
}

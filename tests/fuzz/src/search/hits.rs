//! Lists of hits as OpenSearch would answer them, out of a few groups of falling scores.

use serde_json::{Map, Value, json};

use super::order::{self, Order};

const GROUPS: usize = 9;

/// The hits of a search, unless OpenSearch refuses it.
pub(super) fn of_search(body: &Value) -> Option<Value> {
    let orders = order::orders(body)?;
    if let Some(after) = body.get("search_after") {
        let count = after.as_array().map(Vec::len);
        (!order::is_by_score(&orders) && count == Some(orders.len())).then_some(())?;
    }
    let mut list = list(body, 10)?;
    let inner = inner(&body["collapse"]["inner_hits"])?;
    if !inner.is_empty() {
        for hit in list["hits"].as_array_mut()? {
            hit["inner_hits"] = Value::Object(inner.clone());
        }
    }
    Some(list)
}

/// Those of a bucket; none where OpenSearch refuses it. It tells no scores beside an order.
pub(super) fn of_bucket(options: &Value) -> Value {
    let list = order::orders(options).and_then(|orders| {
        let mut list = list(options, 3)?;
        if !order::is_by_score(&orders) && options["track_scores"] != true {
            list["max_score"] = Value::Null;
            list["hits"].as_array_mut()?.iter_mut().for_each(|hit| hit["_score"] = Value::Null);
        }
        Some(list)
    });
    list.unwrap_or_else(|| json!({ "max_score": null, "hits": [] }))
}

/// Those inside of a hit that stands for others, by their names: of two of one name the later.
fn inner(asked: &Value) -> Option<Map<String, Value>> {
    let one = |hits: &Value| {
        (!hits["sort"].is_string()).then_some(())?;
        Some((hits["name"].as_str()?.to_owned(), json!({ "hits": list(hits, 3)? })))
    };
    match asked {
        Value::Null => Some(Map::new()),
        Value::Array(lists) => lists.iter().map(one).collect(),
        hits => Some(Map::from_iter([one(hits)?])),
    }
}

fn list(holder: &Value, most: usize) -> Option<Value> {
    let orders = order::orders(holder)?;
    let (from, size) = (number(holder, "from", 0)?, number(holder, "size", most)?);
    let shown = (from..GROUPS).take(size);
    let is_scored = order::is_by_score(&orders) || is_on(&holder["track_scores"]);
    let hit = |group: usize| {
        let is_told = is_scored || orders.iter().any(|(name, _)| *name == "_score");
        let score = is_told.then(|| score(group));
        // As bytes, it has escapes at other places for each group.
        let source = json!({ "sort": [1], "text": "\\\"]".repeat(group) });
        let mut hit = json!({ "_id": group.to_string(), "_score": score, "_source": source });
        if !order::is_by_score(&orders) {
            hit["sort"] = orders.iter().map(|order| value(order, group)).collect();
        }
        hit
    };
    let best = (is_scored && size > 0).then(|| score(0));
    Some(
        json!({ "total": { "value": GROUPS }, "max_score": best, "hits": shown.map(hit).collect::<Vec<_>>() }),
    )
}

fn score(group: usize) -> f64 {
    10.5 - group as f64
}

fn value((name, _): &Order<'_>, group: usize) -> Value {
    match *name {
        "_score" => json!(score(group)),
        "_seq_no" | "_doc" => json!(group),
        _ => json!("a,\"]"),
    }
}

fn number(holder: &Value, name: &str, default: usize) -> Option<usize> {
    match holder.get(name) {
        None => Some(default),
        Some(Value::String(text)) => text.parse().ok(),
        Some(number) => usize::try_from(number.as_u64()?).ok(),
    }
}

fn is_on(switch: &Value) -> bool {
    *switch == true || *switch == "true"
}

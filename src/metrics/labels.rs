//! The values of labels: few, and none that a client chooses.

/// The templates of routes, the most frequent first.
pub(super) const ROUTES: [&str; 5] = [
    "passthrough",
    "/_plugins/_ml/model_groups/_search",
    "/_plugins/_ml/model_groups/{model_group_id}",
    "/_plugins/_ml/model_groups/_register",
    "/_plugins/_ml/model_groups/*",
];

/// The classes of statuses; `none` is a request that nobody could be told the answer to.
pub(super) const CLASSES: [&str; 6] = ["none", "1xx", "2xx", "3xx", "4xx", "5xx"];

/// Whose fault a failure is.
pub(super) const FAULTS: [&str; 4] = ["none", "client", "upstream", "modelgate"];

/// A template that is none counts as passed on.
pub(super) fn route(template: &str) -> usize {
    ROUTES.iter().position(|route| *route == template).unwrap_or_default()
}

/// The class of a status; what is no status has none.
pub(super) fn class(status: u16) -> usize {
    let class = usize::from(status / 100);
    if class < CLASSES.len() { class } else { 0 }
}

/// The index of a fault.
pub(super) fn fault(fault: Option<&str>) -> usize {
    let fault = fault.unwrap_or("none");
    FAULTS.iter().position(|known| *known == fault).unwrap_or_default()
}

/// Whether a class and a fault go together: such a pair is shown before it was counted, so that
/// its first time is an increase.
pub(super) fn is_usual(class: usize, fault: usize) -> bool {
    match fault {
        0 => class > 1,
        _ => class == 0 || class > 3,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::route::{Allowed, Route};

    #[test]
    fn each_route_is_known_by_its_template() {
        let id = || "x".to_owned();
        let all = [
            Route::BadEscape,
            Route::Delete(id()),
            Route::Get(id()),
            Route::NotAllowed(Allowed::Group),
            Route::Nothing,
            Route::Options(Allowed::Search),
            Route::Register,
            Route::Search,
            Route::Update(id()),
        ];

        for template in all.map(|route| route.template()) {
            assert_eq!(ROUTES[route(template)], template);
        }
    }

    #[test]
    fn statuses_and_faults_are_told_apart() {
        let classes: Vec<_> = [0, 101, 200, 304, 499, 599, 600].map(class).to_vec();
        let faults = [None, Some("client"), Some("upstream"), Some("modelgate")].map(fault);

        assert_eq!(classes, [0, 1, 2, 3, 4, 5, 0]);
        assert_eq!(faults, [0, 1, 2, 3]);
    }
}

//! What a scenario's replay amounts to: equal, listed, or a fault.

use std::collections::BTreeMap;
use std::fmt;

use serde_json::Value;

use crate::compare::{Difference, differences};
use crate::divergences::Listed;
use crate::steps::named_by_step;

#[derive(Debug, Default)]
pub(crate) struct Verdict {
    scenario: String,
    steps: usize,
    equal: usize,
    listed: usize,
    /// Each fault in full: what differs without a reason, what is listed and does not differ.
    faults: Vec<String>,
}

impl Verdict {
    pub(crate) fn of(
        scenario: &str,
        recorded: &[Value],
        answered: &[Value],
        listed: &Listed,
    ) -> Self {
        let mut verdict = Self { scenario: scenario.to_owned(), ..Self::default() };
        let (recorded, answered) = (named_by_step(recorded), named_by_step(answered));
        let mut answers: BTreeMap<_, _> = answered.iter().map(|step| (id(step), step)).collect();
        for step in &recorded {
            verdict.steps += 1;
            match answers.remove(id(step)) {
                Some(answer) => verdict.judge(step, answer, listed),
                None => verdict.faults.push(format!("{}: only recorded", id(step))),
            }
        }
        verdict.faults.extend(answers.keys().map(|id| format!("{id}: only answered")));
        verdict
    }

    /// Something else than an answer went wrong.
    pub(crate) fn add(&mut self, fault: String) {
        self.faults.push(fault);
    }

    pub(crate) fn is_clean(&self) -> bool {
        self.faults.is_empty()
    }

    fn judge(&mut self, recorded: &Value, answered: &Value, listed: &Listed) {
        let found = differences(recorded, answered);
        let status = answered["status"].as_u64().and_then(|s| s.try_into().ok()).unwrap_or(0);
        let reasons: Vec<_> = listed.of(&self.scenario, id(recorded)).collect();

        let unexplained = found.iter().filter(|d| !reasons.iter().any(|r| r.explains(d, status)));
        let mut lines: Vec<_> = unexplained.map(Difference::to_string).collect();
        for reason in reasons {
            if !found.iter().any(|difference| reason.explains(difference, status)) {
                let no = if found.is_empty() { "does not differ" } else { "does not explain this" };
                lines.push(format!("listed, but {no}: {} ({})", reason.row.0, reason.why));
            }
        }

        if lines.is_empty() {
            *if found.is_empty() { &mut self.equal } else { &mut self.listed } += 1;
        } else {
            let title = format!("{} [{}] {}", id(recorded), recorded["user"], recorded["request"]);
            self.faults.push(format!("{title}\n    {}", lines.join("\n    ")));
        }
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { scenario, steps, equal, listed, faults } = self;
        let wrong = faults.len();
        write!(f, "{scenario}: {steps} steps, {equal} equal, {listed} listed, {wrong} faults")?;
        faults.iter().try_for_each(|fault| write!(f, "\n  {scenario} / {fault}"))
    }
}

fn id(step: &Value) -> &str {
    step["id"].as_str().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn verdict(recorded: &[Value], answered: &[Value]) -> Verdict {
        let listed = r#"
            [[divergence]]
            scenario = "update/names"
            steps = ["2-*"]
            row = "D13"
            why = "null counts as absent"
            expect_status = 400
            fields = ["status"]

            [[divergence]]
            scenario = "update/names"
            steps = ["2-named"]
            row = "D14"
            why = "unknown keys are named"
            fields = ["warning"]
        "#;
        let listed = Listed::parse(listed).expect("it is well formed");
        Verdict::of("update/names", recorded, answered, &listed)
    }

    fn step(id: &str, status: u16) -> Value {
        json!({"id": id, "user": "bob", "request": "GET /", "status": status})
    }

    fn counts(verdict: &Verdict) -> (usize, usize, usize) {
        (verdict.equal, verdict.listed, verdict.faults.len())
    }

    #[test]
    fn equal_and_listed_steps_are_clean() {
        let verdict =
            verdict(&[step("1", 200), step("2-null", 500)], &[step("1", 200), step("2-null", 400)]);

        assert_eq!(counts(&verdict), (1, 1, 0));
        assert!(verdict.is_clean());
        assert_eq!(verdict.to_string(), "update/names: 2 steps, 1 equal, 1 listed, 0 faults");
    }

    #[test]
    fn an_unlisted_difference_is_a_fault_shown_in_full() {
        let verdict = verdict(&[step("1", 200)], &[step("1", 201)]);

        assert_eq!(
            verdict.to_string(),
            "update/names: 1 steps, 0 equal, 0 listed, 1 faults\n  \
             update/names / 1 [\"bob\"] \"GET /\"\n    /status: 200 | 201"
        );
    }

    #[test]
    fn a_listed_divergence_that_no_longer_differs_is_a_fault() {
        let verdict = verdict(&[step("2-null", 400)], &[step("2-null", 400)]);

        assert_eq!(counts(&verdict), (0, 0, 1));
        assert!(verdict.to_string().contains("listed, but does not differ: D13"), "{verdict}");
    }

    #[test]
    fn a_listed_divergence_of_another_status_is_unexplained() {
        let verdict = verdict(&[step("2-null", 500)], &[step("2-null", 503)]);

        assert!(verdict.to_string().contains("/status: 500 | 503"), "{verdict}");
    }

    #[test]
    fn each_of_several_reasons_must_explain_something() {
        let mut warned = step("2-named", 400);
        warned["warning"] = json!("299");

        let both = verdict(&[step("2-named", 500)], &[warned]);
        let one = verdict(&[step("2-named", 500)], &[step("2-named", 400)]);

        assert_eq!(counts(&both), (0, 1, 0));
        assert!(one.to_string().contains("listed, but does not explain this: D14"), "{one}");
    }

    #[test]
    fn a_step_on_one_side_only_is_a_fault() {
        let verdict = verdict(&[step("1", 200)], &[step("3", 200)]);

        assert_eq!(verdict.faults, ["1: only recorded", "3: only answered"]);
    }
}

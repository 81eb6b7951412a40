//! Prometheus' text format 0.0.4.

use std::fmt::{Display, Write};

/// A page in the making.
#[derive(Debug, Default)]
pub(super) struct Text(String);

/// What a metric is, as its `TYPE` line says it.
#[derive(Clone, Copy, Debug)]
pub(super) enum Kind {
    Counter,
    Gauge,
    Histogram,
}

impl Kind {
    fn name(self) -> &'static str {
        match self {
            Self::Counter => "counter",
            Self::Gauge => "gauge",
            Self::Histogram => "histogram",
        }
    }
}

// Writing to a String cannot fail.
impl Text {
    /// Begins a metric; its samples follow.
    pub(super) fn metric(&mut self, name: &str, kind: Kind, help: &str) {
        let help = help.replace('\\', r"\\").replace('\n', r"\n");
        let _ = write!(self.0, "# HELP {name} {help}\n# TYPE {name} {}\n", kind.name());
    }

    /// One figure.
    pub(super) fn sample(&mut self, name: &str, labels: &[(&str, &str)], value: impl Display) {
        self.0.push_str(name);
        let mut before = '{';
        for (label, text) in labels {
            let _ = write!(self.0, "{before}{label}=\"{}\"", escaped(text));
            before = ',';
        }
        let _ = writeln!(self.0, "{} {value}", if labels.is_empty() { "" } else { "}" });
    }

    /// A metric that is one figure.
    pub(super) fn single(&mut self, name: &str, kind: Kind, help: &str, value: impl Display) {
        self.metric(name, kind, help);
        self.sample(name, &[], value);
    }

    pub(super) fn finish(self) -> String {
        self.0
    }
}

fn escaped(text: &str) -> String {
    text.replace('\\', r"\\").replace('"', r#"\""#).replace('\n', r"\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_is_exactly_that_of_the_format() {
        let mut text = Text::default();

        text.single("a", Kind::Gauge, "Back\\slash\nand break.", 1.5);
        text.metric("b_total", Kind::Counter, "Quote \"stays\".");
        text.sample("b_total", &[("x", "1"), ("y", "\\ \" \n")], 2);

        assert_eq!(
            text.finish(),
            "# HELP a Back\\\\slash\\nand break.\n# TYPE a gauge\na 1.5\n\
             # HELP b_total Quote \"stays\".\n# TYPE b_total counter\n\
             b_total{x=\"1\",y=\"\\\\ \\\" \\n\"} 2\n"
        );
    }
}

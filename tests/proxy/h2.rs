//! HTTP/2 on the listener: the same requests, the same answers, the same rules.

mod ends;
mod exchanges;
mod floods;
mod rules;
mod windows;

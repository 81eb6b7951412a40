//! Input that the parser of opensearch-x-content 3.4.0 reads: every token, where it says it is, and its text.

#[rustfmt::skip]
pub(super) const READ: &[(&[u8], &str)] = &[
    (b"", "END@1:0"),
    (b"  ", "END@1:0"),
    (b"{}", "START_OBJECT@1:1 END_OBJECT@1:2 END@1:2"),
    (b" [ ] ", "START_ARRAY@1:2 END_ARRAY@1:4 END@1:4"),
    (b"{\"name\":null,\"a\" : 5.50, \"b\":[1,true,\"x\\ud800\"]}", "START_OBJECT@1:1 FIELD_NAME@1:2=\"name\" VALUE_NULL@1:9 FIELD_NAME@1:14=\"a\" VALUE_NUMBER_FLOAT@1:20=\"5.50\" FIELD_NAME@1:26=\"b\" START_ARRAY@1:30 VALUE_NUMBER_INT@1:31=\"1\" VALUE_TRUE@1:33=\"true\" VALUE_STRING@1:38=\"x\\ud800\" END_ARRAY@1:47 END_OBJECT@1:48 END@1:48"),
    (b"{\"n\":\"a\"}{\"n\":\"b\"} ", "START_OBJECT@1:1 FIELD_NAME@1:2=\"n\" VALUE_STRING@1:6=\"a\" END_OBJECT@1:9 START_OBJECT@1:10 FIELD_NAME@1:11=\"n\" VALUE_STRING@1:15=\"b\" END_OBJECT@1:18 END@1:18"),
    (b"\xef\xbb\xbf{\"a\":1}", "START_OBJECT@1:4 FIELD_NAME@1:5=\"a\" VALUE_NUMBER_INT@1:9=\"1\" END_OBJECT@1:10 END@1:10"),
    (b"/* c */ {\"a\" // x\n : /**/ 1 /***/ }\n//", "START_OBJECT@1:9 FIELD_NAME@1:10=\"a\" VALUE_NUMBER_INT@2:9=\"1\" END_OBJECT@2:17 END@2:17"),
    (b"\"\xc0\xaf\"", "VALUE_STRING@1:1=\"/\" END@1:1"),
    (b"\"\\ud83d\\ude00\xed\xa0\xbd\xed\xb8\x80\"", "VALUE_STRING@1:1=\"\\ud83d\\ude00\\ud83d\\ude00\" END@1:1"),
    (b"\"\xf7\xbf\xbf\xbf\"", "VALUE_STRING@1:1=\"\\udfbf\\udfff\" END@1:1"),
    (b"\"\xf0\x80\x80\xaf\"", "VALUE_STRING@1:1=\"\\uffc0\\udc2f\" END@1:1"),
    (b"{\"\\u00e9\\t\\/\":\"\\b\\f\\n\\r\\t\\\"\\/\\\\\"}", "START_OBJECT@1:1 FIELD_NAME@1:2=\"\\u00e9\\u0009/\" VALUE_STRING@1:15=\"\\u0008\\u000c\\u000a\\u000d\\u0009\\\"/\\\\\" END_OBJECT@1:33 END@1:33"),
    (b"{\"\xc5\xbc\xc3\xb3\xc5\x82\xc4\x87\":\"\xe2\x82\xac\xf0\x9f\x98\x80\"}", "START_OBJECT@1:1 FIELD_NAME@1:2=\"\\u017c\\u00f3\\u0142\\u0107\" VALUE_STRING@1:13=\"\\u20ac\\ud83d\\ude00\" END_OBJECT@1:22 END@1:22"),
    (b"[-0,0.0,1E+05,-1e-5,123456789012345678901234567890]", "START_ARRAY@1:1 VALUE_NUMBER_INT@1:2=\"-0\" VALUE_NUMBER_FLOAT@1:5=\"0.0\" VALUE_NUMBER_FLOAT@1:9=\"1E+05\" VALUE_NUMBER_FLOAT@1:15=\"-1e-5\" VALUE_NUMBER_INT@1:21=\"123456789012345678901234567890\" END_ARRAY@1:51 END@1:51"),
    (b"1\n2\r\n-3\t4", "VALUE_NUMBER_INT@1:1=\"1\" VALUE_NUMBER_INT@2:1=\"2\" VALUE_NUMBER_INT@3:1=\"-3\" VALUE_NUMBER_INT@3:4=\"4\" END@3:4"),
    (b"{\"a\":[[],{}],\r\"b\":\r\n{\"c\":{\"a\":[]}}}", "START_OBJECT@1:1 FIELD_NAME@1:2=\"a\" START_ARRAY@1:6 START_ARRAY@1:7 END_ARRAY@1:8 START_OBJECT@1:10 END_OBJECT@1:11 END_ARRAY@1:12 FIELD_NAME@2:1=\"b\" START_OBJECT@3:1 FIELD_NAME@3:2=\"c\" START_OBJECT@3:6 FIELD_NAME@3:7=\"a\" START_ARRAY@3:11 END_ARRAY@3:12 END_OBJECT@3:13 END_OBJECT@3:14 END_OBJECT@3:15 END@3:15"),
    (b"\"\x7f\"", "VALUE_STRING@1:1=\"\\u007f\" END@1:1"),
];

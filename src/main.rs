//! modelgate: the model-group API of ML Commons, enforced before an OpenSearch cluster.

fn main() {}

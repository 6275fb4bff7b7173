import AdapterKit
import DockerLocal
import Kubernetes
import Nomad
import NullAdapter

/// The adapters that come with the program. A new one is one more line.
extension Catalog {
    package static let builtIn = Catalog([
        .dockerLocal,
        .kubernetes,
        .nomad,
        .null,
    ])
}

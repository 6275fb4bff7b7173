import Foundation

/// A real Kubernetes cluster for live tests, which make and delete namespaces there: only where
/// `LINKSPAN_TEST_KUBECONFIG` names a kubeconfig, never one that merely lies around.
package enum LiveCluster {
    package static let kubeconfig = ProcessInfo.processInfo.environment["LINKSPAN_TEST_KUBECONFIG"]

    /// For `.enabled(if:)`; says once why live tests are skipped.
    package static let isAvailable: Bool = {
        if let kubeconfig, FileManager.default.isReadableFile(atPath: kubeconfig) { return true }
        FileHandle.standardError.write(
            Data("live tests of Kubernetes are skipped: LINKSPAN_TEST_KUBECONFIG names no kubeconfig\n".utf8))
        return false
    }()
}

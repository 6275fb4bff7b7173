import Testing

@testable import Kubernetes

/// Which version of a kind is used where.
struct ServedVersionsTests {
    @Test func oldServers() {
        let old = ServedVersions([
            "batch/v1", "batch/v1beta1", "policy/v1beta1", "autoscaling/v1", "autoscaling/v2beta2",
        ])
        #expect(old.cronJob.apiVersion == "batch/v1beta1")
        #expect(old.podDisruptionBudget.apiVersion == "policy/v1beta1")
        #expect(old.horizontalPodAutoscaler.apiVersion == "autoscaling/v2beta2")
        #expect(old.httpRoute == nil)
    }

    @Test func newServers() {
        let new = ServedVersions([
            "batch/v1", "policy/v1", "autoscaling/v1", "autoscaling/v2", "gateway.networking.k8s.io/v1",
        ])
        #expect(new.cronJob.apiVersion == "batch/v1")
        #expect(new.podDisruptionBudget.apiVersion == "policy/v1")
        #expect(new.horizontalPodAutoscaler.apiVersion == "autoscaling/v2")
        #expect(new.httpRoute?.apiVersion == "gateway.networking.k8s.io/v1")
    }
}

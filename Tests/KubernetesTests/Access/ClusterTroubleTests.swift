import APIClient
import AdapterKit
import JSONDocument
import Testing

@testable import Kubernetes

/// What a person is told when a server refuses: answers of real servers, and what becomes of them.
struct ClusterTroubleTests {
    private func told(_ status: Int, _ document: JSONValue, call: String = "PATCH /apis/apps/v1/deployments/shop-web")
        throws -> AdapterError
    {
        let failure = APIFailure.status(
            .init(
                call: call, status: status, message: document["message"]?.text ?? "",
                body: Array(document.compact.utf8)))
        return try #require(ClusterTrouble.translate(failure, while: "deploy shop") as? AdapterError)
    }

    private static let terminating =
        "pods \"x\" is forbidden: unable to create new content in namespace apps because it is being terminated"
    private static let quota =
        "pods \"x\" is forbidden: exceeded quota: few, requested: pods=1, used: pods=2, limited: pods=2"

    @Test(
        arguments: [
            (
                403,
                "deployments.apps \"web\" is forbidden: User \"system:serviceaccount:apps:me\" cannot patch resource "
                    + "\"deployments\" in API group \"apps\" in the namespace \"apps\"",
                .denied, "system:serviceaccount:apps:me may not patch deployments.apps in namespace apps"
            ),
            (
                403,
                "namespaces \"apps\" is forbidden: User \"me\" cannot create resource \"namespaces\" in API group \"\" at "
                    + "the cluster scope", .denied, "me may not create namespaces in the whole cluster"
            ),
            (
                403,
                "pods \"x\" is forbidden: User \"me\" cannot create resource \"pods/exec\" in API group \"\" in the "
                    + "namespace \"apps\"", .denied, "me may not create pods/exec in namespace apps"
            ),
            (403, quota, .denied, "the namespace's quota does not allow it"),
            (403, terminating, .conflict, "the namespace is being deleted"),
            (
                403, "pods \"x\" is forbidden: violates PodSecurity \"restricted:latest\": runAsNonRoot != true",
                .denied,
                "the namespace's Pod Security level does not allow it"
            ),
            (
                400, "admission webhook \"policy.example.com\" denied the request: no latest tags", .denied,
                "the admission webhook policy.example.com does not allow it"
            ),
            (
                500,
                "Internal error occurred: failed calling webhook \"policy.example.com\": Post \"https://x.y.svc:443/\": dial "
                    + "tcp 10.0.0.1:443: connect: connection refused", .unreachable,
                "the admission webhook policy.example.com does not answer"
            ),
            (500, "etcdserver: request timed out", .timedOut, "the cluster's store (etcd) is too slow"),
            (500, "etcdserver: request is too large", .invalidInput, "it is too large for the cluster"),
            (413, "Request entity too large: limit is 3145728", .invalidInput, "it is too large for the cluster"),
            (429, "the server is currently unable", .timedOut, "the server is too busy, and went on being so"),
            (503, "", .unreachable, "the server does not serve now"),
            (504, "", .timedOut, "the server did not get it done in time"),
            (500, "boom", .unexpectedReply, "the server answered with status 500"),
            (
                409, "Operation cannot be fulfilled on deployments.apps \"web\": the object has been modified",
                .conflict,
                "somebody else changed it meanwhile"
            ),
        ] as [(Int, String, AdapterError.Code, String)])
    func refusals(_ status: Int, _ message: String, _ code: AdapterError.Code, _ text: String) throws {
        let error = try told(status, ["kind": "Status", "message": .string(message)])
        #expect(error.code == code)
        #expect(error.message == "could not deploy shop: " + text)
        #expect(!error.message.hasSuffix("."))
    }

    @Test func aConflictNamesTheOtherManagerAndTheField() throws {
        let error = try told(
            409,
            [
                "message": "Apply failed with 1 conflict: conflict with \"kubectl-edit\" using apps/v1: .spec.replicas",
                "reason": "Conflict",
                "details": [
                    "name": "shop-web", "kind": "deployments", "group": "apps",
                    "causes": [
                        [
                            "reason": "FieldManagerConflict", "message": "conflict with \"kubectl-edit\" using apps/v1",
                            "field": ".spec.replicas",
                        ]
                    ],
                ],
            ])
        #expect(error.code == .conflict)
        #expect(error.message == "could not deploy shop: kubectl-edit manages .spec.replicas of deployments/shop-web")
        #expect(error.details == ["kubectl-edit set .spec.replicas"])
        #expect(error.hint?.contains("force-conflicts") == true)
    }

    @Test func whatIsInvalidIsNamedFieldByField() throws {
        func causes(_ message: String) -> JSONValue {
            [
                "message": .string("Secret \"x\" is invalid: data: " + message), "reason": "Invalid",
                "details": [
                    "name": "x", "kind": "Secret",
                    "causes": [["reason": "FieldValueInvalid", "message": .string(message), "field": "data[KEY]"]],
                ],
            ]
        }
        let error = try told(422, causes("Invalid value: 0: must be greater"))
        #expect(error.message == "could not deploy shop: the server does not accept Secret/x")
        #expect(error.details == ["data[KEY]: Invalid value: 0: must be greater"])
        let path = "PATCH /api/v1/namespaces/apps/secrets/x"
        #expect(
            try told(422, causes("Invalid value: \"can\\\"ary\": must be short"), call: path).details
                == ["data[KEY]: Invalid value: ***: must be short"])
        #expect(try !"\(told(400, ["message": "Invalid value: \"canary\""], call: path))".contains("canary"))
    }

    @Test func whatIsNotThere() throws {
        let named: JSONValue = [
            "message": "deployments.apps \"web\" not found", "details": ["name": "web", "kind": "deployments"],
        ]
        #expect(try told(404, named).message == "could not deploy shop: deployments.apps \"web\" not found")
        let kind = try told(404, ["message": "the server could not find the requested resource", "details": [:]])
        #expect(kind.message.contains("the server does not serve this kind of object"))
        #expect(
            try told(409, ["message": "pods \"x\" already exists", "reason": "AlreadyExists"]).message.hasSuffix(
                "pods \"x\" already exists"))
    }

    @Test func aDocumentThatIsNone() throws {
        let failure = APIFailure.status(.init(call: "GET /x", status: 403, message: "go away", body: Array("<".utf8)))
        let error = ClusterTrouble.translate(failure, while: "look") as? AdapterError
        #expect(error?.message == "could not look: the server forbids it")
        #expect(error?.details == ["the server said: go away"])
    }
}

import APIClient
import JSONDocument

extension NomadCalls {
    static func deployment(_ id: String) -> APICall<NomadDeployment?> {
        optional(APIRequest(.get, "/v1/deployment/\(path(id))"))
    }

    /// Lets all canaries take over. Refused with status 500 while one of them is not healthy.
    static func promote(_ deployment: String) -> APICall<DeploymentChange> {
        APICall(
            APIRequest(
                .post, "/v1/deployment/promote/\(path(deployment))",
                body: body(["DeploymentID": .string(deployment), "All": true])))
    }

    /// Gives a running deployment up; with `AutoRevert` the server goes back to the last stable version.
    static func fail(_ deployment: String) -> APICall<DeploymentChange> {
        APICall(APIRequest(.post, "/v1/deployment/fail/\(path(deployment))"))
    }
}

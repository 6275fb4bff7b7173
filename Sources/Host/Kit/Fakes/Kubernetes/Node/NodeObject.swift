import JSONDocument

extension Cluster {
    /// The one node, as its kubelet tells of it.
    static func node(_ now: JSONValue) -> JSONValue {
        [
            "apiVersion": "v1", "kind": "Node",
            "metadata": [
                "name": "127.0.0.1", "uid": "00000000-0000-4000-8000-00000000000d", "creationTimestamp": now,
                "labels": [
                    "kubernetes.io/arch": "amd64", "kubernetes.io/os": "linux", "kubernetes.io/hostname": "127.0.0.1",
                ],
            ],
            "spec": [:],
            "status": [
                "conditions": [["type": "Ready", "status": "True", "reason": "KubeletReady"]],
                "nodeInfo": [
                    "architecture": "amd64", "operatingSystem": "linux", "kubeletVersion": "v1.20.2",
                    "containerRuntimeVersion": "docker://20.10.24", "kernelVersion": "5.10.0",
                    "osImage": "a distribution", "kubeProxyVersion": "v1.20.2", "bootID": "", "machineID": "",
                    "systemUUID": "",
                ],
            ],
        ]
    }
}

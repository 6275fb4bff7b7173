import JSONDocument
import Traffic

/// What the agent says about itself and its node.
extension NomadCluster {
    func agent(_ request: ServedRequest, _ rest: [String]) throws -> NomadReply {
        switch rest {
        case ["health"]:
            let fine: JSONValue = ["ok": true, "message": "ok"]
            return .plain(["client": fine, "server": fine])
        case ["self"]:
            try permit(request, .agent)
            return .plain(agentSelf)
        case ["members"]:
            try permit(request, .node)
            return .plain([
                "Members": [agentSelf["member"] ?? [:]], "ServerDC": "dc1", "ServerName": "nomad-1",
                "ServerRegion": "global",
            ])
        default: throw NomadTrouble(404, "")
        }
    }

    var nodeStub: JSONValue {
        let time = Self.time(1_795_305_600_000_000_000)
        func driver(_ attributes: JSONValue) -> JSONValue {
            [
                "Attributes": attributes, "Detected": true, "Healthy": true, "HealthDescription": "Healthy",
                "UpdateTime": time,
            ]
        }
        return [
            "Address": .string(address), "CreateIndex": 7, "Datacenter": "dc1", "Drain": false,
            "Drivers": ["docker": driver(["driver.docker": "true", "driver.docker.version": "20.10.24"])],
            "HostVolumes": .null, "ID": .string(nodeID), "LastDrain": .null, "ModifyIndex": .integer(8),
            "Name": "nomad-1", "NodeClass": "", "SchedulingEligibility": "eligible", "Status": "ready",
            "StatusDescription": "", "Version": .string(setup.version),
        ]
    }

    var node: JSONValue {
        var node = nodeStub
        node["Attributes"] = [
            "nomad.version": .string(setup.version), "driver.docker": "true", "kernel.name": "linux",
            "cpu.arch": "amd64",
        ]
        node["Resources"] = [
            "CPU": .integer(setup.cpu), "MemoryMB": .integer(setup.memory), "DiskMB": 50_000, "Networks": .null,
        ]
        node["NodeResources"] = [
            "Cpu": ["CpuShares": .integer(setup.cpu)], "Memory": ["MemoryMB": .integer(setup.memory)],
            "Disk": ["DiskMB": 50_000],
        ]
        node["Meta"] = [:]
        return node
    }

    private var agentSelf: JSONValue {
        let version = Array(setup.version.split(separator: "-", maxSplits: 1).map(String.init))
        return [
            "config": config(version),
            "member": [
                "Addr": "127.0.0.1", "DelegateCur": 4, "DelegateMax": 5, "DelegateMin": 2, "Name": "nomad-1.global",
                "Port": 4648, "ProtocolCur": 2, "ProtocolMax": 5, "ProtocolMin": 1, "Status": "alive",
                "Tags": [
                    "bootstrap": "1", "build": .string(setup.version), "dc": "dc1", "expect": "1",
                    "id": .string(nodeID), "mvn": "1", "port": "4647", "raft_vsn": "2", "region": "global",
                    "role": "nomad", "rpc_addr": "127.0.0.1", "vsn": "1",
                ],
            ],
            "stats": stats,
        ]
    }

    private var stats: JSONValue {
        let running = allocations.values.count { !$0.isTerminal }
        let applied = JSONValue.string(String(max(index(of: .evaluations), index(of: .nodes))))
        return [
            "client": [
                "heartbeat_ttl": "18s", "known_servers": "127.0.0.1:4647", "last_heartbeat": "1s",
                "node_id": .string(nodeID), "num_allocations": .string(String(running)),
            ],
            "nomad": [
                "bootstrap": "true", "known_regions": "1", "leader": "true", "leader_addr": "127.0.0.1:4647",
                "server": "true",
            ],
            "raft": [
                "applied_index": applied, "commit_index": applied, "fsm_pending": "0", "last_contact": "0",
                "last_log_index": applied, "last_log_term": "2", "last_snapshot_index": "0",
                "last_snapshot_term": "0",
                "latest_configuration": "[{Suffrage:Voter ID:127.0.0.1:4647 Address:127.0.0.1:4647}]",
                "latest_configuration_index": "0", "num_peers": "0", "protocol_version": "2",
                "protocol_version_max": "3", "protocol_version_min": "0", "snapshot_version_max": "1",
                "snapshot_version_min": "0", "state": "Leader", "term": "2",
            ],
            "runtime": [
                "arch": "amd64", "cpu_count": "2", "goroutines": "200", "kernel.name": "linux", "max_procs": "2",
                "version": "go1.19",
            ],
            "serf": [
                "coordinate_resets": "0", "encrypted": "false", "event_queue": "0", "event_time": "1",
                "failed": "0", "health_score": "0", "intent_queue": "0", "left": "0", "member_time": "1",
                "members": "1", "query_queue": "0", "query_time": "1",
            ],
            "vault": ["token_expire_time": "", "token_ttl": "0s", "tracked_for_revoked": "0"],
        ]
    }
    /// What a server tells of its configuration. Adapters read its version and region at most.
    private func config(_ version: [String]) -> JSONValue {
        var config: JSONValue = Self.fixedConfig
        config["ACL"] = [
            "Enabled": .bool(setup.hasACL), "PolicyTTL": 30_000_000_000, "ReplicationToken": "",
            "TokenTTL": 30_000_000_000,
        ]
        config["Version"] = [
            "Revision": "", "Version": .string(version[0]), "VersionMetadata": "",
            "VersionPrerelease": .string(version.count > 1 ? version[1] : ""),
        ]
        return config
    }
}

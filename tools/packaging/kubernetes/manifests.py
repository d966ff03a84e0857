# SPDX-License-Identifier: Apache-2.0
"""What the manifests promise, checked in the rendered files. Nothing here speaks to a cluster."""

import re

import yaml

CAPABILITIES = ["BPF", "PERFMON", "SYS_PTRACE", "DAC_READ_SEARCH"]
PORT = 9056
# What the operator says of a target, and what processes of the host must not get from it.
TARGET_LABELS = ["namespace", "pod", "container", "endpoint", "service"]


def load(text):
    return [document for document in yaml.safe_load_all(text) if document]


def of_kind(documents, kind):
    return [document for document in documents if document["kind"] == kind]


def security_problems(context):
    wanted = {"privileged": False, "allowPrivilegeEscalation": False, "readOnlyRootFilesystem": True, "runAsUser": 0}
    for key, value in wanted.items():
        if context.get(key) != value:
            yield f"securityContext.{key} is {context.get(key)}, not {value}"
    if context["capabilities"] != {"drop": ["ALL"], "add": CAPABILITIES}:
        yield f"capabilities are {context['capabilities']}"
    if context["seccompProfile"]["type"] != "RuntimeDefault":
        yield "no seccomp profile"


def pod_problems(pod):
    if not pod.get("hostPID") or pod.get("hostNetwork") or pod.get("automountServiceAccountToken") is not False:
        yield "hostPID, no host network and no token are what it needs"
    if {"operator": "Exists"} not in pod["tolerations"]:
        yield "tainted nodes are left out"
    volumes = {volume["name"] for volume in pod["volumes"]}
    (container,) = pod["containers"]
    yield from security_problems(container["securityContext"])
    for mount in container["volumeMounts"]:
        if not mount.get("readOnly"):
            yield f"{mount['mountPath']} is mounted for writing"
        if mount["name"] not in volumes:
            yield f"no volume {mount['name']}"
    paths = {kind: container[kind]["httpGet"]["path"] for kind in ("startupProbe", "livenessProbe", "readinessProbe")}
    if paths != {"startupProbe": "/-/ready", "livenessProbe": "/-/healthy", "readinessProbe": "/-/ready"}:
        yield f"probes ask for {paths}"
    if "cpu" in container["resources"].get("limits", {}):
        yield "a limit for CPU makes collections late"


def monitor_problems(documents):
    monitors = of_kind(documents, "PodMonitor") + of_kind(documents, "ServiceMonitor")
    if len(monitors) > 1:
        yield "two monitors: each pod would be scraped twice"
    for monitor in monitors:
        for endpoint in monitor["spec"].get("podMetricsEndpoints", []) + monitor["spec"].get("endpoints", []):
            if endpoint.get("honorLabels") is not True:
                yield f"{monitor['kind']}: without honorLabels pods lose their names"
            dropped = [rule["regex"] for rule in endpoint.get("relabelings", []) if rule.get("action") == "labeldrop"]
            kept = [label for label in TARGET_LABELS if not any(re.fullmatch(regex, label) for regex in dropped)]
            if kept:
                yield f"{monitor['kind']}: what runs in no pod gets {', '.join(kept)} of the exporter's pod"


def scc_problems(documents, container):
    for scc in of_kind(documents, "SecurityContextConstraints"):
        granted = sorted(key for key, value in scc.items() if key.startswith("allow") and value is True)
        if granted != ["allowHostDirVolumePlugin", "allowHostPID"]:
            yield f"the SCC grants {granted}"
        if scc["allowedCapabilities"] != CAPABILITIES or scc["requiredDropCapabilities"] != ["ALL"]:
            yield "the SCC's capabilities are not those of the pod"
        # MustRunAs takes the level from the namespace where the SCC has none, and refuses a pod that asks for another or for none.
        if scc["seLinuxContext"] != {"type": "RunAsAny"}:
            yield f"the SCC's SELinux context refuses its own pod: {scc['seLinuxContext']}"
        if container["securityContext"].get("seLinuxOptions") != {"type": "spc_t"}:
            yield "the pod does not ask for spc_t: it would see neither other processes nor the host's folders"


def problems(text):
    """All that is wrong with one rendered file, a line each."""
    documents = load(text)
    (daemon_set,) = of_kind(documents, "DaemonSet")
    (service,) = of_kind(documents, "Service")
    (config_map,) = of_kind(documents, "ConfigMap")
    pod = daemon_set["spec"]["template"]["spec"]
    yield from pod_problems(pod)
    yield from monitor_problems(documents)
    yield from scc_problems(documents, pod["containers"][0])
    labels = daemon_set["spec"]["template"]["metadata"]["labels"]
    if not service["spec"]["selector"].items() <= labels.items() or not daemon_set["spec"]["selector"]["matchLabels"].items() <= labels.items():
        yield "selectors do not find the pods"
    if service["spec"]["ports"][0]["port"] != PORT or pod["containers"][0]["ports"][0]["containerPort"] != PORT:
        yield f"the port is not {PORT}"
    if {"name": "config", "configMap": {"name": config_map["metadata"]["name"]}} not in pod["volumes"]:
        yield "the configuration is not that of the config map"

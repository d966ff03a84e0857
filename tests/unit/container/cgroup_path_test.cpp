// SPDX-License-Identifier: Apache-2.0
#include "host/container/cgroup_path.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <ostream>
#include <random>
#include <string>
#include <vector>

#include "support/cgroup_invariants.hpp"
#include "support/files.hpp"

#include "unit/container/pod_names.hpp"

namespace procledger::container {

void PrintTo(const CgroupIdentity& identity, std::ostream* out) {
  *out << "{id " << identity.container_id << ", runtime " << identity.runtime << ", name " << identity.name << ", pod " << identity.pod_uid
       << ", its container " << identity.pod_container_id << ", qos " << identity.qos << ", unit " << identity.unit << "}";
}

namespace {

const std::string kA(64, 'a');
const std::string kB = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
constexpr const char* kUidInSlice = "8a1b2c3d_1111_2222_3333_444455556666";
constexpr const char* kStatic = "00112233445566778899aabbccddeeff";

/// Replaces `@A`, `@B`, `@U` (uid), `@S` (uid in the form of a slice) and `@H` (hash of a static pod) by long ids.
std::string expand(std::string text) {
  const std::pair<const char*, std::string> parts[] = {
      {"@A", kA}, {"@B", kB}, {"@U", kUid}, {"@S", kUidInSlice}, {"@H", kStatic}};  // NOLINT
  for (const auto& [mark, value] : parts) {
    for (std::size_t at = text.find(mark); at != std::string::npos; at = text.find(mark)) text.replace(at, 2, value);
  }
  return text;
}

struct Form {
  const char* name;
  const char* path;
  CgroupIdentity identity;
};

CgroupIdentity identity(const char* id, const char* runtime, const char* pod, const char* qos, const char* unit, const char* name = "") {
  return {.container_id = expand(id),
          .runtime = runtime,
          .name = name,
          .pod_uid = expand(pod),
          .pod_container_id = *pod != '\0' ? expand(id) : "",
          .qos = qos,
          .unit = expand(unit)};
}

std::vector<Form> forms() {
  // Docker in a pod: the innermost container runs the process, and kubelet knows the container of the pod.
  auto docker_in_pod = identity("@B", "docker", "@U", "besteffort", "");
  docker_in_pod.pod_container_id = kA;
  return {
      {"Root", "/", identity("", "", "", "", "")},
      {"Service", "/system.slice/nginx.service", identity("", "", "", "", "nginx.service")},
      {"ServiceWithEscapes", R"(/system.slice/system-postgresql.slice/postgresql@15\x2dmain.service)",
       identity("", "", "", "", "postgresql@15-main.service")},
      {"ServiceWithSubgroup", "/system.slice/docker.service/worker/x", identity("", "", "", "", "docker.service")},
      {"ServiceNamedAsAController", "/system.slice/_cpu.service", identity("", "", "", "", "cpu.service")},
      {"SliceAlone", "/system.slice/background.slice", identity("", "", "", "", "background.slice")},
      {"InitScope", "/init.scope", identity("", "", "", "", "init.scope")},
      {"Session", "/user.slice/user-1000.slice/session-3.scope", identity("", "", "", "", "session-3.scope")},
      {"UserManager", "/user.slice/user-1000.slice/user@1000.service", identity("", "", "", "", "user@1000.service")},
      {"UserSlice", "/user.slice/user-1000.slice/user@1000.service/app.slice", identity("", "", "", "", "user@1000.service")},
      {"UserApplication", R"(/user.slice/user-1000.slice/user@1000.service/app.slice/app-org.gnome\x2dterminal.scope)",
       identity("", "", "", "", "app-org.gnome-terminal.scope")},
      {"DockerCgroupfs", "/docker/@A", identity("@A", "docker", "", "", "")},
      {"DockerSystemd", "/system.slice/docker-@A.scope", identity("@A", "docker", "", "", "docker-@A.scope")},
      {"DockerRootless", "/user.slice/user-1000.slice/user@1000.service/user.slice/docker-@A.scope",
       identity("@A", "docker", "", "", "docker-@A.scope")},
      {"DockerInit", "/system.slice/docker-@A.scope/init", identity("@A", "docker", "", "", "docker-@A.scope")},
      {"Nerdctl", "/system.slice/nerdctl-@A.scope", identity("@A", "containerd", "", "", "nerdctl-@A.scope")},
      {"Podman", "/machine.slice/libpod-@A.scope", identity("@A", "podman", "", "", "libpod-@A.scope")},
      {"PodmanWithCrunLeaf", "/machine.slice/libpod-@A.scope/container", identity("@A", "podman", "", "", "libpod-@A.scope")},
      {"PodmanRootless", "/user.slice/user-1000.slice/user@1000.service/user.slice/libpod-@A.scope/container",
       identity("@A", "podman", "", "", "libpod-@A.scope")},
      {"PodmanPod", "/machine.slice/machine-libpod_pod_@B.slice/libpod-@A.scope", identity("@A", "podman", "", "", "libpod-@A.scope")},
      {"PodmanPodItself", "/machine.slice/machine-libpod_pod_@B.slice", identity("", "", "", "", "machine-libpod_pod_@B.slice")},
      {"PodmanSplit", "/system.slice/web.service/libpod-payload-@A", identity("@A", "podman", "", "", "web.service")},
      {"PodmanConmon", "/machine.slice/libpod-conmon-@A.scope", identity("", "", "", "", "libpod-conmon-@A.scope")},
      {"KubeCgroupfsGuaranteed", "/kubepods/pod@U/@A", identity("@A", "", "@U", "guaranteed", "")},
      {"KubeCgroupfsBurstable", "/kubepods/burstable/pod@U/@A", identity("@A", "", "@U", "burstable", "")},
      {"KubeCgroupfsBesteffort", "/kubepods/besteffort/pod@U/@A", identity("@A", "", "@U", "besteffort", "")},
      {"KubePodItself", "/kubepods/burstable/pod@U", identity("", "", "@U", "burstable", "")},
      {"KubeClassItself", "/kubepods/burstable", identity("", "", "", "", "")},
      {"KubeStaticPod", "/kubepods/burstable/pod@H/@A", identity("@A", "", "@H", "burstable", "")},
      {"KubeSystemdGuaranteed", "/kubepods.slice/kubepods-pod@S.slice/cri-containerd-@A.scope",
       identity("@A", "containerd", "@U", "guaranteed", "cri-containerd-@A.scope")},
      {"KubeSystemdBurstable", "/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod@S.slice/cri-containerd-@A.scope",
       identity("@A", "containerd", "@U", "burstable", "cri-containerd-@A.scope")},
      {"KubeSystemdBesteffort", "/kubepods.slice/kubepods-besteffort.slice/kubepods-besteffort-pod@S.slice/docker-@A.scope",
       identity("@A", "docker", "@U", "besteffort", "docker-@A.scope")},
      {"KubeSystemdStaticPod", "/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod@H.slice/crio-@A.scope",
       identity("@A", "cri-o", "@H", "burstable", "crio-@A.scope")},
      {"CrioWithCrunLeaf", "/kubepods.slice/kubepods-pod@S.slice/crio-@A.scope/container",
       identity("@A", "cri-o", "@U", "guaranteed", "crio-@A.scope")},
      {"CrioConmon", "/kubepods.slice/kubepods-pod@S.slice/crio-conmon-@A.scope",
       identity("", "", "@U", "guaranteed", "crio-conmon-@A.scope")},
      {"ContainerdMismatched", "/system.slice/containerd.service/kubepods-burstable-pod@S.slice:cri-containerd:@A",
       identity("@A", "containerd", "@U", "burstable", "containerd.service")},
      {"ContainerdMismatchedAtRoot", "/kubepods-besteffort-pod@S.slice:cri-containerd:@A",
       identity("@A", "containerd", "@U", "besteffort", "")},
      {"BelowOwnNamespace", "/../../pod@U/@A", identity("@A", "", "@U", "", "")},
      {"BelowOwnNamespaceSystemd", "/../../kubepods-burstable-pod@S.slice/crio-@A.scope",
       identity("@A", "cri-o", "@U", "burstable", "crio-@A.scope")},
      {"KindOuter", "/docker/@A/kubelet.slice/kubelet.service", identity("@A", "docker", "", "", "kubelet.service")},
      {"KindPod",
       "/docker/@A/kubelet.slice/kubelet-kubepods.slice/kubelet-kubepods-burstable.slice/"
       "kubelet-kubepods-burstable-pod@S.slice/cri-containerd-@B.scope",
       identity("@B", "containerd", "@U", "burstable", "cri-containerd-@B.scope")},
      {"KindPodWithoutContainer", "/docker/@A/kubelet/kubepods/besteffort/pod@U", identity("", "", "@U", "besteffort", "")},
      {"KindCgroupfs", "/docker/@A/kubelet/kubepods/besteffort/pod@U/@B", identity("@B", "", "@U", "besteffort", "")},
      {"KindInPodman",
       "/machine.slice/libpod-@A.scope/container/kubelet.slice/kubelet-kubepods.slice/kubelet-kubepods-pod@S.slice/crio-@B.scope",
       identity("@B", "cri-o", "@U", "guaranteed", "crio-@B.scope")},
      {"K3s", "/system.slice/k3s.service/kubepods/burstable/pod@U/@A", identity("@A", "", "@U", "burstable", "k3s.service")},
      {"DockerInPod", "/kubepods/besteffort/pod@U/@A/docker/@B", docker_in_pod},
      {"KindInPod", "/kubepods/burstable/pod@U/@A/kubelet/kubepods/besteffort/pod@H/@B", identity("@B", "", "@H", "besteffort", "")},
      {"DockerInDocker", "/docker/@A/docker/@B", identity("@B", "docker", "", "", "")},
      {"EcsTask", "/ecs/00112233445566778899aabbccddeeff/@A", identity("@A", "", "", "", "")},
      {"EcsTaskSystemd", "/ecstasks.slice/ecstasks-00112233445566778899aabbccddeeff.slice/docker-@A.scope",
       identity("@A", "docker", "", "", "docker-@A.scope")},
      {"EcsFargate", "/ecs/00112233445566778899aabbccddeeff/00112233445566778899aabbccddeeff-1234567890", identity("", "", "", "", "")},
      {"Lxc", "/lxc/web", identity("", "lxc", "", "", "", "web")},
      {"LxcPayload", "/lxc.payload.web/system.slice/cron.service", identity("", "lxc", "", "", "cron.service", "web")},
      {"LxcPayloadFolder", "/lxc.payload/web", identity("", "lxc", "", "", "", "web")},
      {"LxcMonitor", "/lxc.monitor.web", identity("", "", "", "", "")},
      {"LxcOfProxmox", "/lxc/100/ns/system.slice/sshd.service", identity("", "lxc", "", "", "sshd.service", "100")},
      {"LxcOfLibvirt", R"(/machine.slice/machine-lxc\x2d2851\x2dmy\x2dweb.scope)",
       identity("", "lxc", "", "", "machine-lxc-2851-my-web.scope", "my-web")},
      {"DockerInLxc", "/lxc/100/ns/docker/@A", identity("@A", "docker", "", "", "")},
      {"LxcInDocker", "/docker/@A/lxc/web", identity("", "lxc", "", "", "", "web")},
      {"TalosKubelet", "/podruntime/kubelet", identity("", "talos", "", "", "", "kubelet")},
      {"TalosService", "/system/apid", identity("", "talos", "", "", "", "apid")},
      {"OldSystemd", "/system/nginx.service", identity("", "", "", "", "nginx.service")},
      {"VirtualMachine", R"(/machine.slice/machine-qemu\x2d1\x2dweb.scope/libvirt/emulator)",
       identity("", "", "", "", "machine-qemu-1-web.scope")},
      {"Nspawn", "/machine.slice/systemd-nspawn@web.service/payload/system.slice/cron.service", identity("", "", "", "", "cron.service")},
      // Paths that only look similar.
      {"TooManyDigits", "/docker/@Aa", identity("", "", "", "", "")},
      {"UpperCase", "/docker/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", identity("", "", "", "", "")},
      {"IdInTheMiddle", "/docker-@A-x", identity("", "", "", "", "")},
      {"PodOutsideKubernetes", "/pod@H/@A", identity("@A", "", "", "", "")},
      {"PodWithoutAnId", "/kubepods/podfoo/@A", identity("@A", "", "", "", "")},
      {"PodWithMixedSeparators", "/kubepods/pod8a1b2c3d-1111_2222-3333-444455556666", identity("", "", "", "", "")},
      {"UnknownClass", "/kubepods.slice/kubepods-golden-pod@S.slice", identity("", "", "", "", "kubepods-golden-pod@S.slice")},
      {"SuffixAlone", "/.service/.scope/.slice/_.service", identity("", "", "", "", "")},
      {"EscapesThatAreNone", R"(/a\x2.service/b\xzz\x2f\x0a\x00\x5c\x.service)",
       identity("", "", "", "", R"(b\xzz\x2f\x0a\x00\\x.service)")},
      {"SlashesAndDots", "//system.slice//../cron.service//", identity("", "", "", "", "cron.service")},
  };
}

class CgroupPathForm : public testing::TestWithParam<Form> {};

TEST_P(CgroupPathForm, HasThisIdentity) { EXPECT_EQ(parse_cgroup_path(expand(GetParam().path)), GetParam().identity); }

INSTANTIATE_TEST_SUITE_P(All, CgroupPathForm, testing::ValuesIn(forms()), [](const auto& form) { return std::string{form.param.name}; });

TEST(CgroupPath, ContainerIdIsSixtyFourLowerHexDigits) {
  EXPECT_TRUE(is_container_id(kB));
  EXPECT_FALSE(is_container_id(kB.substr(1)));
  EXPECT_FALSE(is_container_id(kB + "0"));
  EXPECT_FALSE(is_container_id(std::string(64, 'A')));
  EXPECT_FALSE(is_container_id(""));
}

TEST(CgroupPath, AnyBytesKeepTheInvariants) {
  const std::vector<std::string> parts{"/",      "..",       "kubepods", "pod", kUid,     kUidInSlice, "-burstable", ".slice",
                                       ".scope", ".service", "\\x2d",    "\\x", "docker", "crio-",     "-conmon-",   kA,
                                       kB,       ":",        "-",        "lxc", "_",      "\n",        "\xff",       std::string(1, '\0')};
  const auto seed = std::random_device{}();
  std::mt19937 random{seed};
  for (int round = 0; round < 20'000; ++round) {
    std::string path{"/"};
    for (auto length = random() % 24; length > 0; --length) path += parts[random() % parts.size()];
    ASSERT_EQ(test::broken_invariant(path, parse_cgroup_path(path)), "") << "seed " << seed << ": " << testing::PrintToString(path);
  }
}

TEST(CgroupPath, CorpusOfTheFuzzerKeepsTheInvariants) {
  int files = 0;
  for (const auto& entry : std::filesystem::directory_iterator{PROCLEDGER_TEST_SOURCE_DIR "/fuzz/corpus/cgroup_path"}) {
    const auto path = test::read_file(entry.path());
    ASSERT_TRUE(path) << path.error().message;
    EXPECT_EQ(test::broken_invariant(*path, parse_cgroup_path(*path)), "") << entry.path();
    ++files;
  }
  EXPECT_GT(files, 10);
}

// Quadratic work on these would take minutes.
TEST(CgroupPath, VeryLongPathsTakeLinearTime) {
  constexpr std::size_t kBytes = std::size_t{512} * 1024;
  for (const std::string& piece :
       {std::string{"a"}, std::string{"/"}, std::string{"-a"}, kA + "-", kA + "/", std::string{"kubepods"}, std::string{"kubepods-"},
        std::string{"\\x2d"}, std::string{":"}, std::string{"../"}, std::string{"/a.service"}}) {
    std::string path{"/"};
    while (path.size() < kBytes) path += piece;
    EXPECT_EQ(test::broken_invariant(path, parse_cgroup_path(path)), "") << piece;
  }
}

}  // namespace
}  // namespace procledger::container

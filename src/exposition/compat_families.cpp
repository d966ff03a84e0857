// SPDX-License-Identifier: Apache-2.0
#include "exposition/compat_families.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>

namespace procledger::exposition {
namespace {

using metrics::Family;
using enum metrics::Type;

constexpr std::array kFamilies{
    Family{
        "namedprocess_namegroup_cpu_seconds_total", kCounter, "groupname,mode",
        "CPU time of the processes in this group, those that have exited included. User and system are split for each process by its own "
        "tick samples, as in /proc."},
    Family{"namedprocess_namegroup_read_bytes_total", kCounter, "groupname", "Bytes that this group fetched from storage."},
    Family{"namedprocess_namegroup_write_bytes_total", kCounter, "groupname", "Bytes that this group gave to storage."},
    Family{"namedprocess_namegroup_major_page_faults_total", kCounter, "groupname", "Page faults that had to fetch a page from storage."},
    Family{"namedprocess_namegroup_minor_page_faults_total", kCounter, "groupname", "Page faults that found their page in memory."},
    Family{"namedprocess_namegroup_context_switches_total", kCounter, "groupname,ctxswitchtype",
           "Times that a thread of this group left its CPU, threads that have ended included."},
    Family{"namedprocess_namegroup_num_procs", kGauge, "groupname",
           "Processes in this group now, those included that have exited and are not reaped yet."},
    Family{"namedprocess_namegroup_memory_bytes", kGauge, "groupname,memtype",
           "Memory of the processes in this group by kind. The proportional kinds are sampled in the background."},
    Family{"namedprocess_namegroup_open_filedesc", kGauge, "groupname", "Open file descriptors of the processes in this group."},
    Family{"namedprocess_namegroup_worst_fd_ratio", kGauge, "groupname",
           "Open file descriptors divided by their limit, of the process in this group that is nearest to it."},
    Family{"namedprocess_namegroup_oldest_start_time_seconds", kGauge, "groupname",
           "Unix time at which the oldest living process of this group started, in whole seconds."},
    Family{"namedprocess_namegroup_num_threads", kGauge, "groupname",
           "Threads of the processes in this group now. A process that has exited and is not reaped yet counts as one."},
    Family{"namedprocess_namegroup_states", kGauge, "groupname,state", "Threads of this group by state, each once."},
    Family{"namedprocess_namegroup_threads_wchan", kGauge, "groupname,wchan",
           "Threads of this group by the kernel function that they sleep in, sampled in the background."},
    Family{"namedprocess_namegroup_thread_count", kGauge, "groupname,threadname", "Living threads of this group that have this name."},
    Family{"namedprocess_namegroup_thread_cpu_seconds_total", kCounter, "groupname,threadname,mode",
           "CPU time of the threads of this name, those that have ended included."},
    Family{"namedprocess_namegroup_thread_io_bytes_total", kCounter, "groupname,threadname,iomode",
           "Bytes that the threads of this name fetched from storage and gave to it."},
    Family{"namedprocess_namegroup_thread_major_page_faults_total", kCounter, "groupname,threadname",
           "Page faults of the threads of this name that had to fetch a page from storage."},
    Family{"namedprocess_namegroup_thread_minor_page_faults_total", kCounter, "groupname,threadname",
           "Page faults of the threads of this name that found their page in memory."},
    Family{"namedprocess_namegroup_thread_context_switches_total", kCounter, "groupname,threadname,ctxswitchtype",
           "Times that a thread of this name left its CPU."},
    Family{"namedprocess_scrape_errors", kCounter, "", "Always 0: when nothing can be collected, a scrape fails and there is no page."},
    Family{"namedprocess_scrape_procread_errors", kCounter, "", "Tasks that ended and whose figures found no owner."},
    Family{"namedprocess_scrape_partial_errors", kCounter, "",
           "Decisions about the group of a process for which its command line or path was cut short or came too late."},
    Family{"process_exporter_build_info", kInfo, "version,revision,branch",
           "What this program was built from. The branch tells that procledger answers."},
};

}  // namespace

std::span<const Family> compat_families() { return kFamilies; }

const Family& compat_family(std::string_view name) {
  const auto* const found = std::ranges::find(kFamilies, name, &Family::name);
  if (found == kFamilies.end()) std::abort();  // a misspelt name in our own code
  return *found;
}

}  // namespace procledger::exposition

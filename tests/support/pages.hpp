// SPDX-License-Identifier: Apache-2.0
// Whole pages, and the samples of a page for tests.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "exposition/page_model.hpp"
#include "exposition/text_format.hpp"

namespace procledger::test {

/// A metric of a page.
struct SeenFamily {
  std::string name;
  metrics::Family family;                ///< its texts are valid as long as the model of the page
  std::vector<std::string> label_names;  ///< of the first sample, without labels of the rule of a group
};

class SeenSamples final : public metrics::SampleSink {
 public:
  void open(const metrics::Family& family) override { open_ = &family; }
  void subject(const metrics::Subject& subject) override {
    shared_ = (subject.group ? 1U : 0U) + subject.identity.size();
    own_ = subject.group ? nullptr : subject.own;
  }

  [[nodiscard]] const std::vector<SeenFamily>& families() const { return families_; }
  [[nodiscard]] const SeenFamily* find(std::string_view name) const {
    for (const SeenFamily& each : families_) {
      if (each.name == name) return &each;
    }
    return nullptr;
  }

 private:
  void note(std::size_t more_labels) {
    if (!families_.empty() && families_.back().name == open_->name) return;
    families_.push_back({std::string{open_->name}, *open_, names(shared_ + more_labels)});
    if (own_ == nullptr) return;
    for (const auto& [name, value] : *own_) families_.back().label_names.push_back(name);
  }

  [[nodiscard]] std::vector<std::string> names(std::size_t count) const {
    std::vector<std::string> found;
    std::string rest{open_->labels};
    while (found.size() < count && !rest.empty()) {
      found.push_back(rest.substr(0, rest.find(',')));
      rest.erase(0, found.back().size() + 1);
    }
    while (found.size() < count) found.emplace_back("(no name)");
    return found;
  }

  void on_sample(metrics::LabelValues labels, const metrics::Number& /*value*/) override { note(labels.size()); }
  void on_histogram(const metrics::Histogram& /*histogram*/) override { note(0); }

  const metrics::Family* open_{};
  std::size_t shared_{};
  const metrics::Labels* own_{};
  std::vector<SeenFamily> families_;
};

[[nodiscard]] inline SeenSamples seen_on(const exposition::PageModel& model, const metrics::Snapshot& snapshot) {
  SeenSamples seen;
  model.emit(snapshot, seen);
  return seen;
}

[[nodiscard]] inline std::string native_page(const metrics::Snapshot& snapshot, const exposition::Build& build, exposition::Format format,
                                             exposition::DaemonMetrics daemon = {}) {
  return exposition::write_page(snapshot, exposition::native_model(build, std::move(daemon)), format);
}

}  // namespace procledger::test

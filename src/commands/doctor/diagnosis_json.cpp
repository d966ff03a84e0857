// SPDX-License-Identifier: Apache-2.0
#include <nlohmann/json.hpp>

#include "commands/doctor/diagnosis.hpp"
#include "commands/doctor/diagnosis_words.hpp"

namespace procledger::commands {
namespace {

using Json = nlohmann::ordered_json;

Json finding_json(const probe::Finding& finding) {
  return {{"blocks", finding.blocks},
          {"reason", finding.reason},
          {"missing", finding.missing},
          {"cost", finding.cost},
          {"remedies", finding.remedies}};
}

Json source_json(const probe::Assessment& assessment) {
  Json json{{"source", name_of(assessment.source)},
            {"usable", assessment.usable},
            {"reason", assessment.reason},
            {"why", assessment.why},
            {"gives", assessment.gives},
            {"findings", Json::array()}};
  for (const probe::Finding& each : assessment.findings) json["findings"].push_back(finding_json(each));
  return json;
}

}  // namespace

std::string diagnosis_json(const Diagnosis& diagnosis) {
  Json json;
  json["well"] = diagnosis.well();
  for (const auto& [name, value] : facts_in_words(diagnosis.facts)) json["host"][name] = value;
  json["sources"] = Json::array();
  for (const probe::Assessment& each : diagnosis.sources) json["sources"].push_back(source_json(each));
  if (diagnosis.tried && !*diagnosis.tried) {
    const Error& refusal = diagnosis.tried->error();
    json["refusal"] = {{"message", refusal.message}, {"hint", hint_for(refusal, diagnosis.facts)}};
  }
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace procledger::commands

#include "tb/workloads/support.h"

#include <stdexcept>

#include "infrastructure/nearest_name.h"

namespace mimd::tb {
namespace {

constexpr unsigned maximum_processors = 1u << 16;

[[noreturn]] void refuse(const workload_form& description, const std::string& parameter,
                         const std::string& value, const std::string& valid) {
  throw std::invalid_argument(parameter + ": " + description.name + " cannot use " + value +
                              " (valid: " + valid + ")");
}

std::string listed(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : ", ") + name;
  return text.empty() ? "none" : text;
}

}  // namespace

workload_parameters checked(workload_parameters parameters, const workload_form& description,
                            const workload_limits& limits) {
  const auto& variants = description.variants;
  if (parameters.variant.empty() && !variants.empty()) parameters.variant = variants.front();
  if (!parameters.variant.empty() &&
      std::find(variants.begin(), variants.end(), parameters.variant) == variants.end()) {
    refuse(description, "workload.variant", in_quotes(parameters.variant),
           listed(variants) +
               (variants.empty() ? "" : "; nearest: " + nearest_name(parameters.variant, variants)));
  }
  if (parameters.size == 0) parameters.size = description.default_size;
  if (parameters.size < limits.minimum_size || parameters.size > limits.maximum_size) {
    refuse(description, "workload.size", std::to_string(parameters.size),
           std::to_string(limits.minimum_size) + " ... " + std::to_string(limits.maximum_size) + " " +
               description.size_unit);
  }
  if (parameters.iterations == 0) parameters.iterations = limits.default_iterations;
  if (parameters.iterations > limits.maximum_iterations) {
    refuse(description, "workload.iterations", std::to_string(parameters.iterations),
           "1 ... " + std::to_string(limits.maximum_iterations));
  }
  const std::uint64_t line = parameters.line;
  if (line < 8 || line > 4096 || (line & (line - 1)) != 0) {
    refuse(description, "line", std::to_string(line), "a power of two, 8 ... 4096 bytes");
  }
  if (parameters.processors < 1 || parameters.processors > maximum_processors) {
    refuse(description, "cpu.count", std::to_string(parameters.processors),
           "1 ... " + std::to_string(maximum_processors));
  }
  return parameters;
}

range share(std::uint64_t count, std::uint64_t granule, unsigned part, unsigned parts) {
  const std::uint64_t granules = (count + granule - 1) / granule;
  const auto edge = [&](std::uint64_t p) { return std::min(count, granules * p / parts * granule); };
  return {edge(part), edge(std::uint64_t{part} + 1)};
}

}  // namespace mimd::tb

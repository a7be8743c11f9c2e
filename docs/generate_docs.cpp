// Writes into pages of Markdown what the code says about itself: parameters, statistics, protocol tables,
// output.
//
// usage: generate_docs [--check] PAGE|DIRECTORY...
//
// In every page (of a directory: every *.md), the lines between `<!-- generated: WHAT -->` and `<!-- end of
// generated -->` are replaced. WHAT is
//   parameters [MACHINE] PREFIX...   the parameters whose names begin so, of one machine or of all; what
//   machines
//                                    have in common is one line, what is another thing in each says whose
//   statistics [MACHINE] PREFIX...   likewise, of all processors as cpu_N, nodes as node_N, types of
//                                    transactions and messages as <type>, links as <from>_<to>, and so on
//   protocols              the tables that the bus and the model checker run
//   directory-protocols    those of directories
//   hierarchy-protocol     the tables of the hierarchical cache-only memory
//   workloads [MACHINE]    what --list-workloads lists for mimd-uma, mimd-norma or mimd-mpp
//   output COMMAND         what a machine beside this program prints, without what depends on the host
//   file PATH              of the source tree, from the line `// excerpt...` to `// end of excerpt`
// --check changes nothing and fails (1) if a page would change. A marker that names nothing is an error (2).
#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <nlohmann/json.hpp>
#include <regex>
#include <set>
#include <sstream>
#include <stdexcept>
#include <systemc>

#include "attraction_memory/hierarchy_documentation.h"
#include "coherence/protocol_documentation.h"
#include "directory/directory_documentation.h"
#include "platforms/coma/coma_machine.h"
#include "platforms/coma/hierarchical_machine.h"
#include "platforms/mpp/mpp_machine.h"
#include "platforms/noc/noc_machine.h"
#include "platforms/norma/norma_machine.h"
#include "platforms/numa/numa_machine.h"
#include "platforms/uma/uma_machine.h"
#include "platforms/uma/uma_parameters.h"

namespace {

namespace fs = std::filesystem;

bool begins_with_one_of(const std::string& name, const std::vector<std::string>& prefixes) {
  return std::any_of(prefixes.begin(), prefixes.end(),
                     [&](const std::string& p) { return name.compare(0, p.size(), p) == 0; });
}

std::string cell(const std::string& text) {
  return std::regex_replace(text, std::regex(R"(\|)"), "\\|");
}

class generator {
 public:
  generator() {
    describe_uma();
    describe_numa();
    describe_coma();
    describe_noc();
    describe_mpp();
    describe_norma();
  }

  std::string make(const std::string& what) const {
    std::istringstream words(what);
    std::string kind;
    words >> kind;
    std::vector<std::string> prefixes{std::istream_iterator<std::string>(words), {}};
    std::string machine;
    if (!prefixes.empty() && prefixes.front().compare(0, 5, "mimd-") == 0) {
      machine = prefixes.front();
      prefixes.erase(prefixes.begin());
    }
    if (kind == "protocols") return mimd::snooping_protocols_markdown();
    if (kind == "hierarchy-protocol") return mimd::to_markdown(mimd::ddm_protocol());
    if (kind == "directory-protocols") return mimd::directory_protocols_markdown();
    if (kind == "workloads" && machine == "mimd-mpp") return workloads(mimd::mpp_machine::workloads());
    if (kind == "workloads" && machine == "mimd-norma") return workloads(mimd::norma_machine::workloads());
    if (kind == "workloads") return workloads(mimd::uma_machine::workloads());
    if (kind == "output") return output(what.substr(kind.size() + 1));
    if (kind == "file") return excerpt(prefixes.at(0));
    if (kind == "parameters") return parameters(machine, prefixes);
    if (kind == "statistics") return statistics(machine, prefixes);
    throw std::invalid_argument("nothing is called '" + kind + "'");
  }

 private:
  void describe_uma() {
    mimd::parameter_set set;
    mimd::uma_parameters parameters;
    parameters.declare(set);
    add_parameters("mimd-uma", set);

    const std::vector<std::pair<const char*, const char*>> everything{
        {"cpu.count", "1"},       {"l1.split", "true"},     {"l1.classify_misses", "true"},
        {"l2.size", "256KiB"},    {"bus.split", "true"},    {"memory.page_mode", "true"},
        {"disk.present", "true"}, {"tape.present", "true"}, {"dma.present", "true"}};
    for (const auto& [name, value] : everything) set.set(name, value, "generate_docs");
    parameters.resolve(set, mimd::timing_mode::approximate, 1);
    mimd::uma_machine machine("uma", parameters, mimd::timing_mode::approximate, 1, true);
    mimd::statistics statistics;
    machine.register_statistics(statistics);
    add_statistics("mimd-uma", statistics);
  }

  void describe_numa() { describe_nodes<mimd::numa_machine, mimd::numa_parameters>("numa"); }
  // The statistics of the hierarchical machine are those of "mimd-coma/hierarchical".
  void describe_coma() {
    describe_nodes<mimd::coma_machine, mimd::coma_parameters>("coma");
    mimd::parameter_set set;
    mimd::coma_parameters parameters;
    parameters.declare(set);
    describe_machine<mimd::hierarchical_machine>(
        "coma/hierarchical", set, parameters,
        {{"coma.family", "hierarchical"}, {"hierarchy.arity", "2"}, {"node.count", "4"}, {"cpu.count", "4"}});
  }

  using setting_list = std::vector<std::pair<const char*, const char*>>;

  template <class Machine, class Parameters>
  void describe_nodes(const std::string& machine_name) {
    mimd::parameter_set set;
    Parameters parameters;
    parameters.declare(set);
    add_parameters("mimd-" + machine_name, set);
    describe_machine<Machine>(machine_name, set, parameters, {{"node.count", "2"}, {"cpu.count", "2"}});
  }

  template <class Machine, class Parameters>
  void describe_machine(const std::string& machine_name, mimd::parameter_set& set, Parameters& parameters,
                        const setting_list& everything) {
    for (const auto& [name, value] : everything) set.set(name, value, "generate_docs");
    parameters.resolve(set, mimd::timing_mode::approximate, 1);
    std::string module = machine_name;
    std::replace(module.begin(), module.end(), '/', '_');
    Machine machine(module.c_str(), parameters, mimd::timing_mode::approximate, 1, true);
    mimd::statistics statistics;
    machine.register_statistics(statistics);
    add_statistics("mimd-" + machine_name, statistics);
  }

  void describe_noc() {
    mimd::parameter_set set;
    mimd::noc_parameters parameters;
    parameters.declare(set);
    add_parameters("mimd-noc", set);

    const std::vector<std::pair<const char*, const char*>> everything{
        {"noc.dims", "2x2"}, {"traffic.packet_flits", "1,5"}, {"energy.link_pj", "1"}};
    for (const auto& [name, value] : everything) set.set(name, value, "generate_docs");
    parameters.resolve(set, 1);
    const mimd::noc_structure structure = parameters.build(set);
    mimd::noc_machine machine("noc", parameters, structure);
    machine.load_workload("open-loop");
    mimd::statistics statistics;
    machine.register_statistics(statistics);
    add_statistics("mimd-noc", statistics);
  }

  void describe_mpp() {
    mimd::parameter_set set;
    mimd::mpp_parameters parameters;
    parameters.declare(set);
    add_parameters("mimd-mpp", set);

    for (const auto& [name, value] : {std::pair("noc.dims", "2x2"), std::pair("mpi.reliable", "true")})
      set.set(name, value, "generate_docs");
    parameters.resolve(set, mimd::command_line());
    mimd::mpp_machine machine("mpp", parameters, 1);
    mimd::statistics statistics;
    machine.register_statistics(statistics);
    add_statistics("mimd-mpp", statistics);
  }

  void describe_norma() {
    mimd::parameter_set set;
    mimd::norma_parameters parameters;
    parameters.declare(set);
    add_parameters("mimd-norma", set);

    set.set("node.count", "2", "generate_docs");
    parameters.resolve(set, mimd::timing_mode::approximate, 1);
    mimd::norma_machine machine("norma", parameters, mimd::timing_mode::approximate, 1, false);
    mimd::statistics statistics;
    machine.register_statistics(statistics);
    add_statistics("mimd-norma", statistics);
  }

  // A line of a table of a machine: name is that of a parameter or statistic, cells all of the line.
  struct row {
    std::string machine;
    std::string name;
    std::string cells;  // without the last " |"
  };

  void add_parameters(const std::string& machine, const mimd::parameter_set& set) {
    std::ostringstream markdown;
    set.list_markdown(markdown);
    std::istringstream lines(markdown.str());
    for (std::string line; std::getline(lines, line);) {
      if (line.compare(0, 3, "| `") != 0) continue;
      parameters_.push_back(
          {machine, line.substr(3, line.find('`', 3) - 3), line.substr(0, line.size() - 2)});
    }
  }

  void add_statistics(const std::string& machine, const mimd::statistics& statistics) {
    std::stringstream json;
    statistics.list_json(json);
    for (const auto& s : nlohmann::json::parse(json)) {
      const std::string name = general(s["name"].get<std::string>());
      statistics_.push_back({machine, name,
                             "| `" + name + "` | " + s["type"].get<std::string>() + " | " +
                                 cell(s["meaning"].get<std::string>())});
    }
  }

  // A name for all processors, nodes, links, ...
  static std::string general(std::string name) {
    static const std::vector<std::pair<std::regex, const char*>> rules{
        {std::regex("cpu_[0-9]+"), "cpu_N"},
        {std::regex("node_[0-9]+"), "node_N"},
        {std::regex("rank_[0-9]+"), "rank_N"},
        {std::regex("level_[0-9]+"), "level_N"},
        {std::regex("group_[0-9]+"), "group_N"},
        {std::regex(R"(\.(Bus|Io|Dev)(RdX|Rd|Wr|WB|WT|UpdM|Upd|Upgr)$)"), ".<type>"},
        {std::regex(R"((directory\.messages)\..*)"), "$1.<type>"},
        {std::regex(R"((noc\.hops\.packets|invalidations_per_write\.writes)\..*)"), "$1.<number>"},
        {std::regex(R"(noc\.link\.[nrt]\d+_[nrt]\d+(_1)?)"), "noc.link.<from>_<to>"},
        {std::regex(R"(noc\.router\.r\d+)"), "noc.router.<router>"},
        {std::regex(R"(noc\.class_\d+)"), "noc.class_N"}};
    for (const auto& [what, whole] : rules) name = std::regex_replace(name, what, whole);
    return name;
  }

  // The rows of one machine (of all: ""), each text once; where machines differ, with the machine's name.
  static std::string rows(const std::vector<row>& all, const std::string& machine,
                          const std::vector<std::string>& prefixes) {
    std::string text;
    std::set<std::string> seen;
    for (const row& r : all) {
      if ((!machine.empty() && r.machine != machine) || !begins_with_one_of(r.name, prefixes)) continue;
      const bool differs =
          machine.empty() && std::any_of(all.begin(), all.end(), [&r](const row& other) {
            return other.name == r.name && other.machine != r.machine && other.cells != r.cells;
          });
      const std::string line = r.cells + (differs ? " (" + r.machine + ")" : "") + " |\n";
      if (seen.insert(line).second) text += line;
    }
    if (text.empty()) throw std::invalid_argument("nothing begins so");
    return text;
  }

  template <class Workloads>
  static std::string workloads(const Workloads& all) {
    std::string text = "| workload | what it does |\n| --- | --- |\n";
    for (const auto& w : all) text += "| `" + w.name + "` | " + cell(w.meaning) + " |\n";
    return text;
  }

  static std::string output(const std::string& command) {
    FILE* pipe = popen((std::string(MIMD_BINARY_DIR "/") + command).c_str(), "r");
    if (pipe == nullptr) throw std::invalid_argument("cannot run it");
    std::string text;
    for (int c; (c = std::fgetc(pipe)) != EOF;) text += static_cast<char>(c);
    if (pclose(pipe) != 0) throw std::invalid_argument("it failed");
    return "```console\n$ " + command + "\n" + std::regex_replace(text, std::regex(", host .*"), "") +
           "```\n";
  }

  static std::string excerpt(const std::string& path) {
    std::ifstream in(std::string(MIMD_SOURCE_DIR "/") + path);
    std::string text;
    bool inside = false;
    for (std::string line; std::getline(in, line);) {
      if (line == "// end of excerpt") return "```cpp\n" + text + "```\n";
      if (inside) text += line + "\n";
      inside = inside || line.compare(0, 10, "// excerpt") == 0;
    }
    throw std::invalid_argument("there is no excerpt");
  }

  std::string parameters(const std::string& machine, const std::vector<std::string>& prefixes) const {
    return "| parameter | type | default | allowed | meaning |\n| --- | --- | --- | --- | --- |\n" +
           rows(parameters_, machine, prefixes);
  }

  std::string statistics(const std::string& machine, const std::vector<std::string>& prefixes) const {
    return "| statistic | type | meaning |\n| --- | --- | --- |\n" + rows(statistics_, machine, prefixes);
  }

  std::vector<row> parameters_;
  std::vector<row> statistics_;
};

std::string read(const fs::path& path) {
  std::ifstream in(path);
  return {std::istreambuf_iterator<char>(in), {}};
}

std::string regenerated(const fs::path& path, const generator& code) {
  static const std::string begin = "<!-- generated: ", end = "<!-- end of generated -->";
  std::istringstream in(read(path));
  std::string out;
  bool skipping = false;
  for (std::string line; std::getline(in, line);) {
    if (line == end) skipping = false;
    if (!skipping) out += line + "\n";
    if (line.compare(0, begin.size(), begin) != 0) continue;
    try {
      out += "\n" + code.make(line.substr(begin.size(), line.rfind(" -->") - begin.size())) + "\n";
    } catch (const std::invalid_argument& e) {
      throw std::invalid_argument(path.string() + ": " + line + ": " + e.what());
    }
    skipping = true;
  }
  if (skipping) throw std::invalid_argument(path.string() + ": no line " + end);
  return out;
}

int run(int argc, char** argv) {
  std::vector<std::string> arguments(argv + 1, argv + argc);
  const bool check = !arguments.empty() && arguments.front() == "--check";
  if (check) arguments.erase(arguments.begin());
  if (arguments.empty()) throw std::invalid_argument("usage: generate_docs [--check] PAGE|DIRECTORY...");
  const generator code;
  std::set<fs::path> pages;
  for (const std::string& argument : arguments) {
    if (!fs::is_directory(argument)) {
      pages.insert(argument);
      continue;
    }
    for (const auto& entry : fs::directory_iterator(argument)) {
      if (entry.path().extension() == ".md") pages.insert(entry.path());
    }
  }
  int stale = 0;
  for (const fs::path& page : pages) {
    const std::string text = regenerated(page, code);
    if (text == read(page)) continue;
    if (check) {
      std::cerr << page.string() << " is out of date: run scripts/docs\n";
      ++stale;
    } else {
      std::ofstream(page) << text;
      std::cerr << "wrote " << page.string() << '\n';
    }
  }
  return stale == 0 ? 0 : 1;
}

}  // namespace

int sc_main(int argc, char** argv) {
  try {
    return run(argc, argv);
  } catch (const std::exception& e) {
    std::cerr << "generate_docs: " << e.what() << '\n';
    return 2;
  }
}

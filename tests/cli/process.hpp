// A training that runs while the test looks at what it prints and sends it signals.
#pragma once

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <string>

#include "support/paths.hpp"

namespace glassgrad::testing_cli {

class Process {
 public:
  // <shell> 'exec glassgrad <arguments>' in `folder`; `before` is a shell's line before it.
  Process(const std::filesystem::path& folder, const std::string& arguments,
          const std::string& before = "") {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) return;
    const std::string line = "cd '" + folder.string() + "' && " + before + " exec '" +
                             command_path() + "' " + arguments + " 2> .err";
    child_ = ::fork();
    if (child_ == 0) {
      // nohup and background jobs ignore some of them, and what is ignored stays so in children
      for (const int each : {SIGINT, SIGQUIT, SIGHUP, SIGTERM}) ::signal(each, SIG_DFL);
      ::dup2(ends[1], STDOUT_FILENO);
      ::execl("/bin/sh", "sh", "-c", line.c_str(), static_cast<char*>(nullptr));
      ::_exit(127);
    }
    ::close(ends[1]);
    from_ = ends[0];
  }
  ~Process() {
    if (child_ > 0) ::kill(child_, SIGKILL), ::waitpid(child_, nullptr, 0);
    if (from_ >= 0) ::close(from_);
  }
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  // Reads until what was printed has this text; false when it ended before.
  bool wait_for(const std::string& text) {
    while (printed.find(text) == printed.npos)
      if (!read()) return false;
    return true;
  }
  void send(int signal) const { ::kill(child_, signal); }
  // Its wait status; all that it printed is in `printed`.
  int end() {
    while (read()) {
    }
    int status = 0;
    ::waitpid(child_, &status, 0);
    child_ = -1;
    return status;
  }

  std::string printed;

 private:
  bool read() {
    char bytes[4096];
    const ssize_t count = ::read(from_, bytes, sizeof bytes);
    if (count > 0) printed.append(bytes, static_cast<std::size_t>(count));
    return count > 0;
  }

  pid_t child_ = -1;
  int from_ = -1;
};

}  // namespace glassgrad::testing_cli

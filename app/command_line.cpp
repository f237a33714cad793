// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "command_line.h"

#include "commands/command.h"
#include "models/model.h"
#include "output.h"
#include "result/quote.h"

#include <algorithm>
#include <array>
#include <csignal>
#include <exception>
#include <fcntl.h>
#include <new>
#include <unistd.h>

namespace headlight::app {

namespace {

enum ExitCode { Success = 0, FailureCode = 1, WrongUsage = 2 };

const Option helpOption{"--help", "", "show this help", "-h"};

std::vector<Command> allCommands()
{
    return {infoCommand(),  tokenizeCommand(), traceCommand(), explainCommand(),
            headsCommand(), exportCommand(),   benchCommand(), windowCommand()};
}

std::string overallHelp(const Context& context)
{
    std::string text = "Headlight: see attention compute, one step at a time.\n\n"
                       "Usage:\n"
                       "  headlight [MODEL]                open the window\n"
                       "  headlight COMMAND MODEL ...      work without a window, or a display\n"
                       "  headlight COMMAND --help         tell more about a command\n"
                       "  headlight --help | --version\n\n"
                       "Commands:\n";
    for (const Command& command : allCommands()) {
        std::string name(command.name);
        name.resize(std::max<std::size_t>(name.size() + 1, 11), ' ');
        text += "  " + name + std::string(command.summary) + "\n";
    }
    text += "\n" + wrapped("MODEL is a model's folder as published on a hub (config.json, model.safetensors, "
                           "tokenizer files), or the name of a bundled model:",
                           0);
    std::string names;
    for (const auto& bundled : bundledModels(context.resources))
        names += (names.empty() ? "" : ", ") + bundled.filename().string();
    text += wrapped(names.empty() ? "(none found)" : names, 2);
    text +=
        "\n" +
        wrapped("INPUT is --text TEXT or --ids 1,2,3 (for two-stack models the source; --target-text or "
                "--target-ids is the target), or --image FILE or --pixels FILE for models that see. "
                "Layers, heads and positions count from 0.\n\n"
                "Data goes to standard output or the named file, words go to standard error. JSON is "
                "strict; NaN and infinities are the strings \"NaN\", \"Infinity\" and \"-Infinity\". Exit "
                "code: 0; 1 for a failure, with one line that says what; 2 for wrong usage.",
                0);
    return text;
}

std::string commandHelp(const Command& command)
{
    Options options = command.options;
    options.push_back(helpOption);
    return "Usage: headlight " + std::string(command.name) + " " + std::string(command.usage) + "\n\n" +
           wrapped(command.about, 0) + "\nOptions:\n" + optionsHelp(options) + "\nExample:\n" +
           std::string(command.examples);
}

int report(const Failure& failure, std::string_view command)
{
    std::string text = "headlight: " + failure.error.text();
    if (failure.usage)
        text += " (try: headlight " + std::string(command) + (command.empty() ? "" : " ") + "--help)";
    printWords(text);
    return failure.usage ? WrongUsage : FailureCode;
}

int print(const std::string& text)
{
    if (auto ok = printData(text); !ok)
        return report(ok.error(), "");
    return Success;
}

int runCommand(const Command& command, std::span<const std::string> words, const Context& context)
{
    Options options = command.options;
    options.push_back(helpOption);
    auto arguments = Arguments::parse(options, words);
    if (!arguments)
        return report(arguments.error(), command.name);
    if (arguments->has("--help"))
        return print(commandHelp(command));
    if (auto ok = command.run(*arguments, context); !ok)
        return report(ok.error(), command.name);
    return Success;
}

/// A closed descriptor would be given to the next file that is opened, and data or words written into that.
void claimStandardStreams()
{
    for (const auto& [descriptor, mode] :
         {std::pair{STDIN_FILENO, O_RDONLY}, std::pair{STDOUT_FILENO, O_RDONLY},
          std::pair{STDERR_FILENO, O_WRONLY}})
        if (::fcntl(descriptor, F_GETFD) < 0)
            (void)::open("/dev/null", mode); // The lowest free number is this one.
}

std::filesystem::path executable(const char* called)
{
    std::error_code error;
    const auto self = std::filesystem::read_symlink("/proc/self/exe", error);
    return error ? std::filesystem::path(called ? called : "headlight") : self;
}

int runWords(const std::vector<std::string>& words, const Context& context)
{
    const std::string& first = words.front();
    if (first == "--help" || first == "-h")
        return print(overallHelp(context));
    if (first == "--version")
        return print("headlight " HEADLIGHT_VERSION "\n");
    const auto commands = allCommands();
    const auto command =
        std::find_if(commands.begin(), commands.end(), [&](const Command& c) { return c.name == first; });
    if (command != commands.end())
        return runCommand(*command, std::span(words).subspan(1), context);
    // "headlight my-model" and "headlight my.npz" open the window on it.
    std::error_code unreadable;
    if (std::filesystem::exists(resolveModel(first, context.resources), unreadable))
        return runCommand(windowCommand(), words, context);
    std::string names;
    for (const Command& c : commands)
        names += (names.empty() ? "" : ", ") + std::string(c.name);
    return report(Failure({ErrorCode::BadInput,
                           "expected a command (" + names + ") or a model, found " + quote(first), ""},
                          true),
                  "");
}

} // namespace

int runCommandLine(int argc, char* argv[])
{
    claimStandardStreams();
    ::signal(SIGPIPE, SIG_IGN); // Writing to a pipe that nobody reads shall be an error like any other.
    const std::vector<std::string> words(argv + std::min(argc, 1), argv + argc);
    try {
        const Context context{findResources(executable(argc > 0 ? argv[0] : nullptr))};
        if (words.empty())
            return runCommand(windowCommand(), {}, context);
        return runWords(words, context);
    } catch (const std::bad_alloc&) {
        printWords("headlight: out of memory");
    } catch (const std::exception& exception) {
        printWords(std::string("headlight: ") + exception.what());
    }
    return FailureCode;
}

} // namespace headlight::app

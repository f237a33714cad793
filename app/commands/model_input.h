// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// MODEL and INPUT of the command line, opened.

#include "commands/command.h"
#include "models/model.h"

#include <memory>

namespace headlight {
class Workers;
}

namespace headlight::app {

/// The options that make an input; a command adds its own.
[[nodiscard]] Options inputOptions();
/// --what-if, for commands that show a changed run.
[[nodiscard]] Options whatIfOptions();
[[nodiscard]] Options operator+(Options one, const Options& other);

struct ModelAndInput
{
    ModelPtr model;
    ModelInput input;
    /// The same input with each further image of --pixels.
    std::vector<ModelInput> furtherImages;
    std::shared_ptr<Workers> workers;
    Overrides overrides; ///< of --what-if
};

/// What can be said against the input's options without a model, so that wrong usage is told at once.
[[nodiscard]] Outcome<void> checkInputOptions(const Arguments& arguments);
/// How many images a command can work on.
enum class Images { One, Several };

/// Opens the model and makes its input; a target that is not given is decoded greedily.
[[nodiscard]] Outcome<ModelAndInput> openWithInput(const Arguments& arguments, const Context& context,
                                                   Images images = Images::One);

/// The step that makes a hook, by its name or a second name.
[[nodiscard]] Outcome<int> stepOf(const Model& model, const std::string& hook);

} // namespace headlight::app

// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// A published model, opened: its program, its parameters, its tokenizer, its examples. One path serves the
// bundled models and a user's own folder. Immutable; shared between threads as a pointer.

#include "program/program.h"
#include "run/execution.h"
#include "run/input.h"
#include "run/parameters.h"
#include "tokenizers/tokenizer.h"

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace headlight {

struct ImagePreprocessing;

/// An input worth looking at, from the folder's examples.json.
struct Example
{
    /// A cell that the example points at.
    struct Look
    {
        int layer = 0, head = 0;
        std::string attention; ///< "cross", "encoder" … when the model has several kinds; else empty
        int query = 0, key = 0;
        double weight = 0;
        std::string what;
    };
    std::string title, about;
    std::string text;       ///< or the source's
    std::string targetText; ///< for two-stack models; may be empty
    std::string image;      ///< file within the folder; may be empty
    std::vector<Look> lookAt;
};

class Model
{
public:
    std::filesystem::path folder;
    std::string name;      ///< the folder's
    std::string modelType; ///< config.json's
    std::string about;     ///< one line, from examples.json
    std::shared_ptr<const Program> program;
    std::shared_ptr<const Parameters> parameters;
    std::unique_ptr<Tokenizer> tokenizer;       ///< null when the folder has none: ids are typed by hand
    std::unique_ptr<Tokenizer> targetTokenizer; ///< null when the target uses the same
    std::optional<Error> tokenizerProblem;      ///< why there is none, other than no files
    std::shared_ptr<const ImagePreprocessing> preprocessing; ///< null when the model sees no image
    std::vector<Example> examples;

    [[nodiscard]] const Tokenizer* tokenizerOf(StreamIndex stream) const;
    /// Label of entry @p index of an axis: a position's token, a vocabulary entry's piece, a class's name …
    [[nodiscard]] std::string label(const Trace& trace, const Axis& axis, std::int64_t index) const;
    /// The piece of a vocabulary entry of a stream, as a person reads it; the number without a tokenizer.
    [[nodiscard]] std::string pieceLabel(StreamIndex stream, int id) const;
};

using ModelPtr = std::shared_ptr<const Model>;

/// Opens a model folder. Errors: NotFound (no folder, no config.json), Unsupported (an unknown model_type,
/// with the known ones; pickled weights), BadFile, BadShape, TooLarge: one line with expected, found and
/// where.
[[nodiscard]] Result<ModelPtr> openModel(const std::filesystem::path& folder);

/// What family a folder's config.json names, as a person says it ("LLaMA"); empty when there is none that
/// Headlight knows. Reads nothing else.
[[nodiscard]] std::string familyOf(const std::filesystem::path& folder);

/// The folders of the bundled models, the first to be shown first. @p resources is the program's resource
/// folder. A name without a slash that is no folder here is looked for there.
[[nodiscard]] std::vector<std::filesystem::path> bundledModels(const std::filesystem::path& resources);
[[nodiscard]] std::filesystem::path resolveModel(const std::string& nameOrFolder,
                                                 const std::filesystem::path& resources);

/// The program's resource folder: $HEADLIGHT_RESOURCES, or beside the executable as installed or built.
/// @p executable is the running program's path.
[[nodiscard]] std::filesystem::path findResources(const std::filesystem::path& executable);

// ---- inputs ----

/// What a person typed for one stream.
struct StreamText
{
    std::string text;
    std::optional<std::vector<int>> ids; ///< taken as they are instead of the text
};

/// Makes an input from text or ids, one entry a token stream, in the program's order. A decoded stream
/// without an entry (or with an empty one) gets just its start token; decodeGreedy() goes on from there.
/// Errors: BadInput (empty text, ids out of range, text where there is no tokenizer), TooLong (says the
/// context's length).
[[nodiscard]] Result<ModelInput> makeInput(const Model& model, const std::vector<StreamText>& streams);
/// An input from pixels [channel, row, column], already normalised, for models with an image (and, for those
/// that have both, text).
[[nodiscard]] Result<ModelInput> makeImageInput(const Model& model, TensorPtr pixels,
                                                const std::vector<StreamText>& texts = {});
/// The same input cut to the context's length (the last tokens go, added tokens at the end stay).
[[nodiscard]] Result<ModelInput> makeInputCut(const Model& model, const std::vector<StreamText>& streams);

/// Lets the model write its decoded stream greedily until an end token, the context's end, @p most tokens or
/// 50 more than its source has (Vaswani et al. 2017, section 6.1; 32 where no end token is named). The start
/// token stays, the end token is left out, so that the input ends with what was read last.
[[nodiscard]] Result<ModelInput> decodeGreedy(const Model& model, ModelInput input,
                                              std::shared_ptr<Workers> workers, int most = 512,
                                              std::stop_token stop = {},
                                              const Execution::Progress& progress = {});

/// Prediction for one position: entries sorted by probability, at most @p count.
struct Candidate
{
    int id = 0;
    std::string label;
    double logit = 0, probability = 0;
};
[[nodiscard]] Result<std::vector<Candidate>> predictions(const Model& model, const Trace& trace,
                                                         std::int64_t position, int count);

} // namespace headlight

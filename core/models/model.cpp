// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/model.h"

#include "families/family.h"
#include "formats/files.h"
#include "models/attention_file.h"
#include "models/config.h"
#include "models/preprocess.h"

#include <algorithm>
#include <cstdlib>
#include <set>

namespace fs = std::filesystem;

namespace headlight {

namespace {

std::string knownFamilies()
{
    std::string names;
    for (const auto& family : families::all())
        names += (names.empty() ? "" : ", ") + std::string(family.modelType);
    return names;
}

/// examples.json is ours and optional: what is wrong in it costs the examples, never the model.
void readExamples(const fs::path& file, Model& model)
{
    const auto document = Config::readFile(file);
    if (!document)
        return;
    model.about = document->textOr("about", "");
    for (const Config& item : document->children("examples")) {
        Example example;
        example.title = item.textOr("title", "");
        example.about = item.textOr("about", "");
        example.text = item.textOr("source_text", item.textOr("text", ""));
        example.targetText = item.textOr("target_text", "");
        example.image = item.textOr("image", "");
        // An example's image lies in the model's own folder, nowhere else.
        if (fs::path(example.image).is_absolute() || example.image.find("..") != std::string::npos)
            continue;
        for (const Config& look : item.children("look_at")) {
            Example::Look l;
            l.layer = look.integerOr("layer", 0);
            l.head = look.integerOr("head", 0);
            l.attention = look.textOr("attention", "");
            l.query = look.child("query").integerOr("position", 0);
            l.key = look.child("key").integerOr("position", 0);
            l.weight = look.numberOr("weight", 0);
            l.what = look.textOr("what", "");
            example.lookAt.push_back(std::move(l));
        }
        model.examples.push_back(std::move(example));
    }
    if (document->error())
        model.examples.clear();
}

} // namespace

Result<ModelPtr> openModel(const fs::path& folder)
{
    std::error_code ec;
    if (!fs::exists(folder, ec))
        return fail(ErrorCode::NotFound, "expected a model folder, found nothing of that name",
                    folder.string());
    if (fs::is_regular_file(folder, ec) && isAttentionFile(folder))
        return openAttentionFile(folder);
    if (!fs::is_directory(folder, ec))
        return fail(ErrorCode::NotFound,
                    "expected a folder with config.json and model.safetensors, or a file of attention "
                    "patterns (.npy, "
                    ".npz, .safetensors), found a file of another kind",
                    folder.string());
    auto config = Config::read(folder);
    if (!config)
        return tl::unexpected(config.error());
    const std::string type = config->text("model_type");
    if (config->error())
        return tl::unexpected(*config->error());
    const families::Family* family = families::find(type);
    if (!family)
        return fail(ErrorCode::Unsupported,
                    "expected a model_type among " + knownFamilies() + "; found \"" + type + "\"",
                    (folder / "config.json").string());
    auto checkpoint = openCheckpoint(folder);
    if (!checkpoint)
        return tl::unexpected(checkpoint.error());

    ProgramBuilder builder{std::string(family->title)};
    families::FamilyContext context{*config, **checkpoint, builder};
    family->build(context);
    if (config->error())
        return tl::unexpected(*config->error());
    auto program = builder.finish();
    if (!program)
        return tl::unexpected(program.error());
    if ((*program)->steps.empty())
        return fail(ErrorCode::BadFile, "config.json describes a model without any step", folder.string());
    auto parameters = Parameters::open(*program, *checkpoint);
    if (!parameters) {
        Error error = parameters.error();
        error.where = folder.string() + ": " + error.where;
        return tl::unexpected(error);
    }

    auto model = std::make_shared<Model>();
    model->folder = folder;
    model->name = fs::weakly_canonical(folder, ec).filename().string();
    if (model->name.empty())
        model->name = folder.string();
    model->modelType = type;
    model->program = *program;
    model->parameters = *parameters;
    if (auto tokenizer = openTokenizer(folder))
        model->tokenizer = std::move(*tokenizer);
    else if (tokenizer.error().code != ErrorCode::NotFound)
        model->tokenizerProblem = tokenizer.error();
    for (const Stream& stream : (*program)->streams) {
        if (stream.kind != Stream::Kind::Patches)
            continue;
        auto preprocessing = readImagePreprocessing(
            folder, (*program)->inputs[static_cast<std::size_t>(stream.ids.index)].axes);
        if (!preprocessing)
            return tl::unexpected(preprocessing.error());
        model->preprocessing = std::make_shared<const ImagePreprocessing>(*std::move(preprocessing));
    }
    readExamples(folder / "examples.json", *model);
    return ModelPtr(std::move(model));
}

const Tokenizer* Model::tokenizerOf(StreamIndex stream) const
{
    const bool decoded = stream >= 0 && program->streams[static_cast<std::size_t>(stream)].decoded;
    return decoded && targetTokenizer ? targetTokenizer.get() : tokenizer.get();
}

std::string Model::pieceLabel(StreamIndex stream, int id) const
{
    const Tokenizer* t = tokenizerOf(stream);
    std::string label = t && id >= 0 && id < t->vocabularySize() ? t->label(id) : std::string();
    return label.empty() ? std::to_string(id) : label;
}

std::string Model::label(const Trace& trace, const Axis& a, std::int64_t index) const
{
    if (a.name == axis::vocab && !a.labels)
        return pieceLabel(program->prediction.stream, static_cast<int>(index));
    return trace.label(a, index);
}

std::string familyOf(const fs::path& folder)
{
    const auto config = Config::read(folder);
    const families::Family* family = config ? families::find(config->textOr("model_type", "")) : nullptr;
    return family ? std::string(family->title) : std::string();
}

std::vector<fs::path> bundledModels(const fs::path& resources)
{
    std::vector<fs::path> folders;
    std::error_code ec;
    const fs::path root = resources / "models";
    if (auto order = readFile(root / "order.txt", 1 << 16)) {
        std::string name;
        for (const char c : *order + "\n") {
            if (c != '\n') {
                name += c;
            } else if (!name.empty()) {
                if (fs::is_directory(root / name, ec))
                    folders.push_back(root / name);
                name.clear();
            }
        }
    }
    std::set<fs::path> rest;
    for (fs::directory_iterator it(root, ec), end; !ec && it != end; it.increment(ec))
        if (it->is_directory(ec) && std::find(folders.begin(), folders.end(), it->path()) == folders.end())
            rest.insert(it->path());
    folders.insert(folders.end(), rest.begin(), rest.end());
    return folders;
}

fs::path resolveModel(const std::string& nameOrFolder, const fs::path& resources)
{
    std::error_code ec;
    if (nameOrFolder.find('/') == std::string::npos && !fs::is_directory(nameOrFolder, ec))
        if (const fs::path bundled = resources / "models" / nameOrFolder; fs::is_directory(bundled, ec))
            return bundled;
    return nameOrFolder;
}

fs::path findResources(const fs::path& executable)
{
    if (const char* named = std::getenv("HEADLIGHT_RESOURCES"); named && *named)
        return named;
    std::error_code ec;
    const fs::path bin = fs::weakly_canonical(executable, ec).parent_path();
    // Installed (bin, share beside it), and built (build/PRESET/bin in the source tree).
    for (const fs::path& candidate :
         {bin / "../share/headlight", bin / "../../../resources", bin / "../resources"})
        if (fs::is_directory(candidate / "models", ec))
            return fs::weakly_canonical(candidate, ec);
    return bin / "../share/headlight";
}

} // namespace headlight

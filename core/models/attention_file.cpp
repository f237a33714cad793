// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/attention_file.h"

#include "formats/files.h"
#include "formats/json.h"
#include "formats/npy.h"
#include "formats/npz.h"
#include "formats/safetensors_file.h"
#include "ops/ops.h"
#include "program/builder.h"
#include "result/quote.h"
#include "tokenizers/byte_level.h"
#include "tokenizers/labels.h"
#include "tokenizers/unicode.h"

#include <algorithm>
#include <array>
#include <map>

namespace fs = std::filesystem;

namespace headlight {

namespace {

/// A file of names is small, whatever it is beside.
constexpr std::uint64_t mostTokenBytes = 1 << 24;
constexpr std::int64_t mostLayers = 4096, mostHeads = 65536, mostTokens = 1 << 20;

/// Arrays in memory, as a checkpoint.
class Arrays final : public Checkpoint
{
public:
    explicit Arrays(std::map<std::string, NumpyArray> arrays)
        : m_arrays(std::make_shared<const std::map<std::string, NumpyArray>>(std::move(arrays)))
    {
        for (const auto& [name, array] : *m_arrays)
            m_entries.push_back(
                {name, DType::F32, array.shape, static_cast<std::int64_t>(array.values.size())});
    }
    [[nodiscard]] const std::vector<Entry>& entries() const override { return m_entries; }
    [[nodiscard]] const Entry* find(std::string_view name) const override
    {
        const auto it =
            std::find_if(m_entries.begin(), m_entries.end(), [&](const Entry& e) { return e.name == name; });
        return it == m_entries.end() ? nullptr : &*it;
    }
    [[nodiscard]] Result<FloatData> floats(std::string_view name) const override
    {
        const auto it = m_arrays->find(std::string(name));
        if (it == m_arrays->end())
            return fail(ErrorCode::NotFound, "no array of this name", std::string(name));
        return FloatData{it->second.values.data(), static_cast<std::int64_t>(it->second.values.size()),
                         m_arrays};
    }
    [[nodiscard]] std::uint64_t fileBytes() const override
    {
        std::uint64_t bytes = 0;
        for (const Entry& e : m_entries)
            bytes += static_cast<std::uint64_t>(e.count) * sizeof(float);
        return bytes;
    }

private:
    std::shared_ptr<const std::map<std::string, NumpyArray>> m_arrays;
    std::vector<Entry> m_entries;
};

/// The spellings of a space at the front of a token: GPT-2's, SentencePiece's, and that of Headlight's
/// labels.
constexpr std::string_view byteLevelSpace = "\xC4\xA0";                                  // Ġ
constexpr std::array<std::string_view, 2> visibleSpaces{"\xE2\x96\x81", "\xE2\x90\xA3"}; // ▁, ␣

/// How a list of tokens is spelt, told by what is in it, and the text that such tokens stand for.
class Spelling
{
public:
    explicit Spelling(const std::vector<std::string>& tokens)
    {
        for (const std::string& token : tokens) {
            m_byteLevel = m_byteLevel || token.find(byteLevelSpace) != token.npos ||
                          token.find("\xC4\x8A") != token.npos; // Ċ, a line end
            m_spaced = m_spaced || token.starts_with(' ') ||
                       std::any_of(visibleSpaces.begin(), visibleSpaces.end(),
                                   [&](std::string_view space) { return token.starts_with(space); });
            m_continued = m_continued || (token.starts_with("##") && token.size() > 2);
        }
    }

    struct Text
    {
        std::string text;
        std::vector<std::pair<std::size_t, std::size_t>> bytes; ///< of each token
    };
    [[nodiscard]] Text textOf(const std::vector<std::string>& tokens) const
    {
        Text written = join(tokens, true);
        // Tokens that end within a character, or that only look like bytes: then as they are.
        return firstInvalidUtf8(written.text) ? join(tokens, false) : written;
    }
    [[nodiscard]] std::string label(const std::string& token) const
    {
        return labelOf(m_byteLevel ? bytesOf(token) : token, false);
    }

private:
    [[nodiscard]] static std::string bytesOf(const std::string& token)
    {
        if (auto bytes = fromByteLevel(token))
            return *bytes;
        return token.starts_with(byteLevelSpace) ? " " + token.substr(byteLevelSpace.size()) : token;
    }
    [[nodiscard]] Text join(const std::vector<std::string>& tokens, bool read) const
    {
        Text written;
        for (const std::string& token : tokens) {
            std::string part = token;
            bool apart = !written.text.empty(); // a space of its own before it
            if (read && m_byteLevel) {
                part = bytesOf(token);
                apart = false;
            } else if (read && m_spaced) {
                for (const std::string_view space : visibleSpaces)
                    for (std::size_t at = 0; (at = part.find(space, at)) != part.npos; ++at)
                        part.replace(at, space.size(), " ");
                apart = false;
            } else if (read && m_continued && part.starts_with("##") && part.size() > 2) {
                part.erase(0, 2);
                apart = false;
            }
            if (apart)
                written.text += ' ';
            written.bytes.emplace_back(written.text.size(), written.text.size() + part.size());
            written.text += part;
        }
        return written;
    }

    bool m_byteLevel = false; ///< GPT-2's stand-ins for bytes
    bool m_spaced = false;    ///< a token that begins a word says so
    bool m_continued = false; ///< a token that goes on with a word says so
};

/// The tokens that came with the arrays, whatever is typed.
class GivenTokens final : public Tokenizer
{
public:
    explicit GivenTokens(std::vector<std::string> tokens)
        : m_tokens(std::move(tokens))
        , m_spelling(m_tokens)
        , m_text(m_spelling.textOf(m_tokens))
    {
        for (const std::string& token : m_tokens)
            if (m_ids.emplace(token, static_cast<int>(m_pieces.size())).second)
                m_pieces.push_back(token);
    }
    [[nodiscard]] const std::string& text() const { return m_text.text; }

    Result<std::vector<Token>> encode(std::string_view text, bool) const override
    {
        // The chips mark the bytes of each token, as long as the text is the file's own.
        const bool same = text == m_text.text;
        std::vector<Token> result;
        for (std::size_t i = 0; i < m_tokens.size(); ++i) {
            const int id = m_ids.at(m_tokens[i]);
            const auto [begin, end] = m_text.bytes[i];
            result.push_back({id, m_tokens[i], same ? begin : 0, same ? end : 0, isSpecial(id), 0});
        }
        return result;
    }
    Result<std::string> decode(std::span<const int> ids, bool) const override
    {
        std::vector<std::string> pieces;
        for (const int id : ids)
            pieces.push_back(piece(id));
        return m_spelling.textOf(pieces).text;
    }
    int vocabularySize() const override { return static_cast<int>(m_pieces.size()); }
    std::string piece(int id) const override
    {
        return id >= 0 && id < vocabularySize() ? m_pieces[static_cast<std::size_t>(id)] : std::string();
    }
    std::optional<int> idOf(std::string_view piece) const override
    {
        const auto it = m_ids.find(std::string(piece));
        return it == m_ids.end() ? std::nullopt : std::optional<int>(it->second);
    }
    /// The spellings that special tokens usually have: [CLS], <s>, <|endoftext|>.
    bool isSpecial(int id) const override
    {
        const std::string p = piece(id);
        return p.size() > 2 &&
               ((p.front() == '[' && p.back() == ']') || (p.front() == '<' && p.back() == '>'));
    }
    std::string label(int id) const override { return m_spelling.label(piece(id)); }
    std::string kind() const override { return "tokens of the file"; }

private:
    std::vector<std::string> m_tokens, m_pieces;
    std::map<std::string, int> m_ids;
    Spelling m_spelling;
    Spelling::Text m_text;
};

Result<std::vector<std::string>> tokensOfJson(const std::string& bytes, const std::string& where)
{
    auto json = parseJson(bytes, where);
    if (!json)
        return tl::unexpected(json.error());
    const nlohmann::json* list = &*json;
    if (json->is_object()) {
        const auto it = json->find("tokens");
        if (it == json->end())
            return fail(ErrorCode::BadFile, "expected a list of tokens, or an object with \"tokens\"", where);
        list = &*it;
    }
    if (!list->is_array())
        return fail(ErrorCode::BadFile, "expected a list of tokens, found " + describeJson(*list), where);
    std::vector<std::string> tokens;
    for (const auto& token : *list) {
        if (!token.is_string())
            return fail(ErrorCode::BadFile,
                        "expected token " + std::to_string(tokens.size()) + " as a string, found " +
                            describeJson(token),
                        where);
        tokens.push_back(token.get<std::string>());
    }
    return tokens;
}

std::vector<std::string> tokensOfText(const std::string& bytes)
{
    std::vector<std::string> tokens;
    std::string line;
    for (const char c : bytes) {
        if (c == '\n') {
            tokens.push_back(std::move(line));
            line.clear();
        } else if (c != '\r') {
            line += c;
        }
    }
    if (!line.empty())
        tokens.push_back(std::move(line));
    return tokens;
}

/// The tokens beside the file; numbers when there is no such file.
Result<std::vector<std::string>> tokensBeside(const fs::path& file, std::int64_t count)
{
    fs::path json = file, text = file;
    json.replace_extension(".json");
    text.replace_extension(".txt");
    std::error_code ec;
    for (const fs::path& candidate :
         {json, text, file.parent_path() / "tokens.json", file.parent_path() / "tokens.txt"}) {
        if (!fs::is_regular_file(candidate, ec))
            continue;
        auto bytes = readFile(candidate, mostTokenBytes);
        if (!bytes)
            return tl::unexpected(bytes.error());
        auto tokens = candidate.extension() == ".json"
                          ? tokensOfJson(*bytes, candidate.string())
                          : Result<std::vector<std::string>>(tokensOfText(*bytes));
        if (tokens && static_cast<std::int64_t>(tokens->size()) != count)
            return fail(ErrorCode::BadFile,
                        "expected " + std::to_string(count) + " tokens, as many as positions, found " +
                            std::to_string(tokens->size()),
                        candidate.string());
        return tokens;
    }
    std::vector<std::string> numbers;
    for (std::int64_t i = 0; i < count; ++i)
        numbers.push_back(std::to_string(i));
    return numbers;
}

/// A run of digits counts as its number: attention_10 comes after attention_9.
bool naturallyBefore(const std::string& a, const std::string& b)
{
    const auto digit = [](char c) { return c >= '0' && c <= '9'; };
    std::size_t i = 0, j = 0;
    while (i < a.size() && j < b.size()) {
        if (digit(a[i]) && digit(b[j])) {
            while (i < a.size() && a[i] == '0')
                ++i;
            while (j < b.size() && b[j] == '0')
                ++j;
            std::size_t m = i, n = j;
            while (m < a.size() && digit(a[m]))
                ++m;
            while (n < b.size() && digit(b[n]))
                ++n;
            if (m - i != n - j)
                return m - i < n - j;
            if (const int order = a.compare(i, m - i, b, j, n - j))
                return order < 0;
            i = m;
            j = n;
        } else if (a[i] != b[j]) {
            return a[i] < b[j];
        } else {
            ++i;
            ++j;
        }
    }
    return a.size() - i < b.size() - j;
}

tl::unexpected<Error> wrongShape(const Checkpoint::Entry& entry, const fs::path& file, const char* expected)
{
    std::string shape;
    for (const std::int64_t n : entry.shape)
        shape += (shape.empty() ? "" : ", ") + std::to_string(n);
    return fail(ErrorCode::BadShape, std::string("expected ") + expected + ", found [" + shape + "]",
                file.string() + ": " + entry.name);
}

/// One view [head, query, key] a layer.
Result<std::vector<Slice>> layersOf(const Checkpoint& arrays, const fs::path& file)
{
    std::vector<const Checkpoint::Entry*> entries;
    for (const Checkpoint::Entry& e : arrays.entries())
        entries.push_back(&e);
    if (entries.empty())
        return fail(ErrorCode::BadFile, "expected arrays with attention, found none", file.string());
    std::stable_sort(entries.begin(), entries.end(),
                     [](const auto* a, const auto* b) { return naturallyBefore(a->name, b->name); });
    std::vector<Slice> layers;
    if (entries.size() > 1) {
        for (const Checkpoint::Entry* e : entries) {
            if ((e->shape.size() != 3 && e->shape.size() != 4) || e->count == 0)
                return wrongShape(*e, file, "[head, query, key], or a batch of that, in every array");
            Slice s(e->name, e->shape);
            layers.push_back(e->shape.size() == 4 ? s.select(0, 0) : s);
        }
    } else {
        const Checkpoint::Entry& e = *entries.front();
        const auto rank = e.shape.size();
        if (rank < 2 || rank > 5 || e.count == 0)
            return wrongShape(e, file, "[layer, head, query, key]");
        Slice s(e.name, e.shape);
        if (rank == 5) // [layer, batch, …] as stacked attentions are, or a batch of one in front
            s = e.shape[0] == 1 && e.shape[1] != 1 ? s.select(0, 0) : s.select(1, 0);
        if (rank == 2)
            s = s.split(0, 1);
        if (s.sizes.size() == 3) {
            layers.push_back(std::move(s));
        } else {
            if (s.sizes[0] > mostLayers)
                return wrongShape(e, file, "at most 4096 layers in [layer, head, query, key]");
            for (std::int64_t l = 0; l < s.sizes[0]; ++l)
                layers.push_back(s.select(0, l));
        }
    }
    const auto& first = layers.front().sizes;
    for (const Slice& s : layers) {
        if (s.sizes[1] != s.sizes[2])
            return fail(ErrorCode::Unsupported,
                        "expected queries and keys that are the same positions, found " +
                            std::to_string(s.sizes[1]) + " queries and " + std::to_string(s.sizes[2]) +
                            " keys",
                        file.string() + ": " + s.tensor);
        if (s.sizes[1] != first[1])
            return fail(ErrorCode::BadShape,
                        "expected " + std::to_string(first[1]) + " positions as in the first layer, found " +
                            std::to_string(s.sizes[1]),
                        file.string() + ": " + s.tensor);
        if (s.sizes[0] > mostHeads || s.sizes[1] > mostTokens ||
            layers.size() > static_cast<std::size_t>(mostLayers))
            return fail(ErrorCode::TooLarge, "expected fewer layers, heads or positions",
                        file.string() + ": " + s.tensor);
    }
    return layers;
}

Result<std::shared_ptr<const Checkpoint>> openArrays(const fs::path& file)
{
    const std::string ending = file.extension().string();
    if (ending == ".safetensors")
        return openSafetensorsFile(file);
    std::map<std::string, NumpyArray> arrays;
    if (ending == ".npy") {
        auto array = readNpy(file);
        if (!array)
            return tl::unexpected(array.error());
        arrays.emplace("attention", std::move(*array));
    } else {
        auto all = readNpz(file);
        if (!all)
            return tl::unexpected(all.error());
        arrays = std::move(*all);
    }
    return std::make_shared<const Arrays>(std::move(arrays));
}

} // namespace

bool isAttentionFile(const fs::path& file)
{
    const std::string ending = file.extension().string();
    return ending == ".npy" || ending == ".npz" || ending == ".safetensors";
}

Result<ModelPtr> openAttentionFile(const fs::path& file)
{
    auto arrays = openArrays(file);
    if (!arrays)
        return tl::unexpected(arrays.error());
    auto layers = layersOf(**arrays, file);
    if (!layers)
        return tl::unexpected(layers.error());
    const std::int64_t n = layers->front().sizes[1];
    auto tokens = tokensBeside(file, n);
    if (!tokens)
        return tl::unexpected(tokens.error());
    auto tokenizer = std::make_unique<GivenTokens>(std::move(*tokens));

    ProgramBuilder b("Attention from a file");
    Stream text{.name = "text",
                .contextLength = static_cast<int>(n),
                .vocabulary = std::max(1, tokenizer->vocabularySize())};
    text.ids = b.input("tokens", {positions(0)});
    b.stream(text);
    {
        const StageScope stage(b, "tokens", "Tokens → ids");
        b.checkpoint("hook_tokens", "ids", ops::input(), {text.ids});
    }
    for (std::size_t l = 0; l < layers->size(); ++l) {
        const StageScope stage(b, "layer", "Layer", static_cast<int>(l));
        const StageScope pattern(b, "pattern", "Attention pattern");
        const std::string name = "blocks." + std::to_string(l) + ".attn";
        const Slice& s = (*layers)[l];
        const TensorRef array =
            b.parameter(name + ".pattern", "P",
                        {named(axis::head, s.sizes[0]), Axis{std::string(axis::query), n, 0, nullptr},
                         Axis{std::string(axis::key), n, 0, nullptr}},
                        s);
        const TensorRef step = b.step(name + ".hook_pattern", "P", ops::input(), {array});
        if (b.failed())
            break;
        AttentionLayer layer;
        layer.name = name;
        layer.layer = static_cast<int>(l);
        layer.heads = layer.keyHeads = static_cast<int>(s.sizes[0]);
        layer.pattern = step.index;
        layer.queries = layer.keys = 0;
        b.attention(std::move(layer));
    }
    auto program = b.finish();
    if (!program)
        return tl::unexpected(program.error());
    auto parameters = Parameters::open(*program, *arrays);
    if (!parameters)
        return tl::unexpected(parameters.error());
    auto model = std::make_shared<Model>();
    model->folder = file;
    model->name = file.stem().string();
    model->modelType = "attention";
    model->about = "Attention patterns from a file.";
    model->program = *program;
    model->parameters = *parameters;
    model->examples.push_back({.title = model->name, .text = tokenizer->text()});
    model->tokenizer = std::move(tokenizer);
    return ModelPtr(std::move(model));
}

} // namespace headlight

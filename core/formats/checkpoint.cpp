// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "formats/checkpoint.h"

#include "formats/files.h"
#include "formats/half.h"
#include "formats/mapped_file.h"
#include "formats/safetensors_header.h"
#include "result/quote.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <deque>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <unistd.h>

namespace headlight {
namespace {

namespace fs = std::filesystem;

static_assert(std::endian::native == std::endian::little,
              "the file's numbers are used as they lie in memory");

constexpr std::uint64_t maxIndexBytes = 64'000'000;

/// One tensor of an open file, and its numbers once somebody has asked for them.
struct Stored
{
    std::shared_ptr<const MappedFile> file;
    std::string_view bytes;
    std::once_flag once;
    Result<FloatData> floats;
};

template <class Source, class Convert>
void convertAll(std::string_view bytes, float* target, Convert convert)
{
    const std::size_t count = bytes.size() / sizeof(Source);
    for (std::size_t i = 0; i < count; ++i) {
        Source value; // The bytes need not lie aligned.
        std::memcpy(&value, bytes.data() + i * sizeof(Source), sizeof(Source));
        target[i] = convert(value);
    }
}

void convertTo(float* target, std::string_view bytes, DType type)
{
    const auto cast = [](auto value) { return static_cast<float>(value); };
    switch (type) {
    case DType::F32:
        std::memcpy(target, bytes.data(), bytes.size());
        break;
    case DType::F16:
        convertAll<std::uint16_t>(bytes, target, floatFromHalf);
        break;
    case DType::BF16:
        convertAll<std::uint16_t>(bytes, target, floatFromBfloat);
        break;
    case DType::F64:
        convertAll<double>(bytes, target, cast);
        break;
    case DType::I64:
        convertAll<std::int64_t>(bytes, target, cast);
        break;
    case DType::I32:
        convertAll<std::int32_t>(bytes, target, cast);
        break;
    case DType::Bool:
        convertAll<std::uint8_t>(bytes, target, [](std::uint8_t value) { return value != 0 ? 1.0F : 0.0F; });
        break;
    case DType::I16:
    case DType::I8:
    case DType::U8:
        break; // refused before
    }
}

Result<FloatData> makeFloats(const Stored& stored, const Checkpoint::Entry& entry)
{
    if (entry.type == DType::I16 || entry.type == DType::I8 || entry.type == DType::U8) {
        return fail(ErrorCode::Unsupported,
                    "expected weights of type F32, F16, BF16 or F64, found " +
                        std::string(nameOf(entry.type)),
                    quote(entry.name));
    }
    const bool aligned = reinterpret_cast<std::uintptr_t>(stored.bytes.data()) % alignof(float) == 0;
    if (entry.type == DType::F32 && aligned)
        return FloatData{reinterpret_cast<const float*>(stored.bytes.data()), entry.count, stored.file};

    const auto count = static_cast<std::uint64_t>(entry.count);
    const auto memory = static_cast<std::uint64_t>(::sysconf(_SC_PHYS_PAGES)) *
                        static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
    // A file with holes can be far larger than the disk; what it claims is compared before memory is taken.
    if (count > memory / sizeof(float)) {
        return fail(ErrorCode::TooLarge,
                    "expected a tensor that fits into memory as float32, found " + std::to_string(count) +
                        " elements",
                    quote(entry.name));
    }
    const std::shared_ptr<float[]> numbers(new (std::nothrow) float[count]);
    if (!numbers)
        return fail(ErrorCode::TooLarge, "not enough memory for the tensor as float32", quote(entry.name));
    convertTo(numbers.get(), stored.bytes, entry.type);
    return FloatData{numbers.get(), entry.count, numbers};
}

class SafetensorsCheckpoint final : public Checkpoint
{
public:
    [[nodiscard]] const std::vector<Entry>& entries() const override { return m_entries; }

    [[nodiscard]] const Entry* find(std::string_view name) const override
    {
        const auto found =
            std::lower_bound(m_entries.begin(), m_entries.end(), name,
                             [](const Entry& entry, std::string_view wanted) { return entry.name < wanted; });
        return found != m_entries.end() && found->name == name ? &*found : nullptr;
    }

    [[nodiscard]] Result<FloatData> floats(std::string_view name) const override
    {
        const Entry* entry = find(name);
        if (entry == nullptr)
            return fail(ErrorCode::NotFound, "no such tensor in the checkpoint", quote(name));
        Stored& stored = m_stored[static_cast<std::size_t>(entry - m_entries.data())];
        std::call_once(stored.once, [&] { stored.floats = makeFloats(stored, *entry); });
        return stored.floats;
    }

    [[nodiscard]] std::uint64_t fileBytes() const override { return m_fileBytes; }

    /// Adds the tensors of one file. finish() must follow the last one.
    [[nodiscard]] Result<void> add(const fs::path& file)
    {
        auto mapped = MappedFile::open(file);
        if (!mapped)
            return tl::unexpected(std::move(mapped.error()));
        const std::string_view bytes = (*mapped)->bytes();
        auto header = parseSafetensorsHeader(bytes, file.string());
        if (!header)
            return tl::unexpected(std::move(header.error()));
        m_fileBytes += bytes.size();
        for (SafetensorsEntry& tensor : header->entries) {
            const auto data = bytes.substr(header->dataBegin + tensor.begin, tensor.end - tensor.begin);
            m_pending.push_back({std::move(tensor.entry), *mapped, data, file.filename().string()});
        }
        return {};
    }

    [[nodiscard]] Result<void> finish(const std::string& where)
    {
        std::stable_sort(m_pending.begin(), m_pending.end(),
                         [](const Pending& a, const Pending& b) { return a.entry.name < b.entry.name; });
        for (std::size_t i = 1; i < m_pending.size(); ++i) {
            if (m_pending[i].entry.name == m_pending[i - 1].entry.name) {
                return fail(ErrorCode::BadFile,
                            "expected each tensor in one file, found " + quote(m_pending[i].entry.name) +
                                " in " + quote(m_pending[i - 1].shard) + " and in " +
                                quote(m_pending[i].shard),
                            where);
            }
        }
        m_entries.reserve(m_pending.size());
        for (Pending& pending : m_pending) {
            m_entries.push_back(std::move(pending.entry));
            Stored& stored = m_stored.emplace_back();
            stored.file = std::move(pending.file);
            stored.bytes = pending.bytes;
            m_shards.push_back(std::move(pending.shard));
        }
        m_pending.clear();
        return {};
    }

    /// The index' word on where a tensor is must be true.
    [[nodiscard]] Result<void> verify(const std::map<std::string, std::string>& shards,
                                      const std::string& where) const
    {
        for (const auto& [name, shard] : shards) {
            const Entry* entry = find(name);
            if (entry == nullptr || m_shards[static_cast<std::size_t>(entry - m_entries.data())] != shard) {
                return fail(ErrorCode::BadFile,
                            "expected tensor " + quote(name) + " in " + quote(shard) + ", found " +
                                (entry == nullptr ? "it in no file" : "it elsewhere"),
                            where);
            }
        }
        return {};
    }

private:
    struct Pending
    {
        Entry entry;
        std::shared_ptr<const MappedFile> file;
        std::string_view bytes;
        std::string shard;
    };

    std::vector<Pending> m_pending;
    std::vector<Entry> m_entries;
    std::vector<std::string> m_shards; ///< the file of each entry
    mutable std::deque<Stored> m_stored;
    std::uint64_t m_fileBytes = 0;
};

/// Why a folder without safetensors files cannot be opened, and what a person can do about it.
Error explainMissing(const fs::path& folder)
{
    std::set<std::string> names; // sorted, so that the message does not depend on the order on disk
    std::error_code error;
    for (fs::directory_iterator it(folder, error), end; !error && it != end; it.increment(error))
        names.insert(it->path().filename().string());
    const auto withSuffix = [&](std::initializer_list<std::string_view> suffixes) -> const std::string* {
        for (const std::string& name : names) {
            for (const std::string_view suffix : suffixes) {
                if (name.ends_with(suffix))
                    return &name;
            }
        }
        return nullptr;
    };
    const std::string expected = "expected model.safetensors or model.safetensors.index.json, found ";
    if (const auto* name = withSuffix({".safetensors"}))
        return {ErrorCode::NotFound, expected + "only " + quote(*name) + " (rename it if it is the model)",
                folder.string()};
    const std::string convert = "convert it in Python with transformers: "
                                "AutoModelForCausalLM.from_pretrained(folder).save_pretrained(new_folder, "
                                "safe_serialization=True), or the model's own Auto class";
    if (const auto* name = withSuffix({".bin", ".pt", ".pth", ".ckpt", ".pkl", ".pickle"})) {
        return {ErrorCode::Unsupported,
                expected + quote(*name) +
                    ", a pickled file, which can run any code when it is loaded and is never "
                    "opened; " +
                    convert,
                folder.string()};
    }
    if (const auto* name = withSuffix({".gguf"})) {
        return {ErrorCode::Unsupported,
                expected + quote(*name) +
                    ", which cannot be read yet; get the model's original folder, or convert it "
                    "in Python with transformers: AutoModelForCausalLM.from_pretrained(folder, "
                    "gguf_file=name).save_pretrained(new_folder, safe_serialization=True)",
                folder.string()};
    }
    if (const auto* name = withSuffix({".onnx"})) {
        return {ErrorCode::Unsupported,
                expected + quote(*name) +
                    ", which cannot be read yet; get the model's original folder with "
                    "safetensors files, or export it again from where it was trained",
                folder.string()};
    }
    if (const auto* name = withSuffix({".h5", ".msgpack"})) {
        return {ErrorCode::Unsupported, expected + quote(*name) + ", which cannot be read; " + convert,
                folder.string()};
    }
    return {ErrorCode::NotFound, expected + "neither in the folder", folder.string()};
}

} // namespace

Result<std::shared_ptr<const Checkpoint>> openCheckpoint(const fs::path& folder)
{
    if (auto usable = requireFolder(folder); !usable)
        return tl::unexpected(std::move(usable.error()));
    const fs::path single = folder / "model.safetensors";
    const fs::path index = folder / "model.safetensors.index.json";
    std::error_code error;
    auto checkpoint = std::make_shared<SafetensorsCheckpoint>();
    if (fs::exists(single, error)) {
        if (auto added = checkpoint->add(single); !added)
            return tl::unexpected(std::move(added.error()));
        if (auto finished = checkpoint->finish(single.string()); !finished)
            return tl::unexpected(std::move(finished.error()));
        return checkpoint;
    }
    if (!fs::exists(index, error))
        return tl::unexpected(explainMissing(folder));

    const auto bytes = readFile(index, maxIndexBytes);
    if (!bytes)
        return tl::unexpected(bytes.error());
    const auto shards = parseSafetensorsIndex(*bytes, index.string());
    if (!shards)
        return tl::unexpected(shards.error());
    std::set<std::string> files;
    for (const auto& [name, shard] : *shards)
        files.insert(shard);
    for (const std::string& file : files) {
        if (!fs::exists(folder / file, error)) {
            return fail(ErrorCode::NotFound, "expected the file " + quote(file) + " beside it, found none",
                        index.string());
        }
        if (auto added = checkpoint->add(folder / file); !added)
            return tl::unexpected(std::move(added.error()));
    }
    if (auto finished = checkpoint->finish(index.string()); !finished)
        return tl::unexpected(std::move(finished.error()));
    if (auto verified = checkpoint->verify(*shards, index.string()); !verified)
        return tl::unexpected(std::move(verified.error()));
    return checkpoint;
}

} // namespace headlight

// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "formats/checkpoint.h"

#include "formats/element_convert.h"
#include "formats/files.h"
#include "formats/mapped_file.h"
#include "formats/safetensors_file.h"
#include "formats/safetensors_header.h"
#include "formats/tensor_bytes.h"
#include "result/quote.h"

#include <algorithm>
#include <cstdlib>
#include <deque>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <sys/mman.h>

namespace headlight {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t maxIndexBytes = 64'000'000;

/// One tensor of an open file, and its numbers once somebody has asked for them.
struct Stored
{
    std::shared_ptr<const MappedFile> file;
    std::string_view bytes;
    std::once_flag once;
    Result<FloatData> floats;
};

/// Memory for converted numbers; a null pointer if there is not enough. Large pieces ask for huge pages: the
/// first touch of each small page costs more than converting what goes there.
std::shared_ptr<float> allocate(std::uint64_t count)
{
    constexpr std::size_t hugePage = std::size_t(2) << 20U;
    const std::size_t bytes = std::max<std::size_t>(count, 1) * sizeof(float);
    if (bytes < hugePage)
        return {static_cast<float*>(std::malloc(bytes)), std::free};
    const std::size_t rounded = (bytes + hugePage - 1) / hugePage * hugePage;
    auto* memory = static_cast<float*>(std::aligned_alloc(hugePage, rounded));
    if (memory != nullptr)
        ::madvise(memory, rounded, MADV_HUGEPAGE);
    return {memory, std::free};
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
    if (!fitsMemory(count * sizeof(float))) {
        return fail(ErrorCode::TooLarge,
                    "expected a tensor that fits into memory as float32, found " + std::to_string(count) +
                        " elements",
                    quote(entry.name));
    }
    const std::shared_ptr<float> numbers = allocate(count);
    if (!numbers)
        return fail(ErrorCode::TooLarge, "not enough memory for the tensor as float32", quote(entry.name));
    convertElements(stored.bytes, entry.type, numbers.get());
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

Result<std::shared_ptr<const Checkpoint>> openSafetensorsFile(const fs::path& file)
{
    auto checkpoint = std::make_shared<SafetensorsCheckpoint>();
    if (auto added = checkpoint->add(file); !added)
        return tl::unexpected(std::move(added.error()));
    if (auto finished = checkpoint->finish(file.string()); !finished)
        return tl::unexpected(std::move(finished.error()));
    return checkpoint;
}

} // namespace headlight

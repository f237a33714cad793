// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "formats/npz.h"

#include "formats/atomic_file.h"
#include "formats/mapped_file.h"
#include "formats/tensor_bytes.h"
#include "result/quote.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <deque>
#include <memory>
#include <optional>
#include <zip.h>

namespace headlight {
namespace {

constexpr std::string_view suffix = ".npy";
constexpr zip_int64_t maxEntries = 1'000'000;

using Archive = std::unique_ptr<zip_t, decltype(&zip_discard)>;

/// Unpacks one entry, never more than @p limit bytes of it, whatever its header says.
Result<std::string> unpack(zip_t* archive, zip_uint64_t index, std::uint64_t limit, const std::string& where)
{
    zip_stat_t status;
    zip_stat_init(&status);
    constexpr zip_uint64_t needed = ZIP_STAT_SIZE | ZIP_STAT_COMP_METHOD | ZIP_STAT_ENCRYPTION_METHOD;
    if (zip_stat_index(archive, index, 0, &status) != 0 || (status.valid & needed) != needed)
        return fail(ErrorCode::BadFile, "expected an entry of a zip archive, found a damaged one", where);
    if (status.encryption_method != ZIP_EM_NONE)
        return fail(ErrorCode::Unsupported, "expected an entry that is not encrypted, found one that is",
                    where);
    if (status.comp_method != ZIP_CM_STORE && status.comp_method != ZIP_CM_DEFLATE) {
        return fail(ErrorCode::Unsupported,
                    "expected an entry that is stored or deflated, found compression method " +
                        std::to_string(status.comp_method),
                    where);
    }
    if (status.size > limit) {
        return fail(ErrorCode::TooLarge,
                    "expected arrays of at most " + std::to_string(limit) + " more bytes, found " +
                        std::to_string(status.size),
                    where);
    }
    const std::unique_ptr<zip_file_t, decltype(&zip_fclose)> file(zip_fopen_index(archive, index, 0),
                                                                  &zip_fclose);
    if (!file)
        return fail(ErrorCode::BadFile,
                    "cannot unpack the entry (" + std::string(zip_strerror(archive)) + ")", where);
    std::string bytes;
    std::array<char, 65536> piece; // NOLINT(cppcoreguidelines-pro-type-member-init): zip_fread fills it
    for (;;) {
        const zip_int64_t count = zip_fread(file.get(), piece.data(), piece.size());
        if (count < 0) {
            return fail(ErrorCode::BadFile,
                        "cannot unpack the entry (" + std::string(zip_file_strerror(file.get())) + ")",
                        where);
        }
        if (static_cast<std::uint64_t>(count) > status.size - bytes.size())
            return fail(ErrorCode::BadFile, "expected " + std::to_string(status.size) + " bytes, found more",
                        where);
        if (count == 0)
            break;
        bytes.append(piece.data(), static_cast<std::size_t>(count));
    }
    if (bytes.size() != status.size) {
        return fail(ErrorCode::BadFile,
                    "expected " + std::to_string(status.size) + " bytes, found " +
                        std::to_string(bytes.size()),
                    where);
    }
    return bytes;
}

/// Hands one tensor to libzip, which asks for it when it writes the archive.
struct PendingEntry
{
    const TensorSource* source = nullptr;
    std::optional<Error>* error = nullptr; ///< why a tensor could not be had; the first one stays
    std::string header;
    std::uint64_t size = 0;
    TensorPtr tensor;
    std::string gathered; ///< the elements of a tensor that is not dense
    std::string_view values;
    std::uint64_t at = 0;

    bool open()
    {
        at = 0;
        Result<TensorPtr> loaded = loadChecked(*source);
        if (!loaded) {
            if (!*error)
                *error = std::move(loaded.error());
            return false;
        }
        tensor = *std::move(loaded);
        const auto count = static_cast<std::size_t>(tensor->count());
        if (tensor->isDense()) {
            values = {reinterpret_cast<const char*>(tensor->data()), count * sizeof(float)};
            return true;
        }
        gathered.reserve(count * sizeof(float));
        (void)writeValues(*tensor, [this](std::string_view piece) -> Result<void> {
            gathered += piece;
            return {};
        });
        values = gathered;
        return true;
    }

    zip_int64_t read(char* target, std::uint64_t wanted)
    {
        std::uint64_t done = 0;
        for (std::string_view part :
             {std::string_view(header).substr(std::min<std::uint64_t>(at, header.size())),
              values.substr(at > header.size() ? at - header.size() : 0)}) {
            part = part.substr(0, wanted - done);
            std::copy(part.begin(), part.end(), target + done);
            done += part.size();
        }
        at += done;
        return static_cast<zip_int64_t>(done);
    }

    void close()
    {
        tensor.reset();
        gathered = {};
        values = {};
    }
};

zip_int64_t serveEntry(void* entryPointer, void* data, zip_uint64_t size, zip_source_cmd_t command)
{
    auto* entry = static_cast<PendingEntry*>(entryPointer);
    switch (command) {
    case ZIP_SOURCE_OPEN:
        return entry->open() ? 0 : -1;
    case ZIP_SOURCE_READ:
        return entry->read(static_cast<char*>(data), size);
    case ZIP_SOURCE_CLOSE:
        entry->close();
        return 0;
    case ZIP_SOURCE_STAT: {
        auto* status = static_cast<zip_stat_t*>(data);
        zip_stat_init(status);
        status->valid = ZIP_STAT_SIZE;
        status->size = entry->size;
        return sizeof(zip_stat_t);
    }
    case ZIP_SOURCE_ERROR: {
        const std::array<int, 2> codes = {ZIP_ER_READ, 0};
        std::memcpy(data, codes.data(), sizeof codes);
        return sizeof codes;
    }
    case ZIP_SOURCE_FREE:
        return 0;
    case ZIP_SOURCE_SUPPORTS:
        return ZIP_SOURCE_SUPPORTS_READABLE;
    default:
        return -1;
    }
}

Result<void> addEntries(zip_t* archive, std::deque<PendingEntry>& entries, const std::string& where)
{
    for (PendingEntry& entry : entries) {
        const std::string name = entry.source->name + std::string(suffix);
        zip_source_t* source = zip_source_function(archive, serveEntry, &entry);
        const zip_int64_t index =
            source != nullptr ? zip_file_add(archive, name.c_str(), source, ZIP_FL_ENC_UTF_8) : -1;
        if (index < 0) {
            zip_source_free(source); // only an entry that was added owns it
            return fail(ErrorCode::BadInput,
                        "cannot name an entry so (" + std::string(zip_strerror(archive)) + ")",
                        where + ": " + quote(name));
        }
        // Always the same time, the first that the format knows, so that equal tensors give equal files.
        constexpr zip_uint16_t firstOfJanuary1980 = 0x21;
        const auto added = static_cast<zip_uint64_t>(index);
        if (zip_set_file_compression(archive, added, ZIP_CM_STORE, 0) != 0 ||
            zip_file_set_dostime(archive, added, 0, firstOfJanuary1980, 0) != 0)
            return fail(ErrorCode::Io,
                        "cannot write the archive (" + std::string(zip_strerror(archive)) + ")", where);
    }
    return {};
}

} // namespace

Result<std::map<std::string, NumpyArray>> parseNpz(std::string_view bytes, const std::string& where,
                                                   std::uint64_t limit)
{
    if (bytes.empty()) // libzip would take it for an archive without entries
        return fail(ErrorCode::BadFile, "expected a zip archive of arrays, found an empty file", where);
    zip_error_t error;
    zip_error_init(&error);
    zip_source_t* source = zip_source_buffer_create(bytes.data(), bytes.size(), 0, &error);
    const Archive archive(source != nullptr ? zip_open_from_source(source, ZIP_RDONLY, &error) : nullptr,
                          &zip_discard);
    const std::string reason = archive ? std::string() : zip_error_strerror(&error);
    zip_error_fini(&error);
    if (!archive) {
        zip_source_free(source); // an archive that was opened owns it
        return fail(ErrorCode::BadFile,
                    "expected a zip archive of arrays, found another file (" + reason + ")", where);
    }
    const zip_int64_t count = zip_get_num_entries(archive.get(), 0);
    if (count > maxEntries)
        return fail(ErrorCode::TooLarge,
                    "expected at most " + std::to_string(maxEntries) + " arrays, found " +
                        std::to_string(count),
                    where);
    std::map<std::string, NumpyArray> arrays;
    for (zip_int64_t i = 0; i < count; ++i) {
        const auto index = static_cast<zip_uint64_t>(i);
        const char* rawName = zip_get_name(archive.get(), index, 0);
        std::string name = rawName != nullptr ? rawName : "";
        const std::string entryWhere = where + ": " + quote(name);
        if (!name.ends_with(suffix))
            return fail(ErrorCode::BadFile, "expected an archive of .npy files, found another one",
                        entryWhere);
        const auto unpacked = unpack(archive.get(), index, limit, entryWhere);
        if (!unpacked)
            return tl::unexpected(unpacked.error());
        auto array = parseNpy(*unpacked, entryWhere);
        if (!array)
            return tl::unexpected(std::move(array.error()));
        limit -=
            std::min<std::uint64_t>(limit, std::max(unpacked->size(), array->values.size() * sizeof(float)));
        name.resize(name.size() - suffix.size());
        if (!arrays.emplace(std::move(name), *std::move(array)).second)
            return fail(ErrorCode::BadFile, "expected each array once, found one twice", entryWhere);
    }
    return arrays;
}

Result<std::map<std::string, NumpyArray>> readNpz(const std::filesystem::path& file, std::uint64_t limit)
{
    const auto mapped = MappedFile::open(file);
    if (!mapped)
        return tl::unexpected(mapped.error());
    return parseNpz((*mapped)->bytes(), file.string(), limit);
}

Result<void> writeNpz(const std::filesystem::path& file, std::vector<TensorSource> tensors)
{
    if (auto sorted = sortByName(tensors, file.string()); !sorted)
        return sorted;
    if (tensors.empty()) // libzip would write no file at all
        return fail(ErrorCode::BadInput, "expected tensors to write, found none", file.string());
    auto created = AtomicFile::create(file);
    if (!created)
        return tl::unexpected(std::move(created.error()));

    std::optional<Error> loadError;
    std::deque<PendingEntry> entries; // libzip keeps pointers to them
    for (const TensorSource& source : tensors) {
        const auto bytes = byteCount(source.shape, sizeof(float));
        if (!bytes)
            return fail(ErrorCode::TooLarge, "too many elements for a file",
                        file.string() + ": " + source.name);
        PendingEntry& entry = entries.emplace_back();
        entry.source = &source;
        entry.error = &loadError;
        entry.header = npyHeader(source.shape);
        entry.size = entry.header.size() + *bytes;
    }
    const auto cannotWrite = [&](const std::string& reason) {
        return fail(ErrorCode::Io, "cannot write the archive (" + reason + ")", file.string());
    };
    int openError = 0;
    Archive archive(zip_open((*created)->path().c_str(), ZIP_CREATE | ZIP_TRUNCATE, &openError),
                    &zip_discard);
    if (!archive)
        return cannotWrite("libzip's error " + std::to_string(openError));
    if (auto added = addEntries(archive.get(), entries, file.string()); !added)
        return added;
    if (zip_close(archive.get()) != 0) {
        if (loadError)
            return tl::unexpected(*std::move(loadError));
        return cannotWrite(zip_strerror(archive.get()));
    }
    (void)archive.release(); // zip_close has freed it
    return (*created)->commit();
}

} // namespace headlight

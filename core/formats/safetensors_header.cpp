// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "formats/safetensors_header.h"

#include "formats/element_convert.h"
#include "formats/json.h"
#include "formats/tensor_bytes.h"
#include "result/quote.h"
#include "tensor/tensor.h"

#include <algorithm>
#include <array>
#include <limits>
#include <optional>

namespace headlight {
namespace {

using nlohmann::json;

constexpr std::uint64_t maxHeaderBytes = 100'000'000; // the format's own limit
constexpr std::size_t maxRank = 32;

/// In the order of DType.
constexpr std::array<std::string_view, 10> typeNames = {"F32", "F16", "BF16", "F64", "I64",
                                                        "I32", "I16", "I8",   "U8",  "BOOL"};

/// Takes the parser's events for exactly the structure that a header has, so that anything else ends the
/// parse at once and no document is built that a hostile header could blow up.
class HeaderReader
{
public:
    // NOLINTBEGIN(readability-identifier-naming): the names are the parser's.
    bool null() { return refuseValue("null"); }
    bool boolean(bool value) { return refuseValue(value ? "true" : "false"); }
    bool number_integer(json::number_integer_t value) { return refuseValue(std::to_string(value)); }
    bool number_float(json::number_float_t, const std::string& text) { return refuseValue(text); }
    bool number_unsigned(json::number_unsigned_t value)
    {
        if (m_place == Place::Shape) {
            if (value > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max()))
                return refuseValue(std::to_string(value));
            if (m_entry.entry.shape.size() == maxRank)
                return refuse(ErrorCode::TooLarge, "expected at most 32 axes, found more");
            m_entry.entry.shape.push_back(static_cast<std::int64_t>(value));
            return true;
        }
        if (m_place == Place::Offsets && m_offsets < 2) {
            (m_offsets == 0 ? m_entry.begin : m_entry.end) = value;
            ++m_offsets;
            return true;
        }
        return refuseValue(std::to_string(value));
    }
    bool string(std::string& value)
    {
        if (m_place == Place::Metadata) {
            if (!m_header.metadata.emplace(std::move(m_key), std::move(value)).second)
                return refuse(ErrorCode::BadFile, "expected each key of __metadata__ once, found one twice");
            return true;
        }
        if (m_place != Place::Entry || m_key != "dtype")
            return refuseValue(quote(value));
        const auto* found = std::find(typeNames.begin(), typeNames.end(), value);
        if (found == typeNames.end()) {
            return refuse(
                ErrorCode::Unsupported,
                "expected numbers of type F32, F16, BF16, F64, I64, I32, I16, I8, U8 or BOOL, found " +
                    quote(value));
        }
        m_entry.entry.type = static_cast<DType>(found - typeNames.begin());
        return true;
    }
    bool binary(json::binary_t&) { return false; }
    bool key(std::string& name)
    {
        m_key = std::move(name);
        if (m_place == Place::Top) {
            m_name = m_key;
            return true;
        }
        if (m_place == Place::Metadata)
            return true;
        bool* seen = m_key == "dtype"          ? &m_hasType
                     : m_key == "shape"        ? &m_hasShape
                     : m_key == "data_offsets" ? &m_hasOffsets
                                               : nullptr;
        if (seen == nullptr)
            return refuse(ErrorCode::BadFile,
                          "expected dtype, shape and data_offsets, found " + quote(m_key));
        if (*seen)
            return refuse(ErrorCode::BadFile, "expected " + m_key + " once, found it twice");
        *seen = true;
        return true;
    }
    bool start_object(std::size_t)
    {
        if (m_place == Place::File) {
            m_place = Place::Top;
            return true;
        }
        if (m_place != Place::Top)
            return refuseValue("an object");
        if (m_name == "__metadata__") {
            if (m_hasMetadata)
                return refuse(ErrorCode::BadFile, "expected __metadata__ once, found it twice");
            m_place = Place::Metadata;
            m_hasMetadata = true;
            return true;
        }
        m_place = Place::Entry;
        m_entry = {};
        m_offsets = 0;
        m_hasType = m_hasShape = m_hasOffsets = false;
        return true;
    }
    bool end_object()
    {
        if (m_place == Place::Entry) {
            for (const auto& [has, name] : {std::pair(m_hasType, "dtype"), std::pair(m_hasShape, "shape"),
                                            std::pair(m_hasOffsets, "data_offsets")}) {
                if (!has)
                    return refuse(ErrorCode::BadFile, std::string("expected ") + name + ", found none");
            }
            m_entry.entry.name = std::move(m_name);
            m_header.entries.push_back(std::move(m_entry));
        }
        m_name.clear();
        m_place = m_place == Place::Top ? Place::File : Place::Top;
        return true;
    }
    bool start_array(std::size_t)
    {
        if (m_place == Place::Entry && m_key == "shape")
            m_place = Place::Shape;
        else if (m_place == Place::Entry && m_key == "data_offsets")
            m_place = Place::Offsets;
        else
            return refuseValue("an array");
        return true;
    }
    bool end_array()
    {
        if (m_place == Place::Offsets && m_offsets != 2)
            return refuse(ErrorCode::BadFile,
                          "expected two data_offsets, found " + std::to_string(m_offsets));
        m_place = Place::Entry;
        return true;
    }
    bool parse_error(std::size_t position, const std::string&, const json::exception&)
    {
        m_name.clear();
        return refuse(ErrorCode::BadFile,
                      "expected a JSON header, found something else at its byte " + std::to_string(position));
    }
    // NOLINTEND(readability-identifier-naming)

    [[nodiscard]] std::optional<Error>& error() { return m_error; }
    [[nodiscard]] SafetensorsHeader& header() { return m_header; }

private:
    enum class Place { File, Top, Metadata, Entry, Shape, Offsets };

    bool refuse(ErrorCode code, std::string message)
    {
        if (!m_error)
            m_error = Error{code, (m_name.empty() ? "" : "tensor " + quote(m_name) + ": ") + message, {}};
        return false;
    }

    bool refuseValue(const std::string& found)
    {
        const auto expected = [this]() -> std::string {
            switch (m_place) {
            case Place::File:
                return "a JSON object";
            case Place::Top:
                return "an object with dtype, shape and data_offsets";
            case Place::Metadata:
                return "text in __metadata__";
            case Place::Entry:
                return m_key == "dtype" ? "dtype to be text" : m_key + " to be an array";
            case Place::Shape:
                return "sizes of axes from 0 to 2^63 - 1";
            case Place::Offsets:
                return "two data_offsets that are counts of bytes";
            }
            return {};
        };
        return refuse(ErrorCode::BadFile, "expected " + expected() + ", found " + found.substr(0, 200));
    }

    Place m_place = Place::File;
    std::string m_name; // of the tensor
    std::string m_key;
    SafetensorsEntry m_entry;
    int m_offsets = 0;
    bool m_hasType = false;
    bool m_hasShape = false;
    bool m_hasOffsets = false;
    bool m_hasMetadata = false;
    SafetensorsHeader m_header;
    std::optional<Error> m_error;
};

/// Fills in the number of elements and compares it with the bytes.
std::optional<Error> checkSize(SafetensorsEntry& tensor, std::uint64_t dataBytes)
{
    const auto refuse = [&](ErrorCode code, const std::string& message) {
        return Error{code, "tensor " + quote(tensor.entry.name) + ": " + message, {}};
    };
    const std::optional<std::uint64_t> bytes = byteCount(tensor.entry.shape, sizeOf(tensor.entry.type));
    if (!bytes) {
        return refuse(ErrorCode::TooLarge, "the shape " + describe(Cell(tensor.entry.shape)) +
                                               " has more elements than can be addressed");
    }
    tensor.entry.count = static_cast<std::int64_t>(*bytes / sizeOf(tensor.entry.type));
    if (tensor.end < tensor.begin) {
        return refuse(ErrorCode::BadFile, "expected data_offsets in ascending order, found " +
                                              std::to_string(tensor.begin) + " and " +
                                              std::to_string(tensor.end));
    }
    if (tensor.end > dataBytes) {
        return refuse(ErrorCode::BadFile, "expected its data to end at byte " + std::to_string(tensor.end) +
                                              ", found only " + std::to_string(dataBytes) +
                                              " bytes of data in the file");
    }
    if (tensor.end - tensor.begin != *bytes) {
        return refuse(ErrorCode::BadFile, "expected " + std::to_string(*bytes) + " bytes for " +
                                              std::string(nameOf(tensor.entry.type)) + " " +
                                              describe(Cell(tensor.entry.shape)) + ", found " +
                                              std::to_string(tensor.end - tensor.begin));
    }
    return std::nullopt;
}

/// The tensors must cover the data exactly.
std::optional<Error> checkCover(const std::vector<SafetensorsEntry>& entries, std::uint64_t dataBytes)
{
    std::vector<const SafetensorsEntry*> order;
    order.reserve(entries.size());
    for (const SafetensorsEntry& tensor : entries)
        order.push_back(&tensor);
    std::sort(order.begin(), order.end(), [](const auto* a, const auto* b) {
        return std::pair(a->begin, a->end) < std::pair(b->begin, b->end);
    });
    std::uint64_t covered = 0;
    const SafetensorsEntry* previous = nullptr;
    for (const SafetensorsEntry* tensor : order) {
        if (tensor->begin < covered) {
            return Error{ErrorCode::BadFile,
                         "expected tensors that do not overlap, found " + quote(previous->entry.name) +
                             " and " + quote(tensor->entry.name) + " both at byte " +
                             std::to_string(tensor->begin) + " of the data",
                         {}};
        }
        if (tensor->begin > covered) {
            return Error{ErrorCode::BadFile,
                         "expected data without gaps, found bytes " + std::to_string(covered) + " to " +
                             std::to_string(tensor->begin) + " in no tensor",
                         {}};
        }
        covered = tensor->end;
        previous = tensor;
    }
    if (covered != dataBytes) {
        return Error{ErrorCode::BadFile,
                     "expected " + std::to_string(covered) + " bytes of data, as the header says, found " +
                         std::to_string(dataBytes),
                     {}};
    }
    return std::nullopt;
}

std::uint64_t littleEndian64(std::string_view bytes)
{
    std::uint64_t value = 0;
    for (std::size_t i = 8; i-- > 0;)
        value = (value << 8U) | static_cast<unsigned char>(bytes[i]);
    return value;
}

} // namespace

std::string_view nameOf(DType type)
{
    return typeNames[static_cast<std::size_t>(type)];
}

Result<SafetensorsHeader> parseSafetensorsHeader(std::string_view file, const std::string& where)
{
    const auto refuse = [&](ErrorCode code, std::string message) {
        return fail(code, std::move(message), where);
    };
    if (file.substr(0, 20) == "version https://git-")
        return refuse(ErrorCode::BadFile, "expected a safetensors file, found a Git LFS pointer in its place "
                                          "(fetch the file itself with: git lfs pull)");
    if (file.size() < 8) {
        return refuse(ErrorCode::BadFile, "expected a safetensors file, which begins with the 8 bytes of its "
                                          "header's length, found " +
                                              std::to_string(file.size()) + " bytes");
    }
    const std::uint64_t headerBytes = littleEndian64(file);
    if (headerBytes > file.size() - 8) {
        return refuse(ErrorCode::BadFile, "expected a header of " + std::to_string(headerBytes) +
                                              " bytes, as the file says, found only " +
                                              std::to_string(file.size() - 8) + " bytes after its length");
    }
    if (headerBytes > maxHeaderBytes) {
        return refuse(ErrorCode::TooLarge, "expected a header of at most " + std::to_string(maxHeaderBytes) +
                                               " bytes, found " + std::to_string(headerBytes));
    }
    const std::string_view text = file.substr(8, headerBytes);
    if (text.empty() || text.front() != '{')
        return refuse(ErrorCode::BadFile, "expected a header that begins with {, found another one");

    HeaderReader reader;
    if (!json::sax_parse(text.begin(), text.end(), &reader) || reader.error())
        return refuse(reader.error() ? reader.error()->code : ErrorCode::BadFile,
                      reader.error() ? reader.error()->message : "expected a JSON header");
    SafetensorsHeader header = std::move(reader.header());
    header.dataBegin = 8 + static_cast<std::size_t>(headerBytes);
    const std::uint64_t dataBytes = file.size() - header.dataBegin;

    std::sort(header.entries.begin(), header.entries.end(),
              [](const auto& a, const auto& b) { return a.entry.name < b.entry.name; });
    const auto twin =
        std::adjacent_find(header.entries.begin(), header.entries.end(),
                           [](const auto& a, const auto& b) { return a.entry.name == b.entry.name; });
    if (twin != header.entries.end())
        return refuse(ErrorCode::BadFile,
                      "expected each tensor once, found " + quote(twin->entry.name) + " twice");
    for (SafetensorsEntry& tensor : header.entries) {
        if (auto error = checkSize(tensor, dataBytes))
            return refuse(error->code, std::move(error->message));
    }
    if (auto error = checkCover(header.entries, dataBytes))
        return refuse(error->code, std::move(error->message));
    return header;
}

Result<std::map<std::string, std::string>> parseSafetensorsIndex(std::string_view bytes,
                                                                 const std::string& where)
{
    auto document = parseJson(bytes, where);
    if (!document)
        return tl::unexpected(std::move(document.error()));
    if (!document->is_object() || !document->contains("weight_map"))
        return fail(ErrorCode::BadFile, "expected an object with a weight_map, found none", where);
    const json& map = (*document)["weight_map"];
    if (!map.is_object() || map.empty()) {
        return fail(ErrorCode::BadFile,
                    "expected weight_map to name a file for each tensor, found " +
                        (map.is_object() ? std::string("no tensor") : describeJson(map)),
                    where);
    }
    std::map<std::string, std::string> shards;
    for (const auto& [name, value] : map.items()) {
        const auto* file = value.get_ptr<const json::string_t*>();
        if (file == nullptr) {
            return fail(ErrorCode::BadFile,
                        "expected a file name for tensor " + quote(name) + ", found " + describeJson(value),
                        where);
        }
        if (file->empty() || *file == "." || *file == ".." || file->find('/') != std::string::npos ||
            file->find('\\') != std::string::npos || file->find('\0') != std::string::npos) {
            return fail(ErrorCode::BadFile,
                        "expected the name of a file in the same folder for tensor " + quote(name) +
                            ", found " + quote(*file),
                        where);
        }
        shards.emplace(name, *file);
    }
    return shards;
}

} // namespace headlight

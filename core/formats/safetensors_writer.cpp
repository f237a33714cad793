// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "formats/safetensors_writer.h"

#include "formats/files.h"
#include "formats/json.h"
#include "formats/tensor_bytes.h"

#include <array>
#include <utility>

namespace headlight {
namespace {

std::string asJson(const std::string& text)
{
    // The option replaces bytes that are no UTF-8, where dump() would otherwise throw.
    return nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

Result<std::string> makeHeader(const std::vector<TensorSource>& tensors,
                               const std::map<std::string, std::string>& metadata, const std::string& where)
{
    std::string header = "{";
    if (!metadata.empty()) {
        header += "\"__metadata__\":{";
        for (const auto& [key, value] : metadata)
            header += (header.back() == '{' ? "" : ",") + asJson(key) + ":" + asJson(value);
        header += "}";
    }
    std::uint64_t begin = 0;
    for (const TensorSource& tensor : tensors) {
        const auto bytes = byteCount(tensor.shape, sizeof(float));
        std::uint64_t end = 0;
        if (!bytes || __builtin_add_overflow(begin, *bytes, &end))
            return fail(ErrorCode::TooLarge, "too many elements for a file", where + ": " + tensor.name);
        header += (header.size() == 1 ? "" : ",") + asJson(tensor.name) + R"(:{"dtype":"F32","shape":[)";
        for (const std::int64_t size : tensor.shape)
            header += (header.back() == '[' ? "" : ",") + std::to_string(size);
        header += "],\"data_offsets\":[" + std::to_string(begin) + "," + std::to_string(end) + "]}";
        begin = end;
    }
    header += "}";
    header.append((8 - header.size() % 8) % 8, ' '); // so that the data lies aligned
    if (header.size() > 100'000'000)
        return fail(ErrorCode::TooLarge, "expected names and metadata of at most 100 MB, found more", where);
    return header;
}

} // namespace

Result<void> writeSafetensors(const std::filesystem::path& file, std::vector<TensorSource> tensors,
                              const std::map<std::string, std::string>& metadata)
{
    if (auto sorted = sortByName(tensors, file.string()); !sorted)
        return sorted;
    const auto header = makeHeader(tensors, metadata, file.string());
    if (!header)
        return tl::unexpected(header.error());
    return writeFileAtomically(file, [&](const ByteSink& sink) -> Result<void> {
        std::array<char, 8> length{};
        for (std::size_t i = 0; i < length.size(); ++i)
            length[i] = static_cast<char>((header->size() >> (8 * i)) & 0xFFU);
        if (auto written = sink({length.data(), length.size()}); !written)
            return written;
        if (auto written = sink(*header); !written)
            return written;
        for (const TensorSource& source : tensors) {
            const auto tensor = loadChecked(source);
            if (!tensor)
                return tl::unexpected(tensor.error());
            if (auto written = writeValues(**tensor, sink); !written)
                return written;
        }
        return {};
    });
}

} // namespace headlight

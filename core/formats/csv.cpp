// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "formats/csv.h"

#include "formats/files.h"

#include <array>
#include <charconv>

namespace headlight {
namespace {

constexpr std::string_view lineEnd = "\r\n";

std::string label(const std::vector<std::string>& labels, std::int64_t index)
{
    return labels.empty() ? std::to_string(index) : csvField(labels[static_cast<std::size_t>(index)]);
}

void appendNumber(std::string& text, float value)
{
    std::array<char, 32> digits; // NOLINT(cppcoreguidelines-pro-type-member-init): to_chars fills it
    const auto [end, error] = std::to_chars(digits.data(), digits.data() + digits.size(), value);
    text.append(digits.data(), end);
}

} // namespace

std::string csvField(std::string_view text)
{
    const bool plain = text.find_first_of(",\"\r\n") == std::string_view::npos &&
                       (text.empty() || (text.front() != ' ' && text.back() != ' '));
    if (plain)
        return std::string(text);
    std::string field = "\"";
    for (const char c : text) {
        if (c == '"')
            field += '"';
        field += c;
    }
    return field + '"';
}

Result<void> writeCsv(const std::filesystem::path& file, const Tensor& matrix, const CsvLabels& labels)
{
    if (matrix.rank() != 1 && matrix.rank() != 2)
        return fail(ErrorCode::BadShape, "expected a matrix or a vector, found " + describe(matrix.axes()),
                    file.string());
    const std::int64_t rows = matrix.rank() == 2 ? matrix.size(0) : 1;
    const std::int64_t columns = matrix.size(matrix.rank() - 1);
    const std::int64_t rowStep = matrix.rank() == 2 ? matrix.strides().front() : 0;
    const std::int64_t columnStep = matrix.strides().back();
    const auto fits = [](const std::vector<std::string>& given, std::int64_t size) {
        return given.empty() || static_cast<std::int64_t>(given.size()) == size;
    };
    if (!fits(labels.rows, rows) || !fits(labels.columns, columns)) {
        return fail(ErrorCode::BadInput,
                    "expected labels for " + std::to_string(rows) + " rows and " + std::to_string(columns) +
                        " columns, found " + std::to_string(labels.rows.size()) + " and " +
                        std::to_string(labels.columns.size()),
                    file.string());
    }
    return writeFileAtomically(file, [&](const ByteSink& sink) -> Result<void> {
        constexpr std::size_t pieceSize = 1U << 16U;
        std::string text = csvField(labels.corner);
        for (std::int64_t column = 0; column < columns; ++column)
            text += ',' + label(labels.columns, column);
        text += lineEnd;
        for (std::int64_t row = 0; row < rows; ++row) {
            text += label(labels.rows, row);
            for (std::int64_t column = 0; column < columns; ++column) {
                text += ',';
                appendNumber(text, matrix.data()[row * rowStep + column * columnStep]);
            }
            text += lineEnd;
            if (text.size() >= pieceSize) {
                if (auto written = sink(text); !written)
                    return written;
                text.clear();
            }
        }
        return sink(text);
    });
}

} // namespace headlight

// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "formats/npy.h"

#include "formats/element_convert.h"
#include "formats/mapped_file.h"
#include "formats/tensor_bytes.h"
#include "result/quote.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

namespace headlight {
namespace {

constexpr std::string_view magic = "\x93NUMPY";
constexpr std::size_t maxHeaderBytes = 65536;
constexpr std::size_t maxRank = 32; // NumPy's own

struct NpyType
{
    std::string_view descr;
    DType type;
};
constexpr std::array<NpyType, 8> npyTypes = {{{"<f4", DType::F32},
                                              {"<f8", DType::F64},
                                              {"<f2", DType::F16},
                                              {"<i8", DType::I64},
                                              {"<i4", DType::I32},
                                              {"|u1", DType::U8},
                                              {"|b1", DType::Bool},
                                              {"|i1", DType::I8}}};

struct Header
{
    std::string descr;
    bool fortranOrder = false;
    std::vector<std::int64_t> shape;
};

/// Reads the one form of dictionary that NumPy writes: text keys; text, True or False, and a tuple of counts
/// as values.
class HeaderParser
{
public:
    explicit HeaderParser(std::string_view text)
        : m_text(text)
    {
    }

    [[nodiscard]] std::optional<Header> parse()
    {
        Header header;
        unsigned seen = 0;
        if (!take('{'))
            return std::nullopt;
        while (!take('}')) {
            const auto key = quoted();
            if (!key || !take(':'))
                return std::nullopt;
            const unsigned bit = *key == "descr"           ? 1U
                                 : *key == "fortran_order" ? 2U
                                 : *key == "shape"         ? 4U
                                                           : 0U;
            if (bit == 0 || (seen & bit) != 0 || !value(bit, header))
                return std::nullopt;
            seen |= bit;
            if (!take(',')) {
                if (!take('}'))
                    return std::nullopt;
                break;
            }
        }
        skipSpace();
        return seen == 7U && m_at == m_text.size() ? std::optional(std::move(header)) : std::nullopt;
    }

    [[nodiscard]] std::size_t position() const { return m_at; }

private:
    void skipSpace()
    {
        while (m_at < m_text.size() && (m_text[m_at] == ' ' || m_text[m_at] == '\n'))
            ++m_at;
    }

    bool take(char wanted)
    {
        skipSpace();
        if (m_at == m_text.size() || m_text[m_at] != wanted)
            return false;
        ++m_at;
        return true;
    }

    bool takeWord(std::string_view word)
    {
        skipSpace();
        if (!m_text.substr(m_at).starts_with(word))
            return false;
        m_at += word.size();
        return true;
    }

    std::optional<std::string_view> quoted()
    {
        const char mark = take('\'') ? '\'' : take('"') ? '"' : '\0';
        if (mark == '\0')
            return std::nullopt;
        const std::size_t end = m_text.find(mark, m_at);
        if (end == std::string_view::npos)
            return std::nullopt;
        const std::string_view text = m_text.substr(m_at, end - m_at);
        m_at = end + 1;
        return text;
    }

    bool value(unsigned bit, Header& header)
    {
        if (bit == 4U)
            return tuple(header.shape);
        if (bit == 2U) {
            header.fortranOrder = takeWord("True");
            return header.fortranOrder || takeWord("False");
        }
        const auto text = quoted();
        header.descr = text.value_or("");
        return text.has_value();
    }

    bool tuple(std::vector<std::int64_t>& shape)
    {
        if (!take('('))
            return false;
        while (!take(')')) {
            skipSpace();
            std::int64_t size = 0;
            const auto [end, error] =
                std::from_chars(m_text.data() + m_at, m_text.data() + m_text.size(), size);
            if (error != std::errc() || size < 0 || shape.size() == maxRank)
                return false;
            m_at = static_cast<std::size_t>(end - m_text.data());
            shape.push_back(size);
            if (!take(','))
                return shape.size() > 1 && take(')'); // A tuple of one has a comma.
        }
        return true;
    }

    std::string_view m_text;
    std::size_t m_at = 0;
};

/// From the order in which the first index runs fastest to the one in which the last does.
std::vector<float> toRowMajor(const std::vector<float>& values, const std::vector<std::int64_t>& shape)
{
    std::vector<float> result(values.size());
    std::vector<std::int64_t> cell(shape.size(), 0);
    std::vector<std::size_t> strides(shape.size(), 1);
    for (std::size_t i = 1; i < shape.size(); ++i)
        strides[i] = strides[i - 1] * static_cast<std::size_t>(shape[i - 1]);
    std::size_t from = 0;
    for (float& target : result) {
        target = values[from];
        for (std::size_t i = shape.size(); i-- > 0;) {
            from += strides[i];
            if (++cell[i] < shape[i])
                break;
            from -= strides[i] * static_cast<std::size_t>(shape[i]);
            cell[i] = 0;
        }
    }
    return result;
}

} // namespace

Result<NumpyArray> parseNpy(std::string_view bytes, const std::string& where)
{
    const auto refuse = [&](ErrorCode code, std::string message) {
        return fail(code, std::move(message), where);
    };
    const auto byte = [&](std::size_t i) {
        return static_cast<std::size_t>(static_cast<unsigned char>(bytes[i]));
    };
    if (bytes.size() < 10 || bytes.substr(0, magic.size()) != magic)
        return refuse(ErrorCode::BadFile,
                      "expected a NumPy array file, found one that does not begin as such");
    const std::size_t version = byte(6);
    if (version < 1 || version > 3 || byte(7) != 0) {
        return refuse(ErrorCode::Unsupported, "expected version 1.0, 2.0 or 3.0 of the format, found " +
                                                  std::to_string(version) + "." + std::to_string(byte(7)));
    }
    const std::size_t headerBegin = version == 1 ? 10 : 12;
    if (bytes.size() < headerBegin)
        return refuse(ErrorCode::BadFile, "expected the header's length, found the end of the file");
    const std::size_t headerBytes =
        byte(8) | byte(9) << 8U | (version == 1 ? 0 : byte(10) << 16U | byte(11) << 24U);
    if (headerBytes > maxHeaderBytes) {
        return refuse(ErrorCode::TooLarge, "expected a header of at most " + std::to_string(maxHeaderBytes) +
                                               " bytes, found " + std::to_string(headerBytes));
    }
    if (headerBytes > bytes.size() - headerBegin) {
        return refuse(ErrorCode::BadFile, "expected a header of " + std::to_string(headerBytes) +
                                              " bytes, found only " +
                                              std::to_string(bytes.size() - headerBegin));
    }
    HeaderParser parser(bytes.substr(headerBegin, headerBytes));
    std::optional<Header> header = parser.parse();
    if (!header) {
        return refuse(ErrorCode::BadFile,
                      "expected a header {'descr': text, 'fortran_order': True or False, 'shape': "
                      "(sizes)}, found something else at its byte " +
                          std::to_string(parser.position()));
    }
    const auto* type = std::find_if(npyTypes.begin(), npyTypes.end(),
                                    [&](const NpyType& known) { return known.descr == header->descr; });
    if (type == npyTypes.end()) {
        return refuse(ErrorCode::Unsupported,
                      "expected numbers of type <f4, <f8, <f2, <i8, <i4, |i1, |u1 or |b1, found " +
                          quote(header->descr));
    }
    const std::string_view data = bytes.substr(headerBegin + headerBytes);
    const std::optional<std::uint64_t> wanted = byteCount(header->shape, sizeOf(type->type));
    if (!wanted || *wanted != data.size()) {
        return refuse(wanted ? ErrorCode::BadFile : ErrorCode::TooLarge,
                      "expected " + (wanted ? std::to_string(*wanted) : "more than 2^63") +
                          " bytes of data for " + describe(Cell(header->shape)) + " " + header->descr +
                          ", found " + std::to_string(data.size()));
    }
    const std::uint64_t count = *wanted / sizeOf(type->type);
    if (!fitsMemory(count * sizeof(float)))
        return refuse(ErrorCode::TooLarge, "expected an array that fits into memory as float32, found " +
                                               std::to_string(count) + " elements");
    NumpyArray array;
    array.shape = std::move(header->shape);
    array.values.resize(count);
    convertElements(data, type->type, array.values.data());
    if (header->fortranOrder && array.shape.size() > 1)
        array.values = toRowMajor(array.values, array.shape);
    return array;
}

Result<NumpyArray> readNpy(const std::filesystem::path& file)
{
    const auto mapped = MappedFile::open(file);
    if (!mapped)
        return tl::unexpected(mapped.error());
    return parseNpy((*mapped)->bytes(), file.string());
}

std::string npyHeader(const std::vector<std::int64_t>& shape)
{
    std::string text = "{'descr': '<f4', 'fortran_order': False, 'shape': (";
    for (std::size_t i = 0; i < shape.size(); ++i)
        text += (i > 0 ? ", " : "") + std::to_string(shape[i]);
    text += shape.size() == 1 ? ",), }" : "), }";
    // The elements begin at a multiple of 64 bytes; the padding is spaces and one line break.
    constexpr std::size_t alignment = 64;
    const std::size_t unpadded = magic.size() + 4 + text.size() + 1;
    text.append((alignment - unpadded % alignment) % alignment, ' ');
    text += '\n';
    std::string header(magic);
    header += '\x01';
    header += '\x00';
    header += static_cast<char>(text.size() & 0xFFU);
    header += static_cast<char>(text.size() >> 8U);
    return header + text;
}

Result<void> writeNpy(const std::filesystem::path& file, const Tensor& tensor)
{
    return writeFileAtomically(file, [&](const ByteSink& sink) -> Result<void> {
        if (auto written = sink(npyHeader(shapeOf(tensor))); !written)
            return written;
        return writeValues(tensor, sink);
    });
}

} // namespace headlight
